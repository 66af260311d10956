//! What every connection is set to.

use std::path::Path;

use sbm_core::code::Code;

use super::super::connection::{Reader, Writer, get};
use super::{closed, file};

#[test]
fn every_setting_is_what_it_was_set_to_err_4() {
    let directory = closed();
    let (writer, reader) = (Writer::open(&file(&directory)).unwrap(), Reader::open(&file(&directory)).unwrap());
    for (name, value) in [
        ("busy_timeout", "5000"),
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        ("wal_autocheckpoint", "8000"),
        ("journal_size_limit", "67108864"),
        ("trusted_schema", "0"),
    ] {
        assert_eq!(get(writer.connection(), name).unwrap(), value, "{name}");
        assert_eq!(get(reader.connection(), name).unwrap(), value, "{name}");
    }
    assert_eq!(get(reader.connection(), "query_only").unwrap(), "1");
    assert!(reader.connection().execute("DELETE FROM server", []).is_err());
}

#[test]
fn a_setting_that_does_not_take_is_refused() {
    // A database in memory cannot have a write-ahead log.
    let error = Writer::open(Path::new(":memory:")).err().expect("it should have been refused");
    assert!(error.to_string().contains("journal_mode"), "{error}");
    assert_eq!(error.code(), Code::StoreUnavailable);
}
