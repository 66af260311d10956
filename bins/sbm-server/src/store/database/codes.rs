//! The setup code in the database.

use sbm_core::id::Hash;
use sbm_core::time::Timestamp;
use subtle::ConstantTimeEq as _;

use super::Backend;
use crate::store::codes::{Instead, MAX_WRONG, NewCode, PutCode};
use crate::store::sql::{Sql, all, one, values};
use crate::store::{CodeTry, Codes, Pending, StoreError};

impl<B: Backend> Codes for B {
    fn put_setup_code(&self, code: NewCode, instead: Instead) -> Pending<PutCode> {
        self.database().write(move |sql| put(sql, &code, instead))
    }

    fn take_setup_code(&self, hash: Hash, now: Timestamp) -> Pending<CodeTry> {
        self.database().write(move |sql| take(sql, &hash, now))
    }
}

/// Whoever comes second waits for the first one's row and finds it.
fn put(sql: &dyn Sql, code: &NewCode, instead: Instead) -> Result<PutCode, StoreError> {
    let text = match instead {
        Instead::OfAny => {
            "INSERT INTO setup_code (one, hash, expires, wrong, place) VALUES (1, $1, $2, 0, $3)
            ON CONFLICT (one) DO UPDATE
            SET hash = excluded.hash, expires = excluded.expires, wrong = 0, place = excluded.place"
        }
        Instead::OfOwn => {
            "INSERT INTO setup_code (one, hash, expires, wrong, place) VALUES (1, $1, $2, 0, $3)
            ON CONFLICT (one) DO UPDATE
            SET hash = excluded.hash, expires = excluded.expires, wrong = 0, place = excluded.place
            WHERE setup_code.place = excluded.place"
        }
    };
    let expires = code.expires.map(Timestamp::as_millis);
    if sql.run(text, &values![code.hash.as_bytes(), expires, &code.place])? > 0 {
        return Ok(PutCode::Kept);
    }
    let place = one(sql, "SELECT place FROM setup_code", &[], |row| row.take::<Option<String>>())?.flatten();
    Ok(PutCode::There(place.unwrap_or_default()))
}

/// The try is counted before the code is looked at, so that of several at once each sees what those before it left.
fn take(sql: &dyn Sql, hash: &Hash, now: Timestamp) -> Result<CodeTry, StoreError> {
    let text = "UPDATE setup_code SET wrong = wrong + 1 RETURNING hash, expires, wrong";
    let kept = all(sql, text, &[], |row| Ok((row.hash()?, row.time_or_none()?, row.take::<u32>()?)))?.pop();
    let Some((right, expires, tries)) = kept else { return Ok(CodeTry::Gone) };
    let expired = expires.is_some_and(|expires| now >= expires);
    let fits = bool::from(right.as_bytes().ct_eq(hash.as_bytes()));
    let left = MAX_WRONG.saturating_sub(tries);
    if expired || fits || left == 0 {
        sql.run("DELETE FROM setup_code", &[])?;
    }
    Ok(match (expired, fits) {
        (true, _) => CodeTry::Gone,
        (false, true) => CodeTry::Taken,
        (false, false) => CodeTry::Wrong { left },
    })
}
