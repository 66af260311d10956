//! The connections of the lanes: made anew when they were lost, before the work that needs them begins.
//!
//! 1. Work that finds its connection gone gets another one; nothing of it was done yet. While none can be made it is told so
//!    at once.
//! 2. Work whose connection is lost on the way is not done, and is not done again by itself: only whoever asked knows whether
//!    it may be.
//! 3. One piece of work is one transaction, so there are no savepoints: what undoes the work undoes all there is.

use std::sync::Arc;
use std::time::Instant;

use super::live::Live;
use super::outage::{Outage, chance};
use super::server::Server;
use super::settings::Purpose;
use crate::store::database::Session;
use crate::store::sql::{Dialect, Each, Insert, Sql, Value};
use crate::store::{StoreError, lane};

/// A connection that reads. Each statement sees what was committed when it began.
pub(crate) struct Reader(Wire);

/// A connection that writes.
pub(crate) struct Writer(Wire);

/// A connection that may be lost.
struct Wire {
    server: Arc<Server>,
    outage: Arc<Outage>,
    purpose: Purpose,
    live: Option<Live>,
}

impl Reader {
    pub(super) fn open(server: &Arc<Server>, outage: &Arc<Outage>) -> Result<Self, StoreError> {
        Wire::open(server, outage, Purpose::Reading).map(Self)
    }
}

impl Writer {
    pub(super) fn open(server: &Arc<Server>, outage: &Arc<Outage>) -> Result<Self, StoreError> {
        Wire::open(server, outage, Purpose::Writing).map(Self)
    }

    /// One that lets statements take as long as they take.
    pub(super) fn patient(server: &Arc<Server>, outage: &Arc<Outage>) -> Result<Self, StoreError> {
        Wire::open(server, outage, Purpose::Keeping).map(Self)
    }
}

impl Wire {
    fn open(server: &Arc<Server>, outage: &Arc<Outage>, purpose: Purpose) -> Result<Self, StoreError> {
        let live = Some(server.connect(purpose)?);
        Ok(Self { server: Arc::clone(server), outage: Arc::clone(outage), purpose, live })
    }

    /// The connection, made anew if it was lost.
    fn ready(&mut self) -> Result<&Live, StoreError> {
        if !self.live.as_ref().is_some_and(Live::is_usable) {
            self.live = None;
            self.outage.may_try(Instant::now())?;
            match self.server.connect(self.purpose) {
                Ok(live) => {
                    self.outage.is_over();
                    self.live = Some(live);
                }
                Err(error) => {
                    self.outage.failed(Instant::now(), &error, chance());
                    return Err(error);
                }
            }
        }
        self.live()
    }

    fn live(&self) -> Result<&Live, StoreError> {
        self.live.as_ref().ok_or_else(|| StoreError::unavailable("there is no connection to it"))
    }

    fn in_transaction(&self) -> bool {
        self.live.as_ref().is_some_and(Live::in_transaction)
    }

    fn commit(&self) -> Result<(), StoreError> {
        self.live()?.commit()
    }

    /// A connection on which even this fails is given up: nobody knows what it is in the middle of.
    fn roll_back(&mut self) {
        if self.live.as_ref().is_some_and(|live| live.is_lost() || live.roll_back().is_err()) {
            self.live = None;
        }
    }
}

impl Sql for Wire {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn run(&self, text: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        self.live()?.run(text, values)
    }

    fn rows(&self, text: &str, values: &[Value<'_>], each: &mut Each<'_>) -> Result<(), StoreError> {
        self.live()?.rows(text, values, each)
    }

    fn insert(&self, into: &Insert, rows: &[Vec<Value<'_>>]) -> Result<Vec<bool>, StoreError> {
        self.live()?.insert(into, rows)
    }

    fn fill(&self, into: &Insert, rows: &[Vec<Value<'_>>]) -> Result<(), StoreError> {
        self.live()?.fill(into, rows)
    }
}

impl Session for Reader {
    fn sql(&self) -> &dyn Sql {
        &self.0
    }

    fn hold_still(&mut self) -> Result<(), StoreError> {
        self.0.live()?.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        Ok(())
    }
}

impl Session for Writer {
    fn sql(&self) -> &dyn Sql {
        &self.0
    }
}

impl lane::Connection for Reader {
    fn begin(&mut self) -> Result<(), StoreError> {
        self.0.ready().map(drop)
    }

    fn save(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn keep(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn undo(&mut self) -> Result<(), StoreError> {
        self.0.roll_back();
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.0.commit()
    }

    fn roll_back(&mut self) {
        self.0.roll_back();
    }

    fn in_transaction(&self) -> bool {
        self.0.in_transaction()
    }
}

impl lane::Connection for Writer {
    fn begin(&mut self) -> Result<(), StoreError> {
        self.0.ready()?.begin("BEGIN");
        Ok(())
    }

    fn save(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn keep(&mut self) -> Result<(), StoreError> {
        if self.0.live()?.has_failed() {
            return Err(StoreError::rejected("a statement failed, and its work went on as if it had not"));
        }
        Ok(())
    }

    fn undo(&mut self) -> Result<(), StoreError> {
        self.0.roll_back();
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        match &self.0.live {
            // The work was undone, and its connection with it.
            None => Ok(()),
            Some(live) => live.commit(),
        }
    }

    fn roll_back(&mut self) {
        self.0.roll_back();
    }

    fn in_transaction(&self) -> bool {
        self.0.in_transaction()
    }
}
