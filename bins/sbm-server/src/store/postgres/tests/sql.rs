//! The language: values in, cells out, many rows at once, and what it does when something is wrong.

use std::borrow::Cow;
use std::sync::Arc;

use sbm_test_postgres::Cluster;

use super::super::live::Live;
use super::super::server::Server;
use super::super::settings::Purpose;
use super::{made, url};
use crate::store::StoreError;
use crate::store::sql::{Cell, Insert, Kind, Sql as _, Value, all, one, values};

fn live(purpose: Purpose) -> Live {
    connect(&made(), purpose)
}

fn connect(database: &str, purpose: Purpose) -> Live {
    Arc::new(Server::new(&url(database)).unwrap()).connect(purpose).unwrap()
}

fn text(text: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(text))
}

#[test]
fn values_come_back_as_they_went_in() {
    let live = live(Purpose::Writing);
    live.batch("CREATE TEMPORARY TABLE kept (eight bigint, four int, two smallint, yes boolean, word text, raw bytea)").unwrap();
    let insert = "INSERT INTO kept VALUES ($1, $2, $3, $4, $5, $6)";
    let rows = [
        values![i64::MAX, i32::MIN, 7_u8, true, "wörd", &[0_u8, 255]],
        values![i64::MIN, 0, -1, false, "", &[] as &[u8]],
        values![0, 1, 2, true, "a\0b\u{10ffff}0", &[1_u8]],
        [Value::Null, Value::Null, Value::Null, Value::Null, Value::Null, Value::Null],
    ];
    for row in &rows {
        assert_eq!(live.run(insert, row), Ok(1));
    }
    let mut found = Vec::new();
    live.rows("SELECT * FROM kept", &[], &mut |row| {
        found.push((0..6).map(|at| row.cell(at).map(|cell| Value::from(cell).into_owned())).collect::<Result<Vec<_>, _>>()?);
        assert!(matches!(row.cell(6), Err(StoreError::Damaged(_))));
        Ok(std::ops::ControlFlow::Continue(()))
    })
    .unwrap();
    assert_eq!(found, rows.map(|row| row.to_vec()));
}

#[test]
fn a_nul_is_found_again_by_what_it_was_said_as_his_1() {
    let live = live(Purpose::Writing);
    let found = one(&live, "SELECT $1::text = $2, $1::text = $3", &values!["a\0", "a\0", "a"], |row| {
        Ok((row.take::<bool>()?, row.take::<bool>()?))
    });
    assert_eq!(found, Ok(Some((true, false))));
}

#[test]
fn what_fits_no_parameter_is_refused_and_the_connection_is_fine() {
    let live = live(Purpose::Writing);
    for (statement, value) in [
        ("SELECT $1::int", Value::Int(1 << 40)),
        ("SELECT $1::smallint", Value::Int(1 << 20)),
        ("SELECT $1::boolean", Value::Int(2)),
        ("SELECT $1::bigint", text("1")),
        ("SELECT $1::text", Value::Int(1)),
        ("SELECT $1::bytea", text("x")),
        ("SELECT $1::numeric", Value::Int(1)),
    ] {
        let said = live.run(statement, &[value]);
        assert!(matches!(said, Err(StoreError::Rejected(_))), "{statement}: {said:?}");
    }
    assert!(matches!(live.run("SELECT $1::int", &[]), Err(StoreError::Rejected(_))));
    for damaged in ["SELECT 1.5", "SELECT now()", "SELECT 'x'::char(3)", "SELECT ARRAY[1]"] {
        let said = one(&live, damaged, &[], |row| row.take::<i64>());
        assert!(matches!(said, Err(StoreError::Damaged(_))), "{damaged}: {said:?}");
    }
    assert_eq!(one(&live, "SELECT 5::bigint", &[], |row| row.take::<i64>()), Ok(Some(5)));
}

const TABLE: Insert = Insert {
    table: "many",
    columns: &[("one", Kind::Int), ("word", Kind::Text), ("raw", Kind::Bytes), ("yes", Kind::Bool)],
    key: &[0, 2],
};

