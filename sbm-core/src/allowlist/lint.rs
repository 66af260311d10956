//! The linter: entries that are right and still deserve a look (NET-4, NET-5).
//!
//! 1. A finding has a name that never changes, for programs, and a sentence, for people: what is risky or useless, and
//!    what to write instead.
//! 2. Nothing here refuses or changes an entry.
//! 3. Of two entries that admit the same, the later one is told to be covered.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::net::IpAddr;

use super::kind::AllowKind;
use super::literal::{Literal, shown};
use super::matcher::Matcher;
use super::name::{Form, NamePattern};
use super::pattern::{Cover, IpPattern};
use super::rule::Rule;

/// What can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Finding {
    /// It is no pattern, and admits nobody. It cannot be added; something else wrote it.
    NotAPattern,
    /// It admits everybody, or everybody of a family.
    OpensToAll,
    /// `literal:` admits more than the entry would without.
    LiteralIsWider,
    /// `literal:` changes nothing.
    LiteralIsNeedless,
    /// A leading part of an address admits less than the textual reading would.
    ReadingsDiffer,
    /// A complete address that the textual reading would widen.
    TextWouldWiden,
    /// Anybody may own a name that begins so.
    LeadingPartOfName,
    /// Everything below a top-level domain.
    WideSuffix,
    /// Another entry admits all of it.
    Covered,
}

impl Finding {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::NotAPattern,
        Self::OpensToAll,
        Self::LiteralIsWider,
        Self::LiteralIsNeedless,
        Self::ReadingsDiffer,
        Self::TextWouldWiden,
        Self::LeadingPartOfName,
        Self::WideSuffix,
        Self::Covered,
    ];

    /// Its name; never changes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotAPattern => "not_a_pattern",
            Self::OpensToAll => "opens_to_all",
            Self::LiteralIsWider => "literal_is_wider",
            Self::LiteralIsNeedless => "literal_is_needless",
            Self::ReadingsDiffer => "readings_differ",
            Self::TextWouldWiden => "text_would_widen",
            Self::LeadingPartOfName => "leading_part_of_name",
            Self::WideSuffix => "wide_suffix",
            Self::Covered => "covered",
        }
    }
}

/// A finding about one of the entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which entry, by its place.
    pub at: usize,
    /// What was found.
    pub finding: Finding,
    /// One sentence for a person.
    pub sentence: String,
}

/// Looks at a whole allowlist, both lists. The findings come in the order of the entries.
#[must_use]
pub fn lint(entries: &[(AllowKind, &str)]) -> Vec<Found> {
    let read: Vec<Read<'_>> = entries.iter().map(|(kind, entry)| Read::new(*kind, entry)).collect();
    let mut found = Vec::new();
    for (at, entry) in read.iter().enumerate() {
        let mut tell = |finding, sentence| found.push(Found { at, finding, sentence });
        match &entry.rule {
            Err(error) => tell(Finding::NotAPattern, format!("{error}; it admits nobody")),
            Ok(rule) => {
                if let Some((finding, sentence)) = alone(entry, rule) {
                    tell(finding, sentence);
                }
                if let Some(by) = covered(&read, at) {
                    let sentence = format!("`{}` is covered by `{}`, which admits all of it; remove one", entry.text, by.text);
                    tell(Finding::Covered, sentence);
                }
            }
        }
    }
    found
}

/// An entry with what it means.
struct Read<'a> {
    text: &'a str,
    rule: Result<Rule, super::error::PatternError>,
    matcher: Matcher,
}

impl<'a> Read<'a> {
    fn new(kind: AllowKind, text: &'a str) -> Self {
        let rule = Rule::parse(kind, text);
        let matcher = Matcher::new(rule.clone().ok());
        Self { text, rule, matcher }
    }
}

/// Another entry that admits all that this one admits: a wider one, or an earlier one that is as wide.
fn covered<'a>(read: &'a [Read<'a>], at: usize) -> Option<&'a Read<'a>> {
    let entry = read.get(at)?;
    let other = |(index, other): &(usize, &Read<'_>)| {
        *index != at
            && other.rule.is_ok()
            && other.matcher.covers(&entry.matcher)
            && (*index < at || !entry.matcher.covers(&other.matcher))
    };
    read.iter().enumerate().find(other).map(|(_, other)| other)
}

