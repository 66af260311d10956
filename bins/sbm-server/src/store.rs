//! Where the server keeps what must survive it (DESIGN 3.4, 3.5).
//!
//! 1. One method is one business operation, done wholly or not at all. Rules are not in here: they are planned in
//!    `sbm-core`, and the store commits the plan if the facts are still those it was made from. Unique keys and references
//!    are a second belt.
//! 2. A method hands its work to a *lane* of threads that own their connections, and gives a [`Pending`] back at once.
//!    `wait()` it in a thread, `.await` it in a handler: the lane never notices the difference. Work that was handed over is
//!    done even if nobody waits for the answer any more. A full lane answers [`Busy`](StoreError::Busy).
//! 3. What a writing method acknowledged is on disk (SQLite: `synchronous=FULL`); many waiting requests share one commit.
//! 4. Every key carries the account. What is read for somebody is read [`Within`] what he sees.
//! 5. `contract` is the suite that every backend passes unchanged.

pub mod acknowledgements;
pub mod anew;
pub mod attempts;
pub mod audit;
pub mod codes;
pub mod communications;
#[cfg(test)]
mod contract;
mod database;
pub mod directory;
pub mod enrolments;
pub mod error;
pub mod export;
pub mod factors;
pub mod held;
pub mod lane;
pub mod orders;
pub mod pending;
pub mod postgres;
pub mod quotas;
pub mod relocation;
pub mod retention;
pub mod runs;
pub mod secrets;
pub mod sent_codes;
pub mod servers;
pub mod sessions;
pub mod sql;
pub mod sqlite;
pub mod tasks;
pub mod url;
pub mod within;

#[cfg(test)]
pub(crate) use contract::rounds;

pub use acknowledgements::{Acknowledgement, Acknowledgements, Holding};
pub use attempts::Attempts;
pub use audit::{Audit, Chained};
pub use codes::{CodeTry, Codes};
pub use communications::{COMMUNICATION_SORTS, Communications};
pub use directory::{Commit, Committed, Directory, Logged, ProfileRevision};
pub use enrolments::Enrolments;
pub use error::StoreError;
pub use export::Whole;
pub use factors::Factors;
pub use orders::Orders;
pub use pending::Pending;
pub use postgres::Postgres;
pub use quotas::Quotas;
pub use runs::{Found, RUN_SORTS, RunPlace, RunSource, Runs, Taken};
pub use secrets::Secrets;
pub use sent_codes::SentCodes;
pub use servers::Servers;
pub use sessions::{ApiToken, Kept, LastLogin, Proved, Revoke, Sessions, Token};
pub use sqlite::Sqlite;
pub use tasks::Tasks;
pub use url::StoreUrl;
pub use within::Within;

/// Everything a server needs of a store; `Arc<dyn Store>` is what the server holds.
pub trait Store:
    Directory
    + Runs
    + Sessions
    + Codes
    + Factors
    + SentCodes
    + Communications
    + Enrolments
    + Quotas
    + Orders
    + Secrets
    + Acknowledgements
    + Audit
    + Servers
    + Tasks
    + Attempts
    + Whole
{
}

impl<S> Store for S where
    S: Directory
        + Runs
        + Sessions
        + Codes
        + Factors
        + SentCodes
        + Communications
        + Enrolments
        + Quotas
        + Orders
        + Secrets
        + Acknowledgements
        + Audit
        + Servers
        + Tasks
        + Attempts
        + Whole
{
}
