//! Login, logout and the one act that asks for an administrator's password (DEV-3, RUN-7, PRO-2).

use std::sync::Arc;

use sbm_core::agent::Cause;
use sbm_core::code::Code;
use sbm_core::wire::v1::admin::Upload;
use sbm_core::wire::v1::factor::{DeviceSecondStep, HalfSession, SecondStep};
use sbm_core::wire::v1::session::{DeviceLogin, DeviceSession, Login, Secret, Session};
use sbm_core::wire::v1::{Capability, ConnectionString, Status, path};
use serde::Deserialize;

use super::lock::refuse_change;
use super::{Client, Shared, Talker, busy, terms};
use crate::driver::SyncSummary;
use crate::error::Error;
use crate::rollout::Rollout;
use crate::store::SyncGuard;
use crate::transport::{Act, Roots, Transport, TransportError, call, confirmed};

impl Client {
    /// Logs a user in; this installation becomes a device of his account (DEV-3). Then syncs.
    ///
    /// The password is used once and not kept. A cache that could not be trusted is replaced; the old file is set aside.
    ///
    /// A login that succeeds locks the connection (USR-9): from then on this user logs in at this server, and another
    /// server or user takes [`change_connection`](Self::change_connection).
    ///
    /// # Errors
    ///
    /// [`Code::ConnectionLocked`]; [`Code::WrongCredentials`], [`Code::Throttled`] and what else the server says; the codes
    /// 2xx when it was not reached or is not the confirmed one; [`Code::CacheBusy`] while another process syncs. Nothing has
    /// changed then.
    ///
    /// # Offline
    ///
    /// There is no login without the server.
    pub fn login(&self, connection: &ConnectionString, user: &str, password: &Secret) -> Result<(), Error> {
        let shared = &self.shared;
        let _telling = shared.config.journal.begin();
        let result = self.log_in(connection, user, password);
        shared.tell_act(&format!("the login of `{user}` at `{}`", connection.authority()), &result);
        result
    }

    /// Logs in with the settings of a roll-out although the connection is locked: the same user at the same server, whose token
    /// ended.
    ///
    /// # Errors
    ///
    /// Those of the settings, as for [`roll_out`](Self::roll_out), and those of [`login`](Self::login).
    pub fn log_in_by(&self, rollout: &Rollout) -> Result<(), Error> {
        let given = rollout.settings()?;
        let shared = &self.shared;
        let _telling = shared.config.journal.begin();
        let (connection, user) = (&given.connection, given.user.as_str());
        let system_roots = given.system_roots || shared.config.system_roots;
        let result = self.log_in_with(&Settings {
            connection,
            user,
            password: &given.password,
            code: None,
            system_roots,
            take_over: false,
        });
        shared.tell_act(&format!("the login of `{user}` at `{}`", connection.authority()), &result);
        result
    }

    /// Logs a user in who has a second factor, with the code that his authenticator shows or a recovery code (RUN-8), or with the
    /// one that [`send_login_code`](Self::send_login_code) had sent to him. Without a second factor the code is left alone. A host that does not know asks for it when [`login`](Self::login) failed with
    /// [`Code::DeniedSecondFactor`]; the device's token is asked for none later.
    ///
    /// # Errors
    ///
    /// Those of [`login`](Self::login); [`Code::SecondFactorWrong`].
    ///
    /// # Offline
    ///
    /// There is no login without the server.
    pub fn login_with_code(
        &self,
        connection: &ConnectionString,
        user: &str,
        password: &Secret,
        code: &Secret,
    ) -> Result<(), Error> {
        let shared = &self.shared;
        let _telling = shared.config.journal.begin();
        let system_roots = shared.config.system_roots;
        let result = self.log_in_with(&Settings { connection, user, password, code: Some(code), system_roots, take_over: false });
        shared.tell_act(&format!("the login of `{user}` at `{}`", connection.authority()), &result);
        result
    }

    /// Logs in as [`login`](Self::login) does, or [`login_with_code`](Self::login_with_code) where there is a code; and a backup
    /// account that is on another machine is on this one from then on (ACC-11). For a host whose user said so when a login had
    /// failed with [`Code::OtherMachine`]: nothing of this is done for him unasked. What the other machine did stays in the
    /// history; from its next contact on it is told the same, makes no more backups, and still restores. What it had not sent
    /// is sent when the account is taken over to there again.
    ///
    /// A code is used up by the login that failed: it takes another one.
    ///
    /// # Errors
    ///
    /// Those of [`login_with_code`](Self::login_with_code); [`Code::DeniedRole`] for a user who may not change devices in his account, which
    /// whoever logs in with its full name and secret may; [`Code::CapabilityMissing`] at a server that knows no such login.
    ///
    /// # Offline
    ///
    /// There is no login without the server.
    pub fn take_over(
        &self,
        connection: &ConnectionString,
        user: &str,
        password: &Secret,
        code: Option<&Secret>,
    ) -> Result<(), Error> {
        let shared = &self.shared;
        let _telling = shared.config.journal.begin();
        let system_roots = shared.config.system_roots;
        let result = self.log_in_with(&Settings { connection, user, password, code, system_roots, take_over: true });
        shared.tell_act(&format!("the take-over by `{user}` at `{}`", connection.authority()), &result);
        result
    }

