//! The second step of a login, and second factors (RUN-8).

use sbm_core::factor::Channel;
use sbm_core::name::Name;
use sbm_core::wire::v1::factor::{
    ChannelBegin, ChannelRemove, ChannelTicket, CodeSent, FactorBegin, FactorCode, FactorConfirm, FactorEnrolled, FactorOffer,
    FactorState, HalfSession, RecoveryCodes, SecondStep, SendCode, SendLoginCode,
};
use sbm_core::wire::v1::session::{Secret, Session};
use sbm_core::wire::v1::{Capability, path};
use serde::de::IgnoredAny;

use super::Admin;
use super::address::member;
use crate::error::Error;

impl Admin {
    /// Ends a login with the code of a second factor, or a recovery code: [`login`](Self::login) fails with
    /// [`Code::DeniedSecondFactor`](sbm_core::code::Code::DeniedSecondFactor) and says with what
    /// ([`Error::second_step`]). A wrong code may be followed by another one, ten times.
    ///
    /// # Errors
    ///
    /// [`Code::SecondFactorWrong`](sbm_core::code::Code::SecondFactorWrong);
    /// [`Code::TokenRefused`](sbm_core::code::Code::TokenRefused) when the login is over;
    /// [`Code::Throttled`](sbm_core::code::Code::Throttled).
    pub fn finish_login(&mut self, half: &HalfSession, code: &Secret) -> Result<Session, Error> {
        let step = SecondStep { login: half.token.clone(), code: code.clone() };
        let session: Session = self.send("POST", path::SECOND_STEP, None, Some(&step))?;
        self.token = Some(session.token.clone());
        Ok(session)
    }

    /// Has a code sent for a login that waits for one, by a channel of `half`; the one before is void.
    ///
    /// # Errors
    ///
    /// [`Code::CodeNotSent`](sbm_core::code::Code::CodeNotSent); [`Code::Throttled`](sbm_core::code::Code::Throttled) when as
    /// many were sent as may be; [`Code::TokenRefused`](sbm_core::code::Code::TokenRefused) when the login is over.
    pub fn send_login_code(&self, half: &HalfSession, channel: Channel) -> Result<CodeSent, Error> {
        self.send("POST", path::LOGIN_CODE, None, Some(&SendLoginCode { login: half.token.clone(), channel }))
    }

    /// Has a code sent to oneself, for what takes one besides a login; the one before is void.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound) without an address there; else as
    /// [`send_login_code`](Self::send_login_code).
    pub fn send_code(&self, channel: Channel) -> Result<CodeSent, Error> {
        self.need(Capability::FactorChannels)?;
        self.post(&member(path::FACTOR, "code"), &SendCode { channel })
    }

    /// Has a code sent to an address that is to be one's own for codes; it is when [`confirm_channel`](Self::confirm_channel) sent
    /// the code back. Whoever has a second factor already sends a code of it along.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidArgument`](sbm_core::code::Code::InvalidArgument) for what is no address;
    /// [`Code::WrongCredentials`](sbm_core::code::Code::WrongCredentials);
    /// [`Code::DeniedSecondFactor`](sbm_core::code::Code::DeniedSecondFactor) without that code,
    /// [`Code::SecondFactorWrong`](sbm_core::code::Code::SecondFactorWrong) with a wrong one;
    /// [`Code::CodeNotSent`](sbm_core::code::Code::CodeNotSent).
    pub fn begin_channel(&self, asked: &ChannelBegin) -> Result<ChannelTicket, Error> {
        self.need(Capability::FactorChannels)?;
        self.post(&format!("{}/channels", path::FACTOR), asked)
    }

    /// Makes the address a second factor with the code that came there. The console sessions of before end; the calls that follow
    /// act with the fresh one.
    ///
    /// # Errors
    ///
    /// Those of [`confirm_factor`](Self::confirm_factor).
    pub fn confirm_channel(&mut self, ticket: &Secret, code: &Secret) -> Result<Session, Error> {
        self.need(Capability::FactorChannels)?;
        let asked = FactorConfirm { ticket: ticket.clone(), code: code.clone() };
        let enrolled: FactorEnrolled = self.post(&format!("{}/channels/confirm", path::FACTOR), &asked)?;
        self.token = Some(enrolled.session.token.clone());
        Ok(enrolled.session)
    }

