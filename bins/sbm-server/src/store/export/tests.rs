//! Exports of small databases, good ones and others.

mod content;
mod hostile;
pub(super) mod older;
mod schema;

use std::ops::ControlFlow;

use sbm_core::code::Code;
use tempfile::TempDir;

use self::content::fill;
use super::copy::copy;
use super::whole::{Whole, filled, looked};
use super::{Summary, TABLES, export, import, verify};
use crate::store::anew;
use crate::store::relocation::{self, At, Mark, Role};
use crate::store::sql::any;
use crate::store::{Postgres, Sqlite, StoreError, StoreUrl};

/// A fresh database, and what it lies in.
pub(super) fn fresh() -> (TempDir, Sqlite) {
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    (directory, store)
}

/// A fresh database in PostgreSQL.
pub(super) fn fresh_postgres() -> Postgres {
    match sbm_test_postgres::Cluster::shared().database().parse().unwrap() {
        StoreUrl::Postgres(url) => Postgres::open(&url).unwrap(),
        StoreUrl::Sqlite(_) => panic!("a PostgreSQL has another URL"),
    }
}

/// The export of a database.
pub(super) fn text(store: &dyn Whole) -> (Vec<u8>, Summary) {
    looked(store, |sql| {
        let mut text = Vec::new();
        let summary = export(sql, &mut text, &mut |_| {})?;
        Ok((text, summary))
    })
    .unwrap()
}

/// Imports a text.
pub(super) fn imported(store: &dyn Whole, text: Vec<u8>) -> Result<Summary, StoreError> {
    filled(store, move |sql| import(sql, &mut &*text, &mut |_| {}))
}

fn mark(id: u8) -> Mark {
    Mark { id: [id; 16], role: Role::Source, place: "elsewhere".to_owned(), epoch: 7, at: At::default() }
}

#[test]
fn an_export_is_the_same_from_the_database_it_was_imported_into_door_2() {
    let ((_a, from), (_b, to)) = (fresh(), fresh());
    fill(&from);
    let (told, summary) = text(&from);
    assert_eq!(verify(&mut &*told, &mut |_| {}).unwrap(), summary);
    assert_eq!(imported(&to, told.clone()).unwrap(), summary);
    let (again, _) = text(&to);
    assert_eq!(String::from_utf8(again).unwrap(), String::from_utf8(told).unwrap());
    for table in TABLES {
        assert_ne!(summary.rows[table.name], 0, "the test puts nothing into `{}`", table.name);
    }
}