    fn log_in(&self, connection: &ConnectionString, user: &str, password: &Secret) -> Result<(), Error> {
        let system_roots = self.shared.config.system_roots;
        self.log_in_with(&Settings { connection, user, password, code: None, system_roots, take_over: false })
    }

    pub(super) fn log_in_with(&self, settings: &Settings<'_>) -> Result<(), Error> {
        let shared = &self.shared;
        let began = shared.cancel.begin();
        let mut talker = shared.talker();
        let syncing = shared.store.try_sync()?.ok_or_else(busy)?;
        shared.reload(&mut talker.agent)?;
        refuse_change(talker.agent.trust(), settings.connection, settings.user)?;
        self.log_in_holding(&syncing, &mut talker, settings, &began).map(drop)
    }

    /// The guard is the proof that nobody else syncs.
    pub(super) fn log_in_holding(
        &self,
        syncing: &SyncGuard,
        talker: &mut Talker,
        settings: &Settings<'_>,
        began: &Act,
    ) -> Result<SyncSummary, Error> {
        let shared = &self.shared;
        let Settings { connection, user, password, code, system_roots, take_over } = *settings;
        let login = DeviceLogin {
            user: user.to_owned(),
            password: password.clone(),
            installation: talker.agent.trust().installation,
            computer: shared.config.computer_name(),
            program: shared.config.program.clone(),
            take_over,
        };
        let way = shared.one_act(reach(shared, connection, system_roots)?, began);
        if take_over {
            can_take_over(&*way)?;
        }
        let waiting = code.and_then(|code| Some((shared.waiting(connection, user, password)?, code)));
        let ended = waiting.map(|(half, code)| finish(&*way, &login, &half, code));
        let session = match ended {
            // The login that waited is over: the password begins another one.
            Some(Err(failed)) if shared.waits_in_vain(&failed) => begin(&*way, &login, code),
            Some(ended) => ended,
            None => begin(&*way, &login, code),
        }?;
        talker.agent.handle_login(shared.now(), connection.clone(), user, session).map_err(|code| {
            Error::new(code, format!("the server accepted the login, but what it sent cannot be trusted: {}", code.text()))
        })?;
        shared.wait_no_more();
        shared.drive(talker, began)?;
        let summary = shared.sync_holding(syncing, talker, Cause::OnDemand, began)?;
        match summary.why {
            Some(code) if summary.online => Err(Error::new(code, format!("logged in, but without permissions: {}", code.text()))),
            _ => Ok(summary),
        }
    }

    /// Forgets the user and hands the device's token back, if the server can be reached. The installation stays managed:
    /// until the next login only the floor is left, so that logging out never widens anything; and the connection stays
    /// locked (USR-9).
    ///
    /// # Errors
    ///
    /// [`Code::CacheBusy`] while another process syncs; when the cache cannot be written.
    pub fn logout(&self) -> Result<(), Error> {
        let _telling = self.shared.config.journal.begin();
        let result = self.log_out();
        self.shared.tell_act("the logout", &result);
        result
    }

    fn log_out(&self) -> Result<(), Error> {
        let shared = &self.shared;
        let began = shared.cancel.begin();
        let mut talker = shared.talker();
        let _syncing = shared.store.try_sync()?.ok_or_else(busy)?;
        shared.reload(&mut talker.agent)?;
        if let (Some(token), Ok(way)) = (talker.agent.trust().token.clone(), talker.way_to(&shared.config, &shared.cancel)) {
            // Not reached, the token stays good on the server until the next login of this installation or the end of its user.
            let _handed_back: Result<(), Error> =
                call::<(), ()>(&*shared.one_act(way, &began), "DELETE", path::DEVICE, Some(&token), None);
        }
        shared.wait_no_more();
        talker.agent.handle_logout(shared.now());
        shared.drive(&mut talker, &began).map(|_| ())
    }

    /// Uploads a managed profile with an administrator's credentials, for that one act: his session is ended behind it.
    /// Gives the profile's revision, which is the old one if nothing changed (PRO-4).
    ///
    /// # Errors
    ///
    /// [`Code::NotLoggedIn`] when this installation has no server; [`Code::InvalidName`] without a description;
    /// [`Code::TooLarge`]; [`Code::Stale`] when somebody else uploaded meanwhile; what else the server says.
    pub fn upload_profile(&self, user: &str, password: &Secret, upload: &Upload) -> Result<u64, Error> {
        self.upload_profile_with_code(user, password, None, upload)
    }

    /// The same by an administrator who has a second factor, with the code of his authenticator or a recovery code (RUN-8): for
    /// a host whose [`upload_profile`](Self::upload_profile) failed with [`Code::DeniedSecondFactor`].
    ///
    /// # Errors
    ///
    /// Those of [`upload_profile`](Self::upload_profile); [`Code::SecondFactorWrong`].
    pub fn upload_profile_with_code(
        &self,
        user: &str,
        password: &Secret,
        code: Option<&Secret>,
        upload: &Upload,
    ) -> Result<u64, Error> {
        let _telling = self.shared.config.journal.begin();
        let result = self.upload(user, password, code, upload);
        self.shared.tell_act(&format!("the upload of the profile `{}` by `{user}`", upload.name), &result);
        result
    }

