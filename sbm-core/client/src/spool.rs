//! The spool folder: runs of programs that cannot link the library, one file each (HIS-1). The file itself is
//! [`sbm_core::run::spool`]; `docs/SPOOL.md` is the page for those who write one.
//!
//! 1. A file `NAME.json` is claimed first: it becomes `taking/ID--NAME.json`, with the id that its run will have, and that is on
//!    disk before anything else. Then the run is recorded under this id, which is done once however often it is tried, and
//!    then the file goes. Whoever dies in between is followed by somebody who goes on: no run is lost, none is doubled.
//! 2. What is no run goes to `bad/`, with the reason beside it, and holds up nothing. Nothing that somebody wrote is removed: when
//!    `bad/` is full, bad files stay where they are.
//! 3. Names that begin with a dot, and those that do not end in `.json`, are nobody's business. A file that may not be written to
//!    its end is judged when it stood unchanged for [`STANDS`].
//! 4. One look does a bounded piece of work; the next one goes on where it ended, so that nothing is passed over.
//! 5. Nothing is followed and nothing waited for: links, pipes and devices are bad as they are. What cannot be moved is told once.
//! 6. No decision is asked: these runs happened. An unmanaged installation keeps no history, and leaves the files where they are.

mod folder;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, ReadDir};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sbm_core::agent::Connection;
use sbm_core::code::Code;
use sbm_core::id::RunId;
use sbm_core::run::spool::{Spooled, parse};
use sbm_core::time::{SECOND, Timestamp};

use self::folder::{Content, Folder, claimed, content, is_spooled, safe};
use crate::client::Client;
use crate::error::Error;

/// How long a file must have stood unchanged, in milliseconds, before it counts as written to its end although it is no run.
pub const STANDS: i64 = 5 * SECOND;
/// The most entries of `bad/`, reasons not counted.
pub const MAX_BAD: usize = 1_000;
/// The most entries of the folder that one look reads, and the most files that it takes.
const MAX_READ: (usize, usize) = (1_000, 256);
/// The most files that are waited for, and the most that were told of and are remembered.
const MAX_REMEMBERED: usize = 1_000;

/// A folder that this process looks after. No other does meanwhile.
#[derive(Debug)]
pub struct Spool {
    folder: Folder,
    /// Where the last look ended.
    pass: Option<ReadDir>,
    /// Files that may not be written to their end, as they were when they were first seen so.
    standing: BTreeMap<OsString, Standing>,
    /// What cannot be moved, and was told.
    told: BTreeSet<OsString>,
    /// Which of these two this pass came by.
    seen: BTreeSet<OsString>,
    /// Runs that are recorded, and whose file cannot be removed.
    done: BTreeSet<RunId>,
    /// How many lie in `bad/`, as far as is known, and whether it was told that it is full.
    bad: (usize, bool),
    /// For tests: the process dies when these are used up.
    steps_left: Option<usize>,
}

/// What one look came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Look {
    /// How many runs were recorded.
    pub recorded: usize,
    /// What was set aside.
    pub set_aside: Vec<SetAside>,
    /// What could not be done, a sentence each; it is told once.
    pub troubles: Vec<String>,
    /// How many files may not be written to their end yet.
    pub unfinished: usize,
    /// Whether there is more to look at, at once.
    pub more: bool,
}

/// A file that was no run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Its name in `bad/`.
    pub name: String,
    /// Why, in one sentence.
    pub reason: String,
}

#[derive(Debug, PartialEq, Eq)]
struct Standing {
    as_it_was: (u64, Option<SystemTime>),
    since: Timestamp,
}

impl Spool {
    /// Opens a folder, and makes it, its owner's alone, if it is missing.
    ///
    /// # Errors
    ///
    /// [`Code::ConfigInvalid`] when others than its owner may write it and it has no sticky bit, it belongs to another user, or
    /// what it keeps for itself in there does; [`Code::CacheBusy`] when another process looks after it;
    /// [`Code::CacheUnwritable`].
    ///
    /// # Security
    ///
    /// Whoever may write the folder may report runs of this installation, and nothing else.
    pub fn open(directory: impl AsRef<Path>) -> Result<Self, Error> {
        let folder = Folder::open(directory.as_ref())?;
        let bad = (folder.count_bad()?, false);
        Ok(Self {
            folder,
            pass: None,
            standing: BTreeMap::new(),
            told: BTreeSet::new(),
            seen: BTreeSet::new(),
            done: BTreeSet::new(),
            bad,
            steps_left: None,
        })
    }

