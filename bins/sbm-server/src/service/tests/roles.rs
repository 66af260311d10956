//! Roles at accounts are given, taken away and removed at several servers at once: each act is done wholly or not at all, and
//! counts everywhere once it was answered (USR-5, USR-10, RUN-7).

use sbm_core::directory::plan;
use sbm_core::id::GrantId;
use sbm_core::permission::{Ceiling, Task, TaskAccess};
use sbm_core::wire::v1::admin::{NewGrant, NewRole};

use super::*;

const ROUNDS: usize = 10;

fn make() -> Command {
    let tasks = Ceiling::NONE.with(Task::Users, TaskAccess::Read);
    Command::CreateRole(NewRole { name: name("Desk"), description: Text::default(), tasks, account: None })
}

fn give(user: &str, account: &str) -> Command {
    Command::Grant(NewGrant { user: user.into(), role: name("Desk"), account: account.parse().unwrap() })
}

fn remove() -> Command {
    Command::DeleteRole { name: "Desk".into() }
}

/// Whether carol may see users somewhere, as that server has it.
fn may(world: &World, server: usize) -> bool {
    let facts = world.at(server).facts();
    let carol = facts.users().find(|user| user.name.as_str() == "carol").unwrap();
    let actor = Actor { task: Some((Task::Users, TaskAccess::Read)), ..Actor::user(carol.id, ADDRESS.to_string()) };
    let passes = plan::authorise(&facts, &actor, Task::Users, TaskAccess::Read).is_ok();
    assert!(!passes || facts.seen_by(&actor).users().any(|user| user.id == carol.id));
    passes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_remove_a_role_and_give_it_one_is_refused_and_nobody_has_half_of_it_usr_5_usr_10() {
    for place in BOTH {
        let world = World::claimed(place, 2).await;
        world.add_user(0, "carol").await;
        for round in 0..ROUNDS {
            world.act(round % 2, make()).await.unwrap();
            let (given, removed) = tokio::join!(world.act(0, give("carol", "root")), world.act(1, remove()));
            let refused = |done: &Result<Arc<Directory>, Refusal>| done.as_ref().err().map(|refused| refused.code);
            match (refused(&given), refused(&removed)) {
                (None, Some(Code::InUse)) => {
                    assert!(may(&world, 0) && may(&world, 1), "{place:?} {round}");
                    let id = world.at(1).facts().grants().next().unwrap().id;
                    // Two take it away: one does.
                    let ungrant = |server| world.act(server, Command::Ungrant(GrantId(id.0)));
                    let (one, other) = tokio::join!(ungrant(0), ungrant(1));
                    let codes = [refused(&one), refused(&other)];
                    assert!(codes.contains(&None) && codes.contains(&Some(Code::NotFound)), "{place:?} {round}: {codes:?}");
                    world.act(0, remove()).await.unwrap();
                }
                (Some(Code::NotFound), None) => {}
                other => panic!("{place:?} {round}: {other:?}"),
            }
            for server in 0..2 {
                assert!(!may(&world, server), "{place:?} {round} at {server}");
                assert_eq!((world.at(server).facts().roles().count(), world.at(server).facts().grants().count()), (0, 0));
            }
        }
        // Given at both at once it is one grant.
        world.act(0, make()).await.unwrap();
        let (one, other) = tokio::join!(world.act(0, give("carol", "root")), world.act(1, give("carol", "root")));
        assert!(one.is_ok() && other.is_ok());
        for server in 0..2 {
            assert_eq!(world.at(server).facts().grants().count(), 1, "{place:?} at {server}");
        }
    }
}
