//! Branding and its images, communications, agents, and the way to an account's own login (ACC-3, ACC-10).

use std::io::Write;

use sbm_core::account::AccountPath;
use sbm_core::id::Hash;
use sbm_core::wire::v1::admin::{
    Account, AgentDevice, Communication, CommunicationPatch, ConsoleLogin, EffectiveBranding, NewAgent, NewCommunication,
    NewImage,
};
use sbm_core::wire::v1::session::DeviceSession;
use sbm_core::wire::v1::{Capability, path};
use serde::de::IgnoredAny;

use super::Admin;
use super::address::member;
use crate::error::Error;

impl Admin {
    /// The branding that counts for an account, and where it comes from.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound);
    /// [`Code::CapabilityMissing`](sbm_core::code::Code::CapabilityMissing) without `company`, here and below.
    pub fn account_branding(&self, account: &AccountPath) -> Result<EffectiveBranding, Error> {
        self.need(Capability::Company)?;
        self.get(&format!("{}/branding", member(path::ACCOUNTS, &account.to_string())))
    }

    /// Puts a logo or an icon into the branding of an account.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidArgument`](sbm_core::code::Code::InvalidArgument) for what is no PNG or ICO file within its bounds, and where
    /// there is no branding yet.
    pub fn put_image(&self, account: &AccountPath, image: &NewImage) -> Result<Account, Error> {
        self.need(Capability::Company)?;
        self.post(&format!("{}/images", member(path::ACCOUNTS, &account.to_string())), image)
    }

    /// An image of the branding that counts for an account, into a file or the like.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound) for one that the branding does not name.
    pub fn image(&self, account: &AccountPath, hash: &Hash, out: &mut dyn Write) -> Result<u64, Error> {
        self.need(Capability::Company)?;
        let at = format!("{}/images/{hash}", member(path::ACCOUNTS, &account.to_string()));
        self.download(&at, "image/*", out, &mut |_| {})
    }

    /// The way to an account's own login, which the server writes into its audit log. It is no session.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound).
    pub fn open_console(&self, account: &AccountPath) -> Result<ConsoleLogin, Error> {
        self.need(Capability::Company)?;
        self.send("POST", &format!("{}/console", member(path::ACCOUNTS, &account.to_string())), Some(self.token()?), None::<&()>)
    }

    /// Writes a communication down.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound) for an account outside one's own,
    /// [`Code::TooMany`](sbm_core::code::Code::TooMany).
    pub fn add_communication(&self, new: &NewCommunication) -> Result<Communication, Error> {
        self.need(Capability::Company)?;
        self.post(path::COMMUNICATIONS, new)
    }

    /// Changes a communication; what the patch does not mention stays.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound); [`Code::Stale`](sbm_core::code::Code::Stale) when somebody else changed
    /// it at the same time.
    pub fn modify_communication(&self, id: u64, patch: &CommunicationPatch) -> Result<Communication, Error> {
        self.need(Capability::Company)?;
        self.patch(&member(path::COMMUNICATIONS, &id.to_string()), patch)
    }

    /// Removes a communication.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound).
    pub fn remove_communication(&self, id: u64) -> Result<(), Error> {
        self.need(Capability::Company)?;
        self.delete(&member(path::COMMUNICATIONS, &id.to_string()))
    }

    /// Has a user serve an account as its agent.
    ///
    /// # Errors
    ///
    /// [`Code::InUse`](sbm_core::code::Code::InUse) when it has another one,
    /// [`Code::InvalidArgument`](sbm_core::code::Code::InvalidArgument) when it does not stand below the user's own account.
    pub fn assign_agent(&self, assignment: &NewAgent) -> Result<(), Error> {
        self.need(Capability::Company)?;
        self.post(path::AGENTS, assignment).map(|_: IgnoredAny| ())
    }

    /// Has an account served by no agent: the agent's devices there are removed at once.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound).
    pub fn unassign_agent(&self, account: &AccountPath) -> Result<(), Error> {
        self.need(Capability::Company)?;
        self.delete(&member(path::AGENTS, &account.to_string()))
    }

    /// Whoever is logged in becomes a device of an account that he serves as its agent.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound) for an account that he does not serve.
    pub fn enrol_agent(&self, device: &AgentDevice) -> Result<DeviceSession, Error> {
        self.need(Capability::Company)?;
        self.post(path::AGENT_DEVICES, device)
    }
}
