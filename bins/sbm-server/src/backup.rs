//! The server's own backup: made beside the running server, verified before it counts, and brought back into an empty place
//! (DOOR-2).
//!
//! 1. A backup is a directory: the database as it was at one moment, its secrets, and a [`manifest`] with the size and the
//!    SHA-256 of each file. It has its name only when all of it is on disk and was verified; until then it ends with
//!    `.partial`. Its owner alone can read it (ERR-5).
//! 2. A SQLite database is copied as the file that it is, a PostgreSQL as the canonical [`export`](crate::store::export).
//!    Either comes back into either. Keys that a PostgreSQL holds sealed stay sealed, and need its key file to come back.
//! 3. A backup comes back into an empty place alone, and with a new epoch in the same transaction: numbers that were given
//!    out after it was made are never given out again with another meaning (OFF-3). Devices go on with their tokens and send
//!    the runs again that the backup does not have (HIS-3).

pub mod create;
pub mod error;
pub mod folder;
pub mod kept;
pub mod list;
pub mod manifest;
pub mod origin;
pub mod restore;
pub mod staged;
#[cfg(test)]
mod tests;
pub mod verify;

pub use create::{Origin, create};
pub use error::BackupError;
pub use list::{Listed, Tidied, list, remove_beyond};
pub use manifest::{Database, Manifest};
pub use origin::{TASK, last};
pub use restore::{Restored, restore};
pub use verify::{Verified, verify};
