//! Codes that are sent, and the addresses that they go to (RUN-8).
//!
//! 1. A code is for one thing: for a login that waits for it, for an address that is to be one's own, or for what else takes a
//!    code of one's own. It is kept with that by its hash, counted on disk before it is sent, and voids the one before.
//! 2. An address counts when its owner sent back what came there. He proves his password first, and a second factor that he has
//!    already: nobody puts a weaker one beside it.
//! 3. Who begins a login is told so much of his addresses that he knows them.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use sbm_core::code::Code;
use sbm_core::directory::rows::User;
use sbm_core::directory::{Actor, Command, Refusal};
use sbm_core::factor::half::Try;
use sbm_core::factor::{Address, Channel, Given, KeptAddress, sent};
use sbm_core::id::{Hash, UserId};
use sbm_core::time::{SECOND, Timestamp};
use sbm_core::wire::v1::factor::{
    ChannelBegin, ChannelOffer, ChannelRemove, ChannelState, ChannelTicket, CodeSent, FactorCode, FactorConfirm, FactorEnrolled,
    SendCode, SendLoginCode,
};

use super::credentials::{Attempt, NotIn};
use super::factor::user;
use super::{Service, refusal, store_refusal};
use crate::auth::Wait;
use crate::auth::factor::{AddressTicket, new_sent_code};
use crate::courier::{Letter, NotCarried};
use crate::store::factors::Proof;
use crate::store::sent_codes::{NewSentCode, PutSent};

/// What an act of one's own binds its codes to.
pub(super) fn own(user: UserId) -> Hash {
    Hash::of(format!("SBM own code v1 {}", user.0).as_bytes())
}

impl Service {
    /// Sends a code for a login that waits for one, whoever began it.
    ///
    /// # Errors
    ///
    /// [`Code::TokenRefused`] when the login is over; [`Code::NotFound`] without an address there; [`Code::Throttled`];
    /// [`Code::CodeNotSent`].
    pub async fn send_login_code(&self, asked: &SendLoginCode, from: IpAddr) -> Result<CodeSent, NotIn> {
        let (hash, half, user, _) = self.living(&self.facts(), &asked.login).await?;
        let now = self.now();
        if half.state.clone().count(now) == Try::Over {
            return Err(super::second_step::over().into());
        }
        let to = self.address_of(&user, asked.channel).await?;
        let actor = Actor::user(user.id, from.to_string());
        self.send_code(&actor, &user, hash, to, half.state.expires().min(now.plus(sent::LIFE))).await
    }

    /// Sends a code to the actor, for what takes one besides a login.
    ///
    /// # Errors
    ///
    /// As [`send_login_code`](Self::send_login_code).
    pub async fn send_own_code(&self, actor: &Actor, asked: SendCode) -> Result<CodeSent, NotIn> {
        let user = user(&self.facts(), actor)?.clone();
        let to = self.address_of(&user, asked.channel).await?;
        self.send_code(actor, &user, own(user.id), to, self.now().plus(sent::LIFE)).await
    }

    /// Sends a code to an address that the actor says is his.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidArgument`] for what is no address; [`Code::WrongCredentials`]; [`Code::DeniedSecondFactor`] without a code
    /// of the second factor that there is, [`Code::SecondFactorWrong`]; [`Code::Throttled`]; [`Code::CodeNotSent`].
    pub async fn begin_channel(&self, actor: &Actor, asked: ChannelBegin, from: IpAddr) -> Result<ChannelTicket, NotIn> {
        let facts = self.facts();
        let user = user(&facts, actor)?.clone();
        let to = self.readable(&asked)?;
        let login = facts.login_of(&user);
        let attempt = Attempt {
            login: &login,
            password: &asked.password,
            address: from,
            act: "factor.enrol",
            object: user.name.to_string(),
            detail: format!("the password was asked for, for codes by {}", asked.channel),
        };
        let proven = self.prove(attempt).await?;
        let proven = self.with_second_factor(proven, asked.code.as_ref(), "factor.enrol").await?;
        let offered = async {
            let expires = self.now().plus(sent::LIFE);
            let ticket = AddressTicket { user: user.id, expires, address: to.clone() };
            let ticket = self.factor_key(true).await?.address_ticket(&ticket)?;
            let bound = Hash::of(ticket.reveal().as_bytes());
            Ok::<_, NotIn>(ChannelTicket { ticket, sent: self.send_code(actor, &user, bound, to, expires).await? })
        };
        match offered.await {
            Ok(offered) => self.settled(&proven, Ok(offered)).await,
            Err(not_in) => {
                // The password was right all the same.
                let _settled: Result<(), NotIn> = self.settled(&proven, Err(not_in.refusal.clone())).await;
                Err(not_in)
            }
        }
    }

