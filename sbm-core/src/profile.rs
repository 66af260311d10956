//! Managed profiles on the client's side: what it has taken over and what it must do now (PRO-5 to PRO-8).

pub mod delivery;

pub use delivery::{Applied, Change, ChangeKind, due_changes};
