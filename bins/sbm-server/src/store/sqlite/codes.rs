//! The setup code in SQLite.

use rusqlite::{Connection, params};
use sbm_core::id::Hash;
use sbm_core::time::Timestamp;
use subtle::ConstantTimeEq as _;

use super::Sqlite;
use super::field::{Outcome, one, run};
use crate::store::codes::MAX_WRONG;
use crate::store::{CodeTry, Codes, Pending};

impl Codes for Sqlite {
    fn put_setup_code(&self, hash: Hash, expires: Option<Timestamp>) -> Pending<()> {
        self.write(move |sql| {
            let text = "INSERT INTO setup_code (one, hash, expires, wrong) VALUES (1, ?1, ?2, 0)
                ON CONFLICT (one) DO UPDATE SET hash = excluded.hash, expires = excluded.expires, wrong = 0";
            run(sql, text, params![hash.as_bytes(), expires.map(Timestamp::as_millis)])?;
            Ok(())
        })
    }

    fn take_setup_code(&self, hash: Hash, now: Timestamp) -> Pending<CodeTry> {
        self.write(move |sql| Ok(take(sql, &hash, now)?))
    }
}

fn take(sql: &Connection, hash: &Hash, now: Timestamp) -> Outcome<CodeTry> {
    let kept = one(sql, "SELECT hash, expires, wrong FROM setup_code", [], |row| {
        Ok((row.hash()?, row.time_or_none()?, row.take::<u32>()?))
    })?;
    let Some((right, expires, wrong)) = kept else { return Ok(CodeTry::Gone) };
    let expired = expires.is_some_and(|expires| now >= expires);
    let fits = bool::from(right.as_bytes().ct_eq(hash.as_bytes()));
    let left = MAX_WRONG.saturating_sub(wrong + 1);
    if expired || fits || left == 0 {
        run(sql, "DELETE FROM setup_code", [])?;
    } else {
        run(sql, "UPDATE setup_code SET wrong = wrong + 1", [])?;
    }
    Ok(match (expired, fits) {
        (true, _) => CodeTry::Gone,
        (false, true) => CodeTry::Taken,
        (false, false) => CodeTry::Wrong { left },
    })
}
