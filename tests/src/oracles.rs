//! What must hold for any bytes from outside: nothing panics, and what is accepted means one thing only.
//!
//! The fuzz targets in `fuzz/` call these functions and nothing else; `tests/oracles.rs` runs the same ones on stable, over
//! the golden files and what random changes make of them.

use sbm_client::core::account::AccountPath;
use sbm_client::core::allowlist::{IpPattern, Matcher, NamePattern, PeerName};
use sbm_client::core::cache::{Head, KeyDocument, List, SealedTrust, Signed, VerifyingKey};
use sbm_client::core::id::{Guid, Hash};
use sbm_client::core::name::Name;
use sbm_client::core::run::RunRecord;
use sbm_client::core::wire::v1::device::{CheckIn, CheckInAnswer, Runs};
use sbm_client::core::wire::v1::{ConnectionString, Problem, admin};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// An oracle: it panics when something does not hold for these bytes.
pub type Oracle = fn(&[u8]);

/// Every oracle, by the name of its fuzz target.
pub const ALL: &[(&str, Oracle)] = &[("documents", documents), ("wire", wire), ("texts", texts), ("allowlist", allowlist)];

/// Heads, lists, key documents and trust records: what is read is written as the same value again.
pub fn documents(bytes: &[u8]) {
    if let Ok(head) = Head::parse(bytes) {
        assert_eq!(Head::parse(&head.to_bytes()), Ok(head));
    }
    if let Ok(list) = List::verify(bytes, &Hash::of(bytes)) {
        let written = list.to_bytes();
        assert_eq!(List::verify(&written, &Hash::of(&written)), Ok(list));
    }
    if let Ok(signed) = serde_json::from_slice::<Signed>(bytes) {
        // No key is known, so that nothing may be accepted.
        assert!(signed.verify(sbm_client::core::cache::Domain::Head, &[]).is_err());
        let root = VerifyingKey::from_bytes(Hash::of(bytes).as_bytes());
        assert!(root.is_err() || root.is_ok_and(|root| KeyDocument::verify(&signed, &root).is_err()));
    }
    let sealed = SealedTrust { bytes: bytes.to_vec(), machine: Hash::of(b"here"), seal: Hash::of(bytes) };
    assert!(sealed.open(&Hash::of(b"here")).is_err(), "a seal that nobody made");
}

/// What the two ends say to each other.
pub fn wire(bytes: &[u8]) {
    stable::<CheckIn>(bytes);
    stable::<CheckInAnswer>(bytes);
    stable::<Runs>(bytes);
    stable::<RunRecord>(bytes);
    stable::<Problem>(bytes);
    stable::<admin::NewAccount>(bytes);
    stable::<admin::AccountPatch>(bytes);
    stable::<admin::NewUser>(bytes);
    stable::<admin::UserPatch>(bytes);
    stable::<admin::Upload>(bytes);
    stable::<admin::ProfilePatch>(bytes);
    stable::<admin::HistoryQuery>(bytes);
    if let Ok(record) = serde_json::from_slice::<RunRecord>(bytes) {
        let mut start = record.start.clone();
        start.cut();
        assert!(start.profile.name.len() <= sbm_client::core::run::record::MAX_NAME);
    }
}

/// Names, paths, GUIDs and connection strings: what is accepted has one spelling that is accepted again.
pub fn texts(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(guid) = text.parse::<Guid>() {
        assert_eq!(guid.to_string().parse(), Ok(guid));
    }
    if let Ok(connection) = text.parse::<ConnectionString>() {
        assert_eq!(connection.to_string().parse(), Ok(connection));
    }
    if let Ok(path) = text.parse::<AccountPath>() {
        assert_eq!(path.to_string().parse(), Ok(path));
    }
    if let Ok(name) = Name::new(text) {
        assert!(!name.as_str().is_empty() && name.as_str().len() <= Name::MAX_BYTES);
    }
}

/// Allowlist entries: the canonical spelling admits the same addresses, and nothing odd admits everybody.
pub fn allowlist(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(pattern) = NamePattern::parse(text) {
        assert_eq!(NamePattern::parse(&pattern.to_string()).as_ref(), Ok(&pattern), "{pattern}");
        let strange = PeerName::parse("zz--nobody.invalid").unwrap();
        assert!(text == "*" || text.to_ascii_lowercase().contains(['z', '.']) || !pattern.covers(&strange), "{text:?}");
    }
    if let Some(name) = PeerName::parse(text) {
        assert_eq!(PeerName::parse(name.as_str()).as_ref(), Some(&name));
        assert!(name.as_str().parse::<std::net::IpAddr>().is_err(), "an address is no name");
    }
    let Ok(pattern) = IpPattern::parse(text) else { return };
    let spelled = pattern.to_string();
    assert_eq!(IpPattern::parse(&spelled).as_ref(), Ok(&pattern), "{spelled}");
    let matcher = Matcher::new([pattern.into()]);
    let four = Hash::of(bytes).as_bytes().iter().fold(0_u32, |bits, byte| bits.rotate_left(7) ^ u32::from(*byte));
    let everywhere = [0, 1 << 24, four, !four, u32::MAX].map(|bits| matcher.admits(std::net::Ipv4Addr::from(bits).into()));
    let says_so = spelled == "*" || spelled.ends_with("/0") || spelled.ends_with("/1");
    assert!(says_so || everywhere.contains(&false), "{text:?} admits everybody");
}

fn stable<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(bytes: &[u8]) {
    if let Ok(value) = serde_json::from_slice::<T>(bytes) {
        let written = serde_json::to_vec(&value).unwrap();
        assert_eq!(serde_json::from_slice::<T>(&written).ok().as_ref(), Some(&value));
    }
}
