//! The spool file: one run as a program writes it that cannot link the library (HIS-1).
//!
//! 1. One JSON object in UTF-8, at most [`MAX_FILE`] bytes; a byte order mark at its beginning is nothing. Its fields have the
//!    names of the history record, and a field that is not known, or stands there twice, is refused by its name.
//! 2. Times are RFC 3339 with an offset. None is before [`EARLIEST`], or more than a day after the file was taken: who writes
//!    such a time has mistaken it. The offset of the beginning is the time zone of the record.
//! 3. Texts that are too long are cut, as everywhere; numbers that do not fit are refused.
//! 4. A fault is one sentence that names the field and its value, short and without control characters. One that may only say
//!    that the file is not written to its end is marked as such.

mod fields;
#[cfg(feature = "openapi")]
mod schema;
#[cfg(test)]
mod tests;

use alloc::format;
use alloc::string::String;

use self::fields::Fields;
#[cfg(feature = "openapi")]
pub use self::schema::{SpoolFile, SpoolProfile};
use crate::id::Guid;
use crate::name::marked;
use crate::run::record::{Profile, ProfileKind, RunEnd, RunResult, RunStart, Trigger, cut};
use crate::time::{DAY, Timestamp};

/// The most bytes of a spool file.
pub const MAX_FILE: usize = 64 * 1024;
/// The earliest time in one: the beginning of the year 2000.
pub const EARLIEST: Timestamp = Timestamp::from_millis(946_684_800_000);
/// The most bytes of a fault's sentence.
const MAX_SENTENCE: usize = 400;
/// How far after the moment at which the file was taken a time may lie: clocks differ, and time zones are mistaken.
const AHEAD: i64 = DAY;

/// The fields of a spool file.
const FIELDS: &[&str] = &[
    "profile",
    "kind",
    "kind_text",
    "trigger",
    "restore",
    "thread_start",
    "profile_start",
    "group_start",
    "os_user",
    "result",
    "end",
    "files_copied",
    "files_deleted",
    "files_failed",
    "bytes_copied",
    "bytes_deleted",
    "bytes_failed",
    "bytes_stored",
    "error",
];
/// The fields of its profile.
const PROFILE_FIELDS: &[&str] = &["name", "guid", "version"];

/// A run as the file tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spooled {
    /// Its beginning.
    pub start: RunStart,
    /// Its end.
    pub end: RunEnd,
}

/// Why a file is no run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    sentence: String,
    unfinished: bool,
}

impl Fault {
    /// A fault that stays, however long one waits.
    #[must_use]
    pub fn new(sentence: &str) -> Self {
        let seen: String = marked(sentence).map(|(c, hidden)| if hidden { '\u{fffd}' } else { c }).collect();
        Self { sentence: cut(&seen, MAX_SENTENCE), unfinished: false }
    }

    /// A fault that is none any more when the file was written to its end.
    #[must_use]
    pub fn unfinished(sentence: &str) -> Self {
        Self { unfinished: true, ..Self::new(sentence) }
    }

    /// One sentence: the field, its value and what is allowed.
    #[must_use]
    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    /// Whether the file may only not be written to its end.
    #[must_use]
    pub const fn may_be_unfinished(&self) -> bool {
        self.unfinished
    }
}

/// Reads a spool file that was taken at that moment.
///
/// # Errors
///
/// The first [`Fault`] of the file.
///
/// # Examples
///
/// ```
/// use sbm_core::{run::spool, time::Timestamp};
/// let file = br#"{"profile": {"name": "documents"}, "result": "success",
///     "profile_start": "2026-11-21T21:00:00+01:00", "end": "2026-11-21T21:04:45+01:00", "files_copied": 42}"#;
/// let run = spool::parse(file, Timestamp::from_millis(1_795_300_000_000)).map_err(|fault| fault.sentence().to_owned())?;
/// assert_eq!((run.start.profile.name.as_str(), run.start.utc_offset, run.end.files_copied), ("documents", 60, 42));
/// # Ok::<(), String>(())
/// ```
pub fn parse(bytes: &[u8], taken: Timestamp) -> Result<Spooled, Fault> {
    if bytes.len() > MAX_FILE {
        return Err(Fault::new(&format!("the file has more than {MAX_FILE} bytes")));
    }
    let mut fields = Fields::of(text(bytes)?, "", FIELDS)?;
    let profile = profile(&mut fields)?;
    let trigger = fields.word("trigger", Trigger::ALL, Trigger::name)?.unwrap_or_default();
    let restore = fields.take("restore", "`true` or `false`")?;
    let restores = matches!(trigger, Trigger::Restore);
    if restores && restore == Some(false) {
        return Err(Fault::new("`restore` is `false`, and `trigger` is `restore`; one of them is wrong"));
    }
    let (profile_start, utc_offset) = fields.need_time("profile_start", taken)?;
    let start = RunStart {
        profile,
        kind: fields.word("kind", ProfileKind::ALL, ProfileKind::name)?.unwrap_or_default(),
        kind_text: fields.text("kind_text")?,
        trigger,
        restore: restore.unwrap_or(restores),
        thread_start: fields.time("thread_start", taken)?.map_or(profile_start, |(at, _)| at),
        profile_start,
        group_start: fields.time("group_start", taken)?.map(|(at, _)| at),
        utc_offset,
        os_user: fields.text("os_user")?,
    };
    let result = fields.word("result", RunResult::ALL, RunResult::name)?.ok_or_else(|| fields.missing("result"))?;
    let (ended, _) = fields.need_time("end", taken)?;
    let end = RunEnd {
        files_copied: fields.count("files_copied")?.unwrap_or(0),
        files_deleted: fields.count("files_deleted")?.unwrap_or(0),
        files_failed: fields.count("files_failed")?.unwrap_or(0),
        bytes_copied: fields.count("bytes_copied")?.unwrap_or(0),
        bytes_deleted: fields.count("bytes_deleted")?.unwrap_or(0),
        bytes_failed: fields.count("bytes_failed")?.unwrap_or(0),
        bytes_stored: fields.count("bytes_stored")?,
        error: fields.text("error")?,
        ..RunEnd::new(result, ended)
    };
    let mut run = Spooled { start, end };
    run.start.cut();
    run.end.cut();
    Ok(run)
}

fn profile(fields: &mut Fields) -> Result<Profile, Fault> {
    let mut fields = fields.object("profile", PROFILE_FIELDS)?;
    let name = fields.text("name")?;
    if name.trim().is_empty() {
        return Err(fields.missing("name"));
    }
    let guid = fields.take::<Guid>("guid", "32 hexadecimal digits, with or without dashes and braces")?;
    let version = fields.take("version", "a whole number")?.unwrap_or(0);
    Ok(Profile { name, guid, version, revision: 0 })
}

/// What Windows writes where it is not told otherwise is named, since nobody sees it.
fn text(bytes: &[u8]) -> Result<&str, Fault> {
    if matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        return Err(Fault::new("the file is UTF-16; write it as UTF-8"));
    }
    let text = core::str::from_utf8(bytes).map_err(|error| {
        Fault::unfinished(&format!("the file is not UTF-8 from byte {} on; write it as UTF-8", error.valid_up_to()))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() { Err(Fault::unfinished("the file is empty")) } else { Ok(text) }
}
