//! The server's own backup, with real servers on both kinds of database: what comes back is whole, clients go on, numbers
//! never repeat, and runs that the backup lacks arrive again (DOOR-2, OFF-3, HIS-3).
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "own_backup/broken_off.rs"]
mod broken_off;
#[path = "own_backup/damaged.rs"]
mod damaged;
#[path = "own_backup/elsewhere.rs"]
mod elsewhere;
#[path = "own_backup/killed.rs"]
mod killed;
#[path = "own_backup/left_over.rs"]
mod left_over;
#[path = "own_backup/place.rs"]
mod place;
#[path = "own_backup/scheduled.rs"]
mod scheduled;
#[path = "own_backup/under_load.rs"]
mod under_load;
