//! How codes of a second factor are sent, and how many (RUN-8).
//!
//! 1. Without a relay no code goes by mail, and without a gateway none to a phone.
//! 2. A code never crosses a network in the clear: without TLS a relay is on this machine.
//! 3. What a gateway is told stands in a template. Number and text are put into it as data: into the strings of a JSON, and into
//!    an address percent-encoded.

use std::path::PathBuf;
use std::time::Duration;

use sbm_core::factor::sent::Most;
use sbm_core::factor::{Address, Channel};
use serde_json::Value as Json;

use super::error::ConfigError;
use super::host::HostName;
use super::source::{Origin, Resolved};
use super::value::Value;
use crate::outgoing::Place;

/// What stands for the number in a template.
pub const NUMBER: &str = "{number}";
/// What stands for the text in a template.
pub const TEXT: &str = "{text}";

/// How codes are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodesPlan {
    /// How many in an hour, at most.
    pub most: Most,
    /// The relay for mail, if there is one.
    pub mail: Option<MailPlan>,
    /// The gateway for short messages, if there is one.
    pub sms: Option<SmsPlan>,
}

/// A relay for mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailPlan {
    /// Where it is.
    pub host: HostName,
    /// Its port.
    pub port: u16,
    /// How the connection is sealed.
    pub tls: MailTls,
    /// As whom the server logs in there, with the password in that file.
    pub login: Option<(String, PathBuf)>,
    /// Whom the mails come from.
    pub from: Address,
    /// The certificates that vouch for it; those that the system knows, if missing.
    pub authorities: Option<PathBuf>,
    /// How long it is waited for each of its answers.
    pub timeout: Duration,
}

/// How a connection to a relay is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// It begins in the clear, and nothing is said before TLS (RFC 3207).
    StartTls,
    /// From the first byte on.
    Implicit,
    /// Not at all: the relay is on this machine.
    None,
}

/// A gateway for short messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsPlan {
    /// Where a message is sent, with what stands for number and text.
    pub url: Place,
    /// The content, with what stands for number and text; none is sent if missing.
    pub body: Option<Json>,
    /// A file with headers, one in a line.
    pub headers: Option<PathBuf>,
    /// The certificates that vouch for it; those that the system knows, if missing.
    pub authorities: Option<PathBuf>,
    /// How the numbers begin that are sent to; any, if empty.
    pub prefixes: Vec<String>,
}

impl SmsPlan {
    /// Whether messages are sent to that number.
    #[must_use]
    pub fn reaches(&self, number: &Address) -> bool {
        self.prefixes.is_empty() || self.prefixes.iter().any(|prefix| number.as_str().starts_with(prefix))
    }
}

impl CodesPlan {
    pub(super) fn from_resolved(resolved: &Resolved) -> Result<Self, ConfigError> {
        let count = |key| Ok::<u32, ConfigError>(u32::try_from(resolved.number(key)?).unwrap_or(u32::MAX));
        Ok(Self {
            most: Most { user: count("codes.user_per_hour")?, account: count("codes.account_per_hour")? },
            mail: MailPlan::from_resolved(resolved)?,
            sms: SmsPlan::from_resolved(resolved)?,
        })
    }
}

impl MailPlan {
    fn from_resolved(resolved: &Resolved) -> Result<Option<Self>, ConfigError> {
        let (host, from) = (resolved.text("mail.host")?, resolved.text("mail.from")?);
        if host.is_empty() || resolved.is_wrong(&["mail.host", "mail.from", "mail.tls", "mail.user", "mail.password_file"]) {
            return Ok(None);
        }
        let host = HostName::parse(host)
            .ok_or_else(|| resolved.refuse("mail.host", "it must be a host name or an address, without a port"))?;
        let from = Address::parse(Channel::Email, from).map_err(|why| resolved.refuse("mail.from", why))?;
        let tls = match resolved.choice("mail.tls")? {
            "implicit" => MailTls::Implicit,
            "none" if is_this_machine(&host) => MailTls::None,
            "none" => {
                return Err(
                    resolved.refuse("mail.tls", "codes would cross the network in the clear: `mail.host` is another machine")
                );
            }
            _ => MailTls::StartTls,
        };
        let login = match (resolved.text("mail.user")?, resolved.file("mail.password_file")?) {
            ("", None) => None,
            ("", Some(_)) => {
                return Err(resolved.refuse("mail.user", "`mail.password_file` is set, and a password needs its user"));
            }
            (_, None) => return Err(resolved.refuse("mail.password_file", "`mail.user` is set, and a user needs a password")),
            (user, Some(file)) => Some((user.to_owned(), file)),
        };
        Ok(Some(Self {
            host,
            port: u16::try_from(resolved.number("mail.port")?).unwrap_or_default(),
            tls,
            login,
            from,
            authorities: resolved.file("mail.authorities")?,
            timeout: Duration::from_secs(resolved.number("mail.timeout_seconds")?),
        }))
    }
}

impl SmsPlan {
    fn from_resolved(resolved: &Resolved) -> Result<Option<Self>, ConfigError> {
        let (url, body) = (resolved.place("sms.url")?, resolved.text("sms.body")?);
        let Some(url) = url.filter(|_| !resolved.is_wrong(&["sms.url", "sms.body", "sms.prefixes"])) else { return Ok(None) };
        let body = match body {
            "" => None,
            text => {
                let told =
                    |_| resolved.refuse("sms.body", "it must be JSON, such as `{\"to\": \"{number}\", \"text\": \"{text}\"}`");
                Some(serde_json::from_str::<Json>(text).map_err(told)?)
            }
        };
        for what in [NUMBER, TEXT] {
            if !url.as_str().contains(what) && !body.as_ref().is_some_and(|body| has(body, what)) {
                let key = if body.is_some() { "sms.body" } else { "sms.url" };
                return Err(resolved.refuse(key, &format!("it must say where `{what}` goes")));
            }
        }
        if url.as_str().split('?').next().is_some_and(|before| before.contains('{')) {
            return Err(resolved.refuse("sms.url", "what is put in stands behind its `?`"));
        }
        let prefixes: Vec<String> =
            resolved.text("sms.prefixes")?.split(',').map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect();
        let is_prefix = |text: &String| {
            text.strip_prefix('+').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        };
        if !prefixes.iter().all(is_prefix) {
            return Err(resolved.refuse("sms.prefixes", "they must be beginnings of numbers, such as `+49, +43`"));
        }
        let (headers, authorities) = (resolved.file("sms.headers_file")?, resolved.file("sms.authorities")?);
        Ok(Some(Self { url, body, headers, authorities, prefixes }))
    }
}

impl Resolved {
    fn text(&self, key: &str) -> Result<&str, ConfigError> {
        match self.value(key)? {
            Value::Text(text) => Ok(text),
            _ => Err(ConfigError::unknown_key(key, Origin::Default)),
        }
    }
}

fn is_this_machine(host: &HostName) -> bool {
    match host {
        HostName::Name(name) => name == "localhost",
        HostName::Address(address) => address.is_loopback(),
    }
}

/// Whether it stands in a string of the JSON.
fn has(json: &Json, what: &str) -> bool {
    match json {
        Json::String(text) => text.contains(what),
        Json::Array(all) => all.iter().any(|one| has(one, what)),
        Json::Object(fields) => fields.values().any(|one| has(one, what)),
        _ => false,
    }
}
