//! What is SQLite's alone: the file, its settings, its lock, its damage, and how commits are shared.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::channel;

use rusqlite::Connection;
use sbm_core::audit::Entry;
use sbm_core::code::Code;
use sbm_core::directory::Change;
use sbm_core::id::{AccountId, DeviceId, Hash, InstallationId};
use sbm_core::run::RunRecord;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::HistoryQuery;
use tempfile::TempDir;

use super::super::contract;
use super::super::{Audit as _, Commit, Committed, Directory as _, RunSource, Runs as _, Store, StoreError, Taken};
use super::connection::{Reader, Writer, get};
use super::{FILE, Sqlite};

const SOURCE: RunSource =
    RunSource { account: AccountId::ROOT, device: DeviceId(1), installation: InstallationId::from_bytes([1; 16]) };

fn record(sequence: u64) -> RunRecord {
    let json = format!(
        r#"{{"id":"{sequence:032x}","sequence":{sequence},"installation":"{:032x}","computer":"pc","user":"anna",
        "profile":{{"name":"p"}},"thread_start":1,"profile_start":{sequence},"result":"success","end":2}}"#,
        1
    );
    serde_json::from_str(&json).unwrap()
}

fn entry(detail: &str) -> Entry {
    Entry {
        at: Timestamp::from_millis(1),
        account: AccountId::ROOT,
        actor: "system".to_owned(),
        address: String::new(),
        act: "test.act".to_owned(),
        object: String::new(),
        outcome: "ok".to_owned(),
        detail: detail.to_owned(),
    }
}

fn file(directory: &TempDir) -> PathBuf {
    directory.path().join(FILE)
}

/// A closed database with something in it.
fn closed() -> TempDir {
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    let records = (1..=300).map(record).collect();
    store.ingest(SOURCE, records, Timestamp::from_millis(1)).wait().unwrap();
    store.append_audit((0..5).map(|number| entry(&number.to_string())).collect()).wait().unwrap();
    directory
}

fn change(path: &Path, sql: &str) {
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

fn refused(directory: &TempDir) -> StoreError {
    Sqlite::open(directory.path()).err().expect("it should have been refused")
}

#[test]
fn sqlite_keeps_the_contract() {
    contract::run(|| {
        let directory = TempDir::new().unwrap();
        Box::new(move || Arc::new(Sqlite::open(directory.path()).unwrap()) as Arc<dyn Store>)
    });
}

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
        assert_eq!(get(writer.sql(), name).unwrap(), value, "{name}");
        assert_eq!(get(reader.sql(), name).unwrap(), value, "{name}");
    }
    assert_eq!(get(reader.sql(), "query_only").unwrap(), "1");
    assert!(reader.sql().execute("DELETE FROM server", []).is_err());
}

#[test]
fn a_setting_that_does_not_take_is_refused() {
    // A database in memory cannot have a write-ahead log.
    let error = Writer::open(Path::new(":memory:")).err().expect("it should have been refused");
    assert!(error.to_string().contains("journal_mode"), "{error}");
    assert_eq!(error.code(), Code::StoreUnavailable);
}

#[test]
fn single_uploads_share_commits() {
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    let (go, wait) = channel::<()>();
    let (tell, begun) = channel();
    let before = store.write_counters();
    let occupied = store.write(move |_| {
        tell.send(()).unwrap();
        let _ = wait.recv();
        Ok(())
    });
    begun.recv().unwrap();
    let uploads: Vec<_> =
        (1..=64).map(|sequence| store.ingest(SOURCE, vec![record(sequence)], Timestamp::from_millis(1))).collect();
    drop(go);
    occupied.wait().unwrap();
    for upload in uploads {
        assert_eq!(upload.wait().unwrap(), [Taken::plain(sbm_core::wire::v1::device::Fate::Accepted)]);
    }
    let after = store.write_counters();
    assert_eq!((after.jobs - before.jobs, after.commits - before.commits), (65, 2));
}

#[test]
fn a_failing_upload_does_not_undo_its_neighbours() {
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    let good = store.ingest(SOURCE, vec![record(1)], Timestamp::from_millis(1));
    let bad = store.write(|sql| {
        sql.execute("DELETE FROM runs", []).map_err(StoreError::rejected)?;
        Err::<(), _>(StoreError::rejected("on purpose"))
    });
    let late = store.ingest(SOURCE, vec![record(2)], Timestamp::from_millis(1));
    assert!(good.wait().is_ok() && bad.wait().is_err() && late.wait().is_ok());
    assert_eq!(store.list(AccountId::ROOT, HistoryQuery::default()).wait().unwrap().items.len(), 2);
}

