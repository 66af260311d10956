//! Tokens and last-seen times in the database.

use sbm_core::audit::Entry;
use sbm_core::directory::Limit;
use sbm_core::directory::command::Phc;
use sbm_core::id::{AccountId, DeviceId, Hash, UserId};
use sbm_core::name::Name;
use sbm_core::permission::Ceiling;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::session::Audience;

use super::{Backend, audit};
use crate::store::sql::{Fields, Sql, Value, all, any, one, strange, values};
use crate::store::{ApiToken, Kept, LastLogin, Pending, Proved, Revoke, Sessions, StoreError, Token};

impl<B: Backend> Sessions for B {
    fn insert_token(&self, token: Token, proved: Proved) -> Pending<bool> {
        self.database().write(move |sql| insert_proved(sql, &token, &proved))
    }

    fn insert_api_token(&self, token: Token, proved: Phc, most: u32, audit: Entry) -> Pending<Kept> {
        self.database().write(move |sql| insert_api(sql, &token, &proved, most, audit.clone()))
    }

    fn api_tokens(&self, now: Timestamp) -> Pending<Vec<Token>> {
        self.database().read(move |sql| {
            let text =
                "SELECT token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked, name,
                ceiling, below FROM tokens WHERE audience = $1 AND NOT revoked AND (expires IS NULL OR expires > $2)
                ORDER BY created, token_id";
            all(sql, text, &values![audience_number(Audience::Api), now.as_millis()], decode)
        })
    }

    fn live_tokens(&self, now: Timestamp) -> Pending<Vec<Token>> {
        self.database().read(move |sql| {
            let text =
                "SELECT token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked, name,
                ceiling, below FROM tokens WHERE NOT revoked AND (expires IS NULL OR expires > $1)";
            all(sql, text, &values![now.as_millis()], decode)
        })
    }

    fn has_token(&self, device: DeviceId, now: Timestamp) -> Pending<bool> {
        self.database().read(move |sql| {
            let text = "SELECT 1 FROM tokens WHERE device_id = $1 AND NOT revoked AND (expires IS NULL OR expires > $2)";
            any(sql, text, &values![device.0, now.as_millis()])
        })
    }

    fn console_tokens(&self, user: UserId, now: Timestamp) -> Pending<Vec<Token>> {
        self.database().read(move |sql| {
            let text = "SELECT token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked, name,
                ceiling, below FROM tokens WHERE user_id = $1 AND audience = $2 AND NOT revoked AND (expires IS NULL OR expires > $3)
                ORDER BY token_id";
            all(sql, text, &values![user.0, audience_number(Audience::Console), now.as_millis()], decode)
        })
    }

    fn token(&self, id: u64) -> Pending<Option<Token>> {
        self.database().read(move |sql| {
            let text =
                "SELECT token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked, name,
                ceiling, below FROM tokens WHERE token_id = $1";
            one(sql, text, &values![id.cast_signed()], decode)
        })
    }

    fn touch_tokens(&self, used: Vec<(u64, Timestamp)>) -> Pending<()> {
        self.database().write(move |sql| {
            let text = "UPDATE tokens SET last_used = $2 WHERE token_id = $1 AND last_used < $2";
            let mut used: Vec<_> = used.into_iter().map(|(id, at)| (id.cast_signed(), at.as_millis())).collect();
            used.sort_unstable();
            used.into_iter().try_for_each(|(id, at)| sql.run(text, &values![id, at]).map(drop))
        })
    }

    fn revoke(&self, which: Revoke) -> Pending<u64> {
        self.database().write(move |sql| revoke(sql, which))
    }

