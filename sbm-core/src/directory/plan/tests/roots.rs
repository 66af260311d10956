//! Several root accounts on one server: logins, and that nothing of another root account exists (USR-1, ACC-1, ACC-4).

use alloc::format;
use alloc::string::ToString as _;

use proptest::prelude::*;

use super::*;
use crate::directory::rows::{CustomRole, Device, Grant, GrantedRole, Group, ManagedProfile};
use crate::id::{DeviceId, GrantId, Hash, ProfileId, RoleId};
use crate::wire::v1::admin::ServerPatch;

/// The accounts: name and the place of the one above. The third root account is named like a part of the first's tree.
const ACCOUNTS: [(&str, Option<u32>); 7] = [
    ("Acme", None),
    ("Globex", None),
    ("North", None),
    ("North", Some(1)),
    ("pc-1", Some(4)),
    ("North", Some(2)),
    ("Büro", Some(2)),
];

const FIRST: AccountId = AccountId::ROOT;
const SECOND: AccountId = AccountId(2);

/// Each root account has an `admin` of its own, a `carol` and a group, a profile and a device of the same name; some users
/// belong further down.
fn three_roots() -> Directory {
    let mut facts = fresh();
    let mut changes: Vec<Change> = (1..).zip(ACCOUNTS).map(|(id, (name, parent))| account(id, name, parent)).collect();
    let users = [
        (1, "admin"),
        (2, "admin"),
        (3, "admin"),
        (1, "carol"),
        (2, "carol"),
        (3, "carol"),
        (5, "dora"),
        (6, "dora"),
        (7, "Zoë"),
    ];
    changes.extend((1..).zip(users).map(|(id, (account, name))| user(id, account, name)));
    for root in 1..=3 {
        let (id, account) = (root, AccountId(root));
        changes.push(Change::Group(Group {
            id: GroupId(id),
            account,
            name: name("Finance"),
            description: Text::default(),
            stamp: 0,
        }));
        changes.push(managed(id, account));
        changes.push(device(id, account));
    }
    facts = facts.apply(2, &changes);
    facts
}

fn account(id: u32, of: &str, parent: Option<u32>) -> Change {
    let (id, parent) = (AccountId(id), parent.map(AccountId));
    Change::Account(Account::new(id, parent, name(of), Kind::Backup))
}

fn user(id: u32, account: u32, of: &str) -> Change {
    Change::User(User {
        id: UserId(id),
        account: AccountId(account),
        name: name(of),
        description: Text::default(),
        disabled: false,
        built_in: false,
        roles: if of == "admin" { RoleSet::NONE.with(Role::Superuser) } else { RoleSet::NONE },
        security_profile: None,
        groups: vec![],
        stamp: 0,
    })
}

fn managed(id: u32, account: AccountId) -> Change {
    Change::Profile(ManagedProfile {
        id: ProfileId(id),
        account,
        guid: GUID,
        name: name("Documents"),
        description: Text::default(),
        version: 1,
        revision: 1,
        body: Hash::of(b"one"),
        size: 3,
        schedule: None,
        import_schedule: false,
        delete: false,
        groups: vec![GroupId(id)],
        uploaded_by: name("admin"),
        uploaded_at: Timestamp::default(),
        stamp: 0,
    })
}

fn installation(root: u32) -> InstallationId {
    InstallationId::from_bytes([u8::try_from(root).unwrap(); 16])
}

fn device(id: u32, account: AccountId) -> Change {
    Change::Device(Device {
        id: DeviceId(id),
        account,
        user: UserId(id + 3),
        installation: installation(id),
        computer: "pc".into(),
        program: "p".into(),
        enrolled: Timestamp::default(),
        stamp: 0,
    })
}

fn admin_of(root: u32) -> Actor {
    Actor::user(UserId(root), String::new())
}

fn refused(facts: &Directory, actor: &Actor, command: &Command) -> Option<Code> {
    plan(facts, actor, command, Timestamp::default()).err().map(|refused| refused.code)
}

