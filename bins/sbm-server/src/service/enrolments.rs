//! Codes and passphrases with which devices enrol (DEV-1).
//!
//! 1. A security officer makes one for whom he sees and reaches. It is told once; what is kept is its hash.
//! 2. Whoever comes with one is braked by his address like everybody who proves something, and judged by the store, which
//!    lets in no more than it allows, however many come at once and to whichever server. What was so when the code was made
//!    must be so still: the user is there and not disabled, the account is his or below, and its level has the module.
//! 3. Wrong, used up, expired, revoked, rejected and foreign are one refusal, with one text, after the same look-ups. A code
//!    has 120 random bits: the brake is by address alone, since no name is guessed at, and who guesses slows nobody else.
//! 4. Where approval is asked for nothing is given out before somebody who may change devices, and sees the account, said yes.
//! 5. A code is used up before its token is given out. An answer that is lost costs the code; a device that could not be
//!    enrolled for another reason may come again.

use std::net::IpAddr;
use std::sync::Arc;

use sbm_core::code::Code;
use sbm_core::directory::plan::{self, PlannedEnrolment, may_come, plan, plan_enrolment};
use sbm_core::directory::{Actor, ActorKind, Command, Directory, Refusal, View};
use sbm_core::enrolment::EnrolmentCode;
use sbm_core::id::{AccountId, Hash, InstallationId};
use sbm_core::permission::{Task, TaskAccess};
use sbm_core::run::record::{MAX_NAME, cut};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::{Enrolment, MadeEnrolment, NewEnrolment, WaitingDevice};
use sbm_core::wire::v1::session::{Audience, DeviceEnrolled, DeviceEnrolment, DeviceSession};
use zeroize::Zeroizing;

use super::acts::{Acting, Wanted};
use super::credentials::{NotIn, Proven};
use super::refused::Standing;
use super::{Service, present, refusal, store_refusal};
use crate::store::Revoke;
use crate::store::attempts::Outcome;
use crate::store::enrolments::{self as kept, Asks, By, MOST_USABLE, Told, Waiting};

/// What the audit log calls what people do about them.
const REVOKE: &str = "enrolment.revoke";
const APPROVE: &str = "device.approve";
const REJECT: &str = "device.reject";

impl Service {
    /// Makes a code or a passphrase.
    ///
    /// # Errors
    ///
    /// Those of [`plan_enrolment`], which are audited; [`Code::TokenRefused`] when the session ended meanwhile,
    /// [`Code::TooMany`] beyond [`MOST_USABLE`] of one account.
    pub async fn make_enrolment(self: &Arc<Self>, actor: Actor, new: NewEnrolment) -> Result<MadeEnrolment, Refusal> {
        let service = Arc::clone(self);
        // Whoever goes away has it made wholly or not at all.
        let task = tokio::spawn(async move {
            let made = service.make_enrolment_to_the_end(&actor, &new).await;
            if let Err(refused) = &made {
                service.audit_refused(&service.facts(), &actor, "enrolment.create", &new.user, refused).await;
            }
            made
        });
        task.await.unwrap_or_else(|_| Err(Code::Internal.into()))
    }

    async fn make_enrolment_to_the_end(&self, actor: &Actor, new: &NewEnrolment) -> Result<MadeEnrolment, Refusal> {
        let _acting = self.acting.lock().await;
        let (facts, now) = (self.facts(), self.now());
        self.still_acts(actor, now)?;
        let PlannedEnrolment { account, user, terms, detail } = plan_enrolment(&facts, actor, new, now)?;
        let mut random = Zeroizing::new([0; 24]);
        getrandom::fill(random.as_mut_slice()).map_err(|_| Code::Internal)?;
        let code = EnrolmentCode::from_random(&random);
        let ActorKind::User(maker) = actor.kind else { return Err(Code::DeniedRole.into()) };
        let made_by = facts.user(maker).ok_or(Code::TokenRefused)?.name.clone();
        let (kind, comment) = (new.kind, new.comment.clone());
        let row = kept::NewEnrolment { account, user, kind, hash: code.hash(), terms, comment, made_by, made: now };
        let entry = plan::entry(&facts, actor, "enrolment.create", "", Code::Ok, detail, now).about([account]);
        let id = self.store.put_enrolment(row.clone(), entry).await.map_err(|error| store_refusal(&error))?;
        let id = id.ok_or_else(|| {
            let message = format!("the account has {MOST_USABLE} codes that nobody used yet; revoke those that are not needed");
            refusal(Code::TooMany, message)
        })?;
        let shown = shown(facts.seen_by(actor), &kept::Enrolment { id, row }, now).ok_or(Code::Internal)?;
        Ok(MadeEnrolment { code: code.reveal(), enrolment: shown })
    }

