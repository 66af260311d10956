//! What the tests that span packages share: real servers, what a test begins with, the naive reference engine and the
//! golden files.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so does what it stands on")]

pub mod allowed;
pub mod batch;
pub mod cargo;
pub mod documents;
pub mod enterprise;
pub mod estate;
pub mod fixture;
pub mod golden;
pub mod impostor;
pub mod language;
pub mod load;
pub mod minibackup;
pub mod openapi;
pub mod oracles;
pub mod process;
pub mod race;
pub mod raw;
pub mod reference;
#[cfg(unix)]
pub mod relay;
pub mod server;
pub mod site;
pub mod stronghold;
pub mod system;
pub mod way;
