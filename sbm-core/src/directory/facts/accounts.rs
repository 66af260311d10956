//! Accounts: the tree, walked up (ACC-1, ACC-2).

use alloc::string::String;
use alloc::vec::Vec;

use super::Directory;
use crate::account::AccountPath;
use crate::directory::index::{Kind, NameRef};
use crate::directory::rows::Account;
use crate::id::AccountId;

impl Directory {
    pub(super) fn put_account(&mut self, row: Account) {
        let scope = row.parent.unwrap_or(NO_ACCOUNT);
        if let Some(old) = self.account(row.id) {
            let (old_scope, old_key) = (old.parent.unwrap_or(NO_ACCOUNT), old.name.key());
            if (old_scope, &old_key) != (scope, &row.name.key()) {
                self.names.remove(&NameRef::new(Kind::Account, old_scope, &old_key), row.id.0);
            }
        }
        let key = row.name.key();
        if self.names.get(&NameRef::new(Kind::Account, scope, &key)) != Some(row.id.0) {
            self.names.put(NameRef::new(Kind::Account, scope, &key).to_key(), row.id.0);
        }
        self.next.account = self.next.account.max(row.id.0.saturating_add(1));
        // What is below it is right already, unless it was moved or came late: then the caller asks for everything.
        let root = row.parent.map_or(row.id, |parent| self.root_of(parent));
        self.columns.put_account(&row, root);
        self.accounts.put(row.id.index(), Some(row));
    }

    /// Works out anew which root account stands above each account.
    pub(super) fn find_roots(&mut self) {
        let roots: Vec<(Account, AccountId)> = self
            .accounts
            .iter()
            .map(|account| (account.clone(), self.chain(account.id).last().map_or(account.id, |root| root.id)))
            .collect();
        roots.iter().for_each(|(account, root)| self.columns.put_account(account, *root));
    }

    /// Whether these rows change what stands above other accounts: one is moved, or there are several, which may come in
    /// any order.
    pub(super) fn moves_accounts(&self, rows: &[&Account]) -> bool {
        let moved = |row: &&Account| self.account(row.id).is_some_and(|old| old.parent != row.parent);
        rows.len() > 1 || rows.iter().any(moved)
    }

    /// The account of that id.
    #[must_use]
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(id.index())
    }

    /// The account of that full name: every part as it is, from a root account down, never by a suffix (ACC-1).
    #[must_use]
    pub fn account_named(&self, path: &AccountPath) -> Option<&Account> {
        let mut above = NO_ACCOUNT;
        for part in path.parts() {
            above = AccountId(self.names.get(&NameRef::new(Kind::Account, above, &part.key()))?);
        }
        self.account(above)
    }

    /// The root account above this one, or itself.
    #[must_use]
    #[inline]
    pub fn root_of(&self, id: AccountId) -> AccountId {
        self.columns.root_of(id)
    }

    /// This account and those above it, up to the root.
    pub fn chain(&self, id: AccountId) -> impl Iterator<Item = &Account> {
        let mut next = self.account(id);
        core::iter::from_fn(move || {
            let account = next?;
            next = account.parent.and_then(|parent| self.account(parent));
            Some(account)
        })
        .take(AccountPath::MAX_DEPTH)
    }

    /// The account's full name.
    #[must_use]
    pub fn account_name(&self, id: AccountId) -> String {
        let mut parts: Vec<&str> = self.chain(id).map(|account| account.name.as_str()).collect();
        parts.reverse();
        parts.join(">")
    }
}

/// Stands above the root accounts in the index of names; no account has it.
const NO_ACCOUNT: AccountId = AccountId(0);
