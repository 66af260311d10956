//! Many at once at two servers on one PostgreSQL, which answer as one: claims, and uploads of the same next revision (RUN-2,
//! PRO-4). The same races at one server are in `races.rs`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Barrier;

use sbm_client::core::code::Code;
use sbm_client::core::id::{AccountId, Hash};
use sbm_client::core::wire::v1::session::{Claim, Login, Secret};
use sbm_client::core::wire::v1::{Problem, path};
use sbm_test_postgres::Cluster;
use sbm_tests::fixture::{guid, office, upload};
use sbm_tests::raw::{Answer, Raw, Wire, request};
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};
use sbm_tests::site::Site;
use sbm_tests::stronghold::log_in;

const RACERS: usize = 50;

/// How often the races of fifty are run.
fn rounds() -> usize {
    std::env::var("SBM_RACES").map_or(20, |count| count.parse().unwrap())
}

/// So many servers on one database, and the ways to them.
fn servers(count: usize) -> (Site, Vec<TestServer>, Vec<Raw>) {
    let site = Site::new(Cluster::shared());
    let servers: Vec<TestServer> = (0..count).map(|_| site.server()).collect();
    let ways = servers.iter().map(|server| site.raw(server.connection().port)).collect();
    (site, servers, ways)
}

/// Fifty at once, one after the other at the next server: their connections stand before any of them says a word.
fn fifty(ways: &[Raw], wires: &mut Vec<Wire>, ask: impl Fn(usize) -> Vec<u8> + Sync) -> Vec<Answer> {
    wires.extend((wires.len()..RACERS).map(|number| ways[number % ways.len()].connect()));
    let ready = Barrier::new(wires.len());
    std::thread::scope(|scope| {
        let racers = wires.iter_mut().enumerate().map(|(number, wire)| {
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

fn codes(answers: &[Answer]) -> Vec<Option<Code>> {
    answers.iter().map(Answer::code).collect()
}

fn winners(answers: &[Answer], status: u16) -> Vec<usize> {
    (0..answers.len()).filter(|number| answers[*number].status == status).collect()
}

#[test]
fn of_fifty_claims_at_two_servers_one_wins_and_the_others_are_told_run_2() {
    // A server that was claimed stays so: each round has servers of its own.
    for round in 0..rounds().div_ceil(10) {
        let (_site, servers, ways) = servers(2);
        let code = servers.iter().find_map(|server| std::fs::read_to_string(server.data_dir().join("setup-code")).ok()).unwrap();
        let password = |number: usize| format!("the password of racer {number}");
        let answers = fifty(&ways, &mut Vec::new(), |number| {
            let claim = Claim { code: Secret::new(code.trim()), password: Secret::new(password(number)) };
            request("POST", path::CLAIM, None, Some(&serde_json::to_string(&claim).unwrap()))
        });
        let winners = winners(&answers, 204);
        let told = |answer: &&Answer| matches!(answer.code(), Some(Code::AlreadyClaimed | Code::NoSuchRoute));
        let told = answers.iter().filter(told).count();
        assert_eq!((winners.len(), told), (1, RACERS - 1), "round {round}: {:?}", codes(&answers));
        for server in &servers {
            server.anybody().login("admin", &Secret::new(password(winners[0]))).unwrap();
        }
    }
}

#[test]
fn of_fifty_uploads_at_two_servers_of_the_same_next_revision_one_wins_and_the_others_are_told_which_there_is_pro_4() {
    let (_site, servers, ways) = servers(2);
    let claimed = servers.iter().find(|server| server.data_dir().join("setup-code").exists()).unwrap();
    office(&claimed.claim());
    let console = log_in(&ways[0], "admin", ADMIN_PASSWORD);
    let (mut wires, mut won_at) = (Vec::new(), [0; 2]);
    for based_on in 1..=rounds() as u64 {
        let body = |number: usize| format!("round {based_on} of racer {number}").into_bytes();
        let answers = fifty(&ways, &mut wires, |number| {
            let upload = serde_json::to_string(&upload(&body(number), based_on)).unwrap();
            request("POST", path::PROFILES, Some(&console), Some(&upload))
        });
        let winners = winners(&answers, 201);
        assert_eq!(winners.len(), 1, "{:?}", codes(&answers));
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            assert_eq!(answer.code(), Some(Code::Stale));
            let detail = answer.json::<Problem>().detail;
            assert!(detail.contains(&format!("is at revision {}", based_on + 1)), "{detail}");
        }
        won_at[winners[0] % 2] += 1;
        // The moment the last one was answered both go by it.
        for server in &servers {
            let facts = server.service().facts();
            let profile = facts.profile(AccountId::ROOT, &guid()).unwrap();
            assert_eq!((profile.revision, profile.body), (based_on + 1, Hash::of(&body(winners[0]))));
        }
    }
    eprintln!("won at the first and the second server: {won_at:?}");
}

#[test]
fn fifty_wrong_passwords_at_eight_servers_get_no_further_than_at_one_run_6() {
    for count in [1, 8] {
        let (_site, servers, ways) = servers(count);
        drop(servers.iter().find(|server| server.data_dir().join("setup-code").exists()).unwrap().claim());
        let answers = fifty(&ways, &mut Vec::new(), |number| {
            let login = Login { user: "admin".to_owned(), password: Secret::new(format!("guess {number} at the password")) };
            request("POST", path::SESSION, None, Some(&serde_json::to_string(&login).unwrap()))
        });
        let judged = answers.iter().filter(|answer| answer.code() == Some(Code::WrongCredentials)).count();
        let others = |answer: &Answer| matches!(answer.code(), Some(Code::WrongCredentials | Code::Throttled | Code::Busy));
        assert!(answers.iter().all(others), "{:?}", codes(&answers));
        // Six are free, and the sixth makes the next one wait for a second: a slow machine may take that.
        assert!((1..=8).contains(&judged), "{judged} at {count} servers: {:?}", codes(&answers));
    }
}
