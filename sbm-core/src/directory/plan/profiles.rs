//! Managed profiles (PRO-2 to PRO-7).
//!
//! 1. A new GUID becomes revision 1, in no group. A known one is replaced in place: groups and flags stay.
//! 2. An upload names the revision it was based on; a stale one is a conflict. Identical content makes no revision.
//! 3. Flags and groups change heads, not the revision.
//! 4. A new one belongs to the account that is named, or to that of who uploads it, and stays there; a GUID that somebody else's
//!    account has is taken (ACC-4).

use alloc::format;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use super::detail::Detail;
use super::users::with;
use super::{Act, Outcome, Refusal, not_found};
use crate::code::Code;
use crate::directory::change::Change;
use crate::directory::command::{RollBack, Upload};
use crate::directory::rows::{ManagedProfile, Tombstone};
use crate::id::{AccountId, GroupId, Guid, Hash, ProfileId};
use crate::name::Name;
use crate::permission::Task;
use crate::wire::MAX_BODY;
use crate::wire::v1::admin::ProfilePatch;

impl Act<'_> {
    pub(super) fn upload(&self, upload: &Upload) -> Outcome {
        check_upload(upload)?;
        let old = self.facts.profile(self.sees.root(), &upload.guid);
        self.check_guid(&upload.guid, old.map(|old| old.account))?;
        let profile = match old {
            Some(old) => self.next_revision(old, upload)?,
            None => Some(self.first_revision(upload)?),
        };
        let Some(profile) = profile else { return Ok((vec![], "identical to the newest revision".into())) };
        let detail = format!("revision {} of `{}`", profile.revision, profile.name);
        let mut changes = vec![Change::Body { account: profile.account, hash: profile.body, bytes: upload.body.clone() }];
        if let (Some(hash), Some(bytes)) = (profile.schedule, &upload.schedule) {
            changes.push(Change::Body { account: profile.account, hash, bytes: bytes.clone() });
        }
        changes.extend(self.touch(profile.groups.iter().copied()));
        changes.push(Change::Profile(profile));
        Ok((changes, detail))
    }

    fn first_revision(&self, upload: &Upload) -> Result<ManagedProfile, Refusal> {
        // A deleted profile's revisions go on, so that a revision names one content for ever (PRO-4).
        let tombstone = self.facts.tombstone(self.sees.root(), &upload.guid);
        self.check_guid(&upload.guid, tombstone.map(|tombstone| tombstone.account))?;
        let buried = tombstone.map_or(0, |tombstone| tombstone.revision);
        let first = buried + 1;
        if upload.based_on != 0 && upload.based_on != buried {
            let message = format!(
                "there is no managed profile `{}` on the server, so nothing can be based on its revision {}; upload it as new",
                upload.guid, upload.based_on
            );
            return Err(Refusal::new(Code::Stale, message));
        }
        Ok(ManagedProfile {
            id: ProfileId(self.facts.next().profile),
            // It goes on where it was.
            account: match tombstone {
                Some(tombstone) => self.stays_in(upload, tombstone.account)?,
                None => self.place_at(upload.account.as_ref(), Task::Profiles)?,
            },
            guid: upload.guid,
            name: upload.name.clone(),
            description: upload.description.clone(),
            version: upload.version,
            revision: first,
            body: Hash::of(&upload.body),
            size: upload.body.len() as u64,
            schedule: upload.schedule.as_deref().map(Hash::of),
            import_schedule: false,
            delete: false,
            groups: vec![],
            uploaded_by: self.uploader()?,
            uploaded_at: self.now,
            stamp: 0,
        })
    }

    /// A GUID is one profile's in a whole root account (PRO-3), also when its record is deleted.
    fn check_guid(&self, guid: &Guid, account: Option<AccountId>) -> Result<(), Refusal> {
        if account.is_none_or(|account| self.sees.contains(account)) {
            return Ok(());
        }
        Err(Refusal::new(Code::NameTaken, format!("the GUID `{guid}` is taken; upload the managed profile under another one")))
    }

    /// One that is there, or was, is in no other account with an upload.
    fn stays_in(&self, upload: &Upload, account: AccountId) -> Result<AccountId, Refusal> {
        let Some(path) = &upload.account else { return Ok(account) };
        let named = self.sees.account(path).ok_or_else(|| not_found("account", &format!("{path}")))?;
        if named.id == account {
            return Ok(account);
        }
        let (guid, there) = (&upload.guid, self.facts.account_name(account));
        let message =
            format!("the managed profile `{guid}` is of the account `{there}` and stays there; upload it under another GUID");
        Err(Refusal::new(Code::InvalidAccount, message))
    }

    fn next_revision(&self, old: &ManagedProfile, upload: &Upload) -> Result<Option<ManagedProfile>, Refusal> {
        self.stays_in(upload, old.account)?;
        let mut profile = ManagedProfile {
            name: upload.name.clone(),
            description: upload.description.clone(),
            version: upload.version,
            body: Hash::of(&upload.body),
            size: upload.body.len() as u64,
            schedule: upload.schedule.as_deref().map(Hash::of),
            ..old.clone()
        };
        if profile == *old {
            return Ok(None);
        }
        if upload.based_on != old.revision {
            return Err(stale(old, "the upload", upload.based_on));
        }
        profile.revision = old.revision + 1;
        (profile.uploaded_by, profile.uploaded_at) = (self.uploader()?, self.now);
        Ok(Some(profile))
    }

    fn uploader(&self) -> Result<Name, Refusal> {
        match self.actor_user() {
            Some(user) => Ok(user.name.clone()),
            None => Name::new("system").map_err(Refusal::from),
        }
    }

    pub(super) fn modify_profile(&self, guid: &Guid, patch: &ProfilePatch) -> Outcome {
        let old = self.managed(guid)?;
        let mut profile = old.clone();
        if let Some(delete) = patch.delete {
            profile.delete = delete;
        }
        if let Some(import) = patch.import_schedule {
            profile.import_schedule = import;
        }
        let (add, remove) = (self.group_ids(&patch.add_groups)?, self.group_ids(&patch.remove_groups)?);
        let (made, new) = self.new_groups(&patch.new_groups)?;
        profile.groups = with(with(profile.groups, add), new);
        profile.groups.retain(|id| !remove.contains(id));
        if profile == *old {
            return Ok((vec![], Detail::default().text()));
        }
        let mut detail = self.about_profile(old, &profile);
        detail.made_groups(&patch.new_groups);
        let detail = detail.text();
        let mut touched: Vec<GroupId> = old.groups.iter().chain(&profile.groups).copied().collect();
        touched.sort_unstable();
        touched.dedup();
        let mut changes = made;
        changes.extend(self.touch(touched));
        changes.push(Change::Profile(profile));
        Ok((changes, detail))
    }

    /// A new revision with the content of an earlier one (PRO-4).
    pub(super) fn roll_back(&self, to: &RollBack) -> Outcome {
        let old = self.managed(&to.guid)?;
        if to.based_on != old.revision {
            return Err(stale(old, "the roll-back", to.based_on));
        }
        let mut profile = ManagedProfile {
            name: to.name.clone(),
            description: to.description.clone(),
            version: to.version,
            body: to.body,
            size: to.size,
            schedule: to.schedule,
            ..old.clone()
        };
        if profile == *old {
            return Ok((vec![], format!("revision {} is what there is", to.revision)));
        }
        profile.revision = old.revision + 1;
        (profile.uploaded_by, profile.uploaded_at) = (self.uploader()?, self.now);
        let detail = format!("revision {} of `{}` with the content of revision {}", profile.revision, profile.name, to.revision);
        let mut changes = self.touch(profile.groups.iter().copied());
        changes.push(Change::Profile(profile));
        Ok((changes, detail))
    }

    /// The record goes, its copies are withdrawn, and the tombstone tells which devices still have one (PRO-7).
    pub(super) fn delete_profile(&self, guid: &Guid) -> Outcome {
        let old = self.managed(guid)?;
        let tombstone = Tombstone {
            account: old.account,
            guid: old.guid,
            name: old.name.clone(),
            revision: old.revision,
            deleted_by: self.uploader()?,
            deleted_at: self.now,
            stamp: 0,
        };
        let mut changes = self.touch(old.groups.iter().copied());
        changes.push(Change::DropProfile { id: old.id, tombstone });
        Ok((changes, format!("`{}` at revision {}", old.name, old.revision)))
    }

    fn managed(&self, guid: &Guid) -> Result<&ManagedProfile, Refusal> {
        self.sees.profile(guid).ok_or_else(|| not_found("managed profile", &format!("{guid}")))
    }
}

fn stale(old: &ManagedProfile, what: &str, based_on: u64) -> Refusal {
    let message = format!(
        "the managed profile `{}` is at revision {}, and {what} was based on {based_on}; look at what changed, then base it on that revision",
        old.guid, old.revision
    );
    Refusal::new(Code::Stale, message)
}

fn check_upload(upload: &Upload) -> Result<(), Refusal> {
    if upload.description.is_empty() {
        return Err(Refusal::new(Code::InvalidName, "a managed profile needs a description; say what it is for"));
    }
    let too_large = |bytes: &Arc<[u8]>| bytes.len() > MAX_BODY;
    if too_large(&upload.body) || upload.schedule.as_ref().is_some_and(too_large) {
        return Err(Refusal::new(
            Code::TooLarge,
            format!("a profile and its schedule have at most {MAX_BODY} bytes each, and this one has {}", upload.body.len()),
        ));
    }
    Ok(())
}
