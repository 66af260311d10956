//! The second step of a login (RUN-8).
//!
//! 1. A password that was right, of a user with a second factor, gives no session: it begins a *half-login*, whose token is good
//!    for the second step alone. Nobody hears of a second factor who did not have the password.
//! 2. A code uses itself up in the store, where all servers see it: of many who send it one wins. Ten wrong codes end the
//!    half-login.
//! 3. Guessing codes is guessing at the login: each try is an attempt to the brake of the name, and only a login that got
//!    through to the end takes that back. Who has the password does not get more codes by logging in again and again.
//! 4. What the password was proved with holds to the end: a reset in between ends the half-login.

use std::net::IpAddr;
use std::sync::Arc;

use sbm_core::code::Code;
use sbm_core::directory::command::Phc;
use sbm_core::directory::rows::User;
use sbm_core::directory::{Directory, Refusal};
use sbm_core::factor::totp::Totp;
use sbm_core::factor::{Channel, Given, SentCode, half, sent};
use sbm_core::id::{Hash, InstallationId, UserId};
use sbm_core::wire::v1::factor::{DeviceSecondStep, HalfSession, SecondStep};
use sbm_core::wire::v1::session::{DeviceLogin, DeviceSession, Secret, Session};

use super::codes::own;
use super::credentials::{NotIn, Proven, brake_name};
use super::{Service, refusal, store_refusal};
use crate::auth::factor::{half_token, new_half_token};
use crate::store::factors::{Half, NewHalf, Proof};

/// Says where the code is to come from.
const ASKS: &str =
    "the password is right; the code of the second factor is missing: send that of your authenticator, or a recovery code";
/// The same where codes are sent.
const ASKS_SENT: &str = "the password is right; the code of the second factor is missing: have one sent to you, and send it back";
/// Says what to do without a factor.
const LACKS: &str = "the server asks a second factor of you, and you have none yet; enrol one first, with `sbmctl factor enrol`";
const OVER: &str = "this login is over; begin it anew with name and password";

impl Service {
    /// What stands between a password that was right and whatever it is good for.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedSecondFactor`]: with the half-login that was begun, for who has a second factor; without, for an
    /// installation whose user is asked for one and has none.
    pub(super) async fn first_step(&self, proven: &Proven, installation: Option<InstallationId>) -> Result<(), NotIn> {
        let facts = self.facts();
        if facts.has_factor(proven.user) {
            let half = Some(self.begin_half_login(proven, installation).await?);
            return Err(NotIn { half, ..refusal(Code::DeniedSecondFactor, asks(&facts, proven.user)).into() });
        }
        let lacks = facts.user(proven.user).is_some_and(|user| facts.lacks_factor(user));
        if installation.is_some() && lacks {
            let refused = refusal(Code::DeniedSecondFactor, LACKS);
            self.audit_refused(&facts, &proven.actor(), "device.login", "", &refused).await;
            return self.settled(proven, Err(refused)).await;
        }
        Ok(())
    }

    async fn begin_half_login(&self, proven: &Proven, installation: Option<InstallationId>) -> Result<HalfSession, Refusal> {
        let (token, hash) = new_half_token()?;
        let (user, begun) = (proven.user, self.now());
        let new = NewHalf { hash, user, installation, proved: proved(&proven.phc), begun };
        if !self.store.begin_half_login(new).await.map_err(|error| store_refusal(&error))? {
            return Err(Code::WrongCredentials.into());
        }
        let (channels, sent_only) = (self.channel_offers(user).await?, !self.facts().has_authenticator(user));
        Ok(HalfSession { token, expires: begun.plus(half::LIFE), channels, sent_only })
    }

