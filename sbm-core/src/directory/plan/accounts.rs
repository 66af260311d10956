//! Accounts: the tree, what they hand down, how they stand and how they end (ACC-1 to ACC-9).
//!
//! 1. One sees one's own account and below; the operator, whose account is the root organisation, sees all root accounts.
//! 2. What an account is, may store and is told, is said above it: nobody changes it of his own. The operator's own has
//!    nobody above.
//! 3. Of several changes each is judged by the tree that those before it leave.

mod asked;
mod emptied;
mod lives;
mod moved;

pub(super) use asked::check_stays;

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use super::agents::left_behind;
use super::detail::{Detail, counted};
use super::images::unknown_image;
use super::silos::single_login;
use super::{Act, Outcome, Refusal, not_found};
use crate::account::life::Wish;
use crate::account::policy::Setting;
use crate::account::tree::{self, Kind, Refused};
use crate::account::{About, AccountPath, Level, Policy, Quota};
use crate::code::Code;
use crate::directory::change::Change;
use crate::directory::facts::Directory;
use crate::directory::rows::Account;
use crate::id::AccountId;
use crate::wire::v1::admin::{AccountPatch, NewAccount};

impl Act<'_> {
    pub(super) fn create_account(&self, new: &NewAccount) -> Outcome {
        self.made_account(new).map(|(changes, _, detail)| (changes, detail))
    }

    /// An account, made, and its id.
    pub(super) fn made_account(&self, new: &NewAccount) -> Result<(Vec<Change>, AccountId, String), Refusal> {
        self.check_place(&new.account)?;
        if new.level.is_some() {
            self.check_organises()?;
        }
        let kind = kind_of(new.level);
        let (id, made) = tree::create(self.facts, &new.account, kind).map_err(|why| refusal(&new.account, &why))?;
        self.check_above_stays(&new.account)?;
        let mut changes = Vec::new();
        for (node_id, node) in made.put {
            let old = self.facts.account(node_id).cloned();
            let mut row = old.unwrap_or_else(|| Account::new(node_id, node.parent, node.name, node.kind));
            row.kind = node.kind;
            if node_id == id {
                row.quota = checked_quota(new.quota)?;
                row.comment = new.comment.clone();
                row.about = checked_about(None, &new.about)?;
                row.policy = checked_policy(&new.policy)?;
            }
            changes.push(Change::Account(row));
        }
        let mut detail = Detail::default();
        detail.say(kind_name(kind));
        detail.quota(Quota::default(), new.quota);
        Ok((changes, id, detail.text()))
    }

    pub(super) fn modify_account(&self, path: &AccountPath, patch: &AccountPatch) -> Outcome {
        let old = self.seen_account(path)?;
        self.check_own(old, patch)?;
        self.check_levels(old, patch)?;
        self.check_stays(old)?;
        let (facts, gone) = self.replaced(old, path, patch)?;
        let mut row = facts.account(old.id).ok_or(Code::Internal)?.clone();
        row.stamp = old.stamp;
        if let Some(standing) = patch.standing {
            row.life = row.life.after(Wish::Stand(standing), self.now)?;
        }
        if let Some(quota) = patch.quota {
            row.quota = checked_quota(quota)?;
        }
        if let Some(comment) = &patch.comment {
            row.comment = comment.clone();
        }
        if let Some(about) = &patch.about {
            row.about = checked_about(old.about.as_deref(), about)?;
        }
        if let Some(policy) = &patch.policy {
            row.policy = checked_policy(policy)?;
        }
        row.second_factor = patch.second_factor.unwrap_or(row.second_factor);
        single_login(&facts, &row)?;
        let mut detail = self.about_account(old, &row, &facts);
        let mut changes = if row == *old { vec![] } else { vec![Change::Account(row)] };
        if patch.parent.is_some() {
            let after = facts.apply(facts.revision(), &changes);
            let left = left_behind(self.facts, &after, old.id);
            let devices = left.iter().filter(|change| matches!(change, Change::DropDevice(_))).count();
            if devices > 0 {
                detail.say(format!("without {} of users who stand above no more", counted(devices, "device")));
            }
            changes.extend(left);
        }
        changes.extend(emptied::strays(self.facts, &gone));
        changes.extend(gone.into_iter().map(Change::DropAccount));
        Ok((changes, detail.text()))
    }

    /// The tree with the account as the patch wants it, in name, place and level; and which virtual nodes that leaves empty.
    fn replaced(&self, old: &Account, path: &AccountPath, patch: &AccountPatch) -> Result<(Directory, Vec<AccountId>), Refusal> {
        let (mut facts, mut gone) = (self.facts.clone(), Vec::new());
        let mut take = |facts: &mut Directory, changes: Result<tree::Changes, Refused>| {
            let changes = changes.map_err(|why| refusal(path, &why))?;
            let put = changes.put.into_iter().map(|(_, node)| {
                let row = Account { parent: node.parent, name: node.name, kind: node.kind, ..old.clone() };
                Change::Account(row)
            });
            let changed: Vec<Change> = put.chain(changes.removed.iter().map(|id| Change::DropAccount(*id))).collect();
            gone.extend(changes.removed);
            *facts = facts.apply(facts.revision(), &changed);
            Ok::<(), Refusal>(())
        };
        if let Some(level) = patch.level {
            self.check_kind(old, path, kind_of(level))?;
            let changes = tree::change(&facts, old.id, kind_of(level));
            take(&mut facts, changes)?;
        }
        if let Some(parent) = &patch.parent {
            let to = self.seen_account(parent)?;
            self.check_stays(to)?;
            if self.facts.root_of(to.id) != self.facts.root_of(old.id) {
                let message = format!("`{path}` stays below its root account, and `{parent}` is not; make a new account there");
                return Err(Refusal::new(Code::InvalidAccount, message));
            }
            let changes = tree::relocate(&facts, old.id, Some(to.id));
            take(&mut facts, changes)?;
            self.check_move(old, path, to, &facts)?;
        }
        if let Some(name) = patch.name.as_ref().filter(|name| **name != old.name) {
            let changes = tree::rename(&facts, old.id, name.clone());
            take(&mut facts, changes)?;
        }
        Ok((facts, gone))
    }

    /// The account of that full name, if the actor sees it.
    pub(super) fn seen_account(&self, path: &AccountPath) -> Result<&Account, Refusal> {
        self.sees.managed_account(path).ok_or_else(|| not_found("account", &path.to_string()))
    }

    /// The accounts that are his own in this: his, or those at which he was let do it.
    fn own_accounts(&self) -> Vec<AccountId> {
        self.sees.scope().tops(self.facts)
    }

    /// A new account stands strictly below one's own (ACC-4); a root account is the operator's to make.
    fn check_place(&self, path: &AccountPath) -> Result<(), Refusal> {
        let own = self.own_accounts();
        if self.sees.scope().is_everything() || self.sees.scope().is_operators() {
            return Ok(());
        }
        let parts = path.parts();
        let stands_below = own.iter().any(|own| {
            let mut above: Vec<&str> = self.facts.chain(*own).map(|account| account.name.as_str()).collect();
            above.reverse();
            parts.len() > above.len() && parts.iter().zip(&above).all(|(part, name)| part.key() == crate::name::key(name))
        });
        if stands_below {
            return Ok(());
        }
        let own: Vec<String> = own.iter().map(|own| format!("`{}`", self.facts.account_name(*own))).collect();
        let message = format!("`{path}` does not stand below your account; make accounts below {}", own.join(" or "));
        Err(Refusal::new(Code::NotFound, message))
    }

    /// Of his own account somebody changes what is said of it and nothing else; the operator's has nobody above.
    fn check_own(&self, row: &Account, patch: &AccountPatch) -> Result<(), Refusal> {
        let AccountPatch { name, parent, level, standing, quota, comment: _, about: _, policy, second_factor } = patch;
        let changes_itself = [name.is_some(), level.is_some(), quota.is_some(), policy.is_some()].contains(&true);
        // More may be asked of oneself, never less.
        let lifts = row.second_factor && *second_factor == Some(false);
        let changes_itself = changes_itself || lifts;
        let moves = parent.is_some() || standing.is_some();
        if moves || (changes_itself && row.id != AccountId::ROOT) { self.check_below(row) } else { Ok(()) }
    }

    /// A backup account is for one machine, and nobody else's than that of somebody who was given notice of its end: an
    /// organisation goes at once, without an order to erase what was stored (ACC-8, ACC-11).
    fn check_kind(&self, old: &Account, path: &AccountPath, kind: Kind) -> Result<(), Refusal> {
        let message = match (old.kind, kind) {
            (Kind::Organisation(_), Kind::Backup) => {
                let devices = self.facts.devices().filter(|device| device.account == old.id).count();
                if devices <= 1 {
                    return Ok(());
                }
                let devices = counted(devices, "device");
                format!(
                    "the organisation `{path}` has {devices}, and a backup account is for one; leave it its level, or remove the others first"
                )
            }
            // Whoever stored there had the lease.
            (Kind::Backup, Kind::Organisation(_)) if !old.silo.is_empty() => {
                format!(
                    "`{path}` is a backup account with a secret or a machine of its own and stays one; make the organisation beside it"
                )
            }
            _ => return Ok(()),
        };
        Err(Refusal::new(Code::InUse, message))
    }

    fn check_below(&self, row: &Account) -> Result<(), Refusal> {
        if row.id != AccountId::ROOT && !self.own_accounts().contains(&row.id) {
            return Ok(());
        }
        if row.id == AccountId::ROOT {
            let message = "the root organisation is the server's own and stays as it is; choose an account below it";
            return Err(Refusal::new(Code::BuiltIn, message));
        }
        let message = "this is set above your account; ask whoever manages it";
        Err(Refusal::new(Code::DeniedRole, message))
    }

    fn about_account(&self, old: &Account, new: &Account, facts: &Directory) -> Detail {
        let mut detail = Detail::default();
        detail.name(&old.name, &new.name);
        if old.parent != new.parent {
            detail.say(format!("now `{}`", facts.account_name(new.id)));
        }
        if (&old.name, old.parent) != (&new.name, new.parent) {
            let below = |user: &&crate::directory::rows::User| self.facts.chain(user.account).any(|above| above.id == old.id);
            let logins = self.facts.users().filter(below).count();
            detail.say(format!("{} by the full name", counted(logins, "changed login")));
        }
        if old.kind != new.kind {
            detail.say(kind_name(new.kind));
        }
        if old.life != new.life {
            detail.say(format!("now {}", new.state().name()));
        }
        detail.quota(old.quota, new.quota);
        if old.second_factor != new.second_factor {
            detail.say(if new.second_factor { "second factor of all below" } else { "no second factor of all below" });
        }
        for (differs, what) in [
            (old.comment != new.comment, "new comment"),
            (old.about != new.about, "new company profile"),
            (old.policy != new.policy, "new policy"),
        ] {
            if differs {
                detail.say(what);
            }
        }
        detail
    }
}