    /// Removes an address of one's own for codes, with a code of any second factor of one's own.
    ///
    /// # Errors
    ///
    /// Those of [`remove_factor`](Self::remove_factor).
    pub fn remove_channel(&self, channel: Channel, code: &Secret) -> Result<(), Error> {
        self.need(Capability::FactorChannels)?;
        let asked = ChannelRemove { channel, code: code.clone() };
        self.post(&format!("{}/channels/remove", path::FACTOR), &asked).map(|_: IgnoredAny| ())
    }

    /// How one's own second factor stands.
    ///
    /// # Errors
    ///
    /// [`Code::CapabilityMissing`](sbm_core::code::Code::CapabilityMissing) from a server without second factors.
    pub fn factor(&self) -> Result<FactorState, Error> {
        self.need(Capability::SecondFactor)?;
        self.get(path::FACTOR)
    }

    /// Begins an enrolment: gives a key for an authenticator, which counts when [`confirm_factor`](Self::confirm_factor) sent a
    /// first code. `issuer` is what the authenticator is to call the server.
    ///
    /// # Errors
    ///
    /// [`Code::WrongCredentials`](sbm_core::code::Code::WrongCredentials);
    /// [`Code::InUse`](sbm_core::code::Code::InUse) when there is a factor already.
    pub fn begin_factor(&self, password: &Secret, issuer: &str) -> Result<FactorOffer, Error> {
        self.need(Capability::SecondFactor)?;
        self.post(path::FACTOR, &FactorBegin { password: password.clone(), issuer: Some(issuer.to_owned()), code: None })
    }

    /// The same for who has another second factor already, with a code of it.
    ///
    /// # Errors
    ///
    /// As above; [`Code::SecondFactorWrong`](sbm_core::code::Code::SecondFactorWrong).
    pub fn begin_factor_with_code(&self, password: &Secret, issuer: &str, code: &Secret) -> Result<FactorOffer, Error> {
        self.need(Capability::FactorChannels)?;
        let (issuer, code) = (Some(issuer.to_owned()), Some(code.clone()));
        self.post(path::FACTOR, &FactorBegin { password: password.clone(), issuer, code })
    }

    /// Ends an enrolment with the first code. The console sessions of before end; the calls that follow act with the fresh one.
    ///
    /// # Errors
    ///
    /// [`Code::SecondFactorWrong`](sbm_core::code::Code::SecondFactorWrong);
    /// [`Code::TokenRefused`](sbm_core::code::Code::TokenRefused) when it began too long ago.
    pub fn confirm_factor(&mut self, ticket: &Secret, code: &Secret) -> Result<FactorEnrolled, Error> {
        self.need(Capability::SecondFactor)?;
        let asked = FactorConfirm { ticket: ticket.clone(), code: code.clone() };
        let enrolled: FactorEnrolled = self.post(&member(path::FACTOR, "confirm"), &asked)?;
        self.token = Some(enrolled.session.token.clone());
        Ok(enrolled)
    }

    /// Removes one's own second factor, with one of its codes.
    ///
    /// # Errors
    ///
    /// [`Code::SecondFactorWrong`](sbm_core::code::Code::SecondFactorWrong);
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound) when there is none.
    pub fn remove_factor(&self, code: &Secret) -> Result<(), Error> {
        self.need(Capability::SecondFactor)?;
        self.post(&member(path::FACTOR, "remove"), &FactorCode { code: code.clone() }).map(|_: IgnoredAny| ())
    }

    /// New recovery codes, for a code; those of before are void.
    ///
    /// # Errors
    ///
    /// Those of [`remove_factor`](Self::remove_factor).
    pub fn renew_recovery_codes(&self, code: &Secret) -> Result<RecoveryCodes, Error> {
        self.need(Capability::SecondFactor)?;
        self.post(&member(path::FACTOR, "recovery-codes"), &FactorCode { code: code.clone() })
    }

    /// Removes the second factor of a user who lost it.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) for who may not change users, or does not reach this one;
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound) when there is none.
    pub fn reset_factor(&self, user: &Name) -> Result<(), Error> {
        self.need(Capability::SecondFactor)?;
        self.delete(&format!("{}/second-factor", member(path::USERS, user.as_str())))
    }
}
