//! A program's token counts at every server, as far as its owner goes at that moment, and ends at all of them at once (RUN-7,
//! RUN-11).

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use sbm_core::directory::plan;
use sbm_core::permission::{Ceiling, Role, Task, TaskAccess};
use sbm_core::wire::v1::admin::NewToken;

use super::*;

const USERS: Ceiling = Ceiling::NONE.with(Task::Users, TaskAccess::Write);

/// As whom a request with that token acts, as the doors of a server say it.
async fn actor(world: &World, server: usize, token: &Secret, audience: Audience) -> Result<Actor, Code> {
    let caller = world.ask(server, token, audience).await?;
    let (session, limit) = (Some(caller.session), caller.limit);
    Ok(Actor { session, limit, ..Actor::user(caller.user, ADDRESS.to_string()) })
}

async fn give_roles(world: &World, server: usize, user: &str, roles: &[Role]) {
    let patch = UserPatch { roles: Some(roles.iter().copied().collect()), ..UserPatch::default() };
    world.act(server, Command::ModifyUser { name: user.to_owned(), patch, phc: None }).await.unwrap();
}

/// A token of that user's, made at that server.
async fn make(world: &World, server: usize, user: &str, allows: Ceiling, expires: Option<Timestamp>) -> Result<Secret, Code> {
    let console = world.log_in(server, user, PASSWORD).await.unwrap();
    let maker = actor(world, server, &console, Audience::Console).await.unwrap();
    let new = NewToken { name: name("a program"), allows, account: None, expires, password: Secret::new(PASSWORD) };
    let made = world.at(server).make_token(maker, new, ADDRESS).await;
    made.map(|made| made.secret).map_err(|not_in| not_in.refusal.code)
}

async fn administrator(world: &World, user: &str) {
    world.add_user(0, user).await;
    give_roles(world, 0, user, &[Role::Administrator]).await;
}

