//! The second step of a login, and second factors (RUN-8).

use sbm_core::name::Name;
use sbm_core::wire::v1::factor::{
    FactorBegin, FactorCode, FactorConfirm, FactorEnrolled, FactorOffer, FactorState, HalfSession, RecoveryCodes, SecondStep,
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
        self.post(path::FACTOR, &FactorBegin { password: password.clone(), issuer: Some(issuer.to_owned()) })
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
