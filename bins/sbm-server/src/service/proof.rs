//! What the gates in front of the handlers ask the service: whose a token is, and whom the allowlist admits.

use std::net::IpAddr;

use sbm_core::allowlist::PeerName;
use sbm_core::code::Code;
use sbm_core::id::UserId;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::session::{Audience, Secret};

use super::Service;
use crate::accept::Gate;
use crate::auth::session::{Lookup, Session};
use crate::http::{ApiError, Authenticator, Caller, Finding, Known};

impl Gate for Service {
    fn admits(&self, address: IpAddr) -> bool {
        self.directory.load().admits(address)
    }

    fn needs_name(&self) -> bool {
        self.directory.load().needs_name()
    }

    fn admits_name(&self, name: &PeerName) -> bool {
        self.directory.load().admits_name(name)
    }
}

impl Service {
    /// Whether a session that was there when its request began is there still (RUN-7).
    ///
    /// # Errors
    ///
    /// [`Code::TokenRefused`], [`Code::UserDisabled`].
    pub fn is_live(&self, session: u64, user: UserId) -> Result<(), Code> {
        self.sessions.get(session, self.now()).ok_or(Code::TokenRefused)?;
        let facts = self.directory.load();
        let user = facts.user(user).ok_or(Code::TokenRefused)?;
        if user.disabled { Err(Code::UserDisabled) } else { Ok(()) }
    }
}

impl Authenticator for Service {
    /// All live tokens of this server are in memory. The facts are asked at every request: who was disabled or removed is
    /// refused with the next one (RUN-7).
    fn authenticate(&self, token: &str, audience: Audience, now: Timestamp) -> Result<Known, Code> {
        let session = match self.sessions.look_up(self.keys.current().token(), token, audience, now)? {
            Lookup::Found(session) => session,
            Lookup::Missing(_) => return Ok(Known::NotHere),
        };
        let facts = self.directory.load();
        let user = facts.user(session.user).ok_or(Code::TokenRefused)?;
        if user.disabled {
            return Err(Code::UserDisabled);
        }
        if session.device.is_some_and(|device| facts.device(device).is_none_or(|device| device.user != session.user)) {
            return Err(Code::DeviceRemoved);
        }
        let Session { id, account, user, device, limit, .. } = session;
        Ok(Known::Caller(Caller { session: id, account, user, device, limit, task: None }))
    }

    fn find(&self, token: Secret) -> Finding<'_> {
        Box::pin(async move {
            let parsed = self.keys.current().token().parse(token.reveal())?;
            self.find_session(parsed).await
        })
    }

    fn may_answer(&self) -> Result<(), ApiError> {
        if self.answers() {
            return Ok(());
        }
        let detail = if self.lease.is_stopped() {
            "a newer program changed the database; this server is being replaced, another one answers"
        } else {
            "this server has lost touch with the others; another one answers, or this one again in a moment"
        };
        Err(ApiError::new(Code::ServerBehind, detail).retry_after(1))
    }

    fn is_claimed(&self) -> bool {
        self.directory.load().server().claimed
    }
}
