//! A connection that is up: statements, prepared once, in transactions that begin with their first statement.
//!
//! 1. Nothing waits for ever: a database that says nothing for longer than its own limit lets a statement run is taken for
//!    dead, and so is the connection.
//! 2. `BEGIN` goes out together with the first statement behind it, and not at all where none comes.
//! 3. A transaction in which a statement failed is never committed, whatever its work says: PostgreSQL would undo it and call
//!    that a success. So in a transaction every answer is heard to its end, also by who has heard enough.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinHandle;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Statement};

use super::failure::{ends_connection, failure};
use super::stream::Room;
use super::value::{Found, Parameter};
use super::{fill, insert};
use crate::store::StoreError;
use crate::store::sql::{Dialect, Each, Insert, Sql, Value};

/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 256;
/// How many rows are looked at before the socket is again.
const ROWS: usize = 256;
/// How long a connection that is given up may take to say good-bye.
const GOOD_BYE: Duration = Duration::from_millis(100);

/// What a new connection is made of.
pub(super) struct Parts {
    pub(super) runtime: Runtime,
    pub(super) client: Client,
    pub(super) driver: JoinHandle<()>,
    pub(super) heard: UnboundedReceiver<String>,
    pub(super) room: Room,
    pub(super) why: Why,
    pub(super) patience: Option<Duration>,
}

/// Why a connection ended, once it did.
pub(super) type Why = Arc<Mutex<Option<StoreError>>>;

