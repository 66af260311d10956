//! Accounts: who makes them, what becomes of them, and what goes with them (ACC-1 to ACC-9).

use super::*;
use crate::account::life::{LEAST_NOTICE, Standing, Wish};
use crate::account::policy::{Mode, Setting, all_effective};
use crate::account::{AccountPath, Quota};
use crate::erase::Order;
use crate::id::{DeviceId, OrderId};
use crate::time::DAY;
use crate::wire::v1::admin::{AccountPatch, AccountsAct, NewAccount};
use alloc::string::String;
use alloc::vec::Vec;

mod left;
mod numbers;

fn path(text: &str) -> AccountPath {
    text.parse().unwrap()
}

fn new(account: &str, level: Option<Level>) -> NewAccount {
    NewAccount {
        account: path(account),
        level,
        secret: None,
        quota: Quota::default(),
        comment: Text::default(),
        about: crate::account::About::default(),
        policy: [].into(),
    }
}

fn make(account: &str, level: Option<Level>) -> Command {
    Command::CreateAccount(new(account, level))
}

fn patch(account: &str, patch: AccountPatch) -> Command {
    Command::ModifyAccount { account: path(account), patch }
}

fn live(accounts: &[&str], wish: Wish) -> Command {
    Command::LiveAccounts { accounts: accounts.iter().map(|account| path(account)).collect(), wish }
}

const NOW: Timestamp = Timestamp::from_millis(5);
const ORDER: OrderId = OrderId::from_bytes([7; 16]);

fn drop_now(account: AccountId) -> Command {
    Command::DropAccount { account, order: ORDER }
}

fn morning() -> Timestamp {
    NOW.plus(DAY)
}

fn renamed(to: &str) -> AccountPatch {
    AccountPatch { name: Some(name(to)), ..AccountPatch::default() }
}

impl World {
    fn account(&self, account: &str) -> Option<&Account> {
        self.0.account_named(&path(account))
    }

    /// The full names of all accounts, in the order of their names.
    fn accounts(&self) -> Vec<String> {
        let accounts = self.0.accounts().filter(|row| row.kind != Kind::Virtual);
        let mut names: Vec<String> = accounts.map(|row| self.0.account_name(row.id)).collect();
        names.sort();
        names
    }

    /// Puts a user with that role into an account.
    fn staff(&mut self, account: &str, user: &str, role: Role) -> UserId {
        let id = UserId(self.0.next().user);
        let account = self.account(account).unwrap().id;
        let row = User {
            id,
            account,
            name: name(user),
            description: Text::default(),
            disabled: false,
            built_in: false,
            roles: RoleSet::NONE.with(role),
            security_profile: None,
            groups: vec![],
            stamp: 0,
        };
        self.0 = self.0.apply(self.0.revision() + 1, &[Change::User(row)]);
        id
    }

    fn act_by(&mut self, user: UserId, command: &Command) -> Result<usize, Refusal> {
        let planned = plan(&self.0, &Actor::user(user, String::new()), command, NOW)?;
        self.0 = self.0.apply(self.0.revision() + 1, &planned.changes);
        Ok(planned.changes.len())
    }
}

/// `root>acme>north>pc-1`, of which `acme` is a customer and `north` a site, and a customer beside it.
fn peopled() -> World {
    let mut world = World::new();
    for (account, level) in [
        ("root>acme", Some(Level::EndCustomer)),
        ("root>acme>north", Some(Level::Site)),
        ("root>acme>north>pc-1", None),
        ("root>other", Some(Level::EndCustomer)),
    ] {
        world.act(make(account, level)).unwrap();
    }
    world
}