#[test]
fn of_many_rows_those_whose_key_is_new_are_inserted_in_their_order() {
    let live = live(Purpose::Writing);
    live.batch(
        "CREATE TEMPORARY TABLE many (one bigint, word text, raw bytea, yes boolean, arrival bigint GENERATED ALWAYS AS IDENTITY,
         UNIQUE (one, raw))",
    )
    .unwrap();
    let row = |one: i64, word: &'static str, raw: &'static [u8]| values![one, word, raw, true].to_vec();
    assert_eq!(live.insert(&TABLE, &[]), Ok(vec![]));
    assert_eq!(
        live.insert(&TABLE, &[row(5, "first", b"a"), row(3, "x", b""), row(5, "second", b"a")]),
        Ok(vec![true, true, false])
    );
    let again = [row(3, "y", b""), row(4, "n\0", b"b"), row(5, "z", b"ab")];
    assert_eq!(live.insert(&TABLE, &again), Ok(vec![false, true, true]));
    let words = all(&live, "SELECT word FROM many ORDER BY arrival", &[], |row| row.take::<String>());
    assert_eq!(words.unwrap(), ["first", "x", "n\0", "z"]);
    let many: Vec<_> = (10..20_010).map(|one| row(one, "many", b"c")).collect();
    assert_eq!(live.insert(&TABLE, &many).unwrap(), vec![true; 20_000]);
    let wrong = live.insert(&TABLE, &[values![1, "x"].to_vec()]);
    assert!(matches!(wrong, Err(StoreError::Rejected(_))), "{wrong:?}");
}

#[test]
fn of_many_rows_in_a_transaction_some_of_which_are_there_the_others_are_inserted_and_all_else_stays_his_3() {
    let live = live(Purpose::Writing);
    live.batch(
        "CREATE TEMPORARY TABLE many (one bigint, word text NOT NULL, raw bytea, yes boolean,
         arrival bigint GENERATED ALWAYS AS IDENTITY, UNIQUE (one, raw))",
    )
    .unwrap();
    let row = |one: i64, word: &'static str| values![one, word, b"c", true].to_vec();
    let rows = |from: i64, to: i64, word: &'static str| (from..to).map(|one| row(one, word)).collect::<Vec<_>>();
    let count = |word: &str| one(&live, "SELECT count(*) FROM many WHERE word = $1", &[text(word)], |row| row.take::<i64>());
    live.begin("BEGIN");
    assert_eq!(live.insert(&TABLE, &rows(0, 100, "first")), Ok(vec![true; 100]));
    // The last one of them is there, or is among them twice.
    for (number, from, to) in [(1, 100, 200), (2, 200, 300)] {
        let mut again = rows(from, to, "more");
        again.push(if number == 1 { row(7, "again") } else { row(to - 1, "again") });
        let mut inserted = vec![true; 101];
        inserted[100] = false;
        assert_eq!(live.insert(&TABLE, &again), Ok(inserted));
        assert!(!live.has_failed());
    }
    assert_eq!(live.insert(&TABLE, &rows(0, 300, "again")), Ok(vec![false; 300]));
    assert_eq!(live.commit(), Ok(()));
    assert_eq!([count("first"), count("more"), count("again")], [Ok(Some(100)), Ok(Some(200)), Ok(Some(0))]);
    // Any other failure is one of the transaction.
    live.begin("BEGIN");
    let mut wrong = rows(300, 400, "wrong");
    wrong.push(vec![400.into(), Value::Null, Value::Null, true.into()]);
    assert!(matches!(live.insert(&TABLE, &wrong), Err(StoreError::Rejected(_))));
    assert!(live.has_failed() && matches!(live.commit(), Err(StoreError::Rejected(_))));
    assert_eq!(count("wrong"), Ok(Some(0)));
}

