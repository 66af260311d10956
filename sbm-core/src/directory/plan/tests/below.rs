//! Groups, security profiles and managed profiles that are made in an account below one's own (ACC-4, USR-7, USR-3, PRO-3).

use super::*;
use crate::account::life::Wish;
use crate::account::{AccountPath, Level};
use crate::directory::rows::{Grant, GrantedRole};
use crate::id::GrantId;
use crate::time::DAY;
use alloc::string::String;

const NORTH: AccountId = AccountId(2);
const CLIENT: AccountId = AccountId(3);

fn path(text: &str) -> AccountPath {
    text.parse().unwrap()
}

/// Root with north and south below it, north with a client and a distributor's desk below; another root account; a superuser in
/// north and one in the client.
fn world() -> World {
    let accounts = [
        (NORTH, Some(AccountId::ROOT), "north", Level::Reseller),
        (CLIENT, Some(NORTH), "client", Level::EndCustomer),
        (AccountId(4), Some(AccountId::ROOT), "south", Level::SubDistributor),
        (AccountId(5), None, "other", Level::Reseller),
    ];
    let kind = |level| Kind::Organisation(level);
    let rows = accounts.map(|(id, parent, part, level)| Change::Account(Account::new(id, parent, name(part), kind(level))));
    let person = |id, account, of: &str, roles| {
        Change::User(User {
            id: UserId(id),
            account,
            name: name(of),
            description: Text::default(),
            disabled: false,
            built_in: false,
            roles,
            security_profile: None,
            groups: vec![],
            stamp: 0,
        })
    };
    let boss = RoleSet::NONE.with(Role::Superuser);
    let people = [person(10, NORTH, "boss", boss), person(11, CLIENT, "chief", boss), person(12, NORTH, "helper", RoleSet::NONE)];
    World(fresh().apply(2, &[rows.to_vec(), people.to_vec()].concat()))
}

fn group(account: Option<&str>) -> Command {
    Command::CreateGroup(NewGroup { account: account.map(path), ..NewGroup::new(name("Office")) })
}

fn rights(account: Option<&str>) -> Command {
    let rights = RightSet::NONE.with(Right::Restore);
    Command::CreateSecurityProfile(NewSecurityProfile {
        account: account.map(path),
        ..NewSecurityProfile::new(name("Office"), rights)
    })
}

fn managed(account: Option<&str>) -> Command {
    upload_to(account, b"one", 0)
}

fn upload_to(account: Option<&str>, body: &[u8], based_on: u64) -> Command {
    Command::Upload(Upload {
        guid: Guid::from_bytes([7; 16]),
        name: name("Office"),
        description: Text::new("d").unwrap(),
        version: 1,
        body: body.into(),
        schedule: None,
        based_on,
        account: account.map(path),
    })
}

/// The three that are made in an account.
const MADE: [fn(Option<&str>) -> Command; 3] = [group, rights, managed];

/// The account of what a plan makes.
fn place(world: &World, user: &str, command: &Command) -> Result<AccountId, Code> {
    let planned = plan(&world.0, &world.as_user(user, "10.0.0.5"), command, Timestamp::from_millis(5));
    let planned = planned.map_err(|refused| refused.code)?;
    let made = planned.changes.iter().find_map(|change| match change {
        Change::Group(row) => Some(row.account),
        Change::SecurityProfile(row) => Some(row.account),
        Change::Profile(row) => Some(row.account),
        _ => None,
    });
    // Whoever reads the log of that account is told, too (RUN-12).
    let made = made.unwrap();
    assert!(planned.audit.account == made || planned.audit.about == [made], "{:?}", planned.audit);
    Ok(made)
}

#[test]
fn whoever_manages_an_account_from_above_makes_what_it_needs_there_acc_4_usr_7_usr_3_pro_3() {
    let world = world();
    for made in MADE {
        for (user, account, expected) in [
            ("boss", None, Ok(NORTH)),
            ("boss", Some("root>north"), Ok(NORTH)),
            ("boss", Some("root>North>CLIENT"), Ok(CLIENT)),
            ("admin", Some("root>north>client"), Ok(CLIENT)),
            ("chief", None, Ok(CLIENT)),
            // What is above, beside or elsewhere is not there.
            ("chief", Some("root>north"), Err(Code::NotFound)),
            ("boss", Some("root"), Err(Code::NotFound)),
            ("boss", Some("root>south"), Err(Code::NotFound)),
            ("boss", Some("root>nobody"), Err(Code::NotFound)),
            ("boss", Some("other"), Err(Code::NotFound)),
            // What is in another root account is nobody's but theirs.
            ("admin", Some("other"), Err(Code::NotFound)),
            ("helper", Some("root>north>client"), Err(Code::DeniedRole)),
        ] {
            let command = made(account);
            assert_eq!(place(&world, user, &command), expected, "{user} {command:?}");
        }
    }
}

