//! A server that stands still delays an act for as long as its lease lasts, and answers nobody by what was before (RUN-7).

use std::time::Instant;

use super::*;

fn may_answer(service: &Service) -> Result<(), Code> {
    service.may_answer().map_err(|error| error.code())
}

/// Until the server answers again, which it does by itself.
async fn answers_again(service: &Service) {
    let begun = Instant::now();
    while may_answer(service).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it does not come back");
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_stands_still_delays_an_act_by_its_lease_at_most_and_answers_nobody_then_run_7() {
    for place in BOTH {
        let mut world = World::claimed(place, 3).await;
        world.add_user(0, "carol").await;
        let token = world.log_in(1, "carol", PASSWORD).await.unwrap();
        world.freeze(1).await;
        assert_eq!(may_answer(world.at(1)), Ok(()), "its lease lasts yet");
        let begun = Instant::now();
        world.disable(0, "carol", true).await;
        let waited = begun.elapsed();
        // The moment an act is answered nobody answers by what was before, and the clock was what told it.
        assert_eq!(may_answer(world.at(1)), Err(Code::ServerBehind), "{place:?}");
        assert!(waited < LEASE + LEASE / 5 + Duration::from_secs(2), "{place:?}: {waited:?}");
        assert_eq!(world.ask(2, &token, Audience::Console).await, Err(Code::UserDisabled), "{place:?}");
        // With the lease over nobody waits for it any more.
        let begun = Instant::now();
        world.change(0).await;
        assert!(begun.elapsed() < LEASE, "{place:?}: {:?}", begun.elapsed());
        // It comes back by itself, by the newest facts.
        world.thaw(1);
        answers_again(world.at(1)).await;
        assert_eq!(world.ask(1, &token, Audience::Console).await, Err(Code::UserDisabled), "{place:?}");
        assert_eq!(world.at(1).facts().revision(), world.at(0).facts().revision());
        let revision = world.change(1).await;
        assert_eq!(world.at(0).facts().revision(), revision, "{place:?}: it is waited for again");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_one_server_changed_the_others_go_by_before_it_is_answered_run_7() {
    for place in BOTH {
        let world = World::claimed(place, 3).await;
        for round in 0..30 {
            let revision = world.change(round % 3).await;
            for server in 0..3 {
                assert!(world.at(server).facts().revision() >= revision, "{place:?}: {round} at {server}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_waits_for_a_server_that_was_stopped_in_order_run_7() {
    for place in BOTH {
        let mut world = World::claimed(place, 2).await;
        world.freeze(1).await;
        world.at(1).close().await;
        assert_eq!(may_answer(world.at(1)), Err(Code::ServerBehind), "it has said that it does not");
        let begun = Instant::now();
        world.change(0).await;
        assert!(begun.elapsed() < LEASE, "{place:?}: {:?}", begun.elapsed());
        assert_eq!(world.opened.store.members().await.unwrap().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn servers_that_change_things_at_once_all_get_through_and_agree_off_3() {
    for place in BOTH {
        let world = Arc::new(World::claimed(place, 3).await);
        let changing = (0..3).map(|server| {
            let world = Arc::clone(&world);
            tokio::spawn(async move {
                for _ in 0..15 {
                    // Told to try again by so many at once, one does.
                    while let Err(refused) = world.act(server, upload()).await {
                        assert_eq!(refused.code, Code::Busy);
                    }
                }
            })
        });
        for change in changing.collect::<Vec<_>>() {
            change.await.unwrap();
        }
        let kept = world.opened.store.load().await.unwrap();
        assert_eq!(kept.profiles.len(), 45, "{place:?}");
        for server in 0..3 {
            world.at(server).follow().await.unwrap();
            let facts = world.at(server).facts();
            assert_eq!((facts.revision(), facts.profiles().count()), (kept.revision, 45), "{place:?} at {server}");
        }
    }
}
