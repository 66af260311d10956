//! A list's query as SQL: the conditions that are asked for, and no others, so that the indexes are used.

use rusqlite::types::Value;

/// Conditions that all hold, and what they compare with.
pub(super) struct Conditions {
    text: String,
    values: Vec<Value>,
}

impl Conditions {
    /// Begins with a condition that always holds.
    pub(super) fn new() -> Self {
        Self { text: "1".to_owned(), values: Vec::new() }
    }

    /// Adds a condition. Each `?` in it stands for the next of the values.
    pub(super) fn add<const N: usize>(&mut self, condition: &str, values: [Value; N]) {
        self.text.push_str(" AND ");
        self.text.push_str(condition);
        self.values.extend(values);
    }

    /// Adds a condition with one value, if there is one.
    pub(super) fn add_some(&mut self, condition: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.add(condition, [value.into()]);
        }
    }

    /// The statement `SELECT … WHERE conditions ORDER BY … LIMIT …`, and its values.
    pub(super) fn into_statement(mut self, select: &str, order: &str, limit: u32) -> (String, Vec<Value>) {
        self.values.push(limit.into());
        (format!("{select} WHERE {} ORDER BY {order} LIMIT ?", self.text), self.values)
    }
}
