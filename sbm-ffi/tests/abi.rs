//! The C ABI from outside: the header, the exported symbols, and the built library as C meets it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

#[path = "abi/built.rs"]
mod built;
#[path = "../../tests/src/cargo.rs"]
mod cargo;
#[path = "abi/compilers.rs"]
mod compilers;
#[path = "abi/exports.rs"]
mod exports;
#[path = "abi/facts.rs"]
mod facts;
#[path = "abi/frozen.rs"]
mod frozen;
#[path = "abi/golden.rs"]
mod golden;
#[path = "abi/guide.rs"]
mod guide;
#[path = "abi/header.rs"]
mod header;
#[path = "abi/memory.rs"]
mod memory;
#[path = "abi/pascal.rs"]
mod pascal;
#[path = "abi/pascal_unit.rs"]
mod pascal_unit;
#[path = "abi/programs.rs"]
mod programs;