    fn drop_ended(&self, before: Timestamp) -> Pending<u64> {
        self.database().write(move |sql| {
            let text = "DELETE FROM tokens WHERE token_id IN (SELECT token_id FROM tokens
                WHERE expires < $1 OR (revoked AND last_used < $1) ORDER BY token_id {lock})";
            sql.run(&sql.dialect().spell(text), &values![before.as_millis()])
        })
    }

    fn logged_in(&self, user: UserId, at: Timestamp, address: String) -> Pending<()> {
        self.database().write(move |sql| {
            let text = "INSERT INTO user_logins (account_id, user_id, at, address)
                SELECT account_id, user_id, $2, $3 FROM users WHERE user_id = $1
                ON CONFLICT (account_id, user_id) DO UPDATE SET at = excluded.at, address = excluded.address
                WHERE excluded.at >= user_logins.at";
            sql.run(text, &values![user.0, at.as_millis(), address]).map(drop)
        })
    }

    fn last_logins(&self) -> Pending<Vec<LastLogin>> {
        self.database().read(|sql| all(sql, "SELECT user_id, at, address FROM user_logins ORDER BY user_id", &[], last_login))
    }

    fn last_login_of(&self, user: UserId) -> Pending<Option<LastLogin>> {
        self.database().read(move |sql| {
            let text = "SELECT user_id, at, address FROM users JOIN user_logins USING (account_id, user_id) WHERE user_id = $1";
            one(sql, text, &values![user.0], last_login)
        })
    }

    fn seen(&self, devices: Vec<(DeviceId, Timestamp)>) -> Pending<()> {
        self.database().write(move |sql| {
            let text = "INSERT INTO device_seen (account_id, device_id, at)
                SELECT account_id, device_id, $2 FROM devices WHERE device_id = $1
                ON CONFLICT (account_id, device_id) DO UPDATE SET at = excluded.at
                WHERE excluded.at > device_seen.at";
            let mut devices: Vec<_> = devices.into_iter().map(|(device, at)| (device.0, at.as_millis())).collect();
            devices.sort_unstable();
            devices.into_iter().try_for_each(|(device, at)| sql.run(text, &values![device, at]).map(drop))
        })
    }

    fn last_seen(&self) -> Pending<Vec<(DeviceId, Timestamp)>> {
        self.database().read(|sql| {
            all(sql, "SELECT device_id, at FROM device_seen ORDER BY device_id", &[], |row| Ok((row.id()?, row.time()?)))
        })
    }

    fn last_seen_of(&self, device: DeviceId) -> Pending<Option<Timestamp>> {
        self.database().read(move |sql| {
            let text = "SELECT at FROM devices JOIN device_seen USING (account_id, device_id) WHERE device_id = $1";
            one(sql, text, &values![device.0], |row| row.time())
        })
    }
}

fn last_login(row: &mut Fields<'_>) -> Result<LastLogin, StoreError> {
    Ok(LastLogin { user: row.id()?, at: row.time()?, address: row.take()? })
}

/// The user and the password stay as they are until the token is kept, and nobody gives him a second factor meanwhile: who
/// does ends it, or was there before.
fn insert_proved(sql: &dyn Sql, token: &Token, proved: &Proved) -> Result<bool, StoreError> {
    let text = "SELECT 1 FROM users JOIN user_passwords USING (account_id, user_id)
        WHERE users.user_id = $1 AND NOT users.disabled AND user_passwords.phc = $2 {lock}";
    let is_proved = any(sql, &sql.dialect().spell(text), &values![token.user.0, proved.phc.as_str()])?;
    if !is_proved && any(sql, "SELECT 1 FROM users WHERE user_id = $1", &values![token.user.0])? {
        return Ok(false);
    }
    // A statement of its own: it sees what was stored while the one before waited.
    let text = "SELECT 1 FROM factors WHERE user_id = $1 UNION ALL SELECT 1 FROM factor_channels WHERE user_id = $1";
    if !proved.second && any(sql, text, &values![token.user.0])? {
        return Ok(false);
    }
    // Without such a user the database refuses it.
    insert(sql, token).map(|()| true)
}

/// Whoever makes two at once has them counted one after the other: the user is locked first.
fn insert_api(sql: &dyn Sql, token: &Token, proved: &Phc, most: u32, audit: Entry) -> Result<Kept, StoreError> {
    let text = "SELECT 1 FROM users WHERE user_id = $1 {lock}";
    any(sql, &sql.dialect().spell(text), &values![token.user.0])?;
    let text =
        "SELECT COUNT(*) FROM tokens WHERE user_id = $1 AND audience = $2 AND NOT revoked AND (expires IS NULL OR expires > $3)";
    let values = values![token.user.0, audience_number(Audience::Api), token.created.as_millis()];
    let live = one(sql, text, &values, |row| row.take::<i64>())?.unwrap_or(0);
    if live >= i64::from(most) {
        return Ok(Kept::TooMany);
    }
    // Whoever makes one is in already; what he proved ends with a second factor, if it was his password alone.
    if !insert_proved(sql, token, &Proved { phc: proved.clone(), second: true })? {
        return Ok(Kept::Overtaken);
    }
    audit::append(sql, &[audit])?;
    Ok(Kept::Yes)
}

