#![doc = include_str!("../README.md")]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::allow_attributes,
        reason = "a test fails by panicking"
    )
)]

#[cfg(feature = "admin")]
pub mod admin;
mod change;
mod client;
mod clock;
mod config;
mod driver;
mod error;
mod log;
mod machine;
pub mod plain;
mod profiles;
mod proxy;
pub mod rollout;
mod run;
pub mod spool;
pub mod store;
pub mod transport;
mod worker;

pub use change::PendingChange;
pub use client::{Administrator, Client, Enrolment, Look, Outcome, Picture, Room, ServerTest, Setting, State};
pub use clock::{Clock, SystemClock};
pub use config::Config;
pub use driver::SyncSummary;
pub use error::Error;
pub use log::{Level, Log};
pub use profiles::ManagedProfile;
pub use proxy::Proxy;
pub use rollout::Rollout;
pub use run::Run;
pub use sbm_core as core;
pub use sbm_core::agent::Connection;
pub use worker::{Notice, Worker, WorkerConfig};
