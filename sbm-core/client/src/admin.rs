//! The administrator's calls, typed and blocking; `sbmctl` stands on them (CON-1).
//!
//! 1. An [`Admin`] speaks to one server with at most one token. The token is a person's, of the audience `console`
//!    (RUN-7), or one that a person made for a program, of the audience `api`, which goes as far as he let it (RUN-11); a
//!    device's token is refused by the server, and these are refused as a device's.
//! 2. Nothing is kept here: no cache, no retry, no clock. What is shown is what the server said just now, and an act
//!    that failed was not done, except where the answer itself was lost (`unreachable`, `timed_out`).
//! 3. Objects are named by the names people know them by; names go into paths percent-encoded.
//! 4. Before a password leaves this process, the server was asked whether it speaks this wire at all (DOOR-4).

mod accounts;
mod address;
mod allowlist;
mod company;
mod devices;
mod enrolments;
mod factor;
mod groups;
mod history;
mod listing;
mod orders;
mod profiles;
mod roles;
mod security_profiles;
mod server;
mod sessions;
mod tag;
#[cfg(test)]
mod tests;
mod tokens;
mod users;

use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError};
use std::time::Duration;

use sbm_core::code::Code;
use sbm_core::wire::v1::session::{Claim, Login, Secret, Session};
use sbm_core::wire::v1::{Capability, ConnectionString, Status, path};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

pub use self::devices::WhichDevice;
pub use self::listing::{Listed, Listing, Rows};
pub use self::tag::{Tag, Tagged};
use crate::error::Error;
use crate::transport::http::Http;
use crate::transport::{Flow, HttpRequest, Https, Network as _, Roots, Terms, Transport, answer_of, body_of};

