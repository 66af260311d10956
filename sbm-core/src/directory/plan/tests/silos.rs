//! Backup accounts: their secrets, which nobody sets anew, and the one machine that each is on (ACC-11, ACC-12, RUN-9).

use super::*;
use crate::account::{AccountPath, Lease};
use crate::directory::change::Change;
use crate::directory::rows::Device;
use crate::id::DeviceId;
use crate::wire::v1::admin::{AccountPatch, NewAccount};
use alloc::string::String;
use alloc::vec::Vec;

const NOW: Timestamp = Timestamp::from_millis(5);

fn path(text: &str) -> AccountPath {
    text.parse().unwrap()
}

fn new(account: &str, level: Option<Level>) -> NewAccount {
    let content = serde_json::json!({ "account": account, "level": level });
    serde_json::from_value(content).unwrap()
}

fn phc(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.into())
}

fn silo(account: &str) -> Command {
    Command::CreateSilo { account: new(account, None), phc: phc("$first") }
}

fn organisation(account: &str) -> Command {
    Command::CreateAccount(new(account, Some(Level::EndCustomer)))
}

fn rename(account: &str, to: &str) -> Command {
    let patch = AccountPatch { name: Some(name(to)), ..AccountPatch::default() };
    Command::ModifyAccount { account: path(account), patch }
}

fn person(user: &str, account: &str, role: Role) -> Command {
    let user = NewUser {
        name: name(user),
        account: Some(path(account)),
        description: Text::default(),
        roles: RoleSet::NONE.with(role),
        security_profile: None,
        groups: vec![],
        new_groups: vec![],
    };
    Command::CreateUser { user, phc: phc("$p") }
}

fn installation(number: u8) -> InstallationId {
    InstallationId::from_bytes([number; 16])
}

fn enrols(number: u8) -> Command {
    Command::Enrol { installation: installation(number), computer: alloc::format!("pc-{number}"), program: "x 1".into() }
}

fn takes_over(number: u8) -> Command {
    Command::TakeOver { installation: installation(number), computer: alloc::format!("pc-{number}"), program: "x 1".into() }
}

impl World {
    /// The own login of an account.
    fn own(&self, account: &str) -> UserId {
        self.0.user_to_prove(account).unwrap().id
    }

    fn by(&mut self, user: UserId, command: &Command) -> Result<Vec<Change>, Refusal> {
        let planned = plan(&self.0, &Actor::user(user, String::new()), command, NOW)?;
        self.0 = self.0.apply(self.0.revision() + 1, &planned.changes);
        Ok(planned.changes)
    }

    fn lease(&self, account: &str) -> Lease {
        self.0.account_named(&path(account)).unwrap().silo.lease
    }

    fn device(&self, account: &str, number: u8) -> &Device {
        self.0.device_of(self.0.account_named(&path(account)).unwrap().id, &installation(number)).unwrap()
    }

    /// Which of these machines is heard.
    fn heard(&self, account: &str, numbers: &[u8]) -> Vec<bool> {
        numbers.iter().map(|number| check_machine(&self.0, self.device(account, *number)).is_ok()).collect()
    }
}

/// `root>acme>pc` with a secret of its own, and staff of its customer.
fn peopled() -> World {
    let mut world = World::new();
    for command in [organisation("root>acme"), silo("root>acme>pc"), person("rita", "root>acme", Role::Administrator)] {
        world.act(command).unwrap();
    }
    world.act(person("mona", "root>acme", Role::Manager)).unwrap();
    world.act(person("sam", "root>acme", Role::Supporter)).unwrap();
    world
}