    /// The address, if codes can be sent there at all.
    fn readable(&self, asked: &ChannelBegin) -> Result<Address, Refusal> {
        let channel = asked.channel;
        if !self.courier.offers().contains(&channel) {
            return Err(not_offered(channel));
        }
        let to = Address::parse(channel, &asked.address).map_err(|why| {
            refusal(Code::InvalidArgument, format!("codes by {channel} cannot go to `{}`: {why}", asked.address.escape_debug()))
        })?;
        if !self.reaches(&to) {
            let message =
                format!("this server sends no short messages to `{}`; take a number of a country that it does", to.masked());
            return Err(refusal(Code::InvalidArgument, message));
        }
        Ok(to)
    }

    /// Whether the operator pays for messages to that address.
    fn reaches(&self, to: &Address) -> bool {
        to.channel() != Channel::Sms || self.config.codes.sms.as_ref().is_none_or(|sms| sms.reaches(to))
    }

    /// The actor sends back what came to the address. From then on it is a second factor of his.
    ///
    /// # Errors
    ///
    /// [`Code::TokenRefused`] for a ticket that is not the actor's or is over; [`Code::SecondFactorWrong`].
    pub async fn confirm_channel(
        self: &Arc<Self>,
        actor: Actor,
        asked: FactorConfirm,
        from: IpAddr,
    ) -> Result<FactorEnrolled, NotIn> {
        let service = Arc::clone(self);
        // Whoever goes away has it confirmed wholly or not at all.
        let task = tokio::spawn(async move {
            let facts = service.facts();
            let user = user(&facts, &actor)?;
            let command = service.came_back(user, &asked).await;
            if let Err(refused) = &command {
                service.audit_refused(&facts, &actor, "factor.enrol", user.name.as_str(), refused).await;
            }
            let session = service.enrolled(&actor, user, &command?, from).await?;
            Ok(FactorEnrolled { session, recovery_codes: Vec::new() })
        });
        task.await.unwrap_or_else(|_| Err(Code::Internal.into()))
    }

    async fn came_back(&self, user: &User, asked: &FactorConfirm) -> Result<Command, Refusal> {
        let over = || refusal(Code::TokenRefused, "the confirmation is over; begin it anew");
        let secret = self.factor_key(true).await?;
        let now = self.now();
        let ticket = secret.read_address_ticket(asked.ticket.reveal());
        let ticket = ticket.filter(|ticket| ticket.user == user.id && now < ticket.expires).ok_or_else(over)?;
        let bound = Hash::of(asked.ticket.reveal().as_bytes());
        let left = self.store.try_sent_code(user.id, bound, now).await.map_err(|error| store_refusal(&error))?;
        let left = left.ok_or_else(over)?;
        let is_right = match Given::parse(asked.code.reveal()) {
            Some(Given::Sent(code)) => {
                let proof = Proof::Sent { hash: secret.sent_code(user.id, &bound, &code), since: now.plus(-sent::LIFE) };
                self.store.use_code(user.id, proof, None).await.map_err(|error| store_refusal(&error))?
            }
            _ => false,
        };
        if !is_right {
            let message = format!("the code is not the one that was sent to `{}`; tries left: {left}", ticket.address.masked());
            return Err(refusal(Code::SecondFactorWrong, message));
        }
        let sealed = secret.seal_address(user.id, &ticket.address)?;
        let kept = KeptAddress { nonce: sealed.nonce, sealed: sealed.bytes, since: now };
        Ok(Command::ConfirmChannel { channel: ticket.address.channel(), kept, shown: ticket.address.masked() })
    }

    /// Takes an address of the actor's away, with a code of any second factor of his.
    ///
    /// # Errors
    ///
    /// As [`remove_factor`](Self::remove_factor).
    pub async fn remove_channel(self: &Arc<Self>, actor: Actor, asked: ChannelRemove, from: IpAddr) -> Result<(), NotIn> {
        let ChannelRemove { channel, code } = asked;
        self.with_code(actor, FactorCode { code }, from, Command::RemoveChannel { channel }).await
    }

    /// A user's addresses, as somebody is told of them who proved no more than a password.
    pub(super) async fn channel_offers(&self, user: UserId) -> Result<Vec<ChannelOffer>, Refusal> {
        let states = self.channel_states(user).await?;
        Ok(states.into_iter().map(|ChannelState { channel, address, .. }| ChannelOffer { channel, address }).collect())
    }

