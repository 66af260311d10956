//! The history record of one run (HIS-1): made by a client, never modified (HIS-2).
//!
//! 1. [`RunStart`] is known when the run begins and is marked durably; [`RunEnd`] when it ends.
//! 2. The record is both, with the id, the gap-free sequence number of the device and what SBM knows by itself.
//! 3. Names are copied in, so that the record outlives user, profile and group (HIS-4).
//! 4. Texts are bounded; what a host says beyond the bound is cut at a character, never refused.

use alloc::borrow::ToOwned as _;
use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::id::{Guid, InstallationId, RunId};
use crate::run::gap::Gap;
use crate::time::Timestamp;

/// The most bytes of a short text (names) in a record.
pub const MAX_NAME: usize = 256;
/// The most bytes of the error text in a record.
pub const MAX_ERROR: usize = 4_096;
/// The highest sequence number: more runs than any computer makes.
pub const MAX_SEQUENCE: u64 = 1 << 48;
/// The most bytes a record has as JSON.
pub const MAX_RECORD: usize = 16 * 1024;

/// The earliest time in a record: 1970-01-01, where a clock that was never set begins.
pub const EARLIEST: Timestamp = Timestamp::from_millis(0);
/// The latest time in a record: the end of 9999-12-31.
pub const LATEST: Timestamp = Timestamp::from_millis(253_402_300_799_999);

/// What kind of profile ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[repr(i32)]
pub enum ProfileKind {
    /// A backup.
    #[default]
    Backup = 1,
    /// Both sides become alike.
    Synchronize = 2,
    /// The destination becomes like the source.
    Mirror = 3,
    /// Something else; the record's `kind_text` says what.
    Other = 4,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[repr(i32)]
pub enum RunResult {
    /// Everything was done.
    Success = 1,
    /// It was done, with something to look at.
    Warning = 2,
    /// It was not done.
    Failure = 3,
    /// Somebody stopped it.
    Aborted = 4,
    /// It was not begun, on purpose.
    Skipped = 5,
    /// The host program died meanwhile; SBM says so when it next opens.
    Interrupted = 6,
}

/// What began a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[repr(i32)]
pub enum Trigger {
    /// A person.
    #[default]
    Manual = 1,
    /// The schedule.
    Schedule = 2,
    /// A group run of the host program.
    Group = 3,
    /// A person, to restore.
    Restore = 4,
}

macro_rules! numbered {
    ($($type:ident: $($variant:ident = $number:literal $name:literal),*;)*) => { $(
        impl $type {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The one with that number of the C ABI.
            #[must_use]
            pub const fn from_number(number: i32) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)* _ => None }
            }

            /// The stable name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    )* };
}

numbered! {
    ProfileKind: Backup = 1 "backup", Synchronize = 2 "synchronize", Mirror = 3 "mirror", Other = 4 "other";
    RunResult: Success = 1 "success", Warning = 2 "warning", Failure = 3 "failure", Aborted = 4 "aborted", Skipped = 5 "skipped", Interrupted = 6 "interrupted";
    Trigger: Manual = 1 "manual", Schedule = 2 "schedule", Group = 3 "group", Restore = 4 "restore";
}

/// Which profile ran.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "RunProfile"))]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// Its GUID, if it is a managed one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guid: Option<Guid>,
    /// The version that its maker stated.
    #[serde(default)]
    pub version: i64,
    /// The server's revision of it; 0 for a local one.
    #[serde(default)]
    pub revision: u64,
}

/// What is known when a run begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct RunStart {
    /// The profile.
    pub profile: Profile,
    /// Its kind.
    #[serde(default)]
    pub kind: ProfileKind,
    /// What kind, for [`ProfileKind::Other`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind_text: String,
    /// What began it.
    #[serde(default)]
    pub trigger: Trigger,
    /// Whether it restores.
    #[serde(default)]
    pub restore: bool,
    /// When the host's thread started.
    pub thread_start: Timestamp,
    /// When the profile started.
    pub profile_start: Timestamp,
    /// When the group run it is part of started; not part of one, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_start: Option<Timestamp>,
    /// The local time zone's offset from UTC, in minutes.
    #[serde(default)]
    pub utc_offset: i32,
    /// The operating system's user.
    #[serde(default)]
    pub os_user: String,
}

impl RunStart {
    /// A backup of a local profile that begins at that time; change what is otherwise.
    #[must_use]
    pub fn new(name: &str, trigger: Trigger, now: Timestamp) -> Self {
        Self {
            profile: Profile { name: name.to_owned(), ..Profile::default() },
            kind: ProfileKind::Backup,
            kind_text: String::new(),
            trigger,
            restore: matches!(trigger, Trigger::Restore),
            thread_start: now,
            profile_start: now,
            group_start: None,
            utc_offset: 0,
            os_user: String::new(),
        }
    }
}