    /// A person ends his login with a code.
    ///
    /// # Errors
    ///
    /// [`Code::TokenRefused`] when the login is over, [`Code::SecondFactorWrong`], [`Code::Throttled`].
    pub async fn finish_login(self: &Arc<Self>, step: SecondStep, address: IpAddr) -> Result<Session, NotIn> {
        let proven = self.prove_code(&step.login, &step.code, None, address, "session.login").await?;
        self.begin_session(&proven).await
    }

    /// A backup program ends the login of its user with a code.
    ///
    /// # Errors
    ///
    /// As [`finish_login`](Self::finish_login).
    pub async fn finish_device_login(self: &Arc<Self>, step: DeviceSecondStep, address: IpAddr) -> Result<DeviceSession, NotIn> {
        let DeviceSecondStep { login, code, installation, computer, program, take_over } = step;
        let proven = self.prove_code(&login, &code, Some(installation), address, "device.login").await?;
        let (user, password) = (String::new(), Secret::default());
        let login = DeviceLogin { user, password, installation, computer, program, take_over };
        self.log_in_device_to_the_end(proven, login).await
    }

    /// The code of a half-login, which is over when it was right.
    async fn prove_code(
        &self,
        token: &Secret,
        code: &Secret,
        installation: Option<InstallationId>,
        address: IpAddr,
        act: &'static str,
    ) -> Result<Proven, NotIn> {
        let facts = self.facts();
        let (hash, half, user, phc) = self.living(&facts, token).await?;
        if half.installation != installation {
            return Err(refusal(Code::WrongAudience, "this login was begun as another kind of login; begin it anew").into());
        }
        let brake = self.try_code(&facts, &TryOf { user: &user, address, act, half: Some(hash) }, code).await?;
        Ok(Proven { user: user.id, phc, brake, address, second: true })
    }

    /// The half-login of a token, whose it is, and the hash of the password that it was begun with and that is his still.
    pub(super) async fn living(&self, facts: &Directory, token: &Secret) -> Result<(Hash, Half, User, Phc), Refusal> {
        let hash = half_token(token.reveal()).ok_or_else(over)?;
        let half = self.store.half_login(hash).await.map_err(|error| store_refusal(&error))?.ok_or_else(over)?;
        let user = facts.user(half.user).filter(|user| !user.disabled).cloned().ok_or_else(over)?;
        let phc = self.store.password(user.id).await.map_err(|error| store_refusal(&error))?;
        let phc = phc.filter(|phc| proved(phc) == half.proved).ok_or_else(over)?;
        Ok((hash, half, user, phc))
    }

    /// A password that was proved, and its code with it, where both are asked for at once.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedSecondFactor`] without a code, [`Code::SecondFactorWrong`], [`Code::Throttled`].
    pub(super) async fn with_second_factor(
        &self,
        proven: Proven,
        code: Option<&Secret>,
        act: &'static str,
    ) -> Result<Proven, NotIn> {
        let facts = self.facts();
        let Some(user) = facts.user(proven.user).filter(|user| facts.has_factor(user.id)) else { return Ok(proven) };
        let Some(code) = code else { return Err(refusal(Code::DeniedSecondFactor, asks(&facts, user.id)).into()) };
        self.try_code(&facts, &TryOf { user, address: proven.address, act, half: None }, code).await?;
        Ok(Proven { second: true, ..proven })
    }

