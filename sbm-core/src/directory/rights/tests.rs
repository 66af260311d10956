//! Roles at accounts against a naive model, which knows the accounts above each by name and holds every rule in one loop.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::account::Level;
use crate::account::tree::Kind;
use crate::directory::command::Actor;
use crate::directory::facts::{NextIds, Rows};
use crate::directory::rows::{Account, Server};
use crate::factor::{AskedBy, FactorRule};
use crate::id::{GrantId, RoleId, UserId};
use crate::name::{Name, Text};

const ACCESS: [TaskAccess; 2] = [TaskAccess::Read, TaskAccess::Write];

/// A world of which the model knows everything: above each account its parent, by place; users, roles, grants.
#[derive(Clone, Debug)]
struct World {
    parents: Vec<Option<usize>>,
    users: Vec<(usize, RoleSet)>,
    roles: Vec<(usize, Ceiling)>,
    grants: Vec<(usize, usize, Result<Role, usize>)>,
    /// Which accounts ask a second factor of all below.
    asks: Vec<bool>,
    /// Of which roles the server asks one.
    rule: RoleSet,
}

fn id(place: usize) -> u32 {
    u32::try_from(place).unwrap() + 1
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

impl World {
    fn directory(&self) -> Directory {
        let account = |(at, parent): (usize, &Option<usize>)| {
            let kind = Kind::Organisation(Level::Reseller);
            let row = Account::new(AccountId(id(at)), parent.map(|at| AccountId(id(at))), name(&format!("a{at}")), kind);
            Account { second_factor: self.asks[at], ..row }
        };
        let user = |(at, (account, roles)): (usize, &(usize, RoleSet))| User {
            id: UserId(id(at)),
            account: AccountId(id(*account)),
            name: name(&format!("u{at}")),
            description: Text::default(),
            disabled: false,
            built_in: false,
            roles: *roles,
            security_profile: None,
            groups: vec![],
            stamp: 1,
        };
        let role = |(at, (account, tasks)): (usize, &(usize, Ceiling))| CustomRole {
            id: RoleId(id(at)),
            account: AccountId(id(*account)),
            name: name(&format!("r{at}")),
            description: Text::default(),
            tasks: *tasks,
            stamp: 1,
        };
        let grant = |(at, (user, account, role)): (usize, &(usize, usize, Result<Role, usize>))| Grant {
            id: GrantId(id(at)),
            user: UserId(id(*user)),
            account: AccountId(id(*account)),
            role: role.map_or_else(|made| GrantedRole::Custom(RoleId(id(made))), GrantedRole::BuiltIn),
            stamp: 1,
        };
        let second_factor = FactorRule { everyone: false, roles: self.rule };
        let server = Server { claimed: true, epoch: 1, keys: None, max_offline: None, second_factor, stamp: 1 };
        Directory::new(Rows {
            revision: 1,
            server,
            accounts: self.parents.iter().enumerate().map(account).collect(),
            users: self.users.iter().enumerate().map(user).collect(),
            factors: vec![],
            groups: vec![],
            security_profiles: vec![],
            profiles: vec![],
            tombstones: vec![],
            devices: vec![],
            allow: vec![],
            roles: self.roles.iter().enumerate().map(role).collect(),
            grants: self.grants.iter().enumerate().map(grant).collect(),
            marks: vec![],
            next: NextIds::default(),
        })
    }

    /// This account and all above it.
    fn above(&self, account: usize) -> BTreeSet<usize> {
        core::iter::successors(Some(account), |at| self.parents[*at]).collect()
    }

    /// How far a user goes in a task at an account.
    fn may(&self, user: usize, task: Task, access: TaskAccess, account: usize) -> bool {
        let (home, own) = self.users[user];
        let above = self.above(account);
        if !above.contains(&home) {
            return false;
        }
        let holds = |at: usize, how_far: TaskAccess| how_far >= access && (task != Task::Server || at == home);
        let own = own.iter().map(|role| (home, role.access(task)));
        let given = self.counting(user).into_iter().map(|(at, role)| match role {
            Ok(role) => (at, role.access(task)),
            Err(made) => (at, self.roles[made].1.access(task)),
        });
        own.chain(given).any(|(at, how_far)| above.contains(&at) && holds(at, how_far))
    }

    /// The grants of a user that count.
    fn counting(&self, user: usize) -> Vec<(usize, Result<Role, usize>)> {
        let (home, own) = self.users[user];
        let mut all = Vec::new();
        for (of, at, role) in self.grants.iter().filter(|grant| grant.0 == user && self.above(grant.1).contains(&home)) {
            let beside = Role::BESIDE_SECURITY_OFFICER;
            let is_there = |other: &(usize, usize, Result<Role, usize>)| {
                other.0 == *of && self.above(*at).contains(&other.1) && self.above(other.1).contains(&home)
            };
            let counts = match role {
                Ok(Role::SecurityOfficer) => beside
                    .iter()
                    .any(|role| own.has(*role) || self.grants.iter().any(|other| is_there(other) && other.2 == Ok(*role))),
                Ok(_) => true,
                Err(made) => self.above(home).contains(&self.roles[*made].0),
            };
            if counts {
                all.push((*at, *role));
            }
        }
        all
    }

    /// Whether the server asks a second factor of a user: for a role of his, or for one that somebody made with which he goes
    /// further than with any that is let be.
    fn rule_asks_factor(&self, user: usize) -> bool {
        let within = |row: Ceiling, other: Role| Task::ALL.into_iter().all(|task| row.access(task) <= other.access(task));
        let let_be = |role: &Role| !self.rule.iter().any(|asked| within(asked.row(), *role));
        let let_be: Vec<Role> = Role::ALL.into_iter().filter(let_be).collect();
        let asks = |role: Result<Role, usize>| match role {
            Ok(role) => self.rule.has(role),
            Err(made) => !let_be.iter().any(|role| within(self.roles[made].1, *role)),
        };
        let own = self.users[user].1.iter().map(Ok);
        self.rule != RoleSet::NONE && own.chain(self.counting(user).into_iter().map(|(_, role)| role)).any(asks)
    }

    /// Whether an account asks a second factor of a user: his own, one at which he was given something, or one above these.
    fn asks_factor(&self, user: usize) -> bool {
        let mut at: Vec<usize> = self.counting(user).into_iter().map(|(at, _)| at).collect();
        at.push(self.users[user].0);
        at.into_iter().flat_map(|at| self.above(at)).any(|account| self.asks[account])
    }
}

fn worlds() -> impl Strategy<Value = World> {
    let role = || prop_oneof![Just(None), (0..Role::ALL.len()).prop_map(|at| Some(Role::ALL[at]))];
    let row = prop::collection::vec(0..3_usize, Task::ALL.len()).prop_map(|how_far| {
        let tasks = Task::ALL.into_iter().zip(how_far);
        tasks.fold(Ceiling::NONE, |row, (task, at)| row.with(task, [TaskAccess::None, TaskAccess::Read, TaskAccess::Write][at]))
    });
    let tree = prop::collection::vec(any::<prop::sample::Index>(), 3..9);
    let given = prop_oneof![(0..Role::ALL.len()).prop_map(|at| Ok(Role::ALL[at])), any::<prop::sample::Index>().prop_map(Err)];
    let index = any::<prop::sample::Index>;
    let (users, roles) = (prop::collection::vec((index(), role()), 1..4), prop::collection::vec((index(), row), 1..4));
    let grants = prop::collection::vec((index(), index(), given), 0..8);
    let asks = prop::collection::vec(prop::bool::weighted(0.2), 9);
    let rule = prop::collection::vec(role(), 0..3);
    (tree, users, roles, grants, asks, rule).prop_map(|(tree, users, roles, grants, asks, rule)| {
        let n = tree.len();
        // The second one is a root account of its own.
        let parents: Vec<Option<usize>> = tree.iter().enumerate().map(|(at, above)| (at > 1).then(|| above.index(at))).collect();
        let users: Vec<(usize, RoleSet)> =
            users.into_iter().map(|(at, role)| (at.index(n), role.into_iter().collect())).collect();
        let roles: Vec<(usize, Ceiling)> = roles.into_iter().map(|(at, row)| (at.index(n), row)).collect();
        let grants = grants.into_iter().map(|(user, at, role)| {
            (user.index(users.len()), at.index(n), role.map_err(|made: prop::sample::Index| made.index(roles.len())))
        });
        let grants = grants.collect();
        World { parents, users, roles, grants, asks, rule: rule.into_iter().flatten().collect() }
    })
}

proptest! {
    #[test]
    fn roles_at_accounts_go_as_far_as_the_model_says_and_one_sees_there_what_one_may_usr_5_usr_10(world in worlds()) {
        let directory = world.directory();
        for (at, _) in world.users.iter().enumerate() {
            let user = directory.user(UserId(id(at))).unwrap();
            for (task, access) in Task::ALL.into_iter().flat_map(|task| ACCESS.map(|access| (task, access))) {
                let wanted: Vec<bool> = (0..world.parents.len()).map(|account| world.may(at, task, access, account)).collect();
                let told = |account: usize| directory.may_at(user, task, access, AccountId(id(account)));
                let found: Vec<bool> = (0..world.parents.len()).map(told).collect();
                prop_assert_eq!(&found, &wanted, "{:?} {:?}", task, access);
                prop_assert_eq!(directory.may_somewhere(user, task, access), wanted.contains(&true));
                // What he sees in a task is where he may do it, if he has grants at all; without any, all that is his.
                let actor = Actor { task: Some((task, access)), ..Actor::user(user.id, String::new()) };
                let sees = directory.seen_by(&actor);
                let seen: Vec<bool> = (0..world.parents.len()).map(|account| sees.contains(AccountId(id(account)))).collect();
                if !directory.grants_of(user.id).is_empty() {
                    prop_assert_eq!(&seen, &wanted, "{:?} {:?}", task, access);
                    let tops = sees.scope().tops(&directory);
                    let below = |account: &usize| tops.iter().any(|top| world.above(*account).contains(&(top.0 as usize - 1)));
                    prop_assert_eq!((0..world.parents.len()).map(|account| below(&account)).collect::<Vec<_>>(), wanted.clone());
                }
                // Both ways round: who can, and whether he can (DEC-3).
                for (account, may) in wanted.iter().enumerate() {
                    let because = directory.because(user, task, access, AccountId(id(account)));
                    prop_assert_eq!(!because.is_empty(), *may);
                }
            }
        }
    }

    #[test]
    fn whoever_was_let_act_where_a_second_factor_is_asked_needs_one_wherever_he_comes_from_run_8(world in worlds()) {
        let directory = world.directory();
        for at in 0..world.users.len() {
            let user = directory.user(UserId(id(at))).unwrap();
            let asked = directory.factor_asked_by(user);
            let expected = world.asks_factor(at) || world.rule_asks_factor(at);
            prop_assert_eq!((asked.is_some(), directory.lacks_factor(user)), (expected, expected));
            prop_assert_eq!(asked == Some(AskedBy::Rule), world.rule_asks_factor(at));
            if let Some(AskedBy::Account(account)) = asked {
                prop_assert!(world.asks[account.0 as usize - 1]);
            }
        }
    }

    #[test]
    fn a_grant_that_is_taken_away_never_widens_and_one_more_never_narrows_dec_2(world in worlds()) {
        let whole = world.directory();
        let mut fewer = world.clone();
        let Some((user, ..)) = fewer.grants.pop() else { return Ok(()) };
        let fewer = fewer.directory();
        let user = whole.user(UserId(id(user))).unwrap();
        for account in (0..world.parents.len()).map(|at| AccountId(id(at))) {
            prop_assert!(whole.row_at(user, account).goes_as_far_as(fewer.row_at(user, account)));
        }
    }
}
