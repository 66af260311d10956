//! What can be wrong with an allowlist entry, told with the entry and the way out (NET-6).

use alloc::string::String;
use core::fmt;

use super::pattern::IpPattern;
use crate::code::Code;

/// An entry that is not a pattern. Its text names the entry and says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    entry: String,
    fault: Fault,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", shown(&self.entry), self.fault)
    }
}

impl core::error::Error for PatternError {}

impl PatternError {
    pub(super) fn new(entry: &str, fault: Fault) -> Self {
        Self { entry: entry.into(), fault }
    }

    /// The code of every such error: [`Code::InvalidPattern`].
    #[must_use]
    pub const fn code(&self) -> Code {
        Code::InvalidPattern
    }

    /// The entry, as it was given.
    #[must_use]
    pub fn entry(&self) -> &str {
        &self.entry
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn fault(&self) -> &Fault {
        &self.fault
    }
}

/// What is wrong with an entry; its text follows the entry in the sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing is there.
    Empty,
    /// It is longer than any pattern.
    TooLong,
    /// A blank or control character is in it.
    Blank,
    /// A digit of another script is in it.
    ForeignDigit,
    /// A `*` stands elsewhere than alone or behind the last dot.
    InnerStar,
    /// An IPv6 zone (`%eth0`) is in it.
    Zone,
    /// A bracket is in it.
    Bracket,
    /// An octet has a leading zero: octal for some programs, decimal for others.
    LeadingZero,
    /// A hexadecimal number is in it.
    Hexadecimal,
    /// An octet is above 255.
    OctetTooLarge,
    /// The short form of a loopback address, such as `127.1`.
    ShortLoopback,
    /// An IPv6 leading part with `::` in it.
    DoubleColon,
    /// A prefix length that is no plain number.
    PrefixLength,
    /// A prefix length above that number.
    PrefixTooLong(u8),
    /// A network whose address is cut short.
    NetworkCutShort,
    /// Bits behind the prefix are set; that is the network they lie in.
    HostBits(IpPattern),
    /// A host name.
    HostName,
    /// Behind `literal:` stands what begins the text of no address.
    Literal,
    /// On the list of names: nothing is there.
    NameEmpty,
    /// On the list of names: it is longer than any name.
    NameTooLong,
    /// On the list of names: a `*` stands elsewhere than alone.
    NameStar,
    /// On the list of names: a letter or digit of another script.
    NameNotAscii,
    /// On the list of names: a character that no name has.
    NameCharacter,
    /// On the list of names: something between two dots is no label.
    NameLabel,
    /// On the list of names: an address, or what could be read as one.
    NameIsAddress,
    /// Something else.
    NotAnAddress,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PrefixTooLong(most) => write!(f, "has a prefix length above {most}; write a number from 0 to {most}"),
            Self::HostBits(network) => {
                write!(
                    f,
                    "has bits set behind its prefix; write `{network}` for the network or leave the prefix length out for the address"
                )
            }
            other => f.write_str(other.text()),
        }
    }
}

impl Fault {
    const fn text(&self) -> &'static str {
        match self {
            Self::Empty => "is empty; write an address, the leading part of one, a network or `*`",
            Self::TooLong => "is longer than any pattern; write one address, leading part or network an entry",
            Self::Blank => "has a blank or a control character in it; write it without",
            Self::ForeignDigit => "has a digit that is not one of 0 to 9; write it in plain digits",
            Self::InnerStar => "has a `*` where none can be; it stands alone or behind the last dot, as in `10.*`",
            Self::Zone => "names a network interface behind `%`; write the address alone",
            Self::Bracket => "stands in brackets; write the address alone",
            Self::LeadingZero => "has a number with a leading zero, which some programs read as octal; write it without",
            Self::Hexadecimal => "has a hexadecimal number in it; write the address in four decimal octets",
            Self::OctetTooLarge => "has an octet above 255; write four octets from 0 to 255, or the first few of them",
            Self::ShortLoopback => {
                "is the short form of a loopback address; write that address in full, or end a leading part with a dot"
            }
            Self::DoubleColon => {
                "is not an address, and a leading part of one has whole groups without `::`; write it as a network, such as `2001:db8::/32`"
            }
            Self::PrefixLength => {
                "has something behind the `/` that is not a prefix length; write a plain number, as in `10.0.0.0/8`"
            }
            Self::NetworkCutShort => "has no full address before the `/`; write it in full, as in `10.0.0.0/8`",
            Self::HostName => "is a host name, and this list is of addresses; put it on the list of names",
            Self::Literal => {
                "is the beginning of no address; write behind `literal:` what the text of an address begins with, such as `literal:192.16`"
            }
            Self::NameEmpty => {
                "has no name in it; write the leading part of a name, `=name` for one name, `.example.com` for all below it, or `*`"
            }
            Self::NameTooLong => "is longer than any host name; write at most 253 characters",
            Self::NameStar => {
                "has a `*` where none can be; it stands alone, `mys` admits what begins so, and `.example.com` what ends so"
            }
            Self::NameNotAscii => {
                "has a letter or digit that is not ASCII; write an international name as DNS has it, beginning with `xn--`"
            }
            Self::NameCharacter => {
                "has a character that no host name has; write letters, digits, `-`, `_` and dots, without scheme, port or path"
            }
            Self::NameLabel => {
                "has something between its dots that is empty, longer than 63 characters, or has a `-` at its edge; write the name as DNS has it"
            }
            Self::NameIsAddress => "can be read as an address, and this list is of names; put it on the list of addresses",
            Self::NotAnAddress | Self::PrefixTooLong(_) | Self::HostBits(_) => {
                "is not an address, the leading part of one, a network or `*`"
            }
        }
    }
}

/// The entry as a person can read it: nothing hidden, and not longer than a line.
fn shown(entry: &str) -> String {
    const MOST: usize = 80;
    let mut text: String = entry.chars().take(MOST).flat_map(char::escape_debug).collect();
    if entry.chars().nth(MOST).is_some() {
        text.push('…');
    }
    text
}
