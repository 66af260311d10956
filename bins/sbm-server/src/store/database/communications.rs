//! Communications of accounts, and images of brandings, in the database.

mod page;

use sbm_core::audit::Entry;
use sbm_core::directory::rows::Account;
use sbm_core::id::{AccountId, Hash};
use sbm_core::wire::v1::admin::{CommunicationKind, ListQuery, Page};

use super::{Backend, audit};
use crate::store::communications::{Communications, Fits, Kept, MOST_OF_ONE};
use crate::store::sql::{Fields, Sql, all, int, one, strange, values};
use crate::store::{Pending, StoreError, Within};

impl<B: Backend> Communications for B {
    fn put_communication(&self, new: Kept, audit: Entry) -> Pending<Option<u64>> {
        self.database().write(move |sql| put(sql, &new, audit))
    }

    fn communications(&self, within: Within, fits: Option<Fits>, query: ListQuery) -> Pending<Page<(u64, Kept)>> {
        self.database().read(move |sql| page::list(sql, within, fits.as_ref(), &query))
    }

    fn communication(&self, id: u64) -> Pending<Option<Kept>> {
        self.database().read(move |sql| {
            let text = "SELECT account_id, kind, at, planned, with_whom, text, author, made FROM communications
                WHERE communication_id = $1";
            // There is none beyond what a database counts.
            let Ok(id) = int(id) else { return Ok(None) };
            one(sql, text, &values![id], decode)
        })
    }

    fn modify_communication(&self, id: u64, was: Kept, new: Kept, audit: Entry) -> Pending<bool> {
        self.database().write(move |sql| {
            let text = "UPDATE communications SET kind = $2, at = $3, planned = $4, with_whom = $5, text = $6
                WHERE communication_id = $1 AND kind = $7 AND at = $8 AND planned = $9 AND with_whom = $10 AND text = $11";
            let row = values![
                int(id)?,
                i64::from(new.kind.number()),
                new.at.as_millis(),
                new.planned,
                new.with.as_str(),
                new.text.as_str(),
                i64::from(was.kind.number()),
                was.at.as_millis(),
                was.planned,
                was.with.as_str(),
                was.text.as_str(),
            ];
            done(sql, sql.run(text, &row)?, audit)
        })
    }

    fn delete_communication(&self, id: u64, audit: Entry) -> Pending<bool> {
        self.database().write(move |sql| {
            done(sql, sql.run("DELETE FROM communications WHERE communication_id = $1", &values![int(id)?])?, audit)
        })
    }

    fn image(&self, account: AccountId, hash: Hash) -> Pending<Option<Vec<u8>>> {
        self.database().read(move |sql| {
            let text = "SELECT bytes FROM branding_images WHERE account_id = $1 AND hash = $2";
            one(sql, text, &values![account.0, hash.as_bytes()], |row| row.take())
        })
    }
}

fn put(sql: &dyn Sql, new: &Kept, mut entry: Entry) -> Result<Option<u64>, StoreError> {
    // The number is taken first: whoever writes another one down waits here, and counts this one.
    let text = "INSERT INTO next_numbers (kind, next) VALUES ('communication', 2)
        ON CONFLICT (kind) DO UPDATE SET next = next_numbers.next + 1 RETURNING next - 1";
    let id = all(sql, text, &[], |row| row.take::<u64>())?.pop().ok_or_else(|| strange("number of a communication", "none"))?;
    let text = "SELECT count(*) FROM communications WHERE account_id = $1";
    if one(sql, text, &values![new.account.0], |row| row.take::<u32>())?.unwrap_or(0) >= MOST_OF_ONE {
        return Ok(None);
    }
    let text = "INSERT INTO communications (communication_id, account_id, kind, at, planned, with_whom, text, author, made)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let row = values![
        int(id)?,
        new.account.0,
        i64::from(new.kind.number()),
        new.at.as_millis(),
        new.planned,
        new.with.as_str(),
        new.text.as_str(),
        new.author.as_str(),
        new.made.as_millis(),
    ];
    sql.run(text, &row)?;
    entry.object = id.to_string();
    audit::append(sql, &[entry])?;
    Ok(Some(id))
}

/// With the entry, if there was something to do.
fn done(sql: &dyn Sql, changed: u64, entry: Entry) -> Result<bool, StoreError> {
    if changed > 0 {
        audit::append(sql, &[entry])?;
    }
    Ok(changed > 0)
}

fn decode(row: &mut Fields<'_>) -> Result<Kept, StoreError> {
    Ok(Kept {
        account: row.id()?,
        kind: kind(row.take()?)?,
        at: row.time()?,
        planned: row.take()?,
        with: row.text()?,
        text: row.text()?,
        author: row.name()?,
        made: row.time()?,
    })
}

fn kind(number: i64) -> Result<CommunicationKind, StoreError> {
    let kind = u8::try_from(number).ok().and_then(CommunicationKind::from_number);
    kind.ok_or_else(|| strange("kind of communication", number))
}

/// Keeps the bytes of an image that the account's branding names.
pub(super) fn put_image(sql: &dyn Sql, account: AccountId, hash: &Hash, bytes: &[u8]) -> Result<(), StoreError> {
    let text = "INSERT INTO branding_images (account_id, hash, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    sql.run(text, &values![account.0, hash.as_bytes(), bytes]).map(drop)
}

/// What the branding of the account does not name any more goes.
pub(super) fn keep_images(sql: &dyn Sql, row: &Account) -> Result<(), StoreError> {
    let branding = row.about.as_deref().and_then(|about| about.branding.as_ref());
    let there = all(sql, "SELECT hash FROM branding_images WHERE account_id = $1", &values![row.id.0], |row| row.hash())?;
    let named = |hash: &Hash| branding.is_some_and(|branding| branding.image(hash).is_some());
    for hash in there.iter().filter(|hash| !named(hash)) {
        let text = "DELETE FROM branding_images WHERE account_id = $1 AND hash = $2";
        sql.run(text, &values![row.id.0, hash.as_bytes()])?;
    }
    Ok(())
}
