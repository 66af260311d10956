//! Codes that are sent, and their addresses, in the database.

use sbm_core::factor::half::MOST_WRONG;
use sbm_core::factor::sent::{self, Most, Sendings};
use sbm_core::factor::{Channel, KeptAddress};
use sbm_core::id::{AccountId, Hash, UserId};
use sbm_core::time::Timestamp;

use super::{Backend, factors};
use crate::store::secrets::Sealed;
use crate::store::sent_codes::{KeptChannel, NewSentCode, PutSent, SentCodes};
use crate::store::sql::{Sql, all, any, one, strange, values};
use crate::store::{Pending, StoreError};

impl<B: Backend> SentCodes for B {
    fn channels(&self, user: UserId) -> Pending<Vec<KeptChannel>> {
        self.database().read(move |sql| {
            let text = "SELECT channel, nonce, sealed, since FROM factor_channels WHERE user_id = $1 ORDER BY channel";
            all(sql, text, &values![user.0], |row| {
                let channel = channel_of(row.take()?)?;
                let sealed = Sealed { nonce: row.take()?, bytes: row.take()? };
                Ok(KeptChannel { channel, sealed, since: row.time()? })
            })
        })
    }

    fn put_sent_code(&self, code: NewSentCode, most: Most) -> Pending<PutSent> {
        self.database().write(move |sql| put_code(sql, &code, most))
    }

    fn try_sent_code(&self, user: UserId, bound: Hash, now: Timestamp) -> Pending<Option<u32>> {
        self.database().write(move |sql| {
            let text = "UPDATE sent_codes SET tries = tries + 1
                WHERE user_id = $1 AND bound = $2 AND tries < $3 AND sent > $4";
            let since = now.plus(-sent::LIFE).as_millis();
            if sql.run(text, &values![user.0, bound.as_bytes(), MOST_WRONG, since])? == 0 {
                return Ok(None);
            }
            let tries: Option<u32> =
                one(sql, "SELECT tries FROM sent_codes WHERE user_id = $1", &values![user.0], |row| row.take())?;
            Ok(tries.map(|tries| MOST_WRONG.saturating_sub(tries)))
        })
    }

    fn drop_sent_codes(&self, before: Timestamp) -> Pending<u64> {
        self.database().write(move |sql| {
            let codes = "DELETE FROM sent_codes WHERE user_id IN
                (SELECT user_id FROM sent_codes WHERE sent < $1 ORDER BY user_id {lock})";
            let dropped = sql.run(&sql.dialect().spell(codes), &values![before.as_millis()])?;
            // Rows of hours that are over are touched by nobody else.
            sql.run("DELETE FROM sendings WHERE hour < $1", &values![sent::hour(before)])?;
            Ok(dropped)
        })
    }
}

/// The count of the account first, which stays locked: of many who want the last one each sees what those before him took.
fn put_code(sql: &dyn Sql, code: &NewSentCode, most: Most) -> Result<PutSent, StoreError> {
    let account: Option<u32> =
        one(sql, "SELECT account_id FROM users WHERE user_id = $1", &values![code.user.0], |row| row.take())?;
    let Some(account) = account else { return Ok(PutSent::Gone) };
    let hour = sent::hour(code.at);
    // What was sent to a user is counted apart from his account: it stays his wherever he belongs.
    let counts = [(account, 0), (0, code.user.0)];
    for (account, user) in counts {
        let text = "INSERT INTO sendings (account_id, user_id, hour, codes) VALUES ($1, $2, $3, 0)
            ON CONFLICT (account_id, user_id, hour) DO UPDATE SET codes = sendings.codes";
        sql.run(text, &values![account, user, hour])?;
    }
    let count = |(account, user): (u32, u32)| -> Result<u32, StoreError> {
        let text = "SELECT codes FROM sendings WHERE account_id = $1 AND user_id = $2 AND hour = $3";
        Ok(one(sql, text, &values![account, user, hour], |row| row.take())?.unwrap_or_default())
    };
    let last = one(sql, "SELECT sent FROM sent_codes WHERE user_id = $1", &values![code.user.0], |row| row.time())?;
    let [of_account, of_user] = counts;
    let before = Sendings { last, user: count(of_user)?, account: count(of_account)? };
    if let Err(wait) = before.one_more(most, code.at) {
        return Ok(PutSent::Wait(wait));
    }
    for (account, user) in counts {
        let text = "UPDATE sendings SET codes = codes + 1 WHERE account_id = $1 AND user_id = $2 AND hour = $3";
        sql.run(text, &values![account, user, hour])?;
    }
    let text = "INSERT INTO sent_codes (account_id, user_id, bound, hash, sent, tries)
        SELECT account_id, user_id, $2, $3, $4, 0 FROM users WHERE user_id = $1
        ON CONFLICT (account_id, user_id) DO UPDATE SET bound = excluded.bound, hash = excluded.hash, sent = excluded.sent,
        tries = excluded.tries";
    let values = values![code.user.0, code.bound.as_bytes(), code.hash.as_bytes(), code.at.as_millis()];
    Ok(if sql.run(text, &values)? == 1 { PutSent::Kept } else { PutSent::Gone })
}

