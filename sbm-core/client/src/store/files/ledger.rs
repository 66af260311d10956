//! The ledger: one file that is only ever added to, and written anew under another name when most of it is past.
//!
//! 1. Whoever reads or writes holds the lock of openings. So nobody reads half of what another writes.
//! 2. What is added is on disk before anybody is told. What could not be added is cut off again, and everything is read anew.
//! 3. A new file takes the old one's place in one step. A token that was handed back is not to be found in the old one's place.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sbm_core::code::Code;

use super::frame::{self, FRONT, HEAD, Name};
use super::model::Model;
use crate::error::Error;
use crate::plain;
use crate::store::disk;

/// The most bytes of a ledger that is read at all.
const MAX_FILE: u64 = 2 * 1024 * 1024 * 1024;
/// A ledger is not written anew before it has that many bytes.
const SMALL: u64 = 1024 * 1024;
/// A ledger is written anew when it has that many times the bytes that it has when everything past is left out.
const GROWTH: u64 = 4;

/// A ledger, as far as it was read.
#[derive(Debug)]
pub(super) struct Ledger {
    path: PathBuf,
    /// Which file was read; none while there is none.
    name: Option<Name>,
    /// How far.
    read: u64,
    /// Its bytes when it was last written anew, or what they would be if it were now.
    base: u64,
    pub(super) model: Model,
}

