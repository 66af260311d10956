//! The setup code in the database.

use sbm_core::id::Hash;
use sbm_core::time::Timestamp;
use subtle::ConstantTimeEq as _;

use super::Backend;
use crate::store::codes::MAX_WRONG;
use crate::store::sql::{Sql, all, values};
use crate::store::{CodeTry, Codes, Pending, StoreError};

impl<B: Backend> Codes for B {
    fn put_setup_code(&self, hash: Hash, expires: Option<Timestamp>) -> Pending<()> {
        self.database().write(move |sql| {
            let text = "INSERT INTO setup_code (one, hash, expires, wrong) VALUES (1, $1, $2, 0)
                ON CONFLICT (one) DO UPDATE SET hash = excluded.hash, expires = excluded.expires, wrong = 0";
            sql.run(text, &values![hash.as_bytes(), expires.map(Timestamp::as_millis)]).map(drop)
        })
    }

    fn take_setup_code(&self, hash: Hash, now: Timestamp) -> Pending<CodeTry> {
        self.database().write(move |sql| take(sql, &hash, now))
    }
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