/// The version of the wire that this client speaks.
const WIRE: u32 = 1;

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
    transport: Arc<dyn Transport>,
    token: Option<Secret>,
    /// What the server said of itself, once it was asked.
    status: Arc<OnceLock<Status>>,
    condition: Option<Tag>,
    noted: Option<tag::Noted>,
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

    /// The same to a server whose connection string has no fingerprint: the roots that this computer trusts vouch for it, since
    /// somebody said so in so many words (RUN-4).
    ///
    /// # Errors
    ///
    /// [`Code::ConfigInvalid`] for a connection string with a fingerprint, which alone decides then; else what is wrong with
    /// the system's roots.
    pub fn connect_by_system_roots(connection: &ConnectionString, timeout: Duration) -> Result<Self, Error> {
        if connection.ca.is_some() {
            let message = format!("`{connection}` has a fingerprint; the system's roots have no say then");
            return Err(Error::new(Code::ConfigInvalid, message));
        }
        Ok(Self::on(Https::default().connect(connection, &Roots::System, &Terms::of(timeout))?))
    }

    /// The same over a way to the server that is there already.
    #[must_use]
    pub fn over(transport: Box<dyn Transport>) -> Self {
        Self::on(transport.into())
    }

    fn on(transport: Arc<dyn Transport>) -> Self {
        Self { transport, token: None, status: Arc::default(), condition: None, noted: None }
    }

    /// The same connection and token once more.
    fn view(&self) -> Self {
        Self {
            transport: Arc::clone(&self.transport),
            token: self.token.clone(),
            status: Arc::clone(&self.status),
            condition: self.condition.clone(),
            noted: self.noted.clone(),
        }
    }

    /// The same way with the token of an earlier login, or with one that was made for a program.
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
        self.send("GET", path::STATUS, None, None::<&()>)
    }

    /// Whether the server can do that; it is asked once.
    ///
    /// # Errors
    ///
    /// Those of [`status`](Self::status).
    pub fn can(&self, capability: Capability) -> Result<bool, Error> {
        if let Some(status) = self.status.get() {
            return Ok(status.can(capability));
        }
        let status = self.status()?;
        Ok(self.status.get_or_init(|| status).can(capability))
    }

    /// Refuses what the server does not offer before anything is sent that it would not understand (DOOR-4).
    fn need(&self, capability: Capability) -> Result<(), Error> {
        if self.can(capability)? {
            return Ok(());
        }
        let version = self.status.get().map_or("unknown", |status| status.version.as_str());
        let message =
            format!("the server (version {version}) does not offer `{}`, which this needs; update it", capability.name());
        Err(Error::new(Code::CapabilityMissing, message))
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
        self.send("POST", path::CLAIM, None, Some(&claim)).map(|_: IgnoredAny| ())
    }

    /// Logs a person in; the calls that follow act with the session's token.
    ///
    /// # Errors
    ///
    /// [`Code::WrongCredentials`], [`Code::UserDisabled`], [`Code::Throttled`]; [`Code::DeniedSecondFactor`] when a code is asked
    /// for, which [`finish_login`](Self::finish_login) sends; [`Code::CapabilityMissing`] when the
    /// server does not speak this version or offers no administration; [`Code::NotClaimed`] before its set-up.
    pub fn login(&mut self, user: &str, password: &Secret) -> Result<Session, Error> {
        let status = self.status()?;
        check_wire(&status)?;
        if !status.claimed {
            return Err(Error::new(Code::NotClaimed, "the server has not been set up yet; that is done on its own machine"));
        }
        let login = Login { user: user.to_owned(), password: password.clone() };
        let session: Session = self.send("POST", path::SESSION, None, Some(&login))?;
        self.status = Arc::new(OnceLock::from(status));
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
        self.send("GET", path, Some(self.token()?), None::<&()>)
    }

    fn post<Q: Serialize, A: DeserializeOwned>(&self, path: &str, body: &Q) -> Result<A, Error> {
        self.send("POST", path, Some(self.token()?), Some(body))
    }

    fn patch<Q: Serialize, A: DeserializeOwned>(&self, path: &str, body: &Q) -> Result<A, Error> {
        self.send("PATCH", path, Some(self.token()?), Some(body))
    }

    /// An act that needs nothing said and answers nothing.
    fn post_nothing(&self, path: &str) -> Result<(), Error> {
        self.send("POST", path, Some(self.token()?), None::<&()>).map(|_: IgnoredAny| ())
    }

    fn delete(&self, path: &str) -> Result<(), Error> {
        self.send("DELETE", path, Some(self.token()?), None::<&()>).map(|_: IgnoredAny| ())
    }

    fn send<Q: Serialize, A: DeserializeOwned>(
        &self,
        method: &'static str,
        path: &str,
        token: Option<&Secret>,
        body: Option<&Q>,
    ) -> Result<A, Error> {
        let response = self.transport.send(self.request(method, path, token, body)?)?;
        self.note(response.tag.as_deref());
        answer_of(path, response)
    }

    /// The same for much data: what comes of a success goes to the flow.
    fn stream(&self, path: &str, kind: &str, flow: &mut dyn Flow) -> Result<(), Error> {
        let mut request = self.request("GET", path, Some(self.token()?), None::<&()>)?;
        request.max_answer = usize::MAX;
        request.headers.push(("accept", kind.to_owned()));
        let response = self.transport.stream(request, flow)?;
        self.note(response.tag.as_deref());
        answer_of(path, response).map(|_: IgnoredAny| ())
    }

    fn request<Q: Serialize>(
        &self,
        method: &'static str,
        path: &str,
        token: Option<&Secret>,
        body: Option<&Q>,
    ) -> Result<HttpRequest, Error> {
        let condition = self.condition.as_ref().filter(|_| method != "GET");
        Ok(HttpRequest {
            method,
            path: path.to_owned(),
            token: token.cloned(),
            body: body.map(body_of).transpose()?,
            max_answer: sbm_core::wire::MAX_ANSWER,
            headers: condition.map(|tag| ("if-match", tag.0.clone())).into_iter().collect(),
        })
    }

    fn note(&self, tag: Option<&str>) {
        if let (Some(noted), Some(tag)) = (&self.noted, tag) {
            *noted.lock().unwrap_or_else(PoisonError::into_inner) = Some(Tag(tag.to_owned()));
        }
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
