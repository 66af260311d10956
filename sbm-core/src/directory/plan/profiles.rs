//! Managed profiles (PRO-2 to PRO-6).
//!
//! 1. A new GUID becomes revision 1, in no group. A known one is replaced in place: groups and flags stay.
//! 2. An upload names the revision it was based on; a stale one is a conflict. Identical content makes no revision.
//! 3. Flags and groups change heads, not the revision.

use alloc::format;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use super::detail::Detail;
use super::{Act, Outcome, Refusal, not_found};
use crate::code::Code;
use crate::directory::change::Change;
use crate::directory::command::Upload;
use crate::directory::rows::ManagedProfile;
use crate::id::{GroupId, Guid, Hash, ProfileId};
use crate::name::Name;
use crate::wire::MAX_BODY;
use crate::wire::v1::admin::ProfilePatch;

impl Act<'_> {
    pub(super) fn upload(&self, upload: &Upload) -> Outcome {
        check_upload(upload)?;
        let old = self.facts.profile(self.root, &upload.guid);
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
        if upload.based_on != 0 {
            let message = format!(
                "there is no managed profile `{}` on the server, so nothing can be based on its revision {}; upload it as new",
                upload.guid, upload.based_on
            );
            return Err(Refusal::new(Code::Stale, message));
        }
        Ok(ManagedProfile {
            id: ProfileId(self.facts.next().profile),
            account: self.root,
            guid: upload.guid,
            name: upload.name.clone(),
            description: upload.description.clone(),
            version: upload.version,
            revision: 1,
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

    fn next_revision(&self, old: &ManagedProfile, upload: &Upload) -> Result<Option<ManagedProfile>, Refusal> {
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
            let message = format!(
                "the managed profile `{}` is at revision {}, and the upload was based on {}; look at what changed, then base the upload on that revision",
                old.guid, old.revision, upload.based_on
            );
            return Err(Refusal::new(Code::Stale, message));
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
        let old = self.facts.profile(self.root, guid).ok_or_else(|| not_found("managed profile", &format!("{guid}")))?;
        let mut profile = old.clone();
        if let Some(delete) = patch.delete {
            profile.delete = delete;
        }
        if let Some(import) = patch.import_schedule {
            profile.import_schedule = import;
        }
        let (add, remove) = (self.group_ids(&patch.add_groups)?, self.group_ids(&patch.remove_groups)?);
        profile.groups.extend(add);
        profile.groups.retain(|id| !remove.contains(id));
        profile.groups.sort_unstable();
        profile.groups.dedup();
        if profile == *old {
            return Ok((vec![], Detail::default().text()));
        }
        let detail = self.about_profile(old, &profile).text();
        let mut touched: Vec<GroupId> = old.groups.iter().chain(&profile.groups).copied().collect();
        touched.sort_unstable();
        touched.dedup();
        let mut changes = self.touch(touched);
        changes.push(Change::Profile(profile));
        Ok((changes, detail))
    }
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
