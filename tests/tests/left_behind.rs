//! Servers that are left behind: the database was moved while one stood still, or a newer program raised its schema. Such a
//! server answers nobody any more and changes nothing, and whoever works goes on elsewhere (DOOR-2, DOOR-4, RUN-7, HIS-3).
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "left_behind/office.rs"]
mod office;
#[path = "left_behind/over_a_move.rs"]
mod over_a_move;
#[path = "left_behind/over_an_upgrade.rs"]
mod over_an_upgrade;
