//! A code that is sent for a login, and the login that waits for it in this process (RUN-8).

use std::sync::PoisonError;

use sbm_core::code::Code;
use sbm_core::factor::Channel;
use sbm_core::wire::v1::factor::{CodeSent, HalfSession, SendLoginCode};
use sbm_core::wire::v1::session::Secret;
use sbm_core::wire::v1::{ConnectionString, path};

use super::login::{Settings, reach};
use super::{Client, Shared};
use crate::error::Error;
use crate::transport::call;

/// A login whose password was right and for which a code was sent.
pub(super) struct Waiting {
    connection: ConnectionString,
    user: String,
    half: HalfSession,
}

impl Client {
    /// Has a code sent to the user, by mail or to his phone, for a login that [`login_with_code`](Self::login_with_code) then
    /// ends in this process, within the time that the answer says. Where it goes to is told masked. Which channels there are is
    /// told by the [`login`](Self::login) that failed with [`Code::DeniedSecondFactor`]
    /// ([`Error::second_step`]). Nothing comes back where the user has no second factor: he is logged in then.
    ///
    /// # Errors
    ///
    /// Those of [`login`](Self::login); [`Code::NotFound`] when the user has no address there; [`Code::CodeNotSent`];
    /// [`Code::Throttled`] when as many were sent as may be.
    ///
    /// # Offline
    ///
    /// There is no login without the server.
    pub fn send_login_code(
        &self,
        connection: &ConnectionString,
        user: &str,
        password: &Secret,
        channel: Channel,
    ) -> Result<Option<CodeSent>, Error> {
        let shared = &self.shared;
        let _telling = shared.config.journal.begin();
        let result = self.send_code(connection, user, password, channel);
        shared.tell_act(&format!("a code by {channel} for the login of `{user}` at `{}`", connection.authority()), &result);
        result
    }

    fn send_code(
        &self,
        connection: &ConnectionString,
        user: &str,
        password: &Secret,
        channel: Channel,
    ) -> Result<Option<CodeSent>, Error> {
        let shared = &self.shared;
        let system_roots = shared.config.system_roots;
        let settings = Settings { connection, user, password, code: None, system_roots };
        let Err(failed) = self.log_in_with(&settings) else { return Ok(None) };
        let Some(half) = failed.second_step().cloned() else { return Err(failed) };
        let way = shared.one_act(reach(shared, connection, system_roots)?, &shared.cancel.begin());
        let asked = SendLoginCode { login: half.token.clone(), channel };
        let sent: CodeSent = call(&*way, "POST", path::LOGIN_CODE, None, Some(&asked))?;
        let waiting = Waiting { connection: connection.clone(), user: user.to_owned(), half };
        *shared.waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(waiting);
        Ok(Some(sent))
    }
}

impl Shared {
    /// The login of that user that waits for its code.
    pub(super) fn waiting(&self, connection: &ConnectionString, user: &str) -> Option<HalfSession> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let is_his = |waiting: &&Waiting| waiting.connection == *connection && waiting.user == user;
        waiting.as_ref().filter(is_his).map(|waiting| waiting.half.clone())
    }

    /// What a code came to: but for a wrong one, and where nothing was heard, the login waits no longer.
    pub(super) fn waited(&self, code: Option<Code>) {
        if code.is_none_or(|code| code == Code::TokenRefused) {
            *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}
