//! The accounts of an estate, and what belongs to them.

use super::*;

/// Accounts with all that they are, one that is gone; what is stored below them, codes for devices and second factors.
pub(super) fn tenants(store: &dyn Store) {
    let above = |id: u32| if id <= 4 { AccountId::ROOT } else { AccountId(id / 2) };
    let accounts = (2..40).map(|id| {
        let kind = match id {
            2..=4 => Kind::Organisation(Level::EndCustomer),
            5..=9 => Kind::Virtual,
            _ => Kind::Backup,
        };
        let setting = Setting { mode: Mode::Forced, value: Some(ODD[4].replace(|c: char| c.is_control(), "") + "x") };
        let deletion = (id % 11 == 0).then(|| at(u64::from(id)));
        Change::Account(Account {
            life: Life { standing: Standing::Disabled, deletion },
            quota: Quota { hard: (id % 2 == 0).then_some(1 << 50), soft: (id % 3 == 0).then_some(1 << 40) },
            policy: Policy::new([(format!("setting-{id}"), setting)].into()).unwrap(),
            comment: text(id),
            second_factor: id % 7 == 0,
            silo: if kind == Kind::Backup {
                Silo {
                    own: (id % 5 == 0).then_some(UserId(id)),
                    lease: Lease { fence: u64::from(id % 4), holder: (id % 4 == 3).then_some(DeviceId(id)) },
                }
            } else {
                Silo::default()
            },
            about: Some(Box::new(About { service_type: text(id + 1), branding: branding(id), ..About::default() })),
            agent: (id % 3 == 0).then_some(UserId(id)),
            ..Account::new(AccountId(id), Some(above(id)), name(&format!("unit {id}")), kind)
        })
    });
    let images = (10..39).filter_map(|id| {
        let (account, hash, bytes) = (AccountId(id), branding(id)?.logo?.hash, logo(id));
        Some(Change::Image { account, hash, bytes })
    });
    commit(store, 950, accounts.chain(images).collect());
    for id in 10..39_u32 {
        let kept = communications::Kept {
            account: AccountId(id),
            kind: CommunicationKind::ALL[id as usize % CommunicationKind::ALL.len()],
            at: at(u64::from(id)),
            planned: id % 2 == 0,
            with: text(id),
            text: text(id + 1),
            author: name("olga"),
            made: at(4),
        };
        assert!(store.put_communication(kept, entry(u64::from(id), "communication.create")).wait().unwrap().is_some());
    }
    let order = |id: u8| Order {
        id: OrderId::from_bytes([id; 16]),
        account: AccountId(39),
        name: format!("root>unit {id} {}", ODD[usize::from(id)]),
        deleted: at(u64::from(id)),
    };
    let orders = (0..5).map(|id| Change::Erase(order(id)));
    commit(store, 951, [Change::DropAccount(AccountId(39))].into_iter().chain(orders).collect());
    assert_eq!(store.order_failed(order(1).id, at(7), at(8), ODD[2].to_owned()).wait(), Ok(true));
    assert_eq!(store.order_done(order(2).id, at(9), entry(2, "account.erased")).wait(), Ok(true));
    for id in 2..30 {
        assert!(store.report_stored(DeviceId(id), u64::from(id), u64::from(id) << 30).wait().unwrap());
        let wish = store.reserve(DeviceId(id), run_id(u64::from(id) + (1 << 40)), u64::from(id), at(7));
        assert_eq!(wish.wait(), Ok(Reserved::Granted));
    }
    let kept = |id: u32| Kept {
        nonce: [id as u8; 24],
        sealed: vec![id as u8; 40],
        step: u64::from(id),
        since: at(3),
        recovery: vec![Hash::of(&id.to_be_bytes())],
    };
    let role = |id: u32| {
        Change::Role(CustomRole {
            id: RoleId(id),
            account: above(id + 3),
            name: name(&format!("Role {id} ß")),
            description: text(id),
            tasks: Ceiling::from_bits(u64::from(id) & 0b10_1010_1010),
            stamp: 0,
        })
    };
    let grant = |id: u32| {
        let role = if id.is_multiple_of(3) {
            GrantedRole::Custom(RoleId(id % 4 + 1))
        } else {
            GrantedRole::BuiltIn(Role::ALL[id as usize % 6])
        };
        Change::Grant(Grant { id: GrantId(id), user: UserId(id + 1), account: AccountId(id % 30 + 1), role, stamp: 0 })
    };
    commit(store, 953, (1..6).map(role).chain((1..40).map(grant)).collect());
    commit(store, 954, vec![Change::DropGrant { id: GrantId(39), user: UserId(40) }, Change::DropRole(RoleId(5))]);
    let channel = |id: u32, channel: Channel| Change::Channel {
        user: UserId(id),
        channel,
        kept: KeptAddress { nonce: [id as u8; 24], sealed: vec![id as u8; 30], since: at(4) },
    };
    commit(store, 960, (7..12).map(|id| channel(id, if id % 2 == 0 { Channel::Email } else { Channel::Sms })).collect());
    commit(store, 952, (2..9).map(|id| Change::Factor { user: UserId(id), kept: kept(id) }).collect());
    for id in 2..9_u32 {
        let kind = if id % 2 == 0 { EnrolmentKind::Code } else { EnrolmentKind::Passphrase };
        let terms = Terms { most: 9, uses: 0, expires: at(1 << 30), approval: id % 2 == 0, revoked: false };
        let (hash, comment, made_by) = (Hash::of(&[b"code".as_slice(), &id.to_be_bytes()].concat()), text(id), name("olga"));
        let (account, user, made) = (AccountId(id), UserId(id), at(5));
        let new = NewEnrolment { account, user, kind, hash, terms, comment, made_by, made };
        assert!(store.put_enrolment(new, entry(u64::from(id), "enrolment.create")).wait().unwrap().is_some());
        let asks = Asks {
            hash,
            installation: installation(id + 1_000),
            computer: ODD[id as usize % ODD.len()].to_owned(),
            program: "estate 1".to_owned(),
            address: "10.0.0.5".to_owned(),
            at: at(6),
        };
        drop(store.ask_enrolment(asks).wait().unwrap());
    }
}

/// How the hosts of some accounts look.
fn branding(id: u32) -> Option<Branding> {
    let bytes = logo(id);
    let logo = Some(Image { hash: Hash::of(&bytes), format: ImageFormat::Png, size: bytes.len() as u64 });
    id.is_multiple_of(2).then(|| Branding { logo, ..Branding::new(name(&format!("brand {id}"))) })
}

fn logo(id: u32) -> Arc<[u8]> {
    (0..300 + id).map(|at| at.wrapping_mul(id) as u8).collect()
}
