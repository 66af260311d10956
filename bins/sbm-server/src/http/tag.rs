//! Tags of objects: whether one is still as it was read (RFC 9110, section 13).
//!
//! 1. Every answer with one object has a strong `etag` of two parts, `"state-content"`. The state is the epoch, the revision
//!    at which the object last changed, and that revision's mark: a server that came back from an older backup never makes
//!    one again (OFF-3). The content is a hash of the answer's bytes.
//! 2. `If-None-Match` compares both parts: equal, and the answer is 304 without content.
//! 3. `If-Match` on a change, a deletion and an upload compares the state alone: that somebody logged in, or that a group
//!    got another name, is in the content and stands in nobody's way. It is judged on the very facts that the plan is made
//!    from, behind everything else that could be wrong; else the answer is `precondition_failed`, naming the tag there is.
//! 4. Nobody needs `If-Match`: a change states only what changes, and the rest stays.

use std::fmt;

use axum::extract::FromRequestParts;
use axum::http::header::{ETAG, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use sbm_core::code::Code;
use sbm_core::directory::{Directory, Refusal};
use sbm_core::id::Hash;
use serde::Serialize;

use super::ApiError;

/// The state of an object: where it stands in the server's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State(String);

impl State {
    /// The state of an object that last changed at that revision.
    #[must_use]
    pub fn of(facts: &Directory, stamp: u64) -> Self {
        let mark = facts.mark(stamp).map_or(0, sbm_core::cache::Mark::bits);
        Self(format!("{}.{stamp}.{mark:016x}", facts.server().epoch))
    }

    /// The state of what never changes, by its content.
    #[must_use]
    pub fn fixed(content: &Hash) -> Self {
        Self(short(content))
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a request knows of the object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// `If-Match`.
    pub matches: Option<Tags>,
    /// `If-None-Match`.
    pub none_matches: Option<Tags>,
}

/// The tags that stand in a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tags {
    /// Any object, as long as there is one.
    Any,
    /// One in one of these states: the tags without their quotes, weak ones apart.
    These(Vec<Tag>),
}

/// A tag in a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    text: String,
    weak: bool,
}

impl Conditions {
    fn of(headers: &HeaderMap) -> Result<Self, ApiError> {
        Ok(Self { matches: tags(headers, &IF_MATCH)?, none_matches: tags(headers, &IF_NONE_MATCH)? })
    }

    /// Whether an object that is there, in that state, may be changed.
    ///
    /// # Errors
    ///
    /// [`Code::PreconditionFailed`].
    pub fn check(&self, state: &State) -> Result<(), Refusal> {
        if self.none_matches.as_ref() == Some(&Tags::Any) {
            return Err(failed(format!("the object is there already, in the state `\"{state}\"`")));
        }
        match &self.matches {
            None | Some(Tags::Any) => Ok(()),
            Some(Tags::These(tags)) if tags.iter().any(|tag| tag.is_of(state)) => Ok(()),
            Some(Tags::These(_)) => {
                Err(failed(format!("the object is in the state `\"{state}\"` by now; read it again before you change it")))
            }
        }
    }

    /// Whether an object that is not there may be made.
    ///
    /// # Errors
    ///
    /// [`Code::PreconditionFailed`].
    pub fn check_absent(&self) -> Result<(), Refusal> {
        match self.matches {
            None => Ok(()),
            Some(_) => Err(failed("the object is not there".to_owned())),
        }
    }

    /// Whether who asks has this very answer already.
    fn has(&self, tag: &str) -> bool {
        match &self.none_matches {
            None => false,
            Some(Tags::Any) => true,
            Some(Tags::These(tags)) => tags.iter().any(|known| known.text == tag),
        }
    }
}

impl Tag {
    /// Whether it is a tag of that state, whatever the content was. A weak tag is of none.
    fn is_of(&self, state: &State) -> bool {
        !self.weak && self.text.split('-').next() == Some(state.0.as_str())
    }
}

fn failed(message: String) -> Refusal {
    Refusal { code: Code::PreconditionFailed, message }
}

impl<S: Sync> FromRequestParts<S> for Conditions {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        Self::of(&parts.headers)
    }
}

/// An object as the answer to a `GET`, with its tag; 304 for who has it already.
///
/// # Errors
///
/// [`Code::Internal`] when it cannot be written.
pub fn read<T: Serialize>(conditions: &Conditions, state: &State, object: &T) -> Result<Response, ApiError> {
    let bytes = serde_json::to_vec(object).map_err(ApiError::internal)?;
    let tag = tag_of(state, &bytes);
    if conditions.has(&tag) {
        return Ok(tagged(StatusCode::NOT_MODIFIED.into_response(), &tag));
    }
    Ok(tagged(json(StatusCode::OK, bytes), &tag))
}

/// An object that never changes, as it is.
///
/// # Errors
///
/// [`Code::Internal`] when it cannot be written.
pub fn read_fixed<T: Serialize>(conditions: &Conditions, object: &T) -> Result<Response, ApiError> {
    let bytes = serde_json::to_vec(object).map_err(ApiError::internal)?;
    read(conditions, &State::fixed(&Hash::of(&bytes)), object)
}

/// An object as the answer to a change, with its new tag.
///
/// # Errors
///
/// [`Code::Internal`] when it cannot be written.
pub fn changed<T: Serialize>(status: StatusCode, state: &State, object: &T) -> Result<Response, ApiError> {
    let bytes = serde_json::to_vec(object).map_err(ApiError::internal)?;
    let tag = tag_of(state, &bytes);
    Ok(tagged(json(status, bytes), &tag))
}