/// Forgets how many codes were sent to a user who goes. To his account they stay counted: nobody is sent more because others go.
/// The count of the account is locked first, as by who sends a code.
pub(super) fn forget_user(sql: &dyn Sql, user: UserId) -> Result<(), StoreError> {
    let of_account = "SELECT 1 FROM sendings WHERE account_id = (SELECT account_id FROM users WHERE user_id = $1) AND user_id = 0
        ORDER BY hour {lock}";
    all(sql, &sql.dialect().spell(of_account), &values![user.0], |_| Ok(()))?;
    sql.run("DELETE FROM sendings WHERE account_id = 0 AND user_id = $1", &values![user.0]).map(drop)
}

/// Forgets how many codes were sent to the users of an account that goes.
pub(super) fn forget_account(sql: &dyn Sql, account: AccountId) -> Result<(), StoreError> {
    sql.run("DELETE FROM sendings WHERE account_id = $1", &values![account.0]).map(drop)
}

/// Uses a code up that was sent behind that moment and was not guessed at too often.
pub(super) fn use_up(sql: &dyn Sql, user: UserId, hash: &Hash, since: Timestamp) -> Result<u64, StoreError> {
    let text = "DELETE FROM sent_codes WHERE user_id = $1 AND hash = $2 AND sent > $3 AND tries <= $4";
    sql.run(text, &values![user.0, hash.as_bytes(), since.as_millis(), MOST_WRONG])
}

/// Gives a user an address, in the place of the one of before.
pub(super) fn put(sql: &dyn Sql, user: UserId, channel: Channel, kept: &KeptAddress) -> Result<(), StoreError> {
    let text = "INSERT INTO factor_channels (account_id, user_id, channel, nonce, sealed, since)
        SELECT account_id, user_id, $2, $3, $4, $5 FROM users WHERE user_id = $1
        ON CONFLICT (account_id, user_id, channel) DO UPDATE SET nonce = excluded.nonce, sealed = excluded.sealed,
        since = excluded.since";
    factors::hold_user(sql, user)?;
    let number = u32::from(channel.number());
    let values = values![user.0, number, kept.nonce.as_slice(), kept.sealed.as_slice(), kept.since.as_millis()];
    match sql.run(text, &values)? {
        1 => Ok(()),
        _ => Err(StoreError::rejected(format!("there is no user with id `{}`", user.0))),
    }
}

/// Takes an address away, or all of them, with the code that was sent to its user.
pub(super) fn drop_of_user(sql: &dyn Sql, user: UserId, channel: Option<Channel>) -> Result<(), StoreError> {
    let sent = "SELECT 1 FROM sent_codes WHERE user_id = $1 {lock}";
    any(sql, &sql.dialect().spell(sent), &values![user.0])?;
    sql.run("DELETE FROM sent_codes WHERE user_id = $1", &values![user.0])?;
    for channel in Channel::ALL.into_iter().filter(|each| channel.is_none_or(|only| only == *each)) {
        let text = "DELETE FROM factor_channels WHERE user_id = $1 AND channel = $2";
        sql.run(text, &values![user.0, u32::from(channel.number())])?;
    }
    Ok(())
}

pub(super) fn channel_of(number: u32) -> Result<Channel, StoreError> {
    u8::try_from(number).ok().and_then(Channel::from_number).ok_or_else(|| strange("channel for codes", number))
}
