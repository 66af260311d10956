//! The two places of a move, opened for nobody but it.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sbm_core::code::Code;
use sbm_core::directory::Refusal;

use super::told;
use crate::config::Config;
use crate::data_dir::{DataDir, DataDirError, Holding};
use crate::pki::Vault;
use crate::place as opening;
use crate::running::{Wait, Watch};
use crate::service::refusal;
use crate::store::export::{Whole, looked};
use crate::store::relocation::{self, Mark};
use crate::store::servers::Servers;
use crate::store::url::{HIDDEN, StoreUrl};
use crate::store::{Sqlite, Store, StoreError};

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
    pub(super) locked: bool,
    /// The file that was made when it was opened.
    made: Option<PathBuf>,
    /// Which servers were found on it.
    watch: Watch,
}

/// The data directory: held, so that no server starts in it meanwhile, from when it is first needed. What is refused before
/// that makes none.
pub(super) struct Files<'c> {
    config: &'c Config,
    held: OnceCell<Arc<DataDir>>,
}

impl<'c> Files<'c> {
    pub(super) fn new(config: &'c Config) -> Self {
        Self { config, held: OnceCell::new() }
    }

    pub(super) const fn config(&self) -> &Config {
        self.config
    }

    pub(super) fn held(&self) -> Result<&Arc<DataDir>, Refusal> {
        if let Some(held) = self.held.get() {
            return Ok(held);
        }
        let opened = DataDir::open_for(&self.config.data_dir, Holding::Database).map_err(|error| of_files(&error))?;
        Ok(self.held.get_or_init(|| Arc::new(opened)))
    }

    /// The file of a SQLite database, by the one name that it has, however it is spelt.
    pub(super) fn file(&self, path: Option<&PathBuf>) -> PathBuf {
        let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let path = path.map_or_else(|| whole(&self.config.data_dir).join(crate::store::sqlite::FILE), |path| whole(path));
        std::fs::canonicalize(&path).unwrap_or_else(|_| {
            let parent = path.parent().and_then(|parent| std::fs::canonicalize(parent).ok());
            parent.zip(path.file_name()).map_or_else(|| path.clone(), |(parent, name)| parent.join(name))
        })
    }

    /// Where that is, for people and for a mark.
    fn name(&self, url: &StoreUrl) -> String {
        match url {
            StoreUrl::Sqlite(path) => format!("sqlite:{}", self.file(path.as_ref()).display()),
            StoreUrl::Postgres(url) => url.to_string(),
        }
    }

    /// Whether both are one database, as far as their names tell.
    pub(super) fn same(&self, one: &StoreUrl, other: &StoreUrl) -> bool {
        match (one, other) {
            (StoreUrl::Sqlite(one), StoreUrl::Sqlite(other)) => self.file(one.as_ref()) == self.file(other.as_ref()),
            (StoreUrl::Postgres(one), StoreUrl::Postgres(other)) => {
                one.database == other.database && one.hosts.iter().any(|host| other.hosts.contains(host))
            }
            _ => false,
        }
    }

    /// The same, where one of them is the place of a mark: it is without secrets.
    pub(super) fn is_named(&self, place: &str, url: &StoreUrl) -> bool {
        let hidden = format!(":{HIDDEN}@");
        place.replacen(&hidden, "@", 1).parse::<StoreUrl>().is_ok_and(|place| self.same(&place, url))
    }

    /// Whether a database of this program's schema is at that place; nothing is made there.
    pub(super) fn is_there(&self, url: &StoreUrl) -> Result<bool, Refusal> {
        match url {
            StoreUrl::Sqlite(path) => Ok(self.file(path.as_ref()).exists()),
            StoreUrl::Postgres(_) => {
                let mut config = self.config.clone();
                config.store = url.clone();
                opening::is_up(&config)
            }
        }
    }
}

fn of_files(error: &DataDirError) -> Refusal {
    refusal(error.code(), error.to_string())
}

impl Place {
    /// What is moved away; it must be there.
    pub(super) fn source(files: &Files<'_>, url: &StoreUrl) -> Result<Self, Refusal> {
        if let StoreUrl::Sqlite(path) = url {
            let file = files.file(path.as_ref());
            if !file.exists() {
                let message = format!("there is no `{}`; name the database that is to be moved behind --from", file.display());
                return Err(refusal(Code::InvalidArgument, message));
            }
            if !files.config.data_dir.exists() {
                return Err(of_files(&DataDirError::Missing { path: files.config.data_dir.clone() }));
            }
        }
        Self::open(files, url)
    }

    /// What is moved to. Whether it is fresh is looked at before its schema is touched: one of an older program has
    /// something in it.
    pub(super) fn target(files: &Files<'_>, url: &StoreUrl) -> Result<Self, Refusal> {
        let StoreUrl::Sqlite(path) = url else { return Self::open(files, url) };
        let file = files.file(path.as_ref());
        let is_there = file.exists();
        if is_there && !Sqlite::is_up(&file).map_err(|error| told(&error))? {
            return Err(told(&StoreError::NotEmpty(file.display().to_string().into())));
        }
        Ok(Self { made: (!is_there).then_some(file), ..Self::open(files, url)? })
    }

    /// Takes away what was made for a move that was refused before it began.
    pub(super) fn discard(self) {
        let made = self.made.clone();
        drop(self);
        if let Some(file) = made {
            Sqlite::remove_files(&file);
        }
    }

    fn open(files: &Files<'_>, url: &StoreUrl) -> Result<Self, Refusal> {
        let name = files.name(url);
        match url {
            StoreUrl::Sqlite(path) => {
                let data_dir = files.held()?;
                let file = files.file(path.as_ref());
                DataDir::refuse_network(file.parent().unwrap_or(&file), "store").map_err(|error| of_files(&error))?;
                let store = Sqlite::open_to_move(&file).map_err(|error| told(&error))?;
                let vault: Arc<dyn Vault> = Arc::<DataDir>::clone(data_dir);
                Ok(Self::of(Arc::new(store), vault, name, true))
            }
            StoreUrl::Postgres(_) => {
                let mut config = files.config.clone();
                config.store = url.clone();
                let (store, vault) = opening::open_to_move(&config)?;
                Ok(Self::of(store, Arc::new(vault), name, false))
            }
        }
    }

    fn of(store: Arc<dyn Movable>, vault: Arc<dyn Vault>, name: String, locked: bool) -> Self {
        Self { store, vault, name, locked, made: None, watch: Watch::default() }
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

    /// Refuses while a server is running on it. Where a lock keeps servers away, there is none.
    pub(super) fn refuse_running(&self, wait: &mut Wait<'_>) -> Result<(), Refusal> {
        if self.locked {
            return Ok(());
        }
        self.watch.refuse_running(&*self.store, &self.name, wait)
    }
}
