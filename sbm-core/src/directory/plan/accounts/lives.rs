//! How accounts stand from now on, and their end (ACC-6 to ACC-8).
//!
//! 1. Several are done together, all of them or none.
//! 2. A backup account is given notice and goes by the server's own act when its morning has come, with the order to erase what
//!    it stored. An organisation stores nothing and goes at once.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;

use super::super::detail::{Detail, counted};
use super::super::{Act, ActorKind, Outcome, Refusal};
use super::{emptied, refusal, told};
use crate::account::AccountPath;
use crate::account::life::{LEAST_NOTICE, Wish};
use crate::account::tree::{self, Kind};
use crate::code::Code;
use crate::directory::change::Change;
use crate::directory::rows::Account;
use crate::erase::Order;
use crate::id::{AccountId, OrderId};
use crate::wire::v1::admin::AccountsAct;

impl Act<'_> {
    pub(in crate::directory::plan) fn live_accounts(&self, paths: &[AccountPath], wish: Wish) -> Outcome {
        if !(1..=AccountsAct::MAX).contains(&paths.len()) {
            let message = format!("{} accounts are not 1 to {}; do it in several parts", paths.len(), AccountsAct::MAX);
            return Err(Refusal::new(Code::InvalidArgument, message));
        }
        if let Wish::Delete(at) = wish
            && at.since(self.now) < LEAST_NOTICE
        {
            return Err(Refusal::new(Code::InvalidArgument, "a deletion is at least 6 hours ahead"));
        }
        let mut found = Vec::new();
        for path in paths {
            let row = self.seen_account(path)?;
            self.check_below(row)?;
            if let Wish::Delete(_) = wish {
                self.check_reaches_users_of(row, path)?;
            }
            found.push((path, row));
        }
        // An organisation goes behind those below it, however they are listed.
        found.sort_by_key(|(path, _)| core::cmp::Reverse(path.parts().len()));
        let changes = self.lived(&found, wish)?;
        let mut detail = Detail::default();
        if let [_, _, ..] = paths {
            paths.iter().for_each(|path| detail.say(path.to_string()));
        }
        if let Wish::Delete(at) = wish
            && changes.iter().any(|change| matches!(change, Change::Account(row) if row.life.deletion.is_some()))
        {
            detail.say(format!("at {}", at.to_rfc3339()));
        }
        Ok((changes, detail.text_or_empty()))
    }

    /// What becomes of these, those that stand below others first. What goes with all that go is gathered once.
    fn lived(&self, found: &[(&AccountPath, &Account)], wish: Wish) -> Result<Vec<Change>, Refusal> {
        let goes = |row: &Account| matches!((wish, row.kind), (Wish::Delete(_), Kind::Organisation(_)));
        let gone: Vec<&Account> = found.iter().map(|(_, row)| *row).filter(|row| goes(row)).collect();
        if !gone.is_empty() {
            self.check_no_devices(found.iter().filter(|(_, row)| goes(row)))?;
        }
        let mut changes = emptied::belongings(self.facts, &gone, self.now);
        let without = self.facts.apply(self.facts.revision(), &changes);
        let (mut facts, mut rows, mut nodes) = (without.clone(), Vec::new(), Vec::new());
        for (path, row) in found {
            // One that is named twice may have gone already.
            let Some(row) = facts.account(row.id).filter(|row| row.kind != Kind::Virtual).cloned() else { continue };
            let more = if goes(&row) {
                let left = tree::remove(&facts, row.id).map_err(|why| refusal(path, &why))?;
                nodes.extend_from_slice(&left.removed);
                emptied::rows(&facts, left)
            } else {
                let life = row.life.after(wish, self.now).map_err(|code| told(code, path))?;
                if life == row.life { vec![] } else { vec![Change::Account(Account { life, ..row })] }
            };
            facts = facts.apply(facts.revision(), &more);
            rows.extend(more);
        }
        changes.extend(emptied::strays(&without, &nodes));
        changes.extend(rows);
        Ok(changes)
    }

    /// An organisation goes at once, when it is free of devices and of accounts below it (ACC-3).
    fn check_no_devices<'f>(&self, mut goes: impl Iterator<Item = &'f (&'f AccountPath, &'f Account)>) -> Result<(), Refusal> {
        let mut devices: BTreeMap<AccountId, usize> = BTreeMap::new();
        self.facts.devices().for_each(|device| *devices.entry(device.account).or_default() += 1);
        goes.try_for_each(|(path, row)| match devices.get(&row.id) {
            Some(count) => {
                let message = format!("the organisation `{path}` has {} still; remove them first", counted(*count, "device"));
                Err(Refusal::new(Code::InUse, message))
            }
            None => Ok(()),
        })
    }

    /// What is due is carried out by the server itself, together with the order to erase what it stored.
    pub(in crate::directory::plan) fn drop_account(&self, id: AccountId, order: OrderId) -> Outcome {
        if self.actor.kind != ActorKind::System {
            return Err(Code::DeniedRole.into());
        }
        let row = self.facts.account(id).filter(|row| row.life.is_due(self.now)).ok_or(Code::Stale)?;
        let left = tree::remove(self.facts, id).map_err(|why| Refusal::new(why.code(), why.code().text()))?;
        let mut changes = emptied::changes(self.facts, row, left, self.now);
        changes.push(Change::Erase(Order { id: order, account: id, name: self.facts.account_name(id), deleted: self.now }));
        Ok((changes, format!("with the erase order `{order}`")))
    }
}
