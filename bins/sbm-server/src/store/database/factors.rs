//! Second factors and half-logins in the database.

use sbm_core::factor::half::Try;
use sbm_core::factor::{HalfLogin, Kept};
use sbm_core::id::{Hash, InstallationId, UserId};
use sbm_core::time::Timestamp;

use super::{Backend, sent_codes};
use crate::store::factors::{Factor, Factors, Half, NewHalf, Proof};
use crate::store::secrets::Sealed;
use crate::store::sql::{Fields, Sql, any, int, one, values};
use crate::store::{Pending, StoreError};

impl<B: Backend> Factors for B {
    fn factor(&self, user: UserId) -> Pending<Option<Factor>> {
        self.database().read(move |sql| {
            let text = "SELECT nonce, sealed, step, since, (SELECT count(*) FROM recovery_codes AS codes
                WHERE codes.account_id = factors.account_id AND codes.user_id = factors.user_id)
                FROM factors JOIN users USING (account_id, user_id) WHERE users.user_id = $1";
            one(sql, text, &values![user.0], |row| {
                let sealed = Sealed { nonce: row.take()?, bytes: row.take()? };
                Ok(Factor { sealed, step: row.take()?, since: row.time()?, recovery: row.take()? })
            })
        })
    }

    fn begin_half_login(&self, half: NewHalf) -> Pending<bool> {
        self.database().write(move |sql| {
            let text = "INSERT INTO half_logins (hash, account_id, user_id, installation, proved, begun, tries)
                SELECT $1, account_id, user_id, $3, $4, $5, 0 FROM users WHERE user_id = $2";
            let installation = half.installation.as_ref().map(InstallationId::as_bytes);
            let (hash, proved, begun) = (half.hash.as_bytes(), half.proved.as_bytes(), half.begun.as_millis());
            Ok(sql.run(text, &values![hash, half.user.0, installation, proved, begun])? == 1)
        })
    }

    fn half_login(&self, hash: Hash) -> Pending<Option<Half>> {
        self.database().read(move |sql| {
            let text = "SELECT user_id, installation, proved, begun, tries FROM half_logins WHERE hash = $1";
            one(sql, text, &values![hash.as_bytes()], decode)
        })
    }

    fn try_half_login(&self, hash: Hash, now: Timestamp) -> Pending<Option<u32>> {
        self.database().write(move |sql| count(sql, &hash, now))
    }

    fn use_code(&self, user: UserId, proof: Proof, half: Option<Hash>) -> Pending<bool> {
        self.database().write(move |sql| use_up(sql, user, proof, half))
    }

    fn drop_half_logins(&self, before: Timestamp) -> Pending<u64> {
        self.database().write(move |sql| {
            let text = "DELETE FROM half_logins WHERE hash IN
                (SELECT hash FROM half_logins WHERE begun < $1 ORDER BY hash {lock})";
            sql.run(&sql.dialect().spell(text), &values![before.as_millis()])
        })
    }
}

fn decode(row: &mut Fields<'_>) -> Result<Half, StoreError> {
    let user = row.id()?;
    let installation = row.take::<Option<[u8; 16]>>()?.map(InstallationId::from_bytes);
    let (proved, begun, tries) = (row.hash()?, row.time()?, row.take()?);
    Ok(Half { user, installation, proved, state: HalfLogin { begun, tries } })
}

/// Locked before it is counted: of several tries at once each sees what those before it left.
fn count(sql: &dyn Sql, hash: &Hash, now: Timestamp) -> Result<Option<u32>, StoreError> {
    let text = "SELECT begun, tries FROM half_logins WHERE hash = $1 {lock}";
    let kept = one(sql, &sql.dialect().spell(text), &values![hash.as_bytes()], |row| {
        Ok(HalfLogin { begun: row.time()?, tries: row.take()? })
    })?;
    let Some(mut half) = kept else { return Ok(None) };
    let Try::Counted { left } = half.count(now) else { return Ok(None) };
    sql.run("UPDATE half_logins SET tries = $2 WHERE hash = $1", &values![hash.as_bytes(), half.tries])?;
    Ok(Some(left))
}

