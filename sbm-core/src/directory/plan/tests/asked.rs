//! What is asked besides the gates: of who makes an account with a login, who deletes one with its people, what may be done
//! with one that is about to be deleted, and who acts by what he is (USR-10, ACC-3, ACC-8, DEC-1).

use proptest::prelude::*;

use super::roles::{give, person, role};
use super::*;
use crate::account::AccountPath;
use crate::account::life::Wish;
use crate::directory::command::Limit;
use crate::directory::rows::{CustomRole, Grant, GrantedRole};
use crate::id::{GrantId, RoleId};
use crate::permission::Ceiling;
use crate::time::DAY;
use crate::wire::v1::admin::{AccountPatch, NewAccount, NewGroup, ServerPatch};
use alloc::string::String;
use alloc::sync::Arc;

const NOW: Timestamp = Timestamp::from_millis(5);

fn path(text: &str) -> AccountPath {
    text.parse().unwrap()
}

fn new(account: &str, level: Option<Level>) -> NewAccount {
    serde_json::from_value(serde_json::json!({ "account": account, "level": level })).unwrap()
}

fn make(account: &str, level: Option<Level>) -> Command {
    Command::CreateAccount(new(account, level))
}

fn silo(account: &str) -> Command {
    Command::CreateSilo { account: new(account, None), phc: phc() }
}

fn patch(account: &str, patch: AccountPatch) -> Command {
    Command::ModifyAccount { account: path(account), patch }
}

fn below(account: &str, to: &str) -> Command {
    patch(account, AccountPatch { parent: Some(path(to)), ..AccountPatch::default() })
}

fn levelled(account: &str, level: Option<Level>) -> Command {
    patch(account, AccountPatch { level: Some(level), ..AccountPatch::default() })
}

fn delete(account: &str) -> Command {
    Command::LiveAccounts { accounts: vec![path(account)], wish: Wish::Delete(NOW.plus(DAY)) }
}

fn row(tasks: &[(Task, TaskAccess)]) -> Ceiling {
    tasks.iter().fold(Ceiling::NONE, |row, (task, access)| row.with(*task, *access))
}

const ACCOUNTS: (Task, TaskAccess) = (Task::Accounts, TaskAccess::Write);

impl World {
    fn told(&self, actor: &Actor, command: &Command) -> Result<(), Refusal> {
        plan(&self.0, actor, command, NOW).map(drop)
    }

    fn code(&self, actor: &Actor, command: &Command) -> Option<Code> {
        self.told(actor, command).err().map(|refused| refused.code)
    }

    fn token(&self, user: &str, most: Ceiling, below: Option<AccountId>) -> Actor {
        Actor { limit: Some(Limit { most, below }), session: Some(7), ..self.as_user(user, "10.0.0.5") }
    }

    fn account_id(&self, account: &str) -> AccountId {
        self.0.account_named(&path(account)).unwrap().id
    }
}

/// `root>acme` with its site `north` and a machine below `lab`, which nobody made an account of; `rita` administers acme, and
/// `maker` may do with accounts everything and nothing else.
fn world() -> World {
    let mut world = World::new();
    world.act(make("root>acme", Some(Level::EndCustomer))).unwrap();
    world.act(make("root>acme>north", Some(Level::Site))).unwrap();
    world.act(make("root>acme>lab>pc", None)).unwrap();
    world.act(person("rita", "root>acme", &[Role::Administrator])).unwrap();
    world.act(person("maker", "root", &[])).unwrap();
    world.act(role("tree", &[ACCOUNTS], None)).unwrap();
    world.act(give("maker", "tree", "root")).unwrap();
    world
}

#[test]
fn the_login_of_a_new_account_gets_no_role_that_its_maker_may_not_give_there_usr_10_acc_12_run_11() {
    let world = world();
    let narrow = row(&[ACCOUNTS]);
    let (rita, maker) = (world.as_user("rita", ""), world.as_user("maker", ""));
    let wide = narrow.or(Role::Supporter.row());
    for (says, actor, account, expected) in [
        ("a superuser", world.as_user("admin", ""), "root>acme>lab", None),
        ("a root account", world.as_user("admin", ""), "globex", None),
        ("an administrator", rita.clone(), "root>acme>lab", None),
        ("a role that knows accounts alone", maker.clone(), "root>acme>lab", Some(Code::DeniedRole)),
        ("the same, where nothing is below yet", maker, "root>acme>pc-9", Some(Code::DeniedRole)),
        ("a narrow token", world.token("admin", narrow, None), "root>acme>lab", Some(Code::DeniedToken)),
        ("one that makes a root account", world.token("admin", narrow, None), "globex", Some(Code::DeniedToken)),
        ("one that goes as far", world.token("rita", wide, None), "root>acme>lab>x", None),
    ] {
        assert_eq!(world.code(&actor, &silo(account)), expected, "{says}");
    }
    // An account without a login gives nobody anything.
    assert_eq!(world.code(&world.token("admin", narrow, None), &make("root>acme>lab", None)), None);
    let refused = world.told(&world.as_user("maker", ""), &silo("root>acme>lab")).unwrap_err();
    assert!(refused.message.contains("`supporter`") && refused.message.contains("secret"), "{}", refused.message);
}

