//! A token ends at every server at once, and counts at every one until then (RUN-7).

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use sbm_core::wire::v1::admin::PasswordChange;

use super::*;
use crate::service::login::MOST_SESSIONS;

const BY_TWO: &str = "violet staircase 42";

/// What ends the tokens of `carol`, done at the second server.
async fn end_all(world: &World, how: usize, token: &Secret, device: &Secret) -> Vec<(Secret, Audience, Code)> {
    let (console, of_device) = ((token.clone(), Audience::Console), (device.clone(), Audience::Device));
    let caller = world.ask(1, token, Audience::Console).await.unwrap();
    let actor = Actor { session: Some(caller.session), ..Actor::user(caller.user, ADDRESS.to_string()) };
    match how {
        0 => {
            world.disable(1, "carol", true).await;
            vec![(console.0, console.1, Code::UserDisabled), (of_device.0, of_device.1, Code::UserDisabled)]
        }
        1 => {
            world.at(1).log_out(&actor, caller.session, None).await.unwrap();
            vec![(console.0, console.1, Code::TokenRefused)]
        }
        2 => {
            let (admin, admins) =
                (Actor::user(UserId(1), ADDRESS.to_string()), world.log_in(1, "admin", PASSWORD).await.unwrap());
            let asker = world.ask(1, &admins, Audience::Console).await.unwrap();
            let id = format!("{:016x}", caller.session);
            world.at(1).end_session(admin, asker, id).await.unwrap();
            vec![(console.0, console.1, Code::TokenRefused)]
        }
        3 => {
            let change = PasswordChange { current: Secret::new(PASSWORD), new: Secret::new(BY_TWO) };
            world.at(1).change_password(actor, change, ADDRESS).await.unwrap();
            vec![(console.0, console.1, Code::TokenRefused)]
        }
        4 => {
            // The device logs in anew: its older token ends.
            world.log_in_device(1, "carol", PASSWORD).await.unwrap();
            vec![(of_device.0, of_device.1, Code::TokenRefused)]
        }
        5 => {
            let of_device = world.ask(1, device, Audience::Device).await.unwrap();
            let actor = Actor { session: Some(of_device.session), ..Actor::user(of_device.user, ADDRESS.to_string()) };
            world.at(1).log_out(&actor, of_device.session, of_device.device).await.unwrap();
            vec![(device.clone(), Audience::Device, Code::TokenRefused)]
        }
        _ => {
            world.act(1, Command::DeleteUser { name: "carol".to_owned() }).await.unwrap();
            vec![(console.0, console.1, Code::TokenRefused), (of_device.0, of_device.1, Code::TokenRefused)]
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_ends_a_token_at_one_server_ends_it_at_the_next_request_to_another_run_7() {
    for place in BOTH {
        let world = World::claimed(place, 3).await;
        for how in 0..=6 {
            world.add_user(0, "carol").await;
            let token = world.log_in(0, "carol", PASSWORD).await.unwrap();
            let device = world.log_in_device(2, "carol", PASSWORD).await.unwrap();
            // Everybody knows both, from whichever server they are.
            for server in 0..3 {
                assert!(world.ask(server, &token, Audience::Console).await.is_ok(), "{place:?} {how} at {server}");
                assert!(world.ask(server, &device, Audience::Device).await.is_ok(), "{place:?} {how} at {server}");
            }
            let ended = end_all(&world, how, &token, &device).await;
            for (token, audience, code) in &ended {
                for server in 0..3 {
                    let answered = world.ask(server, token, *audience).await;
                    assert_eq!(answered, Err(*code), "{place:?} {how} at {server}: {audience:?}");
                }
            }
            if how < 6 {
                world.act(0, Command::DeleteUser { name: "carol".to_owned() }).await.unwrap();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_that_is_looked_up_while_it_ends_is_never_let_in_afterwards_run_7() {
    for place in BOTH {
        let world = Arc::new(World::claimed(place, 2).await);
        for round in 0..40 {
            let token = world.log_in(0, "admin", PASSWORD).await.unwrap();
            let (over, let_in) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
            let asking: Vec<_> = (0..3)
                .map(|_| {
                    let (world, token) = (Arc::clone(&world), token.clone());
                    let (over, let_in) = (Arc::clone(&over), Arc::clone(&let_in));
                    tokio::spawn(async move {
                        loop {
                            // Read before it is asked: what is over by then stays over.
                            let was_over = over.load(Ordering::Acquire);
                            match world.ask(1, &token, Audience::Console).await {
                                Ok(_) if was_over => return Err("let in behind its end"),
                                Ok(_) => _ = let_in.fetch_add(1, Ordering::Relaxed),
                                Err(Code::TokenRefused | Code::Busy) if was_over => return Ok(()),
                                Err(_) => {}
                            }
                            tokio::task::yield_now().await;
                        }
                    })
                })
                .collect();
            let caller = world.ask(0, &token, Audience::Console).await.unwrap();
            let actor = Actor { session: Some(caller.session), ..Actor::user(caller.user, ADDRESS.to_string()) };
            world.at(0).log_out(&actor, caller.session, None).await.unwrap();
            over.store(true, Ordering::Release);
            for asked in asking {
                assert_eq!(asked.await.unwrap(), Ok(()), "{place:?}, round {round}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sessions_of_all_servers_are_listed_at_each_and_one_that_is_used_at_another_does_not_idle_run_7() {
    for place in BOTH {
        let world = World::claimed(place, 2).await;
        let tokens = [world.log_in(0, "admin", PASSWORD).await.unwrap(), world.log_in(1, "admin", PASSWORD).await.unwrap()];
        for (server, token) in tokens.iter().enumerate() {
            let caller = world.ask(server, token, Audience::Console).await.unwrap();
            let actor = Actor::user(caller.user, ADDRESS.to_string());
            let listed = world.at(server).sessions(&world.at(server).facts(), &caller, &actor).await.unwrap();
            assert_eq!(listed.len(), 2, "{place:?} at {server}");
            assert_eq!(listed.iter().filter(|entry| entry.current).count(), 1);
        }
        // As this memory knows it nobody used it for long; the store knows better.
        let caller = world.ask(1, &tokens[1], Audience::Console).await.unwrap();
        let idle = world.at(1).config().sessions.idle;
        let later = world.at(1).now().plus(idle);
        assert_eq!(world.at(1).authenticate(tokens[1].reveal(), Audience::Console, later), Ok(Known::NotHere));
        world.at(0).store().touch_tokens(vec![(caller.session, later)]).await.unwrap();
        world.at(1).find(tokens[1].clone()).await.unwrap();
        let found = world.at(1).authenticate(tokens[1].reveal(), Audience::Console, later);
        assert_eq!(found, Ok(Known::Caller(caller)), "{place:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_that_does_not_count_is_read_once_and_a_forged_one_never_run_7() {
    let world = World::claimed(Place::Sqlite, 2).await;
    let store = Arc::clone(&world.opened.store);
    let token = world.log_in(0, "admin", PASSWORD).await.unwrap();
    let caller = world.ask(0, &token, Audience::Console).await.unwrap();
    world.at(0).log_out(&Actor::user(caller.user, ADDRESS.to_string()), caller.session, None).await.unwrap();
    assert_eq!(world.ask(1, &token, Audience::Console).await, Err(Code::TokenRefused));
    assert!(store.token(caller.session).await.unwrap().unwrap().revoked);
    // Were it there and live by now, who is refused once would still be refused for a while: nothing is read.
    let unknown = world.at(1).unknown.refused_ids();
    assert_eq!(unknown, [caller.session]);
    let forged = token.reveal().replace(|letter: char| letter.is_ascii_digit(), "A");
    assert_eq!(world.ask(1, &Secret::new(forged), Audience::Console).await, Err(Code::TokenRefused));
    assert_eq!(world.at(1).unknown.refused_ids(), [caller.session]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_claims_at_two_servers_exactly_one_wins_run_2() {
    for place in BOTH {
        let world = Arc::new(World::unclaimed(place, 2).await);
        let claims = (0..50).map(|number| {
            let world = Arc::clone(&world);
            let claim = world.claim_with(&format!("{PASSWORD} {number}"));
            tokio::spawn(async move { world.at(number % 2).claim(claim, ADDRESS).await.map_err(|refused| refused.code) })
        });
        let mut won = Vec::new();
        for (number, claim) in claims.collect::<Vec<_>>().into_iter().enumerate() {
            match claim.await.unwrap() {
                Ok(()) => won.push(number),
                Err(code) => assert!(matches!(code, Code::AlreadyClaimed | Code::Busy), "{place:?} {number}: {code:?}"),
            }
        }
        assert_eq!(won.len(), 1, "{place:?}");
        for server in 0..2 {
            let password = format!("{PASSWORD} {}", won[0]);
            assert!(world.log_in(server, "admin", &password).await.is_ok(), "{place:?} at {server}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_idlest_of_a_user_s_sessions_at_all_servers_makes_room_and_is_over_at_every_one_run_7_err_3() {
    for place in BOTH {
        let world = World::claimed(place, 3).await;
        world.add_user(0, "carol").await;
        // It began at a server that has nothing else of hers, and every server knows it.
        let idlest = world.log_in(2, "carol", PASSWORD).await.unwrap();
        for server in 0..3 {
            world.ask(server, &idlest, Audience::Console).await.unwrap();
        }
        let since = world.at(0).now();
        while world.at(0).now() <= since {
            tokio::task::yield_now().await;
        }
        let mut others = Vec::new();
        for server in (0..2).cycle().take(MOST_SESSIONS - 1) {
            others.push(world.log_in(server, "carol", PASSWORD).await.unwrap());
        }
        let count = async || {
            let facts = world.at(0).facts();
            let carol = facts.users().find(|user| user.name.as_str() == "carol").unwrap().id;
            world.opened.store.console_tokens(carol, world.at(0).now()).await.unwrap().len()
        };
        assert_eq!(count().await, MOST_SESSIONS, "{place:?}");
        let before = world.at(1).facts().revision();
        let newest = world.log_in(1, "carol", PASSWORD).await.unwrap();
        // Once she is answered, every server goes by it.
        for server in 0..3 {
            assert!(world.at(server).facts().revision() > before, "{place:?} at {server}");
            assert_eq!(world.ask(server, &idlest, Audience::Console).await, Err(Code::TokenRefused), "{place:?} at {server}");
        }
        for token in others.iter().chain([&newest]) {
            assert!(world.ask(2, token, Audience::Console).await.is_ok(), "{place:?}");
        }
        assert_eq!(count().await, MOST_SESSIONS, "{place:?}");
    }
}
