//! The work itself, from the beginning of a run to its record.

use std::fs::{self, DirEntry, File, FileTimes, Metadata};
use std::io;
use std::path::Path;

use sbm_client::core::code::Code;
use sbm_client::core::permission::Action;
use sbm_client::core::run::{RunEnd, RunResult, RunStart, Trigger};
use sbm_client::{Clock as _, SystemClock};

use crate::keys::{Keys, with_partial};
use crate::{Host, Stop, failed};

/// What one run copies, and how far it is.
struct Work<'a> {
    profile: &'a Keys,
    verbose: bool,
    end: RunEnd,
}

impl Host {
    /// One run: what SBM is told is what the administrator will see. A restore copies the other way, to `target`. It is
    /// asked for like every act; `begin_run_storing` asks once more by itself. While it goes on, no change of this profile is delivered.
    pub fn run(&self, name: &str, trigger: Trigger, target: Option<&str>) -> Result<(), Stop> {
        let action = match trigger {
            Trigger::Restore => Action::Restore,
            Trigger::Schedule => Action::RunScheduled,
            Trigger::Manual | Trigger::Group => Action::RunManually,
        };
        let profile = self.profile_for(name, action)?;
        let (Some(source), Some(dest)) = (profile.keys.get("source"), profile.keys.get("dest")) else {
            return failed(name, "it has no source= or no dest=");
        };
        let now = SystemClock.now();
        let mut start = RunStart::new(name, trigger, now);
        start.profile.guid = profile.managed();
        start.profile.version = profile.keys.get("version").and_then(|version| version.parse().ok()).unwrap_or(0);
        // How many bytes of new data, if somebody knows: where a quota is set, room is kept for them.
        let expected = profile.keys.get("expect").and_then(|bytes| bytes.parse().ok()).unwrap_or(0);
        let run = self.client.begin_run_storing(start, expected)?;
        let settings = Keys::read(&self.home.join("settings"))?.unwrap_or_default();
        let everything = Keys::default();
        let mut work = Work {
            profile: if target.is_some() { &everything } else { &profile.keys },
            verbose: settings.get("verbose") == Some("yes"),
            end: RunEnd { bytes_stored: target.is_none().then_some(0), ..RunEnd::new(RunResult::Success, now) },
        };
        match target {
            Some(target) => work.tree(Path::new(dest), Path::new(target), ""),
            None => work.tree(Path::new(source), Path::new(dest), ""),
        }
        let mut end = work.end;
        end.end = SystemClock.now();
        if end.files_failed > 0 {
            end.result = if end.files_copied > 0 { RunResult::Warning } else { RunResult::Failure };
            "some files could not be copied".clone_into(&mut end.error);
        }
        let (copied, bytes, not_copied) = (end.files_copied, end.bytes_copied, end.files_failed);
        let stored = end.bytes_stored;
        run.finish(end)?;
        if let Some(bytes) = stored {
            self.report_stored(name, bytes)?;
        }
        println!("{name}: {copied} files ({bytes} bytes) copied, {not_copied} failed");
        if not_copied > 0 { Err(Stop::Failed(String::new())) } else { Ok(()) }
    }
}

impl Host {
    /// All that minibackup stores is what its profiles store, each as of its last run: SBM wants the sum.
    fn report_stored(&self, name: &str, bytes: u64) -> Result<(), Stop> {
        let path = self.home.join("stored");
        let mut stored = Keys::read(&path)?.unwrap_or_default();
        stored.put(name, &bytes.to_string());
        stored.save(&path)?;
        let of = |line: String| line.rsplit_once('=').and_then(|(_, bytes)| bytes.parse::<u64>().ok()).unwrap_or(0);
        match self.client.report_stored(stored.lines().map(of).sum()) {
            // Nobody manages us: nobody counts.
            Err(error) if error.code() == Code::NotLoggedIn => Ok(()),
            told => Ok(told?),
        }
    }
}

impl Work<'_> {
    /// Copies what is new or has another size or time. `below` is the path below the source; empty at its top.
    fn tree(&mut self, from: &Path, to: &Path, below: &str) {
        let entries = fs::create_dir_all(to).and_then(|()| fs::read_dir(from)?.collect::<io::Result<Vec<DirEntry>>>());
        match entries {
            Ok(entries) => entries.iter().for_each(|entry| self.entry(entry, to, below)),
            Err(error) => {
                eprintln!("minibackup: {}: {error}", from.display());
                self.end.files_failed += 1;
            }
        }
    }

    fn entry(&mut self, entry: &DirEntry, to: &Path, below: &str) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        let (from, copy) = (entry.path(), to.join(entry.file_name()));
        let Ok(there) = entry.metadata() else { return };
        if self.matches("exclude", &path, false) {
            return;
        }
        if there.is_dir() {
            let is_itself = fs::canonicalize(&from).ok() == fs::canonicalize(to).ok();
            if !is_itself {
                self.tree(&from, &copy, &path);
            }
        } else if there.is_file() && self.matches("include", &path, true) {
            self.file(&from, &copy, &there);
        }
    }

    fn file(&mut self, from: &Path, to: &Path, there: &Metadata) {
        let alike = |old: Metadata| old.len() == there.len() && old.modified().ok() == there.modified().ok();
        if !fs::symlink_metadata(to).is_ok_and(alike) {
            if let Err(error) = copy(from, to, there) {
                eprintln!("minibackup: {}: {error}", from.display());
                self.end.files_failed += 1;
                self.end.bytes_failed += there.len();
                return;
            }
            self.end.files_copied += 1;
            self.end.bytes_copied += there.len();
            if self.verbose {
                println!("{}", from.display());
            }
        }
        self.end.bytes_stored = self.end.bytes_stored.map(|stored| stored + there.len());
    }

    /// Whether a pattern of that key fits the path or its last part; `otherwise` if there is no such pattern.
    fn matches(&self, key: &str, path: &str, otherwise: bool) -> bool {
        let last = path.rsplit('/').next().unwrap_or(path);
        let mut patterns = self.profile.all(key).peekable();
        if patterns.peek().is_none() { otherwise } else { patterns.any(|pattern| fits(pattern, path) || fits(pattern, last)) }
    }
}

/// Under another name first: a crash leaves no half of a file.
fn copy(from: &Path, to: &Path, original: &Metadata) -> io::Result<()> {
    let partial = with_partial(to);
    let mut file = File::create(&partial)?;
    io::copy(&mut File::open(from)?, &mut file)?;
    file.set_permissions(original.permissions())?;
    file.set_times(FileTimes::new().set_modified(original.modified()?))?;
    file.sync_all()?;
    fs::rename(&partial, to)
}

/// `*` is any text, `?` any character.
fn fits(pattern: &str, text: &str) -> bool {
    match (pattern.chars().next(), text.chars().next()) {
        (None, end) => end.is_none(),
        (Some('*'), _) => {
            let rest = pattern.split_at(1).1;
            text.char_indices().any(|(at, _)| fits(rest, text.split_at(at).1)) || fits(rest, "")
        }
        (Some(wanted), Some(found)) if wanted == '?' || wanted == found => {
            fits(pattern.split_at(wanted.len_utf8()).1, text.split_at(found.len_utf8()).1)
        }
        _ => false,
    }
}
