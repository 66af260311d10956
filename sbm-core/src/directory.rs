//! The server's facts in memory, and the plan of every administrative act (DESIGN 3.1, 3.4).
//!
//! 1. The facts are a pure value: tables of rows, each with the revision at which it last changed (its *stamp*).
//! 2. An act is planned by `plan`: a pure function from facts, actor and command to changes and an audit
//!    entry, or a refusal. The store commits the changes if the facts are still at the revision the plan was based on.
//! 3. Committed changes are applied to the facts by `apply`; that is the only way
//!    they ever change, on every server alike.

pub mod change;
pub mod rows;

pub use change::Change;
