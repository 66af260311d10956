//! Managed profiles (PRO-2 to PRO-6).

use sbm_core::code::Code;
use sbm_core::id::Guid;
use sbm_core::name::Name;
use sbm_core::wire::v1::admin::{Profile, ProfilePatch, Upload};
use sbm_core::wire::v1::path;

use super::Admin;
use super::address::member;
use crate::error::Error;

impl Admin {
    /// All managed profiles.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`] without that task.
    pub fn profiles(&self) -> Result<Vec<Profile>, Error> {
        self.list(path::PROFILES)
    }

    /// One managed profile, found in the list.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`].
    pub fn profile(&self, guid: &Guid) -> Result<Profile, Error> {
        self.profiles()?
            .into_iter()
            .find(|profile| profile.guid == *guid)
            .ok_or_else(|| Error::new(Code::NotFound, format!("there is no managed profile `{guid}`")))
    }

    /// Uploads a profile: a new GUID becomes revision 1, in no group; a known one becomes the next revision (PRO-2, PRO-3).
    ///
    /// # Errors
    ///
    /// [`Code::Stale`] when `based_on` is not the current revision (PRO-4); [`Code::NothingToChange`] for the content
    /// that is there already; [`Code::InvalidName`] without a description; [`Code::TooLarge`].
    pub fn upload_profile(&self, upload: &Upload) -> Result<Profile, Error> {
        self.post(path::PROFILES, upload)
    }

    /// Changes groups and flags of a managed profile; its revision stays (PRO-5).
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`] for the profile or one of the groups.
    pub fn modify_profile(&self, guid: &Guid, patch: &ProfilePatch) -> Result<Profile, Error> {
        self.patch(&member(path::PROFILES, &guid.to_string()), patch)
    }

    /// Puts a managed profile into groups: whoever shares one gets it at the next check (PRO-1).
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`] for the profile or one of the groups.
    pub fn assign_profile(&self, guid: &Guid, groups: &[Name]) -> Result<Profile, Error> {
        self.modify_profile(guid, &ProfilePatch { add_groups: groups.to_vec(), ..ProfilePatch::default() })
    }

    /// Takes a managed profile out of groups: who shares none any more loses the managed copy (PRO-6).
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`] for the profile or one of the groups.
    pub fn unassign_profile(&self, guid: &Guid, groups: &[Name]) -> Result<Profile, Error> {
        self.modify_profile(guid, &ProfilePatch { remove_groups: groups.to_vec(), ..ProfilePatch::default() })
    }

    /// Marks a managed profile for deletion, or clears the mark (PRO-6).
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`].
    pub fn mark_profile(&self, guid: &Guid, delete: bool) -> Result<Profile, Error> {
        self.modify_profile(guid, &ProfilePatch { delete: Some(delete), ..ProfilePatch::default() })
    }

    /// Lets clients take the uploaded schedule over, or leaves them their own (PRO-5).
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`].
    pub fn import_schedule(&self, guid: &Guid, import: bool) -> Result<Profile, Error> {
        self.modify_profile(guid, &ProfilePatch { import_schedule: Some(import), ..ProfilePatch::default() })
    }
}
