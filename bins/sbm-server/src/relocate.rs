//! `sbm-server move`: all that a database holds, and the secrets that belong to it, go to another place (DOOR-2).
//!
//! 1. First the source is marked, so that no server starts on it; then it publishes a new epoch. Both go along. So whoever
//!    meets a copy of before is told by the lower epoch, and its clients refuse it (OFF-3).
//! 2. Then come the secrets and the rows, then both databases are told as canonical exports and compared. Last the source
//!    says that it was left, and only then the target loses its mark: at no moment may servers start on both.
//! 3. Broken off anywhere, the same command goes on. [`undo`] takes the source's mark away, with an epoch above all
//!    that the other place may have published meanwhile, which are the seconds since 1970: what clients heard there is noticed.
//! 4. A target that is not fresh is refused before anything is changed anywhere, and what is refused leaves nothing behind.
//! 5. By which text a place is named does not matter: a move is known by its id in both databases and, when it is done, by the
//!    last word of the source's audit log, which the target holds.

mod epoch;
mod place;
mod secrets;

use std::ops::ControlFlow;
use std::path::PathBuf;

use sbm_core::code::Code;
use sbm_core::directory::Refusal;
use sbm_core::id::Hash;
use sbm_core::time::SECOND;

use self::place::{Files, Place};
use crate::clock::Clock;
use crate::config::Config;
use crate::service::refusal;
use crate::store::StoreError;
use crate::store::export::{self, Moved, Whole, filled, looked};
use crate::store::relocation::{self, At, Mark, Role};
use crate::store::url::StoreUrl;

/// What is to be moved.
#[derive(Clone, Debug)]
pub struct Move {
    /// From where.
    pub from: StoreUrl,
    /// To where.
    pub to: StoreUrl,
    /// Whether both are compared at the end.
    pub verify: bool,
}

/// What a move is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A server may be running: it is watched for some seconds.
    Watching,
    /// The source published this epoch.
    Epoch(u64),
    /// So many secrets are at the new place.
    Secrets(usize),
    /// Rows are on their way.
    Rows(Moved),
    /// So many rows of so many were compared.
    Compared {
        /// Rows that were read.
        rows: u64,
        /// All rows.
        all: u64,
    },
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// How many rows are at the new place.
    pub rows: u64,
    /// The hash of the content, if it was compared.
    pub sha256: Option<Hash>,
    /// Whether all of it had been done before.
    pub before: bool,
    /// Where it was, without secrets.
    pub from: String,
    /// Where it is, without secrets.
    pub to: String,
    /// Files of the old place that hold in clear what is sealed at the new one.
    pub in_clear: Vec<PathBuf>,
}

/// What became of a move that was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The epoch that was published with it.
    pub epoch: u64,
    /// Where servers start again, without secrets.
    pub from: String,
    /// Where none may ever start, without secrets.
    pub to: String,
}

/// What is told of the steps; where it breaks off, the move ends as if its process had been killed.
pub type Tell<'t> = dyn FnMut(Step) -> ControlFlow<()> + 't;