/// A connection that is up, or was when it was last used.
pub(super) struct Live {
    runtime: Option<Runtime>,
    client: Option<Client>,
    driver: JoinHandle<()>,
    heard: RefCell<UnboundedReceiver<String>>,
    room: Room,
    why: Why,
    patience: Option<Duration>,
    statements: RefCell<HashMap<String, Statement>>,
    transaction: Cell<Transaction>,
    lost: Cell<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transaction {
    None,
    /// It begins with these words before the next statement.
    Wanted(&'static str),
    Open,
    /// A statement in it failed.
    Failed,
}

impl Live {
    pub(super) fn new(parts: Parts) -> Self {
        let Parts { runtime, client, driver, heard, room, why, patience } = parts;
        let (runtime, client, heard) = (Some(runtime), Some(client), RefCell::new(heard));
        let (statements, transaction, lost) = (RefCell::default(), Cell::new(Transaction::None), Cell::new(false));
        Self { runtime, client, driver, heard, room, why, patience, statements, transaction, lost }
    }

    /// Whether it can be used. A connection that the other side ended in the meantime says so when it is looked at.
    pub(super) fn is_usable(&self) -> bool {
        let look = async {
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
        };
        let Some(runtime) = &self.runtime else { return false };
        runtime.block_on(look);
        !self.lost.get() && !self.driver.is_finished()
    }

    /// Whether it was found to be lost.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.get()
    }

    /// From the next statement on there is a transaction, begun with these words.
    pub(super) fn begin(&self, words: &'static str) {
        self.transaction.set(Transaction::Wanted(words));
    }

    /// Whether there is a transaction.
    pub(super) fn in_transaction(&self) -> bool {
        !self.lost.get() && self.transaction.get() != Transaction::None
    }

    /// Whether a statement of the transaction failed.
    pub(super) fn has_failed(&self) -> bool {
        self.transaction.get() == Transaction::Failed
    }

    /// Makes the transaction last.
    pub(super) fn commit(&self) -> Result<(), StoreError> {
        match self.transaction.replace(Transaction::None) {
            Transaction::None | Transaction::Wanted(_) => Ok(()),
            Transaction::Open => self.plain("COMMIT").map_err(|error| match error {
                StoreError::Unavailable(why) if self.lost.get() => {
                    StoreError::unavailable(format!("{why}; whether what was being written is there is not known"))
                }
                other => other,
            }),
            Transaction::Failed => {
                self.plain("ROLLBACK")?;
                Err(StoreError::rejected("a statement failed, and what came after it was undone with it"))
            }
        }
    }

    /// Gives the transaction up.
    pub(super) fn roll_back(&self) -> Result<(), StoreError> {
        match self.transaction.replace(Transaction::None) {
            Transaction::None | Transaction::Wanted(_) => Ok(()),
            Transaction::Open | Transaction::Failed => self.plain("ROLLBACK"),
        }
    }

    /// Goes back to a savepoint with these words: what failed behind it was not done, and the transaction goes on.
    pub(super) fn back_to(&self, words: &str) -> Result<(), StoreError> {
        self.plain(words)?;
        self.transaction.set(Transaction::Open);
        Ok(())
    }

    /// Runs statements that have no values, such as a whole migration.
    pub(super) fn batch(&self, text: &str) -> Result<(), StoreError> {
        let begun = self.begun();
        let client = self.client()?;
        let done = self.wait(async {
            if let Some(words) = begun {
                client.batch_execute(words).await?;
            }
            client.batch_execute(text).await
        });
        self.noted(done)
    }

    /// The next thing that was told, or nothing when `stop` comes first; an error when the connection is lost.
    pub(super) fn hear(&self, stop: impl Future<Output = ()>) -> Result<Option<String>, StoreError> {
        let mut heard = self.heard.try_borrow_mut().map_err(|_| StoreError::Fault)?;
        let told = self.runtime()?.block_on(async {
            tokio::select! {
                biased;
                () = stop => Some(None),
                told = heard.recv() => told.map(Some),
            }
        });
        told.ok_or_else(|| self.ended())
    }

    fn plain(&self, text: &str) -> Result<(), StoreError> {
        let client = self.client()?;
        self.wait(client.batch_execute(text))
    }

    fn client(&self) -> Result<&Client, StoreError> {
        self.client.as_ref().filter(|_| !self.lost.get()).ok_or_else(|| self.ended())
    }

    fn runtime(&self) -> Result<&Runtime, StoreError> {
        self.runtime.as_ref().ok_or_else(|| self.ended())
    }

    fn ended(&self) -> StoreError {
        self.lost.set(true);
        let why = self.why.lock().unwrap_or_else(PoisonError::into_inner).clone();
        why.unwrap_or_else(|| StoreError::unavailable("the connection to it was lost"))
    }

    /// Waits for an answer, with patience but not for ever.
    fn wait<T>(&self, answer: impl Future<Output = Result<T, Error>>) -> Result<T, StoreError> {
        self.room.renew();
        let answered = match self.patience {
            None => Ok(self.runtime()?.block_on(answer)),
            Some(patience) => self.runtime()?.block_on(async { tokio::time::timeout(patience, answer).await }),
        };
        match answered {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) if error.is_closed() => Err(self.ended()),
            Ok(Err(error)) => {
                if ends_connection(&error) {
                    self.lost.set(true);
                }
                Err(failure(&error))
            }
            Err(_) => {
                self.lost.set(true);
                let seconds = self.patience.unwrap_or_default().as_secs();
                Err(StoreError::unavailable(format!("it said nothing for {seconds} seconds")))
            }
        }
    }

