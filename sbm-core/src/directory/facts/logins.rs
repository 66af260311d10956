//! What a person types to name a user: `name`, or `full>account>name` (USR-1, ACC-1).
//!
//! 1. Without an account it is a user of the root account at which it was typed.
//! 2. With one, the account is the user's own, in full: never a part of its name, never one above or below.
//! 3. The full name of an account that has a secret of its own is the login of that account's own user (ACC-12). No user has a
//!    login that reads the same.
//! 4. Parts are trimmed and compared without regard to case; an empty part names nobody. No part of a name has a `>`, so
//!    that a login is read in one way only.

use alloc::format;
use alloc::string::String;

use super::Directory;
use crate::account::AccountPath;
use crate::directory::rows::User;
use crate::id::AccountId;
use crate::name::Name;

impl Directory {
    /// The user whom a typed login names, in whatever root account: for who proves a password. Who works there asks a
    /// [`View`](crate::directory::View), for which others do not exist (ACC-4).
    #[must_use]
    pub fn user_by_login(&self, home: AccountId, typed: &str) -> Option<&User> {
        self.person_by_login(home, typed).or_else(|| self.own_login(typed))
    }

    /// The same for who logs in: the name that an account's own user is listed by is no login.
    #[must_use]
    pub fn user_to_prove(&self, typed: &str) -> Option<&User> {
        let person = self.person_by_login(AccountId::ROOT, typed).filter(|user| !self.is_own_login(user));
        person.or_else(|| self.own_login(typed))
    }

    fn person_by_login(&self, home: AccountId, typed: &str) -> Option<&User> {
        let Some((account, name)) = typed.rsplit_once('>') else { return self.user_named(home, typed.trim()) };
        let account = self.account_named(&account.parse::<AccountPath>().ok()?)?;
        self.user_named(self.root_of(account.id), name.trim()).filter(|user| user.account == account.id)
    }

    fn own_login(&self, typed: &str) -> Option<&User> {
        self.user(self.account_named(&typed.parse::<AccountPath>().ok()?)?.silo.own?)
    }

    /// Whether this user is an account's own: his password is its secret (ACC-12).
    #[must_use]
    pub fn is_own_login(&self, user: &User) -> bool {
        self.account(user.account).is_some_and(|account| account.silo.own == Some(user.id))
    }

    /// What a user is called, without his account: an account's own login, which nobody named, as the account (ACC-12).
    #[must_use]
    pub fn called<'a>(&'a self, user: &'a User) -> &'a Name {
        self.account(user.account).filter(|_| self.is_own_login(user)).map_or(&user.name, |account| &account.name)
    }

    /// The full login of a user.
    #[must_use]
    pub fn login_of(&self, user: &User) -> String {
        let account = self.account_name(user.account);
        if self.is_own_login(user) { account } else { format!("{account}>{}", user.name) }
    }
}