/// The half-login first, which stays locked until it is over: whoever sends two codes for one wins with one of them.
fn use_up(sql: &dyn Sql, user: UserId, proof: Proof, half: Option<Hash>) -> Result<bool, StoreError> {
    if let Some(half) = &half {
        let text = "SELECT 1 FROM half_logins WHERE hash = $1 AND user_id = $2 {lock}";
        if !any(sql, &sql.dialect().spell(text), &values![half.as_bytes(), user.0])? {
            return Ok(false);
        }
    }
    let used = match proof {
        Proof::Step(step) => {
            let text = "UPDATE factors SET step = $2 WHERE user_id = $1 AND step < $2";
            sql.run(text, &values![user.0, int(step)?])?
        }
        Proof::Recovery(hash) => {
            let text = "DELETE FROM recovery_codes WHERE user_id = $1 AND hash = $2";
            sql.run(text, &values![user.0, hash.as_bytes()])?
        }
        Proof::Sent { hash, since } => sent_codes::use_up(sql, user, &hash, since)?,
    };
    if used == 0 {
        return Ok(false);
    }
    if let Some(half) = &half {
        sql.run("DELETE FROM half_logins WHERE hash = $1", &values![half.as_bytes()])?;
    }
    Ok(true)
}

/// Gives a user a factor; one that is there is not written over: the plan saw none.
pub(super) fn put(sql: &dyn Sql, user: UserId, kept: &Kept) -> Result<(), StoreError> {
    hold_user(sql, user)?;
    let text = "INSERT INTO factors (account_id, user_id, nonce, sealed, step, since)
        SELECT account_id, user_id, $2, $3, $4, $5 FROM users WHERE user_id = $1";
    let values = values![user.0, kept.nonce.as_slice(), kept.sealed.as_slice(), int(kept.step)?, kept.since.as_millis()];
    if sql.run(text, &values)? != 1 {
        return Err(StoreError::rejected(format!("there is no user with id `{}`", user.0)));
    }
    codes(sql, user, &kept.recovery)
}

/// Whoever is let in by his password alone at that moment is let in before or not at all (RUN-8).
pub(super) fn hold_user(sql: &dyn Sql, user: UserId) -> Result<(), StoreError> {
    let text = "SELECT 1 FROM users WHERE user_id = $1 {lock}";
    any(sql, &sql.dialect().spell(text), &values![user.0]).map(drop)
}

/// Puts recovery codes in the place of those that a user has.
pub(super) fn put_codes(sql: &dyn Sql, user: UserId, hashes: &[Hash]) -> Result<(), StoreError> {
    drop_codes(sql, user)?;
    codes(sql, user, hashes)
}

/// Takes a factor away, with all that belongs to it, in the order in which codes are used.
pub(super) fn drop_of_user(sql: &dyn Sql, user: UserId) -> Result<(), StoreError> {
    drop_halves(sql, user)?;
    let factors = "SELECT 1 FROM factors WHERE user_id = $1 {lock}";
    any(sql, &sql.dialect().spell(factors), &values![user.0])?;
    drop_codes(sql, user)?;
    sql.run("DELETE FROM factors WHERE user_id = $1", &values![user.0]).map(drop)
}

/// Ends the logins of a user that wait for a code.
pub(super) fn drop_halves(sql: &dyn Sql, user: UserId) -> Result<(), StoreError> {
    let halves = "DELETE FROM half_logins WHERE hash IN (SELECT hash FROM half_logins WHERE user_id = $1 ORDER BY hash {lock})";
    sql.run(&sql.dialect().spell(halves), &values![user.0]).map(drop)
}

fn drop_codes(sql: &dyn Sql, user: UserId) -> Result<(), StoreError> {
    let text = "DELETE FROM recovery_codes WHERE user_id = $1 AND hash IN
        (SELECT hash FROM recovery_codes WHERE user_id = $1 ORDER BY hash {lock})";
    sql.run(&sql.dialect().spell(text), &values![user.0]).map(drop)
}

fn codes(sql: &dyn Sql, user: UserId, hashes: &[Hash]) -> Result<(), StoreError> {
    let text = "INSERT INTO recovery_codes (account_id, user_id, hash)
        SELECT account_id, user_id, $2 FROM factors WHERE user_id = $1";
    for hash in hashes {
        if sql.run(text, &values![user.0, hash.as_bytes()])? != 1 {
            return Err(StoreError::rejected(format!("the user with id `{}` has no second factor", user.0)));
        }
    }
    Ok(())
}
