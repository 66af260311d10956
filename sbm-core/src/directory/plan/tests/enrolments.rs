//! Who makes a code for whom, and where devices come to with it (DEV-1, USR-10).

use super::*;
use crate::account::tree::Kind;
use crate::account::{AccountPath, Level};
use crate::enrolment::EnrolmentKind;
use crate::time::{DAY, MINUTE, SECOND};
use crate::wire::v1::admin::NewEnrolment;

const NOW: Timestamp = Timestamp::from_millis(5);

fn path(text: &str) -> AccountPath {
    text.parse().unwrap()
}

/// `root` with the end-customer `acme`, its site `north`, and a distributor beside it; in each a user, and in `acme` an officer.
fn grown() -> World {
    let mut world = World::new();
    let mut admin = world.0.user_named(AccountId::ROOT, "admin").unwrap().clone();
    admin.roles = admin.roles.with(Role::SecurityOfficer);
    let account = |id: u32, parent, text: &str, level| Account {
        stamp: 1,
        ..Account::new(AccountId(id), parent, name(text), Kind::Organisation(level))
    };
    let user = |id: u32, account: u32, text: &str, roles: &[Role]| {
        Change::User(User {
            id: UserId(id),
            account: AccountId(account),
            name: name(text),
            roles: roles.iter().copied().collect(),
            built_in: false,
            ..world.0.user(UserId(1)).unwrap().clone()
        })
    };
    let changes = [
        Change::Account(account(2, Some(AccountId::ROOT), "acme", Level::EndCustomer)),
        Change::Account(account(3, Some(AccountId(2)), "north", Level::Site)),
        Change::Account(account(4, None, "globex", Level::Distributor)),
        user(2, 2, "olga", &[Role::Operator, Role::SecurityOfficer]),
        user(3, 2, "carol", &[]),
        user(4, 3, "nina", &[]),
        user(5, 2, "mona", &[Role::Manager]),
        user(6, 4, "gus", &[Role::Superuser, Role::SecurityOfficer]),
        user(7, 2, "rita", &[Role::Administrator]),
        Change::User(admin),
    ];
    world.0 = world.0.apply(2, &changes);
    world
}

fn code(user: &str) -> NewEnrolment {
    NewEnrolment {
        kind: EnrolmentKind::Code,
        user: user.into(),
        account: None,
        uses: None,
        valid_for: None,
        approval: false,
        comment: Text::default(),
    }
}

impl World {
    fn plan_code(&self, actor: &str, new: &NewEnrolment) -> Result<PlannedEnrolment, Code> {
        let actor = self.0.users().find(|user| user.name.as_str() == actor).unwrap().id;
        plan_enrolment(&self.0, &Actor::user(actor, "10.0.0.5".into()), new, NOW).map_err(|refused| refused.code)
    }
}

#[test]
fn a_security_officer_makes_codes_for_whom_he_sees_and_reaches_usr_10() {
    let world = grown();
    for (actor, user, expected) in [
        ("olga", "carol", Ok((2, 3))),
        ("olga", "olga", Ok((2, 2))),
        ("olga", "nina", Ok((3, 4))),
        ("olga", "root>admin", Err(Code::NotFound)),
        ("olga", "globex>gus", Err(Code::NotFound)),
        ("olga", "nobody", Err(Code::NotFound)),
        ("olga", "mona", Err(Code::DeniedRole)),
        ("rita", "carol", Err(Code::DeniedRole)),
        ("mona", "carol", Err(Code::DeniedRole)),
        ("carol", "carol", Err(Code::DeniedRole)),
        ("admin", "mona", Ok((2, 5))),
        ("admin", "globex>gus", Err(Code::NotFound)),
    ] {
        let planned = world.plan_code(actor, &code(user)).map(|planned| (planned.account.0, planned.user.0));
        assert_eq!(planned, expected, "{actor} for {user}");
    }
    let supers = RoleSet::NONE.with(Role::Superuser);
    let chief = User { roles: supers, ..world.0.user(UserId(5)).unwrap().clone() };
    let world = World(world.0.apply(3, &[Change::User(chief)]));
    assert_eq!(world.plan_code("mona", &code("carol")), Err(Code::DeniedRole), "a superuser is no officer");
}

#[test]
fn a_code_names_the_user_s_account_or_one_below_it_that_its_maker_sees_dev_1() {
    let world = grown();
    let into = |account: &str| NewEnrolment { account: Some(path(account)), ..code("carol") };
    for (account, expected) in [
        ("root>acme", Ok(2)),
        ("ROOT > acme > North", Ok(3)),
        ("root", Err(Code::NotFound)),
        ("globex", Err(Code::NotFound)),
        ("root>acme>south", Err(Code::NotFound)),
        ("acme", Err(Code::NotFound)),
    ] {
        assert_eq!(world.plan_code("olga", &into(account)).map(|planned| planned.account.0), expected, "{account}");
    }
    let above = NewEnrolment { account: Some(path("root>acme")), ..code("nina") };
    assert_eq!(world.plan_code("olga", &above), Err(Code::InvalidArgument), "above the user's own");
}

