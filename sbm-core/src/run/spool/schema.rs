//! The spool file for those who check it before they write it: its JSON Schema, in `docs/spool.schema.json`.

use alloc::string::String;

use schemars::JsonSchema;

use crate::id::Guid;
use crate::run::record::{ProfileKind, RunResult, Trigger};

/// A moment as scripts write it.
#[derive(Debug)]
struct Moment;

impl JsonSchema for Moment {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> alloc::borrow::Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string", "format": "date-time",
            "description": "RFC 3339 with an offset, such as 2026-11-21T21:04:45+01:00; after 1999, at most a day ahead."
        })
    }
}

/// A count that a record can hold.
#[derive(Debug)]
struct Count;

impl JsonSchema for Count {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> alloc::borrow::Cow<'static, str> {
        "Count".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": 0, "maximum": 9_223_372_036_854_775_807_i64 })
    }
}

/// One run of a program that does not link SBM, as it is dropped into the folder that `sbmctl agent` looks after: one file
/// NAME.json of at most 64 KiB, in UTF-8. Texts that are too long are cut. See docs/SPOOL.md.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, title = "SBM spool file")]
#[expect(dead_code, reason = "it is there for its schema")]
pub struct SpoolFile {
    /// The profile that ran.
    profile: SpoolProfile,
    /// What kind of profile it is; a backup, if nothing is said.
    kind: Option<ProfileKind>,
    /// What kind, for `other`.
    kind_text: Option<String>,
    /// What began the run; a person, if nothing is said.
    trigger: Option<Trigger>,
    /// Whether it restored.
    restore: Option<bool>,
    /// When the program started; when the profile did, if nothing is said.
    #[schemars(with = "Option<Moment>")]
    thread_start: Option<Moment>,
    /// When the profile started. Its offset is the time zone of the record.
    profile_start: Moment,
    /// When the group run started that it was part of.
    #[schemars(with = "Option<Moment>")]
    group_start: Option<Moment>,
    /// The operating system's user.
    os_user: Option<String>,
    /// How it ended.
    result: RunResult,
    /// When it ended.
    end: Moment,
    /// Files copied.
    files_copied: Option<Count>,
    /// Files deleted.
    files_deleted: Option<Count>,
    /// Files that failed.
    files_failed: Option<Count>,
    /// Bytes copied.
    bytes_copied: Option<Count>,
    /// Bytes deleted.
    bytes_deleted: Option<Count>,
    /// Bytes of files that failed.
    bytes_failed: Option<Count>,
    /// Bytes that the destination holds now, if it is known.
    bytes_stored: Option<Count>,
    /// What went wrong, in the program's words.
    error: Option<String>,
}

/// The profile that ran.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "it is there for its schema")]
pub struct SpoolProfile {
    /// Its name.
    #[schemars(length(min = 1))]
    name: String,
    /// Its GUID, if it is a managed one.
    guid: Option<Guid>,
    /// The version that its maker states.
    version: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::spool::{FIELDS, PROFILE_FIELDS};

    #[test]
    fn the_schema_names_the_fields_that_are_read_and_no_others_his_1() {
        let names = |schema: schemars::Schema| {
            let properties = schema.get("properties").unwrap().as_object().unwrap().clone();
            let mut names: alloc::vec::Vec<String> = properties.keys().cloned().collect();
            names.sort();
            names
        };
        let sorted = |fields: &[&str]| {
            let mut fields: alloc::vec::Vec<String> = fields.iter().map(|field| (*field).into()).collect();
            fields.sort();
            fields
        };
        assert_eq!(names(schemars::schema_for!(SpoolFile)), sorted(FIELDS));
        assert_eq!(names(schemars::schema_for!(SpoolProfile)), sorted(PROFILE_FIELDS));
    }
}
