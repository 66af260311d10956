//! One's own second factor: enrolled, renewed, removed (RUN-8).
//!
//! 1. Whoever enrols proves his password first: a session that was found open does not shut its owner out. He is enrolled when
//!    he has sent a code made with the new key; until then nothing is kept but the ticket in his hands.
//! 2. With the enrolment his sessions at the console end, since a password alone began them; he gets a fresh one. Devices keep
//!    their tokens.
//! 3. To remove it, and to get new recovery codes, takes a code. Somebody else's is removed by who may change users and
//!    reaches him (USR-10).

use std::net::IpAddr;
use std::sync::Arc;

use sbm_core::code::Code;
use sbm_core::directory::plan::plan;
use sbm_core::directory::rows::User;
use sbm_core::directory::{Actor, ActorKind, Command, Directory, Refusal};
use sbm_core::factor::recovery::RecoveryCode;
use sbm_core::factor::totp::Totp;
use sbm_core::factor::{Given, Kept, base32, uri};
use sbm_core::time::MINUTE;
use sbm_core::wire::v1::factor::{
    FactorBegin, FactorCode, FactorConfirm, FactorEnrolled, FactorOffer, FactorState, RecoveryCodes,
};
use sbm_core::wire::v1::session::{Audience, Secret, Session};

use super::acts::Wanted;
use super::credentials::{Attempt, NotIn, Proven, brake_name};
use super::second_step::TryOf;
use super::{Service, Telling, refusal, store_refusal};
use crate::auth::factor::{FactorKey, Ticket, new_key, new_recovery_codes};
use crate::pki::keys;
use crate::store::Revoke;
use crate::store::attempts::Outcome;

/// How long a ticket is good for.
const PATIENCE: i64 = 10 * MINUTE;
/// What an authenticator calls the server if nobody says better.
const ISSUER: &str = "SBM";