#[test]
fn what_was_handed_over_is_done_though_the_store_is_dropped() {
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    for sequence in 1..=100 {
        drop(store.ingest(SOURCE, vec![record(sequence)], Timestamp::from_millis(1)));
    }
    drop(store);
    let store = Sqlite::open(directory.path()).unwrap();
    assert_eq!(store.highest_sequence(SOURCE).wait(), Ok(100));
}

#[test]
fn what_was_acknowledged_is_in_the_files_before_the_store_is_closed_his_3() {
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    store.ingest(SOURCE, vec![record(1)], Timestamp::from_millis(1)).wait().unwrap();
    // What a kill leaves behind: the files as they are now, without a clean close.
    let copy = TempDir::new().unwrap();
    for suffix in ["", "-wal"] {
        let name = format!("{FILE}{suffix}");
        std::fs::copy(directory.path().join(&name), copy.path().join(&name)).unwrap();
    }
    let after = Sqlite::open(copy.path()).unwrap();
    assert_eq!(after.highest_sequence(SOURCE).wait(), Ok(1));
    assert_eq!(after.verify_audit().wait(), Ok((0, None)));
}

#[test]
fn one_server_owns_the_file_and_frees_it_err_4() {
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    assert_eq!(refused(&directory).code(), Code::StoreLocked);
    drop(store);
    Sqlite::open(directory.path()).unwrap();
}

#[test]
fn a_local_tool_works_beside_the_server_and_is_noticed_run_3() {
    let directory = TempDir::new().unwrap();
    assert_eq!(Sqlite::open_beside(directory.path()).err().unwrap().code(), Code::StoreUnavailable, "there is none yet");
    let server = Sqlite::open(directory.path()).unwrap();
    let tool = Sqlite::open_beside(directory.path()).unwrap();
    assert_eq!(tool.commit(Commit { based_on: 1, ..Commit::default() }).wait(), Ok(Committed::At(2)));
    assert_eq!(server.wait_for_change(1, std::time::Duration::from_secs(60)), 2);
    assert_eq!(server.commit(Commit { based_on: 1, ..Commit::default() }).wait(), Ok(Committed::Stale(2)));
}

#[test]
fn a_newer_schema_is_refused_unless_it_admits_this_program_door_4() {
    let directory = closed();
    change(&file(&directory), "INSERT INTO migrations VALUES (3, 2, 'x')");
    drop(Sqlite::open(directory.path()).unwrap());
    change(&file(&directory), "INSERT INTO migrations VALUES (4, 3, 'y')");
    let before = std::fs::read(file(&directory)).unwrap();
    let error = refused(&directory);
    assert_eq!(error.code(), Code::StoreNewer);
    assert!(error.to_string().contains(FILE) && error.to_string().contains("schema 4"), "{error}");
    assert_eq!(std::fs::read(file(&directory)).unwrap(), before);
}

#[test]
fn a_migration_that_is_not_the_one_applied_is_refused() {
    let directory = closed();
    change(&file(&directory), "UPDATE migrations SET sha256 = 'other' WHERE version = 1");
    assert_eq!(refused(&directory).code(), Code::StoreDamaged);
}

#[test]
fn opening_again_applies_nothing_twice() {
    let directory = closed();
    let before = Sqlite::open(directory.path()).unwrap().load().wait().unwrap();
    assert_eq!(Sqlite::open(directory.path()).unwrap().load().wait().unwrap(), before);
    let rows: u32 =
        Connection::open(file(&directory)).unwrap().query_row("SELECT count(*) FROM migrations", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 2);
}

#[test]
fn what_a_crash_left_of_making_the_file_is_made_anew() {
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join(format!("{FILE}.new")), "half a database").unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    assert_eq!(store.revision().wait(), Ok(1));
    assert!(!directory.path().join(format!("{FILE}.new")).exists());
}

#[test]
fn a_damaged_file_is_named_and_left_as_it_is() {
    type Harm = fn(&mut Vec<u8>);
    let harms: [(&str, Harm); 6] = [
        ("empty", |bytes| bytes.clear()),
        ("another kind of file", |bytes| *bytes = b"this is a text file\n".repeat(500)),
        ("header", |bytes| bytes[0] ^= 1),
        ("cut off", |bytes| bytes.truncate(bytes.len() / 2)),
        ("root page", |bytes| bytes[100..200].fill(0xff)),
        ("pages", |bytes| bytes.iter_mut().skip(4_096).for_each(|byte| *byte ^= 0x5a)),
    ];
    for (name, harm) in harms {
        let directory = closed();
        let mut bytes = std::fs::read(file(&directory)).unwrap();
        harm(&mut bytes);
        std::fs::write(file(&directory), &bytes).unwrap();
        let error = refused(&directory);
        assert_eq!(error.code(), Code::StoreDamaged, "{name}: {error}");
        assert!(error.to_string().contains(FILE), "{name}: {error}");
        assert_eq!(std::fs::read(file(&directory)).unwrap(), bytes, "{name}");
    }
}

