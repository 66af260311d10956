//! A list's query as SQL: the conditions that are asked for, and no others, so that the indexes are used.

use std::fmt::Write as _;

use crate::store::sql::Value;

/// Conditions that all hold, and what they compare with.
pub(super) struct Conditions {
    text: String,
    values: Vec<Value<'static>>,
}

impl Conditions {
    /// Begins with a condition that always holds.
    pub(super) fn new() -> Self {
        Self { text: "TRUE".to_owned(), values: Vec::new() }
    }

    /// Adds a condition. Each `?` in it stands for the next of the values.
    pub(super) fn add<const N: usize>(&mut self, condition: &str, values: [Value<'static>; N]) {
        self.text.push_str(" AND ");
        let mut values = values.into_iter();
        for (at, part) in condition.split('?').enumerate() {
            if at > 0 {
                self.values.extend(values.next());
                // Writing into a string does not fail.
                let _ = write!(self.text, "${}", self.values.len());
            }
            self.text.push_str(part);
        }
    }

    /// Adds a condition with one value, if there is one.
    pub(super) fn add_some(&mut self, condition: &str, value: Option<impl Into<Value<'static>>>) {
        if let Some(value) = value {
            self.add(condition, [value.into()]);
        }
    }

    /// The statement `SELECT … WHERE conditions ORDER BY … LIMIT …`, and its values.
    pub(super) fn into_statement(mut self, select: &str, order: &str, limit: u32) -> (String, Vec<Value<'static>>) {
        self.values.push(limit.into());
        (format!("{select} WHERE {} ORDER BY {order} LIMIT ${}", self.text, self.values.len()), self.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_the_number_of_its_place() {
        let mut conditions = Conditions::new();
        conditions.add("a = ?", [7_i64.into()]);
        conditions.add_some("b = ?", None::<i64>);
        conditions.add("(c > ? OR (c = ? AND d < ?))", [1_i64.into(), 2_i64.into(), 3_i64.into()]);
        let (text, values) = conditions.into_statement("SELECT x FROM t", "x DESC", 9);
        assert_eq!(text, "SELECT x FROM t WHERE TRUE AND a = $1 AND (c > $2 OR (c = $3 AND d < $4)) ORDER BY x DESC LIMIT $5");
        assert_eq!(values, [7, 1, 2, 3, 9].map(Value::Int));
    }
}
