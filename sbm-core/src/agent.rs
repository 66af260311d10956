//! The client as a state machine without I/O (OFF-6): network, disk and time are driven from outside.
//!
//! 1. `handle_*` takes something that happened, `poll` gives the next thing to do, in order.
//! 2. A [`Step::Persist`] comes out before the [`Step::Send`] or [`Step::Notify`] that depends on it, so that a driver
//!    that dies between any two steps has lost nothing that anybody was told.
//! 3. What comes from the network is verified here and nowhere else.

pub mod step;

pub use step::{Answer, Cause, Event, Request, Snapshot, Step, Write};
