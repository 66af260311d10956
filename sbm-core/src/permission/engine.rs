//! The engine: `decide(facts, action, resource, context)` (DEC-1, DEC-2).
//!
//! 1. It has no clock and does no I/O; it allocates nothing.
//! 2. What is known comes from a [`Facts`]: the server's directory answers for a user, a client's verified head for
//!    itself. Both go through this one function, so the same question has the same answer at every door (DEC-4).
//! 3. A fact that is not stated denies: no security profile is no right, no entitlement is none.

use super::action::{Action, Task, TaskAccess};
use super::ceiling::Ceiling;
use super::decision::Decision;
use super::gate::Gate;
use super::reasons::Reasons;
use super::right::RightSet;
use super::role::RoleSet;
use crate::account::AccountState;
use crate::code::Code;
use crate::id::Guid;
use crate::time::Timestamp;

/// What the act is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resource {
    /// A profile of the user's own, or no profile at all.
    Local,
    /// A managed profile.
    Managed(Guid),
}

/// What the moment adds to the question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The moment, in milliseconds since 1970.
    pub now: Timestamp,
    /// How many bytes of new data the host expects to store; 0 if it cannot say.
    pub estimate: u64,
}

/// How user and managed profile stand to each other (PRO-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Entitlement {
    /// They share a group.
    Shared,
    /// They share none, or there is no such managed profile.
    None,
    /// They share one, but the profile is marked for deletion (PRO-6).
    MarkedForDeletion,
}

/// How far the floor goes: without a trustworthy head, two kinds of act go on by what was verified last (OFF-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// A verified head is there.
    Verified,
    /// The floor: scheduled runs of the last verified list and restores by the last verified rights.
    Floor(Code),
    /// The floor with nothing that was ever verified: what is entitled and granted is unknown for this reason, so that
    /// nothing goes on, and no later gate can say why.
    Bare(Code),
    /// Never enrolled (DEC-6).
    Unmanaged,
}

/// What is known about one subject.
pub trait Facts {
    /// Whether there is a trustworthy permission to judge by.
    fn standing(&self, context: &Context) -> Standing;
    /// The state of the subject's account.
    fn account_state(&self) -> AccountState;
    /// The rights of the subject's security profile; none if it has no security profile.
    fn rights(&self) -> Option<RightSet>;
    /// How the subject stands to a managed profile.
    fn entitlement(&self, profile: &Guid) -> Entitlement;
    /// Bytes of new data that still fit; none where no quota is set (ACC-5).
    fn room(&self) -> Option<u64>;
}

/// What is known about somebody who asks the server to act.
pub trait ServerFacts {
    /// Whether the address is on the allowlist, or loopback.
    fn admitted(&self) -> bool;
    /// Whether somebody is logged in and not disabled.
    fn authenticated(&self) -> Result<(), Code>;
    /// Whether a second factor is still missing.
    fn second_factor_missing(&self) -> bool;
    /// The state of the actor's account.
    fn account_state(&self) -> AccountState;
    /// The actor's roles.
    fn roles(&self) -> RoleSet;
    /// Whether the actor's roles go that far in the task; roles that he has at accounts below his own count where he has them.
    fn holds(&self, task: Task, access: TaskAccess) -> bool {
        self.roles().allows(task, access)
    }
    /// Whether the level of the actor's account has the task's module.
    fn has_module(&self, task: Task) -> bool;
    /// How far the token goes at most that the user acts by; none where he acts himself (RUN-11).
    fn ceiling(&self) -> Option<Ceiling>;
}

/// Answers "may this subject do this?" for an act of the host program.
#[must_use]
#[inline]
pub fn decide<F: Facts + ?Sized>(facts: &F, action: Action, resource: Resource, context: &Context) -> Decision {
    let (floor, cause) = match facts.standing(context) {
        Standing::Verified => (Reasons::NONE, Code::DeniedFloor),
        Standing::Unmanaged => return Decision::UNMANAGED,
        Standing::Floor(code) => (Reasons::FLOOR, code),
        Standing::Bare(code) => (Reasons::BARE, code),
    };
    let (entitlement, managed) = match resource {
        Resource::Local => (Reasons::NONE, false),
        Resource::Managed(guid) => (of_entitlement(facts.entitlement(&guid)), true),
    };
    floor
        .and(Reasons::of_state(facts.account_state()))
        .and(Reasons::of_rights(facts.rights(), action))
        .and(entitlement)
        .and(Reasons::of_room(facts.room(), context.estimate))
        .answer(action, managed, cause)
}

const fn of_entitlement(entitlement: Entitlement) -> Reasons {
    match entitlement {
        Entitlement::Shared => Reasons::NONE,
        Entitlement::None => Reasons::ENTITLEMENT,
        Entitlement::MarkedForDeletion => Reasons::MARKED,
    }
}

/// Answers "may this actor do that on the server?".
#[must_use]
pub fn decide_server<F: ServerFacts + ?Sized>(facts: &F, task: Task, access: TaskAccess) -> Decision {
    first_refusal(|gate| match gate {
        // Both count: a token grants nothing that its owner may not do at this moment, and no more than it says.
        Gate::Role if !facts.holds(task, access) => Err(Code::DeniedRole),
        Gate::Role => pass_if(facts.ceiling().is_none_or(|most| most.allows(task, access)), Code::DeniedToken),
        Gate::Module => pass_if(facts.has_module(task), Code::DeniedModule),
        before_the_role => before_roles(facts, before_the_role, access),
    })
}

/// Answers "may this actor do anything at all?": for what he may do by what he is, such as an agent, whatever his roles. All
/// gates stand before that but those of a role.
#[must_use]
pub fn decide_presence<F: ServerFacts + ?Sized>(facts: &F, access: TaskAccess) -> Decision {
    first_refusal(|gate| before_roles(facts, gate, access))
}

fn first_refusal(verdict: impl Fn(Gate) -> Result<(), Code>) -> Decision {
    let refused = Task::GATES.iter().find_map(|gate| verdict(*gate).err().map(|code| Decision::deny(*gate, code)));
    refused.unwrap_or(Decision::ALLOW)
}

fn before_roles<F: ServerFacts + ?Sized>(facts: &F, gate: Gate, access: TaskAccess) -> Result<(), Code> {
    match gate {
        Gate::Network => pass_if(facts.admitted(), Code::DeniedAddress),
        Gate::Authentication => facts.authenticated(),
        Gate::SecondFactor => pass_if(!facts.second_factor_missing(), Code::DeniedSecondFactor),
        // An account that makes no backups still works on the server; one that is being deleted only looks.
        Gate::AccountState => pass_if(
            facts.account_state() != AccountState::DeletionPending || access == TaskAccess::Read,
            Code::DeniedAccountDeletion,
        ),
        Gate::Role | Gate::Module | Gate::Floor | Gate::Right | Gate::Entitlement | Gate::Quota | Gate::Job => Ok(()),
    }
}

const fn pass_if(pass: bool, otherwise: Code) -> Result<(), Code> {
    if pass { Ok(()) } else { Err(otherwise) }
}

#[cfg(test)]
mod tests;