#[test]
fn the_level_of_the_account_has_the_module_acc_3() {
    for level in Level::ALL {
        let mut world = grown();
        let acme = Account { kind: Kind::Organisation(level), ..world.0.account(AccountId(2)).unwrap().clone() };
        world.0 = world.0.apply(3, &[Change::Account(acme)]);
        for kind in EnrolmentKind::ALL {
            let wanted = NewEnrolment { kind, ..code("carol") };
            let expected = if level.has(kind.module()) { Ok(AccountId(2)) } else { Err(Code::DeniedModule) };
            assert_eq!(world.plan_code("admin", &wanted).map(|planned| planned.account), expected, "{level:?} {kind:?}");
            let come = may_come(&world.0, kind, UserId(3), AccountId(2)).map_err(|refused| refused.code);
            assert_eq!(come, expected.map(drop), "{level:?} {kind:?}");
        }
    }
}

#[test]
fn a_code_is_for_one_and_lasts_as_long_as_is_allowed_dev_1() {
    let world = grown();
    let bounds = |kind, uses, valid_for| {
        let wanted = NewEnrolment { kind, uses, valid_for, approval: true, ..code("carol") };
        world.plan_code("olga", &wanted).map(|planned| (planned.terms.most, planned.terms.expires.since(NOW)))
    };
    use EnrolmentKind::{Code as One, Passphrase as Many};
    let refused = Err(Code::InvalidArgument);
    for (kind, uses, valid_for, expected) in [
        (One, None, None, Ok((1, DAY))),
        (One, Some(1), Some(60), Ok((1, MINUTE))),
        (One, Some(2), None, refused),
        (One, Some(0), None, refused),
        (One, None, Some(59), refused),
        (One, None, Some(30 * 86_400), Ok((1, 30 * DAY))),
        (One, None, Some(30 * 86_400 + 1), refused),
        (One, None, Some(u64::MAX), refused),
        (Many, None, None, Ok((100, 30 * DAY))),
        (Many, Some(10_000), Some(366 * 86_400), Ok((10_000, 366 * DAY))),
        (Many, Some(10_001), None, refused),
        (Many, Some(u32::MAX), None, refused),
        (Many, None, Some(366 * 86_400 + 1), refused),
    ] {
        assert_eq!(bounds(kind, uses, valid_for), expected, "{kind:?} {uses:?} {valid_for:?}");
    }
    let planned = world.plan_code("olga", &NewEnrolment { approval: true, ..code("carol") }).unwrap();
    let until = NOW.plus(DAY).to_rfc3339();
    assert_eq!(planned.detail, alloc::format!("code for `carol` in `root>acme`, 1 at most, until {until}, with approval"));
    assert_eq!(SECOND * 86_400, DAY);
}

#[test]
fn who_comes_with_a_code_is_a_device_in_its_account_dev_1() {
    let mut world = grown();
    let installation = InstallationId::from_bytes([7; 16]);
    let come = |account| Command::EnrolInto {
        account: AccountId(account),
        installation,
        computer: "pc".into(),
        program: "p".into(),
        by: "by the code 4 of `olga`".into(),
    };
    let carol = Actor::user(UserId(3), "10.0.0.5".into());
    let planned = plan(&world.0, &carol, &come(3), NOW).unwrap();
    assert_eq!((planned.audit.act.as_str(), planned.audit.detail.as_str()), ("device.enrol", "`pc`, by the code 4 of `olga`"));
    world.0 = world.0.apply(3, &planned.changes);
    let device = world.0.device_of(AccountId(3), &installation).unwrap();
    assert_eq!((device.user, device.account), (UserId(3), AccountId(3)));
    assert!(plan(&world.0, &carol, &come(3), NOW).unwrap().changes.is_empty(), "it is the same device");
    for (account, code) in [(1, Code::InvalidArgument), (4, Code::InvalidArgument), (9, Code::NotFound)] {
        assert_eq!(plan(&world.0, &carol, &come(account), NOW).unwrap_err().code, code, "{account}");
    }
    let disabled = User { disabled: true, ..world.0.user(UserId(3)).unwrap().clone() };
    world.0 = world.0.apply(4, &[Change::User(disabled)]);
    assert_eq!(plan(&world.0, &carol, &come(3), NOW).unwrap_err().code, Code::WrongCredentials);
    assert_eq!(may_come(&world.0, EnrolmentKind::Code, UserId(3), AccountId(3)).unwrap_err().code, Code::UserDisabled);
}

#[test]
fn a_code_enrols_more_devices_of_one_user_than_he_logs_in_himself_dev_1_dev_3() {
    let mut world = grown();
    let carol = Actor::user(UserId(3), "10.0.0.5".into());
    for number in 0..101_u8 {
        let (installation, computer, program) = (InstallationId::from_bytes([number; 16]), "pc".into(), "p".into());
        let command = Command::EnrolInto { account: AccountId(2), installation, computer, program, by: "by a code".into() };
        let planned = plan(&world.0, &carol, &command, NOW).unwrap();
        world.0 = world.0.apply(world.0.revision() + 1, &planned.changes);
    }
    let login =
        Command::Enrol { installation: InstallationId::from_bytes([200; 16]), computer: "pc".into(), program: "p".into() };
    assert_eq!(plan(&world.0, &carol, &login, NOW).unwrap_err().code, Code::TooMany);
}