#[test]
fn one_makes_accounts_below_ones_own_and_changes_none_above_or_beside_acc_4() {
    let mut world = peopled();
    let boss = world.staff("root>acme", "boss", Role::Administrator);
    assert_eq!(world.act_by(boss, &make("root>acme>south", Some(Level::Site))), Ok(1));
    assert_eq!(world.act_by(boss, &make("ROOT > Acme>west>pc-2", None)), Ok(2), "with a part of names between");
    for outside in ["root>other>x", "root>nobody>x", "other", "root>x", "acme>x", "root>acme", "root"] {
        let refused = world.act_by(boss, &make(outside, None)).unwrap_err();
        assert_eq!(
            (refused.code, refused.message.contains("does not stand below your account")),
            (Code::NotFound, true),
            "{outside}"
        );
    }
    // What is above and beside is told as what nobody ever made.
    for act in [|account: &str| patch(account, renamed("x")), |account: &str| live(&[account], Wish::Stand(Standing::Disabled))] {
        for outside in ["root>other", "root"] {
            let (told, never) = (world.act_by(boss, &act(outside)), world.act_by(boss, &act("root>nobody")));
            let told = told.unwrap_err();
            assert_eq!((told.code, told.message.replace(outside, "root>nobody")), {
                let never = never.unwrap_err();
                (never.code, never.message)
            });
        }
    }
    // What an account is and may store is said above it; what is known of it, it says itself.
    let quota = AccountPatch { quota: Some(Quota { hard: Some(1), soft: None }), ..AccountPatch::default() };
    assert_eq!(world.act_by(boss, &patch("root>acme", quota.clone())).unwrap_err().code, Code::DeniedRole);
    assert_eq!(world.act_by(boss, &live(&["root>acme"], Wish::Delete(morning()))).unwrap_err().code, Code::DeniedRole);
    let said = AccountPatch { comment: Some(Text::new("call Ann").unwrap()), ..AccountPatch::default() };
    assert_eq!(world.act_by(boss, &patch("root>acme", said)), Ok(1));
    assert_eq!(world.act_by(boss, &patch("root>acme>north", quota)), Ok(1));
    // The operator makes root accounts and sees them.
    assert_eq!(world.act(make("second", Some(Level::Distributor))), Ok(1));
    assert_eq!(world.act(patch("second", renamed("third"))), Ok(1));
    assert_eq!(world.act_by(boss, &patch("third", renamed("x"))).unwrap_err().code, Code::NotFound);
}

#[test]
fn a_level_module_and_role_stand_before_every_account_act_acc_3_dec_1() {
    let mut world = peopled();
    let (site, manager) =
        (world.staff("root>acme>north", "site", Role::Administrator), world.staff("root>acme", "m", Role::Manager));
    let command = make("root>acme>north>pc-9", None);
    assert_eq!(world.act_by(manager, &command).unwrap_err().code, Code::DeniedRole);
    // A site has machines, and no organisations of its own.
    assert_eq!(world.act_by(site, &command), Ok(1));
    let levelled = AccountPatch { level: Some(Some(Level::Site)), ..AccountPatch::default() };
    for command in [make("root>acme>north>hall", Some(Level::Site)), patch("root>acme>north>pc-9", levelled.clone())] {
        let refused = world.act_by(site, &command).unwrap_err();
        assert_eq!(refused.code, Code::DeniedModule, "{command:?}");
        assert!(refused.message.contains("`site`") && refused.message.contains("organisations"), "{}", refused.message);
    }
    world.act(make("root>acme>north>hall", Some(Level::Site))).unwrap();
    world.act(make("root>acme>north>yard", Some(Level::Site))).unwrap();
    let below = |account: &str| AccountPatch { parent: Some(path(account)), ..AccountPatch::default() };
    let told = world.act_by(site, &patch("root>acme>north>hall", below("root>acme>north>yard"))).map_err(|refused| refused.code);
    assert_eq!(told, Err(Code::DeniedModule), "moved");
    assert_eq!(world.act_by(site, &patch("root>acme>north>pc-9", below("root>acme>north>hall"))), Ok(1));
    assert_eq!(world.act_by(site, &live(&["root>acme>north>hall>pc-9"], Wish::Stand(Standing::Disabled))), Ok(1));
    let looks = |task| authorise(&world.0, &Actor::user(site, String::new()), task, TaskAccess::Read).is_ok();
    assert!(looks(Task::Accounts) && looks(Task::Devices));
    // A distributor uploads no profiles: that module is of those who use it.
    world.act(make("trade", Some(Level::Distributor))).unwrap();
    let seller = world.staff("trade", "seller", Role::Superuser);
    let facts = &world.0;
    let allowed = |task| authorise(facts, &Actor::user(seller, String::new()), task, TaskAccess::Write).map_err(|why| why.code);
    assert_eq!((allowed(Task::Profiles), allowed(Task::Accounts)), (Err(Code::DeniedModule), Ok(())));
    let said = |task| authorise(facts, &Actor::user(seller, String::new()), task, TaskAccess::Write).unwrap_err().message;
    assert!(said(Task::Profiles).contains("no managed profiles") && said(Task::Server).contains("operator"));
}