#[test]
fn who_was_let_manage_accounts_below_says_in_which_one_usr_5_usr_10() {
    let mut world = world();
    let grant = |id: u32, account, role| {
        let role = GrantedRole::BuiltIn(role);
        Change::Grant(Grant { id: GrantId(id), user: UserId(12), account, role, stamp: 0 })
    };
    let site = Account::new(AccountId(6), Some(NORTH), name("site"), Kind::Organisation(Level::EndCustomer));
    let both = [grant(1, CLIENT, Role::Superuser), grant(2, AccountId(6), Role::Superuser)];
    world.0 = world.0.apply(3, &[Change::Account(site)]).apply(4, &both);
    for made in MADE {
        assert_eq!(place(&world, "helper", &made(None)), Err(Code::InvalidAccount));
        assert_eq!(place(&world, "helper", &made(Some("root>north>client"))), Ok(CLIENT));
        assert_eq!(place(&world, "helper", &made(Some("root>north>site"))), Ok(AccountId(6)));
        assert_eq!(place(&world, "helper", &made(Some("root>north"))), Err(Code::NotFound));
    }
    // Where he may only look he makes nothing, and is told so.
    world.0 = world.0.apply(5, &[grant(2, AccountId(6), Role::Operator)]);
    for made in MADE {
        assert_eq!(place(&world, "helper", &made(None)), Ok(CLIENT));
        let refused = place(&world, "helper", &made(Some("root>north>site")));
        assert!(matches!(refused, Err(Code::DeniedRole | Code::NotFound)), "{refused:?}");
    }
}

#[test]
fn nothing_is_made_where_the_level_has_no_room_for_it_or_the_account_is_about_to_go_acc_3_acc_8() {
    let mut world = world();
    // A sub-distributor has no backup profiles.
    assert_eq!(place(&world, "admin", &managed(Some("root>south"))), Err(Code::DeniedModule));
    assert_eq!(place(&world, "admin", &group(Some("root>south"))), Ok(AccountId(4)));
    let backup = Account::new(AccountId(6), Some(NORTH), name("pc"), Kind::Backup);
    world.0 = world.0.apply(3, &[Change::Account(backup)]);
    let pc = "root>north>pc";
    let wish = Wish::Delete(Timestamp::from_millis(5).plus(DAY));
    world.act(Command::LiveAccounts { accounts: vec![path(pc)], wish }).unwrap();
    for made in MADE {
        assert_eq!(place(&world, "boss", &made(Some(pc))), Err(Code::DeniedAccountDeletion));
    }
}

#[test]
fn a_managed_profile_stays_in_its_account_whatever_a_later_upload_says_pro_3_pro_4() {
    let mut world = world();
    world.act_as("boss", managed(Some("root>north>client"))).unwrap();
    let guid = Guid::from_bytes([7; 16]);
    for (account, expected) in [
        (None, Ok(CLIENT)),
        (Some("root>north>client"), Ok(CLIENT)),
        (Some("root>north"), Err(Code::InvalidAccount)),
        (Some("root>south"), Err(Code::NotFound)),
    ] {
        assert_eq!(place(&world, "boss", &upload_to(account, b"two", 1)), expected, "{account:?}");
    }
    // Also when its record is deleted.
    world.act_as("boss", Command::DeleteProfile { guid }).unwrap();
    assert_eq!(place(&world, "boss", &upload_to(Some("root>north"), b"two", 1)), Err(Code::InvalidAccount));
    assert_eq!(place(&world, "boss", &upload_to(None, b"two", 1)), Ok(CLIENT));
    let told = plan(&world.0, &world.as_user("boss", ""), &upload_to(Some("root>north"), b"two", 1), Timestamp::default());
    let told: String = told.unwrap_err().message;
    assert!(told.contains("`root>north>client`"), "{told}");
}
