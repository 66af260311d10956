#![no_std]
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

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod account;
pub mod agent;
pub mod allowlist;
pub mod audit;
pub mod cache;
pub mod code;
pub mod directory;
pub mod enrolment;
pub mod erase;
pub mod factor;
pub mod figure;
pub mod id;
pub mod name;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod password;
pub mod permission;
pub mod profile;
pub mod run;
pub mod sheet;
pub mod time;
pub mod typed;
pub mod wire;
