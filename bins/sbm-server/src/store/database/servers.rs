//! The servers on the database, and their leases.

use std::time::Duration;

use super::Backend;
use super::clock::{millis, now};
use crate::store::relocation;
use crate::store::servers::{Joined, Joining, Member, SCHEMA, ServerId, Servers};
use crate::store::sql::{Dialect, Sql, all, int, one, values};
use crate::store::{Pending, StoreError};

impl<B: Backend> Servers for B {
    fn lease(&self) -> Option<Duration> {
        self.leases()
    }

    fn join(&self, server: Joining, lease: Option<Duration>) -> Pending<Joined> {
        self.database().write(move |sql| join(sql, &server, lease))
    }

    fn renew(&self, server: ServerId, confirmed: u64, lease: Option<Duration>) -> Pending<bool> {
        self.database().write(move |sql| renew(sql, server, confirmed, lease))
    }

    fn leave(&self, server: ServerId) -> Pending<()> {
        self.database().write(move |sql| leave(sql, server))
    }

    fn members(&self) -> Pending<Vec<Member>> {
        self.database().read(members)
    }

    fn forget(&self, server: ServerId, mark: i64) -> Pending<bool> {
        self.database().write(move |sql| forget(sql, server, mark))
    }

    fn fits(&self) -> Pending<()> {
        let place = self.whereabouts();
        self.database().read_at_once(move |sql| fits(sql, &place))
    }
}

/// The revision, which nobody raises before this transaction ends.
pub(super) fn held_revision(sql: &dyn Sql) -> Result<u64, StoreError> {
    let text = match sql.dialect() {
        // Whoever writes is alone.
        Dialect::Sqlite => "SELECT value FROM revision",
        Dialect::Postgres => "SELECT value FROM revision FOR SHARE",
    };
    one(sql, text, &[], |row| row.take())?.ok_or_else(|| StoreError::damaged("it has no revision"))
}

/// Without leases a lock of the database's own says that there is no other server: what others left is removed.
fn join(sql: &dyn Sql, server: &Joining, lease: Option<Duration>) -> Result<Joined, StoreError> {
    let newest = held_revision(sql)?;
    // Behind the lock that a move takes to put its mark: one of both is first, and the other sees it.
    relocation::refuse(sql)?;
    if newest != server.confirmed {
        return Ok(Joined::Behind(newest));
    }
    let now = now(sql)?;
    let until = lease.map(|lease| now.saturating_add(millis(lease)));
    if lease.is_none() {
        sql.run("DELETE FROM servers WHERE server_id <> $1", &values![server.id.as_bytes()])?;
    }
    // The end of the lease is the mark, too: it only grows, so that no mark comes twice when the clock is set back.
    let text = "INSERT INTO servers (server_id, name, program, started, lease_until, confirmed) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (server_id) DO UPDATE SET confirmed = excluded.confirmed, lease_until =
            CASE WHEN servers.lease_until >= excluded.lease_until THEN servers.lease_until + 1 ELSE excluded.lease_until END";
    let (name, program) = (server.name.as_str(), server.program.as_str());
    sql.run(text, &values![server.id.as_bytes(), name, program, now, until, int(server.confirmed)?])?;
    Ok(Joined::Yes)
}

fn renew(sql: &dyn Sql, server: ServerId, confirmed: u64, lease: Option<Duration>) -> Result<bool, StoreError> {
    let now = now(sql)?;
    let until = lease.map(|lease| now.saturating_add(millis(lease)));
    let text = "UPDATE servers SET lease_until = CASE WHEN lease_until >= $2 THEN lease_until + 1 ELSE $2 END,
            confirmed = CASE WHEN confirmed < $3 THEN $3 ELSE confirmed END
        WHERE server_id = $1 AND (lease_until IS NULL OR lease_until > $4)";
    Ok(sql.run(text, &values![server.as_bytes(), until, int(confirmed)?, now])? > 0)
}

fn leave(sql: &dyn Sql, server: ServerId) -> Result<(), StoreError> {
    sql.run("DELETE FROM servers WHERE server_id = $1", &values![server.as_bytes()]).map(drop)
}

/// No clock is asked: it is the other servers' own that tell who lives.
fn members(sql: &dyn Sql) -> Result<Vec<Member>, StoreError> {
    let text = "SELECT server_id, name, program, started, confirmed, lease_until FROM servers ORDER BY started, server_id";
    all(sql, text, &[], |row| {
        Ok(Member {
            id: row.uuid(ServerId::from_bytes)?,
            name: row.take()?,
            program: row.take()?,
            started: row.time()?,
            confirmed: row.take()?,
            mark: row.take()?,
        })
    })
}

fn forget(sql: &dyn Sql, server: ServerId, mark: i64) -> Result<bool, StoreError> {
    let text = "DELETE FROM servers WHERE server_id = $1 AND lease_until = $2";
    Ok(sql.run(text, &values![server.as_bytes(), mark])? > 0)
}

/// The newest migration says which programs may go on, and a move that none may.
fn fits(sql: &dyn Sql, database: &str) -> Result<(), StoreError> {
    relocation::refuse(sql)?;
    let text = "SELECT version FROM migrations WHERE min_program > $1 ORDER BY version DESC LIMIT 1";
    match one(sql, text, &values![SCHEMA], |row| row.take::<u32>())? {
        None => Ok(()),
        Some(found) => Err(StoreError::Newer { file: database.into(), found, known: SCHEMA }),
    }
}