#[test]
fn a_parent_that_comes_later_hands_down_at_once_and_one_that_goes_leaves_its_children_acc_2_acc_9() {
    let mut world = peopled();
    world.act(make("root>acme>lab>pc-3", None)).unwrap();
    let pc = world.account("root>acme>lab>pc-3").unwrap().id;
    assert_eq!(world.account("root>acme>lab"), None);
    let setting = Setting { mode: Mode::Forced, value: Some("03:00".into()) };
    let policy = [(String::from("start"), setting)].into();
    world.act(Command::CreateAccount(NewAccount { policy, ..new("root>acme>lab", None) })).unwrap();
    let effective = |world: &World| {
        let way_up = world.0.chain(pc).map(|account| (account.id, &account.policy));
        all_effective(way_up).get("start").map(|found| world.0.account_name(found.origin))
    };
    assert_eq!(effective(&world).as_deref(), Some("root>acme>lab"));
    world.act(live(&["root>acme>lab"], Wish::Delete(morning()))).unwrap();
    let id = world.account("root>acme>lab").unwrap().id;
    let system = Actor::system();
    let early = plan(&world.0, &system, &drop_now(id), morning().plus(-1)).map(drop);
    assert_eq!(early.unwrap_err().code, Code::Stale);
    let planned = plan(&world.0, &system, &drop_now(id), morning()).unwrap();
    assert_eq!((planned.audit.act.as_str(), planned.audit.object.as_str()), ("account.drop", "root>acme>lab"));
    assert_eq!(planned.audit.detail, format!("with the erase order `{ORDER}`"));
    let orders: Vec<_> = planned.changes.iter().filter(|change| matches!(change, Change::Erase(_))).collect();
    let order = Order { id: ORDER, account: id, name: String::from("root>acme>lab"), deleted: morning() };
    assert_eq!(orders, [&Change::Erase(order)], "one, with the name that it had");
    world.0 = world.0.apply(world.0.revision() + 1, &planned.changes);
    assert_eq!((effective(&world), world.account("root>acme>lab")), (None, None));
    assert_eq!(world.account("root>acme>lab>pc-3").map(|row| row.id), Some(pc), "the children live on");
    assert_eq!(world.0.root_of(pc), AccountId::ROOT);
}