    /// The codes and passphrases for accounts that the actor sees.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn enrolments(&self, facts: &Directory, actor: &Actor) -> Result<Vec<Enrolment>, Refusal> {
        let all = self.store.enrolments().await.map_err(|error| store_refusal(&error))?;
        let (sees, now) = (facts.seen_by(actor), self.now());
        Ok(all.iter().filter_map(|row| shown(sees, row, now)).collect())
    }

    /// Revokes a code or a passphrase: nobody comes with it any more, and who waits for it does so in vain.
    ///
    /// # Errors
    ///
    /// The gates; [`Code::NotFound`] for what the actor does not see and for what is revoked already.
    pub async fn revoke_enrolment(self: &Arc<Self>, actor: Actor, id: u64) -> Result<(), Refusal> {
        let service = Arc::clone(self);
        let task = tokio::spawn(async move {
            let done = service.revoke_enrolment_to_the_end(&actor, id).await;
            service.said(&service.facts(), &actor, (REVOKE, &id.to_string()), done).await
        });
        task.await.unwrap_or_else(|_| Err(Code::Internal.into()))
    }

    async fn revoke_enrolment_to_the_end(&self, actor: &Actor, id: u64) -> Result<(), Refusal> {
        let _acting = self.acting.lock().await;
        let (facts, now) = (self.facts(), self.now());
        self.still_acts(actor, now)?;
        plan::authorise(&facts, actor, Task::Passphrases, TaskAccess::Write)?;
        let missing = || refusal(Code::NotFound, format!("there is no enrolment code `{id}` that is not revoked"));
        let all = self.enrolments(&facts, actor).await?;
        let row = all.iter().find(|row| row.id == id).ok_or_else(missing)?;
        let detail = format!("{} for `{}` in `{}`", row.kind.name(), row.user, row.account);
        let entry = plan::entry(&facts, actor, REVOKE, &id.to_string(), Code::Ok, detail, now);
        let entry = entry.about(row.account.parse().ok().and_then(|path| facts.account_named(&path)).map(|row| row.id));
        let done = self.store.revoke_enrolment(id, entry).await.map_err(|error| store_refusal(&error))?;
        if done { Ok(()) } else { Err(missing()) }
    }

    /// The devices that wait for accounts that the actor sees.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn waiting_devices(&self, facts: &Directory, actor: &Actor) -> Result<Vec<WaitingDevice>, Refusal> {
        let all = self.store.waiting_devices().await.map_err(|error| store_refusal(&error))?;
        let sees = facts.seen_by(actor);
        Ok(all.iter().filter_map(|device| waiting(sees, device)).collect())
    }

    /// A person lets a device in that waits, or does not.
    ///
    /// # Errors
    ///
    /// The gates; [`Code::NotFound`] for one that does not wait, or for an account that the actor does not see.
    pub async fn decide_waiting(self: &Arc<Self>, actor: Actor, installation: InstallationId, yes: bool) -> Result<(), Refusal> {
        let service = Arc::clone(self);
        let task = tokio::spawn(async move {
            let act = if yes { APPROVE } else { REJECT };
            let done = service.decide_to_the_end(&actor, installation, act).await;
            service.said(&service.facts(), &actor, (act, &installation.to_string()), done).await
        });
        task.await.unwrap_or_else(|_| Err(Code::Internal.into()))
    }

    async fn decide_to_the_end(&self, actor: &Actor, installation: InstallationId, act: &str) -> Result<(), Refusal> {
        let _acting = self.acting.lock().await;
        let (facts, now) = (self.facts(), self.now());
        self.still_acts(actor, now)?;
        plan::authorise(&facts, actor, Task::Devices, TaskAccess::Write)?;
        let (object, yes) = (installation.to_string(), act == APPROVE);
        let mut found = false;
        for device in self.waiting_devices(&facts, actor).await? {
            if device.installation != installation {
                continue;
            }
            let detail = format!("`{}` with the enrolment code {}", device.computer.escape_debug(), device.enrolment);
            let entry = plan::entry(&facts, actor, act, &object, Code::Ok, detail, now);
            let entry = entry.about(device.account.parse().ok().and_then(|path| facts.account_named(&path)).map(|row| row.id));
            let decided = self.store.decide_enrolment(device.enrolment, installation, yes, entry).await;
            found |= decided.map_err(|error| store_refusal(&error))?;
        }
        if found { Ok(()) } else { Err(refusal(Code::NotFound, format!("no device `{installation}` waits"))) }
    }

    /// A device comes with a code or a passphrase.
    ///
    /// # Errors
    ///
    /// [`Code::EnrolmentRefused`] for whatever it is refused for, [`Code::Throttled`], [`Code::Busy`].
    pub async fn enrol_device(self: &Arc<Self>, asked: DeviceEnrolment, address: IpAddr) -> Result<DeviceEnrolled, NotIn> {
        // What is no code at all is looked up like one.
        let hash = EnrolmentCode::parse(asked.code.reveal()).map(|code| code.hash());
        let hash = hash.unwrap_or_else(|| Hash::of(asked.code.reveal().as_bytes()));
        // Neither codes nor installations are names of anybody: those who come with one passphrase from everywhere at once do not
        // slow each other.
        let brake = format!("enrolment>{}>{address}", asked.installation);
        if let Err(wait) = self.brake(&brake, address).await? {
            tracing::info!(%address, "an enrolment was put off: too many attempts");
            let refused = refusal(Code::Throttled, format!("too many attempts; try again in {wait}"));
            self.audit_stranger(&asked, address, &refused).await;
            return Err(NotIn { wait: Some(wait), ..refused.into() });
        }
        let service = Arc::clone(self);
        // Whoever goes away is enrolled wholly or not at all.
        let task = tokio::spawn(async move { service.enrol_to_the_end(&asked, hash, brake, address).await });
        task.await.unwrap_or_else(|_| Err(Code::Internal.into()))
    }

    async fn enrol_to_the_end(
        &self,
        asked: &DeviceEnrolment,
        hash: Hash,
        brake: String,
        address: IpAddr,
    ) -> Result<DeviceEnrolled, NotIn> {
        let asks = Asks {
            hash,
            installation: asked.installation,
            computer: cut(&asked.computer, MAX_NAME),
            program: cut(&asked.program, MAX_NAME),
            address: address.to_string(),
            at: self.now(),
        };
        let done = match self.store.ask_enrolment(asks).await {
            Ok(Told::Refused) => Err(Code::EnrolmentRefused.into()),
            Ok(Told::Waits { by, is_new }) => {
                if is_new {
                    self.audit_waiting(asked, &by, address).await;
                }
                Ok(None)
            }
            Ok(Told::Enrols(by)) => self.enrol_by(&by, asked, &brake, address).await.map(Some),
            Err(error) => Err(store_refusal(&error)),
        };
        match done {
            Err(refused) if refused.code == Code::EnrolmentRefused => {
                tracing::info!(%address, "an enrolment was refused");
                self.audit_stranger(asked, address, &refused).await;
                Err(refused.into())
            }
            done => {
                // A right code is none that was guessed at; that an address has one says nothing of who else is there.
                self.brake_said(Outcome::Undecided, &brake, address).await;
                let session = done?;
                let (login, session) = session.unzip();
                Ok(DeviceEnrolled { waiting: session.is_none(), login, session })
            }
        }
    }

    /// The store let it in: it becomes a device and gets its token, or may come again.
    async fn enrol_by(
        &self,
        by: &By,
        asked: &DeviceEnrolment,
        brake: &str,
        address: IpAddr,
    ) -> Result<(String, DeviceSession), Refusal> {
        let done = {
            let acting = self.acting.lock().await;
            self.enrol_here(&acting, by, asked, brake, address).await
        };
        match done {
            Ok((session, facts)) => {
                self.everywhere(facts.revision()).await;
                let user = facts.user(by.user).ok_or(Code::Internal)?;
                // A name alone means one of the operator's (USR-1).
                let is_operators = facts.root_of(user.account) == AccountId::ROOT;
                let login = if is_operators { user.name.to_string() } else { facts.login_of(user) };
                Ok((login, session))
            }
            Err(refused) => {
                if let Err(error) = self.store.give_back_enrolment(by.id, asked.installation).await {
                    tracing::error!(%error, "a code that enrolled nobody could not be given back");
                }
                let object = asked.installation.to_string();
                let actor = Actor::user(by.user, address.to_string());
                self.audit_refused(&self.facts(), &actor, "device.enrol", &object, &refused).await;
                // What became of user and account is nobody's to know who is not let in.
                // That the account is another machine's he has to know, or he would try for ever (ACC-11).
                let is_told = refused.code.is_retryable() || refused.code == Code::OtherMachine;
                Err(if is_told { refused } else { Code::EnrolmentRefused.into() })
            }
        }
    }

    async fn enrol_here(
        &self,
        acting: &Acting<'_>,
        by: &By,
        asked: &DeviceEnrolment,
        brake: &str,
        address: IpAddr,
    ) -> Result<(DeviceSession, Arc<Directory>), Refusal> {
        let phc = self.store.password(by.user).await.map_err(|error| store_refusal(&error))?.ok_or(Code::EnrolmentRefused)?;
        let proven = Proven { user: by.user, phc, brake: brake.to_owned(), address, second: true };
        let (actor, installation) = (proven.actor(), asked.installation);
        let command = Command::EnrolInto {
            account: by.account,
            installation,
            computer: asked.computer.clone(),
            program: asked.program.clone(),
            by: format!("by the {} {} of `{}`", by.kind.name(), by.id, by.made_by),
        };
        let wanted = |facts: &Directory| {
            may_come(facts, by.kind, by.user, by.account)?;
            let planned = plan(facts, &actor, &command, self.now())?;
            // The tokens that it had end with the same commit.
            let before = facts.device_of(by.account, &installation).map(|device| Revoke::Device(device.id));
            Ok(Wanted { changes: planned.changes, audit: vec![planned.audit], revoke: before.into_iter().collect() })
        };
        let facts = self.commit_wanted(acting, &actor, &wanted).await?;
        let device = facts.device_of(by.account, &installation).ok_or(Code::Internal)?;
        let (token, user) = self.new_token(acting, &proven, Audience::Device, Some(device.id), None).await?;
        let keys = self.keys.current();
        let (root, document) = (keys.root().verifying_key(), keys.key_document().clone());
        Ok((DeviceSession { token, user: user.name, root, keys: document }, facts))
    }

    /// Nobody knows who it is: what is known of it is what it says it is.
    async fn audit_stranger(&self, asked: &DeviceEnrolment, address: IpAddr, refused: &Refusal) {
        let actor = Actor { address: address.to_string(), ..Actor::system() };
        let detail = format!("`{}`", cut(&asked.computer, MAX_NAME).escape_debug());
        let object = asked.installation.to_string();
        let entry = plan::entry(&self.facts(), &actor, "device.enrol", &object, refused.code, detail, self.now());
        self.append_audit(self.refused.take(entry, Standing::Stranger)).await;
    }

    async fn audit_waiting(&self, asked: &DeviceEnrolment, by: &By, address: IpAddr) {
        let actor = Actor::user(by.user, address.to_string());
        let computer = cut(&asked.computer, MAX_NAME);
        let detail = format!("`{}`, by the {} {} of `{}`", computer.escape_debug(), by.kind.name(), by.id, by.made_by);
        let object = asked.installation.to_string();
        let entry = plan::entry(&self.facts(), &actor, "device.wait", &object, Code::Ok, detail, self.now()).about([by.account]);
        self.append_audit(vec![entry]).await;
    }

    /// Whether the session that somebody acts by still lives (RUN-7).
    pub(super) fn still_acts(&self, actor: &Actor, now: Timestamp) -> Result<(), Refusal> {
        match actor.session {
            Some(id) if self.sessions.get(id, now).is_none() => Err(Code::TokenRefused.into()),
            _ => Ok(()),
        }
    }
}

/// As its list shows it, if it is seen.
fn shown(sees: View<'_>, kept: &kept::Enrolment, now: Timestamp) -> Option<Enrolment> {
    let row = &kept.row;
    let user = present::user_name(sees, row.user).filter(|_| sees.contains(row.account))?;
    Some(Enrolment {
        id: kept.id,
        kind: row.kind,
        state: row.terms.state(now),
        account: sees.facts().account_name(row.account),
        user,
        uses: row.terms.uses,
        most: row.terms.most,
        approval: row.terms.approval,
        comment: row.comment.clone(),
        made_by: present::told(sees, &row.made_by),
        made: row.made,
        expires: row.terms.expires,
    })
}

fn waiting(sees: View<'_>, device: &Waiting) -> Option<WaitingDevice> {
    let user = present::user_name(sees, device.by.user).filter(|_| sees.contains(device.by.account))?;
    Some(WaitingDevice {
        installation: device.installation,
        computer: device.computer.clone(),
        program: device.program.clone(),
        address: device.address.clone(),
        account: sees.facts().account_name(device.by.account),
        user,
        enrolment: device.by.id,
        asked: device.asked,
    })
}
