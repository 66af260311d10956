//! What a user may do: one pure function answers every "may …?" (DEC-1 to DEC-4, USR-2 to USR-7).
//!
//! 1. Gates are evaluated in the fixed order of [`Gate`] and the first that refuses is the answer.
//! 2. Which gates an action passes is a table, [`Action::gates`], not code.
//! 3. All gates are ANDed; none grants what another denies; what nobody granted is denied.

pub mod action;
pub mod ceiling;
pub mod decision;
pub mod engine;
pub mod explain;
pub mod gate;
pub(crate) mod reasons;
pub mod right;
pub mod role;

pub use action::{Action, Task, TaskAccess};
pub use ceiling::Ceiling;
pub use decision::{Decision, Effect};
pub use engine::{Context, Entitlement, Facts, Resource, ServerFacts, Standing, decide, decide_presence, decide_server};
pub use explain::{Explanation, ObjectRef};
pub use gate::Gate;
pub use right::{Right, RightSet};
pub use role::{Role, RoleSet};