#[test]
fn a_moved_and_renamed_account_keeps_its_id_and_all_below_it_acc_3() {
    let mut world = peopled();
    let pc = world.account("root>acme>north>pc-1").unwrap().id;
    world.staff("root>acme>north", "ann", Role::Operator);
    let moved = AccountPatch { parent: Some(path("root>other")), name: Some(name("South")), ..AccountPatch::default() };
    let actor = world.as_user("admin", "");
    let planned = plan(&world.0, &actor, &patch("root>acme>north", moved.clone()), NOW).unwrap();
    assert_eq!(planned.audit.detail, "renamed to South, now `root>other>South`, 1 changed login by the full name");
    world.act(patch("root>acme>north", moved)).unwrap();
    assert_eq!(world.account("root>other>south>pc-1").map(|row| row.id), Some(pc));
    for (account, to, code) in [
        ("root>other", "root>other>South", Code::InvalidAccount),
        ("root>acme", "root>other>South", Code::InvalidAccount),
        ("root>acme", "root>nobody", Code::NotFound),
        ("root", "root>other", Code::BuiltIn),
    ] {
        let moved = AccountPatch { parent: Some(path(to)), ..AccountPatch::default() };
        assert_eq!(world.act(patch(account, moved)), Err(code), "{account} below {to}");
    }
    assert_eq!(world.act(patch("root>acme", renamed("Other"))), Err(Code::NameTaken));
    world.act(make("far", Some(Level::Reseller))).unwrap();
    let abroad = AccountPatch { parent: Some(path("far")), ..AccountPatch::default() };
    assert_eq!(world.act(patch("root>acme", abroad)), Err(Code::InvalidAccount), "names are unique in a root account");
}

#[test]
fn an_act_on_several_accounts_is_done_wholly_or_not_at_all_acc_6_acc_7_acc_8() {
    let mut world = peopled();
    let both = ["root>acme", "root>acme>north>pc-1"];
    world.act(live(&both, Wish::Stand(Standing::Disabled))).unwrap();
    let state = |world: &World, account: &str| world.account(account).unwrap().state();
    assert_eq!(both.map(|account| state(&world, account)), [AccountState::Disabled; 2]);
    assert_eq!(state(&world, "root>acme>north"), AccountState::Active, "that account alone, never its subtree");
    let before = world.accounts();
    for (accounts, wish, code) in [
        (&["root>acme", "root>nobody"][..], Wish::Stand(Standing::Active), Code::NotFound),
        (&["root>acme", "root"], Wish::Stand(Standing::Active), Code::BuiltIn),
        (&["root>acme>north>pc-1", "root>acme"], Wish::Delete(morning()), Code::InUse),
        (&["root>acme>north>pc-1"], Wish::Delete(NOW.plus(LEAST_NOTICE - 1)), Code::InvalidArgument),
        (&[], Wish::Keep, Code::InvalidArgument),
    ] {
        assert_eq!(world.act(live(accounts, wish)), Err(code), "{accounts:?} {wish:?}");
    }
    let many: Vec<&str> = core::iter::repeat_n("root>acme", AccountsAct::MAX + 1).collect();
    assert_eq!(world.act(live(&many, Wish::Keep)), Err(Code::InvalidArgument));
    assert_eq!((both.map(|account| state(&world, account)), world.accounts()), ([AccountState::Disabled; 2], before));
    // To be deleted, and not after all: it stands as it stood. Meanwhile nothing else is done to it.
    world.act(live(&both[1..], Wish::Delete(morning()))).unwrap();
    assert_eq!(state(&world, both[1]), AccountState::DeletionPending);
    assert_eq!(world.act(patch(both[1], renamed("x"))), Err(Code::DeniedAccountDeletion));
    assert_eq!(world.act(live(&both[1..], Wish::Stand(Standing::Active))), Err(Code::DeniedAccountDeletion));
    assert_eq!(world.act(make(both[1], None)), Err(Code::NameTaken), "the name is reserved");
    world.act(live(&both[1..], Wish::Keep)).unwrap();
    assert_eq!(state(&world, both[1]), AccountState::Disabled);
    // Nobody but the server carries a deletion out.
    let id = world.account(both[1]).unwrap().id;
    assert_eq!(world.act(drop_now(id)), Err(Code::DeniedRole));
}