/// Bytes that are known by their hash; nothing for who has them already.
#[must_use]
pub fn is_known(conditions: &Conditions, hash: &Hash) -> Option<Response> {
    let tag = hash.to_string();
    conditions.has(&tag).then(|| tagged(StatusCode::NOT_MODIFIED.into_response(), &tag))
}

/// Puts a tag on an answer.
#[must_use]
pub fn tagged(mut response: Response, tag: &str) -> Response {
    if let Ok(value) = HeaderValue::try_from(format!("\"{tag}\"")) {
        response.headers_mut().insert(ETAG, value);
    }
    response
}

fn json(status: StatusCode, bytes: Vec<u8>) -> Response {
    let kind = HeaderValue::from_static("application/json");
    (status, [(axum::http::header::CONTENT_TYPE, kind)], bytes).into_response()
}

fn tag_of(state: &State, bytes: &[u8]) -> String {
    format!("{state}-{}", short(&Hash::of(bytes)))
}

fn short(hash: &Hash) -> String {
    hash.to_string().chars().take(16).collect()
}

/// The tags of a condition, from all headers of that name.
fn tags(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Tags>, ApiError> {
    let mut found: Option<Tags> = None;
    for value in headers.get_all(name) {
        let malformed = || {
            let shown = super::problem::shown(value);
            ApiError::new(Code::MalformedRequest, format!("`{shown}` in the header `{name}` is no tag in quotes and no `*`"))
        };
        let text = value.to_str().map_err(|_| malformed())?.trim();
        found = Some(match (found, text) {
            (None, "*") => Tags::Any,
            (None, _) => Tags::These(list(text).ok_or_else(malformed)?),
            (Some(Tags::These(mut tags)), _) => {
                tags.extend(list(text).ok_or_else(malformed)?);
                Tags::These(tags)
            }
            (Some(Tags::Any), _) => return Err(malformed()),
        });
    }
    Ok(found)
}

fn list(text: &str) -> Option<Vec<Tag>> {
    let (mut rest, mut tags) = (text, Vec::new());
    loop {
        let (weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |rest| (true, rest));
        let (tag, behind) = quoted.strip_prefix('"')?.split_once('"')?;
        tags.push(Tag { text: tag.to_owned(), weak });
        let behind = behind.trim_start();
        if behind.is_empty() {
            return Some(tags);
        }
        rest = behind.strip_prefix(',')?.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions(name: HeaderName, values: &[&'static str]) -> Result<Conditions, Code> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(&name, HeaderValue::from_static(value));
        }
        Conditions::of(&headers).map_err(|error| error.code())
    }

    #[test]
    fn a_change_is_for_the_state_that_was_read_whatever_else_was_shown() {
        let state = State("3.17.00000000000000aa".to_owned());
        for (values, fits) in [
            (&[][..], true),
            (&["*"], true),
            (&["\"3.17.00000000000000aa-0123\""], true),
            (&["\"3.17.00000000000000aa\""], true),
            (&["\"x\", \"3.17.00000000000000aa-0123\""], true),
            (&["\"x\"", "\"3.17.00000000000000aa-0123\""], true),
            (&["\"3.17.00000000000000ab-0123\""], false),
            (&["\"3.1\""], false),
            (&["\"\""], false),
            (&["W/\"3.17.00000000000000aa-0123\""], false),
        ] {
            let told = conditions(IF_MATCH, values).unwrap().check(&state);
            assert_eq!(told.is_ok(), fits, "{values:?}");
            if let Err(refused) = told {
                assert_eq!(refused.code, Code::PreconditionFailed);
                assert!(refused.message.contains("\"3.17.00000000000000aa\""), "{}", refused.message);
            }
        }
        assert!(conditions(IF_NONE_MATCH, &["*"]).unwrap().check(&state).is_err());
        assert!(conditions(IF_NONE_MATCH, &["*"]).unwrap().check_absent().is_ok());
        assert!(conditions(IF_MATCH, &["*"]).unwrap().check_absent().is_err());
    }

    #[test]
    fn a_condition_that_is_none_is_refused_err_1() {
        for value in ["", "x", "\"", "\"a\" \"b\"", "\"a\",", ",\"a\"", "*, \"a\"", "w/\"a\"", "\"a\"b"] {
            let mut headers = HeaderMap::new();
            headers.insert(IF_MATCH, HeaderValue::from_static(value));
            assert_eq!(Conditions::of(&headers).unwrap_err().code(), Code::MalformedRequest, "{value}");
        }
        assert_eq!(conditions(IF_MATCH, &["*", "*"]), Err(Code::MalformedRequest));
    }

    #[test]
    fn who_has_the_very_answer_gets_none() {
        let state = State("1.2.0".to_owned());
        let first = read(&Conditions::default(), &state, &1).unwrap();
        let tag = first.headers()[ETAG].to_str().unwrap().to_owned();
        assert!(tag.starts_with("\"1.2.0-"), "{tag}");
        let again = |value: &str, object: u8| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, HeaderValue::from_str(value).unwrap());
            read(&Conditions::of(&headers).unwrap(), &state, &object).unwrap().status().as_u16()
        };
        assert_eq!((again(&tag, 1), again(&format!("W/{tag}"), 1), again("*", 1)), (304, 304, 304));
        assert_eq!((again(&tag, 2), again("\"1.2.0\"", 1)), (200, 200));
    }
}
