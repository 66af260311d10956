//! The server itself: claim, allowlist, keys; and devices that enrol (RUN-2, NET-7, OFF-3, DEV-3).

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;
use core::net::IpAddr;

use super::meant::device_meant;
use super::{Act, Outcome, Refusal};
use crate::account::AccountPath;
use crate::allowlist::{Matcher, PeerName, Rule};
use crate::cache::Signed;
use crate::code::Code;
use crate::directory::change::Change;
use crate::directory::command::Phc;
use crate::directory::rows::{Allow, Device, Server, User};
use crate::factor::FactorRule;
use crate::figure::duration;
use crate::id::{AccountId, AllowId, DeviceId, InstallationId};
use crate::permission::Role;
use crate::run::record::{MAX_NAME, cut};
use crate::time::SECOND;
use crate::wire::v1::admin::{NewAllowEntry, ServerPatch};

/// The seconds that a longest time offline may have: an hour to a leap year.
const MAX_OFFLINE: core::ops::RangeInclusive<u64> = 3_600..=31_622_400;

/// The most devices that one user may have: who has no right but to log in cannot fill the database with them (ERR-3).
const MAX_DEVICES: usize = 100;

impl Act<'_> {
    /// Exactly one claim wins: the second finds the server claimed, or its plan is stale.
    pub(super) fn claim(&self, phc: &Phc) -> Outcome {
        let server = self.facts.server();
        if server.claimed {
            return Err(Code::AlreadyClaimed.into());
        }
        let admin = self.sees.user("admin").ok_or(Code::NotFound)?;
        let changes = vec![
            Change::Server(Server { claimed: true, ..server.clone() }),
            Change::Password { user: admin.id, phc: phc.clone() },
        ];
        Ok((changes, String::new()))
    }

    pub(super) fn raise_epoch(&self, epoch: u64, keys: &Signed, reason: &str) -> Outcome {
        let server = self.facts.server();
        if epoch <= server.epoch {
            return Err(Refusal::new(Code::Stale, format!("the epoch is {} already", server.epoch)));
        }
        Ok((vec![Change::Server(Server { epoch, keys: Some(keys.clone()), ..server.clone() })], reason.to_string()))
    }

    pub(super) fn modify_server(&self, patch: &ServerPatch) -> Outcome {
        let old = self.facts.server();
        let new = Server {
            max_offline: patch.max_offline.unwrap_or(old.max_offline),
            second_factor: patch.second_factor.unwrap_or(old.second_factor),
            ..old.clone()
        };
        if new == *old {
            return Ok((vec![], "no change".into()));
        }
        if let Some(seconds) = new.max_offline.filter(|seconds| !MAX_OFFLINE.contains(seconds)) {
            let told = duration(i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(SECOND));
            let message = format!("a longest time offline of {told} is not between an hour and a leap year");
            return Err(Refusal::new(Code::InvalidArgument, message));
        }
        let offline = (new.max_offline != old.max_offline).then(|| match new.max_offline {
            Some(seconds) => format!("longest time offline {seconds} s"),
            None => "no longest time offline".into(),
        });
        let factor = (new.second_factor != old.second_factor).then(|| asked_of(&new.second_factor));
        let detail = offline.into_iter().chain(factor).collect::<Vec<_>>().join(", ");
        Ok((vec![Change::Server(new)], detail))
    }

    /// Its tokens end with it; its history stays (HIS-4).
    pub(super) fn remove_device(&self, installation: &InstallationId, account: Option<&AccountPath>) -> Outcome {
        let device = device_meant(self.sees, installation, account)?;
        let computer = cut(&device.computer, MAX_NAME);
        Ok((vec![Change::DropDevice(device.id)], format!("`{}`", computer.escape_debug())))
    }

    pub(super) fn add_allow(&self, new: &NewAllowEntry) -> Outcome {
        Rule::parse(new.kind, &new.pattern).map_err(|error| Refusal::new(error.code(), error.to_string()))?;
        if self.facts.allowlist().any(|entry| entry.kind == new.kind && entry.pattern == new.pattern) {
            return Err(Refusal::new(Code::NameTaken, format!("`{}` is on the allowlist already", new.pattern)));
        }
        let id = AllowId(self.facts.next().allow);
        let entry = Allow {
            id,
            account: self.sees.root(),
            kind: new.kind,
            pattern: new.pattern.clone(),
            comment: new.comment.clone(),
            stamp: 0,
        };
        Ok((vec![Change::Allow(entry)], String::new()))
    }

    pub(super) fn remove_allow(&self, id: AllowId, confirm: bool) -> Outcome {
        let entry = self
            .facts
            .allow(id)
            .ok_or_else(|| Refusal::new(Code::NotFound, format!("there is no entry `{}` on the allowlist", id.0)))?;
        if !confirm && self.cuts_off_actor(id) {
            return Err(Refusal::new(
                Code::ConfirmationNeeded,
                format!(
                    "without `{}` your own address {} is refused; confirm the removal if that is meant",
                    entry.pattern, self.actor.address
                ),
            ));
        }
        Ok((vec![Change::DropAllow(id)], format!("`{}`", entry.pattern)))
    }

    /// Whether the actor, who is admitted now, would not be without this entry: neither by his address nor by the name
    /// that admitted him (NET-7).
    fn cuts_off_actor(&self, without: AllowId) -> bool {
        let Ok(address) = self.actor.address.parse::<IpAddr>() else { return false };
        let left = self.facts.allowlist().filter(|entry| entry.id != without);
        let left = Matcher::new(left.filter_map(|entry| Rule::parse(entry.kind, &entry.pattern).ok()));
        let name = self.actor.host.as_deref().and_then(PeerName::parse);
        !(left.admits_peer(address) || name.is_some_and(|name| left.admits_name(&name)))
    }

    pub(super) fn enrol(&self, installation: &InstallationId, computer: &str, program: &str) -> Outcome {
        let user = self.actor_user().filter(|user| !user.disabled).ok_or(Code::WrongCredentials)?;
        let old = self.facts.device_of(user.account, installation);
        let is_his = old.is_some_and(|device| device.user == user.id);
        if !is_his && self.facts.devices().filter(|device| device.user == user.id).count() >= MAX_DEVICES {
            let message = format!(
                "`{}` has {MAX_DEVICES} devices, as many as a user may have; remove those that are not used any more first",
                user.name
            );
            return Err(Refusal::new(Code::TooMany, message));
        }
        self.device_changes(user, user.account, installation, (computer, program))
    }

    /// What makes an installation a device of that user's in that account, and what the audit log says of it. A backup account
    /// is for one machine (ACC-11).
    pub(super) fn device_changes(
        &self,
        user: &User,
        account: AccountId,
        installation: &InstallationId,
        (computer, program): (&str, &str),
    ) -> Outcome {
        let old = self.facts.device_of(account, installation);
        let device = Device {
            id: old.map_or(DeviceId(self.facts.next().device), |device| device.id),
            account,
            user: user.id,
            installation: *installation,
            computer: cut(computer, MAX_NAME),
            program: cut(program, MAX_NAME),
            enrolled: old.map_or(self.now, |device| device.enrolled),
            stamp: old.map_or(0, |device| device.stamp),
        };
        let leased = self.leased(account, device.id)?;
        let takes = if leased.is_some() { ", which takes the account" } else { "" };
        let mut changes = if old == Some(&device) { vec![] } else { vec![Change::Device(device)] };
        changes.extend(leased);
        Ok((changes, format!("`{}`{takes}", cut(computer, MAX_NAME).escape_debug())))
    }
}

/// For the audit log.
fn asked_of(rule: &FactorRule) -> String {
    if rule.everyone {
        return "second factor of everybody".into();
    }
    if rule.is_nobody() {
        return "second factor of nobody".into();
    }
    let roles: Vec<&str> = rule.roles.iter().map(Role::name).collect();
    format!("second factor of {}", roles.join(", "))
}
