//! Where a page goes on: the order it belongs to, and the place of its last row.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::cell::Place;
use super::invalid;
use crate::http::ApiError;
use crate::http::problem::Plain;

/// The most bytes of a cursor that is read.
const MOST: usize = 4_096;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    order: String,
    pub(super) place: Place,
}

impl Cursor {
    pub(super) const fn at(order: String, place: Place) -> Self {
        Self { order, place }
    }

    /// Reads the `next` of a page of that order.
    pub(super) fn parse(text: &str, order: String) -> Result<Self, ApiError> {
        let bytes = Some(text).filter(|text| text.len() <= MOST).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let cursor = bytes.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        let cursor = cursor.ok_or_else(|| {
            invalid(format!("`{}` does not say where a page goes on; use the `next` of the page before", Plain(text)))
        })?;
        if cursor.order == order {
            return Ok(cursor);
        }
        let said = format!("`{}` goes on in the order `{}`, not `{order}`", Plain(text), Plain(&cursor.order));
        Err(invalid(format!("{said}; keep the order, or begin anew")))
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Texts and numbers only: writing them does not fail.
        f.write_str(&URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default()))
    }
}
