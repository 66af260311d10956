//! Managed profiles over time: the way back, who has which, and what is left of deleted ones (PRO-4, PRO-7).

use std::sync::Arc;

use sbm_core::code::Code;
use sbm_core::directory::plan;
use sbm_core::directory::{Actor, Command, Directory, Refusal, View, command, rows};
use sbm_core::id::Guid;
use sbm_core::permission::{Task, TaskAccess};
use sbm_core::wire::v1::admin::{Holder, HolderState, RollBack, Tombstone};

use super::present::{self, Traces};
use super::{Service, refusal, store_refusal};
use crate::store::Holding;

/// How many devices a tombstone names.
const NAMED: usize = 100;

impl Service {
    /// Makes an earlier revision of a managed profile the newest again (PRO-4).
    ///
    /// # Errors
    ///
    /// The gates, [`Code::NotFound`] for a revision that there never was, [`Code::Stale`], what the store says; refusals
    /// are audited.
    pub async fn roll_back(self: &Arc<Self>, actor: Actor, guid: Guid, to: RollBack) -> Result<Arc<Directory>, Refusal> {
        match self.revision_to_roll_back(&actor, guid, to).await {
            Ok(old) => self.act(actor, Command::RollBack(old), Vec::new()).await,
            Err(refused) => {
                self.audit_refused(&self.facts(), &actor, "profile.roll_back", &guid.to_string(), &refused).await;
                Err(refused)
            }
        }
    }

    /// What the profile was at that revision. The store alone knows; whoever may not roll back is not told.
    async fn revision_to_roll_back(&self, actor: &Actor, guid: Guid, to: RollBack) -> Result<command::RollBack, Refusal> {
        let facts = self.facts();
        plan::authorise(&facts, actor, Task::Profiles, TaskAccess::Write)?;
        let missing = |what: String| refusal(Code::NotFound, format!("there is no {what}"));
        let profile = facts.seen_by(actor).profile(&guid).ok_or_else(|| missing(format!("managed profile `{guid}`")))?;
        let revisions = self.store.profile_revisions(profile.account, guid).await.map_err(|error| store_refusal(&error))?;
        let old = revisions.into_iter().find(|old| old.revision == to.revision);
        let old =
            old.ok_or_else(|| missing(format!("revision {} of the managed profile `{guid}`; list its revisions", to.revision)))?;
        Ok(command::RollBack {
            guid,
            revision: old.revision,
            name: old.name,
            description: old.description,
            version: old.version,
            body: old.body,
            size: old.size,
            schedule: old.schedule,
            based_on: to.based_on,
        })
    }

    /// Every device that ever fetched a managed profile, by the names of their computers; of a deleted one, too.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`] when there is no such profile and no tombstone of it, and what the store says.
    pub async fn holders(&self, sees: View<'_>, guid: Guid) -> Result<Vec<Holder>, Refusal> {
        if sees.account_of_profile(&guid).is_none() {
            return Err(refusal(Code::NotFound, format!("there is no managed profile `{guid}`")));
        }
        let traces = self.traces().await?;
        let mut holders = self.held(sees, guid, &traces).await?;
        holders.sort_by_cached_key(|holder| (holder.computer.to_lowercase(), holder.installation));
        Ok(holders)
    }

    /// The deleted managed profiles that some device still has, newest first: "gone from 412 of 415" (PRO-7). One that every
    /// device has removed is settled and not among them.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn tombstones(&self, sees: View<'_>) -> Result<Vec<Tombstone>, Refusal> {
        let unsettled = self.store.unsettled(sees.root()).await.map_err(|error| store_refusal(&error))?;
        let traces = self.traces().await?;
        let mut found = Vec::new();
        for row in unsettled.iter().filter_map(|guid| sees.tombstone(guid)) {
            let holders = self.held(sees, row.guid, &traces).await?;
            found.extend(tombstone(sees, row, holders));
        }
        found.sort_by_key(|tombstone| (std::cmp::Reverse(tombstone.deleted_at), tombstone.guid));
        Ok(found)
    }

    /// What devices hold is kept by root account, in which a GUID is one profile's (PRO-3).
    async fn held(&self, sees: View<'_>, guid: Guid, traces: &Traces) -> Result<Vec<Holder>, Refusal> {
        let holdings = self.store.holdings(sees.root(), guid).await.map_err(|error| store_refusal(&error))?;
        Ok(holdings.into_iter().filter_map(|holding| holder(sees, holding, traces)).collect())
    }
}