#[test]
fn a_log_left_behind_is_not_written_into_a_damaged_file() {
    let directory = closed();
    let store = Sqlite::open(directory.path()).unwrap();
    store.ingest(SOURCE, vec![record(301)], Timestamp::from_millis(1)).wait().unwrap();
    let killed = TempDir::new().unwrap();
    let log = format!("{FILE}-wal");
    std::fs::copy(directory.path().join(&log), killed.path().join(&log)).unwrap();
    let mut bytes = std::fs::read(file(&directory)).unwrap();
    bytes.iter_mut().skip(4_096).for_each(|byte| *byte ^= 0x5a);
    std::fs::write(file(&killed), &bytes).unwrap();
    let before = std::fs::read(killed.path().join(&log)).unwrap();
    assert!(!before.is_empty());
    assert_eq!(refused(&killed).code(), Code::StoreDamaged);
    assert_eq!(std::fs::read(file(&killed)).unwrap(), bytes);
    assert_eq!(std::fs::read(killed.path().join(&log)).unwrap(), before);
}

#[test]
fn a_database_of_something_else_is_refused_and_left_as_it_is() {
    let directory = TempDir::new().unwrap();
    change(&file(&directory), "CREATE TABLE mine (a)");
    let before = std::fs::read(file(&directory)).unwrap();
    assert_eq!(refused(&directory).code(), Code::StoreDamaged);
    assert_eq!(std::fs::read(file(&directory)).unwrap(), before);
}

#[test]
fn every_edit_of_the_audit_log_is_found_run_12() {
    for (edit, broken_at) in [
        ("UPDATE audit SET detail = 'x' WHERE number = 3", 3),
        ("DELETE FROM audit WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 5", 5),
        ("UPDATE audit SET hash = zeroblob(32) WHERE number = 1", 1),
    ] {
        let directory = closed();
        assert!(
            Connection::open(file(&directory)).unwrap().execute_batch(edit).is_err(),
            "the log lets itself be edited: {edit}"
        );
        change(&file(&directory), &format!("DROP TRIGGER audit_stays; DROP TRIGGER audit_lasts; {edit}"));
        let store = Sqlite::open(directory.path()).unwrap();
        assert_eq!(store.verify_audit().wait().unwrap().1, Some(broken_at), "{edit}");
        store.append_audit(vec![entry("afterwards")]).wait().unwrap();
        assert_eq!(store.verify_audit().wait().unwrap().1, Some(broken_at), "an entry behind it hides nothing: {edit}");
    }
}

