//! The server's facts in memory, and the plan of every administrative act (DESIGN 3.1, 3.4).
//!
//! 1. The facts are a pure value: tables of rows, each with the revision at which it last changed (its *stamp*).
//! 2. An act is planned by [`plan`](plan::plan): a pure function from facts, actor and command to changes and an audit
//!    entry, or a refusal. The store commits the changes if the facts are still at the revision the plan was based on.
//! 3. Committed changes are applied to the facts by [`Directory::apply`]; that is the only way they ever change, on every
//!    server alike.
//! 4. Dense ids are given in the plan from the facts' own counters: the compare-and-swap on the revision makes them
//!    unique, so no id has to be brought from outside.

pub mod change;
pub mod column;
pub mod command;
pub mod facts;
pub mod index;
pub mod kin;
pub mod marks;
pub mod membership;
pub mod pages;
pub mod plan;
pub mod rights;
pub mod rows;
pub mod scope;
mod settings;
pub mod subject;
pub mod table;
pub mod who;

pub use change::Change;
pub use command::{Actor, ActorKind, Command, Limit};
pub use facts::{Directory, NextIds, Place, Rows};
pub use plan::{Planned, Refusal, plan};
pub use scope::{Scope, View};
pub use subject::{HeadAndList, ServerSubject, Subject};
