//! Many at once at two servers on one PostgreSQL, which answer as one: claims, uploads of the same next revision, and guesses
//! at a password (RUN-2, PRO-4, RUN-6). The same races at one server are in `races.rs`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::{Login, Secret};
use sbm_test_postgres::Cluster;
use sbm_tests::fixture::office;
use sbm_tests::race::{Race, codes_of, rounds};
use sbm_tests::raw::{Answer, Raw, request};
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};
use sbm_tests::site::Site;
use sbm_tests::stronghold::log_in;

/// So many servers on one database, and the ways to them.
fn servers(count: usize) -> (Site, Vec<TestServer>, Vec<Raw>) {
    let site = Site::new(Cluster::shared());
    let servers: Vec<TestServer> = (0..count).map(|_| site.server()).collect();
    let ways = servers.iter().map(|server| site.raw(server.connection().port)).collect();
    (site, servers, ways)
}

#[test]
fn of_fifty_claims_at_two_servers_one_wins_and_the_others_are_told_run_2() {
    // A server that was claimed stays so: each round has servers of its own.
    for _ in 0..rounds().div_ceil(10) {
        let (_site, servers, ways) = servers(2);
        Race::at(&servers, &ways).one_claims();
    }
}

#[test]
fn of_fifty_uploads_at_two_servers_of_the_same_next_revision_one_wins_and_the_others_are_told_which_there_is_pro_4() {
    let (_site, servers, ways) = servers(2);
    let claimed = servers.iter().find(|server| server.data_dir().join("setup-code").exists()).unwrap();
    office(&claimed.claim());
    let console = log_in(&ways[0], "admin", ADMIN_PASSWORD);
    let (mut race, mut won_at) = (Race::at(&servers, &ways), [0; 2]);
    for based_on in 1..=rounds() as u64 {
        won_at[race.one_uploads(&console, based_on) % 2] += 1;
    }
    eprintln!("won at the first and the second server: {won_at:?}");
}

#[test]
fn fifty_wrong_passwords_at_eight_servers_get_no_further_than_at_one_run_6() {
    for count in [1, 8] {
        let (_site, servers, ways) = servers(count);
        drop(servers.iter().find(|server| server.data_dir().join("setup-code").exists()).unwrap().claim());
        let answers = Race::at(&servers, &ways).run(|number| {
            let login = Login { user: "admin".to_owned(), password: Secret::new(format!("guess {number} at the password")) };
            request("POST", path::SESSION, None, Some(&serde_json::to_string(&login).unwrap()))
        });
        let judged = answers.iter().filter(|answer| answer.code() == Some(Code::WrongCredentials)).count();
        let others = |answer: &Answer| matches!(answer.code(), Some(Code::WrongCredentials | Code::Throttled | Code::Busy));
        assert!(answers.iter().all(others), "{:?}", codes_of(&answers));
        // Six are free, and the sixth makes the next one wait for a second: a slow machine may take that.
        assert!((1..=8).contains(&judged), "{judged} at {count} servers: {:?}", codes_of(&answers));
    }
}
