//! What a file comes to: for each of its lines what is added, what changes and from what, what is so already, and what cannot be.
//!
//! 1. A line is judged by the rows that there are and by nothing else; what is not said stays.
//! 2. The same difference once more is none: `difference(applied(rows, difference(rows, file)), file)` changes nothing.
//! 3. A line that makes no sense, that names an object for the second time, or that the `check` refuses changes nothing and
//!    takes no other line with it.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::kind::Kind;
use super::{Fields, Line, Row};

/// What becomes of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nobody has it yet.
    Add,
    /// These fields of it change.
    Change(Vec<Change>),
    /// It is like that already.
    Same,
    /// It cannot be, for this reason.
    Refused(String),
}

/// A field that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) field: &'static str,
    pub(crate) old: Value,
    pub(crate) new: Value,
}

/// A line and what becomes of it.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    /// The number of the line.
    pub(crate) line: u64,
    /// What the object is called; empty where the line does not say it.
    pub(crate) name: String,
    /// What is said of it.
    pub(crate) said: Fields,
    /// The row that there is, for a change.
    pub(crate) before: Option<Row>,
    pub(crate) verdict: Verdict,
}

/// The whole of it.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub(crate) kind: Kind,
    /// In the order of the file.
    pub(crate) lines: Vec<Judged>,
    /// How many rows no line names; they stay.
    pub(crate) only_there: usize,
}

/// How many lines came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) added: usize,
    pub(crate) changed: usize,
    pub(crate) unchanged: usize,
    pub(crate) refused: usize,
}

/// What these lines come to where these rows are; `check` says why what makes sense cannot be all the same.
pub(crate) fn difference(
    kind: Kind,
    rows: &[Row],
    lines: Vec<Line>,
    check: impl Fn(&Fields, Option<&Row>) -> Option<String>,
) -> Difference {
    let there: HashMap<&str, &Row> = rows.iter().map(|row| (row.key.as_str(), row)).collect();
    let mut first: HashMap<String, u64> = HashMap::new();
    let mut named = 0;
    let lines = lines
        .into_iter()
        .map(|line| {
            let (number, said) = match line.said {
                Ok(said) => (line.number, said),
                Err(told) => return refused(line.number, String::new(), told),
            };
            let name = kind.name(&said);
            let Some(key) = kind.key(&said) else {
                return refused(number, name, format!("`{}` is missing", kind.named_by()));
            };
            if let Some(before) = first.get(&key) {
                return refused(number, name, format!("it is on line {before} already; leave one of the two out"));
            }
            let before = there.get(key.as_str()).copied();
            named += usize::from(before.is_some());
            first.insert(key, number);
            let verdict = judged(kind, &said, before, &check);
            Judged { line: number, name, said, before: before.cloned(), verdict }
        })
        .collect();
    Difference { kind, lines, only_there: rows.len() - named }
}

fn refused(line: u64, name: String, told: String) -> Judged {
    Judged { line, name, said: Fields::new(), before: None, verdict: Verdict::Refused(told) }
}

fn judged(kind: Kind, said: &Fields, before: Option<&Row>, check: impl Fn(&Fields, Option<&Row>) -> Option<String>) -> Verdict {
    let changes = before.map(|row| changes(kind, said, row));
    if changes.as_ref().is_some_and(Vec::is_empty) {
        return Verdict::Same;
    }
    for change in changes.iter().flatten() {
        if let Some(why) = kind.field(change.field).and_then(|field| field.fixed) {
            return Verdict::Refused(format!("`{}` is not what it is on the server: {why}", change.field));
        }
    }
    match (check(said, before), changes) {
        (Some(told), _) => Verdict::Refused(told),
        (None, Some(changes)) => Verdict::Change(changes),
        (None, None) => Verdict::Add,
    }
}

fn changes(kind: Kind, said: &Fields, row: &Row) -> Vec<Change> {
    let mut changes = Vec::new();
    for field in kind.fields() {
        let (Some(new), Some(old)) = (said.get(field.name), row.fields.get(field.name)) else { continue };
        if !field.form.is_same(old, new) {
            changes.push(Change { field: field.name, old: old.clone(), new: new.clone() });
        }
    }
    changes
}

impl Difference {
    pub(crate) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for line in &self.lines {
            *match line.verdict {
                Verdict::Add => &mut counts.added,
                Verdict::Change(_) => &mut counts.changed,
                Verdict::Same => &mut counts.unchanged,
                Verdict::Refused(_) => &mut counts.refused,
            } += 1;
        }
        counts
    }
}

impl Judged {
    /// The row that the line leaves; nothing where it leaves none.
    pub(crate) fn after(&self, kind: Kind) -> Option<Row> {
        let mut fields: Fields = match &self.before {
            Some(row) => row.fields.clone(),
            None => kind.fields().iter().map(|field| (field.name, field.form.nothing())).collect(),
        };
        match &self.verdict {
            Verdict::Add => fields.extend(self.said.clone()),
            Verdict::Change(changes) => fields.extend(changes.iter().map(|change| (change.field, change.new.clone()))),
            Verdict::Same | Verdict::Refused(_) => return self.before.clone(),
        }
        Some(Row { key: kind.key(&fields)?, fields })
    }
}

/// The rows as the difference leaves them: what a server has once an import went through.
pub(crate) fn applied(rows: &[Row], difference: &Difference) -> Vec<Row> {
    let mut after: BTreeMap<String, Row> = rows.iter().map(|row| (row.key.clone(), row.clone())).collect();
    let left = difference.lines.iter().filter_map(|line| line.after(difference.kind));
    after.extend(left.map(|row| (row.key.clone(), row)));
    after.into_values().collect()
}
