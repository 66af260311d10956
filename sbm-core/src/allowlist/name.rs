//! One entry of the list of host names, and the names that are put to it (NET-5).
//!
//! 1. A plain entry is the leading part of a name: `mys` admits `myserver.com` and `mysql.example`. `=name` admits that
//!    name alone, `.example.com` every name below `example.com`, and a lone `*` everybody, with or without a name.
//! 2. Letters count alike in any case, and a dot at the end is ignored, in the entry and in the name.
//! 3. Names are ASCII; an international name is written as DNS has it, `xn--…`. Labels have 1 to 63 characters, a name
//!    at most 253. Underscores are in use and allowed.
//! 4. What is an address, or could be read as one, is no name: a DNS server that calls an address `10.0.0.1`, `127.1` or
//!    `0x7f000001` has given it none, and such an entry belongs on the other list (NET-6).

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;
use core::net::IpAddr;
use core::str::FromStr;

use super::error::{Fault, PatternError};
use super::pattern::IpPattern;

/// The most characters of a name.
const MOST: usize = 253;

/// The name of a host as the reverse lookup gave it: small letters, no dot at its end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerName(Arc<str>);

impl PeerName {
    /// Reads a name; none if it is not one, an address in whatever spelling included.
    ///
    /// # Examples
    ///
    /// ```
    /// use sbm_core::allowlist::PeerName;
    /// assert_eq!(PeerName::parse("MyServer.com.").unwrap().as_str(), "myserver.com");
    /// assert!(PeerName::parse("10.0.0.1").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // A name has at most this many bytes and its dot: longer ones are not looked at.
        let name = text.get(..text.len().min(MOST + 2)).map(small)?;
        (text.len() <= MOST + 1 && whole(&name).is_ok()).then(|| Self(name.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name, shared.
    #[must_use]
    pub fn text(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

impl fmt::Display for PeerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An entry of the list of host names that was understood.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamePattern(pub(super) Form);

/// What a pattern covers. The texts are in small letters, without a dot at their end; a suffix begins with one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Form {
    All,
    Leading(Box<str>),
    Exact(Box<str>),
    Suffix(Box<str>),
}

impl NamePattern {
    /// Reads an entry.
    ///
    /// # Errors
    ///
    /// [`PatternError`], always [`Code::InvalidPattern`](crate::code::Code::InvalidPattern), naming the entry and what
    /// to write instead.
    pub fn parse(entry: &str) -> Result<Self, PatternError> {
        read(entry).map(Self).map_err(|fault| PatternError::new(entry, fault))
    }

    /// Whether it covers this name.
    #[must_use]
    pub fn covers(&self, name: &PeerName) -> bool {
        match &self.0 {
            Form::All => true,
            Form::Leading(part) => name.0.starts_with(&**part),
            Form::Exact(whole) => *name.0 == **whole,
            Form::Suffix(end) => name.0.len() > end.len() && name.0.ends_with(&**end),
        }
    }
}

impl FromStr for NamePattern {
    type Err = PatternError;

    fn from_str(entry: &str) -> Result<Self, PatternError> {
        Self::parse(entry)
    }
}

/// The one canonical spelling; parsing it gives the same pattern.
impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::All => f.write_str("*"),
            Form::Leading(part) => f.write_str(part),
            Form::Exact(whole) => write!(f, "={whole}"),
            Form::Suffix(end) => f.write_str(end),
        }
    }
}

fn read(entry: &str) -> Result<Form, Fault> {
    if entry == "*" {
        return Ok(Form::All);
    }
    check_characters(entry)?;
    if let Some(name) = entry.strip_prefix('=') {
        let name = small(name);
        return whole(&name).map(|()| Form::Exact(name));
    }
    let text = small(entry);
    if let Some(below) = text.strip_prefix('.') {
        return whole(below).map(|()| Form::Suffix(text));
    }
    leading(&text).map(|()| Form::Leading(text))
}

/// What no spelling of a pattern has in it, each with its own explanation.
fn check_characters(entry: &str) -> Result<(), Fault> {
    if entry.is_empty() {
        return Err(Fault::NameEmpty);
    }
    if entry.len() > IpPattern::MAX_BYTES {
        return Err(Fault::NameTooLong);
    }
    if entry.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Fault::Blank);
    }
    if entry.contains('*') {
        return Err(Fault::NameStar);
    }
    if !entry.is_ascii() {
        return Err(Fault::NameNotAscii);
    }
    let bare = entry.strip_prefix(['=', '.']).unwrap_or(entry);
    let unbracketed = bare.strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or(bare);
    let is_address = |text: &str| text.parse::<IpAddr>().is_ok() || text.contains([':', '/']) && IpPattern::parse(text).is_ok();
    if is_address(unbracketed) { Err(Fault::NameIsAddress) } else { Ok(()) }
}

/// In small letters and without the dot at its end.
fn small(text: &str) -> Box<str> {
    text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase().into_boxed_str()
}

/// A whole name: every label is one, and the last cannot be read as a number.
fn whole(name: &str) -> Result<(), Fault> {
    check_labels(name)?;
    let edge = |label: &str| label.is_empty() || label.ends_with('-');
    let last = name.rsplit('.').next().unwrap_or_default();
    if edge(last) {
        return Err(if name.is_empty() { Fault::NameEmpty } else { Fault::NameLabel });
    }
    if is_number(last) { Err(Fault::NameIsAddress) } else { Ok(()) }
}

/// The leading part of a name: its last label may go on.
fn leading(part: &str) -> Result<(), Fault> {
    check_labels(part)?;
    if part.is_empty() {
        return Err(Fault::NameEmpty);
    }
    if part.split('.').all(|label| label.is_empty() || is_number(label)) { Err(Fault::NameIsAddress) } else { Ok(()) }
}

/// All labels, the last one as far as it goes.
fn check_labels(name: &str) -> Result<(), Fault> {
    if name.len() > MOST {
        return Err(Fault::NameTooLong);
    }
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) {
        return Err(Fault::NameCharacter);
    }
    let mut labels = name.split('.');
    let last = labels.next_back().unwrap_or_default();
    let begun = |label: &str| label.len() <= 63 && !label.starts_with('-');
    let good = |label: &str| begun(label) && !label.is_empty() && !label.ends_with('-');
    if begun(last) && labels.all(good) { Ok(()) } else { Err(Fault::NameLabel) }
}

/// Whether some program reads this label as a number of an address.
fn is_number(label: &str) -> bool {
    match label.strip_prefix("0x") {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests;
