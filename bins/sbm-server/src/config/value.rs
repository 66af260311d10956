//! A checked value, and how each kind is read from its texts. An error says what is allowed.

use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use sbm_core::allowlist::IpPattern;

use super::host::HostName;
use crate::outgoing::Place;
use crate::store::url::{BadStoreUrl, StoreUrl};

/// A checked value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Directory(PathBuf),
    Addresses(Vec<SocketAddr>),
    Names(Vec<HostName>),
    File(Option<PathBuf>),
    Networks(Vec<IpPattern>),
    Store(StoreUrl),
    Zone(TimeZone),
    Place(Option<Place>),
    Text(String),
    Choice(String),
    Number(u64),
}

pub(super) fn one(texts: &[String]) -> Result<&str, String> {
    match texts {
        [text] => Ok(text),
        _ => Err("exactly one value is needed".into()),
    }
}

pub(super) fn directory(text: &str) -> Result<Value, String> {
    if text.is_empty() || text.contains('\0') { Err("it must be a path".into()) } else { Ok(Value::Directory(text.into())) }
}

pub(super) fn line(text: &str) -> Result<Value, String> {
    match text {
        _ if text.chars().any(char::is_control) || text.len() > 2_000 => Err("it must be one line of text".into()),
        "none" => Err("leave it out for none".into()),
        _ => Ok(Value::Text(text.into())),
    }
}

pub(super) fn path(text: &str) -> Result<Value, String> {
    match text {
        "" => Ok(Value::File(None)),
        _ if text.contains('\0') => Err("it must be a path".into()),
        "none" => Err("leave it out for none; a file of that name is `./none`".into()),
        _ => Ok(Value::File(Some(text.into()))),
    }
}

pub(super) fn store(text: &str) -> Result<Value, String> {
    text.parse().map(Value::Store).map_err(|error: BadStoreUrl| error.to_string())
}

pub(super) fn whole_number(text: &str, least: u64, most: u64) -> Result<Value, String> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(number) if plain && (least..=most).contains(&number) => Ok(Value::Number(number)),
        _ => Err(format!("it must be a whole number from {least} to {most}")),
    }
}

pub(super) fn addresses(texts: &[String]) -> Result<Value, String> {
    let mut found: Vec<SocketAddr> = Vec::new();
    for text in texts {
        let address = text.parse().map_err(|_| "an address with a port is needed, such as `127.0.0.1:8100` or `[::1]:8100`")?;
        if found.contains(&address) && address.port() != 0 {
            return Err(format!("`{address}` stands there twice"));
        }
        found.push(address);
    }
    if found.is_empty() { Err("at least one address is needed".into()) } else { Ok(Value::Addresses(found)) }
}

/// Whoever is trusted here may say that he speaks for anybody, so that everybody and unclear spellings are refused.
pub(super) fn networks(texts: &[String]) -> Result<Value, String> {
    let mut found = Vec::new();
    for text in texts {
        let network = IpPattern::parse(text).map_err(|error| error.to_string())?;
        let spelt = network.to_string();
        if spelt == "*" || spelt.ends_with("/0") || spelt.starts_with("literal:") {
            return Err(format!("`{text}` is not one network; write the addresses of your proxies, such as `10.0.0.5`"));
        }
        found.push(network);
    }
    Ok(Value::Networks(found))
}

pub(super) fn zone(text: &str) -> Result<Value, String> {
    let told = |_| "it must be a time zone that this machine knows, such as `UTC` or `Europe/Berlin`".into();
    TimeZone::get(text).map(Value::Zone).map_err(told)
}

pub(super) fn place(text: &str) -> Result<Value, String> {
    if text.is_empty() { Ok(Value::Place(None)) } else { Place::parse(text).map(|place| Value::Place(Some(place))) }
}

pub(super) fn choice(text: &str, words: &[&str]) -> Result<Value, String> {
    let known = words.iter().find(|word| **word == text);
    known.map(|word| Value::Choice((*word).into())).ok_or_else(|| format!("it must be `{}`", words.join("` or `")))
}

pub(super) fn names(texts: &[String]) -> Result<Value, String> {
    let mut found = Vec::new();
    for text in texts {
        let name = HostName::parse(text).ok_or("a host name or address is needed, without scheme, port, path or `*`")?;
        if !found.contains(&name) {
            found.push(name);
        }
    }
    Ok(Value::Names(found))
}
