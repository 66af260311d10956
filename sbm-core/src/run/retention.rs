//! How long history is kept (HIS-7).
//!
//! 1. A run is past retention when it came more than `days` ago, or when `runs` runs of its profile came behind it; a limit
//!    that is not set limits nothing. A profile is that of one installation, by its GUID, or by its name where it has none.
//! 2. Age and order are those in which the server took runs in: the clock of a host may be years off, and then its newest
//!    run would be the first to go, or hide for ever that nothing succeeded since.
//! 3. The last successful run of a profile is never past retention, nor is its last successful restore: neither stands for
//!    the other. A gap is a record like others and no success, whatever it stands for.
//! 4. What is left of the runs of an installation that are gone is one [`Floor`] (HIS-3): a run that is not known any more and
//!    whose id **and** number are no higher than those of runs that are gone is one of them, sent again. Ids begin with the
//!    time, and numbers only grow, so that a new run is above in one of the two, even from a host whose clock went back, or
//!    one whose cache came from an older copy. An id of the future would lift the floor above ids to come, and a run of which
//!    earlier ones did not come yet above those: whoever prunes remembers such a run by itself ([`Reach::may_take`]).

mod floor;

use alloc::collections::BTreeMap;
use alloc::string::String;

pub use self::floor::{Floor, Reach};
use super::record::RunResult;
use crate::id::{AccountId, Guid, InstallationId, RunId};
use crate::time::{DAY, Timestamp};

/// How long history is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// For so many days.
    pub days: Option<u32>,
    /// So many runs of a profile.
    pub runs: Option<u32>,
}

impl Retention {
    /// Whether everything is kept.
    #[must_use]
    pub const fn is_for_ever(&self) -> bool {
        self.days.is_none() && self.runs.is_none()
    }

    /// What came before is too old, if anything is.
    #[must_use]
    pub fn begins(&self, now: Timestamp) -> Option<Timestamp> {
        self.days.map(|days| now.plus(-i64::from(days) * DAY))
    }
}

/// Which profile of an installation a run is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Which {
    /// That with this GUID.
    Guid(Guid),
    /// One without, by its name.
    Name(String),
}

/// A run, as far as it matters for how long it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its account.
    pub account: AccountId,
    /// The installation that made it.
    pub installation: InstallationId,
    /// Its profile there.
    pub profile: Which,
    /// Its id.
    pub id: RunId,
    /// When it was taken in.
    pub received: Timestamp,
    /// Whether it restored.
    pub restore: bool,
    /// How it ended.
    pub result: RunResult,
    /// Whether it stands for runs that were given up.
    pub is_gap: bool,
}

/// What becomes of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is within retention.
    Stays,
    /// It would be past it, and is the last successful one.
    LastSuccess,
    /// It is past it. A success goes only as long as the newer one named here is there.
    Goes(Option<RunId>),
}

/// Goes through a history once, from the run that came last to the one that came first, and says of each what becomes of it.
/// Profiles are judged each for itself, so that a history of very many may be gone through several times, each time for some
/// of them.
#[derive(Debug)]
pub struct Sweep {
    begins: Option<Timestamp>,
    runs: Option<u32>,
    profiles: BTreeMap<(AccountId, InstallationId, Which), Profile>,
}

/// What was seen of a profile so far.
#[derive(Debug, Default)]
struct Profile {
    runs: u32,
    /// The last successful run, and the last successful restore.
    last: [Option<RunId>; 2],
}

impl Sweep {
    /// By that rule, at that time.
    #[must_use]
    pub fn new(rule: Retention, now: Timestamp) -> Self {
        Self { begins: rule.begins(now), runs: rule.runs, profiles: BTreeMap::new() }
    }

    /// Of how many profiles it has seen runs, which is what it remembers.
    #[must_use]
    pub fn profiles(&self) -> usize {
        self.profiles.len()
    }

    /// What becomes of the next run.
    pub fn look(&mut self, run: Kept) -> Fate {
        let profile = self.profiles.entry((run.account, run.installation, run.profile)).or_default();
        profile.runs = profile.runs.saturating_add(1);
        let is_past =
            self.begins.is_some_and(|begins| run.received < begins) || self.runs.is_some_and(|most| profile.runs > most);
        if run.result != RunResult::Success || run.is_gap {
            return if is_past { Fate::Goes(None) } else { Fate::Stays };
        }
        let [last, last_restore] = &mut profile.last;
        let last = if run.restore { last_restore } else { last };
        match (is_past, *last) {
            (false, newer) => {
                *last = newer.or(Some(run.id));
                Fate::Stays
            }
            (true, None) => {
                *last = Some(run.id);
                Fate::LastSuccess
            }
            (true, newer) => Fate::Goes(newer),
        }
    }
}

#[cfg(test)]
mod tests;