/// Whether a request with the token may change users, at that server.
async fn may(world: &World, server: usize, token: &Secret) -> Result<(), Code> {
    let actor = actor(world, server, token, Audience::Api).await?;
    plan::authorise(&world.at(server).facts(), &actor, Task::Users, TaskAccess::Write).map_err(|refused| refused.code)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_program_s_token_counts_at_every_server_and_ends_at_all_of_them_at_once_run_7_run_11() {
    for place in BOTH {
        let world = World::claimed(place, 3).await;
        for how in 0..4 {
            administrator(&world, "carol").await;
            let token = make(&world, 0, "carol", USERS, None).await.unwrap();
            for server in 0..3 {
                assert_eq!(may(&world, server, &token).await, Ok(()), "{place:?} {how} at {server}");
                assert_eq!(world.ask(server, &token, Audience::Console).await, Err(Code::WrongAudience));
                assert_eq!(world.ask(server, &token, Audience::Device).await, Err(Code::WrongAudience));
            }
            let expected = match how {
                0 => {
                    let console = world.log_in(1, "carol", PASSWORD).await.unwrap();
                    let (caller, by) =
                        (world.ask(1, &console, Audience::Console).await.unwrap(), actor(&world, 1, &console, Audience::Console));
                    let id = format!("{:016x}", world.ask(1, &token, Audience::Api).await.unwrap().session);
                    world.at(1).revoke_token(by.await.unwrap(), caller, id).await.unwrap();
                    Code::TokenRefused
                }
                1 => {
                    world.disable(1, "carol", true).await;
                    Code::UserDisabled
                }
                2 => {
                    give_roles(&world, 1, "carol", &[Role::Operator]).await;
                    Code::DeniedRole
                }
                _ => {
                    world.act(1, Command::DeleteUser { name: "carol".to_owned() }).await.unwrap();
                    Code::TokenRefused
                }
            };
            for server in 0..3 {
                assert_eq!(may(&world, server, &token).await, Err(expected), "{place:?} {how} at {server}");
            }
            if how < 3 {
                world.act(0, Command::DeleteUser { name: "carol".to_owned() }).await.unwrap();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_program_s_token_is_there_after_a_restart_and_says_when_it_was_last_used_run_11() {
    for place in BOTH {
        let mut world = World::claimed(place, 1).await;
        let token = make(&world, 0, "admin", USERS, None).await.unwrap();
        let by = actor(&world, 0, &token, Audience::Api).await.unwrap();
        let caller = world.ask(0, &token, Audience::Api).await.unwrap();
        world.at(0).write_behind().await;
        world.add().await.unwrap();
        assert_eq!(may(&world, 1, &token).await, Ok(()), "{place:?}");
        let listed = world.at(1).tokens(&world.at(1).facts(), &caller, &Actor { limit: None, ..by }).await.unwrap();
        assert_eq!(listed.len(), 1, "{place:?}");
        assert!(listed[0].last_used.is_some_and(|used| used >= listed[0].created), "{listed:?}");
        assert_eq!(listed[0].allows, USERS);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_program_s_token_that_is_used_while_it_ends_is_never_let_in_afterwards_run_7_run_11() {
    for place in BOTH {
        let world = Arc::new(World::claimed(place, 2).await);
        for round in 0..20 {
            let token = make(&world, 0, "admin", USERS, None).await.unwrap();
            let (over, let_in) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
            let asking: Vec<_> = (0..4)
                .map(|number| {
                    let (world, token) = (Arc::clone(&world), token.clone());
                    let (over, let_in) = (Arc::clone(&over), Arc::clone(&let_in));
                    tokio::spawn(async move {
                        loop {
                            // Read before it is asked: what is over by then stays over.
                            let was_over = over.load(Ordering::Acquire);
                            match may(&world, number % 2, &token).await {
                                Ok(()) if was_over => return Err("let in behind its end"),
                                Ok(()) => _ = let_in.fetch_add(1, Ordering::Relaxed),
                                Err(Code::TokenRefused | Code::Busy) if was_over => return Ok(()),
                                Err(_) => {}
                            }
                            tokio::task::yield_now().await;
                        }
                    })
                })
                .collect();
            let console = world.log_in(0, "admin", PASSWORD).await.unwrap();
            let caller = world.ask(0, &console, Audience::Console).await.unwrap();
            let by = actor(&world, 0, &console, Audience::Console).await.unwrap();
            while let_in.load(Ordering::Relaxed) == 0 {
                tokio::task::yield_now().await;
            }
            let id = format!("{:016x}", world.ask(0, &token, Audience::Api).await.unwrap().session);
            world.at(0).revoke_token(by, caller, id).await.unwrap();
            over.store(true, Ordering::Release);
            for asked in asking {
                assert_eq!(asked.await.unwrap(), Ok(()), "{place:?}, round {round}");
            }
        }
    }
}

/// What counts is what he may when it is committed: the first server did not hear yet that he may no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_is_demoted_meanwhile_ends_nobody_s_session_run_7_usr_10() {
    for place in BOTH {
        let mut world = World::claimed(place, 2).await;
        administrator(&world, "carol").await;
        world.add_user(0, "dave").await;
        let (console, his) =
            (world.log_in(0, "carol", PASSWORD).await.unwrap(), world.log_in(0, "dave", PASSWORD).await.unwrap());
        let by = actor(&world, 0, &console, Audience::Console).await.unwrap();
        let caller = world.ask(0, &console, Audience::Console).await.unwrap();
        let id = format!("{:016x}", world.ask(0, &his, Audience::Console).await.unwrap().session);
        world.freeze(0).await;
        let patch = UserPatch { roles: Some(RoleSet::NONE), ..UserPatch::default() };
        let demote = Command::ModifyUser { name: "carol".to_owned(), patch, phc: None };
        let admin = Actor::user(UserId(1), ADDRESS.to_string());
        world.at(1).act_here(&admin, &demote, &|_| Ok(Vec::new())).await.unwrap();
        let refused = world.at(0).end_session(by, caller, id).await.unwrap_err();
        assert_eq!(refused.code, Code::DeniedRole, "{place:?}");
        assert!(world.ask(1, &his, Audience::Console).await.is_ok(), "{place:?}");
    }
}

/// What the maker lost while his password was proved he does not give away.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_is_logged_out_demoted_or_reset_while_he_makes_a_token_makes_none_that_outlives_it_run_11_run_3() {
    let world = World::claimed(Place::Sqlite, 1).await;
    administrator(&world, "carol").await;
    let console = world.log_in(0, "carol", PASSWORD).await.unwrap();
    let maker = actor(&world, 0, &console, Audience::Console).await.unwrap();
    let caller = world.ask(0, &console, Audience::Console).await.unwrap();
    let new = || NewToken { name: name("x"), allows: USERS, account: None, expires: None, password: Secret::new(PASSWORD) };
    // He waits for the lock that whoever narrows him holds.
    let service = Arc::clone(world.at(0));
    let held = service.acting.lock().await;
    let making = {
        let (service, maker) = (Arc::clone(world.at(0)), maker.clone());
        tokio::spawn(async move { service.make_token(maker, new(), ADDRESS).await })
    };
    assert!(service.sessions.revoke(caller.session) && !making.is_finished());
    drop(held);
    let refused = making.await.unwrap().unwrap_err();
    assert_eq!(refused.refusal.code, Code::TokenRefused);
    assert!(service.store().api_tokens(service.now()).await.unwrap().is_empty());
    // Demoted: the plan is asked again under the lock. Without a session the maker is the test itself.
    let by = Actor::user(caller.user, ADDRESS.to_string());
    give_roles(&world, 0, "carol", &[Role::Operator]).await;
    assert_eq!(service.make_token(by, new(), ADDRESS).await.unwrap_err().refusal.code, Code::DeniedRole);
    assert!(service.store().api_tokens(service.now()).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_program_s_token_ends_at_its_moment_and_none_is_made_that_is_over_run_11() {
    let world = World::claimed(Place::Sqlite, 1).await;
    let now = world.at(0).now();
    assert_eq!(make(&world, 0, "admin", USERS, Some(now)).await.unwrap_err(), Code::InvalidArgument);
    let end = now.plus(3_600_000);
    let token = make(&world, 0, "admin", USERS, Some(end)).await.unwrap();
    let at = |moment| world.at(0).authenticate(token.reveal(), Audience::Api, moment);
    assert!(matches!(at(end.plus(-1)), Ok(Known::Caller(_))));
    assert_eq!(at(end), Err(Code::TokenRefused));
    // Without use it does not end.
    let lasting = make(&world, 0, "admin", USERS, None).await.unwrap();
    let years = now.plus(20 * 365 * 86_400_000);
    assert!(matches!(world.at(0).authenticate(lasting.reveal(), Audience::Api, years), Ok(Known::Caller(_))));
}
