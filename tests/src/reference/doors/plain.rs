//! Facts gathered by hand in the forms that the engine asks for.

use std::collections::BTreeMap;

use sbm_core::account::AccountState;
use sbm_core::code::Code;
use sbm_core::id::Guid;
use sbm_core::permission::explain::{Names, explain, explain_server};
use sbm_core::permission::{
    Ceiling, Context, Decision, Entitlement, Explanation, Facts, Resource, RightSet, RoleSet, ServerFacts, Standing, Task,
    decide, decide_server,
};
use sbm_core::time::Timestamp;

use super::super::server_acts::ServerQuestion;
use super::super::worlds::PROFILES;
use super::super::{Answer, Fact, Question, Word};
use super::words::{entitlement_of, path_of, rights_of, role_set_of, security_profile_of, standing_of, state_of};
use super::{action, context, guid, resource, second, task, told};

/// Facts about one user.
#[derive(Clone, Debug)]
pub struct Plain {
    user: Word,
    security_profile: Option<Word>,
    standing: Standing,
    limit: Option<i64>,
    contact: Timestamp,
    latest: Timestamp,
    state: AccountState,
    rights: Option<RightSet>,
    entitled: BTreeMap<Guid, (Word, Entitlement)>,
    room: Option<u64>,
}

impl Plain {
    /// What the facts say about that user.
    #[must_use]
    pub fn new(facts: &[Fact], user: Word) -> Self {
        let path = path_of(facts, user);
        let security_profile = security_profile_of(facts, user);
        let rooms = facts.iter().filter_map(|fact| match fact {
            Fact::Room(account, room) if path.contains(account) => Some(*room),
            _ => None,
        });
        let limits = facts.iter().filter_map(|fact| if let Fact::Limit(seconds) = fact { Some(*seconds) } else { None });
        let mut contacts = facts.iter().filter_map(|fact| if let Fact::Contact(at) = fact { Some(*at) } else { None });
        let clocks = facts.iter().filter_map(|fact| if let Fact::Clock(at) = fact { Some(*at) } else { None });
        let entitled = |profile| (guid(profile), (profile, entitlement_of(facts, user, profile)));
        Self {
            user,
            security_profile,
            standing: standing_of(facts, user),
            limit: limits.min(),
            contact: second(contacts.next_back().unwrap_or(0)),
            latest: second(clocks.max().unwrap_or(0)),
            state: path.first().map_or(AccountState::Active, |account| state_of(facts, account)),
            rights: security_profile.map(|profile| rights_of(facts, profile)),
            entitled: PROFILES.into_iter().map(entitled).collect(),
            room: rooms.min(),
        }
    }

    /// Asks the engine.
    #[must_use]
    pub fn ask(&self, question: &Question) -> Answer {
        told(self.decide(question))
    }

    /// Asks the engine why.
    #[must_use]
    pub fn explain(&self, question: &Question) -> Explanation {
        let named = match resource(question) {
            Resource::Managed(guid) => self.entitled.get(&guid).filter(|(_, stands)| *stands != Entitlement::None),
            Resource::Local => None,
        };
        let names = Names {
            user: Some(self.user),
            security_profile: self.security_profile,
            profile: named.map(|(name, _)| *name),
            above: false,
            outside: false,
            token: None,
            by: None,
        };
        explain(self.decide(question), action(question), resource(question), names)
    }

    fn decide(&self, question: &Question) -> Decision {
        decide(self, action(question), resource(question), &context(question))
    }
}

impl Facts for Plain {
    fn standing(&self, context: &Context) -> Standing {
        let age = context.now.max(self.latest).since(self.contact);
        match (self.standing, self.limit) {
            (Standing::Verified, Some(limit)) if age > limit * 1_000 => Standing::Floor(Code::DeniedOfflineAge),
            (standing, _) => standing,
        }
    }
    fn account_state(&self) -> AccountState {
        self.state
    }
    fn rights(&self) -> Option<RightSet> {
        self.rights
    }
    fn entitlement(&self, profile: &Guid) -> Entitlement {
        self.entitled.get(profile).map_or(Entitlement::None, |(_, stands)| *stands)
    }
    fn room(&self) -> Option<u64> {
        self.room
    }
}

/// Facts about one user who asks the server to act.
#[derive(Clone, Debug)]
pub struct PlainStaff {
    user: Word,
    admitted: bool,
    authenticated: Result<(), Code>,
    factor_missing: bool,
    state: AccountState,
    roles: RoleSet,
    lacks: Vec<Task>,
    elsewhere: bool,
}

impl PlainStaff {
    /// What the facts say about that user.
    #[must_use]
    pub fn new(facts: &[Fact], user: Word) -> Self {
        let path = path_of(facts, user);
        let strange = facts.iter().find_map(|fact| match fact {
            Fact::Stranger(name, code) if *name == user => Code::from_name(code),
            _ => None,
        });
        let disabled = facts.contains(&Fact::Disabled(user)).then_some(Code::UserDisabled);
        let lacks = |named: &Task| {
            let named = serde_json::to_value(named).unwrap();
            let here = path.first().is_some_and(|account| {
                facts.iter().any(|fact| matches!(fact, Fact::Lacks(of, task) if of == account && named == *task))
            });
            here || (named == "server" && path.first() != Some(&"acme"))
        };
        Self {
            user,
            admitted: !facts.contains(&Fact::Shut(user)),
            authenticated: strange.or(disabled).map_or(Ok(()), Err),
            factor_missing: facts.contains(&Fact::Factor(user)),
            state: path.first().map_or(AccountState::Active, |account| state_of(facts, account)),
            roles: role_set_of(facts, user),
            lacks: Task::ALL.into_iter().filter(lacks).collect(),
            elsewhere: path.first() != Some(&"acme"),
        }
    }

    /// Asks the engine.
    #[must_use]
    pub fn ask(&self, question: &ServerQuestion) -> Answer {
        let (task, access) = task(question);
        told(decide_server(self, task, access))
    }

    /// Asks the engine why.
    #[must_use]
    pub fn explain(&self, question: &ServerQuestion) -> Explanation {
        let (task, access) = task(question);
        let decision = decide_server(self, task, access);
        let above = decision.code == Code::DeniedModule && task == Task::Server && self.elsewhere;
        let names = Names { user: Some(self.user), above, ..Names::default() };
        explain_server(decision, task, access, names)
    }
}

impl ServerFacts for PlainStaff {
    fn admitted(&self) -> bool {
        self.admitted
    }
    fn authenticated(&self) -> Result<(), Code> {
        self.authenticated
    }
    fn second_factor_missing(&self) -> bool {
        self.factor_missing
    }
    fn account_state(&self) -> AccountState {
        self.state
    }
    fn roles(&self) -> RoleSet {
        self.roles
    }
    fn has_module(&self, task: Task) -> bool {
        !self.lacks.contains(&task)
    }
    fn ceiling(&self) -> Option<Ceiling> {
        None
    }
}