impl Service {
    /// How the actor's second factor stands.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn factor_state(&self, actor: &Actor) -> Result<FactorState, Refusal> {
        let facts = self.facts();
        let user = user(&facts, actor)?;
        let kept = self.store.factor(user.id).await.map_err(|error| store_refusal(&error))?;
        Ok(FactorState {
            enrolled: kept.is_some(),
            since: kept.as_ref().map(|kept| kept.since),
            recovery_codes: kept.map_or(0, |kept| kept.recovery),
            required: facts.factor_asked_by(user).is_some(),
            channels: self.channel_states(user.id).await?,
            offers: self.courier.offers(),
        })
    }

    /// Begins an enrolment; nothing is kept of it.
    ///
    /// # Errors
    ///
    /// [`Code::WrongCredentials`], [`Code::Throttled`]; [`Code::InUse`] when there is a factor already.
    pub async fn begin_factor(&self, actor: &Actor, asked: FactorBegin, address: IpAddr) -> Result<FactorOffer, NotIn> {
        let facts = self.facts();
        let user = user(&facts, actor)?.clone();
        let login = facts.login_of(&user);
        let attempt = Attempt {
            login: &login,
            password: &asked.password,
            address,
            act: "factor.enrol",
            object: user.name.to_string(),
            detail: "the password was asked for".to_owned(),
        };
        let proven = self.prove(attempt).await?;
        // Who has another second factor already proves that, too.
        let proven = match facts.has_authenticator(user.id) {
            true => proven,
            false => self.with_second_factor(proven, asked.code.as_ref(), "factor.enrol").await?,
        };
        let offered = self.offer(&user, &login, asked.issuer.as_deref()).await;
        self.settled(&proven, offered).await
    }

    async fn offer(&self, user: &User, login: &str, issuer: Option<&str>) -> Result<FactorOffer, Refusal> {
        if self.facts().has_authenticator(user.id) {
            let message = format!("`{}` has an authenticator already; remove it first, with one of its codes", user.name);
            return Err(refusal(Code::InUse, message));
        }
        let (key, expires) = (new_key()?, self.now().plus(PATIENCE));
        let shown = base32::encode(key.as_slice());
        let issuer = issuer.filter(|issuer| !issuer.is_empty()).unwrap_or(ISSUER);
        let address = uri::address(&Totp::COMMON, key.as_slice(), issuer, login);
        let ticket = self.factor_key(true).await?.ticket(&Ticket { user: user.id, expires, key })?;
        Ok(FactorOffer { ticket, key: Secret::new(shown.as_str()), address: Secret::new(address.as_str()), expires })
    }

    /// Ends an enrolment with the first code. From its answer on no password alone lets the user in.
    ///
    /// # Errors
    ///
    /// [`Code::TokenRefused`] for a ticket that is not the actor's or void; [`Code::SecondFactorWrong`]; [`Code::InUse`].
    pub async fn confirm_factor(
        self: &Arc<Self>,
        actor: Actor,
        asked: FactorConfirm,
        address: IpAddr,
    ) -> Result<FactorEnrolled, NotIn> {
        let service = Arc::clone(self);
        // Whoever goes away is enrolled wholly or not at all.
        let task = tokio::spawn(async move { service.confirm_to_the_end(&actor, &asked, address).await });
        task.await.unwrap_or_else(|_| Err(Code::Internal.into()))
    }

    async fn confirm_to_the_end(&self, actor: &Actor, asked: &FactorConfirm, address: IpAddr) -> Result<FactorEnrolled, NotIn> {
        let facts = self.facts();
        let user = user(&facts, actor)?;
        let kept = self.first_code(user, asked).await;
        if let Err(refused) = &kept {
            self.audit_refused(&facts, actor, "factor.enrol", user.name.as_str(), refused).await;
        }
        let (kept, codes) = kept?;
        let session = self.enrolled(actor, user, &Command::EnrolFactor(kept), address).await?;
        Ok(FactorEnrolled { session, recovery_codes: shown(&codes) })
    }

    /// Has a second factor that was just proved count. The actor's sessions at the console end; he gets a fresh one.
    pub(super) async fn enrolled(
        &self,
        actor: &Actor,
        user: &User,
        command: &Command,
        address: IpAddr,
    ) -> Result<Session, NotIn> {
        let wanted = |facts: &Directory| {
            let planned = plan(facts, actor, command, self.now())?;
            let revoke = vec![Revoke::User { user: user.id, audience: Some(Audience::Console) }];
            Ok(Wanted { changes: planned.changes, audit: vec![planned.audit], revoke })
        };
        let enrolled = async {
            let acting = self.acting.lock().await;
            let phc = self.store.password(user.id).await.map_err(|error| store_refusal(&error))?.ok_or(Code::TokenRefused)?;
            let facts = self.commit_wanted(&acting, actor, &wanted).await?;
            let brake = brake_name(&facts, &facts.login_of(user));
            let proven = Proven { user: user.id, phc, brake, address, second: true };
            let (session, ended) = self.new_session(&acting, &proven).await?;
            Ok::<_, Refusal>((ended.unwrap_or_else(|| facts.revision()), session))
        };
        let enrolled = enrolled.await;
        if let Err(refused) = &enrolled {
            self.audit_refused(&self.facts(), actor, "factor.enrol", user.name.as_str(), refused).await;
        }
        let (revision, session) = enrolled?;
        self.everywhere(revision).await;
        Ok(session)
    }

    /// What is to be kept if the first code is right, and the recovery codes that go with it.
    async fn first_code(&self, user: &User, asked: &FactorConfirm) -> Result<(Kept, Vec<RecoveryCode>), Refusal> {
        let secret = self.factor_key(true).await?;
        let now = self.now();
        let ticket = secret.read_ticket(asked.ticket.reveal()).filter(|ticket| ticket.user == user.id && now < ticket.expires);
        let ticket = ticket.ok_or_else(|| refusal(Code::TokenRefused, "the enrolment is over; begin it anew"))?;
        let step = match Given::parse(asked.code.reveal()) {
            Some(Given::Digits(number)) => Totp::COMMON.matching(ticket.key.as_slice(), number, now, 0),
            _ => None,
        };
        let step = step.ok_or_else(|| {
            let message = "the code is not one of the new key; compare the clocks of the authenticator and of the server, and send the next one";
            refusal(Code::SecondFactorWrong, message)
        })?;
        let codes = new_recovery_codes()?;
        let sealed = secret.seal(user.id, ticket.key.as_slice())?;
        let recovery = codes.iter().map(RecoveryCode::hash).collect();
        Ok((Kept { nonce: sealed.nonce, sealed: sealed.bytes, step, since: now, recovery }, codes))
    }

    /// Removes the actor's second factor, with one of its codes.
    ///
    /// # Errors
    ///
    /// [`Code::SecondFactorWrong`], [`Code::Throttled`], [`Code::NotFound`] without a factor.
    pub async fn remove_factor(self: &Arc<Self>, actor: Actor, asked: FactorCode, address: IpAddr) -> Result<(), NotIn> {
        self.with_code(actor, asked, address, Command::RemoveFactor { name: None }).await
    }

    /// New recovery codes for the actor, with a code; those of before are void.
    ///
    /// # Errors
    ///
    /// As [`remove_factor`](Self::remove_factor).
    pub async fn renew_recovery_codes(
        self: &Arc<Self>,
        actor: Actor,
        asked: FactorCode,
        address: IpAddr,
    ) -> Result<RecoveryCodes, NotIn> {
        let codes = new_recovery_codes()?;
        let hashes = codes.iter().map(RecoveryCode::hash).collect();
        self.with_code(actor, asked, address, Command::NewRecoveryCodes { hashes }).await?;
        Ok(RecoveryCodes { recovery_codes: shown(&codes) })
    }

    pub(super) async fn with_code(
        self: &Arc<Self>,
        actor: Actor,
        asked: FactorCode,
        address: IpAddr,
        command: Command,
    ) -> Result<(), NotIn> {
        let facts = self.facts();
        let user = user(&facts, &actor)?;
        if !facts.has_factor(user.id) {
            return Err(refusal(Code::NotFound, format!("`{}` has no second factor", user.name)).into());
        }
        let brake = self.try_code(&facts, &TryOf { user, address, act: command.act(), half: None }, &asked.code).await?;
        // A right code is worth as much as a login.
        self.brake_said(Outcome::GotIn, &brake, address).await;
        self.act(actor, command, Vec::new()).await?;
        Ok(())
    }

    /// The key under which second factors are sealed. It is made with the first enrolment: missing later, it is missed.
    pub(super) async fn factor_key(&self, enrols: bool) -> Result<Arc<FactorKey>, Refusal> {
        if let Some(key) = &*self.factor_key.load() {
            return Ok(Arc::clone(key));
        }
        let may_make = enrols && !self.facts().has_factors();
        let key = self.ask_vault(Telling::Log, move |vault| keys::factor_key(vault, may_make)).await?;
        let key = Arc::new(key);
        self.factor_key.store(Some(Arc::clone(&key)));
        Ok(key)
    }
}

pub(super) fn user<'f>(facts: &'f Directory, actor: &Actor) -> Result<&'f User, Refusal> {
    match actor.kind {
        ActorKind::User(id) => facts.user(id).ok_or_else(|| Code::TokenRefused.into()),
        ActorKind::Setup | ActorKind::System => Err(Code::DeniedRole.into()),
    }
}

fn shown(codes: &[RecoveryCode]) -> Vec<Secret> {
    codes.iter().map(|code| Secret::new(code.text().as_str())).collect()
}
