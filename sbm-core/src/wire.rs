//! What the two ends say to each other (DOOR-4).
//!
//! 1. Every path begins with the version, `/v1/`; [`v1::Status`] at `/STATUS` lists versions and capabilities, and a
//!    client sends only what is listed.
//! 2. Requests are strict: an unknown field is refused. Answers are lenient: an unknown field is ignored.
//! 3. Every answer carries the server's clock in the header `sbm-time`, so that a client knows its skew.
//! 4. Every failure is a problem document (RFC 9457) with a code of the one table ([`v1::Problem`]).

pub mod v1;

/// The header with the server's clock: milliseconds since 1970.
pub const TIME_HEADER: &str = "sbm-time";
/// The media type of a problem document.
pub const PROBLEM_TYPE: &str = "application/problem+json";
/// The most bytes of a request that carries no profile.
pub const MAX_REQUEST: usize = 256 * 1024;
/// The most bytes of a profile's body or schedule (ERR-1).
pub const MAX_BODY: usize = 4 * 1024 * 1024;
/// The most bytes of an upload request: a body and a schedule as base64, and their frame.
pub const MAX_UPLOAD: usize = 12 * 1024 * 1024;
/// The most bytes of an answer that a client reads.
pub const MAX_ANSWER: usize = 12 * 1024 * 1024;
/// The most records in one upload of history.
pub const MAX_RUNS: usize = 1_000;
/// The most outcomes of one check-in: a client sends what is left with its next one, a server passes over what is more.
pub const MAX_OUTCOMES: usize = 1_000;
/// The most bytes of one upload of history.
pub const MAX_RUNS_BYTES: usize = 4 * 1024 * 1024;
/// The server's port, where nothing else is said (RUN-1).
pub const DEFAULT_PORT: u16 = 8_100;
