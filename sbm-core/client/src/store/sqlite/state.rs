//! Whether what lies there can be trusted: the database and the marker beside it, weighed against each other (OFF-3).

use rusqlite::Connection;
use sbm_core::agent::Snapshot;
use sbm_core::cache::Trust;
use sbm_core::code::Code;
use sbm_core::id::{Hash, InstallationId};

use super::place::Place;
use super::{files, rows, schema};
use crate::error::Error;
use crate::store::empty_snapshot;

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
        let marker = files::read_marker(&place.marker(), machine);
        let disagreement = match (&recorded, &marker) {
            (Ok(Some(trust)), Ok(Some(marker))) => disagreement(trust, marker),
            _ => None,
        };
        // The history of another machine or installation must not go out under this one's name.
        let database = match (&recorded, disagreement) {
            (Err(Code::CacheOtherMachine), _) => Err(Code::CacheOtherMachine),
            (_, Some(Code::CacheDamaged)) => Err(Code::CacheDamaged),
            _ => database,
        };
        let (fault, stand_in) = match (recorded, marker) {
            (Ok(None), Ok(None)) => (None, Trust::new(fresh)),
            (Ok(Some(trust)), Ok(None)) => (None, trust),
            (Ok(Some(trust)), Ok(Some(marker))) => match disagreement {
                None => (None, trust),
                Some(Code::CacheRolledBack) => (disagreement, Trust { seen: marker.seen.max(trust.seen), ..marker }),
                Some(_) => (disagreement, marker),
            },
            (Ok(Some(trust)), Err(code)) => (Some(code), bare(trust)),
            (Ok(None), Ok(Some(marker))) => (Some(Code::CacheMissing), marker),
            (Err(code), Ok(Some(marker))) => (Some(code), marker),
            (Err(code), _) | (Ok(None), Err(code)) => (Some(code), Trust::new(fresh)),
        };
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

/// What stands in for a record that cannot be trusted: enough to ask the server, nothing that grants.
pub(super) fn bare(trust: Trust) -> Trust {
    Trust { head: None, list: None, ..trust }
}

/// Why the record in the database is not the one that the marker was written behind: it is another installation's, or it
/// is from before. A record without the server or the lock that the marker knows is from before any login or test.
pub(super) fn disagreement(trust: &Trust, marker: &Trust) -> Option<Code> {
    if trust.installation != marker.installation {
        return Some(Code::CacheDamaged);
    }
    let same_server = trust.connection == marker.connection;
    let has_all = (trust.connection.is_some() || marker.connection.is_none()) && (trust.lock.is_some() || marker.lock.is_none());
    let is_as_new = has_all && trust.latest >= marker.latest && (!same_server || trust.seen >= marker.seen);
    (!is_as_new).then_some(Code::CacheRolledBack)
}

/// Opens the database; what is wrong with its content is told apart from what is wrong with the moment.
pub(super) fn open_database(place: &Place) -> Result<Result<Connection, Code>, Error> {
    // A pipe or a device is no database, and SQLite would wait for it or read it without end.
    if files::is_open_to_all(&place.database()) || files::is_no_file(&place.database()) {
        return Ok(Err(Code::CacheDamaged));
    }
    match schema::open(&place.database()).map_err(Error::from) {
        Ok(database) => Ok(Ok(database)),
        Err(error) if matches!(error.code(), Code::CacheBusy | Code::CacheUnwritable) => Err(error),
        Err(error) => Ok(Err(error.code())),
    }
}