    /// The code of somebody who proved his password, or whose session it is: used up if it is right. Gives the brake of his
    /// name, which is told what became of it by who goes on.
    pub(super) async fn try_code(&self, facts: &Directory, of: &TryOf<'_>, code: &Secret) -> Result<String, NotIn> {
        let name = brake_name(facts, &facts.login_of(of.user));
        if let Err(wait) = self.brake(&name, of.address).await? {
            let refused = refusal(Code::Throttled, format!("too many attempts; try again in {wait}"));
            self.audit_refused(facts, &of.actor(), of.act, of.user.name.as_str(), &refused).await;
            return Err(NotIn { wait: Some(wait), ..refused.into() });
        }
        let left = match of.half {
            Some(hash) => {
                let counted = self.store.try_half_login(hash, self.now()).await.map_err(|error| store_refusal(&error))?;
                Some(counted.ok_or_else(over)?)
            }
            None => None,
        };
        let right = match self.fitting(of, code).await? {
            Some(proof) => self.store.use_code(of.user.id, proof, of.half).await.map_err(|error| store_refusal(&error))?,
            None => false,
        };
        if right {
            return Ok(name);
        }
        let rest = match left {
            Some(0) => ", and it was the last try; begin the login anew with name and password".to_owned(),
            Some(left) => format!("; tries left: {left}"),
            None => "; wait for the next one".to_owned(),
        };
        let refused = refusal(Code::SecondFactorWrong, format!("the code is wrong or was used before{rest}"));
        self.audit_refused(facts, &of.actor(), of.act, of.user.name.as_str(), &refused).await;
        tracing::info!(address = %of.address, user = %of.user.name, "the code of a second factor was refused");
        Err(refused.into())
    }

    /// What a code would use up, if it is one at this moment.
    async fn fitting(&self, of: &TryOf<'_>, code: &Secret) -> Result<Option<Proof>, Refusal> {
        let user = of.user.id;
        let number = match Given::parse(code.reveal()) {
            Some(Given::Recovery(code)) => return Ok(Some(Proof::Recovery(code.hash()))),
            Some(Given::Sent(code)) => return self.fitting_sent(of, &code).await,
            Some(Given::Digits(number)) => number,
            None => return Ok(None),
        };
        let Some(factor) = self.store.factor(user).await.map_err(|error| store_refusal(&error))? else { return Ok(None) };
        let Some(key) = self.factor_key(false).await?.unseal(user, &factor.sealed) else {
            tracing::error!(
                user = user.0,
                "the key of a second factor is not what was sealed; it must be removed and enrolled anew"
            );
            return Err(refusal(Code::StoreDamaged, "your second factor is damaged; have an administrator remove it"));
        };
        Ok(Totp::COMMON.matching(&key, number, self.now(), factor.step).map(Proof::Step))
    }

    /// What a code that was sent would use up. One for another thing than a login is counted by itself.
    async fn fitting_sent(&self, of: &TryOf<'_>, code: &SentCode) -> Result<Option<Proof>, Refusal> {
        let (user, now) = (of.user.id, self.now());
        let bound = of.half.unwrap_or_else(|| own(user));
        if of.half.is_none() {
            let left = self.store.try_sent_code(user, bound, now).await.map_err(|error| store_refusal(&error))?;
            if left.is_none() {
                return Ok(None);
            }
        }
        let facts = self.facts();
        if !Channel::ALL.into_iter().any(|channel| facts.has_channel(user, channel)) {
            return Ok(None);
        }
        let hash = self.factor_key(false).await?.sent_code(user, &bound, code);
        Ok(Some(Proof::Sent { hash, since: now.plus(-sent::LIFE) }))
    }
}

/// A code is tried.
pub(super) struct TryOf<'a> {
    /// Whose.
    pub(super) user: &'a User,
    pub(super) address: IpAddr,
    /// What the audit log calls it.
    pub(super) act: &'static str,
    /// The half-login that it ends.
    pub(super) half: Option<Hash>,
}

impl TryOf<'_> {
    fn actor(&self) -> sbm_core::directory::Actor {
        sbm_core::directory::Actor::user(self.user.id, self.address.to_string())
    }
}

fn asks(facts: &Directory, user: UserId) -> &'static str {
    if facts.has_authenticator(user) { ASKS } else { ASKS_SENT }
}

pub(super) fn over() -> Refusal {
    refusal(Code::TokenRefused, OVER)
}

/// What a half-login keeps of the hash that its password was proved with.
fn proved(phc: &Phc) -> Hash {
    Hash::of(phc.as_bytes())
}

#[cfg(test)]
mod tests;