/// Moves everything; what a move before this one did is not done again.
///
/// # Errors
///
/// `store_not_empty` when the target is not fresh, `store_locked` when a server runs on either, `store_moved` when either is
/// part of another move, and what the data directory, the vaults and the databases say.
pub fn relocate(config: &Config, asked: &Move, clock: &dyn Clock, tell: &mut Tell<'_>) -> Result<Done, Refusal> {
    let files = Files::new(config);
    if files.same(&asked.from, &asked.to) {
        return Err(refusal(Code::InvalidArgument, "the database is there already; name another place behind --to"));
    }
    let from = Place::source(&files, &asked.from)?;
    let mark = from.mark()?;
    match &mark {
        // What makes a move impossible is told before the target is touched.
        None => {
            from.refuse_running(&mut || go_on(tell, Step::Watching))?;
            epoch::next(&from)?;
        }
        Some(mark) => {
            let is_named = mark.at.part == 0 && files.is_named(&mark.place, &asked.to);
            if mark.role != Role::Source || !(is_named || files.is_there(&asked.to)?) {
                return Err(from.refusal());
            }
        }
    }
    let to = Place::target(&files, &asked.to)?;
    let target = to.mark()?;
    if let (Some(left), None) = (&mark, &target)
        && left.at.part > 0
        && holds_what_was_left(&from, &to)?
    {
        let (rows, in_clear) = (count(&*to.store)?, in_clear(&files, asked, &from)?);
        return Ok(Done { rows, sha256: None, before: true, from: from.name, to: to.name, in_clear });
    }
    from.refuse_running(&mut || go_on(tell, Step::Watching))?;
    to.refuse_running(&mut || go_on(tell, Step::Watching))?;
    let mark = match (mark, target) {
        (None, target) => match begin_on_fresh(&files, asked, &from, &to, target, tell) {
            Ok(mark) => mark,
            Err(refused) => {
                to.discard();
                return Err(refused);
            }
        },
        (Some(mark), Some(target)) if target.role == Role::Target && target.id == mark.id => mark,
        (Some(mark), None) if mark.at.part == 0 && files.is_named(&mark.place, &asked.to) => mark,
        (Some(mark), _) => return Err(told(&mark.refusal())),
    };
    epoch::publish(&files, &from, &mark, clock)?;
    go_on(tell, Step::Epoch(mark.epoch))?;
    go_on(tell, Step::Secrets(secrets::copy(&*from.vault, &*to.vault)?))?;
    let mut rows = 0;
    let marked = Mark { place: from.name.clone(), ..mark.clone() };
    export::copy(&*from.store, &*to.store, &marked, &to.name, &mut |moved| {
        rows = moved.all;
        tell(Step::Rows(moved))
    })
    .map_err(|error| told(&error))?;
    let sha256 = asked.verify.then(|| compare(&from, &to, tell)).transpose()?;
    finish(&from, &to, &mark)?;
    let rows = if rows == 0 { count(&*to.store)? } else { rows };
    let in_clear = in_clear(&files, asked, &from)?;
    Ok(Done { rows, sha256, before: false, from: from.name, to: to.name, in_clear })
}

/// The files that a move from a SQLite file to a PostgreSQL leaves where they were: the keys, and the database.
fn in_clear(files: &Files<'_>, asked: &Move, from: &Place) -> Result<Vec<PathBuf>, Refusal> {
    let (StoreUrl::Sqlite(path), StoreUrl::Postgres(_)) = (&asked.from, &asked.to) else { return Ok(Vec::new()) };
    let names = from.vault.names().map_err(|error| refusal(error.code(), error.to_string()))?;
    let data_dir = files.held()?;
    Ok(names.iter().map(|name| data_dir.file(name)).chain([files.file(path.as_ref())]).collect())
}

/// Begins a move to a place where nothing is yet.
fn begin_on_fresh(
    files: &Files<'_>,
    asked: &Move,
    from: &Place,
    to: &Place,
    target: Option<Mark>,
    tell: &mut Tell<'_>,
) -> Result<Mark, Refusal> {
    if let Some(target) = target {
        let is_ours = target.role == Role::Target && files.is_named(&target.place, &asked.from);
        let message = format!(
            "`{}` was filled in part by a move of `{}` that was taken back; to move there again, {}, then give the same command",
            to.name,
            from.name,
            how_to_drop(&to.name)
        );
        return Err(if is_ours { refusal(Code::StoreMoved, message) } else { told(&target.refusal()) });
    }
    let name = to.name.clone();
    looked(&*to.store, move |sql| export::refuse_if_not_fresh(sql, &name)).map_err(|error| match error {
        StoreError::NotEmpty(name) => {
            let drop = how_to_drop(&name);
            let message = format!(
                "`{name}` is not empty: a server or an earlier move left something in it; name another place or, if nobody needs that \
                 any more, {drop}"
            );
            refusal(Code::StoreNotEmpty, message)
        }
        error => told(&error),
    })?;
    secrets::refuse_foreign(&*from.vault, &*to.vault)?;
    begin(from, to, tell)
}

/// What takes a database away that nobody needs any more, by its name.
#[must_use]
pub fn how_to_drop(name: &str) -> String {
    match name.strip_prefix("sqlite:") {
        Some(file) => format!("remove `{file}`, and `{file}-wal` and `{file}-shm` if they are there"),
        None => "run `DROP SCHEMA sbm CASCADE` in it".to_owned(),
    }
}

/// Whether the target holds the last word of the source, which was left.
fn holds_what_was_left(from: &Place, to: &Place) -> Result<bool, Refusal> {
    let Some((number, hash)) = looked(&*from.store, relocation::last_entry).map_err(|error| told(&error))? else {
        return Ok(false);
    };
    looked(&*to.store, move |sql| relocation::has_entry(sql, number, &hash)).map_err(|error| told(&error))
}

