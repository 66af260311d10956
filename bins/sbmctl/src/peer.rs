//! The server that a command speaks to, and what vouches for its certificate (RUN-4).
//!
//! 1. A connection string with a fingerprint is vouched for by that CA alone.
//! 2. One without is refused, unless `--system-roots` says in so many words that the roots count which this computer trusts.
//!    What was said so once is kept with the connection.
//! 3. Nobody is ever trusted because he answered first.

use clap::Args;
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::ConnectionString;

use crate::failure::Failure;

/// Whether the system's roots may vouch.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct Roots {
    /// Trust the certificate authorities of this computer, for a server whose connection string has no fingerprint
    #[arg(long)]
    system_roots: bool,
}

/// A server, and what vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Peer {
    /// Where it is, and its fingerprint.
    pub(crate) connection: ConnectionString,
    /// Whether the roots of this computer vouch for it; only where there is no fingerprint.
    pub(crate) system_roots: bool,
}

impl Roots {
    /// Whether they may.
    pub(crate) const fn are_the_systems(self) -> bool {
        self.system_roots
    }

    /// The server that was named, or else the one that is known here already.
    ///
    /// # Errors
    ///
    /// When a fingerprint and the system's roots are both to vouch, or nothing is.
    pub(crate) fn choose(self, given: Option<ConnectionString>, known: Option<Peer>) -> Result<Option<Peer>, Failure> {
        let Some(connection) = given else { return known.map(|known| self.check(known)).transpose() };
        // What was said of this very server before still holds.
        let before = known.is_some_and(|known| known.connection == connection && known.system_roots);
        self.check(Peer { connection, system_roots: before }).map(Some)
    }

    /// The server that was named.
    pub(crate) fn of(self, connection: ConnectionString) -> Result<Peer, Failure> {
        self.check(Peer { connection, system_roots: false })
    }

    /// The server that is known here already.
    pub(crate) fn known(self, peer: Peer) -> Result<Peer, Failure> {
        self.check(peer)
    }

    fn check(self, peer: Peer) -> Result<Peer, Failure> {
        let system_roots = peer.system_roots || self.system_roots;
        match peer.connection.ca {
            Some(_) if self.system_roots => {
                let sentence = format!("`{}` has a fingerprint; the roots of this computer have no say then", peer.connection);
                Err(Failure::usage(sentence).hint("leave out `--system-roots`, or the fingerprint from the `#` on"))
            }
            None if !system_roots => Err(unvouched(&peer.connection)),
            _ => Ok(Peer { system_roots, ..peer }),
        }
    }
}

/// Nothing vouches for that server.
pub(crate) fn unvouched(connection: &ConnectionString) -> Failure {
    let sentence = format!("`{connection}` has no fingerprint, so nothing says which server to trust");
    Failure::new(Code::UntrustedServer, sentence).hint(
        "use the connection string that the server printed, with `#ca-sha256=…` at its end; or, if its certificate comes from an authority that this computer trusts, add `--system-roots`",
    )
}

/// What to do where a certificate was refused by the system's roots: there is no fingerprint to compare.
pub(crate) const BY_ROOTS: &str = "the certificate must be for the name in the connection string and come from an authority that this computer trusts (`--system-roots`); else ask the server's operator for a connection string with a fingerprint";

#[cfg(test)]
mod tests {
    use super::*;

    const BARE: &str = "sbm://backup.example";

    fn pinned() -> String {
        format!("{BARE}#ca-sha256={}", "ab".repeat(32))
    }

    fn peer(text: &str, system_roots: bool) -> Peer {
        Peer { connection: text.parse().unwrap(), system_roots }
    }

    #[test]
    fn without_a_fingerprint_the_system_s_roots_count_only_where_that_is_said_run_4() {
        let (said, unsaid) = (Roots { system_roots: true }, Roots::default());
        let choose = |roots: Roots, given: Option<&str>, known: Option<Peer>| {
            roots.choose(given.map(|text| text.parse().unwrap()), known).map_err(|failure| failure.code())
        };
        let (other, pinned) = ("sbm://other.example", pinned());
        for (what, roots, given, known, expected) in [
            ("nothing at all", unsaid, None, None, Ok(None)),
            ("no fingerprint", unsaid, Some(BARE), None, Err(Code::UntrustedServer)),
            ("no fingerprint, said", said, Some(BARE), None, Ok(Some(peer(BARE, true)))),
            ("kept from before", unsaid, None, Some(peer(BARE, true)), Ok(Some(peer(BARE, true)))),
            ("the same named again", unsaid, Some(BARE), Some(peer(BARE, true)), Ok(Some(peer(BARE, true)))),
            ("another one", unsaid, Some(other), Some(peer(BARE, true)), Err(Code::UntrustedServer)),
            ("kept without a word", unsaid, None, Some(peer(BARE, false)), Err(Code::UntrustedServer)),
            ("kept, and said now", said, None, Some(peer(BARE, false)), Ok(Some(peer(BARE, true)))),
            ("a fingerprint", unsaid, Some(&pinned), None, Ok(Some(peer(&pinned, false)))),
            ("a fingerprint and the roots", said, Some(&pinned), None, Err(Code::InvalidArgument)),
            ("a kept fingerprint and the roots", said, None, Some(peer(&pinned, false)), Err(Code::InvalidArgument)),
        ] {
            assert_eq!(choose(roots, given, known), expected, "{what}");
        }
    }
}
