//! The fields of a JSON object, taken out one by one, so that each fault names its field and its value.

use alloc::borrow::ToOwned as _;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{AHEAD, EARLIEST, Fault};
use crate::run::record::cut;
use crate::time::Timestamp;

/// The most bytes of a value or a name in a sentence.
const MAX_SHOWN: usize = 60;

/// What is left of an object.
pub(super) struct Fields {
    /// What stands before a field's name in a sentence.
    before: &'static str,
    left: Vec<(String, Box<RawValue>)>,
}

impl Fields {
    /// The fields of that object, each of them known and there once.
    pub(super) fn of(text: &str, before: &'static str, known: &[&str]) -> Result<Self, Fault> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let left = reader.deserialize_map(Every).and_then(|fields| reader.end().map(|()| fields)).map_err(|error| {
            let whole = if before.is_empty() { "the file" } else { "`profile`" };
            if error.is_data() {
                Fault::new(&format!("{whole} is `{}`; it is one JSON object", shown(text)))
            } else {
                Fault::unfinished(&format!("{whole} is not one JSON object: {error}"))
            }
        })?;
        for (at, (name, _)) in left.iter().enumerate() {
            let shown = shown(name);
            if !known.contains(&name.as_str()) {
                return Err(Fault::new(&format!("the field `{before}{shown}` is not known; there are `{}`", known.join("`, `"))));
            }
            if left.iter().take(at).any(|(earlier, _)| earlier == name) {
                return Err(Fault::new(&format!("the field `{before}{shown}` is there twice")));
            }
        }
        Ok(Self { before, left })
    }

    /// An object within this one, which must be there.
    pub(super) fn object(&mut self, name: &'static str, known: &[&str]) -> Result<Self, Fault> {
        let value = self.value(name).ok_or_else(|| self.missing(name))?;
        Self::of(value.get(), "profile.", known)
    }

    /// The value of that field, if it is there and not `null`; `wanted` says what it must be.
    pub(super) fn take<T: DeserializeOwned>(&mut self, name: &str, wanted: &str) -> Result<Option<T>, Fault> {
        let Some(value) = self.value(name) else { return Ok(None) };
        serde_json::from_str(value.get()).map(Some).map_err(|_| self.wrong(name, value.get(), wanted))
    }

    /// A text; an empty one where there is none.
    pub(super) fn text(&mut self, name: &str) -> Result<String, Fault> {
        Ok(self.take(name, "a text")?.unwrap_or_default())
    }

    /// A count that a record can hold.
    pub(super) fn count(&mut self, name: &str) -> Result<Option<u64>, Fault> {
        let wanted = "a whole number from 0 to 9223372036854775807";
        match self.take::<u64>(name, wanted)? {
            Some(count) if i64::try_from(count).is_err() => Err(self.wrong(name, &count.to_string(), wanted)),
            count => Ok(count),
        }
    }

    /// One of a list of words.
    pub(super) fn word<T: Copy>(
        &mut self,
        name: &str,
        all: &'static [T],
        name_of: fn(T) -> &'static str,
    ) -> Result<Option<T>, Fault> {
        let words: Vec<&str> = all.iter().map(|one| name_of(*one)).collect();
        let wanted = format!("one of `{}`", words.join("`, `"));
        let Some(word) = self.take::<String>(name, &wanted)? else { return Ok(None) };
        match all.iter().find(|one| name_of(**one) == word) {
            Some(one) => Ok(Some(*one)),
            None => Err(self.wrong(name, &word, &wanted)),
        }
    }

    /// A time that can be, and its offset from UTC in minutes.
    pub(super) fn time(&mut self, name: &str, taken: Timestamp) -> Result<Option<(Timestamp, i32)>, Fault> {
        let wanted = "a time like `2026-11-21T21:04:45+01:00`";
        let Some(text) = self.take::<String>(name, wanted)? else { return Ok(None) };
        let (at, offset) = Timestamp::from_rfc3339(&text).ok_or_else(|| self.wrong(name, &text, wanted))?;
        if offset.unsigned_abs() > 18 * 60 {
            return Err(self.wrong(name, &text, "a time at most 18 hours off UTC"));
        }
        if at < EARLIEST {
            return Err(self.wrong(name, &text, "a time after 1999"));
        }
        if at > taken.plus(AHEAD) {
            let told = format!("a time at most a day ahead of this computer's, which was {}", taken.to_rfc3339());
            return Err(self.wrong(name, &text, &told));
        }
        Ok(Some((at, offset)))
    }

    /// The same, which must be there.
    pub(super) fn need_time(&mut self, name: &str, taken: Timestamp) -> Result<(Timestamp, i32), Fault> {
        self.time(name, taken)?.ok_or_else(|| self.missing(name))
    }

    /// A field that must be there is not.
    pub(super) fn missing(&self, name: &str) -> Fault {
        Fault::new(&format!("the field `{}{name}` is missing or empty", self.before))
    }

    fn wrong(&self, name: &str, value: &str, wanted: &str) -> Fault {
        Fault::new(&format!("the field `{}{name}` is `{}`; it is {wanted}", self.before, shown(value)))
    }

    fn value(&mut self, name: &str) -> Option<Box<RawValue>> {
        let at = self.left.iter().position(|(field, _)| field == name)?;
        let (_, value) = self.left.swap_remove(at);
        (value.get() != "null").then_some(value)
    }
}

/// As much of it as a sentence takes.
fn shown(value: &str) -> String {
    let value = value.trim();
    if value.len() <= MAX_SHOWN { value.to_owned() } else { format!("{}…", cut(value, MAX_SHOWN)) }
}

/// Every field of an object with its value as it stands there.
struct Every;

impl<'de> Visitor<'de> for Every {
    type Value = Vec<(String, Box<RawValue>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(fields)
    }
}
