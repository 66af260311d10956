//! The first commit on a database that came out of a backup (OFF-3).
//!
//! 1. It is in the transaction that fills the database, so that nobody ever sees what came back without it.
//! 2. What told of running servers and of guessing is forgotten; sessions of consoles end, and so do the tokens
//!    of programs, since one that was revoked meanwhile would count again (RUN-11), and the codes with which devices enrol, since
//!    one that was used would be used again (DEV-1). Devices keep their tokens: they go on as if nothing had been (DOOR-2).

use sbm_core::directory::Rows;
use sbm_core::wire::v1::session::Audience;

use super::database::sessions::audience_number;
use super::database::{directory, load};
use super::export::refuse_if_not_fresh;
use super::relocation::{self, Mark, MoveId, Role};
use super::sql::{Sql, values};
use super::{Commit, Committed, StoreError};

/// Marks a fresh database as one that a backup is being brought back into: no server starts on it. A restore that was broken
/// off, of whichever backup, left nothing but its mark and secrets, and begins anew with this one.
///
/// # Errors
///
/// [`StoreError::NotEmpty`] when it is not fresh, [`StoreError::Moved`] when it is part of a move, and what the database says.
pub fn mark(sql: &dyn Sql, mark: &Mark, name: &str) -> Result<(), StoreError> {
    relocation::hold_revision(sql)?;
    match relocation::held_mark(sql)? {
        None => {}
        Some(there) if there.role == Role::Restore => relocation::remove(sql)?,
        Some(there) => return Err(there.refusal()),
    }
    refuse_if_not_fresh(sql, name)?;
    relocation::put(sql, mark)
}

/// Takes the mark of that restore away, in the transaction that fills the database.
///
/// # Errors
///
/// [`StoreError::Unavailable`] when another one is at it, [`StoreError::NotEmpty`] when another one was, and what the
/// database says.
pub fn unmark(sql: &dyn Sql, id: MoveId, name: &str) -> Result<(), StoreError> {
    relocation::hold_revision(sql)?;
    match relocation::held_mark(sql)? {
        Some(there) if there.role == Role::Restore && there.id == id => relocation::remove(sql),
        Some(there) => Err(there.refusal()),
        None => Err(StoreError::NotEmpty(name.into())),
    }
}

/// Tables of what was true of the servers that ran.
const FORGOTTEN: [&str; 5] = ["servers", "tasks", "attempts", "setup_code", "half_logins"];

/// Forgets what was true of the servers of then, and commits what `plan` makes of the facts; gives the new revision.
///
/// # Errors
///
/// What the database or `plan` says.
pub fn begin_anew(sql: &dyn Sql, plan: impl FnOnce(Rows) -> Result<Commit, StoreError>) -> Result<u64, StoreError> {
    for table in FORGOTTEN {
        sql.run(&format!("DELETE FROM {table}"), &[])?;
    }
    sql.run(
        "UPDATE tokens SET revoked = TRUE WHERE audience <> $1 AND NOT revoked",
        &values![audience_number(Audience::Device)],
    )?;
    sql.run("UPDATE enrolments SET revoked = TRUE WHERE NOT revoked", &[])?;
    match directory::commit(sql, plan(load::everything(sql)?)?)? {
        Committed::At(revision) => Ok(revision),
        Committed::Stale(revision) => Err(StoreError::damaged(format!("its revision `{revision}` is not that of its facts"))),
    }
}

#[cfg(test)]
mod tests {
    use sbm_core::audit::Entry;
    use sbm_core::directory::Change;
    use sbm_core::enrolment::{EnrolmentKind, Terms};
    use sbm_core::id::{AccountId, Hash, UserId};
    use sbm_core::name::{Name, Text};
    use sbm_core::time::Timestamp;

    use super::*;
    use crate::store::enrolments::{Enrolments as _, NewEnrolment};
    use crate::store::export::whole::filled;
    use crate::store::sqlite::Sqlite;

    #[test]
    fn a_code_that_came_out_of_a_backup_enrols_nobody_dev_1_door_2() {
        let directory = tempfile::tempdir().unwrap();
        let store = Sqlite::open(directory.path()).unwrap();
        let terms = Terms { most: 1, uses: 0, expires: Timestamp::from_millis(9), approval: false, revoked: false };
        let new = NewEnrolment {
            account: AccountId::ROOT,
            user: UserId(1),
            kind: EnrolmentKind::Code,
            hash: Hash::of(b"code"),
            terms,
            comment: Text::default(),
            made_by: Name::new("admin").unwrap(),
            made: Timestamp::from_millis(1),
        };
        let entry = Entry {
            at: Timestamp::from_millis(1),
            account: AccountId::ROOT,
            actor: "admin".to_owned(),
            address: String::new(),
            act: "enrolment.create".to_owned(),
            object: String::new(),
            outcome: "ok".to_owned(),
            detail: String::new(),
            about: Vec::new(),
        };
        store.put_enrolment(new, entry).wait().unwrap().unwrap();
        let anew = |rows: Rows| {
            Ok(Commit { based_on: rows.revision, changes: vec![Change::Server(rows.server)], audit: vec![], revoke: vec![] })
        };
        filled(&store, move |sql| begin_anew(sql, anew)).unwrap();
        assert!(store.enrolments().wait().unwrap()[0].row.terms.revoked, "it may have been used since");
    }
}