    /// The process dies before the step with that number, counted from 0.
    #[cfg(test)]
    pub(crate) const fn dying_before(mut self, step: usize) -> Self {
        self.steps_left = Some(step);
        self
    }

    /// A folder in this one that is its owner's alone, for the cache of the installation whose runs these are. It is made if it
    /// is missing.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open).
    pub fn own(&self, name: &str) -> Result<PathBuf, Error> {
        self.folder.own(name)
    }

    /// Where bad files are.
    #[must_use]
    pub fn bad(&self) -> &Path {
        self.folder.bad()
    }

    /// Looks once: goes on with what was begun, takes what is there, sets aside what is bad. Sends nothing; sync, or let the
    /// worker.
    ///
    /// # Errors
    ///
    /// [`Code::NotLoggedIn`] on an unmanaged installation: the files wait. When the cache cannot be written or the folder cannot
    /// be read: what was claimed is gone on with at the next look.
    pub fn look(&mut self, client: &Client) -> Result<Look, Error> {
        if client.state().standing() == Connection::Unmanaged {
            let message = format!(
                "no server manages this installation, and it keeps no history; the files in `{}` wait for a login",
                self.folder.place().display()
            );
            return Err(Error::new(Code::NotLoggedIn, message));
        }
        let mut look = Look::default();
        let now = client.shared.now();
        for entry in self.folder.begun(MAX_READ.1)? {
            self.go_on(client, &entry, &mut look)?;
        }
        let names = self.next_names()?;
        for name in &names {
            self.take(client, name, now, &mut look)?;
        }
        look.more = self.pass.is_some();
        if !look.more {
            let seen = std::mem::take(&mut self.seen);
            self.standing.retain(|name, _| seen.contains(name));
            self.told.retain(|name| seen.contains(name));
        }
        look.unfinished = self.standing.len();
        Ok(look)
    }

    /// The next names of the pass, in their order.
    fn next_names(&mut self) -> Result<Vec<OsString>, Error> {
        let mut pass = match self.pass.take() {
            Some(pass) => pass,
            None => self.folder.read()?,
        };
        let mut names = Vec::new();
        for _ in 0..MAX_READ.0 {
            // What goes wrong with one entry is seen again in the next pass.
            let Some(entry) = pass.next() else {
                names.sort();
                return Ok(names);
            };
            names.extend(entry.ok().map(|entry| entry.file_name()).filter(|name| is_spooled(name)));
            if names.len() >= MAX_READ.1 {
                break;
            }
        }
        self.pass = Some(pass);
        names.sort();
        Ok(names)
    }

