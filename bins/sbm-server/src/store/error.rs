//! What can go wrong in the store: one error, without the database's own types in it (ERR-1).

use std::sync::Arc;

use sbm_core::code::Code;

/// Why the store did not do what it was asked; it did nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database cannot be used at the moment, or the store was closed.
    #[error("the database cannot be used: {0}")]
    Unavailable(Arc<str>),
    /// The file is not a database of SBM, or its content contradicts itself.
    #[error("the database is damaged: {0}; stop the server and bring a backup back with `sbm-server backup restore`")]
    Damaged(Arc<str>),
    /// A newer program wrote it.
    #[error("the database `{file}` has schema {found}, this program knows {known}; use the newer program")]
    Newer {
        /// The file.
        file: Arc<str>,
        /// The schema it has.
        found: u32,
        /// The newest schema this program knows.
        known: u32,
    },
    /// Another server has the file.
    #[error("another server uses `{0}`; stop it first")]
    Locked(Arc<str>),
    /// There is no room on the disk.
    #[error("the disk that holds the database is full; free some space and try again")]
    DiskFull,
    /// Too much is waiting already.
    #[error("too many requests wait for the database; try again later")]
    Busy,
    /// A name or number is taken: the second belt behind the plan's own check.
    #[error("the database has another row of that name or number: {0}")]
    Taken(Arc<str>),
    /// The database refuses a row that no plan makes.
    #[error("the database refuses a row: {0}")]
    Rejected(Arc<str>),
    /// The text that says where a page goes on is none that the store gave out.
    #[error("`{0}` does not say where a page goes on; use the `next` of the page before")]
    BadCursor(Arc<str>),
    /// The list is not sorted by this column.
    #[error("the list is not sorted by `{asked}`; use {}, with `-` for the reverse", any_of(known))]
    BadSort {
        /// What was asked.
        asked: Arc<str>,
        /// By what it is sorted.
        known: &'static [&'static str],
    },
    /// An export that is damaged, or none of this program's; nothing of it is kept.
    #[error("line {line} of the export: {why}; nothing was imported, take another export")]
    Export {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        why: Arc<str>,
    },
    /// The database that is to be filled has something in it.
    #[error("`{0}` is not empty; name a database that no server was ever started on")]
    NotEmpty(Arc<str>),
    /// There is no database, and beside its name lies what one of before left.
    #[error(
        "there is no `{database}`, but `{left}` is left of one, and would be taken into a new one; bring back the database that it \
         belongs to, or move it away, too"
    )]
    LeftOver {
        /// What is left.
        left: Arc<str>,
        /// What is to be made.
        database: Arc<str>,
    },
    /// The database was moved, or is being moved.
    #[error("{0}")]
    Moved(Arc<str>),
    /// What the device says is not taken: its backup account is another machine's by now (ACC-11).
    #[error("another machine has the backup account of this device; log in here to see which")]
    OtherMachine,
    /// The work met a fault of its own and was undone.
    #[error("the work on the database met a fault of its own and was undone")]
    Fault,
}

impl StoreError {
    /// The code for everybody else.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Unavailable(_) => Code::StoreUnavailable,
            Self::Damaged(_) => Code::StoreDamaged,
            Self::Newer { .. } => Code::StoreNewer,
            Self::Locked(_) => Code::StoreLocked,
            Self::DiskFull => Code::DiskFull,
            Self::Busy => Code::Busy,
            Self::Taken(_) => Code::NameTaken,
            Self::Rejected(_) | Self::Fault => Code::Internal,
            Self::BadCursor(_) | Self::BadSort { .. } => Code::InvalidQuery,
            Self::Export { .. } => Code::ExportInvalid,
            Self::NotEmpty(_) | Self::LeftOver { .. } => Code::StoreNotEmpty,
            Self::Moved(_) => Code::StoreMoved,
            Self::OtherMachine => Code::OtherMachine,
        }
    }

    /// The database cannot be used, because of this.
    pub(crate) fn unavailable(why: impl std::fmt::Display) -> Self {
        Self::Unavailable(why.to_string().into())
    }

    /// The database is damaged, because of this.
    pub(crate) fn damaged(what: impl std::fmt::Display) -> Self {
        Self::Damaged(what.to_string().into())
    }

    /// The same, with the file that it is about.
    pub(crate) fn about(self, path: &std::path::Path) -> Self {
        let file = path.display().to_string();
        match self {
            Self::Damaged(why) if !why.contains(&file) => Self::damaged(format!("`{file}`: {why}")),
            Self::Unavailable(why) if !why.contains(&file) => Self::unavailable(format!("`{file}`: {why}")),
            other => other,
        }
    }

    /// The same, of a file that nothing was asked of but what every database of ours answers: if it refuses that, it is
    /// damaged.
    pub(crate) fn found_in(self, path: &std::path::Path) -> Self {
        match self {
            Self::Rejected(why) => Self::Damaged(why).about(path),
            other => other.about(path),
        }
    }

    /// A file cannot be read or written.
    pub(crate) fn of_file(path: &std::path::Path, error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::unavailable(format!("`{}`: {error}", path.display())),
        }
    }

    /// The database refuses this.
    pub(crate) fn rejected(what: impl std::fmt::Display) -> Self {
        Self::Rejected(what.to_string().into())
    }
}

/// Words of which one is meant, as a sentence names them.
fn any_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
        None => String::new(),
    }
}
