//! A gateway for short messages, by HTTP.

use std::path::Path;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sbm_core::code::Code;
use sbm_core::directory::Refusal;
use serde_json::Value as Json;
use zeroize::Zeroizing;

use super::{Carrier, Failure, Letter};
use crate::config::SmsPlan;
use crate::config::codes::{NUMBER, TEXT};
use crate::data_dir::read_private;
use crate::outgoing::{Outgoing, Place};
use crate::service::refusal;

/// The most headers.
const MOST_HEADERS: usize = 32;

/// A gateway.
pub(super) struct Gateway {
    outgoing: Outgoing,
    url: Place,
    body: Option<Json>,
    headers: Vec<(String, Zeroizing<String>)>,
}

impl Gateway {
    /// Reads the files that the plan names; connects to nothing yet.
    pub(super) fn new(plan: &SmsPlan) -> Result<Self, Refusal> {
        let bad = |why: String| refusal(Code::ConfigInvalid, format!("the gateway for short messages cannot be used: {why}"));
        let outgoing = Outgoing::new(plan.authorities.as_deref()).map_err(bad)?;
        let headers = plan.headers.as_deref().map(|file| headers_of(file).map_err(bad)).transpose()?.unwrap_or_default();
        Ok(Self { outgoing, url: plan.url.clone(), body: plan.body.clone(), headers })
    }
}

impl Carrier for Gateway {
    fn carry(&self, letter: &Letter) -> Result<(), Failure> {
        let (number, text) = (letter.to.as_str(), letter.text.as_str());
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let url = filled(self.url.as_str(), &encoded(number), &encoded(text));
        let url = Place::parse(&url).map_err(|why| Failure { why: format!("the gateway's address: {why}"), is_final: true })?;
        let content = match &self.body {
            Some(body) => Zeroizing::new(filled_json(body, number, text).to_string()),
            None => Zeroizing::default(),
        };
        let mut headers: Vec<(&str, &str)> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        if self.body.is_some() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            headers.push(("content-type", "application/json"));
        }
        let reply = self.outgoing.post(&url, &headers, content.as_bytes()).map_err(|why| Failure { why, is_final: false })?;
        match reply.status {
            200..=299 => Ok(()),
            status => {
                let is_final = status != 429 && status < 500;
                Err(Failure { why: format!("the gateway answered {status}"), is_final })
            }
        }
    }
}

/// The template with number and text in it, each put in once: what comes with one is no place for the other.
fn filled(template: &str, number: &str, text: &str) -> String {
    let mut filled = String::with_capacity(template.len() + number.len() + text.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        filled.push_str(before);
        rest = if let Some(behind) = from.strip_prefix(NUMBER) {
            filled.push_str(number);
            behind
        } else if let Some(behind) = from.strip_prefix(TEXT) {
            filled.push_str(text);
            behind
        } else {
            filled.push('{');
            from.strip_prefix('{').unwrap_or_default()
        };
    }
    filled.push_str(rest);
    filled
}

fn filled_json(template: &Json, number: &str, text: &str) -> Json {
    match template {
        Json::String(template) => Json::String(filled(template, number, text)),
        Json::Array(all) => all.iter().map(|one| filled_json(one, number, text)).collect(),
        Json::Object(fields) => {
            Json::Object(fields.iter().map(|(name, one)| (name.clone(), filled_json(one, number, text))).collect())
        }
        other => other.clone(),
    }
}

/// The headers of a file: `Name: value`, one in a line; empty lines and those that begin with `#` are none.
fn headers_of(file: &Path) -> Result<Vec<(String, Zeroizing<String>)>, String> {
    let bad = |why: &str| format!("the file with headers `{}` {why}", file.display());
    let bytes = read_private(file).map_err(|error| error.to_string())?.ok_or_else(|| bad("is not there"))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| bad("is not UTF-8 text"))?;
    let mut headers = Vec::new();
    for (line, number) in text.lines().zip(1_usize..).filter(|(line, _)| !line.trim().is_empty() && !line.starts_with('#')) {
        let header = line.split_once(':').map(|(name, value)| (name, value.trim()));
        let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        match header {
            Some((name, value)) if is_name(name) && value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) => {
                headers.push((name.to_owned(), Zeroizing::new(value.to_owned())));
            }
            _ => return Err(bad(&format!("has no header in line {number}; write `Name: value`"))),
        }
    }
    if headers.len() > MOST_HEADERS { Err(bad("has too many headers")) } else { Ok(headers) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_put_into_a_template_stays_data_run_8() {
        let hostile = "\", \"to\": \"+1\"}{number}{text}\r\nX: y&to=1";
        let body = json!({"to": "{number}", "message": {"text": ["code: {text}", 7]}, "{text}": null});
        let expected = json!({"to": "+49", "message": {"text": [format!("code: {hostile}"), 7]}, "{text}": null});
        assert_eq!(filled_json(&body, "+49", hostile), expected);
        assert_eq!(filled("a{number}{x}{text}{", "1", "{number}"), "a1{x}{number}{");
        let encoded = utf8_percent_encode(hostile, NON_ALPHANUMERIC).to_string();
        let url = filled("https://gateway.example/?to={number}&text={text}", "%2B49", &encoded);
        assert!(Place::parse(&url).is_ok() && url.matches('&').count() == 1, "{url}");
    }

    #[test]
    fn headers_come_from_a_file_and_nothing_else_does_run_8() {
        let directory = tempfile::tempdir().unwrap();
        let read = |text: &str| {
            let file = directory.path().join("headers");
            std::fs::write(&file, text).unwrap();
            #[cfg(unix)]
            std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
            headers_of(&file)
        };
        let headers = read("# the gateway's\nAuthorization: Bearer abc:def\n\nX-Key:1\n").unwrap();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(headers, [("Authorization", "Bearer abc:def"), ("X-Key", "1")]);
        for bad in ["Authorization", ": x", "A B: c", "Name: v\u{e9}", "Name\t: v", "Na\u{0}me: v", "Name: a\u{7f}"] {
            let error = read(bad).unwrap_err();
            assert!(error.contains("in line 1") && !error.contains(bad), "{error}");
        }
        assert!(headers_of(&directory.path().join("other")).unwrap_err().contains("is not there"));
    }
}
