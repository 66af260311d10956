//! The allowlist: who may talk to the server at all (NET-1 to NET-7).
//!
//! 1. A list of address patterns or a list of host-name patterns admits; nobody else is heard. A lone `*` in either
//!    admits all (NET-2).
//! 2. Entries and addresses are parsed and canonical before they are compared: an IPv4 address inside IPv6
//!    (`::ffff:10.0.0.1`) is that IPv4 address. IPv4-compatible and NAT64 addresses are plain IPv6 (NET-3).
//! 3. A leading part of an address ends at an octet, or at a whole group of IPv6, never in the middle of one (NET-4).
//!    The textual reading is to be had by `literal:` alone.
//! 4. What can be read in two ways is an error that names the entry, never a guess (NET-6).
//! 5. Loopback is never locked out, whatever the list says; that privilege is the peer's, not that of an address which
//!    a proxy forwarded, so the matcher has a method for each (NET-7, NET-8).
//! 6. Host names are compared as [`name`] says, and only ones that were confirmed (NET-5).
//! 7. What is right and still deserves a look is told by [`lint`], and by nobody refused.

pub mod error;
pub mod kind;
pub mod lint;
mod literal;
pub mod matcher;
pub mod name;
pub mod pattern;
pub mod rule;

pub use error::{Fault, PatternError};
pub use kind::AllowKind;
pub use lint::{Finding, Found};
pub use matcher::Matcher;
pub use name::{NamePattern, PeerName};
pub use pattern::IpPattern;
pub use rule::Rule;
