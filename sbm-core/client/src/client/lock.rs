//! The management connection: open until its first valid test, then read-only (USR-9); and silent roll-out.
//!
//! 1. A login, or a test of the server with credentials, that succeeds locks the connection to server and user.
//!    A test enrols nobody: an installation that was locked by it and never logged in is *unmanaged*, and its host decides,
//!    unless the machine's administrator demands that it is managed (DEC-6).
//! 2. While it is locked the same user logs in at the same server and nothing else is taken; logging out keeps the lock.
//! 3. It is changed by whoever proves himself an administrator at the *locked* server, for that one act; that server is
//!    asked each time, so that nothing can be changed offline. If the new connection does not prove right, the old one stays.

use sbm_core::agent::Write;
use sbm_core::cache::Trust;
use sbm_core::code::Code;
use sbm_core::wire::v1::admin::Unlock;
use sbm_core::wire::v1::session::Secret;
use sbm_core::wire::v1::{Capability, ConnectionString, Status, path};

use super::login::Settings;
use super::{Client, Talker, busy};
use crate::driver::{SyncSummary, roots};
use crate::error::Error;
use crate::log::Level;
use crate::rollout::Rollout;
use crate::store::SyncGuard;
use crate::transport::{Act, Roots, call};

/// Who proves, for one act, that he may change a locked connection. He is logged in nowhere by it.
#[derive(Clone, Debug)]
pub struct Administrator {
    /// The login name at the locked server: `name`, or `account>name` in full.
    pub user: String,
    /// His password.
    pub password: Secret,
    /// The code of his second factor, of his authenticator or a recovery code, if he has one (RUN-8).
    pub code: Option<Secret>,
}

