//! The administrator's calls, typed and blocking; `sbmctl` stands on them (CON-1).
//!
//! 1. An [`Admin`] speaks to one server with at most one token. The token is a person's, of the audience `console`
//!    (RUN-7); a device's token is refused by the server, and this one is refused as a device's.
//! 2. Nothing is kept here: no cache, no retry, no clock. What is shown is what the server said just now, and an act
//!    that failed was not done, except where the answer itself was lost (`unreachable`, `timed_out`).
//! 3. Objects are named by the names people know them by; names go into paths percent-encoded.
//! 4. Before a password leaves this process, the server was asked whether it speaks this wire at all (DOOR-4).

mod address;
mod allowlist;
mod groups;
mod history;
mod profiles;
mod security_profiles;
mod server;
#[cfg(test)]
mod tests;
mod users;

use std::fmt;
use std::time::Duration;

use sbm_core::code::Code;
use sbm_core::wire::v1::admin::Page;
use sbm_core::wire::v1::session::{Claim, Login, Secret, Session};
use sbm_core::wire::v1::{Capability, ConnectionString, Status, path};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use self::address::Query;
use crate::error::Error;
use crate::transport::http::Http;
use crate::transport::{Transport, call};

/// The version of the wire that this client speaks.
const WIRE: u32 = 1;
/// The most pages of one list that are followed; a server that never ends is not believed.
const MAX_PAGES: usize = 10_000;

/// A person's connection to a server, for administration.
///
/// # Offline
///
/// Every call needs the server; nothing is answered from a cache.
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
/// use sbm_client::admin::Admin;
/// use sbm_client::core::wire::v1::session::Secret;
///
/// let connection = "sbm://localhost:8100#ca-sha256=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
///     .parse()
///     .map_err(|code: sbm_client::core::code::Code| code.text())?;
/// let mut admin = Admin::connect(&connection, Duration::from_secs(30))?;
/// admin.login("admin", &Secret::new("correct horse battery"))?;
/// for user in admin.users()? {
///     println!("{}", user.name);
/// }
/// admin.logout()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Admin {
    transport: Box<dyn Transport>,
    token: Option<Secret>,
}

impl Admin {
    /// Prepares the way to a server; nothing is sent yet. `timeout` bounds each call as a whole.
    ///
    /// # Errors
    ///
    /// What the transport finds wrong with the connection string or the system's roots.
    pub fn connect(connection: &ConnectionString, timeout: Duration) -> Result<Self, Error> {
        Ok(Self::over(Box::new(Http::new(connection, timeout)?)))
    }

    /// The same over a way to the server that is there already.
    #[must_use]
    pub fn over(transport: Box<dyn Transport>) -> Self {
        Self { transport, token: None }
    }

    /// The same way with the token of an earlier login.
    #[must_use]
    pub fn with_token(mut self, token: Secret) -> Self {
        self.token = Some(token);
        self
    }

    /// Whether there is a token to act with. Whether the server still takes it, only a call can tell.
    #[must_use]
    pub const fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// What the server tells everybody who gets past the allowlist (RUN-1).
    ///
    /// # Errors
    ///
    /// [`Code::Unreachable`] and its kin, [`Code::UntrustedServer`], [`Code::AddressRefused`].
    pub fn status(&self) -> Result<Status, Error> {
        call(&*self.transport, "GET", path::STATUS, None, None::<&()>)
    }

    /// Makes the server somebody's: sets the password of `admin`, once (RUN-2). It does not log in.
    ///
    /// # Errors
    ///
    /// [`Code::SetupCodeWrong`]; [`Code::AlreadyClaimed`] when somebody was first; [`Code::PasswordTooShort`] and
    /// [`Code::PasswordTooCommon`].
    pub fn claim(&self, code: &Secret, password: &Secret) -> Result<(), Error> {
        let status = self.status()?;
        check_wire(&status)?;
        if status.claimed {
            return Err(Error::new(
                Code::AlreadyClaimed,
                "the server has been set up already; log in as `admin`, or as whoever you are there",
            ));
        }
        let claim = Claim { code: code.clone(), password: password.clone() };
        call(&*self.transport, "POST", path::CLAIM, None, Some(&claim)).map(|_: IgnoredAny| ())
    }

    /// Logs a person in; the calls that follow act with the session's token.
    ///
    /// # Errors
    ///
    /// [`Code::WrongCredentials`], [`Code::UserDisabled`], [`Code::Throttled`]; [`Code::CapabilityMissing`] when the
    /// server does not speak this version or offers no administration; [`Code::NotClaimed`] before its set-up.
    pub fn login(&mut self, user: &str, password: &Secret) -> Result<Session, Error> {
        let status = self.status()?;
        check_wire(&status)?;
        if !status.claimed {
            return Err(Error::new(Code::NotClaimed, "the server has not been set up yet; that is done on its own machine"));
        }
        let login = Login { user: user.to_owned(), password: password.clone() };
        let session: Session = call(&*self.transport, "POST", path::SESSION, None, Some(&login))?;
        self.token = Some(session.token.clone());
        Ok(session)
    }

    /// Ends the session on the server and forgets the token. The token is forgotten even if the server is away.
    ///
    /// # Errors
    ///
    /// [`Code::NotLoggedIn`] without a token; else why the server could not be told.
    pub fn logout(&mut self) -> Result<(), Error> {
        let ended = self.delete(path::SESSION);
        self.token = None;
        ended
    }

    fn token(&self) -> Result<&Secret, Error> {
        self.token.as_ref().ok_or_else(|| Error::new(Code::NotLoggedIn, "nobody is logged in here; log in first"))
    }

    fn get<A: DeserializeOwned>(&self, path: &str) -> Result<A, Error> {
        call(&*self.transport, "GET", path, Some(self.token()?), None::<&()>)
    }

    fn post<Q: Serialize, A: DeserializeOwned>(&self, path: &str, body: &Q) -> Result<A, Error> {
        call(&*self.transport, "POST", path, Some(self.token()?), Some(body))
    }

    fn patch<Q: Serialize, A: DeserializeOwned>(&self, path: &str, body: &Q) -> Result<A, Error> {
        call(&*self.transport, "PATCH", path, Some(self.token()?), Some(body))
    }

    fn delete(&self, path: &str) -> Result<(), Error> {
        call(&*self.transport, "DELETE", path, Some(self.token()?), None::<&()>).map(|_: IgnoredAny| ())
    }

    /// A whole list, page by page.
    fn list<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let page: Page<T> = self.get(&Query::of(path).with("after", after.as_deref()).finish())?;
            items.extend(page.items);
            match page.next {
                None => return Ok(items),
                next if next == after => break,
                next => after = next,
            }
        }
        Err(Error::new(Code::MalformedAnswer, format!("the server's list at `{path}` does not end")))
    }
}

impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admin").field("has_token", &self.has_token()).finish_non_exhaustive()
    }
}

fn check_wire(status: &Status) -> Result<(), Error> {
    if !status.wire.contains(&WIRE) {
        let message =
            format!("the server (version {}) does not speak version {WIRE} of the wire; update this program", status.version);
        return Err(Error::new(Code::CapabilityMissing, message));
    }
    if !status.can(Capability::Admin) {
        let message =
            format!("the server (version {}) offers no administration by `{}`", status.version, Capability::Admin.name());
        return Err(Error::new(Code::CapabilityMissing, message));
    }
    Ok(())
}