#[test]
fn a_table_is_filled_with_all_of_the_rows_or_none_and_the_connection_is_fine_door_2() {
    let live = live(Purpose::Writing);
    live.batch("CREATE TEMPORARY TABLE many (one bigint, word text NOT NULL, raw bytea, yes boolean, UNIQUE (one, raw))")
        .unwrap();
    let long = "wörd\0\u{10ffff}".repeat(20_000);
    let good = vec![
        values![i64::MIN, "", &[] as &[u8], false].to_vec(),
        vec![Value::Null, text(&long), Value::Null, Value::Null],
        values![i64::MAX, "a\0b\u{10ffff}0", &[0_u8, 255], true].to_vec(),
    ];
    assert_eq!(live.fill(&TABLE, &[]), Ok(()));
    assert_eq!(live.fill(&TABLE, &good), Ok(()));
    let kept = all(&live, "SELECT one, word, raw, yes FROM many ORDER BY one", &[], |row| {
        Ok((row.take::<Option<i64>>()?, row.take::<String>()?))
    });
    let wanted = [(Some(i64::MIN), ""), (Some(i64::MAX), "a\0b\u{10ffff}0"), (None, long.as_str())];
    assert_eq!(kept.unwrap(), wanted.map(|(one, word)| (one, word.to_owned())));
    let row = |one: i64| values![one, "many", b"c", true].to_vec();
    let many = |last: Vec<Value<'static>>| (0..20_000).map(row).chain([last]).collect::<Vec<_>>();
    for (what, last) in [
        ("a row of another number of columns", values![1].to_vec()),
        ("a text for a number", values!["1", "x", b"d", true].to_vec()),
        ("a number that is neither yes nor no", values![1, "x", b"d", 2].to_vec()),
        ("nothing where something must be", vec![1.into(), Value::Null, Value::Null, true.into()]),
    ] {
        let said = live.fill(&TABLE, &many(last));
        assert!(matches!(said, Err(StoreError::Rejected(_))), "{what}: {said:?}");
    }
    let said = live.fill(&TABLE, &many(row(7)));
    assert!(matches!(said, Err(StoreError::Taken(_))), "{said:?}");
    assert_eq!(one(&live, "SELECT count(*) FROM many", &[], |row| row.take::<i64>()), Ok(Some(3)));
    // In a transaction a failure of it is one of the transaction, whichever side found it.
    for last in [row(7), values![1].to_vec()] {
        live.begin("BEGIN");
        assert!(live.fill(&TABLE, &[row(-1)]).is_ok() && live.fill(&TABLE, &many(last)).is_err());
        assert!(matches!(live.commit(), Err(StoreError::Rejected(_))));
    }
    live.begin("BEGIN");
    assert_eq!(live.fill(&TABLE, &many(row(-1))), Ok(()));
    assert_eq!(live.commit(), Ok(()));
    assert_eq!(one(&live, "SELECT count(*) FROM many", &[], |row| row.take::<i64>()), Ok(Some(20_004)));
}

#[test]
fn a_transaction_in_which_a_statement_failed_is_never_committed_err_2() {
    let live = live(Purpose::Writing);
    live.batch("CREATE TEMPORARY TABLE few (one bigint PRIMARY KEY)").unwrap();
    live.begin("BEGIN");
    live.run("INSERT INTO few VALUES (1)", &[]).unwrap();
    assert!(matches!(live.run("INSERT INTO few VALUES (1)", &[]), Err(StoreError::Taken(_))));
    assert!(matches!(live.commit(), Err(StoreError::Rejected(_))));
    assert_eq!(one(&live, "SELECT count(*) FROM few", &[], |row| row.take::<i64>()), Ok(Some(0)));
    live.begin("BEGIN");
    assert!(matches!(live.run("nonsense", &[]), Err(StoreError::Rejected(_))));
    live.roll_back().unwrap();
    live.begin("BEGIN");
    live.run("INSERT INTO few VALUES (2)", &[]).unwrap();
    live.commit().unwrap();
    assert_eq!(one(&live, "SELECT count(*) FROM few", &[], |row| row.take::<i64>()), Ok(Some(1)));
}

#[test]
fn every_setting_is_what_it_must_be_and_readers_only_read() {
    let live = live(Purpose::Reading);
    for (name, value) in
        [("statement_timeout", "15s"), ("lock_timeout", "5s"), ("search_path", "sbm, pg_temp"), ("TimeZone", "UTC")]
    {
        let is = one(&live, "SELECT current_setting($1)", &values![name], |row| row.take::<String>());
        assert_eq!(is.unwrap().as_deref(), Some(value), "{name}");
    }
    let written = live.run("UPDATE revision SET value = value + 1", &[]);
    assert!(matches!(written, Err(StoreError::Unavailable(_))), "{written:?}");
}

#[test]
fn what_the_database_says_has_the_stores_words_err_1() {
    let database = made();
    let (live, other) = (connect(&database, Purpose::Writing), connect(&database, Purpose::Writing));
    let said = |statement: &str| live.batch(statement).unwrap_err();
    let raise = |state: &str| said(&format!("DO $$ BEGIN RAISE EXCEPTION 'it' USING ERRCODE = '{state}'; END $$"));
    for state in ["40001", "40P01", "55P03", "57014"] {
        assert_eq!(raise(state), StoreError::Busy, "{state}");
    }
    assert_eq!(raise("53100"), StoreError::DiskFull);
    for state in ["XX001", "XX002", "42P01"] {
        assert!(matches!(raise(state), StoreError::Damaged(_)), "{state}");
    }
    for state in ["23503", "23514", "22003", "P0001"] {
        assert!(matches!(raise(state), StoreError::Rejected(_)), "{state}");
    }
    assert!(matches!(raise("23505"), StoreError::Taken(_)));
    for state in ["42501", "53300", "53200", "58030", "XX000"] {
        assert!(matches!(raise(state), StoreError::Unavailable(_)), "{state}");
    }
    // Nothing that a row holds stands in a message.
    other.batch("INSERT INTO next_numbers VALUES ('secret', 1)").unwrap();
    let error = said("INSERT INTO next_numbers VALUES ('secret', 1)").to_string();
    assert!(error.contains("next_numbers_pkey") && !error.contains("secret"), "{error}");
}

