//! A real PostgreSQL for tests: started from Debian's packages, as a user of its own, in a directory that goes with the test.
//!
//! 1. [`Cluster::shared`] is one for all tests of a process; it does not wait for the disk, and is kept in memory where there
//!    is room. [`Cluster::start`] is one of the test's own, to stop, kill and start again.
//! 2. Each test has an empty database of its own ([`Cluster::database`]), and its URL: over TLS, on loopback, with a
//!    password, and with the certificate that the server is to be checked against. What makes many of them drops each when
//!    it is done with it ([`Cluster::lend`]), so that the directory of temporary files need not be large.
//! 3. When it cannot run it says why and the test fails. It never passes for want of a database.
//! 4. Whatever becomes of the test's process, the database ends after it and its files are removed: a guardian of its own
//!    waits for that.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking, and so does what it stands on")]

mod certificate;
mod cluster;
mod database;
mod guardian;
mod home;
mod programs;
mod standby;

pub use cluster::{Cluster, Options, Stop};
pub use database::{Lent, Locale};

/// The ordinary role that owns the databases of tests; not a superuser.
pub const ROLE: &str = "sbm";