/// What can be said of an entry without the others.
fn alone(entry: &Read<'_>, rule: &Rule) -> Option<(Finding, String)> {
    match rule {
        Rule::Address(pattern) => address(entry, *pattern),
        Rule::Name(pattern) => name(entry.text, pattern),
    }
}

fn address(entry: &Read<'_>, pattern: IpPattern) -> Option<(Finding, String)> {
    let text = entry.text;
    match pattern.cover() {
        Cover::All => Some((Finding::OpensToAll, opens_to(text, "everybody"))),
        Cover::V4 { length: 0, .. } => Some((Finding::OpensToAll, opens_to(text, "every IPv4 address"))),
        Cover::V6 { length: 0, .. } => Some((Finding::OpensToAll, opens_to(text, "every IPv6 address"))),
        Cover::ThisMachine => None,
        Cover::Literal(literal) => Some(literal_finding(text, literal, &entry.matcher)),
        Cover::V4 { .. } | Cover::V6 { .. } => readings(entry),
    }
}

fn opens_to(text: &str, whom: &str) -> String {
    format!("`{text}` admits {whom}, so that the login alone stands before the server; write the networks that need it")
}

/// What `literal:` does: it admits more than the entry without it, or the same.
fn literal_finding(text: &str, literal: Literal, matcher: &Matcher) -> (Finding, String) {
    let Ok(octets) = IpPattern::parse(literal.as_str()) else {
        let sentence = format!(
            "`{text}` compares text; without `literal:` it is no pattern, so write the networks that are meant, such as `10.0.0.0/8`"
        );
        return (Finding::LiteralIsWider, sentence);
    };
    let parsed = Matcher::new([octets.into()]);
    if parsed.covers(matcher) {
        return (Finding::LiteralIsNeedless, format!("`{text}` and `{}` admit the same; write the latter", literal.as_str()));
    }
    let example =
        matcher.beyond(&parsed).map_or_else(|| "others whose text begins so".to_string(), |bits| format!("`{}`", shown(bits)));
    let sentence = format!("`{text}` compares text and admits {example} too; write `{}` for `{octets}` alone", literal.as_str());
    (Finding::LiteralIsWider, sentence)
}

/// What the textual reading of an entry would have admitted besides: older products read it so.
fn readings(entry: &Read<'_>) -> Option<(Finding, String)> {
    let text = entry.text;
    let is_plain = !text.contains(['/', '*']) && !text.ends_with(['.', ':']);
    let literal = Literal::parse(text).filter(|_| is_plain)?;
    let widened = Matcher::new([Rule::Address(IpPattern::literal(literal))]);
    let example = match widened.beyond(&entry.matcher) {
        Some(bits) => format!("`{}`", shown(bits)),
        // Of a group of IPv6 less than four digits are written: more can follow.
        None if text.contains(':') && text.rsplit(':').next().is_some_and(|last| last.len() < 4) => format!("`{text}0…`"),
        None => return None,
    };
    let finding = if text.parse::<IpAddr>().is_ok() { Finding::TextWouldWiden } else { Finding::ReadingsDiffer };
    let sentence = format!(
        "`{text}` ends at a whole number; read as text, as other products do, it would admit {example} too: check it if it was taken from one"
    );
    Some((finding, sentence))
}

fn name(text: &str, pattern: &NamePattern) -> Option<(Finding, String)> {
    match &pattern.0 {
        Form::All => Some((Finding::OpensToAll, opens_to(text, "everybody, with or without a name"))),
        Form::Leading(part) => {
            let sentence = format!(
                "`{text}` is weak: anybody may own a name that begins with `{part}`; write `=` and the whole name, or `.` and your domain"
            );
            Some((Finding::LeadingPartOfName, sentence))
        }
        Form::Suffix(end) if end.matches('.').count() == 1 => {
            let sentence = format!("`{text}` admits every name below a top-level domain; write `.` and your own domain");
            Some((Finding::WideSuffix, sentence))
        }
        Form::Exact(_) | Form::Suffix(_) => None,
    }
}

#[cfg(test)]
mod tests;
