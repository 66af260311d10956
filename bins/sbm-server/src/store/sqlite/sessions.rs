//! Tokens and last-seen times in SQLite.

use rusqlite::{Connection, params};
use sbm_core::directory::command::Phc;
use sbm_core::id::{DeviceId, Hash, UserId};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::session::Audience;

use super::Sqlite;
use super::field::{Fields, Outcome, all, any, one, run, strange};
use crate::store::{LastLogin, Pending, Revoke, Sessions, StoreError, Token};

impl Sessions for Sqlite {
    fn insert_token(&self, token: Token, proved: Phc) -> Pending<bool> {
        self.write(move |sql| Ok(insert_proved(sql, &token, &proved)?))
    }

    fn live_tokens(&self, now: Timestamp) -> Pending<Vec<Token>> {
        self.read(move |sql| {
            let text = "SELECT token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked
                FROM tokens WHERE revoked = 0 AND (expires IS NULL OR expires > ?1)";
            Ok(all(sql, text, [now.as_millis()], decode)?)
        })
    }

    fn token(&self, id: u64) -> Pending<Option<Token>> {
        self.read(move |sql| {
            let text = "SELECT token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked
                FROM tokens WHERE token_id = ?1";
            Ok(one(sql, text, [id.cast_signed()], decode)?)
        })
    }

    fn touch_tokens(&self, used: Vec<(u64, Timestamp)>) -> Pending<()> {
        self.write(move |sql| {
            let text = "UPDATE tokens SET last_used = max(last_used, ?2) WHERE token_id = ?1";
            for (id, at) in used {
                run(sql, text, params![id.cast_signed(), at.as_millis()])?;
            }
            Ok(())
        })
    }

    fn revoke(&self, which: Revoke) -> Pending<u64> {
        self.write(move |sql| Ok(revoke(sql, which)?))
    }

    fn drop_ended(&self, before: Timestamp) -> Pending<u64> {
        self.write(move |sql| {
            let text = "DELETE FROM tokens WHERE expires < ?1 OR (revoked = 1 AND last_used < ?1)";
            u64::try_from(run(sql, text, [before.as_millis()])?).map_err(StoreError::rejected)
        })
    }

    fn logged_in(&self, user: UserId, at: Timestamp, address: String) -> Pending<()> {
        self.write(move |sql| {
            let text = "INSERT INTO user_logins (account_id, user_id, at, address)
                SELECT account_id, user_id, ?2, ?3 FROM users WHERE user_id = ?1
                ON CONFLICT (account_id, user_id) DO UPDATE SET at = excluded.at, address = excluded.address
                WHERE excluded.at >= user_logins.at";
            run(sql, text, params![user.0, at.as_millis(), address])?;
            Ok(())
        })
    }

    fn last_logins(&self) -> Pending<Vec<LastLogin>> {
        self.read(|sql| {
            Ok(all(sql, "SELECT user_id, at, address FROM user_logins ORDER BY user_id", [], |row| {
                Ok(LastLogin { user: row.id()?, at: row.time()?, address: row.take()? })
            })?)
        })
    }

    fn seen(&self, devices: Vec<(DeviceId, Timestamp)>) -> Pending<()> {
        self.write(move |sql| {
            let text = "INSERT INTO device_seen (account_id, device_id, at)
                SELECT account_id, device_id, ?2 FROM devices WHERE device_id = ?1
                ON CONFLICT (account_id, device_id) DO UPDATE SET at = max(at, excluded.at)";
            for (device, at) in devices {
                run(sql, text, params![device.0, at.as_millis()])?;
            }
            Ok(())
        })
    }

    fn last_seen(&self) -> Pending<Vec<(DeviceId, Timestamp)>> {
        self.read(|sql| {
            Ok(all(sql, "SELECT device_id, at FROM device_seen ORDER BY device_id", [], |row| Ok((row.id()?, row.time()?)))?)
        })
    }
}

/// In the transaction that keeps it: another process commits before or after both.
fn insert_proved(sql: &Connection, token: &Token, proved: &Phc) -> Outcome<bool> {
    let text = "SELECT 1 FROM users LEFT JOIN user_passwords USING (account_id, user_id)
        WHERE users.user_id = ?1 AND (users.disabled <> 0 OR user_passwords.phc IS NOT ?2)";
    if any(sql, text, params![token.user.0, proved.as_str()])? {
        return Ok(false);
    }
    insert(sql, token).map(|()| true)
}

fn insert(sql: &Connection, token: &Token) -> Outcome<()> {
    let text =
        "INSERT INTO tokens (token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let values = params![
        token.id.cast_signed(),
        audience_number(token.audience),
        token.account.0,
        token.user.0,
        token.device.map(|device| device.0),
        token.hash.as_bytes(),
        token.created.as_millis(),
        token.last_used.as_millis(),
        token.expires.map(Timestamp::as_millis),
        token.revoked,
    ];
    run(sql, text, values).map(drop)
}

/// Ends tokens; gives how many that were.
pub(super) fn revoke(sql: &Connection, which: Revoke) -> Outcome<u64> {
    let ended = match which {
        Revoke::Token(id) => run(sql, "UPDATE tokens SET revoked = 1 WHERE token_id = ?1 AND revoked = 0", [id.cast_signed()]),
        Revoke::User { user, audience } => {
            let text = "UPDATE tokens SET revoked = 1 WHERE user_id = ?1 AND revoked = 0 AND (?2 IS NULL OR audience = ?2)";
            run(sql, text, params![user.0, audience.map(audience_number)])
        }
        Revoke::Device(device) => run(sql, "UPDATE tokens SET revoked = 1 WHERE device_id = ?1 AND revoked = 0", [device.0]),
    };
    Ok(u64::try_from(ended?).map_err(StoreError::rejected)?)
}

fn decode(row: &mut Fields<'_>) -> Outcome<Token> {
    Ok(Token {
        id: row.take::<i64>()?.cast_unsigned(),
        audience: audience(row.take()?)?,
        account: row.id()?,
        user: row.id()?,
        device: row.id_or_none()?,
        hash: row.take().map(Hash::from_bytes)?,
        created: row.time()?,
        last_used: row.time()?,
        expires: row.time_or_none()?,
        revoked: row.take()?,
    })
}

/// The number of an audience in the file; never changes.
const fn audience_number(audience: Audience) -> i64 {
    match audience {
        Audience::Console => 1,
        Audience::Device => 2,
    }
}

fn audience(number: i64) -> Outcome<Audience> {
    [Audience::Console, Audience::Device]
        .into_iter()
        .find(|audience| audience_number(*audience) == number)
        .ok_or_else(|| strange("audience", number))
}
