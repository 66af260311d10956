//! What the gates in front of the handlers ask the service: whose a token is, and whom the allowlist admits.

use std::net::IpAddr;

use sbm_core::allowlist::PeerName;
use sbm_core::code::Code;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::session::Audience;

use super::Service;
use crate::accept::Gate;
use crate::auth::session::Lookup;
use crate::http::{Authenticator, Caller};

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

impl Authenticator for Service {
    /// All live tokens are in memory, so that one that is not there is over. The facts are asked at every request: who
    /// was disabled or removed is refused with the next one (RUN-7).
    fn authenticate(&self, token: &str, audience: Audience, now: Timestamp) -> Result<Caller, Code> {
        let Lookup::Found(session) = self.sessions.look_up(self.keys.current().token(), token, audience, now)? else {
            return Err(Code::TokenRefused);
        };
        let facts = self.directory.load();
        let user = facts.user(session.user).ok_or(Code::TokenRefused)?;
        if user.disabled {
            return Err(Code::UserDisabled);
        }
        if session.device.is_some_and(|device| facts.device(device).is_none_or(|device| device.user != session.user)) {
            return Err(Code::DeviceRemoved);
        }
        Ok(Caller { session: session.id, account: session.account, user: session.user, device: session.device })
    }

    fn is_claimed(&self) -> bool {
        self.directory.load().server().claimed
    }
}
