//! Enrolment without a password: with a code or a passphrase that a security officer made (DEV-1).
//!
//! 1. The code is used once and not kept. Where a person has to let the device in, it asks again with the same code: its
//!    installation keeps its name until then, over restarts too.
//! 2. An enrolment locks the connection as a login does (USR-9). A locked one is enrolled anew for its own user, at its own
//!    server, and for nobody else.

use sbm_core::agent::Cause;
use sbm_core::code::Code;
use sbm_core::wire::v1::session::{DeviceEnrolled, DeviceEnrolment, Secret};
use sbm_core::wire::v1::{Capability, ConnectionString, Status, path};

use super::lock::refuse_change;
use super::login::reach;
use super::{Client, busy};
use crate::error::Error;
use crate::transport::call;

/// What became of an enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enrolment {
    /// This installation is a device, and has its permissions.
    Enrolled,
    /// A person has yet to let it in. Ask again after a while, with the same code.
    Waiting,
}

impl Client {
    /// Makes this installation a device with a code or a passphrase, without any password (DEV-1). Then syncs.
    ///
    /// # Errors
    ///
    /// [`Code::EnrolmentRefused`] for a code that is wrong, used up, expired or revoked, and for a device that was rejected;
    /// [`Code::ConnectionLocked`] when this installation belongs to another server, or the code is for another user: it is
    /// used up then; [`Code::CapabilityMissing`] at a server that knows no codes; [`Code::Throttled`] and what else the server
    /// says; the codes 2xx when it was not reached or is not the confirmed one; [`Code::CacheBusy`] while another process
    /// syncs. Nothing has changed then.
    ///
    /// # Offline
    ///
    /// There is no enrolment without the server.
    pub fn enrol(&self, connection: &ConnectionString, code: &Secret) -> Result<Enrolment, Error> {
        let shared = &self.shared;
        let _telling = shared.config.journal.begin();
        let result = self.try_enrol(connection, code);
        shared.tell_act(&format!("the enrolment at `{}`", connection.authority()), &result);
        result
    }

    fn try_enrol(&self, connection: &ConnectionString, code: &Secret) -> Result<Enrolment, Error> {
        let shared = &self.shared;
        let began = shared.cancel.begin();
        let mut talker = shared.talker();
        let syncing = shared.store.try_sync()?.ok_or_else(busy)?;
        shared.reload(&mut talker.agent)?;
        if let Some(lock) = talker.agent.trust().locked() {
            refuse_change(talker.agent.trust(), connection, &lock.user)?;
        }
        let way = shared.one_act(reach(shared, connection, shared.config.system_roots)?, &began);
        let status: Status = call::<(), _>(&*way, "GET", path::STATUS, None, None)?;
        if !status.can(Capability::Enrol) {
            let message = "the server knows no enrolment codes; update the server, or log in with a password";
            return Err(Error::new(Code::CapabilityMissing, message));
        }
        let asked = DeviceEnrolment {
            code: code.clone(),
            installation: talker.agent.trust().installation,
            computer: shared.config.computer_name(),
            program: shared.config.program.clone(),
        };
        let told: DeviceEnrolled = call(&*way, "POST", path::DEVICE_ENROL, None, Some(&asked))?;
        let (Some(session), Some(login)) = (told.session, told.login) else {
            talker.agent.handle_waiting(shared.now());
            shared.drive(&mut talker, &began)?;
            return Ok(Enrolment::Waiting);
        };
        if let Err(refused) = refuse_change(talker.agent.trust(), connection, &login) {
            // Not handed back, the token ends with the next enrolment of this installation.
            let _handed_back: Result<(), Error> = call::<(), ()>(&*way, "DELETE", path::DEVICE, Some(&session.token), None);
            return Err(refused);
        }
        talker.agent.handle_login(shared.now(), connection.clone(), &login, session).map_err(|code| {
            Error::new(code, format!("the server enrolled this device, but what it sent cannot be trusted: {}", code.text()))
        })?;
        shared.wait_no_more();
        shared.drive(&mut talker, &began)?;
        let summary = shared.sync_holding(&syncing, &mut talker, Cause::OnDemand, &began)?;
        match summary.why {
            Some(code) if summary.online => Err(Error::new(code, format!("enrolled, but without permissions: {}", code.text()))),
            _ => Ok(Enrolment::Enrolled),
        }
    }
}