    /// A user's addresses.
    pub(super) async fn channel_states(&self, user: UserId) -> Result<Vec<ChannelState>, Refusal> {
        if !Channel::ALL.into_iter().any(|channel| self.facts().has_channel(user, channel)) {
            return Ok(Vec::new());
        }
        let secret = self.factor_key(false).await?;
        let kept = self.store.channels(user).await.map_err(|error| store_refusal(&error))?;
        let states = kept.into_iter().filter_map(|kept| {
            let address = secret.unseal_address(user, kept.channel, &kept.sealed)?.masked();
            Some(ChannelState { channel: kept.channel, address, since: kept.since })
        });
        Ok(states.collect())
    }

    async fn address_of(&self, user: &User, channel: Channel) -> Result<Address, Refusal> {
        if !self.facts().has_channel(user.id, channel) {
            return Err(refusal(Code::NotFound, format!("you have no address for codes by {channel}")));
        }
        let kept = self.store.channels(user.id).await.map_err(|error| store_refusal(&error))?;
        let kept = kept.into_iter().find(|kept| kept.channel == channel).ok_or(Code::NotFound)?;
        self.factor_key(false).await?.unseal_address(user.id, channel, &kept.sealed).ok_or_else(|| {
            tracing::error!(
                user = user.id.0,
                "an address for codes is not what was sealed; it must be removed and confirmed anew"
            );
            refusal(Code::StoreDamaged, "your address for codes is damaged; have an administrator remove it")
        })
    }

    async fn send_code(
        &self,
        actor: &Actor,
        user: &User,
        bound: Hash,
        to: Address,
        expires: Timestamp,
    ) -> Result<CodeSent, NotIn> {
        let channel = to.channel();
        if !self.courier.offers().contains(&channel) {
            return Err(not_offered(channel).into());
        }
        // It may have been confirmed when the operator still paid for its country.
        if !self.reaches(&to) {
            let message = format!(
                "this server sends no short messages to `{}` any more; use another second factor, or ask its operator",
                to.masked()
            );
            return Err(refusal(Code::CapabilityMissing, message).into());
        }
        let (code, now) = (new_sent_code()?, self.now());
        let hash = self.factor_key(true).await?.sent_code(user.id, &bound, &code);
        let new = NewSentCode { user: user.id, bound, hash, at: now };
        match self.store.put_sent_code(new, self.config.codes.most).await.map_err(|error| store_refusal(&error))? {
            PutSent::Kept => {}
            PutSent::Gone => return Err(Code::TokenRefused.into()),
            PutSent::Wait(millis) => {
                let seconds = u64::try_from(millis.div_euclid(SECOND).saturating_add(1)).unwrap_or(1);
                let refused = refusal(Code::Throttled, format!("no more codes are sent for now; ask again in {seconds} s"));
                self.audit_refused(&self.facts(), actor, "factor.send", user.name.as_str(), &refused).await;
                return Err(NotIn { wait: Some(Wait { seconds }), ..refused.into() });
            }
        }
        let sent = CodeSent { channel, address: to.masked(), expires };
        let letter = Letter::with_code(to, &self.facts().login_of(user), &self.shown_name(), &code);
        let useful = Duration::from_millis(u64::try_from(expires.since(now)).unwrap_or_default());
        let failed = match self.courier.send(letter, useful).await {
            Ok(()) => {
                self.audit_granted(actor, "factor.send", &format!("{channel} to `{}`", sent.address)).await;
                return Ok(sent);
            }
            Err(NotCarried::Full) => "too many wait",
            Err(NotCarried::Failed) => "it is tried again in a moment",
            Err(NotCarried::Refused) => "it was refused",
        };
        let message =
            format!("the code could not be sent to `{}`: {failed}; use another second factor, or try again", sent.address);
        let refused = refusal(Code::CodeNotSent, message);
        self.audit_refused(&self.facts(), actor, "factor.send", user.name.as_str(), &refused).await;
        let seconds = sent::GAP.unsigned_abs() / SECOND.unsigned_abs();
        Err(NotIn { wait: Some(Wait { seconds }), ..refused.into() })
    }

    /// What letters call the server.
    fn shown_name(&self) -> String {
        let name = self.config.names.first().cloned().or_else(crate::config::host::machine_name);
        name.map_or_else(|| "SBM".to_owned(), |name| name.to_string())
    }
}

fn not_offered(channel: Channel) -> Refusal {
    refusal(
        Code::CapabilityMissing,
        format!("this server sends no codes by {channel}; use another second factor, or ask its operator"),
    )
}

#[cfg(test)]
mod tests;
