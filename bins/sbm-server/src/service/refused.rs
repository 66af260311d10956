//! Refused attempts, merged, so that a flood of them cannot fill the disk with audit entries (RUN-12).
//!
//! 1. The first attempt of an actor at an act from an address, refused for a reason, is an entry at once. Those that are alike
//!    within the same minute are counted, and make one entry more when the minute is over.
//! 2. So are those beyond so many different ones a minute, all in one entry. A minute has at most 65 entries, whatever comes.
//! 3. A crash loses the counts of its minute, never the first attempt.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sbm_core::audit::Entry;
use sbm_core::id::AccountId;
use sbm_core::time::{MINUTE, Timestamp};

/// How many different attempts a minute are told apart.
const APART: usize = 32;

/// The refused attempts of this minute.
#[derive(Debug, Default)]
pub struct Refused(Mutex<Window>);

#[derive(Debug, Default)]
struct Window {
    minute: i64,
    alike: HashMap<Key, Count>,
    others: Option<Count>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    account: AccountId,
    actor: String,
    address: String,
    act: String,
    outcome: String,
}

/// Attempts that have no entry of their own yet.
#[derive(Debug)]
struct Count {
    more: u64,
    /// The last one.
    last: Entry,
}

impl Refused {
    /// Takes an attempt in; gives what is to be written now.
    pub fn take(&self, entry: Entry) -> Vec<Entry> {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due = window.close(minute(entry.at));
        let key = Key {
            account: entry.account,
            actor: entry.actor.clone(),
            address: entry.address.clone(),
            act: entry.act.clone(),
            outcome: entry.outcome.clone(),
        };
        if let Some(count) = window.alike.get_mut(&key) {
            count.add(entry);
        } else if window.alike.len() < APART {
            window.alike.insert(key, Count { more: 0, last: entry.clone() });
            due.push(entry);
        } else {
            match &mut window.others {
                Some(count) => count.add(entry),
                none => *none = Some(Count { more: 1, last: entry }),
            }
        }
        due
    }

    /// What is to be written of minutes that are over.
    pub fn due(&self, now: Timestamp) -> Vec<Entry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).close(minute(now))
    }

    /// What is to be written when the server stops.
    pub fn rest(&self) -> Vec<Entry> {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = window.minute;
        window.close(minute.wrapping_add(1))
    }
}

impl Window {
    /// Ends the minute if it is another now, and gives its counts.
    fn close(&mut self, minute: i64) -> Vec<Entry> {
        if minute == self.minute {
            return Vec::new();
        }
        self.minute = minute;
        let counted = std::mem::take(&mut self.alike).into_values().filter(|count| count.more > 0);
        let mut due: Vec<Entry> = counted.map(Count::alike).collect();
        due.extend(self.others.take().map(Count::others));
        due.sort_by_key(|entry| entry.at);
        due
    }
}

impl Count {
    fn add(&mut self, entry: Entry) {
        self.more += 1;
        self.last = entry;
    }

    fn alike(self) -> Entry {
        let times = if self.more == 1 { "once more".to_owned() } else { format!("{} times more", self.more) };
        let last = if self.last.object.is_empty() { String::new() } else { format!(", last for `{}`", self.last.object) };
        Entry { object: String::new(), detail: format!("{times} within the minute{last}"), ..self.last }
    }

    fn others(self) -> Entry {
        let Entry { actor, address, act, .. } = &self.last;
        let detail = format!(
            "{} attempts within the minute beyond those that are told apart, the last one `{act}` by `{actor}` from `{address}`",
            self.more
        );
        let (actor, address, act) = ("several".to_owned(), String::new(), "several".to_owned());
        Entry { actor, address, act, object: String::new(), detail, ..self.last }
    }
}

fn minute(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(MINUTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(number: u64, millis: i64) -> Entry {
        Entry {
            at: Timestamp::from_millis(millis),
            account: AccountId::ROOT,
            actor: format!("actor {number}"),
            address: "10.0.0.1".to_owned(),
            act: "user.create".to_owned(),
            object: format!("object at {millis}"),
            outcome: "denied_role".to_owned(),
            detail: String::new(),
        }
    }

    #[test]
    fn the_first_attempt_is_written_at_once_and_those_alike_are_counted_run_12() {
        let refused = Refused::default();
        assert_eq!(refused.take(attempt(1, MINUTE)), [attempt(1, MINUTE)]);
        for millis in 1..=5 {
            assert_eq!(refused.take(attempt(1, MINUTE + millis)), []);
        }
        assert_eq!(refused.due(Timestamp::from_millis(2 * MINUTE - 1)), [], "the minute is not over");
        let due = refused.due(Timestamp::from_millis(2 * MINUTE));
        assert_eq!(due.len(), 1);
        let Entry { at, actor, outcome, detail, .. } = &due[0];
        assert_eq!((at.as_millis(), actor.as_str(), outcome.as_str()), (MINUTE + 5, "actor 1", "denied_role"));
        assert_eq!(detail, "5 times more within the minute, last for `object at 60005`");
        assert_eq!(refused.due(Timestamp::from_millis(3 * MINUTE)), [], "it is written once");
    }

    #[test]
    fn what_differs_is_told_apart_run_12() {
        let refused = Refused::default();
        let first = attempt(1, MINUTE);
        let others = [
            Entry { actor: "somebody".to_owned(), ..first.clone() },
            Entry { address: "10.0.0.2".to_owned(), ..first.clone() },
            Entry { act: "group.create".to_owned(), ..first.clone() },
            Entry { outcome: "name_taken".to_owned(), ..first.clone() },
            Entry { account: AccountId(2), ..first.clone() },
        ];
        assert_eq!(refused.take(first).len(), 1);
        for other in others {
            assert_eq!(refused.take(other.clone()), [other]);
        }
        assert_eq!(refused.rest(), [], "nothing was merged");
    }

    #[test]
    fn a_flood_makes_a_bounded_number_of_entries_and_loses_no_count_run_12() {
        let refused = Refused::default();
        let mut written = Vec::new();
        for number in 0..100_000 {
            written.extend(refused.take(attempt(number % 500, MINUTE + 1)));
        }
        written.extend(refused.rest());
        assert_eq!(written.len(), 2 * APART + 1);
        let others = written.iter().find(|entry| entry.actor == "several").unwrap();
        assert!(others.detail.starts_with(&format!("{} attempts", 200 * (500 - APART))), "{}", others.detail);
        assert_eq!(refused.rest(), []);
    }
}
