//! The C ABI of SBM: `include/sbm.h` is this package as C sees it, and its manual.
//!
//! 1. Pointers become values, and panics become statuses, in `boundary` and nowhere else (ERR-2).
//! 2. `sbm_client`, `sbm_run` and `sbm_worker` are entries of `handle`'s table; everything else is a box behind a plain pointer.
//! 3. One file per C noun. Types and functions have the same names here and there.
//! 4. What is exported stands in `exports.txt`; symbols are added, never changed.
#![expect(non_camel_case_types, reason = "a type has the same name in Rust and in C")]
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

#[cfg(panic = "abort")]
compile_error!("sbm-ffi keeps panics from its host by catching them: build it with `panic = \"unwind\"`");

mod boundary;
mod branding;
mod bytes;
mod change;
mod client;
mod config;
mod connection;
mod decision;
mod enrolment;
mod error;
mod fork;
mod handle;
mod host;
mod pin;
mod profile;
mod quota;
mod rollout;
mod run;
mod server_test;
mod setting;
mod status;
mod sync;
mod text;
mod upload;
mod version;
mod worker;
