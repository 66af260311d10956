//! Accounts as people see them, and the end of those that were to be deleted (ACC-3 to ACC-9).

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp as Moment;
use sbm_core::account::life::next_morning;
use sbm_core::account::quota::Filled;
use sbm_core::account::tree::Kind;
use sbm_core::account::{AccountPath, policy as rule};
use sbm_core::code::Code;
use sbm_core::directory::rows;
use sbm_core::directory::{Actor, Command, Directory, Refusal, View};
use sbm_core::id::{AccountId, OrderId};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::{Account, EffectiveBranding, EffectiveSetting, LifeAct};

use super::{Service, store_refusal};
use crate::store::Revoke;

/// What accounts store and have reserved; those with nothing are not there.
pub type Sums = HashMap<AccountId, Filled>;

/// How many objects an account has; those below it count as accounts only.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    accounts: usize,
    users: usize,
    devices: usize,
}

/// All accounts that somebody manages. What each has is counted once for all.
#[must_use]
pub fn all(sees: View<'_>, filled: &Sums) -> Vec<Account> {
    let facts = sees.facts();
    let mut counts: HashMap<AccountId, Counts> = HashMap::new();
    for row in facts.accounts().filter(|row| row.kind != Kind::Virtual) {
        for above in facts.chain(row.id).skip(1) {
            counts.entry(above.id).or_default().accounts += 1;
        }
    }
    facts.users().for_each(|user| counts.entry(user.account).or_default().users += 1);
    facts.devices().for_each(|device| counts.entry(device.account).or_default().devices += 1);
    let seen = facts.accounts().filter(|row| row.kind != Kind::Virtual && sees.manages(row.id));
    seen.map(|row| shown(facts, row, counts.get(&row.id).copied().unwrap_or_default(), filled)).collect()
}

/// An account.
#[must_use]
pub fn one(facts: &Directory, row: &rows::Account, filled: &Sums) -> Account {
    let counts = Counts {
        accounts: facts.accounts_below(row.id).filter(|below| below.kind != Kind::Virtual).count(),
        users: facts.users().filter(|user| user.account == row.id).count(),
        devices: facts.devices().filter(|device| device.account == row.id).count(),
    };
    shown(facts, row, counts, filled)
}

fn shown(facts: &Directory, row: &rows::Account, counts: Counts, filled: &Sums) -> Account {
    let filled = filled.get(&row.id).copied().unwrap_or_default();
    Account {
        account: facts.account_name(row.id),
        level: row.kind.level(),
        state: row.state(),
        deletion: row.life.deletion,
        quota: row.quota,
        stored: filled.stored,
        reserved: filled.reserved,
        comment: row.comment.clone(),
        about: row.about.as_deref().cloned().unwrap_or_default(),
        policy: row.policy.settings().map(|(name, setting)| (name.to_owned(), setting.clone())).collect(),
        second_factor: row.second_factor,
        own_secret: row.silo.own.is_some(),
        accounts: counts.accounts,
        users: counts.users,
        devices: counts.devices,
        changed_logins: None,
    }
}

/// What each setting comes to for an account. Whoever asks learns no name from above his own account (DEC-3).
#[must_use]
pub fn policy(sees: View<'_>, id: AccountId) -> Vec<EffectiveSetting> {
    let facts = sees.facts();
    let way_up = facts.chain(id).map(|account| (account.id, &account.policy));
    let effective = rule::all_effective(way_up).into_iter().map(|(name, found)| EffectiveSetting {
        name: name.to_owned(),
        mode: found.mode,
        value: found.value.map(str::to_owned),
        origin: sees.manages(found.origin).then(|| facts.account_name(found.origin)),
    });
    effective.collect()
}

/// The branding that counts for an account. Whoever asks learns no name from above his own account (DEC-3).
#[must_use]
pub fn branding(sees: View<'_>, id: AccountId) -> EffectiveBranding {
    let facts = sees.facts();
    let found = facts.branding_of(id);
    let origin = found.map(|(origin, _)| origin).filter(|origin| sees.manages(*origin));
    let origin = origin.map(|origin| facts.account_name(origin));
    EffectiveBranding { account: facts.account_name(id), branding: found.map(|(_, branding)| branding.clone()), origin }
}

/// Which tokens end with an act on these accounts: those of the users of organisations that go at once (RUN-7).
#[must_use]
pub fn tokens_that_go(facts: &Directory, accounts: &[AccountPath], act: LifeAct) -> Vec<Revoke> {
    if act != LifeAct::Delete {
        return Vec::new();
    }
    let rows = accounts.iter().filter_map(|path| facts.account_named(path));
    rows.filter(|row| row.kind.level().is_some()).flat_map(|row| tokens_of(facts, row.id)).collect()
}

fn tokens_of(facts: &Directory, account: AccountId) -> Vec<Revoke> {
    let users = facts.users().filter(|user| user.account == account);
    let devices = facts.devices().filter(|device| device.account == account);
    let users = users.map(|user| Revoke::User { user: user.id, audience: None });
    users.chain(devices.map(|device| Revoke::Device(device.id))).collect()
}

impl Service {
    /// What all accounts store and have reserved.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn filled(&self) -> Result<Sums, Refusal> {
        Ok(self.store.filled().await.map_err(|error| store_refusal(&error))?.into_iter().collect())
    }

    /// When an account that is to be deleted now is deleted: the next morning on the configured zone's clock (ACC-8).
    #[must_use]
    pub fn next_morning(&self) -> Timestamp {
        let plan = &self.config.accounts;
        next_morning(self.now(), plan.deletion_hour, |at| {
            let moment = Moment::from_millisecond(at.as_millis()).unwrap_or(Moment::UNIX_EPOCH);
            plan.deletion_zone.to_offset(moment).seconds() / 60
        })
    }

    /// Whether the deletion of an account is due.
    pub(super) fn has_due_accounts(&self) -> bool {
        let now = self.now();
        self.facts().accounts().any(|row| row.life.is_due(now))
    }

    /// Deletes the accounts whose morning has come, one after the other, each wholly or not at all. One that cannot be deleted
    /// holds up none behind it.
    pub(super) async fn drop_due_accounts(self: &Arc<Self>) -> Result<(), Refusal> {
        let now = self.time_to_delete_by().await?;
        let due: Vec<AccountId> = self.facts().accounts().filter(|row| row.life.is_due(now)).map(|row| row.id).collect();
        for id in due {
            let name = self.facts().account_name(id);
            let check = move |facts: &Directory| Ok(tokens_of(facts, id));
            let mut order = [0; 16];
            getrandom::fill(&mut order).map_err(|_| Code::Internal)?;
            let command = Command::DropAccount { account: id, order: OrderId::from_bytes(order) };
            match self.act_when(Actor::system(), command, check).await {
                Ok(_) => tracing::info!(account = name, "an account was deleted, as it was said the day before"),
                // Another server was quicker.
                Err(refused) if refused.code == Code::Stale => {}
                Err(refused) => {
                    let (code, message) = (refused.code.name(), &refused.message);
                    tracing::error!(
                        account = name,
                        code,
                        message,
                        "an account whose morning has come could not be deleted; the next try comes with the next minute"
                    );
                }
            }
        }
        Ok(())
    }
}