#[test]
fn an_account_with_a_secret_logs_in_by_its_full_name_and_sees_itself_and_below_acc_12_acc_1() {
    let mut world = peopled();
    let own = world.own("root>acme>pc");
    assert_eq!(world.own(" ROOT > Acme >PC "), own);
    for typed in ["pc", "acme>pc", "root>acme>pc>pc", "root>acme", "account 3", "root>acme>pc>account 3", "root>acme>account 3"] {
        assert!(world.0.user_to_prove(typed).is_none(), "{typed}");
    }
    let user = world.0.user(own).unwrap().clone();
    assert_eq!(user.name.as_str(), "account 3");
    assert_eq!(world.0.login_of(&user), "root>acme>pc");
    let allows = |task, access| {
        let actor = Actor { task: Some((task, access)), ..Actor::user(own, String::new()) };
        authorise(&world.0, &actor, task, access).is_ok()
    };
    let reads = [Task::Accounts, Task::Devices, Task::HistoryRead].map(|task| allows(task, TaskAccess::Read));
    assert_eq!(reads, [true; 3]);
    assert!(Task::ALL.iter().all(|task| !allows(*task, TaskAccess::Write)) && !allows(Task::Users, TaskAccess::Read));
    let sees = world.0.seen_by(&Actor::user(own, String::new()));
    assert!(sees.account(&path("root>acme>pc")).is_some() && sees.account(&path("root>acme")).is_none());
    // It goes by another name with its account, and with the account when that goes.
    world.act(rename("root>acme>pc", "till")).unwrap();
    assert_eq!((world.own("root>acme>till"), world.0.user_to_prove("root>acme>pc")), (own, None));
    assert_eq!(
        world.act(Command::CreateSilo { account: new("root>x", Some(Level::Site)), phc: phc("$") }),
        Err(Code::InvalidArgument)
    );
}

#[test]
fn nobody_sets_the_secret_of_an_account_anew_whatever_his_roles_and_who_knows_it_does_run_9_acc_12() {
    let mut world = peopled();
    let (own, rita) = (world.own("root>acme>pc"), world.0.user_named(AccountId::ROOT, "rita").unwrap().id);
    let reset = |user: &str| Command::ModifyUser { name: user.into(), patch: UserPatch::default(), phc: Some(phc("$new")) };
    let renamed = UserPatch { name: Some(name("pc")), ..UserPatch::default() };
    for who in [UserId(1), rita, own] {
        for of in ["root>acme>pc", "account 3", "root>acme>pc>account 3"] {
            let commands = [
                reset(of),
                Command::ModifyUser { name: of.into(), patch: renamed.clone(), phc: None },
                Command::DeleteUser { name: of.into() },
            ];
            for command in commands {
                let refused = world.by(who, &command).unwrap_err();
                assert_eq!(refused.code, Code::DeniedRole, "{who:?} {command:?}: {}", refused.message);
            }
        }
    }
    // Nor by making it anew, or something else of it and back.
    assert_eq!(world.act(silo("root>acme>pc")), Err(Code::NameTaken));
    for (level, told) in [(Some(Level::Site), Err(Code::InUse)), (None, Ok(0))] {
        let patch = AccountPatch { level: Some(level), ..AccountPatch::default() };
        assert_eq!(world.act(Command::ModifyAccount { account: path("root>acme>pc"), patch }), told);
        assert_eq!((world.own("root>acme>pc"), world.act(silo("root>acme>pc"))), (own, Err(Code::NameTaken)));
    }
    // Whoever proved it sets another one; to shut it out is no way in.
    let changed = world.by(own, &Command::ChangePassword { phc: phc("$new") }).unwrap();
    assert_eq!(changed, [Change::Password { user: own, phc: phc("$new") }]);
    let disabled = UserPatch { disabled: Some(true), ..UserPatch::default() };
    world.by(rita, &Command::ModifyUser { name: "root>acme>pc".into(), patch: disabled, phc: None }).unwrap();
    assert!(world.0.user(own).unwrap().disabled);
}

#[test]
fn no_login_is_that_of_a_user_and_of_an_account_acc_12_usr_1() {
    let mut world = peopled();
    assert_eq!(world.act(person("PC", "root>acme", Role::Operator)), Err(Code::NameTaken));
    world.act(person("till", "root>acme", Role::Operator)).unwrap();
    assert_eq!(world.act(silo("root>acme>Till")), Err(Code::NameTaken));
    assert_eq!(world.act(rename("root>acme>pc", "till")), Err(Code::NameTaken));
    let patch = UserPatch { name: Some(name("pc")), ..UserPatch::default() };
    assert_eq!(world.act(Command::ModifyUser { name: "till".into(), patch, phc: None }), Err(Code::NameTaken));
    // A root account has a name alone, as the operator's users have.
    assert_eq!(world.act(silo("admin")), Err(Code::NameTaken));
    world.act(silo("lone")).unwrap();
    assert_eq!(world.act(person("Lone", "root", Role::Operator)), Err(Code::NameTaken));
    assert!(world.0.user_to_prove("lone").is_some());
    // Without a secret an account takes no login away.
    world.act(Command::CreateAccount(new("root>acme>sam", None))).unwrap();
}

