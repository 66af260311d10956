//! Check-in, lists and bodies: what a device may read, which is its own (OFF-5, DEV-2).

use std::collections::HashSet;
use std::sync::Arc;

use sbm_core::account::tree::Kind;
use sbm_core::cache::{Domain, Head, KeyDocument, Mark, Number};
use sbm_core::code::Code;
use sbm_core::directory::rows::Device;
use sbm_core::directory::{Actor, Command, Directory, Refusal, Subject, plan};
use sbm_core::id::{DeviceId, Guid, Hash};
use sbm_core::run::record::{MAX_ERROR, cut};
use sbm_core::wire::MAX_OUTCOMES;
use sbm_core::wire::v1::device::{CheckIn, CheckInAnswer, Outcome};

use super::{Service, Telling, refusal, store_refusal};
use crate::http::problem::Plain;
use crate::http::sending::SharedBody;
use crate::store::RunSource;

impl Service {
    /// Answers a check-in: nothing when nothing changed, but how much room is left where there is a quota.
    ///
    /// # Errors
    ///
    /// [`Code::DeviceRemoved`], [`Code::UserDisabled`], [`Code::NumberAhead`] when the device has to prove a head that the
    /// server does not know.
    pub async fn check_in(self: &Arc<Self>, id: DeviceId, asked: CheckIn) -> Result<CheckInAnswer, Refusal> {
        let mut facts = self.facts();
        if is_unknown(&facts, self.number(&facts, id)?, &asked) {
            facts = self.follow_proof(id, &asked).await?;
        }
        let facts = self.on_its_machine(facts, id).await?;
        let number = self.number(&facts, id)?;
        let device = device(&facts, id)?;
        self.keep_outcomes(&facts, device, asked.outcomes).await?;
        self.seen.note(id, self.now());
        let acknowledged = self.acknowledged(device, asked.acknowledged).await?;
        let room = self.room_note(&facts, device).await?;
        // Who has the head but lost its list is not up to date.
        if asked.number == number && asked.list.is_some() {
            return Ok(CheckInAnswer { acknowledged, room, ..CheckInAnswer::default() });
        }
        let made = facts.head_for(device).ok_or(Code::DeviceRemoved)?;
        let head = self.keys.sign(&made.head)?;
        let list = (asked.list != Some(made.head.list)).then(|| String::from_utf8_lossy(&made.list).into_owned());
        let keys = if asked.number.epoch == number.epoch { None } else { facts.server().keys.clone() };
        Ok(CheckInAnswer { keys, head: Some(head), list, acknowledged, room })
    }

    /// A backup account is on one machine: that of the device, or the device is told and so is the audit log. One that nobody
    /// ever had is the first's that is heard of (ACC-11).
    async fn on_its_machine(self: &Arc<Self>, facts: Arc<Directory>, id: DeviceId) -> Result<Arc<Directory>, Refusal> {
        let device = device(&facts, id)?;
        let account = facts.account(device.account).ok_or(Code::DeviceRemoved)?;
        if account.kind == Kind::Backup && account.silo.lease.is_new() {
            return self.act(Actor::system(), Command::TakeSilo { device: id }, Vec::new()).await;
        }
        let Err(refused) = plan::check_machine(&facts, device) else { return Ok(facts) };
        let computer = Plain(&device.computer);
        tracing::warn!(%computer, code = refused.code.name(), "a machine speaks for a backup account that another one has");
        let (actor, object) = (Actor::user(device.user, String::new()), device.installation.to_string());
        self.audit_refused(&facts, &actor, "device.check_in", &object, &refused).await;
        Err(refused)
    }

    fn number(&self, facts: &Directory, id: DeviceId) -> Result<Number, Refusal> {
        let device = device(facts, id)?;
        let user = facts.user(device.user).ok_or(Code::DeviceRemoved)?;
        if user.disabled {
            return Err(refusal(Code::UserDisabled, format!("the user `{}` is disabled; ask an administrator", user.name)));
        }
        facts.number_for(device).ok_or_else(|| Code::DeviceRemoved.into())
    }