#[test]
fn every_single_edit_of_any_column_removal_and_cut_of_the_log_is_found_run_12() {
    const ENTRIES: u64 = 12;
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    // Each differs from its neighbours in every column.
    let entries = (1..=ENTRIES).map(|number| Entry {
        at: Timestamp::from_millis(number as i64),
        account: AccountId(number as u32),
        actor: format!("actor {number}"),
        address: format!("10.0.0.{number}"),
        act: format!("act.{number}"),
        object: format!("object {number}"),
        outcome: format!("outcome {number}"),
        detail: format!("detail {number}"),
    });
    store.append_audit(entries.collect()).wait().unwrap();
    drop(store);
    let sql = Connection::open(file(&directory)).unwrap();
    sql.execute_batch("DROP TRIGGER audit_stays; DROP TRIGGER audit_lasts").unwrap();
    let verdict = || super::audit::verify(&sql).map_err(StoreError::from).unwrap().1;
    assert_eq!(verdict(), None);
    let mut edits = Vec::new();
    for number in 1..=ENTRIES {
        let numbers = ["at", "account_id"].map(|column| format!("{column} = {column} + 1"));
        let texts = ["actor", "address", "act", "object", "outcome", "detail"];
        let longer = texts.map(|column| format!("{column} = {column} || ' '"));
        let empty = texts.map(|column| format!("{column} = ''"));
        let moved = texts.windows(2).map(|two| {
            let (one, next) = (two[0], two[1]);
            format!("{one} = substr({one}, 1, length({one}) - 1), {next} = substr({one}, -1) || {next}")
        });
        let hash = [
            "hash = zeroblob(32)".to_owned(),
            "hash = (SELECT hash FROM audit AS other WHERE other.number <> audit.number)".to_owned(),
        ];
        for set in numbers.into_iter().chain(longer).chain(empty).chain(moved).chain(hash) {
            edits.push((format!("UPDATE audit SET {set} WHERE number = {number}"), number));
        }
        edits.push((format!("DELETE FROM audit WHERE number = {number}"), number));
        edits.push((format!("DELETE FROM audit WHERE number >= {number}"), number));
        if number < ENTRIES {
            let swap = format!(
                "UPDATE audit SET number = -1 WHERE number = {number}; UPDATE audit SET number = {number} WHERE number = {number} + 1;
                UPDATE audit SET number = {number} + 1 WHERE number = -1"
            );
            edits.push((swap, number));
        }
    }
    edits.push((format!("INSERT INTO audit SELECT {ENTRIES} + 1, at, account_id, actor, address, act, object, outcome, detail, hash FROM audit WHERE number = {ENTRIES}"), ENTRIES + 1));
    edits.push(("UPDATE next_numbers SET next = next + 1 WHERE kind = 'audit'".to_owned(), ENTRIES + 1));
    assert!(edits.len() > 250, "{}", edits.len());
    for (edit, broken_at) in edits {
        sql.execute_batch("SAVEPOINT edit").unwrap();
        sql.execute_batch(&edit).unwrap();
        assert_eq!(verdict(), Some(broken_at), "{edit}");
        sql.execute_batch("ROLLBACK TO edit; RELEASE edit").unwrap();
    }
    assert_eq!(verdict(), None);
}

#[test]
fn a_row_that_no_program_writes_is_damage_and_no_panic() {
    for edit in [
        "UPDATE users SET name = '' WHERE user_id = 1",
        "UPDATE accounts SET state = 9",
        "UPDATE users SET roles = -1",
        "UPDATE server SET epoch = -1",
        "UPDATE server SET keys = 'no json'",
        "DELETE FROM server",
        "DELETE FROM next_numbers WHERE kind = 'user'",
    ] {
        let directory = closed();
        change(&file(&directory), edit);
        let answer = Sqlite::open(directory.path()).unwrap().load().wait();
        assert_eq!(answer.unwrap_err().code(), Code::StoreDamaged, "{edit}");
    }
}

#[test]
fn a_full_database_refuses_and_loses_nothing_err_4() {
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    store.ingest(SOURCE, vec![record(1)], Timestamp::from_millis(1)).wait().unwrap();
    store
        .write(|sql| {
            let pages: i64 = sql.query_row("PRAGMA page_count", [], |row| row.get(0)).map_err(StoreError::rejected)?;
            sql.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).map_err(StoreError::rejected)
        })
        .wait()
        .unwrap();
    let many: Vec<RunRecord> = (2..=5_000).map(record).collect();
    let send = || store.ingest(SOURCE, many.clone(), Timestamp::from_millis(1)).wait();
    assert_eq!(send(), Err(StoreError::DiskFull));
    assert_eq!(send(), Err(StoreError::DiskFull), "and again");
    // What was there is there and is read; of what was refused, nothing is.
    assert_eq!(store.highest_sequence(SOURCE).wait(), Ok(1));
    assert_eq!(store.list(AccountId::ROOT, HistoryQuery::default()).wait().unwrap().items.len(), 1);
    assert_eq!(store.verify_audit().wait(), Ok((0, None)));
    store
        .write(|sql| sql.query_row("PRAGMA max_page_count = 1000000", [], |_| Ok(())).map_err(StoreError::rejected))
        .wait()
        .unwrap();
    // The device sends it again, and all of it is taken.
    let taken = send().unwrap();
    assert!(taken.len() == 4_999 && taken.iter().all(|taken| taken.fate == sbm_core::wire::v1::device::Fate::Accepted));
    store.append_audit(vec![entry("there is room again")]).wait().unwrap();
    drop(store);
    assert_eq!(Sqlite::open(directory.path()).unwrap().highest_sequence(SOURCE).wait(), Ok(5_000));
}

