//! A code that is sent for a login, and the login that waits for it in this process (RUN-8).

use std::sync::PoisonError;

use sbm_core::code::Code;
use sbm_core::factor::Channel;
use sbm_core::id::Hash;
use sbm_core::wire::v1::factor::{CodeSent, HalfSession, SendLoginCode};
use sbm_core::wire::v1::session::Secret;
use sbm_core::wire::v1::{ConnectionString, path};
use zeroize::Zeroizing;

use super::login::{Settings, reach};
use super::{Client, Shared};
use crate::error::Error;
use crate::store::random;
use crate::transport::call;

/// A login whose password was right and for which a code was sent.
pub(super) struct Waiting {
    connection: ConnectionString,
    user: String,
    /// The password itself is not kept.
    proof: Proof,
    half: HalfSession,
}

/// By what a password is known again, in this process alone.
struct Proof {
    salt: [u8; 32],
    hash: Hash,
}

impl Proof {
    fn of(password: &Secret) -> Result<Self, Error> {
        let salt = random()?;
        Ok(Self { salt, hash: salted(salt, password) })
    }

    fn is_of(&self, password: &Secret) -> bool {
        salted(self.salt, password) == self.hash
    }
}

fn salted(salt: [u8; 32], password: &Secret) -> Hash {
    Hash::of(&Zeroizing::new([&salt, password.reveal().as_bytes()].concat()))
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
        let settings = Settings { connection, user, password, code: None, system_roots, take_over: false };
        let Err(failed) = self.log_in_with(&settings) else { return Ok(None) };
        let Some(half) = failed.second_step().cloned() else { return Err(failed) };
        let way = shared.one_act(reach(shared, connection, system_roots)?, &shared.cancel.begin());
        let asked = SendLoginCode { login: half.token.clone(), channel };
        let sent: CodeSent = call(&*way, "POST", path::LOGIN_CODE, None, Some(&asked))?;
        let waiting = Waiting { connection: connection.clone(), user: user.to_owned(), proof: Proof::of(password)?, half };
        *shared.waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(waiting);
        Ok(Some(sent))
    }
}

impl Shared {
    /// The login of that user that waits for its code, begun with that password.
    pub(super) fn waiting(&self, connection: &ConnectionString, user: &str, password: &Secret) -> Option<HalfSession> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let is_his =
            |waiting: &&Waiting| waiting.connection == *connection && waiting.user == user && waiting.proof.is_of(password);
        waiting.as_ref().filter(is_his).map(|waiting| waiting.half.clone())
    }

    /// Whether the login that waited is over: the server knows it no longer. Then none waits any more.
    pub(super) fn waits_in_vain(&self, failed: &Error) -> bool {
        let is_over = failed.code() == Code::TokenRefused;
        if is_over {
            self.wait_no_more();
        }
        is_over
    }

    /// No login waits any more: somebody logged in or out.
    pub(super) fn wait_no_more(&self) {
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