    /// The device holds a head that these facts do not know: either our memory is behind the store, or the store came back
    /// from an older backup. The device's documents, vouched for by our own root key, prove the latter; then the epoch is
    /// raised, so that numbers never repeat (OFF-3). Nothing is read or locked for who has no proof.
    async fn follow_proof(self: &Arc<Self>, id: DeviceId, asked: &CheckIn) -> Result<Arc<Directory>, Refusal> {
        let Some(proof) = &asked.proof else {
            let message = format!("this server does not know the head {}; send it as proof", asked.number);
            return Err(refusal(Code::NumberAhead, message));
        };
        let keys = KeyDocument::verify(&proof.keys, &self.keys.current().root().verifying_key())?;
        let head = Head::parse(proof.head.verify(Domain::Head, &keys.keys)?)?;
        if head.device != device(&self.facts(), id)?.installation || head.number() != asked.number || head.mark != asked.mark {
            return Err(Code::HeadOtherDevice.into());
        }
        let epochs = self.epochs.lock().await;
        self.catch_up(&self.acting.lock().await, Telling::Log).await?;
        let facts = self.facts();
        if !is_unknown(&facts, self.number(&facts, id)?, asked) {
            return Ok(facts);
        }
        tracing::warn!(seen = %head.number(), "a device proved that this server came back from an older backup; the epoch is raised");
        let reason = "a device proved a head that this server does not know: restored from an older backup";
        let actor = Actor::system();
        self.new_epoch(&epochs, actor, head.epoch, reason).await
    }

    /// How far the server's history of the device is, if the device has it otherwise: further, and the device's cache came
    /// from an older copy; less far, and the server did, and is sent the last week again (HIS-3).
    async fn acknowledged(&self, device: &Device, claimed: u64) -> Result<Option<u64>, Refusal> {
        let known = self.sequences.highest(device.id);
        // Another server may have taken in what the device knows to be acknowledged.
        let highest = match known.filter(|highest| claimed <= *highest || !self.lease.is_shared()) {
            Some(highest) => highest,
            None => {
                let stored = self.store.highest_sequence(RunSource::of(device)).await.map_err(|error| store_refusal(&error))?;
                self.sequences.note(device.id, stored)
            }
        };
        if self.sequences.claim(device.id, claimed.min(highest)) {
            tracing::warn!(device = %device.installation, computer = %device.computer.escape_debug(), "a device came back with less than it had acknowledged");
            let actor = Actor::system();
            let (facts, object) = (self.facts(), device.installation.to_string());
            let entry = plan::entry(
                &facts,
                &actor,
                "device.regressed",
                &object,
                Code::CacheRolledBack,
                device.computer.clone(),
                self.now(),
            );
            self.append_audit(vec![entry.about([device.account])]).await;
        }
        Ok((highest != claimed).then_some(highest))
    }

    /// Keeps what the host made of changes, as far as it can be true: of profiles that there are or were, in bounded words,
    /// the last one of each. That it took one over is true only of what its list names or of what it holds (PRO-7).
    async fn keep_outcomes(&self, facts: &Directory, device: &Device, outcomes: Vec<Outcome>) -> Result<(), Refusal> {
        if outcomes.is_empty() {
            return Ok(());
        }
        let sent = outcomes.len();
        let known =
            |outcome: &Outcome| facts.newest_revision(device, &outcome.guid).is_some_and(|newest| outcome.revision <= newest);
        let outcomes: Vec<Outcome> = newest_words(outcomes)
            .into_iter()
            .filter(known)
            .map(|outcome| Outcome { failure: outcome.failure.map(|text| cut(&text, MAX_ERROR)), ..outcome })
            .collect();
        let is_news = |said: &&Outcome| {
            said.failure.as_ref().is_some_and(|reason| self.seen.is_news(device.id, said.guid, said.revision, reason))
        };
        let mut failed = outcomes.iter().filter(is_news).filter_map(|said| Some((said.guid, said.failure.as_ref()?)));
        if let Some((profile, failure)) = failed.next() {
            let (computer, failure, more) = (Plain(&device.computer), Plain(failure), failed.count());
            tracing::warn!(%computer, %profile, %failure, more, "a host could not take over a profile");
        }
        if outcomes.len() < sent {
            let (computer, passed_over) = (Plain(&device.computer), sent - outcomes.len());
            tracing::info!(%computer, passed_over, "a device said things of profiles that cannot be or that it said again");
        }
        if outcomes.is_empty() {
            return Ok(());
        }
        let entitled = Self::entitled(facts, device);
        let removed: Vec<Guid> = outcomes.iter().filter(|outcome| outcome.revision == 0).map(|outcome| outcome.guid).collect();
        let source = RunSource { account: facts.root_of(device.account), ..RunSource::of(device) };
        let kept = self.store.put_outcomes(source, outcomes, entitled, self.now()).await.map_err(|error| store_refusal(&error));
        removed.into_iter().for_each(|guid| self.holds.forget(device.id, guid));
        kept
    }