#[test]
fn a_file_that_its_server_closed_is_not_read_through_again_and_any_other_is_err_4() {
    let directory = closed();
    let seal = directory.path().join(format!("{FILE}.sealed"));
    let sealed = std::fs::read_to_string(&seal).unwrap();
    assert!(super::seal::take(&file(&directory)));
    assert!(!super::seal::take(&file(&directory)), "it counts once");
    // Somebody wrote into it.
    std::fs::write(&seal, &sealed).unwrap();
    change(&file(&directory), "UPDATE server SET epoch = epoch");
    assert!(!super::seal::take(&file(&directory)));
    // Nobody closed it.
    let directory = closed();
    let sealed = std::fs::read_to_string(directory.path().join(format!("{FILE}.sealed"))).unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    store.append_audit(vec![entry("x")]).wait().unwrap();
    std::fs::write(directory.path().join(format!("{FILE}.sealed")), sealed).unwrap();
    assert!(!super::seal::take(&file(&directory)));
    drop(store);
    drop(Sqlite::open(directory.path()).unwrap());
}

fn log_length(directory: &TempDir) -> u64 {
    std::fs::metadata(directory.path().join(format!("{FILE}-wal"))).map_or(0, |log| log.len())
}

/// A commit of that many bytes that are nowhere else.
fn commit_large(store: &Sqlite, number: u64, bytes: usize) {
    let mut body = vec![0_u8; bytes];
    body[..8].copy_from_slice(&number.to_be_bytes());
    let body: Arc<[u8]> = body.into();
    let change = Change::Body { account: AccountId::ROOT, hash: Hash::of(&body), bytes: body };
    let based_on = store.revision().wait().unwrap();
    let plan = Commit { based_on, changes: vec![change], ..Commit::default() };
    assert_eq!(store.commit(plan).wait(), Ok(Committed::At(based_on + 1)));
}

#[test]
fn the_log_is_cut_when_a_long_reader_is_done_err_4() {
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    let (go, reader) = reading(&store);
    const LARGE: usize = 4 * 1024 * 1024;
    let mut number = 0;
    while log_length(&directory) <= super::connection::MOST_LOG + 2 * LARGE as u64 {
        number += 1;
        commit_large(&store, number, LARGE);
    }
    drop(go);
    assert_eq!(reader.wait(), Ok(1));
    // Nothing is forced more often than once a second, and what comes meanwhile is small.
    let begun = std::time::Instant::now();
    while log_length(&directory) > super::connection::MOST_LOG {
        assert!(begun.elapsed() < std::time::Duration::from_secs(60), "the log stays long");
        store.append_audit(vec![entry("x")]).wait().unwrap();
    }
    assert_eq!(store.revision().wait(), Ok(1 + number));
}

/// A read that begins now and ends when the sender is dropped.
fn reading(store: &Sqlite) -> (std::sync::mpsc::Sender<()>, crate::store::Pending<u64>) {
    let (go, wait) = channel::<()>();
    let (tell, begun) = channel();
    let read = store.read(move |sql| {
        let revision = super::directory::revision(sql)?;
        tell.send(()).unwrap();
        let _ = wait.recv();
        Ok(revision)
    });
    begun.recv().unwrap();
    (go, read)
}

#[test]
fn the_log_stays_bounded_though_somebody_reads_at_every_moment_err_4() {
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    let over = std::sync::atomic::AtomicBool::new(false);
    let mut longest = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut earlier = reading(&store);
            while !over.load(std::sync::atomic::Ordering::Acquire) {
                let next = reading(&store);
                let (go, read) = std::mem::replace(&mut earlier, next);
                drop(go);
                read.wait().unwrap();
            }
        });
        for number in 1..=50 {
            commit_large(&store, number, 4 * 1024 * 1024);
            longest = longest.max(log_length(&directory));
        }
        over.store(true, std::sync::atomic::Ordering::Release);
    });
    assert!(longest <= 2 * super::connection::MOST_LOG, "{longest} bytes");
}

#[cfg(unix)]
#[test]
fn files_are_readable_by_their_owner_alone_err_5() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    store.append_audit(vec![entry("x")]).wait().unwrap();
    let modes = |directory: &TempDir| {
        std::fs::read_dir(directory.path())
            .unwrap()
            .map(|file| file.unwrap())
            .map(|file| (file.file_name().to_string_lossy().into_owned(), file.metadata().unwrap().permissions().mode() & 0o777))
            .collect::<Vec<_>>()
    };
    let found = modes(&directory);
    assert!(found.len() >= 4, "{found:?}");
    assert!(found.iter().all(|(_, mode)| *mode == 0o600), "{found:?}");
    drop(store);
    std::fs::set_permissions(file(&directory), std::fs::Permissions::from_mode(0o644)).unwrap();
    let _store = Sqlite::open(directory.path()).unwrap();
    assert!(modes(&directory).iter().all(|(_, mode)| *mode == 0o600));
}
