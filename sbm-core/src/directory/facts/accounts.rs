//! Accounts: the tree, walked up (ACC-1, ACC-2).

use alloc::string::String;
use alloc::vec::Vec;

use super::Directory;
use super::roots::Unfound;
use crate::account::tree::{self, NodeRef, Nodes};
use crate::account::{AccountPath, Branding};
use crate::directory::index::{Kind, NameRef};
use crate::directory::rows::Account;
use crate::id::AccountId;

impl Directory {
    pub(super) fn put_account(&mut self, row: Account) {
        let scope = row.parent.unwrap_or(NO_ACCOUNT);
        let key = row.name.key();
        let old = self.account(row.id).map(|old| (old.parent.unwrap_or(NO_ACCOUNT), old.name.key()));
        if let Some((old_scope, old_key)) = &old
            && (*old_scope, old_key) != (scope, &key)
        {
            self.names.remove(&NameRef::new(Kind::Account, *old_scope, old_key), row.id.0);
        }
        if self.names.get(&NameRef::new(Kind::Account, scope, &key)) != Some(row.id.0) {
            self.names.put(NameRef::new(Kind::Account, scope, &key).to_key(), row.id.0);
        }
        self.stand(row.id, old.map(|(scope, _)| scope), Some(scope));
        self.next.account = self.next.account.max(row.id.0.saturating_add(1));
        let (id, before) = (row.id, self.root_of(row.id));
        let root = row.parent.map_or(row.id, |parent| self.root_of(parent));
        let is_other = before != root && self.account(id).is_some();
        let unfound = if is_other { self.forget_below(id) } else { Unfound::default() };
        self.columns.put_account(&row, root);
        self.accounts.put(row.id.index(), Some(row));
        if before != root {
            self.hand_down(id, root);
        }
        self.find_again(unfound);
    }

    pub(super) fn drop_account(&mut self, id: AccountId) {
        let Some(row) = self.accounts.get(id.index()) else { return };
        let (above, key) = (row.parent, row.name.key());
        let scope = above.unwrap_or(NO_ACCOUNT);
        self.names.remove(&NameRef::new(Kind::Account, scope, &key), id.0);
        self.stand(id, Some(scope), None);
        self.columns.drop_account(id);
        self.accounts.put(id.index(), None);
        self.keep_tombstones(id, above);
    }

    /// Puts an account below another one among its kin, where it does not stand already.
    fn stand(&mut self, id: AccountId, from: Option<AccountId>, to: Option<AccountId>) {
        if from == to {
            return;
        }
        if let Some(from) = from {
            self.kin.take(id.0, from.0);
        }
        if let Some(to) = to {
            self.kin.put(id.0, to.0);
        }
    }

    /// Says to all below an account, in whatever order they came, which root account stands above them.
    fn hand_down(&mut self, id: AccountId, root: AccountId) {
        let below: Vec<AccountId> = self.kin.all_below(id.0).map(AccountId).collect();
        for id in below {
            if let Some(row) = self.accounts.get(id.index()) {
                self.columns.put_account(row, root);
            }
        }
    }

    /// All accounts, virtual ones too, in the order of their ids.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter()
    }

    /// The accounts below this one, however far, virtual ones too; those above first.
    pub fn accounts_below(&self, id: AccountId) -> impl Iterator<Item = &Account> {
        self.kin.all_below(id.0).filter_map(|id| self.account(AccountId(id)))
    }

    /// The root accounts, virtual ones too.
    pub fn root_accounts(&self) -> impl Iterator<Item = &Account> {
        self.kin.below(NO_ACCOUNT.0).filter_map(|id| self.account(AccountId(id)))
    }

    /// The account of that id.
    #[must_use]
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(id.index())
    }

    /// The account of that full name: every part as it is, from a root account down, never by a suffix (ACC-1). A part of
    /// names that nobody made an account of is none (ACC-2).
    #[must_use]
    pub fn account_named(&self, path: &AccountPath) -> Option<&Account> {
        self.account(tree::find(self, path)?)
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

    /// The branding that counts for that account, the nearest one on the way up, and the account that it comes from (ACC-3).
    #[must_use]
    pub fn branding_of(&self, id: AccountId) -> Option<(AccountId, &Branding)> {
        self.chain(id).find_map(|account| Some((account.id, account.about.as_deref()?.branding.as_ref()?)))
    }

    /// The account's full name.
    #[must_use]
    pub fn account_name(&self, id: AccountId) -> String {
        let mut parts: Vec<&str> = self.chain(id).map(|account| account.name.as_str()).collect();
        parts.reverse();
        parts.join(">")
    }
}

impl Nodes for Directory {
    fn node(&self, id: AccountId) -> Option<NodeRef<'_>> {
        self.account(id).map(Account::node)
    }

    fn child(&self, of: Option<AccountId>, key: &str) -> Option<AccountId> {
        self.names.get(&NameRef::new(Kind::Account, of.unwrap_or(NO_ACCOUNT), key)).map(AccountId)
    }

    fn children(&self, of: AccountId) -> Vec<AccountId> {
        self.kin.below(of.0).map(AccountId).collect()
    }

    fn next(&self) -> AccountId {
        AccountId(self.next.account)
    }
}

/// Stands above the root accounts in the index of names; no account has it.
const NO_ACCOUNT: AccountId = AccountId(0);
