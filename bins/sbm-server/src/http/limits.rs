//! What a request may carry: strict JSON of a bounded size (ERR-1, DOOR-4).
//!
//! 1. The stated length is checked before a byte is read, and the bytes again as they come, within their time and the room
//!    that there is ([`turn`](super::turn)).
//! 2. The content is `application/json` as it is, not compressed. One object and nothing behind it; unknown fields and
//!    fields twice are refused by the types, depth by the reader.
//! 3. Where a request came slowly its token is checked again behind the last byte: whoever was shut out while his request came does nothing (RUN-7).
//! 4. The failure says where and what was expected. It does not repeat the value, which may be a secret.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use sbm_core::code::Code;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Origin;
use super::problem::{ApiError, Plain, shown};
use super::turn::{Turn, too_large};

/// From that size on, JSON is read on a thread of its own, so that it does not hold up other requests.
const LARGE: usize = 128 * 1024;

/// JSON: as an argument of a handler, the request's; as its result, the answer's.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

/// JSON that is not read yet: who may not send it is told so before it is.
#[derive(Debug)]
pub struct Later<T>(Request, PhantomData<fn() -> T>);

/// What stands behind the `?` of the address.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

/// What stands in the address in place of `{…}`.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send + 'static, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        content(request).await.map(Self)
    }
}

impl<T: Send + 'static, S: Sync> FromRequest<S> for Later<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        Ok(Self(request, PhantomData))
    }
}

impl<T: DeserializeOwned + Send + 'static> Later<T> {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// [`Code::MalformedRequest`], [`Code::TooLarge`], [`Code::TimedOut`].
    pub async fn read(self) -> Result<T, ApiError> {
        content(self.0).await
    }
}

async fn content<T: DeserializeOwned + Send + 'static>(request: Request) -> Result<T, ApiError> {
    let turn = request.extensions().get::<Arc<Turn>>().cloned();
    let origin = request.extensions().get::<Origin>().map(|origin| origin.address);
    let (Some(turn), Some(address)) = (turn, origin) else {
        return Err(ApiError::internal("a route without a limit for its requests"));
    };
    check_headers(request.headers(), turn.most())?;
    let (parts, body) = request.into_parts();
    let bytes = turn.read(&parts.headers, body, address).await?;
    if bytes.len() < LARGE {
        return parse(&bytes);
    }
    tokio::task::spawn_blocking(move || parse(&bytes)).await.map_err(ApiError::internal)?
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(bytes) => ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], bytes).into_response(),
            Err(error) => ApiError::internal(error).into_response(),
        }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let read = axum::extract::Query::try_from_uri(&parts.uri);
        let malformed = |error: axum::extract::rejection::QueryRejection| {
            let text = error.body_text();
            let reason = text.rsplit_once(": ").map_or(text.as_str(), |(_, reason)| reason);
            malformed(format!("what stands behind the `?` cannot be understood: {}", Plain(reason)))
        };
        read.map(|query| Self(query.0)).map_err(malformed)
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let read = axum::extract::Path::from_request_parts(parts, state).await;
        read.map(|path| Self(path.0))
            .map_err(|_| malformed(format!("the address `{}` cannot be understood", Plain(parts.uri.path()))))
    }
}

fn malformed(detail: String) -> ApiError {
    ApiError::new(Code::MalformedRequest, detail)
}

fn check_headers(headers: &HeaderMap, limit: usize) -> Result<(), ApiError> {
    if let Some(encoding) = headers.get(CONTENT_ENCODING) {
        return Err(malformed(format!(
            "the content encoding `{}` is not understood; send the content as it is",
            shown(encoding)
        )));
    }
    let kind =
        headers.get(CONTENT_TYPE).ok_or_else(|| malformed("the header `content-type: application/json` is missing".into()))?;
    if !kind.to_str().is_ok_and(is_json) {
        return Err(malformed(format!("the content type `{}` is not understood; send `application/json`", shown(kind))));
    }
    let stated = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if stated.is_some_and(|stated| stated > limit as u64) { Err(too_large(limit)) } else { Ok(()) }
}

fn is_json(kind: &str) -> bool {
    let (kind, parameters) = kind.split_once(';').unwrap_or((kind, ""));
    let parameters = parameters.trim().to_ascii_lowercase();
    kind.trim().eq_ignore_ascii_case("application/json")
        && matches!(parameters.as_str(), "" | "charset=utf-8" | "charset=\"utf-8\"")
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    if bytes.trim_ascii_start().starts_with(b"[") {
        // In a list the fields would go by their places, and none could be told as unknown (DOOR-4).
        return Err(malformed("the JSON does not fit at its beginning: expected an object".into()));
    }
    serde_json::from_slice(bytes).map_err(|error| malformed(explain(&error)))
}

fn explain(error: &serde_json::Error) -> String {
    let place = format!("line {}, column {}", error.line(), error.column());
    if error.is_eof() {
        return format!("the JSON ends too early, at {place}");
    }
    if error.is_syntax() {
        let text = error.to_string();
        let reason = text.split(" at line ").next().unwrap_or_default();
        return format!("the content is not valid JSON: {} at {place}", Plain(reason));
    }
    format!("the JSON does not fit at {place}: {}", Plain(&wanted(&error.to_string())))
}

/// What was wanted, without the value that was found and without the names of our types.
fn wanted(text: &str) -> String {
    let text = text.rsplit_once(" at line ").map_or(text, |(reason, _)| reason);
    let expected = match text.split_once(", expected ") {
        Some((found, expected)) if found.starts_with("invalid ") => format!("expected {expected}"),
        _ => text.to_owned(),
    };
    for (kind, plain) in [
        ("expected struct ", "expected an object"),
        ("expected enum ", "expected one of the known words"),
        ("expected tuple ", "expected a list"),
    ] {
        if expected.starts_with(kind) {
            return plain.into();
        }
    }
    expected
}
