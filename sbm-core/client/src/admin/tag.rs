//! The state of an object, so that a change does not undo somebody else's (RFC 9110, section 13).
//!
//! 1. [`Admin::tagged`] reads an object together with its [`Tag`].
//! 2. [`Admin::if_match`] gives the same administrator, whose changes, deletions and uploads are done only while the object
//!    is still in that state; else the server answers `precondition_failed`, names the tag there is now, and nothing changed.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use sbm_core::code::Code;

use super::Admin;
use crate::error::Error;

/// The state of one object, as a server named it. It says nothing to anybody but that server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tag(pub(super) String);

/// An object and the state it was read in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged<T> {
    /// The object.
    pub value: T,
    /// Its state.
    pub tag: Tag,
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where the tag of the last answer is noted.
pub(super) type Noted = Arc<Mutex<Option<Tag>>>;

impl Admin {
    /// This administrator, whose changes, deletions and uploads are done only while their object is in that state.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn example(admin: &sbm_client::admin::Admin) -> Result<(), Box<dyn std::error::Error>> {
    /// # use sbm_client::core::name::Name;
    /// # use sbm_client::core::wire::v1::admin::UserPatch;
    /// let carol = Name::new("carol").map_err(|code| code.text())?;
    /// let seen = admin.tagged(|admin| admin.user(&carol))?;
    /// let patch = UserPatch { disabled: Some(!seen.value.disabled), ..UserPatch::default() };
    /// admin.if_match(&seen.tag).modify_user(&carol, &patch)?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn if_match(&self, tag: &Tag) -> Self {
        Self { condition: Some(tag.clone()), ..self.view() }
    }

    /// What one call read, with its tag.
    ///
    /// # Errors
    ///
    /// Those of the call; [`Code::CapabilityMissing`] when the server gave the answer no tag.
    pub fn tagged<T>(&self, read: impl FnOnce(&Self) -> Result<T, Error>) -> Result<Tagged<T>, Error> {
        let noted = Noted::default();
        let value = read(&Self { noted: Some(Arc::clone(&noted)), ..self.view() })?;
        let tag = noted.lock().unwrap_or_else(PoisonError::into_inner).take();
        let untagged = || Error::new(Code::CapabilityMissing, "the server gave its answer no tag");
        Ok(Tagged { value, tag: tag.ok_or_else(untagged)? })
    }
}