#[test]
fn a_database_that_anything_was_put_into_is_refused_and_stays_as_it_is_door_2() {
    let ((_a, from), (_b, to)) = (fresh(), fresh());
    fill(&from);
    fill(&to);
    let (told, _) = text(&from);
    let (before, _) = text(&to);
    assert!(matches!(imported(&to, told), Err(StoreError::NotEmpty(_))));
    let refused = copy(&from, &to, &mark(1), "the place", &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert_eq!(refused, StoreError::NotEmpty("the place".into()));
    assert_eq!(text(&to).0, before);
}

#[test]
fn a_copy_that_is_broken_off_behind_any_commit_goes_on_and_is_the_same_door_2() {
    let (_a, from) = fresh();
    fill(&from);
    content::many_runs(&from, 20_000);
    let (told, _) = text(&from);
    let (_b, to) = fresh();
    let mut commits = 0;
    loop {
        let mut once = false;
        let done = copy(&from, &to, &mark(1), "to", &mut |_| {
            commits += 1;
            if std::mem::replace(&mut once, true) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if done.is_ok() {
            break;
        }
        assert!(matches!(looked(&to, relocation::refuse), Err(StoreError::Moved(_))), "nothing starts on it meanwhile");
    }
    assert!(commits > 2, "{commits} commits");
    filled(&to, relocation::remove).unwrap();
    assert_eq!(text(&to).0, told);
}

#[test]
fn of_two_moves_into_one_database_one_is_refused_door_2() {
    let ((_a, from), (_b, to)) = (fresh(), fresh());
    fill(&from);
    let first = copy(&from, &to, &mark(1), "to", &mut |_| ControlFlow::Break(()));
    assert!(matches!(first, Err(StoreError::Unavailable(_))));
    let other = copy(&from, &to, &mark(2), "to", &mut |_| ControlFlow::Continue(()));
    assert!(matches!(other, Err(StoreError::Moved(_))), "{other:?}");
    let raced = filled(&to, |sql| relocation::advance(sql, [1; 16], At { part: 0, done: 0 }, At { part: 1, done: 0 }));
    assert!(matches!(raced, Err(StoreError::Moved(_))), "{raced:?}");
}

#[test]
fn of_two_restores_into_one_database_the_last_to_begin_gets_through_door_2() {
    let (_a, sqlite) = fresh();
    let postgres = fresh_postgres();
    for store in [&sqlite as &dyn Whole, &postgres] {
        let begin = |id| {
            let mark = Mark { role: Role::Restore, ..mark(id) };
            filled(store, move |sql| anew::mark(sql, &mark, "here"))
        };
        let end = |id| filled(store, move |sql| anew::unmark(sql, [id; 16], "here"));
        begin(1).unwrap();
        let kept = looked(store, |sql| relocation::mark(sql)).unwrap();
        assert_eq!(kept, Some(Mark { role: Role::Restore, ..mark(1) }));
        let refused = looked(store, relocation::refuse).unwrap_err();
        assert!(refused.code() == Code::StoreUnavailable && refused.to_string().contains("backup restore"), "{refused}");
        begin(2).unwrap();
        assert!(matches!(end(1), Err(StoreError::Unavailable(_))));
        end(2).unwrap();
        looked(store, relocation::refuse).unwrap();
        assert_eq!(end(2), Err(StoreError::NotEmpty("here".into())));
        // What is part of a move is left alone, and so is what is not fresh.
        filled(store, |sql| relocation::put(sql, &Mark { role: Role::Target, ..mark(3) })).unwrap();
        assert!(matches!(begin(4), Err(StoreError::Moved(_))));
        filled(store, relocation::remove).unwrap();
        filled(store, |sql| sql.run("UPDATE revision SET value = 2", &[]).map(drop)).unwrap();
        assert_eq!(begin(5), Err(StoreError::NotEmpty("here".into())));
    }
}

#[test]
fn who_commits_while_a_database_is_to_be_filled_is_waited_for_and_seen_door_2() {
    let url = match sbm_test_postgres::Cluster::shared().database().parse().unwrap() {
        StoreUrl::Postgres(url) => url,
        StoreUrl::Sqlite(_) => panic!("a PostgreSQL has another URL"),
    };
    let (_a, from) = fresh();
    fill(&from);
    let told = text(&from).0;
    let [server, filling] = [(); 2].map(|()| Postgres::open(&url).unwrap());
    let (committing, begins) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            filled(&server, move |sql| {
                sql.run("UPDATE revision SET value = 2", &[])?;
                committing.send(()).unwrap();
                let waits = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))";
                let begun = std::time::Instant::now();
                while !any(sql, waits, &[])? {
                    assert!(begun.elapsed() < std::time::Duration::from_secs(60), "nobody waits");
                }
                Ok(())
            })
            .unwrap();
        });
        begins.recv().unwrap();
        assert!(matches!(imported(&filling, told), Err(StoreError::NotEmpty(_))));
    });
}

#[test]
fn an_account_tree_in_any_order_of_its_numbers_comes_back_door_2() {
    let ((_a, from), (_b, to)) = (fresh(), fresh());
    filled(&from, |sql| {
        for (id, parent) in [(2, 1), (7, 2), (3, 1)] {
            let text = "INSERT INTO accounts (account_id, parent_id, name, name_key, state, stamp) VALUES ($1, $2, $3, $3, 0, 1)";
            sql.run(text, &crate::store::sql::values![id, parent, format!("account {id}")])?;
        }
        // A subtree was moved below an account that is younger than it.
        sql.run("UPDATE accounts SET parent_id = 7 WHERE account_id = 3", &[]).map(drop)
    })
    .unwrap();
    let (told, summary) = text(&from);
    assert_eq!(imported(&to, told.clone()).unwrap(), summary);
    assert_eq!(text(&to).0, told);
    filled(&from, |sql| sql.run("UPDATE accounts SET parent_id = 3 WHERE account_id = 2", &[]).map(drop)).unwrap();
    let circle = looked(&from, |sql| export(sql, &mut Vec::new(), &mut |_| {}));
    assert!(matches!(circle, Err(StoreError::Damaged(_))), "{circle:?}");
}