#[test]
fn a_login_names_one_user_exactly_usr_1_acc_1() {
    let facts = three_roots();
    for (home, typed, wanted) in [
        (1, "carol", Some(4)),
        (2, "carol", Some(5)),
        (1, " CAROL ", Some(4)),
        (1, "Globex>carol", Some(5)),
        (2, "acme>Carol", Some(4)),
        (1, " globex > carol ", Some(5)),
        (1, "North>carol", Some(6)),
        (2, "north>carol", Some(6)),
        (1, "dora", Some(7)),
        (2, "dora", Some(8)),
        (1, "Acme>North>pc-1>dora", Some(7)),
        (1, "Globex>North>dora", Some(8)),
        (1, "globex>BÜRO>ZOË", Some(9)),
        // Not the whole name: an account above, below, or a part of the path.
        (1, "Acme>dora", None),
        (1, "Acme>North>dora", None),
        (1, "pc-1>dora", None),
        (1, "North>pc-1>dora", None),
        (1, "North>dora", None),
        (1, "Acme>pc-1>dora", None),
        (1, "Acme>North>pc-1>dora>dora", None),
        (1, "Acme>North>carol", None),
        // Oddities.
        (1, "", None),
        (1, ">", None),
        (1, ">carol", None),
        (1, "Acme>", None),
        (1, "Acme>>carol", None),
        (1, ">Acme>carol", None),
        (1, "Acme>carol>", None),
        (1, "Acme > ", None),
        (1, "Acme\n>carol", Some(4)),
        (1, "Ac\nme>carol", None),
        (1, "Acme＞carol", None),
        (1, "Acme/carol", None),
        (1, "carol@Acme", None),
        (4, "carol", None),
        (99, "carol", None),
    ] {
        let found = facts.user_by_login(AccountId(home), typed).map(|user| user.id.0);
        assert_eq!(found, wanted, "{typed:?} typed at {home}");
        let own = |id: &u32| facts.root_of(facts.user(UserId(*id)).unwrap().account) == AccountId(home);
        // The first three users are the administrators of the three root accounts.
        if home <= 3 {
            let seen = facts.seen_by(&admin_of(home)).user(typed);
            assert_eq!(seen.map(|user| user.id.0), found.filter(own), "{typed:?} below {home}");
        }
    }
    let long = format!("{}carol", "Acme>".repeat(10_000));
    assert!(facts.user_by_login(FIRST, &long).is_none());
}

#[test]
fn every_user_is_found_by_his_full_login_from_everywhere_usr_1() {
    let facts = three_roots();
    let logins: Vec<String> = facts.users().map(|user| facts.login_of(user)).collect();
    assert_eq!(logins[6], "Acme>North>pc-1>dora");
    for (user, login) in facts.users().zip(&logins) {
        for home in 1..=7 {
            assert_eq!(facts.user_by_login(AccountId(home), login), Some(user), "{login}");
            assert_eq!(facts.user_by_login(AccountId(home), &login.to_uppercase()), Some(user), "{login}");
        }
        for root in 1..=3 {
            let seen = facts.seen_by(&admin_of(root)).user(login).is_some();
            assert_eq!(seen, facts.root_of(user.account) == AccountId(root), "{login} at {root}");
        }
    }
}

#[test]
fn nothing_of_another_root_account_is_found_by_an_act_usr_1_acc_4() {
    let facts = three_roots();
    let second = admin_of(2);
    let patch = || UserPatch { description: Some(Text::new("seen").unwrap()), ..UserPatch::default() };
    let user = |login: &str| Command::ModifyUser { name: login.into(), patch: patch(), phc: None };
    for login in ["Acme>carol", "Acme>North>pc-1>dora", "North>carol", "acme>admin"] {
        assert_eq!(refused(&facts, &second, &user(login)), Some(Code::NotFound), "{login}");
        assert_eq!(refused(&facts, &second, &Command::DeleteUser { name: login.into() }), Some(Code::NotFound), "{login}");
    }
    // The same names are one's own.
    for (command, id) in [(user("carol"), 5), (user("Globex>carol"), 5), (user("dora"), 8)] {
        let planned = plan(&facts, &second, &command, Timestamp::default()).unwrap();
        assert!(matches!(&planned.changes[..], [Change::User(row)] if row.id == UserId(id)), "{command:?}");
        assert_eq!(planned.audit.account, SECOND);
    }
    let delete = Command::DeleteProfile { guid: GUID };
    let planned = plan(&facts, &second, &delete, Timestamp::default()).unwrap();
    let after = facts.apply(3, &planned.changes);
    assert_eq!(
        [1, 2, 3].map(|root| after.profile(AccountId(root), &GUID).is_some()),
        [true, false, true],
        "a GUID is unique in its root account only (PRO-3)"
    );
    for (root, wanted) in [(1, Some(Code::NotFound)), (2, None), (3, Some(Code::NotFound))] {
        let remove = Command::RemoveDevice { installation: installation(root), account: None };
        assert_eq!(refused(&facts, &second, &remove), wanted, "the device of {root} (DEV-1)");
    }
    let group =
        Command::ModifyGroup { name: "Finance".into(), patch: GroupPatch { name: Some(name("Money")), ..GroupPatch::default() } };
    let planned = plan(&facts, &second, &group, Timestamp::default()).unwrap();
    assert!(matches!(&planned.changes[..], [Change::Group(row)] if row.id == GroupId(2)));
}