#[test]
fn a_backup_account_is_on_one_machine_until_somebody_who_may_releases_it_acc_11() {
    let mut world = peopled();
    let own = world.own("root>acme>pc");
    let id = |user: &str| world.0.user_named(AccountId::ROOT, user).unwrap().id;
    let (mona, sam, rita) = (id("mona"), id("sam"), id("rita"));
    world.by(own, &enrols(1)).unwrap();
    world.by(own, &enrols(1)).unwrap();
    assert_eq!(world.lease("root>acme>pc").fence, 1, "the same machine again");
    let refused = world.by(own, &enrols(2)).unwrap_err();
    assert_eq!(refused.code, Code::OtherMachine);
    assert!(refused.message.contains("`root>acme>pc`") && refused.message.contains("`pc-1`"), "{}", refused.message);
    let release = |number| Command::ReleaseDevice { installation: installation(number), account: None };
    for who in [sam, rita] {
        assert_eq!(world.by(who, &release(1)).unwrap_err().code, Code::DeniedRole, "it needs the right to change devices");
    }
    assert_eq!(world.by(mona, &release(9)).unwrap_err().code, Code::NotFound);
    // The device goes along, so that its writes come before or not at all.
    assert_eq!(world.by(mona, &release(1)).unwrap().len(), 2);
    assert_eq!(world.heard("root>acme>pc", &[1]), [false], "it does not come back by itself");
    assert_eq!(world.by(mona, &release(1)).unwrap_err().code, Code::NothingToChange);
    world.by(own, &enrols(2)).unwrap();
    assert_eq!(world.heard("root>acme>pc", &[1, 2]), [false, true]);
    assert_eq!(world.device("root>acme>pc", 1).computer, "pc-1", "what it did stays");
    // Who knows the secret releases his machine, and no other one.
    assert_eq!(world.by(own, &release(1)).unwrap_err().code, Code::NothingToChange);
    world.by(own, &release(2)).unwrap();
    world.by(own, &enrols(1)).unwrap();
    assert_eq!(world.heard("root>acme>pc", &[1, 2]), [true, false]);
    // A machine that is removed leaves it free.
    world.by(mona, &Command::RemoveDevice { installation: installation(1), account: None }).unwrap();
    assert_eq!(world.heard("root>acme>pc", &[2]), [false]);
    world.by(own, &enrols(2)).unwrap();
    assert_eq!((world.heard("root>acme>pc", &[2]), world.lease("root>acme>pc").fence), (vec![true], 6));
    // Organisations hold any number of devices.
    for number in [1, 2, 3] {
        world.by(sam, &enrols(number)).unwrap();
    }
    assert_eq!(world.heard("root>acme", &[1, 2, 3]), [true; 3]);
}

#[test]
fn a_login_that_takes_over_releases_the_other_machine_in_the_same_commit_for_who_may_release_it_acc_11_acc_12() {
    let mut world = peopled();
    world.act(person("ida", "root>acme>pc", Role::Manager)).unwrap();
    world.act(person("jon", "root>acme>pc", Role::Supporter)).unwrap();
    let own = world.own("root>acme>pc");
    let id = |user: &str| world.0.user_named(AccountId::ROOT, user).unwrap().id;
    let (ida, jon, sam) = (id("ida"), id("jon"), id("sam"));
    // Where no other machine has it, it is a login like any other.
    world.by(own, &takes_over(1)).unwrap();
    world.by(own, &takes_over(1)).unwrap();
    assert_eq!(world.lease("root>acme>pc").fence, 1);
    for who in [own, ida, jon] {
        assert_eq!(world.by(who, &enrols(2)).unwrap_err().code, Code::OtherMachine, "nobody takes it over unasked");
    }
    // A user of the account who may not change devices there is told who may.
    let refused = world.by(jon, &takes_over(2)).unwrap_err();
    assert_eq!(refused.code, Code::DeniedRole);
    assert!(refused.message.contains("`pc-1`") && refused.message.contains("secret"), "{}", refused.message);
    let planned = plan(&world.0, &Actor::user(own, String::new()), &takes_over(2), NOW).unwrap();
    assert_eq!((planned.audit.act.as_str(), planned.audit.object.as_str()), ("device.take_over", &*installation(2).to_string()));
    assert_eq!(planned.audit.detail, "`pc-2`, which takes the account, from `pc-1`");
    // Both devices and the account, once: what the old one is about to write comes before, or not at all.
    let changes = world.by(own, &takes_over(2)).unwrap();
    let count = |is: fn(&Change) -> bool| changes.iter().filter(|change| is(change)).count();
    assert_eq!(
        (count(|change| matches!(change, Change::Device(_))), count(|change| matches!(change, Change::Account(_)))),
        (2, 1)
    );
    assert_eq!((changes.len(), world.lease("root>acme>pc").fence), (3, 3));
    assert_eq!(world.heard("root>acme>pc", &[1, 2]), [false, true]);
    assert_eq!(world.device("root>acme>pc", 1).computer, "pc-1", "what it did stays");
    assert_eq!(world.by(own, &enrols(1)).unwrap_err().code, Code::OtherMachine);
    // Who may change devices there takes it over, too, and back again.
    world.by(ida, &takes_over(3)).unwrap();
    world.by(own, &takes_over(1)).unwrap();
    assert_eq!((world.heard("root>acme>pc", &[1, 2, 3]), world.lease("root>acme>pc").fence), (vec![true, false, false], 7));
    // A plan from before somebody else took it would be refused by its revision: made again, it takes over from the next one.
    world.act(Command::ReleaseDevice { installation: installation(1), account: None }).unwrap();
    let planned = plan(&world.0, &Actor::user(jon, String::new()), &takes_over(2), NOW).unwrap();
    assert_eq!(planned.audit.detail, "`pc-2`, which takes the account", "a free one is anybody's there");
    // In an organisation there is nothing to take over.
    for number in [1, 2] {
        world.by(sam, &takes_over(number)).unwrap();
    }
    assert_eq!(world.heard("root>acme", &[1, 2]), [true; 2]);
}