#[test]
fn nobody_deletes_an_account_with_people_whom_he_may_not_remove_usr_10_acc_8() {
    let mut world = world();
    let narrow = row(&[ACCOUNTS]);
    world.act(silo("root>acme>till")).unwrap();
    world.act(person("plain", "root>acme>north", &[])).unwrap();
    let wanted = |world: &World, who: &str, account: &str| world.code(&world.as_user(who, ""), &delete(account));
    // Who has no role goes with the account, and so does its own login.
    for account in ["root>acme>north", "root>acme>till"] {
        for actor in [world.as_user("rita", ""), world.as_user("maker", ""), world.token("admin", narrow, None)] {
            assert_eq!(world.code(&actor, &delete(account)), None, "{account} {actor:?}");
        }
    }
    world.act(person("helper", "root>acme>north", &[Role::Operator])).unwrap();
    assert_eq!(
        (wanted(&world, "rita", "root>acme>north"), wanted(&world, "maker", "root>acme>north")),
        (None, Some(Code::DeniedRole))
    );
    let token = world.token("admin", narrow, None);
    assert_eq!(world.code(&token, &delete("root>acme>north")), Some(Code::DeniedToken));
    for (boss, account) in [("boss", "root>acme>north"), ("chief", "root>acme>lab>pc")] {
        world.act(person(boss, account, &[Role::Superuser])).unwrap();
        let refused = world.told(&world.as_user("rita", ""), &delete(account)).unwrap_err();
        assert_eq!(refused.code, Code::DeniedRole);
        assert!(!refused.message.contains(boss), "{}", refused.message);
        assert_eq!(wanted(&world, "admin", account), None);
        // One is enough, however many there are.
        let both =
            Command::LiveAccounts { accounts: vec![path("root>acme>till"), path(account)], wish: Wish::Delete(NOW.plus(DAY)) };
        assert_eq!(world.code(&world.as_user("rita", ""), &both), Some(Code::DeniedRole));
    }
    // A login of its own that was given more is somebody.
    world.act(give("root>acme>till", "tree", "root>acme>till")).unwrap();
    assert_eq!(world.code(&world.as_user("maker", ""), &delete("root>acme>till")), Some(Code::DeniedRole), "a supporter besides");
    assert_eq!(wanted(&world, "rita", "root>acme>till"), None);
}

#[test]
fn the_root_organisation_keeps_a_level_that_has_organisations_below_it_acc_3_acc_4() {
    for level in [None].into_iter().chain(Level::ALL.map(Some)) {
        let mut world = World::new();
        let told = world.act(levelled("root", level));
        let expected = if matches!(level, None | Some(Level::Site)) { Err(Code::BuiltIn) } else { Ok(()) };
        assert_eq!(told.map(drop), expected, "{level:?}");
        // Whatever it is, its users take it back.
        world.act(levelled("root", Some(Level::Reseller))).unwrap();
        world.act(make("root>acme", Some(Level::EndCustomer))).unwrap();
    }
    // One that was made a site once is put right by its own people.
    let mut world = World::new();
    let lost = Account { kind: Kind::Organisation(Level::Site), ..world.0.account(AccountId::ROOT).unwrap().clone() };
    world.0 = world.0.apply(2, &[Change::Account(lost)]);
    assert_eq!(world.act(make("root>acme", Some(Level::Site))), Err(Code::DeniedModule));
    assert_eq!(world.act(levelled("root", Some(Level::EndCustomer))), Ok(1));
}

