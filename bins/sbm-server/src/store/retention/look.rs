//! What a look at the history finds: which runs are past retention, and how each is remembered once it is gone.
//!
//! 1. All of it is seen in one snapshot. The rule is [`Sweep`], how far a floor may rise says [`Reach`], and nothing decides
//!    beside them.
//! 2. What is remembered on the way has a bound, whatever hosts send (ERR-4): as many runs as were asked for, some last
//!    successful ones, and so many profiles. A history of more profiles is gone through several times, each time for some of
//!    them. An installation takes some bytes, and each is a device that somebody logged in.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};
use std::ops::ControlFlow;

use sbm_core::id::{AccountId, InstallationId, RunId};
use sbm_core::run::RunResult;
use sbm_core::run::gap::Gap;
use sbm_core::run::retention::{Fate, Floor, Kept, Reach, Retention, Sweep, Which};
use sbm_core::time::Timestamp;

use crate::store::StoreError;
use crate::store::export::whole::{Whole, looked};
use crate::store::sql::{Fields, Sql, one, strange};

/// How many profiles are remembered at once.
const PROFILES: usize = 200_000;
/// How many last successful runs are.
const LAST: usize = 100_000;

/// A run that is past retention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// Its account.
    pub account: AccountId,
    /// The installation that made it.
    pub installation: InstallationId,
    /// Its id.
    pub id: RunId,
    /// Its number.
    pub sequence: u64,
    /// The newer successful run without which it stays, being the last one then.
    pub newer: Option<RunId>,
    /// Whether the floor of its installation may stand for it once it is gone.
    pub below: bool,
}

/// What a look at the history found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Runs that are past retention, as many as were asked for.
    pub past: Vec<Past>,
    /// How many more there are.
    pub left: u64,
    /// Runs that would be, but are the last successful ones of their profiles; none if they are very many.
    pub last: Option<Vec<(AccountId, InstallationId, RunId)>>,
    /// How far the floors of installations may rise.
    pub reach: BTreeMap<(AccountId, InstallationId), Reach>,
    /// How many runs were remembered by themselves then: another count later says that the last successful ones may be others.
    pub stubs: u64,
}

/// Goes through the history.
///
/// # Errors
///
/// What the database says.
pub fn look(store: &dyn Whole, rule: Retention, now: Timestamp, most: usize) -> Result<Looked, StoreError> {
    looked(store, move |sql| look_within(sql, rule, now, most, PROFILES))
}

/// The same, remembering so many profiles at once.
pub(in crate::store) fn look_within(
    sql: &dyn Sql,
    rule: Retention,
    now: Timestamp,
    most: usize,
    profiles: usize,
) -> Result<Looked, StoreError> {
    let reach = floors(sql)?;
    let (hash, times) = (RandomState::new(), 1);
    let mut look = Look { sql, rule, now, most, profiles: profiles.max(1), hash, times, reach, is_told: false };
    look.reach_of_stubs()?;
    let mut found = look.all()?;
    for run in &mut found.past {
        let reach = look.reach.get(&(run.account, run.installation));
        run.below = reach.is_some_and(|reach| reach.may_take(run.id, run.sequence, now));
    }
    Ok(Looked { stubs: stubs(sql)?, reach: look.reach, ..found })
}

/// How many runs are remembered by themselves.
pub(in crate::store) fn stubs(sql: &dyn Sql) -> Result<u64, StoreError> {
    Ok(one(sql, "SELECT count(*) FROM run_stubs", &[], |row| row.take())?.unwrap_or(0))
}