#[test]
fn an_organisation_goes_at_once_when_it_is_free_and_takes_its_people_along_acc_3() {
    let mut world = peopled();
    let ann = world.staff("root>other", "ann", Role::Operator);
    world.group("Finance");
    let account = world.account("root>other").unwrap().id;
    let group = Group { account, ..world.0.group_named(AccountId::ROOT, "Finance").unwrap().clone() };
    world.user("bob", None, &["Finance"]);
    let device = crate::directory::rows::Device {
        id: DeviceId(1),
        account: world.account("root>other").unwrap().id,
        user: ann,
        installation: InstallationId::from_bytes([1; 16]),
        computer: "pc".into(),
        program: "x 1".into(),
        enrolled: NOW,
        stamp: 0,
    };
    world.0 = world.0.apply(world.0.revision() + 1, &[Change::Group(group), Change::Device(device)]);
    let delete = || live(&["root>other"], Wish::Delete(morning()));
    assert_eq!(world.act(delete()), Err(Code::InUse), "a device is in it");
    world.0 = world.0.apply(world.0.revision() + 1, &[Change::DropDevice(DeviceId(1))]);
    world.act(delete()).unwrap();
    assert_eq!((world.account("root>other"), world.0.user(ann)), (None, None));
    let bob = world.0.user_named(AccountId::ROOT, "bob").unwrap();
    assert_eq!((bob.groups.as_slice(), world.0.groups().count()), (&[][..], 0), "who had what is gone loses it");
    // An id is never given out twice.
    let before = world.0.next().account;
    world.act(make("root>other", None)).unwrap();
    assert_eq!(world.account("root>other").unwrap().id, AccountId(before));
}

