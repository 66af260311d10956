//! A database as a whole: for what reads all of it, or fills it.

use std::sync::mpsc;

use crate::store::database::{Backend as _, Session as _};
use crate::store::sql::Sql;
use crate::store::{Pending, Postgres, Sqlite, StoreError};

/// What is done with a database.
pub type Work = Box<dyn FnOnce(&dyn Sql) -> Result<(), StoreError> + Send>;

/// A database that can be read and filled as a whole, whichever it is.
pub trait Whole: Send + Sync {
    /// Reads in one snapshot.
    fn look(&self, work: Work) -> Pending<()>;

    /// Writes in one transaction.
    fn fill(&self, work: Work) -> Pending<()>;
}

impl Whole for Sqlite {
    fn look(&self, work: Work) -> Pending<()> {
        self.database().read_at_once(work)
    }

    fn fill(&self, work: Work) -> Pending<()> {
        self.database().write(work)
    }
}

/// On a connection that lets statements take as long as they take: to be asked in a thread, never in a handler.
impl Whole for Postgres {
    fn look(&self, work: Work) -> Pending<()> {
        self.patient().map_or_else(
            |error| Pending::ready(Err(error)),
            |lane| {
                lane.submit(move |connection| {
                    let sql = connection.sql();
                    sql.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", &[])?;
                    work(sql)
                })
            },
        )
    }

    fn fill(&self, work: Work) -> Pending<()> {
        self.patient()
            .map_or_else(|error| Pending::ready(Err(error)), |lane| lane.submit(move |connection| work(connection.sql())))
    }
}

/// Reads in one snapshot and waits for what comes of it.
///
/// # Errors
///
/// What the database or `work` says.
pub fn looked<T: Send + 'static>(
    store: &dyn Whole,
    work: impl FnOnce(&dyn Sql) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let (sender, receiver) = mpsc::sync_channel(1);
    store.look(Box::new(move |sql| hand_over(&sender, work(sql)?))).wait()?;
    receiver.recv().map_err(|_| StoreError::Fault)
}

/// Writes in one transaction and waits for what comes of it.
///
/// # Errors
///
/// What the database or `work` says; nothing is written then.
pub fn filled<T: Send + 'static>(
    store: &dyn Whole,
    work: impl FnOnce(&dyn Sql) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let (sender, receiver) = mpsc::sync_channel(1);
    store.fill(Box::new(move |sql| hand_over(&sender, work(sql)?))).wait()?;
    receiver.recv().map_err(|_| StoreError::Fault)
}

fn hand_over<T>(to: &mpsc::SyncSender<T>, result: T) -> Result<(), StoreError> {
    to.try_send(result).map_err(|_| StoreError::Fault)
}
