//! Profiles are files `DIR/profiles/NAME.profile`. SBM never reads one. A profile with `managed=GUID` came from the server,
//! any other is local and nobody's but the user's.

use std::fs;
use std::path::{Path, PathBuf};

use sbm_client::core::code::Code;
use sbm_client::core::id::Guid;
use sbm_client::core::permission::{Action, Resource};

use crate::keys::{Keys, pair};
use crate::{Host, Stop, failed};

/// A profile on this computer.
pub struct Profile {
    pub name: String,
    pub path: PathBuf,
    pub keys: Keys,
}

impl Profile {
    /// The GUID of a managed profile.
    pub fn managed(&self) -> Option<Guid> {
        self.keys.get("managed").and_then(|guid| guid.parse().ok())
    }

    /// What SBM is asked about.
    pub fn resource(&self) -> Resource {
        self.managed().map_or(Resource::Local, Resource::Managed)
    }
}

impl Host {
    /// Where the profile of that name is, or will be.
    pub fn profile_path(&self, name: &str) -> Result<PathBuf, Stop> {
        if name.is_empty() || name.starts_with('.') || name.contains('/') {
            return failed(name, "a profile's name has no slash and does not begin with a dot");
        }
        Ok(self.home.join("profiles").join(format!("{name}.profile")))
    }

    /// The profile of that name.
    pub fn profile(&self, name: &str) -> Result<Profile, Stop> {
        let path = self.profile_path(name)?;
        match Keys::read(&path)? {
            Some(keys) => Ok(Profile { name: name.to_owned(), path, keys }),
            None => failed(name, "there is no such profile"),
        }
    }

    /// Opens a profile for an act, if the user may do it.
    pub fn profile_for(&self, name: &str, action: Action) -> Result<Profile, Stop> {
        let profile = self.profile(name)?;
        self.ask(action, profile.resource())?;
        Ok(profile)
    }

    fn new_path(&self, name: &str) -> Result<PathBuf, Stop> {
        let path = self.profile_path(name)?;
        if path.exists() { failed(name, "there is a profile of that name") } else { Ok(path) }
    }

    /// Every profile, by name. A file that cannot be read is none.
    pub fn profiles(&self) -> Vec<Profile> {
        let entries = fs::read_dir(self.home.join("profiles")).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".profile")?.to_owned()));
        let mut profiles: Vec<Profile> = names.filter_map(|name| self.profile(&name).ok()).collect();
        profiles.sort_by(|one, other| one.name.cmp(&other.name));
        profiles
    }

    pub fn list(&self) {
        let profiles = self.profiles();
        if profiles.is_empty() {
            println!("there are no profiles yet; `create` makes one, and the server may send some");
        }
        for profile in profiles {
            let of = |key| profile.keys.get(key).unwrap_or("?");
            let whose = profile.managed().map_or("local".to_owned(), |guid| format!("managed {guid}"));
            println!("{}: {} -> {} ({whose})", profile.name, of("source"), of("dest"));
        }
    }

    /// All there is to know of a profile; of a managed one, what SBM knows as well.
    pub fn show(&self, name: &str) -> Result<(), Stop> {
        let profile = self.profile(name)?;
        let managed = profile.managed();
        println!("{name}: {}", if managed.is_some() { "managed by the server" } else { "local" });
        let taken_over = self.client.profiles().unwrap_or_else(|error| {
            Stop::from(error).tell();
            Vec::new()
        });
        for known in taken_over.iter().filter(|known| Some(known.guid) == managed) {
            println!("  {}, version {}, revision {}: {}", known.guid, known.version, known.revision, known.description);
        }
        profile.keys.lines().for_each(|line| print!("  {line}"));
        Ok(())
    }

    pub fn create(&self, name: &str, options: &[&str]) -> Result<(), Stop> {
        self.ask(Action::Create, Resource::Local)?;
        let mut keys = Keys::default();
        for option in options.chunks(2) {
            match option {
                [key, value] if !is_ours(key.trim_start_matches('-')) => keys.add(key.trim_start_matches('-'), value),
                _ => return failed(name, "give options and values"),
            }
        }
        if keys.get("source").is_none() || keys.get("dest").is_none() {
            return failed(name, "give --source DIR and --dest DIR");
        }
        keys.save(&self.new_path(name)?)
    }

    pub fn modify(&self, name: &str, text: &str) -> Result<(), Stop> {
        let mut profile = self.profile_for(name, Action::Modify)?;
        let (key, value) = pair(text)?;
        if is_ours(&key) {
            return failed(key, "this is not for you to set");
        }
        profile.keys.put(&key, &value);
        profile.keys.save(&profile.path)
    }

    pub fn rename(&self, name: &str, new_name: &str) -> Result<(), Stop> {
        let profile = self.profile_for(name, Action::Rename)?;
        fs::rename(profile.path, self.new_path(new_name)?).or_else(|error| failed(name, error))
    }

    pub fn delete(&self, name: &str) -> Result<(), Stop> {
        let profile = self.profile_for(name, Action::Delete)?;
        let managed = profile.managed();
        fs::remove_file(profile.path).or_else(|error| failed(name, error))?;
        // The server hears of it at the next sync. A copy that another server gave is nothing to this one.
        match managed.map_or(Ok(()), |guid| self.client.profile_removed(&guid)) {
            Err(error) if error.code() != Code::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    pub fn export(&self, name: &str, file: &str) -> Result<(), Stop> {
        self.profile_for(name, Action::Export)?.keys.save(Path::new(file))
    }

    /// `/some/where/documents.profile` becomes the profile `documents`: a local one, whatever it was where it came from.
    pub fn import(&self, file: &str) -> Result<(), Stop> {
        self.ask(Action::Import, Resource::Local)?;
        let path = Path::new(file);
        let Some(mut keys) = Keys::read(path)? else { return failed(file, "there is no such file") };
        ["managed", "uploaded", "based_on"].iter().for_each(|key| keys.put(key, ""));
        let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.split('.').next());
        keys.save(&self.new_path(name.unwrap_or_default())?)
    }

    /// Changes a setting, if the user may.
    pub fn set(&self, action: Action, file: &str, text: &str) -> Result<(), Stop> {
        self.ask(action, Resource::Local)?;
        let path = self.home.join(file);
        let mut settings = Keys::read(&path)?.unwrap_or_default();
        let (key, value) = pair(text)?;
        settings.put(&key, &value);
        settings.save(&path)
    }
}

/// What is between minibackup and SBM.
fn is_ours(key: &str) -> bool {
    matches!(key, "managed" | "uploaded" | "based_on")
}