impl Client {
    /// Whether the management connection is read-only (USR-9). Takes notice of what another process did. One that a test
    /// locked and that never logged in is unmanaged all the same (DEC-6).
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.shared.refresh();
        self.shared.known().lock.is_some()
    }

    /// Changes the locked connection: an administrator proves himself at the locked server, for this one act, and the user
    /// logs in to the new one. An open connection asks for no proof; this is then a login.
    ///
    /// # Errors
    ///
    /// [`Code::Unreachable`] and the other codes 2xx when the locked server was not reached, [`Code::CapabilityMissing`]
    /// when it is of a version that knows no locks, its refusal of the administrator ([`Code::WrongCredentials`],
    /// [`Code::DeniedRole`], [`Code::DeniedSecondFactor`], [`Code::Throttled`]); the errors of a login at the new one. Nothing has changed then.
    ///
    /// # Offline
    ///
    /// The locked server must be there: there is no change without it.
    pub fn change_connection(
        &self,
        connection: &ConnectionString,
        user: &str,
        password: &Secret,
        administrator: &Administrator,
    ) -> Result<(), Error> {
        self.change_connection_with_code(connection, user, password, None, administrator)
    }

    /// The same for a user who has a second factor, with its code (RUN-8), as for [`login_with_code`](Self::login_with_code).
    ///
    /// # Errors
    ///
    /// Those of [`change_connection`](Self::change_connection); [`Code::SecondFactorWrong`].
    ///
    /// # Offline
    ///
    /// The locked server must be there: there is no change without it.
    pub fn change_connection_with_code(
        &self,
        connection: &ConnectionString,
        user: &str,
        password: &Secret,
        code: Option<&Secret>,
        administrator: &Administrator,
    ) -> Result<(), Error> {
        let _telling = self.shared.config.journal.begin();
        let system_roots = self.shared.config.system_roots;
        let settings = Settings { connection, user, password, code, system_roots, take_over: false };
        let result = self.change(&settings, administrator);
        let what = format!("the change of the connection to `{user}` at `{}`", connection.authority());
        self.shared.tell_act(&what, &result);
        result
    }

    fn change(&self, settings: &Settings<'_>, administrator: &Administrator) -> Result<(), Error> {
        let shared = &self.shared;
        let began = shared.cancel.begin();
        let mut talker = shared.talker();
        let syncing = shared.store.try_sync()?.ok_or_else(busy)?;
        shared.reload(&mut talker.agent)?;
        let old = talker.agent.trust().clone();
        if old.locked().is_some() {
            self.prove(&old, administrator, &began)?;
        }
        self.replace(&syncing, &mut talker, &old, settings, &began)
    }

    /// Logs in with the settings of a roll-out, while nothing is locked (USR-9). Gives nothing where a connection is locked
    /// already, or where the roll-out has no connection: it does not count then.
    ///
    /// # Errors
    ///
    /// [`Code::UntrustedServer`] for a connection without a fingerprint (RUN-4); [`Code::ConfigInvalid`],
    /// [`Code::ConfigUnreadable`] when settings are missing or cannot be read; the errors of a login.
    pub fn roll_out(&self, rollout: &Rollout) -> Result<Option<SyncSummary>, Error> {
        let _telling = self.shared.config.journal.begin();
        let result = self.try_roll_out(rollout);
        match &result {
            Ok(None) => self.shared.config.journal.note(Level::Debug, || "there is nothing to roll out here"),
            result => self.shared.tell_act("the roll-out", result),
        }
        result
    }

    fn try_roll_out(&self, rollout: &Rollout) -> Result<Option<SyncSummary>, Error> {
        let shared = &self.shared;
        let began = shared.cancel.begin();
        if rollout.is_empty() || self.is_locked() {
            return Ok(None);
        }
        let given = rollout.settings()?;
        let mut talker = shared.talker();
        let syncing = shared.store.try_sync()?.ok_or_else(busy)?;
        shared.reload(&mut talker.agent)?;
        if talker.agent.trust().locked().is_some() {
            return Ok(None);
        }
        let settings = Settings {
            connection: &given.connection,
            user: &given.user,
            password: &given.password,
            code: None,
            system_roots: given.system_roots,
            take_over: false,
        };
        self.log_in_holding(&syncing, &mut talker, &settings, &began).map(Some)
    }

    /// Asks the locked server whether this is one of its administrators.
    fn prove(&self, locked: &Trust, administrator: &Administrator, began: &Act) -> Result<(), Error> {
        let shared = &self.shared;
        let Some(lock) = locked.locked() else { return Ok(()) };
        let roots = if locked.connection.is_some() {
            roots(locked)
        } else {
            lock.connection.ca.map_or(Roots::System, |ca| Roots::Pinned(vec![ca]))
        };
        let way = shared.config.network.connect(&lock.connection, &roots, &super::terms(&shared.config, &shared.cancel))?;
        let way = shared.one_act(way, began);
        let status: Status = call::<(), _>(&*way, "GET", path::STATUS, None, None)?;
        if !status.can(Capability::Unlock) {
            let message = format!(
                "the server `{}` is of version `{}` and cannot confirm an administrator; update it first",
                lock.connection.authority(),
                status.version
            );
            return Err(Error::new(Code::CapabilityMissing, message));
        }
        let unlock = Unlock {
            user: administrator.user.clone(),
            password: administrator.password.clone(),
            installation: locked.installation,
            computer: shared.config.computer_name(),
            code: administrator.code.clone(),
        };
        call(&*way, "POST", path::UNLOCK, None, Some(&unlock))
    }

    /// Logs in to the new connection; whatever goes wrong, the old one stays.
    fn replace(
        &self,
        syncing: &SyncGuard,
        talker: &mut Talker,
        old: &Trust,
        settings: &Settings<'_>,
        began: &Act,
    ) -> Result<(), Error> {
        let shared = &self.shared;
        let old_way = talker.way_to(&shared.config, &shared.cancel).ok();
        match self.log_in_holding(syncing, talker, settings, began) {
            Ok(_) => {
                if let (Some(way), Some(token)) = (old_way, &old.token)
                    && old.connection.as_ref() != Some(settings.connection)
                {
                    // Not reached, the old token ends with its user, or when an administrator removes the device.
                    let _handed_back: Result<(), Error> =
                        call::<(), ()>(&*shared.one_act(way, began), "DELETE", path::DEVICE, Some(token), None);
                }
                Ok(())
            }
            Err(error) => {
                shared.config.journal.note(Level::Info, || "the connection stays what it was");
                if talker.agent.trust() != old && old.locked().is_some() {
                    shared.store.apply(&[Write::Trust(Box::new(old.clone()))])?;
                    shared.reload(&mut talker.agent)?;
                }
                Err(error)
            }
        }
    }
}

/// Refuses what would change a locked connection.
pub(super) fn refuse_change(trust: &Trust, connection: &ConnectionString, user: &str) -> Result<(), Error> {
    let Some(lock) = trust.locked() else { return Ok(()) };
    let pins = match roots(trust) {
        Roots::Pinned(pins) => pins,
        Roots::System => Vec::new(),
    };
    if trust.admits_user(user) && trust.admits_server(connection, &pins) {
        return Ok(());
    }
    let message = format!(
        "the connection is locked to `{}` at `{}`; an administrator of that server can change it",
        lock.user,
        lock.connection.authority()
    );
    Err(Error::new(Code::ConnectionLocked, message))
}

/// The settings of a test of the server that proved right are kept and locked.
pub(super) fn lock_tested(client: &Client, connection: &ConnectionString, user: &str) -> Result<(), Error> {
    let shared = &client.shared;
    let mut talker = shared.talker();
    let _syncing = shared.store.try_sync()?.ok_or_else(busy)?;
    shared.reload(&mut talker.agent)?;
    talker.agent.handle_lock(shared.now(), connection.clone(), user)?;
    shared.drive(&mut talker, &shared.cancel.begin())?;
    shared.config.journal.note(Level::Info, || format!("the connection is locked to `{user}` at `{}`", connection.authority()));
    Ok(())
}
