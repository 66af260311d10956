//! What the tests that span packages share: the naive reference engine and the golden files.

pub mod golden;
pub mod reference;
