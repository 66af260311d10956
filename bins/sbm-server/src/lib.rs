//! The reference server of SBM: what stands between the network, the rules of `sbm-core` and the disk.
//!
//! 1. [`config`] says how the server runs and where each value came from; [`data_dir`] is the one place on disk it owns.
//! 2. [`accept`] lets a connection in, [`http`] lets a request in, [`auth`] says who is asking; [`names`] and [`proxy`] tell
//!    who somebody is.
//! 3. [`pki`] holds the keys: the CA, the certificate, and what signs permission documents. [`place`] opens data directory,
//!    database and keys by the settings.
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

pub mod accept;
pub mod auth;
pub mod backup;
pub mod clock;
pub mod config;
pub mod courier;
pub mod data_dir;
pub mod http;
mod locked;
pub mod names;
pub mod outgoing;
pub mod pki;
pub mod place;
pub mod proxy;
pub mod relocate;
pub mod reset;
pub mod running;
pub mod server;
pub mod service;
pub mod setup_anew;
pub mod store;
pub mod supervisor;
