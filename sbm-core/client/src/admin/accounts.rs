//! Accounts: the tree, what each may store and hands down, how it stands (ACC-1 to ACC-9).

use sbm_core::account::AccountPath;
use sbm_core::wire::v1::admin::{Account, AccountPatch, AccountsAct, EffectiveSetting, LifeAct, ListQuery, NewAccount};
use sbm_core::wire::v1::{Capability, path};

use super::Admin;
use super::address::member;
use super::listing::Rows;
use crate::error::Error;

impl Admin {
    /// One account, by its full name.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound), for what is not below one's own account too;
    /// [`Code::CapabilityMissing`](sbm_core::code::Code::CapabilityMissing) without `accounts`.
    pub fn account(&self, account: &AccountPath) -> Result<Account, Error> {
        self.need(Capability::Accounts)?;
        self.get(&member(path::ACCOUNTS, &account.to_string()))
    }

    /// Adds an account below one's own; those between need not exist.
    ///
    /// # Errors
    ///
    /// [`Code::NameTaken`](sbm_core::code::Code::NameTaken), [`Code::InvalidAccount`](sbm_core::code::Code::InvalidAccount) for
    /// a level above that of what it stands below, [`Code::NotFound`](sbm_core::code::Code::NotFound) outside one's own.
    pub fn add_account(&self, account: &NewAccount) -> Result<Account, Error> {
        self.need(if account.secret.is_some() { Capability::Silos } else { Capability::Accounts })?;
        self.post(path::ACCOUNTS, account)
    }

    /// Changes an account, or puts it elsewhere in the tree; what the patch does not mention stays.
    ///
    /// # Errors
    ///
    /// Those of [`add_account`](Self::add_account);
    /// [`Code::DeniedAccountDeletion`](sbm_core::code::Code::DeniedAccountDeletion) while it is about to be deleted.
    pub fn modify_account(&self, account: &AccountPath, patch: &AccountPatch) -> Result<Account, Error> {
        self.need(Capability::Accounts)?;
        if patch.second_factor.is_some() {
            self.need(Capability::FactorChannels)?;
        }
        self.patch(&member(path::ACCOUNTS, &account.to_string()), patch)
    }

    /// Disables accounts, enables them, makes supervisors of them, deletes them or keeps them after all: all of them, at most
    /// [`AccountsAct::MAX`], or none.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound), [`Code::InUse`](sbm_core::code::Code::InUse) for an organisation that
    /// has devices or accounts still, [`Code::DeniedAccountDeletion`](sbm_core::code::Code::DeniedAccountDeletion).
    pub fn act_on_accounts(&self, accounts: Vec<AccountPath>, act: LifeAct) -> Result<(), Error> {
        self.need(Capability::Accounts)?;
        self.post(path::ACCOUNT_ACTS, &AccountsAct { accounts, act }).map(|_: serde::de::IgnoredAny| ())
    }

    /// What each setting of the policies comes to for an account, and where it comes from.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound).
    pub fn account_policy(&self, account: &AccountPath) -> Result<Vec<EffectiveSetting>, Error> {
        self.need(Capability::Accounts)?;
        let at = format!("{}/policy", member(path::ACCOUNTS, &account.to_string()));
        Rows::<EffectiveSetting, ListQuery>::managed(self, at, ListQuery::default()).collect()
    }
}