impl Ledger {
    /// The ledger at that path. There may be none yet.
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, name: None, read: 0, base: SMALL, model: Model::default() }
    }

    /// Makes the file unless it is there. Whoever calls has caught up.
    pub(super) fn begin(&mut self) -> Result<(), Error> {
        if self.name.is_some() { Ok(()) } else { self.write_anew() }
    }

    /// Reads what others wrote since. Gives whether there was anything.
    pub(super) fn catch_up(&mut self) -> Result<bool, Error> {
        if disk::is_open_to_all(&self.path) {
            return Err(Error::from(Code::CacheDamaged));
        }
        let mut file = match plain::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let was_there = self.name.is_some();
                self.forget();
                return Ok(was_there);
            }
            Err(_) if disk::is_no_file(&self.path) => return Err(Error::from(Code::CacheDamaged)),
            Err(error) => return Err(disk::file_error(&error, &self.path)),
        };
        let failed = |error: std::io::Error| disk::file_error(&error, &self.path);
        let length = file.metadata().map_err(failed)?.len();
        if length > MAX_FILE {
            return Err(Error::from(Code::CacheDamaged));
        }
        let mut head = Vec::new();
        (&mut file).take(HEAD as u64).read_to_end(&mut head).map_err(failed)?;
        let name = frame::read_head(&head).map_err(Error::from)?;
        let is_new = self.name != Some(name) || length < self.read;
        if !is_new && length == self.read {
            return Ok(false);
        }
        if is_new {
            self.forget();
            (self.name, self.read) = (Some(name), HEAD as u64);
        }
        let mut rest = Vec::new();
        file.seek(SeekFrom::Start(self.read)).and_then(|_| file.read_to_end(&mut rest)).map_err(|error| {
            let path = self.path.clone();
            disk::file_error(&error, &path)
        })?;
        let before = self.read;
        let result = self.read_records(&name, &rest);
        match result {
            // How long the file is says nothing: each process reads it for the first time.
            Ok(()) if is_new => self.base = if length > SMALL { self.live().max(SMALL) } else { SMALL },
            Ok(()) => {}
            Err(_) => self.forget(),
        }
        result.map(|()| is_new || self.read > before)
    }

    fn read_records(&mut self, name: &Name, mut rest: &[u8]) -> Result<(), Error> {
        while let Some((content, size)) = frame::read(name, self.read, rest).map_err(Error::from)? {
            self.model.read(content).map_err(Error::from)?;
            self.read += size as u64;
            rest = rest.get(size..).unwrap_or_default();
        }
        Ok(())
    }

    /// Nothing is known until the next reading.
    fn forget(&mut self) {
        *self = Self::new(std::mem::take(&mut self.path));
    }

    /// Changes the model, and is back when that is on disk. `begin` has caught up under the lock that is still held.
    pub(super) fn transact<T>(&mut self, act: impl FnOnce(&mut Model) -> Result<T, Error>) -> Result<T, Error> {
        let done = act(&mut self.model);
        let written = self.model.written();
        let stored = match (&done, written) {
            (Ok(_), Some(content)) => self.add(&content),
            // What was changed before it failed is only in memory.
            (Err(_), Some(_)) => Err(Error::from(Code::Internal)),
            (_, None) => Ok(()),
        };
        if let Err(error) = stored {
            self.forget();
            return done.and(Err(error));
        }
        done
    }

    /// The bytes of the file if it were written anew.
    fn live(&self) -> u64 {
        self.model.everything().iter().fold(HEAD as u64, |sum, content| sum + (FRONT + content.len()) as u64)
    }

    /// How long the file may become before it is written anew; always less than what is read.
    const fn room(&self) -> u64 {
        let (grown, half_way) = (self.base.saturating_mul(GROWTH), self.base.midpoint(MAX_FILE));
        if grown < half_way { grown } else { half_way }
    }

    fn add(&mut self, content: &[u8]) -> Result<(), Error> {
        let Some(name) = self.name else { return self.write_anew() };
        if self.read > self.room() {
            return self.write_anew();
        }
        let record = frame::record(&name, self.read, content)?;
        let failed = |error: std::io::Error| disk::file_error(&error, &self.path);
        let mut file = OpenOptions::new().write(true).open(&self.path).map_err(failed)?;
        let at = self.read;
        let write = |file: &mut File| {
            // A writer that died may have left the beginning of a record.
            if file.metadata()?.len() > at {
                file.set_len(at)?;
            }
            file.seek(SeekFrom::Start(at))?;
            file.write_all(&record)?;
            file.sync_data()
        };
        match write(&mut file) {
            Ok(()) => {
                self.read += record.len() as u64;
                Ok(())
            }
            Err(error) => {
                // Nobody is told of it, so it must not count. If it cannot be cut off, it is a run more at the worst.
                let _cut_off = file.set_len(at).and_then(|()| file.sync_data());
                Err(failed(error))
            }
        }
    }

    /// Writes everything that counts into a new file, which takes the old one's place.
    fn write_anew(&mut self) -> Result<(), Error> {
        let (name, mut bytes) = frame::new_head()?;
        for content in self.model.everything() {
            let record = frame::record(&name, bytes.len() as u64, &content)?;
            bytes.extend(record);
        }
        disk::replace(&self.path, &self.path.with_extension("new"), &bytes)
            .map_err(|error| disk::file_error(&error, &self.path))?;
        let length = bytes.len() as u64;
        (self.name, self.read, self.base) = (Some(name), length, length.max(SMALL));
        Ok(())
    }

    /// Writes everything anew, and nothing over what was there: a token that was handed back is not to be found.
    pub(super) fn purge(&mut self) -> Result<(), Error> {
        let old = OpenOptions::new().write(true).open(&self.path).ok();
        self.write_anew()?;
        if let Some(old) = old {
            // What cannot be wiped has no name any more, at least.
            drop(wipe(old));
        }
        Ok(())
    }

    /// Gives the file another name: it is broken, or another machine's.
    pub(super) fn set_aside(&mut self) -> Result<(), Error> {
        disk::set_aside(&self.path)?;
        self.forget();
        Ok(())
    }
}

fn wipe(mut file: File) -> std::io::Result<()> {
    let length = file.metadata()?.len();
    std::io::copy(&mut std::io::repeat(0).take(length), &mut file)?;
    file.sync_data()
}

/// What the file system says of the file without reading it: another one when somebody wrote.
pub(super) type Stamp = Option<(u64, Option<SystemTime>)>;

/// The stamp at this moment; none without a file.
pub(super) fn stamp(path: &Path) -> Stamp {
    std::fs::metadata(path).ok().map(|about| (about.len(), about.modified().ok()))
}
