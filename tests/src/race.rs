//! Fifty who do the same at once, at one server or at several on one database, which answer as one (RUN-2, PRO-4).

use std::sync::Barrier;

use sbm_client::core::code::Code;
use sbm_client::core::directory::Actor;
use sbm_client::core::id::Hash;
use sbm_client::core::wire::v1::session::{Claim, Secret};
use sbm_client::core::wire::v1::{Problem, path};

use crate::fixture::{guid, upload};
use crate::raw::{Answer, Raw, Wire, request};
use crate::server::TestServer;

/// How many race.
pub const RACERS: usize = 50;

/// How often: 20 times in the tests, what `SBM_RACES` says in a campaign.
#[must_use]
pub fn rounds() -> usize {
    std::env::var("SBM_RACES").map_or(20, |count| count.parse().unwrap())
}

/// Servers, the ways to them, and the connections that stand from round to round.
#[derive(Debug)]
pub struct Race<'s> {
    servers: &'s [TestServer],
    ways: &'s [Raw],
    wires: Vec<Wire>,
}

impl<'s> Race<'s> {
    /// A race at these servers.
    #[must_use]
    pub const fn at(servers: &'s [TestServer], ways: &'s [Raw]) -> Self {
        Self { servers, ways, wires: Vec::new() }
    }

    /// All at once, one after the other at the next server: their connections stand before any of them says a word.
    pub fn run(&mut self, ask: impl Fn(usize) -> Vec<u8> + Sync) -> Vec<Answer> {
        let ways = self.ways.iter().cycle().skip(self.wires.len());
        self.wires.extend(ways.take(RACERS.saturating_sub(self.wires.len())).map(Raw::connect));
        let ready = Barrier::new(self.wires.len());
        std::thread::scope(|scope| {
            let racers = self.wires.iter_mut().enumerate().map(|(number, wire)| {
                let (ask, ready) = (&ask, &ready);
                scope.spawn(move || {
                    let request = ask(number);
                    ready.wait();
                    wire.send(&request);
                    wire.answer().unwrap()
                })
            });
            let racers: Vec<_> = racers.collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        })
    }

    /// All claim the servers, which nobody claimed yet: one wins and logs in at each, the others are told.
    ///
    /// # Panics
    ///
    /// When it is otherwise.
    pub fn one_claims(&mut self) {
        let codes = self.servers.iter().map(|server| std::fs::read_to_string(server.data_dir().join("setup-code")));
        let code = codes.flatten().next().unwrap();
        let password = |number: usize| format!("the password of racer {number}");
        let answers = self.run(|number| {
            let claim = Claim { code: Secret::new(code.trim()), password: Secret::new(password(number)) };
            request("POST", path::CLAIM, None, Some(&serde_json::to_string(&claim).unwrap()))
        });
        let winner = winner(&answers, 204);
        // Whoever was let in before the winner was done is told; to whoever comes later the way of the set-up never was.
        let told = |answer: &&Answer| matches!(answer.code(), Some(Code::AlreadyClaimed | Code::NoSuchRoute));
        assert_eq!(answers.iter().filter(told).count(), RACERS - 1, "{:?}", codes_of(&answers));
        for server in self.servers {
            server.anybody().login("admin", &Secret::new(password(winner))).unwrap();
        }
    }

    /// All upload the revision behind that one: one wins, the others are told which there is, and every server goes by it the
    /// moment the last of them was answered. Gives who won.
    ///
    /// # Panics
    ///
    /// When it is otherwise.
    pub fn one_uploads(&mut self, console: &str, based_on: u64) -> usize {
        let body = |number: usize| format!("round {based_on} of racer {number}").into_bytes();
        let answers = self.run(|number| {
            let upload = serde_json::to_string(&upload(&body(number), based_on)).unwrap();
            request("POST", path::PROFILES, Some(console), Some(&upload))
        });
        let winner = winner(&answers, 201);
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            assert_eq!(answer.code(), Some(Code::Stale));
            let detail = answer.json::<Problem>().detail;
            assert!(detail.contains(&format!("is at revision {}", based_on + 1)), "{detail}");
        }
        for server in self.servers {
            let facts = server.service().facts();
            let profile = facts.seen_by(&Actor::system()).profile(&guid()).unwrap();
            assert_eq!((profile.revision, profile.body), (based_on + 1, Hash::of(&body(winner))));
        }
        winner
    }
}

/// The code of each answer.
#[must_use]
pub fn codes_of(answers: &[Answer]) -> Vec<Option<Code>> {
    answers.iter().map(Answer::code).collect()
}

/// The one who was answered so.
fn winner(answers: &[Answer], status: u16) -> usize {
    let won: Vec<usize> = answers.iter().enumerate().filter(|(_, answer)| answer.status == status).map(|(at, _)| at).collect();
    assert_eq!(won.len(), 1, "{:?}", codes_of(answers));
    won.into_iter().next().unwrap()
}
