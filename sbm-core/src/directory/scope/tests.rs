//! Scope against a naive model, which knows accounts by their full names.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::account::Level;
use crate::account::tree::Kind;
use crate::directory::Change;
use crate::directory::facts::{NextIds, Rows};
use crate::directory::rows::Server;
use crate::factor::FactorRule;
use crate::id::{DeviceId, Hash, ProfileId, SecurityProfileId, UserId};
use crate::name::Text;
use crate::permission::{RightSet, RoleSet};
use crate::time::Timestamp;

/// The account above each account, by their ids; the first one is a root.
type Parents = BTreeMap<u32, Option<u32>>;

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn blank() -> Directory {
    Directory::new(Rows {
        revision: 1,
        server: Server { claimed: true, epoch: 1, keys: None, max_offline: None, second_factor: FactorRule::default(), stamp: 1 },
        accounts: vec![],
        users: vec![],
        factors: vec![],
        groups: vec![],
        security_profiles: vec![],
        profiles: vec![],
        roles: vec![],
        grants: vec![],
        tombstones: vec![],
        devices: vec![],
        allow: vec![],
        marks: vec![],
        next: NextIds::default(),
    })
}

fn account(id: u32, parent: Option<u32>) -> Change {
    let kind = Kind::Organisation(Level::Reseller);
    Change::Account(Account::new(AccountId(id), parent.map(AccountId), name(&format!("a{id}")), kind))
}

fn guid(id: u32) -> Guid {
    Guid::from_bytes([u8::try_from(id).unwrap(); 16])
}

/// What each account has: one of everything, named by the account's number; a built-in security profile each root account;
/// and what is left of a deleted profile.
fn belongings(parents: &Parents) -> Vec<Change> {
    let mut changes = Vec::new();
    for (id, parent) in parents {
        let (id, account, text) = (*id, AccountId(*id), Text::default());
        let of = |kind: &str| name(&format!("{kind}{id}"));
        changes.push(Change::Group(Group { id: GroupId(id), account, name: of("g"), description: text.clone(), stamp: 0 }));
        let mut profile = SecurityProfile {
            id: SecurityProfileId(id),
            account,
            name: of("s"),
            description: text.clone(),
            rights: RightSet::NONE,
            built_in: false,
            stamp: 0,
        };
        changes.push(Change::SecurityProfile(profile.clone()));
        if parent.is_none() {
            (profile.id, profile.name, profile.built_in) = (SecurityProfileId(id + 100), name("AllAccess"), true);
            changes.push(Change::SecurityProfile(profile));
        }
        changes.push(Change::User(User {
            id: UserId(id),
            account,
            name: of("u"),
            description: text.clone(),
            disabled: false,
            built_in: false,
            roles: RoleSet::NONE,
            security_profile: None,
            groups: parents.keys().map(|id| GroupId(*id)).collect(),
            stamp: 0,
        }));
        for (id, of) in [(id, of("p")), (id + 100, of("gone"))] {
            changes.push(Change::Profile(ManagedProfile {
                id: ProfileId(id),
                account,
                guid: guid(id),
                name: of,
                description: text.clone(),
                version: 1,
                revision: 1,
                body: Hash::of(b""),
                size: 0,
                schedule: None,
                import_schedule: false,
                delete: false,
                groups: parents.keys().map(|id| GroupId(*id)).collect(),
                uploaded_by: name("u1"),
                uploaded_at: Timestamp::default(),
                stamp: 0,
            }));
        }
        let tombstone = Tombstone {
            account,
            guid: guid(id + 100),
            name: of("gone"),
            revision: 1,
            deleted_by: name("u1"),
            deleted_at: Timestamp::default(),
            stamp: 0,
        };
        changes.push(Change::DropProfile { id: ProfileId(id + 100), tombstone });
        changes.push(Change::Device(Device {
            id: DeviceId(id),
            account,
            user: UserId(id),
            installation: InstallationId::from_bytes([u8::try_from(id).unwrap(); 16]),
            computer: String::new(),
            program: String::new(),
            enrolled: Timestamp::default(),
            stamp: 0,
        }));
    }
    changes
}

