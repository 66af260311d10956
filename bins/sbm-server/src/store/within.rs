//! Whose history is read: what somebody sees, in words of the database (ACC-4).
//!
//! It comes from a [`View`] and from nothing else, so that no handler reads what its caller does not see. A statement names
//! the account at the top, or those few at which he was let look, and nothing more, however many there are below: the database
//! walks down from there.

use sbm_core::account::AccountPath;
use sbm_core::directory::View;
use sbm_core::directory::plan::Log;
use sbm_core::directory::rights::MOST_GRANTS;
use sbm_core::id::AccountId;

/// The accounts that somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Within(pub(super) Accounts);

/// Which ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accounts {
    /// None.
    Nothing,
    /// One alone.
    One(AccountId),
    /// One and all below it, also those that are gone.
    Below(AccountId),
    /// Several and all below them. There are as many as there may be; the last one stands in the place of those that are missing.
    BelowSeveral([AccountId; MOST_GRANTS]),
    /// All there are and were.
    Everything,
}

impl Within {
    /// What this view shows.
    #[must_use]
    pub fn of(sees: View<'_>) -> Self {
        let Some(top) = sees.scope().top() else {
            if sees.scope().is_everything() {
                return Self(Accounts::Everything);
            }
            return Self::below_each(&sees.scope().tops(sees.facts()));
        };
        let facts = sees.facts();
        // The one root account of a server has all that there is; until there is a second account, that is one account.
        let is_whole = top == AccountId::ROOT && facts.root_accounts().nth(1).is_none();
        Self(match is_whole {
            true if facts.next().account > AccountId::ROOT.0 + 1 => Accounts::Everything,
            true => Accounts::One(top),
            false => Accounts::Below(top),
        })
    }

    /// What is read of the audit log.
    #[must_use]
    pub fn of_log(log: &Log) -> Self {
        match log {
            Log::Whole => Self(Accounts::Everything),
            Log::Of(tops) => Self::below_each(tops),
        }
    }

    /// What this view manages: the operator other root accounts, too. Of the account of that full name and those below it, if
    /// one is named; an account that is not seen has what is seen below it, which is nothing but for those above one's own.
    #[must_use]
    pub fn managed(sees: View<'_>, named: Option<&str>) -> Self {
        let facts = sees.facts();
        let is_operator = sees.scope().is_operators();
        let Some(named) = named else { return if is_operator { Self(Accounts::Everything) } else { Self::of(sees) } };
        match named.parse::<AccountPath>().ok().and_then(|path| facts.account_named(&path)) {
            None => Self(Accounts::Nothing),
            Some(account) if sees.manages(account.id) => Self(Accounts::Below(account.id)),
            Some(account) => {
                let mut tops = sees.scope().tops(facts);
                tops.retain(|top| facts.chain(*top).any(|above| above.id == account.id));
                Self::below_each(&tops)
            }
        }
    }

    /// These accounts and all below them; nobody has more than there is room for.
    fn below_each(tops: &[AccountId]) -> Self {
        Self(match tops {
            [] => Accounts::Nothing,
            [top] => Accounts::Below(*top),
            [first, ..] => Accounts::BelowSeveral(std::array::from_fn(|at| *tops.get(at).unwrap_or(first))),
        })
    }

    /// One account alone.
    #[cfg(test)]
    pub(crate) const fn one(account: AccountId) -> Self {
        Self(Accounts::One(account))
    }

    /// An account and all below it.
    #[cfg(test)]
    pub(crate) const fn below(account: AccountId) -> Self {
        Self(Accounts::Below(account))
    }

    /// Several accounts and all below them.
    #[cfg(test)]
    pub(crate) fn below_several(accounts: &[AccountId]) -> Self {
        Self::below_each(accounts)
    }

    /// All accounts.
    #[cfg(test)]
    pub(crate) const EVERYTHING: Self = Self(Accounts::Everything);
}