fn insert(sql: &dyn Sql, token: &Token) -> Result<(), StoreError> {
    let text =
        "INSERT INTO tokens (token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked, name, ceiling,
        below)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let values = values![
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
        token.api.as_ref().map(|api| api.name.as_str()),
        token.api.as_ref().map(|api| api.limit.most.bits().cast_signed()),
        token.api.as_ref().and_then(|api| api.limit.below).map(|below| below.0),
    ];
    sql.run(text, &values).map(drop)
}

/// Ends tokens; gives how many that were.
pub(super) fn revoke(sql: &dyn Sql, which: Revoke) -> Result<u64, StoreError> {
    let run = |text, values: &[Value<'_>]| sql.run(&sql.dialect().spell(text), values);
    match which {
        Revoke::Token(id) => {
            run("UPDATE tokens SET revoked = TRUE WHERE token_id = $1 AND NOT revoked", &values![id.cast_signed()])
        }
        Revoke::User { user, audience: None } => run(
            "UPDATE tokens SET revoked = TRUE WHERE NOT revoked AND token_id IN
            (SELECT token_id FROM tokens WHERE user_id = $1 AND NOT revoked ORDER BY token_id {lock})",
            &values![user.0],
        ),
        Revoke::User { user, audience: Some(audience) } => run(
            "UPDATE tokens SET revoked = TRUE WHERE NOT revoked AND token_id IN
            (SELECT token_id FROM tokens WHERE user_id = $1 AND audience = $2 AND NOT revoked ORDER BY token_id {lock})",
            &values![user.0, audience_number(audience)],
        ),
        Revoke::Device(device) => run(
            "UPDATE tokens SET revoked = TRUE WHERE NOT revoked AND token_id IN
            (SELECT token_id FROM tokens WHERE device_id = $1 AND NOT revoked ORDER BY token_id {lock})",
            &values![device.0],
        ),
    }
}

/// Deletes the tokens of a user who is about to go, in the order in which everybody takes them.
pub(super) fn drop_of_user(sql: &dyn Sql, user: UserId) -> Result<(), StoreError> {
    let text = "DELETE FROM tokens WHERE token_id IN
        (SELECT token_id FROM tokens WHERE user_id = $1 ORDER BY token_id {lock})";
    sql.run(&sql.dialect().spell(text), &values![user.0]).map(drop)
}

/// Deletes the tokens of a device that is about to go.
pub(super) fn drop_of_device(sql: &dyn Sql, device: DeviceId) -> Result<(), StoreError> {
    let text = "DELETE FROM tokens WHERE token_id IN
        (SELECT token_id FROM tokens WHERE device_id = $1 ORDER BY token_id {lock})";
    sql.run(&sql.dialect().spell(text), &values![device.0]).map(drop)
}

fn decode(row: &mut Fields<'_>) -> Result<Token, StoreError> {
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
        api: api(row.take()?, row.take()?, row.id_or_none()?)?,
    })
}

fn api(name: Option<String>, ceiling: Option<i64>, below: Option<AccountId>) -> Result<Option<ApiToken>, StoreError> {
    let (Some(name), Some(ceiling)) = (name, ceiling) else { return Ok(None) };
    let named = Name::new(&name).map_err(|_| strange("name of a token", &name))?;
    let most = Ceiling::from_bits(ceiling.cast_unsigned());
    Ok(Some(ApiToken { name: named, limit: Limit { most, below } }))
}

/// The number of an audience in the file; never changes.
pub(in crate::store) const fn audience_number(audience: Audience) -> i64 {
    match audience {
        Audience::Console => 1,
        Audience::Device => 2,
        Audience::Api => 3,
    }
}

fn audience(number: i64) -> Result<Audience, StoreError> {
    [Audience::Console, Audience::Device, Audience::Api]
        .into_iter()
        .find(|audience| audience_number(*audience) == number)
        .ok_or_else(|| strange("audience", number))
}