    fn upload(&self, user: &str, password: &Secret, code: Option<&Secret>, upload: &Upload) -> Result<u64, Error> {
        check(upload)?;
        let shared = &self.shared;
        let began = shared.cancel.begin();
        let transport = shared.talker().way_to(&shared.config, &shared.cancel)?;
        let transport = shared.one_act(transport, &began);
        let session = begin_session(&*transport, user, password, code)?;
        let uploaded: Result<Uploaded, Error> = call(&*transport, "POST", path::PROFILES, Some(&session.token), Some(upload));
        // A session that could not be ended ends by itself.
        let _ended: Result<(), Error> = call::<(), ()>(&*transport, "DELETE", path::SESSION, Some(&session.token), None);
        Ok(uploaded?.revision)
    }
}

/// A person's login, for one act; with the code where one is asked for.
fn begin_session(way: &dyn Transport, user: &str, password: &Secret, code: Option<&Secret>) -> Result<Session, Error> {
    let login = Login { user: user.to_owned(), password: password.clone() };
    let failed: Error = match call(way, "POST", path::SESSION, None, Some(&login)) {
        Ok(session) => return Ok(session),
        Err(failed) => failed,
    };
    let (Some(half), Some(code)) = (failed.second_step(), code) else { return Err(failed) };
    let step = SecondStep { login: half.token.clone(), code: code.clone() };
    call(way, "POST", path::SECOND_STEP, None, Some(&step))
}

/// A login by the password, which goes on with the code where it was right and there is one.
fn begin(way: &dyn Transport, login: &DeviceLogin, code: Option<&Secret>) -> Result<DeviceSession, Error> {
    let failed: Error = match call(way, "POST", path::DEVICE, None, Some(login)) {
        Ok(session) => return Ok(session),
        Err(failed) => failed,
    };
    let (Some(half), Some(code)) = (failed.second_step(), code) else { return Err(failed) };
    finish(way, login, half, code)
}

fn finish(way: &dyn Transport, login: &DeviceLogin, half: &HalfSession, code: &Secret) -> Result<DeviceSession, Error> {
    let DeviceLogin { installation, computer, program, take_over, .. } = login.clone();
    let step = DeviceSecondStep { login: half.token.clone(), code: code.clone(), installation, computer, program, take_over };
    call(way, "POST", path::DEVICE_SECOND_STEP, None, Some(&step))
}

/// A server that does not know it would not understand the login.
fn can_take_over(way: &dyn Transport) -> Result<(), Error> {
    let status: Status = call::<(), _>(way, "GET", path::STATUS, None, None)?;
    if status.can(Capability::Silos) {
        return Ok(());
    }
    let message = format!("the server is of version `{}`, which lets no machine take over; update it first", status.version);
    Err(Error::new(Code::CapabilityMissing, message))
}

/// What is needed of the answer to an upload.
#[derive(Deserialize)]
struct Uploaded {
    revision: u64,
}

/// What the server would refuse is refused before the password is sent.
fn check(upload: &Upload) -> Result<(), Error> {
    if upload.description.is_empty() {
        return Err(Error::new(
            Code::InvalidName,
            format!("the profile `{}` has no description; say what it is for", upload.name),
        ));
    }
    let sizes = [("body", upload.body.len()), ("schedule", upload.schedule.as_ref().map_or(0, Vec::len))];
    match sizes.into_iter().find(|(_, size)| *size > sbm_core::wire::MAX_BODY) {
        Some((what, size)) => {
            let max = sbm_core::wire::MAX_BODY;
            Err(Error::new(
                Code::TooLarge,
                format!("the {what} of the profile `{}` has `{size}` bytes; at most {max} are allowed", upload.name),
            ))
        }
        None => Ok(()),
    }
}

/// What a login needs.
pub(super) struct Settings<'a> {
    pub(super) connection: &'a ConnectionString,
    pub(super) user: &'a str,
    pub(super) password: &'a Secret,
    /// The code of the second factor, if the host asked for one.
    pub(super) code: Option<&'a Secret>,
    /// Whether the system's roots may vouch for a server without a fingerprint.
    pub(super) system_roots: bool,
    /// Whether a backup account that is on another machine is to be on this one from now on.
    pub(super) take_over: bool,
}

/// A way to a server that is not yet this installation's: the confirmed CA alone vouches for it, or the system's roots where
/// that was said in so many words.
pub(super) fn reach(
    shared: &Shared,
    connection: &ConnectionString,
    system_roots: bool,
) -> Result<Arc<dyn Transport>, TransportError> {
    let roots = match connection.ca {
        None if system_roots => Roots::System,
        _ => Roots::Pinned(vec![confirmed(connection)?]),
    };
    shared.config.network.connect(connection, &roots, &terms(&shared.config, &shared.cancel))
}