#[test]
fn the_same_names_are_free_in_each_root_account_usr_1() {
    let facts = three_roots();
    let create = |user: &str| Command::CreateUser {
        user: NewUser {
            name: name(user),
            account: None,
            description: Text::default(),
            roles: RoleSet::NONE,
            security_profile: None,
            groups: vec![],
            new_groups: vec![],
        },
        phc: phc(),
    };
    for (root, user, wanted) in [
        (1, "CAROL", Some(Code::NameTaken)),
        // Names are unique in a whole root account, not in a node of its tree.
        (1, "dora", Some(Code::NameTaken)),
        (3, "dora", None),
        (1, "zoë", None),
        (2, "ZOË", Some(Code::NameTaken)),
    ] {
        assert_eq!(refused(&facts, &admin_of(root), &create(user)), wanted, "{user} at {root}");
    }
}

#[test]
fn the_server_itself_is_its_operator_s_usr_10() {
    let facts = three_roots();
    let allow = NewAllowEntry { kind: AllowKind::Address, pattern: "10.0.0.5".into(), comment: Text::default() };
    for command in [
        Command::AddAllow(allow),
        Command::RemoveAllow { id: AllowId(1), confirm: true },
        Command::ModifyServer(ServerPatch { max_offline: Some(Some(7_200)), ..ServerPatch::default() }),
    ] {
        assert_eq!(refused(&facts, &admin_of(2), &command), Some(Code::DeniedModule), "{command:?}");
        assert_eq!(refused(&facts, &admin_of(1), &command), None, "{command:?}");
    }
    let told = ServerSubject::new(Subject::new(&facts, facts.user(UserId(2)).unwrap())).explain(Task::Server, TaskAccess::Read);
    assert!(told.sentence.ends_with(": set above your account"), "{}", told.sentence);
}

#[test]
fn each_root_account_keeps_a_superuser_of_its_own_usr_6() {
    let facts = three_roots();
    let second = AccountId(2);
    let facts = facts.apply(3, &[user(10, second.0, "deputy")]);
    let Change::User(mut deputy) = user(10, second.0, "deputy") else { unreachable!() };
    deputy.roles = RoleSet::NONE.with(Role::Superuser);
    let facts = facts.apply(4, &[Change::User(deputy)]);
    let demote = |login: &str| Command::ModifyUser {
        name: login.into(),
        patch: UserPatch { roles: Some(RoleSet::NONE), ..UserPatch::default() },
        phc: None,
    };
    assert_eq!(refused(&facts, &Actor::user(UserId(10), String::new()), &demote("admin")), None, "another one is left");
    let alone = facts.apply(5, &[user(10, second.0, "deputy")]);
    // The server itself acts in the operator's root account; superusers of others do not count there.
    assert_eq!(refused(&alone, &Actor::system(), &demote("admin")), Some(Code::LastSuperuser));
}