#[test]
fn of_machines_from_before_there_were_leases_the_first_that_is_heard_of_has_it_acc_11() {
    let mut world = peopled();
    let own = world.own("root>acme>pc");
    world.by(own, &enrols(1)).unwrap();
    let two = Device { id: DeviceId(2), installation: installation(2), ..world.device("root>acme>pc", 1).clone() };
    let mut row = world.0.account_named(&path("root>acme>pc")).unwrap().clone();
    row.silo.lease = Lease::default();
    world.0 = world.0.apply(world.0.revision() + 1, &[Change::Account(row), Change::Device(two)]);
    assert_eq!(world.heard("root>acme>pc", &[1, 2]), [true, true]);
    let take = |device| Command::TakeSilo { device: DeviceId(device) };
    assert_eq!(world.act(take(2)), Err(Code::DeniedRole), "the server alone says so");
    let taken = plan(&world.0, &Actor::system(), &take(2), NOW).unwrap();
    world.0 = world.0.apply(world.0.revision() + 1, &taken.changes);
    assert_eq!(world.heard("root>acme>pc", &[1, 2]), [false, true]);
    assert_eq!(plan(&world.0, &Actor::system(), &take(1), NOW).unwrap_err().code, Code::OtherMachine);
}

#[test]
fn no_code_makes_a_device_of_an_account_s_own_login_and_one_does_of_a_user_there_acc_12_dev_1() {
    use crate::directory::plan::{may_come, plan_enrolment};
    let mut world = peopled();
    let roles = [Role::Superuser, Role::SecurityOfficer].into_iter().collect();
    world.0 = world.0.apply(world.0.revision() + 1, &[Change::User(User { roles, ..world.0.user(UserId(1)).unwrap().clone() })]);
    let (own, account) = (world.own("root>acme>pc"), world.0.account_named(&path("root>acme>pc")).unwrap().id);
    let code = |user: &str| {
        let new = serde_json::json!({"kind": "code", "user": user, "account": "root>acme>pc"});
        let new = serde_json::from_value(new).unwrap();
        plan_enrolment(&world.0, &Actor::user(UserId(1), String::new()), &new, NOW).map(|_| ()).map_err(|refused| refused.code)
    };
    assert_eq!(code("mona"), Ok(()));
    for own in ["account 3", "root>acme>pc", "root>acme>pc>account 3"] {
        assert!(matches!(code(own), Err(Code::DeniedRole | Code::NotFound)), "{own}");
    }
    assert_eq!(code("account 3"), Err(Code::DeniedRole));
    let mona = world.0.user_named(AccountId::ROOT, "mona").unwrap().id;
    let comes = |user| may_come(&world.0, crate::enrolment::EnrolmentKind::Code, user, account).map_err(|refused| refused.code);
    assert_eq!((comes(mona), comes(own)), (Ok(()), Err(Code::DeniedRole)), "nor does one that was made before");
}