    /// The words that begin the transaction, if they are still to be said.
    fn begun(&self) -> Option<&'static str> {
        match self.transaction.get() {
            Transaction::Wanted(words) => {
                self.transaction.set(Transaction::Open);
                Some(words)
            }
            _ => None,
        }
    }

    /// Remembers that a statement failed in a transaction.
    fn noted<T>(&self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        if done.is_err() && self.transaction.get() == Transaction::Open {
            self.transaction.set(Transaction::Failed);
        }
        done
    }

    fn prepared(&self, text: &str, values: usize) -> Result<Statement, StoreError> {
        let kept = self.statements.try_borrow().map_err(|_| StoreError::Fault)?.get(text).cloned();
        let statement = match kept {
            Some(statement) => statement,
            None => {
                let client = self.client()?;
                let prepared = self.noted(self.wait(client.prepare(text)))?;
                let mut statements = self.statements.try_borrow_mut().map_err(|_| StoreError::Fault)?;
                if statements.len() >= STATEMENTS {
                    statements.clear();
                }
                statements.insert(text.to_owned(), prepared.clone());
                prepared
            }
        };
        if statement.params().len() != values {
            return self.noted(Err(StoreError::rejected("a statement has another number of values than it asks for")));
        }
        Ok(statement)
    }

    /// Runs a statement with parameters; gives how many rows it changed.
    pub(super) fn execute<P: ToSql + Sync>(&self, text: &str, parameters: &[P]) -> Result<u64, StoreError> {
        let statement = self.prepared(text, parameters.len())?;
        let client = self.client()?;
        let changed = match self.begun() {
            None => self.wait(client.execute_raw(&statement, parameters)),
            Some(words) => self.wait(async {
                let (begun, changed) =
                    tokio::join!(biased; client.batch_execute(words), client.execute_raw(&statement, parameters));
                begun.and(changed)
            }),
        };
        self.noted(changed)
    }

    /// Hands each row over until `each` breaks off.
    pub(super) fn query<P: ToSql + Sync>(&self, text: &str, parameters: &[P], each: &mut Each<'_>) -> Result<(), StoreError> {
        let statement = self.prepared(text, parameters.len())?;
        let client = self.client()?;
        let rows = match self.begun() {
            None => self.wait(client.query_raw(&statement, parameters)),
            Some(words) => self.wait(async {
                let (begun, rows) = tokio::join!(biased; client.batch_execute(words), client.query_raw(&statement, parameters));
                begun.and(rows)
            }),
        };
        let mut rows = pin!(self.noted(rows)?.ready_chunks(ROWS));
        let (mut has_enough, mut refused) = (false, None);
        loop {
            let next = self.wait(async { rows.next().await.unwrap_or_default().into_iter().collect::<Result<Vec<_>, _>>() });
            let next = self.noted(next)?;
            let is_over = next.is_empty();
            for row in next {
                if has_enough {
                    break;
                }
                match each(&Found::new(row)) {
                    Ok(flow) => has_enough = flow.is_break(),
                    Err(error) => (has_enough, refused) = (true, Some(error)),
                }
            }
            if is_over || (has_enough && self.transaction.get() == Transaction::None) {
                return refused.map_or(Ok(()), Err);
            }
        }
    }
}

impl Live {
    /// Sends what a COPY asks for; gives how many rows came of it. A piece that cannot be made ends it.
    pub(super) fn copy_in(
        &self,
        text: &str,
        pieces: &mut dyn Iterator<Item = Result<Bytes, StoreError>>,
    ) -> Result<u64, StoreError> {
        let statement = self.prepared(text, 0)?;
        let client = self.client()?;
        let begun = self.begun();
        let copied = self.wait(async {
            if let Some(words) = begun {
                client.batch_execute(words).await?;
            }
            let mut sink = pin!(client.copy_in::<_, Bytes>(&statement).await?);
            for piece in pieces {
                match piece {
                    Ok(piece) => sink.feed(piece).await?,
                    // Dropped before its end, it tells PostgreSQL that nothing shall come of it.
                    Err(error) => return Ok(Err(error)),
                }
            }
            sink.finish().await.map(Ok)
        });
        self.noted(copied.and_then(|copied| copied))
    }
}

impl Sql for Live {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn run(&self, text: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        self.execute(text, &parameters(values))
    }

    fn rows(&self, text: &str, values: &[Value<'_>], each: &mut Each<'_>) -> Result<(), StoreError> {
        self.query(text, &parameters(values), each)
    }

    fn insert(&self, into: &Insert, rows: &[Vec<Value<'_>>]) -> Result<Vec<bool>, StoreError> {
        insert::insert(self, into, rows)
    }

    fn fill(&self, into: &Insert, rows: &[Vec<Value<'_>>]) -> Result<(), StoreError> {
        fill::fill(self, into, rows)
    }
}

fn parameters<'v>(values: &'v [Value<'v>]) -> Vec<Parameter<'v>> {
    values.iter().map(Parameter).collect()
}

impl Drop for Live {
    fn drop(&mut self) {
        drop(self.client.take());
        let Some(runtime) = self.runtime.take() else { return };
        if !self.lost.get() {
            let driver = &mut self.driver;
            // Whether it heard the good-bye or not, this is the end of it.
            drop(runtime.block_on(async { tokio::time::timeout(GOOD_BYE, driver).await }));
        }
        runtime.shutdown_background();
    }
}
