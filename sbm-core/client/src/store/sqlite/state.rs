//! Whether what lies there can be trusted: the database and the marker beside it, weighed against each other (OFF-3).

use rusqlite::Connection;
use sbm_core::agent::Snapshot;
use sbm_core::cache::Trust;
use sbm_core::code::Code;
use sbm_core::id::{Hash, InstallationId};

use super::{rows, schema};
use crate::error::Error;
use crate::store::place::Place;
use crate::store::verdict::{Verdict, bare, weigh};
use crate::store::{disk, empty_snapshot};

/// What is open, and whether it can be trusted.
#[derive(Debug)]
pub(super) struct State {
    /// The database, or why there is none to use.
    pub(super) database: Result<Connection, Code>,
    /// Why the whole cannot be trusted.
    pub(super) fault: Option<Code>,
    /// The trust record, or what stands in for it while there is a fault.
    pub(super) stand_in: Trust,
}

impl State {
    /// Weighs the database and the marker against each other.
    pub(super) fn judge(
        database: Result<Connection, Code>,
        place: &Place,
        machine: &Hash,
        fresh: InstallationId,
    ) -> Result<Self, Error> {
        let recorded = match &database {
            Ok(database) => match rows::trust(database) {
                Ok(sealed) => sealed.map(|sealed| sealed.open(machine)).transpose(),
                Err(fault) => Err(Error::from(fault).code()),
            },
            Err(code) => Err(*code),
        };
        if let Err(code @ (Code::CacheBusy | Code::CacheUnwritable)) = recorded {
            return Err(Error::from(code));
        }
        let Verdict { unusable, fault, stand_in } = weigh(recorded, disk::read_marker(&place.marker(), machine), fresh);
        let database = unusable.map_or(database, Err);
        Ok(Self { database, fault, stand_in })
    }

    pub(super) fn snapshot(&mut self, machine: &Hash) -> Result<Snapshot, Error> {
        let whole = match &self.database {
            Ok(database) => rows::snapshot(database, self.fault, &self.stand_in, machine).map_err(Error::from),
            Err(code) => Err(Error::from(*code)),
        };
        match whole {
            Ok(snapshot) => {
                self.stand_in = snapshot.trust.clone();
                Ok(snapshot)
            }
            Err(error) if matches!(error.code(), Code::CacheBusy | Code::CacheUnwritable) => Err(error),
            Err(error) => {
                let code = self.fault.unwrap_or(error.code());
                if self.fault.is_none() {
                    (self.database, self.fault) = (Err(code), Some(code));
                    self.stand_in = bare(self.stand_in.clone());
                }
                Ok(Snapshot { fault: Some(code), ..empty_snapshot(self.stand_in.clone()) })
            }
        }
    }
}

/// Opens the database; what is wrong with its content is told apart from what is wrong with the moment.
pub(super) fn open_database(place: &Place) -> Result<Result<Connection, Code>, Error> {
    // A pipe or a device is no database, and SQLite would wait for it or read it without end.
    if disk::is_open_to_all(&place.database()) || disk::is_no_file(&place.database()) {
        return Ok(Err(Code::CacheDamaged));
    }
    match schema::open(&place.database()).map_err(Error::from) {
        Ok(database) => Ok(Ok(database)),
        Err(error) if matches!(error.code(), Code::CacheBusy | Code::CacheUnwritable) => Err(error),
        Err(error) => Ok(Err(error.code())),
    }
}
