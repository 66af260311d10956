//! A half-login: the password was right, the code is still to come.

use crate::time::{MINUTE, Timestamp};

/// So many wrong codes end it.
pub const MOST_WRONG: u32 = 10;
/// After that long it is over: a code that is sent takes its time.
pub const LIFE: i64 = 10 * MINUTE;

/// A login that waits for its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HalfLogin {
    /// When the password was proved.
    pub begun: Timestamp,
    /// How many codes were tried, the one that is being looked at among them.
    pub tries: u32,
}

/// What a try may come to, before the code is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Try {
    /// The half-login is over: too many wrong codes, or too late.
    Over,
    /// The code is to be looked at. If it is wrong, so many tries are left.
    Counted {
        /// Tries that are left.
        left: u32,
    },
}

impl HalfLogin {
    /// A password was proved at that moment.
    #[must_use]
    pub const fn new(begun: Timestamp) -> Self {
        Self { begun, tries: 0 }
    }

    /// From when on it is over.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.begun.plus(LIFE)
    }

    /// Counts a try, before the code is looked at: of several at once each sees what those before it left. Another server's clock
    /// may be behind the one that began it; one that was set back by more than that ends it, too.
    pub fn count(&mut self, now: Timestamp) -> Try {
        if self.tries >= MOST_WRONG || now.since(self.begun).saturating_abs() >= LIFE {
            return Try::Over;
        }
        self.tries += 1;
        Try::Counted { left: MOST_WRONG - self.tries }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn the_tenth_try_is_the_last_run_8() {
        let mut half = HalfLogin::new(at(1_000));
        for left in (0..MOST_WRONG).rev() {
            assert_eq!(half.count(at(1_000)), Try::Counted { left });
        }
        assert_eq!(half.count(at(1_000)), Try::Over);
        assert_eq!(half.tries, MOST_WRONG);
    }

    #[test]
    fn it_lasts_ten_minutes_and_a_clock_set_back_does_not_make_it_longer_run_8() {
        let begun = 2_000 * MINUTE;
        for (after, is_over) in
            [(-LIFE, true), (1 - LIFE, false), (0, false), (LIFE - 1, false), (LIFE, true), (i64::MAX, true), (i64::MIN, true)]
        {
            assert_eq!(HalfLogin::new(at(begun)).count(at(begun).plus(after)) == Try::Over, is_over, "{after}");
        }
    }

    #[test]
    fn what_is_over_counts_nothing_more_run_8() {
        let mut half = HalfLogin::new(at(0));
        assert_eq!(half.count(at(LIFE)), Try::Over);
        assert_eq!(half, HalfLogin::new(at(0)));
    }
}