/// What is known when a run has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct RunEnd {
    /// How it ended.
    pub result: RunResult,
    /// When it ended.
    pub end: Timestamp,
    /// Files copied.
    #[serde(default)]
    pub files_copied: u64,
    /// Files deleted.
    #[serde(default)]
    pub files_deleted: u64,
    /// Files that failed.
    #[serde(default)]
    pub files_failed: u64,
    /// Bytes copied.
    #[serde(default)]
    pub bytes_copied: u64,
    /// Bytes deleted.
    #[serde(default)]
    pub bytes_deleted: u64,
    /// Bytes of files that failed.
    #[serde(default)]
    pub bytes_failed: u64,
    /// Bytes that the destination holds now, if the host knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_stored: Option<u64>,
    /// What went wrong, in the host's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub error: String,
}

impl RunEnd {
    /// A run that ended so at that time, and did nothing; say what it did.
    #[must_use]
    pub const fn new(result: RunResult, now: Timestamp) -> Self {
        Self {
            result,
            end: now,
            files_copied: 0,
            files_deleted: 0,
            files_failed: 0,
            bytes_copied: 0,
            bytes_deleted: 0,
            bytes_failed: 0,
            bytes_stored: None,
            error: String::new(),
        }
    }
}

/// One run, as it is kept for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct RunRecord {
    /// The client-made id.
    pub id: RunId,
    /// The gap-free number of the device's runs, from 1.
    pub sequence: u64,
    /// The installation.
    pub installation: InstallationId,
    /// The computer's name.
    pub computer: String,
    /// The login name of the user, as it was then.
    pub user: String,
    /// The beginning.
    #[serde(flatten)]
    pub start: RunStart,
    /// The end.
    #[serde(flatten)]
    pub finish: RunEnd,
    /// What it stands for, if it is no run itself: records that the device gave up because its outbox was full (ERR-3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Gap>,
}

impl RunRecord {
    /// Checks what a client sent.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidRecord`] when the sequence is 0 or above [`MAX_SEQUENCE`], a text is too long, a number does not fit a
    /// signed 64-bit one, a time is before [`EARLIEST`] or after [`LATEST`], or a gap cannot be.
    pub fn check(&self) -> Result<(), Code> {
        let names = [&self.computer, &self.user, &self.start.profile.name, &self.start.kind_text, &self.start.os_user];
        let counts = [
            self.sequence,
            self.start.profile.revision,
            self.finish.files_copied,
            self.finish.files_deleted,
            self.finish.files_failed,
            self.finish.bytes_copied,
            self.finish.bytes_deleted,
            self.finish.bytes_failed,
            self.finish.bytes_stored.unwrap_or(0),
        ];
        let (start, finish) = (&self.start, &self.finish);
        let times = [start.thread_start, start.profile_start, start.group_start.unwrap_or(EARLIEST), finish.end];
        let fits = (1..=MAX_SEQUENCE).contains(&self.sequence)
            && names.iter().all(|name| name.len() <= MAX_NAME && !name.contains('\0'))
            && self.finish.error.len() <= MAX_ERROR
            && !self.finish.error.contains('\0')
            && self.start.utc_offset.unsigned_abs() <= 18 * 60
            && times.iter().all(|time| (EARLIEST..=LATEST).contains(time))
            && counts.iter().all(|count| i64::try_from(*count).is_ok())
            && self.gap.is_none_or(|gap| gap.is_possible() && gap.last == self.sequence);
        if fits { Ok(()) } else { Err(Code::InvalidRecord) }
    }

    /// How long the run took, in milliseconds; 0 if the clock was set back meanwhile.
    #[must_use]
    pub fn duration(&self) -> i64 {
        self.finish.end.since(self.start.profile_start).max(0)
    }
}

impl RunStart {
    /// Cuts what is too long and brings times of a wrong clock within bounds, so that neither ever loses a record.
    pub fn cut(&mut self) {
        for time in [&mut self.thread_start, &mut self.profile_start].into_iter().chain(&mut self.group_start) {
            *time = (*time).clamp(EARLIEST, LATEST);
        }
        for name in [&mut self.profile.name, &mut self.kind_text, &mut self.os_user] {
            *name = cut(name, MAX_NAME);
        }
        self.utc_offset = self.utc_offset.clamp(-18 * 60, 18 * 60);
    }
}

impl RunEnd {
    /// Cuts what is too long and brings the time of a wrong clock within bounds, so that neither ever loses a record.
    pub fn cut(&mut self) {
        self.end = self.end.clamp(EARLIEST, LATEST);
        self.error = cut(&self.error, MAX_ERROR);
    }
}

/// The text without NUL characters and up to that many bytes, ending at a character.
#[must_use]
pub fn cut(text: &str, max: usize) -> String {
    let clean = text.replace('\0', " ");
    let mut end = clean.len().min(max);
    while !clean.is_char_boundary(end) {
        end -= 1;
    }
    clean.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
