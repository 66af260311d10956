//! Stub.
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

mod clock;
mod config;
mod error;
mod machine;
pub mod store;
pub mod transport;

#[cfg(feature = "admin")]
pub mod admin;

pub use clock::{Clock, SystemClock};
pub use config::Config;
pub use error::Error;
pub use sbm_core as core;