fn kind_of(level: Option<Level>) -> Kind {
    level.map_or(Kind::Backup, Kind::Organisation)
}

const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Virtual => "no account",
        Kind::Backup => "backup account",
        Kind::Organisation(level) => level.name(),
    }
}

fn checked_quota(quota: Quota) -> Result<Quota, Refusal> {
    match quota.fault() {
        Some(fault) => Err(Refusal::new(Code::InvalidArgument, fault)),
        None => Ok(quota),
    }
}

fn checked_about(old: Option<&About>, about: &About) -> Result<Option<Box<About>>, Refusal> {
    match about.fault().or_else(|| unknown_image(old, about)) {
        Some(fault) => Err(Refusal::new(Code::InvalidArgument, fault)),
        None => Ok(Some(about).filter(|about| !about.is_empty()).cloned().map(Box::new)),
    }
}

fn checked_policy(settings: &BTreeMap<String, Setting>) -> Result<Policy, Refusal> {
    Policy::new(settings.clone()).map_err(|fault| {
        let message = format!("the setting `{}` of the policy: {}", fault.setting.escape_debug(), fault.rule);
        Refusal::new(Code::InvalidArgument, message)
    })
}

fn told(code: Code, path: &AccountPath) -> Refusal {
    Refusal::new(
        code,
        format!("the account `{path}` is about to be deleted, and nothing but cancelling that in time is done to it"),
    )
}

fn refusal(path: &AccountPath, why: &Refused) -> Refusal {
    let message = match why {
        Refused::NotFound => return not_found("account", &path.to_string()),
        Refused::NameTaken => format!("there is an account of that name beside `{path}` already; choose another name"),
        Refused::Level { below, above } => format!(
            "`{path}` would put a level `{}` below a level `{}`, which ranks lower; choose another level or another place",
            below.name(),
            above.name()
        ),
        Refused::Cycle => format!("`{path}` would stand below itself; choose an account that is not below it"),
        Refused::TooDeep => format!("`{path}` would have more than {} parts; put it further up", AccountPath::MAX_DEPTH),
        Refused::HasChildren => format!("the organisation `{path}` has accounts below it; remove or move them first"),
    };
    Refusal::new(why.code(), message)
}

impl Detail {
    fn quota(&mut self, old: Quota, new: Quota) {
        let told = |bytes: Option<u64>| bytes.map_or("none".to_string(), |bytes| format!("{bytes} bytes"));
        if old.hard != new.hard {
            self.say(format!("quota {}", told(new.hard)));
        }
        if old.soft != new.soft {
            self.say(format!("warning at {}", told(new.soft)));
        }
    }
}
