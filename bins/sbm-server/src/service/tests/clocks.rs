//! The database's clock is set while servers run: nobody is left out of what he waits for, and nobody is waited for longer
//! than his lease lasts by the steady clock (RUN-7).

use std::time::Instant;

use super::*;
use crate::store::export::filled;
use crate::store::sql::values;

const HOUR: i64 = 3_600 * 1_000;

/// What stands in the database is so much older than its clock from now on, or younger.
async fn set_clock(world: &World, millis: i64) {
    let store = Arc::clone(&world.opened.store);
    let set = tokio::task::spawn_blocking(move || {
        filled(&*store, move |sql| sql.run("UPDATE servers SET lease_until = lease_until - $1", &values![millis]))
    });
    assert_eq!(set.await.unwrap(), Ok(world.servers.len() as u64));
}

fn answers(world: &World, server: usize) -> bool {
    world.at(server).may_answer().is_ok()
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_clock_set_forward_leaves_out_nobody_who_still_answers_run_7() {
    for place in BOTH {
        let mut world = World::claimed(place, 3).await;
        world.add_user(0, "carol").await;
        let token = world.log_in(1, "carol", PASSWORD).await.unwrap();
        world.freeze(1).await;
        set_clock(&world, HOUR).await;
        assert!(answers(&world, 1), "{place:?}: its lease lasts yet, by its own clock");
        world.disable(0, "carol", true).await;
        assert!(!answers(&world, 1), "{place:?}: whoever was answered knows that it does not answer by what was before");
        assert_eq!(world.ask(2, &token, Audience::Console).await, Err(Code::UserDisabled), "{place:?}");
        // The others had to join again, which they did.
        for server in [0, 2] {
            until("it has a lease again", || answers(&world, server)).await;
        }
        world.thaw(1);
        until("it comes back", || answers(&world, 1)).await;
        assert_eq!(world.ask(1, &token, Audience::Console).await, Err(Code::UserDisabled), "{place:?}");
        let revision = world.change(2).await;
        assert!((0..3).all(|server| world.at(server).facts().revision() >= revision), "{place:?}: all are waited for");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_clock_set_back_makes_nobody_wait_for_the_dead_twice_run_7() {
    for place in BOTH {
        let mut world = World::claimed(place, 3).await;
        world.freeze(1).await;
        set_clock(&world, -HOUR).await;
        let begun = Instant::now();
        world.change(0).await;
        assert!(!answers(&world, 1), "{place:?}");
        assert!(begun.elapsed() < LEASE + LEASE / 5 + Duration::from_secs(2), "{place:?}: {:?}", begun.elapsed());
        for server in [0, 2] {
            // The other one looked all the while, and need not wait at all.
            until("it was seen for long enough", || world.at(server).everywhere.knows_gone(&world.at(1).id)).await;
            let begun = Instant::now();
            world.change(server).await;
            assert!(begun.elapsed() < LEASE, "{place:?}: {server}: {:?}", begun.elapsed());
            assert!(answers(&world, server), "{place:?}: its lease was made longer all the while");
        }
        let servers = world.at(2).servers().await.unwrap();
        let mut lives: Vec<bool> = servers.iter().map(|server| server.lives).collect();
        lives.sort_unstable();
        assert_eq!(lives, [false, true, true], "{place:?}: {servers:?}");
        world.thaw(1);
        until("it comes back", || answers(&world, 1)).await;
        let revision = world.change(0).await;
        assert!(world.at(1).facts().revision() >= revision, "{place:?}: it is waited for again");
        assert!(world.at(0).servers().await.unwrap().iter().all(|server| server.lives), "{place:?}");
    }
}
