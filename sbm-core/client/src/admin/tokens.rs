//! Tokens for programs that act as a user (RUN-11).

use sbm_core::wire::v1::admin::{IssuedToken, ListQuery, NewToken, Page, TokenEntry};
use sbm_core::wire::v1::{Capability, path};

use super::Admin;
use super::address::member;
use crate::error::Error;

impl Admin {
    /// Makes a token of one's own for a program. It goes no further than oneself, now and later, and is told this once.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) and its kin for what one may not do oneself (USR-10);
    /// [`Code::WrongCredentials`](sbm_core::code::Code::WrongCredentials) when the password in it is not one's own;
    /// [`Code::InvalidArgument`](sbm_core::code::Code::InvalidArgument) for a token that may nothing or is over already;
    /// [`Code::TooMany`](sbm_core::code::Code::TooMany);
    /// [`Code::WrongAudience`](sbm_core::code::Code::WrongAudience) for whoever acts by such a token himself.
    pub fn create_token(&self, new: &NewToken) -> Result<IssuedToken, Error> {
        self.need(Capability::Tokens)?;
        self.post(path::NEW_TOKEN, new)
    }

    /// A page of one's own tokens; of everybody's for who may see users.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page).
    pub fn tokens_page(&self, query: &ListQuery) -> Result<Page<TokenEntry>, Error> {
        self.need(Capability::Tokens)?;
        self.page(query)
    }

    /// Ends a token by its id: one's own, or anybody's for who may change users. Its next request is refused.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) for another's without that task;
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound).
    pub fn revoke_token(&self, id: &str) -> Result<(), Error> {
        self.need(Capability::Tokens)?;
        self.delete(&member(path::TOKENS, id))
    }
}