fn floors(sql: &dyn Sql) -> Result<BTreeMap<(AccountId, InstallationId), Reach>, StoreError> {
    let mut reach = BTreeMap::new();
    sql.rows("SELECT account_id, installation, run_id, sequence FROM pruned", &[], &mut |row| {
        let mut row = Fields::new(row);
        let source = (row.id()?, row.uuid(InstallationId::from_bytes)?);
        let floor = Floor { id: row.uuid(RunId::from_bytes)?, sequence: row.take()? };
        reach.insert(source, Reach::above(Some(floor)));
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(reach)
}

/// A look that is under way.
struct Look<'s> {
    sql: &'s dyn Sql,
    rule: Retention,
    now: Timestamp,
    most: usize,
    profiles: usize,
    /// Nobody outside can know which profiles share a time.
    hash: RandomState,
    /// How often the history is gone through.
    times: u64,
    reach: BTreeMap<(AccountId, InstallationId), Reach>,
    /// Whether it knows the numbers of all runs.
    is_told: bool,
}

impl Look<'_> {
    fn reach_of_stubs(&mut self) -> Result<(), StoreError> {
        let reach = &mut self.reach;
        self.sql.rows("SELECT account_id, installation, sequence FROM run_stubs", &[], &mut |row| {
            let mut row = Fields::new(row);
            let source = (row.id()?, row.uuid(InstallationId::from_bytes)?);
            reach.entry(source).or_default().add(row.take()?, None);
            Ok(ControlFlow::Continue(()))
        })
    }

    /// As often as it takes to remember few enough profiles each time.
    fn all(&mut self) -> Result<Looked, StoreError> {
        loop {
            let mut found = Looked { last: Some(Vec::new()), ..Looked::default() };
            let mut time = 0;
            while time < self.times && self.once(time, &mut found)? {
                time += 1;
            }
            if time == self.times {
                return Ok(found);
            }
            self.times = self.times.saturating_mul(4);
        }
    }

    /// Goes through the history for the profiles of that time; false if they are too many.
    fn once(&mut self, time: u64, found: &mut Looked) -> Result<bool, StoreError> {
        let text = self.sql.dialect().spell(
            "SELECT account_id, installation, run_id, sequence, received, profile_guid,
                CASE WHEN profile_guid IS NULL THEN profile_name END, restore, result, gap
            FROM runs ORDER BY {arrival} DESC",
        );
        let (mut sweep, mut few) = (Sweep::new(self.rule, self.now), true);
        self.sql.rows(&text, &[], &mut |row| {
            let (run, sequence, gap) = decode(&mut Fields::new(row))?;
            if !self.is_told {
                self.reach.entry((run.account, run.installation)).or_default().add(sequence, gap.as_ref());
            }
            let is_of_this =
                self.times == 1 || self.hash.hash_one((run.account, run.installation, &run.profile)) % self.times == time;
            if few && is_of_this {
                found.add(sweep.look(run.clone()), run, sequence, self.most);
                few = sweep.profiles() <= self.profiles;
            }
            // The numbers are told to their end.
            Ok(if few || !self.is_told { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        self.is_told = true;
        Ok(few)
    }
}

impl Looked {
    fn add(&mut self, fate: Fate, run: Kept, sequence: u64, most: usize) {
        let Kept { account, installation, id, .. } = run;
        match fate {
            Fate::Stays => {}
            Fate::LastSuccess => {
                if self.last.as_ref().is_some_and(|last| last.len() >= LAST) {
                    self.last = None;
                } else if let Some(last) = &mut self.last {
                    last.push((account, installation, id));
                }
            }
            Fate::Goes(_) if self.past.len() >= most => self.left += 1,
            Fate::Goes(newer) => self.past.push(Past { account, installation, id, sequence, newer, below: false }),
        }
    }
}

fn decode(row: &mut Fields<'_>) -> Result<(Kept, u64, Option<Gap>), StoreError> {
    let (account, installation) = (row.id()?, row.uuid(InstallationId::from_bytes)?);
    let (id, sequence, received) = (row.uuid(RunId::from_bytes)?, row.take()?, row.time()?);
    let (guid, name): (_, Option<String>) = (row.guid_or_none()?, row.take()?);
    let (restore, result, gap): (bool, i32, Option<String>) = (row.take()?, row.take()?, row.take()?);
    let result = RunResult::from_number(result).ok_or_else(|| strange("result", result))?;
    let gap = gap.map(|text| serde_json::from_str(&text).map_err(|_| strange("gap", text))).transpose()?;
    let profile = guid.map_or_else(|| Which::Name(name.unwrap_or_default()), Which::Guid);
    Ok((Kept { account, installation, profile, id, received, restore, result, is_gap: gap.is_some() }, sequence, gap))
}
