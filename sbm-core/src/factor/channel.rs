//! Where codes are sent: by mail, or to a phone (RUN-8).
//!
//! 1. An [`Address`] is checked once, when it is read: nothing in it ends a line, a header or a command, whatever it is put into.
//! 2. It is shown masked to whoever proved no more than a password.

use alloc::format;
use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

/// How a code is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// By mail.
    Email,
    /// By a short message to a phone.
    Sms,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Email, Self::Sms];

    /// The stable number that databases keep.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Email => 1,
            Self::Sms => 2,
        }
    }

    /// The channel of a number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.number() == number)
    }

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }

    /// The channel of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a user has for a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Means {
    /// An authenticator, with recovery codes.
    Authenticator,
    /// An address that he confirmed.
    Sent(Channel),
}

/// A mail address or a telephone number, of the form that is sent to. `Debug` shows it masked.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    channel: Channel,
    text: String,
}

impl Address {
    /// The most bytes of a mail address (RFC 5321), which no number has.
    pub const MAX: usize = 254;

    /// Reads what somebody typed. A number loses the blanks, dots, dashes, slashes and brackets between its digits.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as the end of a sentence.
    pub fn parse(channel: Channel, text: &str) -> Result<Self, &'static str> {
        let text = match channel {
            Channel::Email => mailbox(text)?,
            Channel::Sms => telephone(text)?,
        };
        Ok(Self { channel, text })
    }

    /// How it is sent to.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    /// The whole of it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// So much of it that its owner knows it: `a…@example.org`, `+49…67`.
    #[must_use]
    pub fn masked(&self) -> String {
        let first = |count: usize| self.text.get(..count).unwrap_or_default();
        match (self.channel, self.text.rsplit_once('@')) {
            (Channel::Email, Some((local, domain))) => {
                format!("{}…@{domain}", if local.len() > 2 { first(1) } else { "" })
            }
            _ => format!("{}…{}", first(3), self.text.get(self.text.len().saturating_sub(2)..).unwrap_or_default()),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", self.masked())
    }
}

/// A part of a name before the `@` (RFC 5322's dot-atom), and a domain with a dot in it. Quoted parts, comments, addresses of
/// machines and what is not ASCII are nobody's who gets codes.
fn mailbox(text: &str) -> Result<String, &'static str> {
    const FORM: &str = "it must be a mail address such as `anna@example.org`, in ASCII";
    let (local, domain) = text.rsplit_once('@').ok_or(FORM)?;
    let atom = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || SIGNS.contains(&byte));
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let is_local = (1..=64).contains(&local.len()) && local.split('.').all(atom);
    let is_domain = domain.contains('.')
        && domain.split('.').all(label)
        && domain.rsplit('.').next().is_some_and(|top| !top.bytes().all(|byte| byte.is_ascii_digit()));
    if text.len() > Address::MAX || !is_local || !is_domain {
        return Err(FORM);
    }
    Ok(format!("{local}@{}", domain.to_ascii_lowercase()))
}

/// What stands in a part of a name besides letters and digits.
const SIGNS: &[u8] = b"!#$%&'*+-/=?^_`{|}~";

/// A number as E.164 has it: `+`, the country, 7 to 15 digits in all.
fn telephone(text: &str) -> Result<String, &'static str> {
    const FORM: &str = "it must be a telephone number with its country, such as `+49 170 1234567`";
    let rest = text.trim_matches(' ').strip_prefix('+').ok_or(FORM)?;
    let mut number = String::from("+");
    for sign in rest.chars() {
        match sign {
            '0'..='9' => number.push(sign),
            ' ' | '-' | '.' | '/' | '(' | ')' => {}
            _ => return Err(FORM),
        }
        if number.len() > 16 {
            return Err(FORM);
        }
    }
    if number.len() < 8 || number.starts_with("+0") { Err(FORM) } else { Ok(number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_shown_masked_run_8() {
        for (channel, text, read, masked) in [
            (Channel::Email, "anna@example.org", "anna@example.org", "a…@example.org"),
            (Channel::Email, "Anna.B+sbm@Mail.EXAMPLE.org", "Anna.B+sbm@mail.example.org", "A…@mail.example.org"),
            (Channel::Email, "ab@x.org", "ab@x.org", "…@x.org"),
            (Channel::Email, "o'neill_1@xn--bcher-kva.example", "o'neill_1@xn--bcher-kva.example", "o…@xn--bcher-kva.example"),
            (Channel::Sms, "+491701234567", "+491701234567", "+49…67"),
            (Channel::Sms, " +49 (170) 123-45.67 ", "+491701234567", "+49…67"),
            (Channel::Sms, "+1234567", "+1234567", "+12…67"),
        ] {
            let address = Address::parse(channel, text).unwrap();
            assert_eq!((address.as_str(), address.masked().as_str(), address.channel()), (read, masked, channel));
            assert_eq!(format!("{address:?}"), format!("Address({masked})"));
        }
    }

    #[test]
    fn nothing_hostile_is_an_address_run_8() {
        let long = format!("{}@example.org", "a".repeat(65));
        let longer = format!("anna@{}org", "example.".repeat(40));
        for bad in [
            "",
            "anna",
            "@example.org",
            "anna@",
            "anna@localhost",
            "anna@example.org\r\nBcc: all@example.org",
            "anna@example.org\nRCPT TO:<x@y.z>",
            "anna\r\n@example.org",
            "anna@example.org>",
            "<anna@example.org>",
            "Anna <anna@example.org>",
            "anna@example.org,bert@example.org",
            "anna@example.org;bert@example.org",
            "anna@example.org bert@example.org",
            " anna@example.org",
            "\"anna bert\"@example.org",
            "anna(comment)@example.org",
            "anna@[127.0.0.1]",
            "anna@127.0.0.1",
            "an..na@example.org",
            ".anna@example.org",
            "anna@-example.org",
            "anna@example..org",
            "anna@exa_mple.org",
            "anna@b\u{fc}cher.example",
            "\u{430}nna@example.org",
            "anna@example.org\0",
            "anna\u{202e}@example.org",
            "anna@@example.org",
            "-oQ/tmp anna@example.org",
            &long,
            &longer,
        ] {
            assert!(Address::parse(Channel::Email, bad).is_err(), "{bad:?}");
        }
        for bad in [
            "",
            "+",
            "0170 1234567",
            "491701234567",
            "+0491701234567",
            "+123456",
            "+1234567890123456",
            "+49170123456a",
            "+49170 1234567\r\nX-Other: 1",
            "+49,1701234567",
            "+491701234567;ext=5",
            "+491701234567&to=+491",
            "+49\u{664}701234567",
            "++491701234567",
            "+49\t1701234567",
            "tel:+491701234567",
            "+491701234567\"}",
        ] {
            assert!(Address::parse(Channel::Sms, bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_channel_is_found_by_its_number_and_its_name() {
        for channel in Channel::ALL {
            assert_eq!(Channel::from_number(channel.number()), Some(channel));
            assert_eq!(Channel::from_name(channel.name()), Some(channel));
            assert_eq!(serde_json::to_string(&channel).unwrap(), format!("\"{channel}\""));
        }
        assert_eq!((Channel::from_number(3), Channel::from_number(0), Channel::from_name("fax")), (None, None, None));
    }
}