/// A holder, if its device is still there and seen: one that was removed has nothing to answer for.
fn holder(sees: View<'_>, holding: Holding, traces: &Traces) -> Option<Holder> {
    let device = sees.facts().device(holding.device).filter(|device| sees.contains(device.account))?;
    let state = state(&holding);
    let (answered_at, failure) = holding.said.map_or((None, None), |said| (Some(said.at), said.outcome.failure));
    Some(Holder {
        installation: device.installation,
        computer: device.computer.clone(),
        user: present::user_name(sees, device.user)?,
        state,
        revision: holding.revision,
        fetched_at: holding.fetched_at,
        answered_at,
        failure,
        last_seen: traces.seen.get(&device.id).copied(),
        account: Some(sees.facts().account_name(device.account)),
    })
}

/// How far a device is: its last word counts unless it fetched something newer since.
fn state(holding: &Holding) -> HolderState {
    let Some(said) = &holding.said else { return HolderState::Fetched };
    match (said.outcome.revision, &said.outcome.failure) {
        (0, None) => HolderState::Removed,
        (0, Some(_)) => HolderState::Failed,
        (revision, _) if revision < holding.revision => HolderState::Fetched,
        (_, Some(_)) => HolderState::Failed,
        (_, None) => HolderState::Installed,
    }
}

/// What is left of a profile, unless it is gone everywhere.
fn tombstone(sees: View<'_>, row: &rows::Tombstone, holders: Vec<Holder>) -> Option<Tombstone> {
    let all = holders.len();
    let mut left: Vec<Holder> = holders.into_iter().filter(|holder| holder.state != HolderState::Removed).collect();
    if left.is_empty() {
        return None;
    }
    let gone = all - left.len();
    // Who was never heard of again comes first.
    left.sort_by_key(|holder| (holder.last_seen, holder.installation));
    left.truncate(NAMED);
    Some(Tombstone {
        guid: row.guid,
        name: row.name.clone(),
        revision: row.revision,
        deleted_by: present::told(sees, &row.deleted_by),
        deleted_at: row.deleted_at,
        holders: all as u64,
        gone: gone as u64,
        left,
    })
}

#[cfg(test)]
mod tests {
    use sbm_core::id::DeviceId;
    use sbm_core::time::Timestamp;
    use sbm_core::wire::v1::device::Outcome;

    use super::*;
    use crate::store::Acknowledgement;

    fn holding(revision: u64, said: Option<(u64, Option<&str>)>) -> Holding {
        let (device, at) = (DeviceId(1), Timestamp::from_millis(1));
        let said = said.map(|(revision, failure)| {
            let outcome = Outcome { guid: Guid::from_bytes([1; 16]), revision, failure: failure.map(str::to_owned) };
            Acknowledgement { device, outcome, at }
        });
        Holding { device, revision, fetched_at: at, said }
    }

    #[test]
    fn a_device_is_as_far_as_its_last_word_on_what_it_fetched_pro_7() {
        for (fetched, said, expected) in [
            (3, None, HolderState::Fetched),
            (3, Some((2, None)), HolderState::Fetched),
            (3, Some((2, Some("old"))), HolderState::Fetched),
            (3, Some((3, None)), HolderState::Installed),
            (3, Some((3, Some("full"))), HolderState::Failed),
            (3, Some((0, None)), HolderState::Removed),
            (3, Some((0, Some("in use"))), HolderState::Failed),
        ] {
            assert_eq!(state(&holding(fetched, said)), expected, "{fetched} {said:?}");
        }
    }
}