/// In the second root account, which has no superuser: one below, and somebody of the root account who is let be one there.
#[test]
fn who_is_superuser_by_a_grant_counts_where_it_counts_and_is_no_more_removed_than_any_other_usr_6_usr_5() {
    let (home, below) = (SECOND, AccountId(7));
    let with = |id: u32, at: AccountId, roles: &[Role], disabled: bool| {
        let Change::User(row) = user(id, at.0, &format!("u{id}")) else { unreachable!() };
        Change::User(User { roles: roles.iter().copied().collect(), disabled, ..row })
    };
    let granted = |id: u32, user: u32, at: AccountId, role| {
        Change::Grant(Grant { id: GrantId(id), user: UserId(user), account: at, role, stamp: 0 })
    };
    let superuser = GrantedRole::BuiltIn(Role::Superuser);
    let boss = || with(10, below, &[Role::Superuser], false);
    let all = CustomRole {
        id: RoleId(1),
        account: home,
        name: name("everything"),
        description: Text::default(),
        tasks: Role::Superuser.row(),
        stamp: 0,
    };
    let demote = UserPatch { roles: Some(RoleSet::NONE), ..UserPatch::default() };
    let disable = UserPatch { disabled: Some(true), ..UserPatch::default() };
    let modify =
        |id: u32, patch: &UserPatch| Command::ModifyUser { name: format!("Globex>u{id}"), patch: patch.clone(), phc: None };
    let nobody = three_roots().apply(3, &[with(2, home, &[], false)]);
    let of_below = |id: u32, at: AccountId| match at == below {
        true => format!("{}>u{id}", nobody.account_name(below)),
        false => format!("Globex>u{id}"),
    };
    let gone = |id: u32, at: AccountId| Command::DeleteUser { name: of_below(id, at) };
    let last = Some(Code::LastSuperuser);
    for (says, rows, command, expected) in [
        ("he is alone", vec![boss()], gone(10, below), last),
        ("one at his home who is none", vec![boss(), with(11, home, &[Role::Administrator], false)], gone(10, below), last),
        ("one at his home", vec![boss(), with(11, home, &[Role::Superuser], false)], gone(10, below), None),
        ("by a grant", vec![boss(), with(11, home, &[], false), granted(1, 11, below, superuser)], gone(10, below), None),
        ("shut out", vec![boss(), with(11, home, &[], true), granted(1, 11, below, superuser)], gone(10, below), last),
        (
            "by a role that somebody made",
            vec![
                boss(),
                with(11, home, &[], false),
                Change::Role(all.clone()),
                granted(1, 11, below, GrantedRole::Custom(all.id)),
            ],
            gone(10, below),
            last,
        ),
        ("the other one", vec![with(11, home, &[], false), granted(1, 11, below, superuser)], gone(11, home), last),
        ("shut out now", vec![with(11, home, &[], false), granted(1, 11, below, superuser)], modify(11, &disable), last),
        ("he has no other role", vec![with(11, home, &[], false), granted(1, 11, below, superuser)], modify(11, &demote), None),
        (
            "it is taken away",
            vec![with(11, home, &[], false), granted(1, 11, below, superuser)],
            Command::Ungrant(GrantId(1)),
            last,
        ),
        (
            "another role is taken away",
            vec![with(11, home, &[], false), granted(1, 11, below, GrantedRole::BuiltIn(Role::Manager))],
            Command::Ungrant(GrantId(1)),
            None,
        ),
        (
            "another one has it there",
            vec![with(11, home, &[], false), granted(1, 11, below, superuser), boss()],
            Command::Ungrant(GrantId(1)),
            None,
        ),
        (
            "he has it above, too",
            vec![with(11, home, &[Role::Superuser], false), granted(1, 11, below, superuser)],
            Command::Ungrant(GrantId(1)),
            None,
        ),
    ] {
        let facts = nobody.apply(4, &rows);
        let code =
            plan(&facts, &Actor { task: None, ..Actor::system() }, &command, Timestamp::from_millis(5)).err().map(|no| no.code);
        assert_eq!(code, expected, "{says}: {command:?}");
    }
    // Oneself, though there is another one.
    let facts = nobody.apply(4, &[with(11, home, &[Role::Administrator], false), granted(1, 11, below, superuser), boss()]);
    let himself = Actor { task: Some((Task::Users, TaskAccess::Write)), ..Actor::user(UserId(11), String::new()) };
    assert_eq!(refused(&facts, &himself, &Command::Ungrant(GrantId(1))), last);
}

#[test]
fn a_moved_account_takes_its_subtree_s_root_account_along_acc_1() {
    let facts = three_roots();
    assert_eq!(facts.root_of(AccountId(5)), FIRST);
    let moved = facts.apply(3, &[account(4, "North", Some(7))]);
    assert_eq!([4, 5, 6].map(|id| moved.root_of(AccountId(id))), [SECOND, SECOND, SECOND]);
    assert_eq!(moved.account_name(AccountId(5)), "Globex>Büro>North>pc-1");
    let path = "globex>büro>north>PC-1".parse().unwrap();
    assert_eq!(moved.account_named(&path).map(|account| account.id), Some(AccountId(5)));
    assert!(moved.account_named(&"Acme>North".parse().unwrap()).is_none());
    assert_eq!(facts.root_of(AccountId(5)), FIRST, "who holds the facts of before keeps them");
}

proptest! {
    #[test]
    fn a_login_finds_who_has_exactly_that_login_and_nobody_else_usr_1(
        parts in prop::collection::vec(prop::sample::select(&["Acme", "acme ", "Globex", "North", "pc-1", "carol", "dora", "admin", ""][..]), 1..6),
        home in 1_u32..=3,
    ) {
        let facts = three_roots();
        let typed = parts.join(">");
        let plain = |text: &str| text.split('>').map(|part| part.trim().to_lowercase()).collect::<Vec<_>>().join(">");
        let root = facts.account(AccountId(home)).unwrap();
        let mut wanted = facts.users().filter(|user| match typed.contains('>') {
            true => plain(&facts.login_of(user)) == plain(&typed),
            false => facts.root_of(user.account) == root.id && user.name.key() == plain(&typed),
        });
        prop_assert_eq!(facts.user_by_login(root.id, &typed), wanted.next(), "{}", typed);
        prop_assert!(wanted.next().is_none(), "{} names two", typed.to_string());
    }
}