/// The full name of an account: how the model tells who is below whom.
fn full(parents: &Parents, id: u32) -> String {
    match parents[&id] {
        Some(parent) => format!("{}a{id}>", full(parents, parent)),
        None => format!("a{id}>"),
    }
}

fn is_below(parents: &Parents, id: u32, top: u32) -> bool {
    full(parents, id).starts_with(&full(parents, top))
}

/// A tree that grew, and then had accounts moved about, never below themselves.
fn worlds() -> impl Strategy<Value = (Parents, Directory)> {
    let above = prop::collection::vec(any::<prop::sample::Index>(), 1..14);
    let moves = prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..6);
    (above, moves).prop_map(|(above, moves)| {
        let mut parents = Parents::from([(1, None)]);
        for (id, above) in (2..).zip(above) {
            let above = u32::try_from(above.index(id as usize)).unwrap();
            parents.insert(id, (above > 0).then_some(above));
        }
        let accounts: Vec<Change> = parents.iter().map(|(id, parent)| account(*id, *parent)).collect();
        let mut facts = blank().apply(2, &accounts);
        for (moved, to) in moves {
            let at = |index: prop::sample::Index| u32::try_from(index.index(parents.len()) + 1).unwrap();
            let (moved, to) = (at(moved), at(to));
            if parents[&moved].is_some() && !is_below(&parents, to, moved) {
                parents.insert(moved, Some(to));
                facts = facts.apply(facts.revision() + 1, &[account(moved, Some(to))]);
            }
        }
        let facts = facts.apply(facts.revision() + 1, &belongings(&parents));
        (parents, facts)
    })
}

fn as_user(id: u32) -> Actor {
    Actor::user(UserId(id), String::new())
}

proptest! {
    #[test]
    fn one_sees_ones_own_account_and_below_whatever_was_moved_acc_4((parents, facts) in worlds()) {
        for top in parents.keys() {
            let sees = facts.seen_by(&as_user(*top));
            for id in parents.keys() {
                let seen = is_below(&parents, *id, *top);
                prop_assert_eq!(sees.contains(AccountId(*id)), seen, "{} from {}", full(&parents, *id), full(&parents, *top));
                let path = full(&parents, *id).trim_end_matches('>').parse().unwrap();
                let installation = InstallationId::from_bytes([u8::try_from(*id).unwrap(); 16]);
                let found = [
                    sees.account(&path).is_some(),
                    sees.user(&format!("{}u{id}", full(&parents, *id))).is_some(),
                    sees.group(&format!("g{id}")).is_some(),
                    sees.security_profile(&format!("s{id}")).is_some(),
                    sees.profile(&guid(*id)).is_some(),
                    sees.tombstone(&guid(*id + 100)).is_some(),
                    sees.account_of_profile(&guid(*id)) == Some(AccountId(*id)),
                    sees.devices_of(&installation, None).count() == 1,
                ];
                prop_assert_eq!(found, [seen; 8], "{} from {}", full(&parents, *id), full(&parents, *top));
                let same_root = facts.root_of(AccountId(*id)) == facts.root_of(AccountId(*top));
                prop_assert_eq!(sees.user(&format!("u{id}")).is_some(), seen, "a login without an account");
                prop_assert_eq!(sees.may_be_named(&name(&format!("u{id}"))), seen || !same_root);
            }
            let wanted: Vec<u32> = parents.keys().copied().filter(|id| is_below(&parents, *id, *top)).collect();
            prop_assert_eq!(sees.users().map(|row| row.id.0).collect::<Vec<_>>(), wanted.clone());
            prop_assert_eq!(sees.groups().map(|row| row.id.0).collect::<Vec<_>>(), wanted.clone());
            prop_assert_eq!(sees.devices().map(|row| row.id.0).collect::<Vec<_>>(), wanted.clone());
            prop_assert_eq!(sees.profiles().map(|row| row.id.0).collect::<Vec<_>>(), wanted.clone());
            let own = facts.user(UserId(*top)).unwrap();
            prop_assert_eq!(sees.groups_among(&own.groups).map(|row| row.id.0).collect::<Vec<_>>(), wanted.clone());
            prop_assert_eq!(sees.profiles_in(GroupId(*top)).map(|row| row.id.0).collect::<Vec<_>>(), wanted.clone());
            // One that is built in is seen in its whole root account, and no other root account's.
            let built_in = sees.security_profile("AllAccess").map(|row| row.account);
            prop_assert_eq!(built_in, Some(facts.root_of(AccountId(*top))));
            prop_assert_eq!(sees.security_profiles().filter(|row| row.built_in).count(), 1);
            prop_assert_eq!(sees.security_profiles().filter(|row| !row.built_in).count(), wanted.len());
        }
    }
}