    /// The managed profiles that the device's list names.
    fn entitled(facts: &Directory, device: &Device) -> Vec<Guid> {
        let user = facts.user(device.user);
        let list = user.map(|user| Subject::new(facts, user).list());
        list.map(|list| list.profiles.iter().map(|entry| entry.guid).collect()).unwrap_or_default()
    }

    /// A list, if it is the device's current one.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`] for any other.
    pub fn list(&self, id: DeviceId, hash: Hash) -> Result<Vec<u8>, Refusal> {
        let facts = self.facts();
        self.number(&facts, id)?;
        plan::check_machine(&facts, device(&facts, id)?)?;
        let made = facts.head_for(device(&facts, id)?).ok_or(Code::DeviceRemoved)?;
        if made.head.list == hash {
            Ok(made.list)
        } else {
            Err(refusal(Code::NotFound, format!("`{hash}` is not this device's list; check in again")))
        }
    }

    /// A body or schedule, if the device's list names it. That the device has it is on disk before it is answered, so that
    /// no copy is forgotten when its record is deleted (PRO-7).
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`] for any other.
    pub async fn body(&self, id: DeviceId, hash: Hash) -> Result<SharedBody, Refusal> {
        let facts = self.facts();
        self.number(&facts, id)?;
        let device = device(&facts, id)?;
        plan::check_machine(&facts, device)?;
        let list = facts.list_for(device).ok_or(Code::DeviceRemoved)?;
        let named = list.profiles.iter().filter(|entry| entry.body == hash || entry.schedule == Some(hash));
        let wanted: Vec<(Guid, u64)> = named.map(|entry| (entry.guid, entry.revision)).collect();
        let missing = || refusal(Code::NotFound, format!("this device's list does not name `{hash}`; check in again"));
        if wanted.is_empty() {
            let (origin, _) =
                facts.branding_of(device.account).filter(|(_, own)| own.image(&hash).is_some()).ok_or_else(missing)?;
            return self.image(origin, hash).await?.ok_or_else(missing);
        }
        let profile = wanted.iter().find_map(|(guid, _)| facts.profile_for(device, guid)).ok_or_else(missing)?;
        self.hold(RunSource { account: facts.root_of(device.account), ..RunSource::of(device) }, wanted).await?;
        self.content(profile.account, hash).await?.ok_or_else(missing)
    }

    /// Keeps that the device has these profiles, unless it is known already.
    async fn hold(&self, source: RunSource, wanted: Vec<(Guid, u64)>) -> Result<(), Refusal> {
        if self.lease.is_shared() {
            // The device may have told another server meanwhile that it removed one.
            return self.store.hold(source, wanted, self.now()).await.map_err(|error| store_refusal(&error));
        }
        let (missing, before) = self.holds.missing(source.device, wanted);
        if !missing.is_empty() {
            self.store.hold(source, missing.clone(), self.now()).await.map_err(|error| store_refusal(&error))?;
            self.holds.keep(source.device, &missing, before);
        }
        Ok(())
    }
}

/// Whether the device holds a head of another history than these facts: of a number that is still to come, or of a revision
/// that has another mark here.
fn is_unknown(facts: &Directory, number: Number, asked: &CheckIn) -> bool {
    let other_mark = |own: Mark| asked.mark.is_some_and(|mark| mark != own);
    asked.number > number || (asked.number.epoch == number.epoch && facts.mark(asked.number.revision).is_some_and(other_mark))
}

/// The last word on each profile, in the order in which they came, of at most [`MAX_OUTCOMES`] profiles.
fn newest_words(outcomes: Vec<Outcome>) -> Vec<Outcome> {
    let (mut seen, mut kept) = (HashSet::new(), Vec::new());
    for outcome in outcomes.into_iter().rev() {
        if seen.len() < MAX_OUTCOMES && seen.insert(outcome.guid) {
            kept.push(outcome);
        }
    }
    kept.reverse();
    kept
}

fn device(facts: &Directory, id: DeviceId) -> Result<&Device, Refusal> {
    facts.device(id).ok_or_else(|| Code::DeviceRemoved.into())
}

#[cfg(test)]
mod tests;
