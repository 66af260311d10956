//! Who has a second factor (RUN-8). The key itself is not among the facts.

use super::Directory;
use crate::directory::rows::User;
use crate::id::UserId;
use alloc::sync::Arc;

impl Directory {
    pub(super) fn put_factor(&mut self, user: UserId) {
        Arc::make_mut(&mut self.factors).insert(user);
    }

    pub(super) fn drop_factor(&mut self, user: UserId) {
        if self.factors.contains(&user) {
            Arc::make_mut(&mut self.factors).remove(&user);
        }
    }

    /// Whether a user has a second factor: then his password alone lets nobody in.
    #[must_use]
    pub fn has_factor(&self, user: UserId) -> bool {
        self.factors.contains(&user)
    }

    /// Whether anybody has a second factor.
    #[must_use]
    pub fn has_factors(&self) -> bool {
        !self.factors.is_empty()
    }

    /// Whether a second factor is asked of a user who has none: he may do nothing at the server but enrol one (DEC-1).
    #[must_use]
    pub fn lacks_factor(&self, user: &User) -> bool {
        self.server.second_factor.asks(user.roles) && !self.has_factor(user.id)
    }
}