#[test]
fn the_server_sees_everything_and_who_is_gone_nothing_acc_4() {
    let parents = Parents::from([(1, None), (2, Some(1)), (3, None)]);
    let accounts: Vec<Change> = parents.iter().map(|(id, parent)| account(*id, *parent)).collect();
    let facts = blank().apply(2, &accounts).apply(3, &belongings(&parents));
    let everything = facts.seen_by(&Actor::system());
    assert_eq!([1, 2, 3, 4].map(|id| everything.contains(AccountId(id))), [true, true, true, false]);
    assert_eq!((everything.users().count(), everything.home(), everything.root()), (3, AccountId::ROOT, AccountId::ROOT));
    let setup = Actor { kind: ActorKind::Setup, ..Actor::system() };
    assert_eq!([1, 2, 3].map(|id| facts.seen_by(&setup).contains(AccountId(id))), [true, true, false]);
    // Neither a user who was removed nor an account that is not there, whatever numbers they have.
    let gone = facts.seen_by(&as_user(9));
    assert_eq!((gone.users().count(), gone.groups().count(), gone.devices().count()), (0, 0, 0));
    assert!(gone.group("g1").is_none() && gone.user("u1").is_none() && !gone.contains(AccountId(9)));
    let own = facts.seen_by(&as_user(2));
    assert_eq!((own.home(), own.root()), (AccountId(2), AccountId::ROOT));
    assert!(!own.contains(AccountId(0)) && !own.contains(AccountId(4)) && !own.contains(AccountId(u32::MAX)));
}

#[test]
fn the_deepest_tree_is_walked_from_end_to_end_acc_1_acc_4() {
    let deepest = u32::try_from(AccountPath::MAX_DEPTH).unwrap();
    // A second root account stands above, so that no walk is saved by knowing the root.
    let mut changes = vec![account(100, None)];
    changes.extend((1..=deepest).map(|id| account(id, Some(id - 1).filter(|above| *above > 0))));
    let parents: Parents = (1..=deepest).map(|id| (id, Some(id - 1).filter(|above| *above > 0))).collect();
    let facts = blank().apply(2, &changes).apply(3, &belongings(&parents));
    for top in 1..=deepest {
        let sees = facts.seen_by(&as_user(top));
        assert_eq!(sees.groups().map(|row| row.id.0).collect::<Vec<_>>(), (top..=deepest).collect::<Vec<_>>(), "{top}");
        assert!(!sees.contains(AccountId(100)));
    }
}

#[test]
fn names_in_order_are_those_of_the_groups_that_are_seen_usr_7() {
    let parents = Parents::from([(1, None), (2, Some(1)), (3, Some(2)), (4, Some(1))]);
    let accounts: Vec<Change> = parents.iter().map(|(id, parent)| account(*id, *parent)).collect();
    let facts = blank().apply(2, &accounts).apply(3, &belongings(&parents));
    let all: Vec<GroupId> = [4, 3, 2, 1, 77].map(GroupId).to_vec();
    let names = |id: u32| facts.seen_by(&as_user(id)).group_names(&all).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        (names(1), names(2), names(4)),
        (
            ["g1", "g2", "g3", "g4"].map(String::from).to_vec(),
            ["g2", "g3"].map(String::from).to_vec(),
            ["g4"].map(String::from).to_vec(),
        )
    );
}