#[test]
fn what_is_no_quota_policy_or_place_is_told_with_its_value_acc_1_acc_5_acc_9() {
    let mut world = peopled();
    let quota = |soft, hard| NewAccount { quota: Quota { hard, soft }, ..new("root>acme>pc", None) };
    let policy = |name: &str, mode, value: Option<&str>| NewAccount {
        policy: [(name.to_string(), Setting { mode, value: value.map(String::from) })].into(),
        ..new("root>acme>pc", None)
    };
    let contact = serde_json::from_str::<crate::account::about::Contact>(r#"{"name":"Ann"}"#).unwrap();
    let contacts = |count| {
        let about = crate::account::About { contacts: vec![contact.clone(); count], ..crate::account::About::default() };
        NewAccount { about, ..new("root>acme>pc", None) }
    };
    let deep = NewAccount { account: path(&vec!["root"; 32].join(">")), ..new("root>acme", None) };
    for (odd, word) in [
        (quota(Some(2), Some(1)), "2 B"),
        (quota(None, Some(u64::MAX)), "9.2 EB"),
        (policy("with blank", Mode::Forced, Some("1")), "`with blank`"),
        (policy("start", Mode::Local, Some("1")), "no value"),
        (policy("start", Mode::Forced, None), "needs a value"),
        (contacts(33), "33 contacts"),
    ] {
        let refused = plan(&world.0, &world.as_user("admin", ""), &Command::CreateAccount(odd), NOW).unwrap_err();
        assert_eq!(refused.code, Code::InvalidArgument);
        assert!(refused.message.contains(word), "{}", refused.message);
    }
    assert_eq!(world.act(Command::CreateAccount(deep)), Ok(31), "as deep as a name may be");
    assert_eq!(world.act(Command::CreateAccount(contacts(32))), Ok(1));
    for (account, level) in
        [("root>acme>x", Level::Reseller), ("root>acme>north>x", Level::EndCustomer), ("root>x", Level::Distributor)]
    {
        let refused = plan(&world.0, &world.as_user("admin", ""), &make(account, Some(level)), NOW).unwrap_err();
        assert_eq!(refused.code, Code::InvalidAccount, "{account}");
        assert!(refused.message.contains(level.name()), "{}", refused.message);
    }
}

#[test]
fn a_user_is_made_in_an_account_that_one_manages_and_in_no_other_acc_4_usr_1() {
    let mut world = peopled();
    world.act(make("second", Some(Level::Reseller))).unwrap();
    let boss = world.staff("root>acme", "boss", Role::Administrator);
    let user = |user: &str, account: &str, group: Option<&str>| Command::CreateUser {
        user: NewUser {
            name: name(user),
            account: Some(path(account)),
            description: Text::default(),
            roles: RoleSet::NONE,
            security_profile: None,
            groups: group.map(name).into_iter().collect(),
            new_groups: vec![],
        },
        phc: phc(),
    };
    assert_eq!(world.act_by(boss, &user("ann", "root>acme>north", None)), Ok(2));
    for outside in ["root>other", "root", "second", "root>nobody"] {
        assert_eq!(world.act_by(boss, &user("bob", outside, None)).unwrap_err().code, Code::NotFound, "{outside}");
    }
    // The first user of another root account has nothing of the operator's, and may be called as somebody here is.
    world.group("Finance");
    assert_eq!(world.act(user("ann", "second", Some("Finance"))), Err(Code::InvalidAccount));
    assert_eq!(world.act(user("ann", "second", None)), Ok(2));
    assert_eq!(world.act(user("ann", "second", None)), Err(Code::NameTaken));
    assert_eq!(world.act(user("ann", "root>other", None)), Err(Code::NameTaken), "unique in the whole root account");
}

#[test]
fn a_second_factor_that_an_account_asks_is_asked_of_all_below_and_lifted_from_above_alone_run_8_acc_4() {
    let mut world = peopled();
    let boss = world.staff("root>acme", "boss", Role::Administrator);
    let local = world.staff("root>acme>north", "local", Role::Administrator);
    let other = world.staff("root>other", "other", Role::Administrator);
    let admin = UserId(1);
    let asks = |account: &str, asks: bool| patch(account, AccountPatch { second_factor: Some(asks), ..AccountPatch::default() });
    let lacking = |world: &World| {
        let lacks = |user: &UserId| world.0.lacks_factor(world.0.user(*user).unwrap());
        [admin, boss, local, other].into_iter().filter(lacks).collect::<Vec<_>>()
    };
    assert_eq!(lacking(&world), []);
    assert_eq!(world.act_by(boss, &asks("root>acme", true)), Ok(1), "more may be asked of oneself");
    assert_eq!(lacking(&world), [boss, local]);
    let refused = world.act_by(boss, &asks("root>acme>north", false)).unwrap_err();
    assert_eq!(refused.code, Code::DeniedSecondFactor, "who has none does nothing but enrol one");
    let kept = crate::factor::KeptAddress::default();
    let shown = String::from("a…@example.org");
    let confirm = Command::ConfirmChannel { channel: crate::factor::Channel::Email, kept, shown };
    assert_eq!((world.act_by(boss, &confirm), world.act_by(local, &confirm)), (Ok(1), Ok(1)));
    assert_eq!(lacking(&world), [], "a code by mail is one");
    assert_eq!(world.act_by(boss, &asks("root>acme", false)).unwrap_err().code, Code::DeniedRole, "never less");
    assert_eq!(world.act_by(boss, &asks("root>acme>north", true)), Ok(1));
    assert_eq!(world.act_by(boss, &asks("root>acme>north", true)), Ok(0), "it was so already");
    assert_eq!(world.act_by(other, &asks("root>acme", false)).unwrap_err().code, Code::NotFound);
    assert_eq!(world.act_by(boss, &asks("root>acme>north", false)), Ok(1), "from above it is lifted");
    let drop = Command::RemoveChannel { channel: crate::factor::Channel::Email };
    assert_eq!(world.act_by(local, &drop), Ok(1));
    assert_eq!(world.act_by(local, &drop).unwrap_err().code, Code::NotFound);
    assert_eq!(lacking(&world), [local], "what is asked at `acme` stays asked below it");
    assert_eq!(world.act_by(admin, &asks("root", true)), Ok(1), "the operator asks it of everybody");
    assert_eq!(lacking(&world), [admin, local, other]);
}
