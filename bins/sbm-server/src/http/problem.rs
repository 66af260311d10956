//! Failures as answers: RFC 9457 documents with a code of the one table (ERR-1).
//!
//! 1. The detail says what was wrong with which value and what to do. What went wrong inside is logged and never sent.
//! 2. `Retry-After` stands on every answer that is worth another try.

use std::fmt;

use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use sbm_core::code::Code;
use sbm_core::wire::PROBLEM_TYPE;
use sbm_core::wire::v1::Problem;
use sbm_core::wire::v1::factor::HalfSession;

use super::overload::spread;
use crate::auth::Wait;

/// A failure on its way to the client.
#[derive(Clone, Debug)]
pub struct ApiError(Box<Problem>);

impl ApiError {
    /// The failure of that code, with what was wrong with which value.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self(Box::new(Problem::new(code, detail)))
    }

    /// Something inside went wrong: the cause goes to the log, the client hears only that it did.
    #[must_use]
    pub fn internal(cause: impl fmt::Display) -> Self {
        tracing::error!(cause = %Plain(&cause.to_string()), "a request met a fault inside the server");
        Code::Internal.into()
    }

    /// The same failure, to be tried again after that many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// The same failure, with what the second step of the login takes.
    #[must_use]
    pub fn second_step(mut self, half: Option<HalfSession>) -> Self {
        self.0.second_step = half;
        self
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code().unwrap_or(Code::Internal)
    }

    /// The document.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.0
    }
}

impl From<Code> for ApiError {
    fn from(code: Code) -> Self {
        Self(Box::new(code.into()))
    }
}

impl From<Wait> for ApiError {
    fn from(wait: Wait) -> Self {
        let detail = format!("too many attempts; wait {wait} before the next one");
        Self::new(Code::Throttled, detail).retry_after(wait.seconds)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.detail)
    }
}

impl IntoResponse for ApiError {
    fn into_response(mut self) -> Response {
        if self.code() == Code::Busy
            && let Some(seconds) = &mut self.0.retry_after
        {
            // Without randomness they return together, which is no worse than without the header.
            *seconds = spread(*seconds, getrandom::u64().unwrap_or(0));
        }
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_TYPE));
        if let Some(seconds) = self.0.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        // A problem has texts and numbers only, so that writing it cannot fail.
        (status, headers, serde_json::to_vec(&*self.0).unwrap_or_default()).into_response()
    }
}

/// A text from outside for a log or a message: control characters escaped, cut at 100 characters.
pub(crate) struct Plain<'a>(pub &'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, c) in self.0.chars().enumerate() {
            match c {
                _ if index == 100 => return f.write_str("…"),
                ' '..='~' => fmt::Write::write_char(f, c)?,
                _ if c.is_alphanumeric() => fmt::Write::write_char(f, c)?,
                _ => write!(f, "{}", c.escape_unicode())?,
            }
        }
        Ok(())
    }
}

/// A header's value as text, for messages.
pub(crate) fn shown(value: &HeaderValue) -> String {
    Plain(&String::from_utf8_lossy(value.as_bytes())).to_string()
}

/// The header that carries the server's clock.
pub(crate) const TIME_HEADER: HeaderName = HeaderName::from_static(sbm_core::wire::TIME_HEADER);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_becomes_an_answer_of_its_status_err_1() {
        for code in Code::ALL {
            let answer = ApiError::from(*code).into_response();
            assert_eq!(answer.status().as_u16(), code.status(), "{code}");
            assert_eq!(answer.headers()[CONTENT_TYPE], PROBLEM_TYPE);
            assert_eq!(answer.headers().contains_key(RETRY_AFTER), code.is_retryable(), "{code}");
        }
    }

    #[test]
    fn a_cause_inside_is_not_told() {
        let error = ApiError::internal("secret of the house");
        assert_eq!(error.code(), Code::Internal);
        assert!(!serde_json::to_string(error.problem()).unwrap().contains("house"));
    }

    #[test]
    fn a_wait_is_told_in_the_header_and_the_text_run_6() {
        let answer = ApiError::from(Wait { seconds: 32 }).into_response();
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(answer.headers()[RETRY_AFTER], "32");
    }

    #[test]
    fn text_from_outside_cannot_forge_a_line_of_a_log() {
        assert_eq!(Plain("a\nb\u{1b}[31m\u{202e}é").to_string(), "a\\u{a}b\\u{1b}[31m\\u{202e}é");
        assert_eq!(Plain(&"x".repeat(200)).to_string().chars().count(), 101);
    }
}
