//! What becomes of an account: disabled, made a supervisor, about to be deleted, and back (ACC-6 to ACC-8).
//!
//! 1. How an account stands and whether it is about to be deleted are two things: whoever cancels a deletion finds the
//!    account as it stood.
//! 2. A deletion has its moment from the beginning; it is carried out by whoever finds it due, by a clock that is passed in.
//! 3. While a deletion is due or on its way, nothing but cancelling it is done to the account.

use serde::{Deserialize, Serialize};

use super::AccountState;
use crate::code::Code;
use crate::time::{DAY, HOUR, MINUTE, Timestamp};

/// The least time between the wish to delete and the deletion.
pub const LEAST_NOTICE: i64 = 6 * HOUR;

/// How an account stands, its deletion apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Backups and restores.
    #[default]
    Active,
    /// No backups; restores, console and data stay.
    Disabled,
    /// Supervises others: no backups, no alerts.
    Supervisor,
}

/// The whole of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Life {
    /// How it stands.
    pub standing: Standing,
    /// When it is to be deleted, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion: Option<Timestamp>,
}

/// What is wanted of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// It is to stand like that.
    Stand(Standing),
    /// It is to be deleted at that moment.
    Delete(Timestamp),
    /// It is not to be deleted after all.
    Keep,
}

impl Life {
    /// What an account in this life may do at the moment.
    #[must_use]
    pub const fn state(self) -> AccountState {
        match (self.deletion, self.standing) {
            (Some(_), _) => AccountState::DeletionPending,
            (None, Standing::Active) => AccountState::Active,
            (None, Standing::Disabled) => AccountState::Disabled,
            (None, Standing::Supervisor) => AccountState::Supervisor,
        }
    }

    /// The life after that wish. What is as it is wished already stays as it is: a second wish to delete does not put the
    /// deletion off.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedAccountDeletion`] for anything but cancelling while it is about to be deleted, and for cancelling once
    /// the moment has come.
    pub fn after(self, wish: Wish, now: Timestamp) -> Result<Self, Code> {
        match (wish, self.deletion) {
            (Wish::Stand(standing), None) => Ok(Self { standing, ..self }),
            (Wish::Stand(standing), Some(_)) if standing == self.standing => Ok(self),
            (Wish::Stand(_), Some(_)) => Err(Code::DeniedAccountDeletion),
            (Wish::Delete(at), None) => Ok(Self { deletion: Some(at), ..self }),
            (Wish::Delete(_), Some(_)) | (Wish::Keep, None) => Ok(self),
            (Wish::Keep, Some(at)) if now < at => Ok(Self { deletion: None, ..self }),
            (Wish::Keep, Some(_)) => Err(Code::DeniedAccountDeletion),
        }
    }

    /// Whether the deletion is to be carried out.
    #[must_use]
    pub fn is_due(self, now: Timestamp) -> bool {
        self.deletion.is_some_and(|at| now >= at)
    }
}