/// Takes the mark of a move away, so that servers start on the source again.
///
/// # Errors
///
/// `not_found` when it is not marked, `store_moved` when it is what another database is moved into.
pub fn undo(config: &Config, from: &StoreUrl, clock: &dyn Clock) -> Result<Undone, Refusal> {
    let files = Files::new(config);
    let from = Place::source(&files, from)?;
    from.refuse_running(&mut || Ok(()))?;
    let Some(mark) = from.mark()? else {
        return Err(refusal(Code::NotFound, format!("`{}` was not moved; there is nothing to take back", from.name)));
    };
    if mark.role != Role::Source {
        return Err(told(&mark.refusal()));
    }
    // A target that ran may have raised its own by any number. Seconds since 1970 are above all that were counted up by one,
    // as they are at a restore.
    let seconds = u64::try_from(clock.now().as_millis() / SECOND).unwrap_or(0);
    let epoch = epoch::next(&from)?.max(mark.epoch.saturating_add(1)).max(seconds);
    epoch::publish(&files, &from, &Mark { epoch, ..mark.clone() }, clock)?;
    filled(&*from.store, relocation::remove).map_err(|error| told(&error))?;
    Ok(Undone { epoch, from: from.name, to: mark.place })
}

/// Marks the source: from here on no server starts on it.
fn begin(from: &Place, to: &Place, tell: &mut Tell<'_>) -> Result<Mark, Refusal> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|_| Code::Internal)?;
    let epoch = epoch::next(from)?;
    let mark = Mark { id, role: Role::Source, place: to.name.clone(), epoch, at: At::default() };
    let put = mark.clone();
    filled(&*from.store, move |sql| relocation::put(sql, &put)).map_err(|error| told(&error))?;
    // A server that started meanwhile looked for the mark before it was there, and is found now.
    from.refuse_running(&mut || go_on(tell, Step::Watching)).or_else(|error| {
        filled(&*from.store, relocation::remove).map_err(|error| told(&error))?;
        Err(error)
    })?;
    Ok(mark)
}

/// Both databases, told in the same words.
fn compare(from: &Place, to: &Place, tell: &mut Tell<'_>) -> Result<Hash, Refusal> {
    let all = count(&*from.store)?;
    let (sender, progress) = std::sync::mpsc::channel();
    let summary = |store: &dyn Whole, told: Option<std::sync::mpsc::Sender<u64>>| {
        looked(store, move |sql| {
            export::export(sql, &mut std::io::sink(), &mut |rows| {
                // Nobody listens any more when the move was broken off.
                let _ = told.as_ref().map(|told| told.send(rows));
            })
        })
    };
    let (one, other) = std::thread::scope(|scope| {
        let one = scope.spawn(|| summary(&*from.store, Some(sender)));
        let other = scope.spawn(|| summary(&*to.store, None));
        for rows in &progress {
            if go_on(tell, Step::Compared { rows, all }).is_err() {
                break;
            }
        }
        let fault = |_| Err(StoreError::Fault);
        (one.join().unwrap_or_else(fault), other.join().unwrap_or_else(fault))
    });
    let (one, other) = (one.map_err(|error| told(&error))?, other.map_err(|error| told(&error))?);
    if one == other {
        return Ok(one.sha256);
    }
    Err(refusal(
        Code::StoreDamaged,
        format!(
            "`{}` is not what `{}` is after the move; drop what is in the first, take the move back with `sbm-server move --undo` and tell the programmers",
            to.name, from.name
        ),
    ))
}

/// The source first: there must be no moment at which servers may start on both.
fn finish(from: &Place, to: &Place, mark: &Mark) -> Result<(), Refusal> {
    if mark.at.part == 0 {
        let (id, at) = (mark.id, mark.at);
        filled(&*from.store, move |sql| relocation::advance(sql, id, at, At { part: 1, done: 0 }))
            .map_err(|error| told(&error))?;
    }
    filled(&*to.store, relocation::remove).map_err(|error| told(&error))
}

fn count(store: &dyn Whole) -> Result<u64, Refusal> {
    looked(store, |sql| export::TABLES.iter().map(|table| export::count(sql, table)).sum()).map_err(|error| told(&error))
}

fn go_on(tell: &mut Tell<'_>, step: Step) -> Result<(), Refusal> {
    match tell(step) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(refusal(Code::Cancelled, "the move was broken off; the same command goes on")),
    }
}

fn told(error: &StoreError) -> Refusal {
    refusal(error.code(), error.to_string())
}
