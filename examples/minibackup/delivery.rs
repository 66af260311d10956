//! Managed profiles as they arrive (PRO-8) and as they leave (PRO-2).

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use sbm_client::PendingChange;
use sbm_client::core::id::Guid;
use sbm_client::core::name::{Name, Text};
use sbm_client::core::profile::ChangeKind;
use sbm_client::core::wire::v1::admin::Upload;

use crate::keys::Keys;
use crate::{Host, Stop, failed, password};

impl Host {
    /// Takes every change that waits. One that concerns a running profile waits until the run is over, here or elsewhere.
    pub fn take_over(&self) -> Result<(), Stop> {
        while let Some(change) = self.client.next_change()? {
            let name = change.name().to_owned();
            let word = match change.kind() {
                ChangeKind::Install => "installed",
                ChangeKind::Update => "updated",
                ChangeKind::Remove => "removed",
            };
            match self.apply(&change) {
                Ok(()) => {
                    change.done()?;
                    println!("{name}: {word}");
                }
                Err(Stop::Failed(reason) | Stop::Denied(reason) | Stop::Usage(reason)) => {
                    change.failed(&reason)?;
                    println!("{reason}");
                }
            }
        }
        Ok(())
    }

    /// The same where nothing depends on it: what went wrong is told.
    pub fn take_over_what_can_be(&self) {
        if let Err(stop) = self.take_over() {
            stop.tell();
        }
    }

    /// Does one change. Done twice, as after a crash, it does no harm.
    fn apply(&self, change: &PendingChange) -> Result<(), Stop> {
        let had = self.profiles().into_iter().find(|profile| profile.managed() == Some(change.guid()));
        if change.kind() == ChangeKind::Remove {
            return had.map_or(Ok(()), |had| remove(&had.path));
        }
        let Ok(text) = str::from_utf8(change.body().unwrap_or_default()) else {
            return failed(change.name(), "it is not a text");
        };
        let mut keys = Keys::parse(text)?;
        if keys.get("source").is_none() || keys.get("dest").is_none() {
            return failed(change.name(), "the content is not a profile with source= and dest=");
        }
        let schedule = match change.schedule().map(str::from_utf8) {
            // A file of one line ends with a newline.
            Some(Ok(text)) if !without_end(text).contains('\n') => without_end(text).to_owned(),
            Some(_) => return failed(change.name(), "the schedule is not one line"),
            // None came: ours stays.
            None => had.as_ref().and_then(|had| had.keys.get("schedule")).unwrap_or_default().to_owned(),
        };
        keys.put("schedule", &schedule);
        keys.put("managed", &change.guid().to_string());
        // An administrator chose the name; it leads nowhere else.
        let name = change.name().replace('/', "_");
        let name = if name.starts_with('.') { format!("_{name}") } else { name };
        let path = self.profile_path(&name)?;
        let old = had.map(|had| had.path);
        if path.exists() && old.as_ref() != Some(&path) {
            self.make_room(&path, &name)?;
        }
        keys.save(&path)?;
        old.filter(|old| *old != path).map_or(Ok(()), |old| remove(&old))
    }

    /// A profile of the user's own keeps its data under another name; the managed one gets the name.
    fn make_room(&self, path: &Path, name: &str) -> Result<(), Stop> {
        let numbered = (2..100).map(|number| format!("{name} (local {number})"));
        for other in std::iter::once(format!("{name} (local)")).chain(numbered) {
            let local = self.profile_path(&other)?;
            if !local.exists() {
                return fs::rename(path, local).or_else(|error| failed(name, error));
            }
        }
        failed(name, "local profiles are in the way")
    }

    /// Profiles and history, now.
    pub fn synchronize(&self) -> Result<(), Stop> {
        let summary = self.client.sync()?;
        let why = summary.why.map(|code| format!(": {}", code.text())).unwrap_or_default();
        // The server answered, and refused.
        let refused = summary.online && summary.why.is_some();
        let word = if refused {
            "refused"
        } else if summary.online {
            "online"
        } else {
            "offline"
        };
        println!("{word}{why}; {} runs sent, {} waiting", summary.history_sent, summary.history_waiting);
        self.take_over()?;
        if refused { Err(Stop::Failed(String::new())) } else { Ok(()) }
    }

    /// A profile of this computer becomes a managed one on the server. It needs an administrator, for this act.
    pub fn upload(&self, name: &str, administrator: &str, description: &str, with_schedule: bool) -> Result<(), Stop> {
        let mut profile = self.profile(name)?;
        let managed = profile.managed();
        let guid = match managed.or_else(|| profile.keys.get("uploaded").and_then(|guid| guid.parse().ok())) {
            Some(guid) => guid,
            None => new_guid()?,
        };
        let taken_over = self.client.profiles()?.into_iter().find(|known| Some(known.guid) == managed);
        let uploaded = profile.keys.get("based_on").and_then(|revision| revision.parse().ok()).unwrap_or(0);
        let mut sent = profile.keys.clone();
        ["managed", "uploaded", "based_on", "schedule"].iter().for_each(|key| sent.put(key, ""));
        let upload = Upload {
            guid,
            name: Name::new(name).or_else(|code| failed(name, code.text()))?,
            description: Text::new(description).or_else(|code| failed(description, code.text()))?,
            version: profile.keys.get("version").and_then(|version| version.parse().ok()).unwrap_or(0),
            body: sent.lines().collect::<String>().into_bytes(),
            schedule: with_schedule.then(|| profile.keys.get("schedule").unwrap_or_default().into()),
            based_on: taken_over.map_or(uploaded, |known| known.revision),
            account: None,
        };
        let password = password(administrator, "MINIBACKUP_ADMIN_PASSWORD")?;
        let revision = self.client.upload_profile(administrator, &password, &upload)?;
        let next = if revision == 1 { "; an administrator now assigns it to groups" } else { "" };
        println!("{name}: uploaded as {guid}, revision {revision}{next}");
        if managed.is_none() {
            profile.keys.put("uploaded", &guid.to_string());
            profile.keys.put("based_on", &revision.to_string());
            profile.keys.save(&profile.path)?;
        }
        Ok(())
    }
}

/// The text without the newline at its end.
fn without_end(text: &str) -> &str {
    text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line))
}

fn remove(path: &Path) -> Result<(), Stop> {
    fs::remove_file(path).or_else(|error| failed(path.display(), error))
}

/// The host makes the GUID: 122 random bits and what marks them as such.
fn new_guid() -> Result<Guid, Stop> {
    let mut bytes = [0; 16];
    let random = File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes));
    random.or_else(|error| failed("/dev/urandom", error))?;
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
    (*version, *variant) = (0x40 | (*version & 0x0f), 0x80 | (*variant & 0x3f));
    Ok(Guid::from_bytes(bytes))
}