/// The next morning: the first moment of that hour of the day, on the clock of a zone, that is at least
/// [`LEAST_NOTICE`] ahead. `offset_at` gives the zone's offset from UTC in minutes at a moment. An hour that the clocks skip
/// begins when they skip it.
#[must_use]
pub fn next_morning(now: Timestamp, hour: u8, offset_at: impl Fn(Timestamp) -> i32) -> Timestamp {
    let offset = |at: Timestamp| i64::from(offset_at(at)) * MINUTE;
    let today = (now.as_millis() + offset(now)).div_euclid(DAY);
    let least = now.plus(LEAST_NOTICE);
    let mornings = (0..).map(|days| {
        let local = (today + days) * DAY + i64::from(hour.min(23)) * HOUR;
        // By the offset of that morning, which a change of the clocks in the night makes another than that of now.
        let about = Timestamp::from_millis(local - offset(now));
        let morning = Timestamp::from_millis(local - offset(about));
        let is_there = [morning, about].into_iter().find(|at| at.as_millis() + offset(*at) == local);
        is_there.unwrap_or(morning.max(about))
    });
    mornings.into_iter().find(|morning| *morning >= least).unwrap_or(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_rfc3339(text).unwrap().0
    }

    #[test]
    fn every_wish_in_every_life_has_its_answer_acc_6_acc_7_acc_8() {
        let (now, soon, later) = (at("2026-11-21T10:00:00Z"), at("2026-11-21T20:00:00Z"), at("2026-11-22T20:00:00Z"));
        let standings = [Standing::Active, Standing::Disabled, Standing::Supervisor];
        for standing in standings {
            let alive = Life { standing, deletion: None };
            let dying = Life { standing, deletion: Some(soon) };
            assert_eq!((dying.state(), dying.is_due(now), dying.is_due(soon)), (AccountState::DeletionPending, false, true));
            for other in standings {
                assert_eq!(alive.after(Wish::Stand(other), now).unwrap().standing, other);
                let told = dying.after(Wish::Stand(other), now);
                assert_eq!(told, if other == standing { Ok(dying) } else { Err(Code::DeniedAccountDeletion) });
            }
            assert_eq!(alive.after(Wish::Delete(soon), now), Ok(dying));
            assert_eq!(dying.after(Wish::Delete(later), now), Ok(dying), "a second wish does not put it off");
            assert_eq!(alive.after(Wish::Keep, now), Ok(alive));
            assert_eq!(dying.after(Wish::Keep, now), Ok(alive), "it stands as it stood");
            assert_eq!(dying.after(Wish::Keep, soon), Err(Code::DeniedAccountDeletion), "the moment has come");
        }
        let states = standings.map(|standing| Life { standing, deletion: None }.state());
        assert_eq!(states, [AccountState::Active, AccountState::Disabled, AccountState::Supervisor]);
    }

    #[test]
    fn the_next_morning_is_at_least_six_hours_ahead_and_by_the_clock_of_its_zone_acc_8() {
        let berlin = |moment: Timestamp| {
            let summer = at("2026-03-29T01:00:00Z")..at("2026-10-25T01:00:00Z");
            if summer.contains(&moment) { 120 } else { 60 }
        };
        for (now, hour, morning) in [
            ("2026-11-21T10:00:00+01:00", 6, "2026-11-22T06:00:00+01:00"),
            ("2026-11-21T23:59:00+01:00", 6, "2026-11-22T06:00:00+01:00"),
            ("2026-11-22T00:00:00+01:00", 6, "2026-11-22T06:00:00+01:00"),
            ("2026-11-22T00:00:01+01:00", 6, "2026-11-23T06:00:00+01:00"),
            ("2026-11-22T05:00:00+01:00", 6, "2026-11-23T06:00:00+01:00"),
            ("2026-11-21T10:00:00+01:00", 23, "2026-11-21T23:00:00+01:00"),
            // The night in which the clocks change, either way.
            ("2026-03-28T20:00:00+01:00", 6, "2026-03-29T06:00:00+02:00"),
            ("2026-10-24T20:00:00+02:00", 6, "2026-10-25T06:00:00+01:00"),
        ] {
            assert_eq!(next_morning(at(now), hour, berlin).to_rfc3339(), at(morning).to_rfc3339(), "{now}");
        }
        for minutes in (0..48 * 60).step_by(7) {
            let now = at("2026-03-28T00:00:00Z").plus(minutes * MINUTE);
            let ahead = next_morning(now, 6, berlin).since(now);
            assert!((LEAST_NOTICE..LEAST_NOTICE + DAY + HOUR).contains(&ahead), "{minutes}: {ahead}");
        }
    }

    #[test]
    fn a_morning_at_an_hour_that_the_clocks_skip_or_repeat_is_on_its_day_and_not_the_hour_before_acc_8() {
        // (the change, minutes before and after it)
        let berlin_forward = ("2026-03-29T01:00:00Z", 60, 120);
        let berlin_back = ("2026-10-25T01:00:00Z", 120, 60);
        let santiago_forward = ("2026-09-06T04:00:00Z", -240, -180);
        let lord_howe_forward = ("2026-10-03T15:30:00Z", 630, 660);
        for ((change, before, after), now, hour, morning) in [
            (berlin_forward, "2026-03-28T12:00:00+01:00", 1, "2026-03-29T01:00:00+01:00"),
            (berlin_forward, "2026-03-28T12:00:00+01:00", 2, "2026-03-29T03:00:00+02:00"),
            (berlin_forward, "2026-03-28T12:00:00+01:00", 3, "2026-03-29T03:00:00+02:00"),
            (berlin_back, "2026-10-24T12:00:00+02:00", 2, "2026-10-25T02:00:00+02:00"),
            (berlin_back, "2026-10-24T12:00:00+02:00", 3, "2026-10-25T03:00:00+01:00"),
            (santiago_forward, "2026-09-05T12:00:00-04:00", 0, "2026-09-06T01:00:00-03:00"),
            (lord_howe_forward, "2026-10-03T12:00:00+10:30", 2, "2026-10-04T02:30:00+11:00"),
        ] {
            let zone = |moment: Timestamp| if moment < at(change) { before } else { after };
            assert_eq!(next_morning(at(now), hour, zone).to_rfc3339(), at(morning).to_rfc3339(), "{now} {hour}");
        }
    }
}
