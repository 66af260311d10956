//! What kind of answer is wanted, by the header `accept` (RFC 9110, 12.5.1).
//!
//! JSON is the usual answer and is given to whoever wants something that there is not. A page or a file is given to whoever
//! names it and does not like JSON better.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::http::request::Parts;

/// What kind of answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// JSON.
    Json,
    /// A file of comma-separated values.
    File,
    /// A page for a browser.
    Html,
}

impl Wanted {
    /// What these headers ask for.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let values = headers.get_all(ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
        let ranges: Vec<(&str, u32)> = values.flat_map(|value| value.split(',')).filter_map(range).collect();
        let weight = |kind: &str| ranges.iter().find(|(range, _)| range.eq_ignore_ascii_case(kind)).map(|(_, weight)| *weight);
        let json = weight("application/json").or_else(|| weight("application/*")).or_else(|| weight("*/*")).unwrap_or(0);
        let liked = |kind: &str| weight(kind).filter(|weight| *weight > 0 && *weight >= json);
        match (liked("text/csv"), liked("text/html")) {
            (Some(file), page) if page.is_none_or(|page| file >= page) => Self::File,
            (_, Some(_)) => Self::Html,
            _ => Self::Json,
        }
    }
}

/// A media range with its weight in thousandths; nothing of what is not understood.
fn range(text: &str) -> Option<(&str, u32)> {
    let mut parts = text.split(';').map(str::trim);
    let kind = parts.next().filter(|kind| kind.contains('/'))?;
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    let weight = weight.map_or(Some(1.0), |weight| weight.parse::<f64>().ok()).filter(|weight| (0.0..=1.0).contains(weight))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1,000")]
    Some((kind, (weight * 1_000.0) as u32))
}

impl<S: Sync> FromRequestParts<S> for Wanted {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_file_or_a_page_is_for_whoever_names_it_con_1() {
        for (accept, wanted) in [
            ("", Wanted::Json),
            ("*/*", Wanted::Json),
            ("application/json", Wanted::Json),
            ("application/json, application/octet-stream", Wanted::Json),
            ("text/csv", Wanted::File),
            ("Text/CSV;charset=utf-8", Wanted::File),
            ("text/csv, */*", Wanted::File),
            ("text/csv;q=0.5, application/json", Wanted::Json),
            ("text/csv;q=0.5, */*;q=0.1", Wanted::File),
            ("text/csv;q=0", Wanted::Json),
            ("text/csv;q=x", Wanted::Json),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Wanted::Html),
            ("text/html;q=0.2, application/json", Wanted::Json),
            ("text/html, text/csv;q=0.1", Wanted::Html),
            ("image/png", Wanted::Json),
            (";;,,=", Wanted::Json),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(Wanted::of(&headers), wanted, "{accept}");
        }
    }
}
