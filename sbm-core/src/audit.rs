//! The audit log: append-only, each entry hashed together with the one before (RUN-12).
//!
//! The hash is over a length-prefixed encoding that no text can imitate, so an edit, a removal or a swap anywhere breaks
//! every hash behind it.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, Hash};
use crate::time::Timestamp;

/// One administrative act or refused attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "AuditAct"))]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// The account it belongs to.
    pub account: AccountId,
    /// Who: a user's name, `setup`, `system`, or a device.
    pub actor: String,
    /// The address it came from; empty for the server itself.
    pub address: String,
    /// What was done, as `noun.verb`.
    pub act: String,
    /// To what.
    pub object: String,
    /// The name of the code it ended with: `ok`, or why it was refused.
    pub outcome: String,
    /// What else there is to know, without secrets.
    pub detail: String,
    /// The accounts that it is about besides: whoever reads what is about one of them finds it. They stand beside the log, and
    /// are no part of the chain.
    #[serde(skip)]
    pub about: Vec<AccountId>,
}

/// What the first entry is chained to.
pub const GENESIS: Hash = Hash::from_bytes([0; 32]);

impl Entry {
    /// The same, also about that account.
    #[must_use]
    pub fn about(mut self, account: impl IntoIterator<Item = AccountId>) -> Self {
        for account in account {
            if account != self.account && !self.about.contains(&account) {
                self.about.push(account);
            }
        }
        self
    }

    /// The hash of this entry behind the one before.
    #[must_use]
    pub fn chain(&self, number: u64, before: &Hash) -> Hash {
        let mut bytes: Vec<u8> = Vec::with_capacity(256);
        bytes.extend_from_slice(b"SBM audit v1\0");
        bytes.extend_from_slice(before.as_bytes());
        bytes.extend_from_slice(&number.to_be_bytes());
        bytes.extend_from_slice(&self.at.as_millis().to_be_bytes());
        bytes.extend_from_slice(&self.account.0.to_be_bytes());
        for text in [&self.actor, &self.address, &self.act, &self.object, &self.outcome, &self.detail] {
            bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        Hash::of(&bytes)
    }
}

/// Checks a chain entry by entry; remembers where it first broke.
#[derive(Clone, Debug)]
pub struct Verifier {
    last: Hash,
    entries: u64,
    broken_at: Option<u64>,
}

impl Default for Verifier {
    fn default() -> Self {
        Self { last: GENESIS, entries: 0, broken_at: None }
    }
}

impl Verifier {
    /// Takes the next entry as it was stored.
    pub fn take(&mut self, number: u64, entry: &Entry, hash: &Hash) {
        self.entries += 1;
        let expected = entry.chain(self.entries, &self.last);
        if self.broken_at.is_none() && (number != self.entries || expected != *hash) {
            self.broken_at = Some(self.entries);
        }
        self.last = *hash;
    }

    /// How many entries were taken, and the first that did not fit.
    #[must_use]
    pub const fn verdict(&self) -> (u64, Option<u64>) {
        (self.entries, self.broken_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    fn chain(count: u64) -> Vec<(u64, Entry, Hash)> {
        let mut before = GENESIS;
        (1..=count)
            .map(|number| {
                let entry = Entry {
                    at: Timestamp::from_millis(number as i64),
                    account: AccountId::ROOT,
                    actor: "admin".to_string(),
                    address: "127.0.0.1".to_string(),
                    act: "group.create".to_string(),
                    object: alloc::format!("group {number}"),
                    outcome: "ok".to_string(),
                    detail: String::new(),
                    about: Vec::new(),
                };
                before = entry.chain(number, &before);
                (number, entry, before)
            })
            .collect()
    }

    fn verdict(entries: &[(u64, Entry, Hash)]) -> (u64, Option<u64>) {
        let mut verifier = Verifier::default();
        for (number, entry, hash) in entries {
            verifier.take(*number, entry, hash);
        }
        verifier.verdict()
    }

    #[test]
    fn the_hash_of_an_entry_is_frozen_run_12() {
        let (_, _, hash) = chain(2).remove(1);
        assert_eq!(hash.to_string(), "d65ab5e5927e056e013cb2793ed5d5caf2747a1cec87cf6ce57bf0b24109b991");
    }

    #[test]
    fn an_untouched_chain_verifies_run_12() {
        assert_eq!(verdict(&chain(20)), (20, None));
    }

    #[test]
    fn every_edit_removal_and_swap_is_found_run_12() {
        let whole = chain(20);
        for at in 0..20 {
            let mut edited = whole.clone();
            edited[at].1.detail.push('x');
            assert_eq!(verdict(&edited).1, Some(at as u64 + 1));
            let mut moved = whole.clone();
            let tail = moved[at].1.act.split_off(3);
            moved[at].1.object.insert_str(0, &tail);
            assert_eq!(verdict(&moved).1, Some(at as u64 + 1));
            if at < 19 {
                let mut removed = whole.clone();
                removed.remove(at);
                assert_eq!(verdict(&removed).1, Some(at as u64 + 1));
                let mut swapped = whole.clone();
                swapped.swap(at, at + 1);
                assert_eq!(verdict(&swapped).1, Some(at as u64 + 1));
            }
        }
    }
}