    /// One file of the folder.
    fn take(&mut self, client: &Client, name: &OsStr, now: Timestamp, look: &mut Look) -> Result<(), Error> {
        let path = self.folder.place().join(name);
        let fault = match content(&path) {
            Content::Gone => return Ok(()),
            Content::Bytes(bytes) => parse(&bytes, now).err(),
            Content::Fault(fault) => Some(fault),
        };
        if let Some(fault) = fault {
            if fault.may_be_unfinished() && !self.stood(name, &path, now) {
                return Ok(());
            }
            return self.set_aside(&path, name, fault.sentence(), look);
        }
        self.standing.remove(name);
        let id = client.new_run_id()?;
        self.step()?;
        match self.folder.claim(&path, &id, name) {
            Ok(claimed) => {
                self.step()?;
                self.folder.settle()?;
                self.finish(client, &claimed, id, name, look)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => {
                self.trouble(name, format!("cannot be taken: {error}"), look);
                Ok(())
            }
        }
    }

    /// Whether a file that is no run is written to its end: it stands as it was for a while.
    fn stood(&mut self, name: &OsStr, path: &Path, now: Timestamp) -> bool {
        let Ok(about) = fs::symlink_metadata(path) else { return false };
        let as_it_was = (about.len(), about.modified().ok());
        self.seen.insert(name.to_owned());
        match self.standing.get(name) {
            Some(standing) if standing.as_it_was == as_it_was => now.is_due(standing.since, STANDS),
            // Whoever brings more of them than anybody writes at once does not have them waited for.
            None if self.standing.len() >= MAX_REMEMBERED => true,
            _ => {
                self.standing.insert(name.to_owned(), Standing { as_it_was, since: now });
                false
            }
        }
    }

    /// What this process, or one that died, has claimed.
    fn go_on(&mut self, client: &Client, entry: &OsStr, look: &mut Look) -> Result<(), Error> {
        let path = self.folder.taking().join(entry);
        match claimed(entry) {
            Some((id, name)) => {
                // The claim may not be on disk yet.
                self.folder.settle()?;
                self.finish(client, &path, id, &name, look)
            }
            None => self.set_aside(&path, entry, "it lay among the claimed files, and carries no id of a run", look),
        }
    }

    /// A claimed file: its run is recorded, then it goes.
    fn finish(&mut self, client: &Client, path: &Path, id: RunId, name: &OsStr, look: &mut Look) -> Result<(), Error> {
        if self.done.contains(&id) {
            return Ok(());
        }
        // Judged by the moment of the claim, which its id has: the same file has the same verdict, whoever goes on with it.
        let run = match content(path) {
            Content::Gone => return Ok(()),
            Content::Bytes(bytes) => parse(&bytes, id.made_at()),
            Content::Fault(fault) => Err(fault),
        };
        let Spooled { start, end } = match run {
            Ok(run) => run,
            // It was replaced or changed between two looks.
            Err(fault) => return self.set_aside(path, name, fault.sentence(), look),
        };
        self.step()?;
        client.record_run(id, start, end)?;
        look.recorded += 1;
        self.step()?;
        if let Err(error) = fs::remove_file(path) {
            self.done.insert(id);
            look.troubles.push(format!("the run of `{}` is recorded, and its file cannot be removed: {error}", path.display()));
        }
        self.step()
    }

    /// Moves it to `bad/`, and the reason beside it.
    fn set_aside(&mut self, path: &Path, name: &OsStr, reason: &str, look: &mut Look) -> Result<(), Error> {
        self.standing.remove(name);
        if self.bad.0 >= MAX_BAD {
            self.bad.0 = self.folder.count_bad()?;
        }
        if self.bad.0 >= MAX_BAD {
            if !std::mem::replace(&mut self.bad.1, true) {
                let bad = self.folder.bad().display();
                look.troubles
                    .push(format!("`{bad}` has {MAX_BAD} files; bad files stay where they are until somebody empties it"));
            }
            return Ok(());
        }
        self.bad.1 = false;
        self.step()?;
        let place = self.folder.place_in_bad(name);
        let moved = self.folder.write_reason(&place, reason).and_then(|()| {
            self.step_io()?;
            fs::rename(path, self.folder.bad().join(&place))
        });
        match moved {
            Ok(()) => {
                self.bad.0 += 1;
                self.told.remove(name);
                look.set_aside.push(SetAside { name: place, reason: reason.to_owned() });
                self.step()
            }
            Err(_) if self.steps_left == Some(0) => self.step(),
            Err(error) => {
                self.folder.forget_reason(&place);
                if error.kind() != ErrorKind::NotFound {
                    self.trouble(name, format!("is bad ({reason}) and cannot be moved: {error}"), look);
                }
                Ok(())
            }
        }
    }

    /// Tells once what is the matter with a file that stays.
    fn trouble(&mut self, name: &OsStr, what: String, look: &mut Look) {
        self.seen.insert(name.to_owned());
        if self.told.len() < MAX_REMEMBERED && self.told.insert(name.to_owned()) {
            look.troubles.push(format!("`{}` {what}", safe(name)));
        }
    }

    fn step(&mut self) -> Result<(), Error> {
        if self.steps_left == Some(0) {
            return Err(Error::new(Code::Internal, "the process died here"));
        }
        self.steps_left = self.steps_left.map(|left| left - 1);
        Ok(())
    }

    fn step_io(&mut self) -> std::io::Result<()> {
        self.step().map_err(std::io::Error::other)
    }
}