#[test]
fn two_who_wait_for_each_other_are_told_and_neither_connection_is_lost_err_3() {
    let database = made();
    let (one, two) = (connect(&database, Purpose::Writing), connect(&database, Purpose::Writing));
    let lock =
        |live: &Live, kind: &str| live.run("UPDATE next_numbers SET next = next WHERE kind = $1", &values![kind]).map(drop);
    one.begin("BEGIN");
    two.begin("BEGIN");
    lock(&one, "user").unwrap();
    lock(&two, "group").unwrap();
    let both = std::thread::scope(|scope| {
        let first = scope.spawn(move || {
            let said = lock(&one, "group");
            one.roll_back().unwrap();
            said
        });
        let said = lock(&two, "user");
        two.roll_back().unwrap();
        [first.join().unwrap(), said]
    });
    assert!(both.contains(&Err(StoreError::Busy)) && both.contains(&Ok(())), "{both:?}");
}

#[test]
fn what_is_never_changed_says_so_to_everybody_run_12() {
    let database = made();
    let mut admin = Cluster::shared().admin(Cluster::name_of(&database));
    admin
        .batch_execute(
            "SET search_path = sbm;
             INSERT INTO audit VALUES (1, 1, 1, 'a', '', 'x.y', '', 'ok', '', decode(repeat('00', 32), 'hex'));
             INSERT INTO bodies VALUES (1, decode(repeat('00', 32), 'hex'), '');
             INSERT INTO profile_revisions
                VALUES (1, decode(repeat('00', 16), 'hex'), 1, 1, 'n', '', decode(repeat('00', 32), 'hex'), 0, NULL, 'a', 1)",
        )
        .unwrap();
    for (statement, says) in [
        ("UPDATE audit SET actor = 'b'", "never changed"),
        ("DELETE FROM audit", "never shortened"),
        ("TRUNCATE audit", "never shortened"),
        ("UPDATE profile_revisions SET name = 'b'", "never changed"),
        ("DELETE FROM profile_revisions", "never removed"),
        ("TRUNCATE profile_revisions", "never removed"),
    ] {
        let error = admin.batch_execute(statement).unwrap_err();
        assert!(error.as_db_error().unwrap().message().contains(says), "{statement}: {error}");
    }
}

#[test]
fn a_long_answer_is_taken_piece_by_piece_and_may_be_broken_off() {
    let live = live(Purpose::Keeping);
    let (mut count, mut bytes) = (0_u64, 0_u64);
    // More than there is room for at once.
    live.rows("SELECT repeat('x', 1000000) FROM generate_series(1, 300)", &[], &mut |row| {
        if let Cell::Text(text) = row.cell(0)? {
            bytes += text.len() as u64;
        }
        count += 1;
        Ok(std::ops::ControlFlow::Continue(()))
    })
    .unwrap();
    assert_eq!((count, bytes), (300, 300_000_000));
    let mut count = 0;
    live.rows("SELECT g FROM generate_series(1, 1000000) g", &[], &mut |_| {
        count += 1;
        Ok(if count == 3 { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) })
    })
    .unwrap();
    assert_eq!(count, 3);
    assert_eq!(one(&live, "SELECT 5::bigint", &[], |row| row.take::<i64>()), Ok(Some(5)));
}

#[test]
fn what_fails_behind_what_was_heard_of_it_is_never_committed_as_a_success_door_4() {
    let live = live(Purpose::Writing);
    live.batch("CREATE TEMPORARY TABLE kept (one bigint)").unwrap();
    live.begin("BEGIN");
    assert_eq!(live.run("INSERT INTO kept VALUES (1)", &[]), Ok(1));
    // Twenty megabytes come before it fails.
    let late = "SELECT repeat('x', 10000), 1 / (i - 2000) FROM generate_series(1, 3000) AS i";
    let heard = one(&live, late, &[], |row| row.take::<String>());
    assert!(matches!(heard, Err(StoreError::Rejected(_))), "{heard:?}");
    assert!(live.has_failed());
    assert!(live.commit().is_err(), "PostgreSQL undoes it and calls that a success");
    assert_eq!(all(&live, "SELECT one FROM kept", &[], |row| row.take::<i64>()), Ok(vec![]));
    // Without a transaction there is nothing to lose, and the rest is not waited for.
    assert!(one(&live, late, &[], |row| row.take::<String>()).is_ok());
    assert_eq!(one(&live, "SELECT 7", &[], |row| row.take::<i64>()), Ok(Some(7)));
}
