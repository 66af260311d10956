//! What is told of a server that cannot keep in step with the others: when it begins, when the server answers nobody any
//! more, each minute while it lasts, and when it is over. It is found out twice a second, which is no reason to tell it as
//! often (ERR-4, RUN-7).

use std::time::Duration;

/// How often it is told while it lasts.
const AGAIN: Duration = Duration::from_secs(60);

/// What is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// It failed for the first time.
    Begins,
    /// The lease ended: the server answers nobody.
    Silent,
    /// It lasts, for so long by now; whether the server answers.
    Lasts {
        /// For how long.
        took: Duration,
        /// Whether it answers, since its lease lasts or there is none.
        answers: bool,
    },
    /// It is over, after that long.
    Over {
        /// For how long it was.
        took: Duration,
    },
    /// The lease had ended without anything that failed: the server stood still, or a clock was set. It has one again.
    Back,
}

/// Whether a server keeps in step, and what was told of it.
#[derive(Debug, Default)]
pub struct Contact(Option<Trouble>);

#[derive(Debug)]
struct Trouble {
    since: Duration,
    told: Duration,
    is_silent: bool,
    why: Option<String>,
}

impl Contact {
    /// It could not keep in step at that moment, and why.
    pub fn failed(&mut self, now: Duration, why: String) -> Option<Word> {
        let is_new = self.0.as_ref().is_none_or(|trouble| trouble.why.is_none());
        let trouble = self.0.get_or_insert(Trouble { since: now, told: now, is_silent: false, why: None });
        trouble.why = Some(why);
        is_new.then_some(Word::Begins)
    }

    /// It kept in step; it may be that it had to get a new lease for that.
    pub fn kept(&mut self, now: Duration, joined_anew: bool) -> Option<Word> {
        match self.0.take() {
            Some(trouble) => Some(Word::Over { took: now.saturating_sub(trouble.since) }),
            None => joined_anew.then_some(Word::Back),
        }
    }

    /// Time passed; whether the lease lasts, if there is one to have.
    pub fn passed(&mut self, now: Duration, answers: bool) -> Option<Word> {
        if answers && self.0.is_none() {
            return None;
        }
        let trouble = self.0.get_or_insert(Trouble { since: now, told: now, is_silent: false, why: None });
        let word = if !answers && !trouble.is_silent {
            trouble.is_silent = true;
            Word::Silent
        } else if now.saturating_sub(trouble.told) >= AGAIN {
            Word::Lasts { took: now.saturating_sub(trouble.since), answers }
        } else {
            return None;
        };
        trouble.told = now;
        Some(word)
    }

    /// Why it does not keep in step, as far as it is known.
    #[must_use]
    pub fn why(&self) -> &str {
        self.0.as_ref().and_then(|trouble| trouble.why.as_deref()).unwrap_or("the database does not answer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    enum Event {
        Failed(&'static str),
        Kept,
        Joined,
        Passed(bool),
    }
    use Event::{Failed, Joined, Kept, Passed};

    fn at(millis: u64) -> Duration {
        Duration::from_millis(10_000 + millis)
    }

    fn run(events: impl IntoIterator<Item = (u64, Event)>) -> Vec<(u64, Word)> {
        let mut contact = Contact::default();
        let told = events.into_iter().filter_map(|(when, event)| {
            let word = match event {
                Failed(why) => {
                    let word = contact.failed(at(when), why.to_owned());
                    assert_eq!(contact.why(), why);
                    word
                }
                Kept => contact.kept(at(when), false),
                Joined => contact.kept(at(when), true),
                Passed(answers) => contact.passed(at(when), answers),
            };
            word.map(|word| (when, word))
        });
        told.collect()
    }

    #[test]
    fn an_outage_of_three_minutes_is_five_words_and_not_four_hundred_err_4() {
        // Twice a second it fails, and twice a second time passes; the lease lasts for 4.5 s.
        let outage = (0..380).flat_map(|half| {
            let now = half * 500;
            [(now, Failed("gone")), (now + 1, Passed(now < 4_500))]
        });
        let told = run([(0, Kept), (0, Passed(true))].into_iter().chain(outage).chain([(190_000, Joined), (190_500, Kept)]));
        let lasts = |took| Word::Lasts { took: Duration::from_millis(took), answers: false };
        assert_eq!(
            told,
            [
                (0, Word::Begins),
                (4_501, Word::Silent),
                (64_501, lasts(64_501)),
                (124_501, lasts(124_501)),
                (184_501, lasts(184_501)),
                (190_000, Word::Over { took: Duration::from_secs(190) }),
            ]
        );
    }

    #[test]
    fn each_way_that_contact_is_lost_and_found_is_told_once_err_4_run_7() {
        let over = |took| Word::Over { took: Duration::from_millis(took) };
        for (events, expected) in [
            (vec![(0, Kept), (500, Passed(true)), (1_000, Kept)], vec![]),
            // Over before the lease was.
            (
                vec![(0, Failed("a")), (500, Failed("b")), (900, Kept), (1_000, Passed(true))],
                vec![(0, Word::Begins), (900, over(900))],
            ),
            // The database answers nothing at all: the end of the lease is told in time, and why it is when that is known.
            (
                vec![(0, Passed(false)), (100, Passed(false)), (700, Failed("slow")), (900, Failed("slow")), (1_000, Joined)],
                vec![(0, Word::Silent), (700, Word::Begins), (1_000, over(1_000))],
            ),
            // It stood still, or somebody set a clock.
            (vec![(0, Joined), (500, Kept)], vec![(0, Word::Back)]),
            // Without a lease it answers all the time.
            (
                vec![(0, Failed("a")), (30_000, Passed(true)), (60_000, Passed(true)), (60_500, Failed("a")), (61_000, Kept)],
                vec![
                    (0, Word::Begins),
                    (60_000, Word::Lasts { took: Duration::from_secs(60), answers: true }),
                    (61_000, over(61_000)),
                ],
            ),
            // A second outage is told like the first.
            (
                vec![(0, Failed("a")), (100, Kept), (200, Failed("a")), (300, Passed(false)), (400, Joined)],
                vec![(0, Word::Begins), (100, over(100)), (200, Word::Begins), (300, Word::Silent), (400, over(200))],
            ),
        ] {
            assert_eq!(run(events), expected);
        }
    }
}
