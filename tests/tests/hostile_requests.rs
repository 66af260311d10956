//! Bad requests over real TLS: each is refused with the documented status and code, changes nothing, and the server goes
//! on (ERR-1, RUN-2, RUN-7, NET-8).
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod hostile_requests {
    mod content;
    mod framing;
    mod history;
    mod routes;
    mod sessions;
    mod setup;
}

use sbm_client::core::code::Code;
use sbm_tests::stronghold::Stronghold;

/// A bad request and the refusal that is documented for it.
struct Attack {
    what: String,
    bytes: Vec<u8>,
    /// What becomes of it.
    fate: Fate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// A problem document with this code, and its status.
    Refused(Code),
    /// An answer that is no problem document: there is none that an attack may end with.
    Answered(u16),
    /// The connection is closed without a word.
    Closed,
}

fn attack(what: impl Into<String>, bytes: Vec<u8>, fate: Fate) -> Attack {
    Attack { what: what.into(), bytes, fate }
}

/// Sends each attack on a connection of its own. Nothing changes, and the server still answers.
fn repel(hold: &Stronghold, attacks: &[Attack]) {
    let before = hold.fingerprint();
    for Attack { what, bytes, fate } in attacks {
        let mut wire = hold.raw.connect();
        wire.send(bytes);
        let seen = match wire.answer() {
            None => Fate::Closed,
            Some(answer) => match answer.code() {
                Some(code) => Fate::Refused(code),
                None => Fate::Answered(answer.status),
            },
        };
        assert_eq!(seen, *fate, "{what}");
        assert_eq!(hold.fingerprint(), before, "{what}: something changed");
        assert!(hold.answers(), "{what}: the server does not answer any more");
    }
}
