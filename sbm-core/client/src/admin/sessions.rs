//! Sessions, one's own password, and the proof that unlocks a client's connection (RUN-7, RUN-9, USR-9).

use sbm_core::wire::v1::admin::{JudgedPassword, ListQuery, Page, PasswordChange, PasswordToJudge, SessionEntry, Unlock};
use sbm_core::wire::v1::session::{Secret, Session};
use sbm_core::wire::v1::{Capability, path};
use serde::de::IgnoredAny;

use super::Admin;
use super::address::member;
use crate::error::Error;

impl Admin {
    /// One's own sessions; everybody's for who may see users.
    ///
    /// # Errors
    ///
    /// [`Code::TokenRefused`](sbm_core::code::Code::TokenRefused) when one's own is over.
    pub fn sessions(&self) -> Result<Vec<SessionEntry>, Error> {
        self.need(Capability::Manage)?;
        self.whole(path::SESSIONS)
    }

    /// A page of them: filtered, in any order.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page).
    pub fn sessions_page(&self, query: &ListQuery) -> Result<Page<SessionEntry>, Error> {
        self.page(query)
    }

    /// Ends a session by its id: one's own, or anybody's for who may change users. Its next request is refused.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) for another's without that task;
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound).
    pub fn end_session(&self, id: &str) -> Result<(), Error> {
        self.need(Capability::Manage)?;
        self.delete(&member(path::SESSIONS, id))
    }

    /// Changes one's own password. One's console sessions end, the calls that follow act with a fresh one, and backup
    /// programs stay logged in (RUN-7, RUN-9).
    ///
    /// # Errors
    ///
    /// [`Code::WrongCredentials`](sbm_core::code::Code::WrongCredentials) when `current` is not the password, and the rules
    /// for passwords.
    pub fn change_password(&mut self, current: &Secret, new: &Secret) -> Result<Session, Error> {
        self.need(Capability::Manage)?;
        let change = PasswordChange { current: current.clone(), new: new.clone() };
        let session: Session = self.post(path::PASSWORD, &change)?;
        self.token = Some(session.token.clone());
        Ok(session)
    }

    /// How strong a password is and to which sets of rules it conforms, by the server's word; it is kept nowhere (RUN-9).
    ///
    /// # Errors
    ///
    /// [`Code::PasswordTooLong`](sbm_core::code::Code::PasswordTooLong).
    pub fn judge_password(&self, password: &Secret) -> Result<JudgedPassword, Error> {
        self.need(Capability::Silos)?;
        self.post(path::JUDGE, &PasswordToJudge { password: password.clone() })
    }

    /// Proves at this server that somebody is its administrator, for the one act of changing a client's locked connection.
    /// No session comes of it, and none is needed (USR-9).
    ///
    /// # Errors
    ///
    /// [`Code::WrongCredentials`](sbm_core::code::Code::WrongCredentials),
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) for who may not change the server's settings,
    /// [`Code::Throttled`](sbm_core::code::Code::Throttled).
    pub fn unlock(&self, proof: &Unlock) -> Result<(), Error> {
        self.need(Capability::Unlock)?;
        self.send("POST", path::UNLOCK, None, Some(proof)).map(|_: IgnoredAny| ())
    }

    /// The interface of the server, described by itself (OpenAPI 3.1): the text of a JSON document.
    ///
    /// # Errors
    ///
    /// [`Code::CapabilityMissing`](sbm_core::code::Code::CapabilityMissing) without `manage`.
    pub fn openapi(&self) -> Result<String, Error> {
        self.need(Capability::Manage)?;
        let document: Box<serde_json::value::RawValue> = self.get(path::OPENAPI)?;
        Ok(document.get().to_owned())
    }
}
