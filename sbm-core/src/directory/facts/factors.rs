//! Who has which second factor, and of whom one is asked (RUN-8). Keys and addresses are not among the facts.

use alloc::sync::Arc;

use super::Directory;
use crate::directory::rights::Held;
use crate::directory::rows::User;
use crate::factor::{AskedBy, Channel, Means, asked_by};
use crate::id::UserId;

impl Directory {
    pub(super) fn put_factor(&mut self, user: UserId, means: Means) {
        Arc::make_mut(&mut self.factors).insert((user, means));
    }

    pub(super) fn drop_factor(&mut self, user: UserId, means: Means) {
        if self.factors.contains(&(user, means)) {
            Arc::make_mut(&mut self.factors).remove(&(user, means));
        }
    }

    pub(super) fn drop_factors(&mut self, user: UserId) {
        let all: alloc::vec::Vec<Means> = self.factors_of(user).collect();
        all.into_iter().for_each(|means| self.drop_factor(user, means));
    }

    /// What a user has for a second factor.
    pub fn factors_of(&self, user: UserId) -> impl Iterator<Item = Means> {
        let means = [Means::Authenticator, Means::Sent(Channel::Email), Means::Sent(Channel::Sms)];
        means.into_iter().filter(move |means| self.factors.contains(&(user, *means)))
    }

    /// Whether a user has an authenticator, and recovery codes with it.
    #[must_use]
    pub fn has_authenticator(&self, user: UserId) -> bool {
        self.factors.contains(&(user, Means::Authenticator))
    }

    /// Whether a user confirmed an address for codes.
    #[must_use]
    pub fn has_channel(&self, user: UserId, channel: Channel) -> bool {
        self.factors.contains(&(user, Means::Sent(channel)))
    }

    /// Whether a user has a second factor: then his password alone lets nobody in.
    #[must_use]
    pub fn has_factor(&self, user: UserId) -> bool {
        self.factors_of(user).next().is_some()
    }

    /// Whether anybody has a second factor.
    #[must_use]
    pub fn has_factors(&self) -> bool {
        !self.factors.is_empty()
    }

    /// Who asks a second factor of a user, if anybody does.
    #[must_use]
    pub fn factor_asked_by(&self, user: &User) -> Option<AskedBy> {
        let given = self.held(user).map(|entry| entry.account).filter(|account| *account != user.account);
        let ways_up = core::iter::once(user.account).chain(given).flat_map(|account| self.chain(account));
        let ways_up = ways_up.map(|account| (account.id, account.second_factor));
        let made = self.held(user).filter_map(|entry| match entry.role {
            Held::Custom(role) => Some(role.tasks),
            Held::BuiltIn(_) => None,
        });
        asked_by(&self.server.second_factor, self.roles_anywhere(user), made, ways_up)
    }

    /// Whether a second factor is asked of a user who has none: he may do nothing at the server but enrol one (DEC-1).
    #[must_use]
    pub fn lacks_factor(&self, user: &User) -> bool {
        self.factor_asked_by(user).is_some() && !self.has_factor(user.id)
    }
}
