//! What a cursor keeps of the row that a page ended with: what it has in the column that orders the list.

use std::fmt;
use std::sync::Arc;

use crate::store::sql::Value;

/// Spells a key: a text by its bytes in hexadecimal digits, a number as it is.
pub(super) fn write_key(f: &mut fmt::Formatter<'_>, key: &Value<'_>) -> fmt::Result {
    match key {
        Value::Text(text) => text.bytes().try_for_each(|byte| write!(f, "{byte:02x}")),
        Value::Int(number) => write!(f, "{number}"),
        Value::Null | Value::Bytes(_) => Ok(()),
    }
}

/// Reads a key.
pub(super) fn read_key(text: &str, is_number: bool) -> Option<Value<'static>> {
    if is_number {
        return text.parse::<i64>().ok().map(Value::Int);
    }
    let digits = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(digits).collect();
    String::from_utf8(bytes?).ok().map(Value::from)
}

/// What was sent, cut so that a message stays one.
pub(super) fn short(text: &str) -> Arc<str> {
    text.chars().take(80).collect::<String>().into()
}