#[test]
fn codes_are_of_the_account_that_they_enrol_in_whatever_the_level_of_who_makes_them_acc_3() {
    let mut world = World::new();
    world.act(levelled("root", Some(Level::Distributor))).unwrap();
    world.act(make("root>shop", Some(Level::Reseller))).unwrap();
    let officer = User {
        roles: [Role::Superuser, Role::SecurityOfficer].into_iter().collect(),
        ..world.0.user(UserId(1)).unwrap().clone()
    };
    world.0 = world.0.apply(9, &[Change::User(officer)]);
    world.act(person("ann", "root>shop", &[])).unwrap();
    let admin = world.as_user("admin", "");
    let asked = |account: &str| {
        let user = if account == "root" { "admin" } else { "ann" };
        let new = serde_json::json!({"kind": "code", "user": user, "account": account});
        plan_enrolment(&world.0, &admin, &serde_json::from_value(new).unwrap(), NOW)
    };
    assert!(asked("root>shop").is_ok());
    let refused = asked("root").unwrap_err();
    assert_eq!(refused.code, Code::DeniedModule);
    assert!(refused.message.contains("no enrolment codes; enrol in an account below"), "{}", refused.message);
}

#[test]
fn while_an_account_is_about_to_be_deleted_nothing_is_made_in_it_or_given_to_it_acc_8() {
    let mut world = world();
    for command in [
        make("root>acme>pc", None),
        make("root>acme>other", None),
        person("ann", "root>acme>pc", &[]),
        person("hand", "root>acme", &[]),
        person("served", "root", &[]),
        give("hand", "administrator", "root>acme>pc"),
    ] {
        world.act(command).unwrap();
    }
    let roles = [Role::Superuser, Role::SecurityOfficer].into_iter().collect();
    let officer = User { roles, ..world.0.user(UserId(1)).unwrap().clone() };
    world.0 = world.0.apply(world.0.revision() + 1, &[Change::User(officer)]);
    let commands = || {
        [
            ("admin", patch("root>acme>pc", AccountPatch { comment: Some(Text::new("x").unwrap()), ..AccountPatch::default() })),
            ("admin", Command::PutImage { account: path("root>acme>pc"), icon: None, bytes: Arc::from(&b"GIF"[..]) }),
            ("admin", person("new", "root>acme>pc", &[])),
            ("admin", Command::AssignAgent { account: path("root>acme>pc"), agent: "served".into() }),
            ("admin", give("hand", "operator", "root>acme>pc")),
            ("admin", role("Desk", &[(Task::Devices, TaskAccess::Read)], Some("root>acme>pc"))),
            ("admin", make("root>acme>pc>x", None)),
            ("admin", make("root>acme>pc>x>y", None)),
            ("admin", silo("root>acme>pc>x")),
            ("admin", below("root>acme>other", "root>acme>pc")),
            ("hand", Command::CreateGroup(serde_json::from_str::<NewGroup>(r#"{"name":"G"}"#).unwrap())),
            ("hand", Command::CreateSecurityProfile(serde_json::from_str(r#"{"name":"S"}"#).unwrap())),
        ]
    };
    let coded = |world: &World| {
        let new = serde_json::from_value(serde_json::json!({"kind": "code", "user": "ann"})).unwrap();
        plan_enrolment(&world.0, &world.as_user("admin", ""), &new, NOW).err().map(|refused| refused.code)
    };
    let told = |world: &World| commands().map(|(who, command)| world.told(&world.as_user(who, ""), &command));
    assert!(told(&world).into_iter().flat_map(Result::err).all(|refused| refused.code != Code::DeniedAccountDeletion));
    assert_eq!(coded(&world), None);
    world.act(delete("root>acme>pc")).unwrap();
    for (told, (who, command)) in told(&world).into_iter().zip(commands()) {
        let refused = told.expect_err(&alloc::format!("{who} {command:?}"));
        assert_eq!(refused.code, Code::DeniedAccountDeletion, "{who} {command:?}: {}", refused.message);
        assert_eq!(refused.message, "the account `root>acme>pc` is about to be deleted; cancel that first", "{command:?}");
    }
    assert_eq!(coded(&world), Some(Code::DeniedAccountDeletion));
    // What is beside it, or stands below it already, goes on.
    assert_eq!(world.code(&world.as_user("admin", ""), &make("root>acme>other>x", None)), None);
    world.act(Command::LiveAccounts { accounts: vec![path("root>acme>pc")], wish: Wish::Keep }).unwrap();
    assert!(told(&world).into_iter().flat_map(Result::err).all(|refused| refused.code != Code::DeniedAccountDeletion));
}

#[test]
fn a_token_for_the_operator_s_account_is_for_that_and_manages_no_other_root_account_run_11_acc_4() {
    let mut world = World::new();
    world.act(make("root>acme", Some(Level::EndCustomer))).unwrap();
    world.act(make("globex", Some(Level::EndCustomer))).unwrap();
    let most = row(&[ACCOUNTS, (Task::Users, TaskAccess::Write)]);
    let said = |account: &str| patch(account, AccountPatch { comment: Some(Text::new("x").unwrap()), ..AccountPatch::default() });
    let actors =
        [world.as_user("admin", ""), world.token("admin", most, None), world.token("admin", most, Some(AccountId::ROOT))];
    for (command, expected) in [
        (said("root>acme"), [None; 3]),
        (make("root>acme>x", None), [None; 3]),
        (said("root"), [None; 3]),
        (said("globex"), [None, None, Some(Code::NotFound)]),
        (make("globex>x", None), [None, None, Some(Code::NotFound)]),
        (make("third", None), [None, None, Some(Code::NotFound)]),
        (delete("globex"), [None, None, Some(Code::NotFound)]),
        (person("gus", "globex", &[]), [None, None, Some(Code::NotFound)]),
    ] {
        assert_eq!([0, 1, 2].map(|at: usize| world.code(&actors[at], &command)), expected, "{command:?}");
    }
    let manages = |actor: &Actor| ["root", "root>acme", "globex"].map(|of| world.0.seen_by(actor).manages(world.account_id(of)));
    assert_eq!((manages(&actors[1]), manages(&actors[2])), ([true; 3], [true, true, false]));
}

#[test]
fn who_acts_by_what_he_is_passes_the_gates_that_ask_for_no_role_dec_1_acc_10_acc_11_run_8() {
    let installation = InstallationId::from_bytes([7; 16]);
    let mut world = World::new();
    world.act(make("root>acme", Some(Level::EndCustomer))).unwrap();
    world.act(silo("root>acme>till")).unwrap();
    world.act(person("cloud", "root>acme", &[])).unwrap();
    world.act(Command::AssignAgent { account: path("root>acme"), agent: "cloud".into() }).unwrap();
    let own = Actor::user(world.0.user_to_prove("root>acme>till").unwrap().id, String::new());
    let enrols = Command::Enrol { installation, computer: "till".into(), program: "x 1".into() };
    let planned = plan(&world.0, &own, &enrols, NOW).unwrap();
    world.0 = world.0.apply(world.0.revision() + 1, &planned.changes);
    let agent = Command::EnrolAgent { account: path("root>acme"), installation, computer: "c".into(), program: "x 1".into() };
    let release = Command::ReleaseDevice { installation, account: None };
    let told = |world: &World| {
        let cloud = world.as_user("cloud", "");
        let shown = admit(&world.0, &cloud, TaskAccess::Read).err().map(|refused| refused.code);
        (world.code(&cloud, &agent), shown, world.code(&own, &release))
    };
    assert_eq!(told(&world), (None, None, None));
    let demand = |everyone| {
        let rule = FactorRule { everyone, roles: RoleSet::NONE };
        Command::ModifyServer(ServerPatch { second_factor: Some(rule), ..ServerPatch::default() })
    };
    let mut asked = World(world.0.clone());
    asked.act(demand(true)).unwrap();
    let lacks = Some(Code::DeniedSecondFactor);
    assert_eq!(told(&asked), (lacks, lacks, lacks));
    // With a factor he goes on.
    let kept = Change::Factor { user: asked.0.user_named(AccountId::ROOT, "cloud").unwrap().id, kept: Kept::default() };
    asked.0 = asked.0.apply(asked.0.revision() + 1, &[kept]);
    assert_eq!(told(&asked), (None, None, lacks));
    // While his account is being deleted he only looks.
    let mut ending = World(world.0.clone());
    ending.act(delete("root>acme>till")).unwrap();
    assert_eq!(told(&ending), (None, None, Some(Code::DeniedAccountDeletion)));
    let mut row = world.0.account(world.account_id("root>acme")).unwrap().clone();
    row.life.deletion = Some(NOW.plus(DAY));
    world.0 = world.0.apply(world.0.revision() + 1, &[Change::Account(row)]);
    assert_eq!(told(&world), (Some(Code::DeniedAccountDeletion), None, None));
    let mut shut = world.0.user_named(AccountId::ROOT, "cloud").unwrap().clone();
    shut.disabled = true;
    world.0 = world.0.apply(world.0.revision() + 1, &[Change::User(shut)]);
    assert_eq!(told(&world).1, Some(Code::UserDisabled));
}

/// `root>a>x>c` and `root>b`; `ann` belongs to `a`, `roy` to the root, and `mover` to the root, too.
fn two_places() -> World {
    let mut world = World::new();
    for account in ["root>a", "root>a>x", "root>a>x>c", "root>b"] {
        world.act(make(account, Some(Level::EndCustomer))).unwrap();
    }
    for (user, account) in [("ann", "root>a"), ("roy", "root"), ("mover", "root")] {
        world.act(person(user, account, &[])).unwrap();
    }
    world
}

#[test]
fn a_move_revives_no_role_below_that_whoever_moves_could_not_give_there_usr_10() {
    let mut world = two_places();
    world.act(role("tree", &[ACCOUNTS], None)).unwrap();
    world.act(give("mover", "tree", "root")).unwrap();
    world.act(give("ann", "admin", "root>a>x>c")).unwrap();
    let may = |world: &World, account: &str| {
        let ann = world.0.user_named(AccountId::ROOT, "ann").unwrap();
        world.0.may_at(ann, Task::Users, TaskAccess::Write, world.account_id(account))
    };
    assert!(may(&world, "root>a>x>c"));
    // Away she has nothing there, and whoever moves it away needs give her nothing.
    world.act_as("mover", below("root>a>x", "root>b")).unwrap();
    assert!(!may(&world, "root>b>x>c"));
    assert_eq!(world.act_as("mover", below("root>b>x", "root>a")), Err(Code::DeniedRole));
    world.act(below("root>b>x", "root>a")).unwrap();
    assert!(may(&world, "root>a>x>c"));
    // What counts before and behind it needs nobody's leave.
    world.act_as("mover", below("root>a>x", "root>b")).unwrap();
    world.act(Command::Ungrant(GrantId(2))).unwrap();
    world.act_as("mover", below("root>b>x", "root>a")).unwrap();
}

proptest! {
    /// Whoever moves what to where, and whatever was granted before: nobody goes further anywhere in it afterwards than he went
    /// there before, but where whoever moved went as far himself.
    #[test]
    fn nobody_goes_further_by_a_move_than_before_or_than_whoever_moved_usr_10(
        grants in prop::collection::vec((0_usize..3, 0_usize..5, 0_usize..8), 0..12),
        custom in any::<[u64; 3]>(),
        home in any::<bool>(),
        top in 0_usize..8,
    ) {
        let mut world = two_places();
        let ids = ["root", "root>a", "root>a>x", "root>a>x>c", "root>b"].map(|of| world.account_id(of));
        let users = ["ann", "roy", "mover"].map(|user| world.0.user_named(AccountId::ROOT, user).unwrap().id);
        let made = |at: usize| CustomRole {
            id: RoleId(at as u32 + 1),
            account: ids[[0, 1, 2][at]],
            name: name(["one", "two", "three"][at]),
            description: Text::default(),
            tasks: Ceiling::from_bits(custom[at]),
            stamp: 0,
        };
        let given = |at: usize| match at {
            0..5 => GrantedRole::BuiltIn(Role::ALL[at]),
            _ => GrantedRole::Custom(RoleId(at as u32 - 4)),
        };
        let grant = |id: usize, user: usize, account: usize, role: usize| {
            Change::Grant(Grant { id: GrantId(id as u32 + 1), user: users[user], account: ids[account], role: given(role), stamp: 0 })
        };
        let mut changes: Vec<Change> = (0..3).map(|at| Change::Role(made(at))).collect();
        changes.extend(grants.iter().enumerate().map(|(id, (user, account, role))| grant(id, *user, *account, *role)));
        changes.extend([grant(50, 2, 0, top), Change::Role(CustomRole { tasks: row(&[ACCOUNTS]), id: RoleId(9), name: name("t"), ..made(0) })]);
        changes.push(Change::Grant(Grant { id: GrantId(60), user: users[2], account: ids[0], role: GrantedRole::Custom(RoleId(9)), stamp: 0 }));
        // It stands at home, or somewhere else for the time being.
        let away = Account { parent: Some(ids[4]), ..world.0.account(ids[2]).unwrap().clone() };
        changes.extend((!home).then_some(Change::Account(away)));
        world.0 = world.0.apply(world.0.revision() + 1, &changes);
        let wanted = if home { below("root>a>x", "root>b") } else { below("root>b>x", "root>a") };
        let actor = Actor::user(users[2], String::new());
        if let Ok(planned) = plan(&world.0, &actor, &wanted, NOW) {
            let after = world.0.apply(world.0.revision() + 1, &planned.changes);
            let row = |facts: &Directory, user: UserId, at| facts.row_at(facts.user(user).unwrap(), at);
            for user in users {
                for at in [ids[2], ids[3]] {
                    let before = row(&world.0, user, at).or(row(&world.0, users[2], at));
                    prop_assert!(before.goes_as_far_as(row(&after, user, at)), "{user:?} at {at:?}");
                }
            }
        }
    }
}
