//! The two places of a move, opened for nobody but it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sbm_core::code::Code;
use sbm_core::directory::Refusal;

use super::{file, told};
use crate::config::Config;
use crate::data_dir::{DataDir, Holding};
use crate::pki::Vault;
use crate::place as opening;
use crate::service::refusal;
use crate::service::sightings::{Sightings, Standing};
use crate::store::export::{Whole, looked};
use crate::store::relocation::{self, Mark};
use crate::store::servers::{LEASE, Servers};
use crate::store::url::StoreUrl;
use crate::store::{Sqlite, Store, StoreError};

/// How often a server is looked at.
const LOOK: Duration = Duration::from_millis(250);

/// A store that can be moved.
pub(super) trait Movable: Store + Whole + Servers {}

impl<S: Store + Whole + Servers> Movable for S {}

/// A database and its secrets.
pub(super) struct Place {
    pub(super) store: Arc<dyn Movable>,
    pub(super) vault: Arc<dyn Vault>,
    /// Where it is, without secrets.
    pub(super) name: String,
    /// Whether a lock keeps servers away while this is open.
    locked: bool,
}

/// The data directory, held so that no server starts in it meanwhile.
pub(super) fn data_dir(config: &Config) -> Result<Arc<DataDir>, Refusal> {
    let opened = DataDir::open_for(&config.data_dir, Holding::Database);
    Ok(Arc::new(opened.map_err(|error| refusal(error.code(), error.to_string()))?))
}

/// Whether both are one database.
pub(super) fn same(data_dir: &DataDir, one: &StoreUrl, other: &StoreUrl) -> bool {
    match (one, other) {
        (StoreUrl::Sqlite(one), StoreUrl::Sqlite(other)) => {
            file(data_dir.path(), one.as_ref()) == file(data_dir.path(), other.as_ref())
        }
        (StoreUrl::Postgres(one), StoreUrl::Postgres(other)) => one.hosts == other.hosts && one.database == other.database,
        _ => false,
    }
}

impl Place {
    /// What is moved away; it must be there.
    pub(super) fn source(config: &Config, data_dir: &Arc<DataDir>, url: &StoreUrl) -> Result<Self, Refusal> {
        if let StoreUrl::Sqlite(path) = url {
            let file = file(data_dir.path(), path.as_ref());
            if !file.exists() {
                let message = format!("there is no `{}`; name the database that is to be moved behind --from", file.display());
                return Err(refusal(Code::InvalidArgument, message));
            }
        }
        Self::open(config, data_dir, url)
    }

    /// What is moved to. Whether it is fresh is looked at before its schema is touched: one of an older program has
    /// something in it.
    pub(super) fn target(config: &Config, data_dir: &Arc<DataDir>, url: &StoreUrl) -> Result<Self, Refusal> {
        if let StoreUrl::Sqlite(path) = url {
            let file = file(data_dir.path(), path.as_ref());
            if file.exists() && !Sqlite::is_up(&file).map_err(|error| told(&error))? {
                return Err(told(&StoreError::NotEmpty(file.display().to_string().into())));
            }
        }
        Self::open(config, data_dir, url)
    }

    fn open(config: &Config, data_dir: &Arc<DataDir>, url: &StoreUrl) -> Result<Self, Refusal> {
        match url {
            StoreUrl::Sqlite(path) => {
                let file = file(data_dir.path(), path.as_ref());
                DataDir::refuse_network(file.parent().unwrap_or(&file), "store")
                    .map_err(|error| refusal(error.code(), error.to_string()))?;
                let store = Sqlite::open_to_move(&file).map_err(|error| told(&error))?;
                let vault: Arc<dyn Vault> = Arc::<DataDir>::clone(data_dir);
                Ok(Self { store: Arc::new(store), vault, name: format!("sqlite:{}", file.display()), locked: true })
            }
            StoreUrl::Postgres(_) => {
                let mut config = config.clone();
                config.store = url.clone();
                let (store, vault) = opening::open_to_move(&config)?;
                Ok(Self { store, vault: Arc::new(vault), name: url.to_string(), locked: false })
            }
        }
    }

    /// What move it is part of.
    pub(super) fn mark(&self) -> Result<Option<Mark>, Refusal> {
        looked(&*self.store, relocation::mark).map_err(|error| told(&error))
    }

    /// Why it cannot be moved to where somebody wants it.
    pub(super) fn refusal(&self) -> Refusal {
        match self.mark() {
            Ok(Some(mark)) => told(&mark.refusal()),
            Ok(None) => Code::Busy.into(),
            Err(error) => error,
        }
    }

    /// The same, if no server is running on it.
    pub(super) fn alone(self) -> Result<Self, Refusal> {
        self.refuse_running()?;
        Ok(self)
    }

    /// Refuses while a server is running on it. Where a lock keeps servers away, there is none. One that ended without a word is
    /// watched for as long as its lease could last.
    pub(super) fn refuse_running(&self) -> Result<(), Refusal> {
        if self.locked {
            return Ok(());
        }
        let (span, begun, mut sightings) = (self.store.lease().unwrap_or(LEASE), Instant::now(), Sightings::default());
        loop {
            let asked = begun.elapsed();
            let members = self.store.members().wait().map_err(|error| told(&error))?;
            sightings.look(&members, asked, begun.elapsed(), span);
            let standing = |wanted: Standing| members.iter().find(|server| sightings.standing(&server.id) == wanted);
            if let Some(server) = standing(Standing::Lives) {
                let message = format!("a server on `{}` uses `{}`; stop every server of it first", server.name, self.name);
                return Err(refusal(Code::StoreLocked, message));
            }
            if standing(Standing::Unknown).is_none() {
                return Ok(());
            }
            std::thread::sleep(LOOK);
        }
    }
}
