//! Managed profiles (PRO-2 to PRO-7).

use std::io::Write;

use sbm_core::code::Code;
use sbm_core::id::Guid;
use sbm_core::name::Name;
use sbm_core::wire::v1::admin::{Holder, ListQuery, Page, Profile, ProfilePatch, ProfileRevision, RollBack, Tombstone, Upload};
use sbm_core::wire::v1::{Capability, path};

use super::Admin;
use super::address::{Query, member};
use super::listing::Rows;
use crate::error::Error;
use crate::transport::{Flow, TransportError, answer_of};

impl Admin {
    /// All managed profiles.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`] without that task.
    pub fn profiles(&self) -> Result<Vec<Profile>, Error> {
        self.whole(path::PROFILES)
    }

    /// A page of them: filtered, in any order.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page).
    pub fn profiles_page(&self, query: &ListQuery) -> Result<Page<Profile>, Error> {
        self.page(query)
    }

    /// One managed profile.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`].
    pub fn profile(&self, guid: &Guid) -> Result<Profile, Error> {
        if self.can(Capability::Manage)? {
            return self.get(&of(guid, ""));
        }
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
        if upload.account.is_some() {
            self.need(Capability::Places)?;
        }
        self.post(path::PROFILES, upload)
    }

    /// The same; `progress` hears how many bytes of how many are on their way.
    ///
    /// # Errors
    ///
    /// As [`upload_profile`](Self::upload_profile).
    pub fn upload_profile_with(&self, upload: &Upload, progress: &mut dyn FnMut(u64, u64)) -> Result<Profile, Error> {
        if upload.account.is_some() {
            self.need(Capability::Places)?;
        }
        let request = self.request("POST", path::PROFILES, Some(self.token()?), Some(upload))?;
        let total = request.body.as_ref().map_or(0, Vec::len) as u64;
        let mut flow = Uploading { progress, total, answer: Vec::new() };
        let mut response = self.transport.stream(request, &mut flow)?;
        self.note(response.tag.as_deref());
        if response.body.is_empty() {
            response.body = flow.answer;
        }
        answer_of(path::PROFILES, response)
    }

    /// Changes groups and flags of a managed profile; its revision stays (PRO-5).
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`] for the profile or one of the groups.
    pub fn modify_profile(&self, guid: &Guid, patch: &ProfilePatch) -> Result<Profile, Error> {
        if !patch.new_groups.is_empty() {
            self.need(Capability::Manage)?;
        }
        self.patch(&of(guid, ""), patch)
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

    /// What it was at each of its revisions, the oldest first (PRO-4).
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`].
    pub fn profile_revisions(&self, guid: &Guid) -> Result<Vec<ProfileRevision>, Error> {
        self.need(Capability::Manage)?;
        self.whole(&of(guid, "/revisions"))
    }

    /// The matching ones, page by page as they are taken, like [`rows`](Self::rows).
    pub fn profile_revision_rows(&self, guid: &Guid, query: &ListQuery) -> Rows<'_, ProfileRevision, ListQuery> {
        Rows::managed(self, of(guid, "/revisions"), query.clone())
    }

    /// Makes an earlier revision the newest one again: a new revision with the old content (PRO-4).
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`] for the profile or the revision; [`Code::Stale`] when `based_on` is not the newest one.
    pub fn roll_back_profile(&self, guid: &Guid, to: &RollBack) -> Result<Profile, Error> {
        self.need(Capability::Manage)?;
        self.post(&of(guid, "/rollback"), to)
    }

    /// The devices that fetched it, and how far each one is (PRO-7).
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`] for what neither is nor ever was a managed profile.
    pub fn profile_holders(&self, guid: &Guid) -> Result<Vec<Holder>, Error> {
        self.need(Capability::Manage)?;
        self.whole(&of(guid, "/holders"))
    }

    /// A page of them: filtered, in any order.
    ///
    /// # Errors
    ///
    /// As [`profile_holders`](Self::profile_holders), and those of [`page`](Self::page).
    pub fn profile_holders_page(&self, guid: &Guid, query: &ListQuery) -> Result<Page<Holder>, Error> {
        self.need(Capability::Manage)?;
        self.page_at(&of(guid, "/holders"), query)
    }

    /// The matching ones, page by page as they are taken, like [`rows`](Self::rows).
    pub fn profile_holder_rows(&self, guid: &Guid, query: &ListQuery) -> Rows<'_, Holder, ListQuery> {
        Rows::managed(self, of(guid, "/holders"), query.clone())
    }

    /// The devices that fetched it as CSV, like [`export`](Self::export).
    ///
    /// # Errors
    ///
    /// As [`profile_holders`](Self::profile_holders) and [`export`](Self::export).
    pub fn export_profile_holders(
        &self,
        guid: &Guid,
        query: &ListQuery,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(u64),
    ) -> Result<u64, Error> {
        self.export_at(&of(guid, "/holders"), query, out, progress)
    }

    /// The content of a revision, or of the newest one; gives its size. It may hold passwords (ERR-5): whoever asks needs
    /// the right to upload, and the audit log says that it was asked for.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`] for the profile or the revision; [`Code::DeniedRole`];
    /// [`Code::InvalidArgument`] when `out` takes no more.
    pub fn download_body(
        &self,
        guid: &Guid,
        revision: Option<u64>,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(u64),
    ) -> Result<u64, Error> {
        self.download_part(guid, "/body", revision, out, progress)
    }

    /// The schedule of a revision, or of the newest one, like [`download_body`](Self::download_body).
    ///
    /// # Errors
    ///
    /// As [`download_body`](Self::download_body); [`Code::NotFound`] also when that revision has no schedule.
    pub fn download_schedule(
        &self,
        guid: &Guid,
        revision: Option<u64>,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(u64),
    ) -> Result<u64, Error> {
        self.download_part(guid, "/schedule", revision, out, progress)
    }

    fn download_part(
        &self,
        guid: &Guid,
        part: &str,
        revision: Option<u64>,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(u64),
    ) -> Result<u64, Error> {
        self.need(Capability::Manage)?;
        let revision = revision.map(|revision| revision.to_string());
        let address = Query::of(&of(guid, part)).with("revision", revision.as_deref()).finish();
        self.download(&address, "application/octet-stream", out, progress)
    }

    /// Deletes the record. Its copies are withdrawn, and a tombstone says which devices still have one (PRO-7).
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`].
    pub fn delete_profile(&self, guid: &Guid) -> Result<(), Error> {
        self.need(Capability::Manage)?;
        self.delete(&of(guid, ""))
    }

    /// What is left of deleted managed profiles (PRO-7).
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`] without that task.
    pub fn tombstones(&self) -> Result<Vec<Tombstone>, Error> {
        self.rows::<Tombstone>(&ListQuery::default()).collect()
    }

    /// A page of them: filtered, in any order.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page).
    pub fn tombstones_page(&self, query: &ListQuery) -> Result<Page<Tombstone>, Error> {
        self.page(query)
    }
}

/// The path of a managed profile, or of something behind it.
fn of(guid: &Guid, part: &str) -> String {
    member(path::PROFILES, &guid.to_string()) + part
}

/// Tells how far an upload is, and keeps what comes back.
struct Uploading<'a> {
    progress: &'a mut dyn FnMut(u64, u64),
    total: u64,
    answer: Vec<u8>,
}

impl Flow for Uploading<'_> {
    fn sent(&mut self, bytes: usize) -> Result<(), TransportError> {
        (self.progress)(bytes as u64, self.total);
        Ok(())
    }

    fn received(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        self.answer.extend_from_slice(bytes);
        Ok(())
    }
}
