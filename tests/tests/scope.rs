//! Every route × every role × an object of one's own account, of one below, above, beside, and of another root account: what
//! is outside of one's scope is answered as what never was (ACC-4, USR-1, USR-10).
//!
//! The table is in [`rows`]. A route without a row there fails [`every_route_has_a_row_acc_4`].
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod scope {
    pub mod rows;
    pub mod world;
}

use std::collections::BTreeSet;
use std::sync::Arc;

use sbm_client::core::code::Code;
use sbm_server::clock::SystemClock;
use sbm_server::http::operation::Operation;
use sbm_server::http::routes::all;
use sbm_server::http::{Access, Edge};

use self::scope::rows::{Ask, Row, row};
use self::scope::world::{OUTSIDE, SHARED, Target, World};

/// The routes of the server.
fn operations(world: &World) -> Vec<&'static str> {
    rows_of(world).iter().map(|operation| operation.id).collect()
}

fn rows_of(world: &World) -> Vec<&'static Operation> {
    let service = world.server.service();
    let edge = Edge {
        door: service.door(),
        authenticator: Arc::clone(&service) as _,
        clock: Arc::new(SystemClock),
        hosts: service.config().host_names(),
        limits: service.config().limits,
    };
    all(edge).operations().to_vec()
}

#[test]
fn every_route_has_a_row_acc_4() {
    let world = World::new();
    let missing: Vec<&str> = operations(&world).into_iter().filter(|id| row(id, &Target::never()).is_none()).collect();
    assert_eq!(missing, Vec::<&str>::new(), "add a row for each to tests/tests/scope/rows.rs: which objects can it name?");
}

/// Who was given roles at accounts below sees in each task what he may see there: a route that states no task shows what is his
/// own, and asks by itself what else he may see.
#[test]
fn a_route_of_persons_that_states_no_task_is_about_whoever_asks_usr_5_acc_4() {
    let asks_itself =
        ["list_sessions", "end_session", "create_token", "list_tokens", "revoke_token", "enrol_agent", "release_device"];
    let world = World::new();
    let persons = |row: &&&Operation| matches!(row.access, Access::Console | Access::ConsoleOrApi) && row.task.is_none();
    let others: Vec<&str> = rows_of(&world)
        .iter()
        .filter(persons)
        .map(|operation| operation.id)
        .filter(|id| !asks_itself.contains(id) && !matches!(row(id, &Target::never()), Some(Row::Nothing(_))))
        .collect();
    assert_eq!(others, Vec::<&str>::new(), "say which task each is of, with `reads` or `writes`");
}

/// An answer, with the names that were asked for taken out of it.
fn told(world: &World, ask: &Ask, token: &str, target: &Target) -> (u16, String) {
    let answer = world.ask(ask, token);
    let head: Vec<&str> = answer
        .head
        .lines()
        // The clock, and the length of the names.
        .filter(|line| !["sbm-time:", "date:", "content-length:"].iter().any(|name| line.starts_with(name)))
        .collect();
    let text = format!("{}\n{}", head.join("\n"), String::from_utf8_lossy(&answer.body));
    (answer.status, target.forgotten(&text))
}

/// Deletions come last, those of users and accounts behind all.
fn in_order(mut operations: Vec<&'static str>) -> Vec<&'static str> {
    let rank = |id: &&str| match *id {
        "act_on_accounts" => 4,
        "delete_user" => 3,
        "remove_device" => 2,
        id if ["delete_", "end_", "revoke_", "remove_"].iter().any(|begin| id.starts_with(begin)) => 1,
        _ => 0,
    };
    operations.sort_by_key(rank);
    operations
}

#[test]
fn what_is_outside_of_one_s_scope_is_answered_as_what_never_was_on_every_route_in_every_role_acc_4_usr_1() {
    let world = World::new();
    let operations = in_order(operations(&world));
    let never = Target::never();
    let before = world.revision();
    let mut compared = 0;
    for id in &operations {
        let asks = |target: &Target| row(id, target).map(Row::objects).unwrap_or_default();
        for (at, nobody) in asks(&never).iter().enumerate() {
            for (role, token) in &world.roles {
                let token = world.token_for(nobody, token);
                let wanted = told(&world, nobody, token, &never);
                for tag in OUTSIDE {
                    let target = world.target(tag);
                    let found = told(&world, &asks(target)[at], token, target);
                    assert_eq!(found, wanted, "{id} as {role}: {tag} and never, {:?}", asks(target)[at]);
                    compared += 1;
                }
            }
        }
        assert_eq!(world.revision(), before, "{id} changed something");
    }
    assert!(compared > 1_000, "{compared}");
    // The same acts reach what is one's own and what is below, or nothing above would be shown by the sameness.
    for id in &operations {
        let asks = |target: &Target| row(id, target).map(Row::objects).unwrap_or_default();
        for (at, nobody) in asks(&never).iter().enumerate() {
            let wanted = told(&world, nobody, world.token_for(nobody, &world.whole), &never);
            for tag in ["below", "ownnn"] {
                let target = world.target(tag);
                let ask = &asks(target)[at];
                if ask.is_own_only && tag != "ownnn" {
                    continue;
                }
                let found = told(&world, ask, world.token_for(ask, &world.whole), target);
                assert_ne!(found, wanted, "{id} of {tag} is answered as if it were not there: {ask:?}");
            }
        }
    }
}

#[test]
fn no_list_and_no_file_shows_anything_of_outside_in_any_role_acc_4() {
    let world = World::new();
    for id in operations(&world) {
        let Some(Row::List { path, shows }) = row(id, &Target::never()) else { continue };
        for (role, token) in &world.roles {
            for file in [false, true] {
                let answer = world.list(&path, token, file);
                let text = String::from_utf8_lossy(&answer.body).to_lowercase();
                for tag in OUTSIDE {
                    let words = world.target(tag).words();
                    let seen: Vec<&String> = words.iter().filter(|word| text.contains(&word.to_lowercase())).collect();
                    assert!(seen.is_empty(), "{id} as {role} shows {seen:?} of {tag}: {text}");
                }
                if answer.status != 200 {
                    assert_eq!(answer.code(), Some(Code::DeniedRole), "{id} as {role}");
                }
            }
        }
        let own = world.list(&path, &world.whole, false);
        let text = String::from_utf8_lossy(&own.body).into_owned();
        for tag in ["ownnn", "below"] {
            let word = shows(world.target(tag));
            assert!(text.contains(&word), "{id} does not show `{word}` of {tag}: {text}");
        }
    }
}

#[test]
fn a_name_that_is_taken_outside_is_refused_alike_wherever_it_is_and_says_nothing_but_itself_usr_1() {
    let world = World::new();
    let before = world.revision();
    for id in operations(&world) {
        let asks = |tag: &str| row(id, world.target(tag)).map(Row::names).unwrap_or_default();
        for at in 0..asks("above").len() {
            for (role, token) in &world.roles {
                let seen: BTreeSet<(u16, String)> = ["above", "roott", "besid"]
                    .iter()
                    .map(|tag| told(&world, &asks(tag)[at], token, world.target(tag)))
                    .collect();
                assert_eq!(seen.len(), 1, "{id} as {role}: {seen:?}");
                let (status, text) = seen.first().unwrap();
                // Who may do it at several accounts is asked first at which (422).
                assert!([403, 404, 409, 422].contains(status), "{id} as {role}: {text}");
                for tag in OUTSIDE {
                    assert!(!world.target(tag).words().iter().any(|word| text.contains(word)), "{id} as {role}: {text}");
                }
            }
        }
    }
    assert_eq!(world.revision(), before);
}

#[test]
fn what_is_the_server_s_own_is_nobody_s_below_the_operator_acc_4_usr_10() {
    let world = World::new();
    for id in operations(&world) {
        let Some(Row::Server(asks)) = row(id, &Target::never()) else { continue };
        for ask in &asks {
            for (role, token) in &world.roles {
                let code = world.ask(ask, token).code();
                let wanted = [Code::DeniedRole, Code::DeniedModule];
                assert!(code.is_some_and(|code| wanted.contains(&code)), "{id} as {role}: {code:?}");
            }
        }
    }
}

#[test]
fn the_log_of_an_account_has_what_is_about_it_and_counts_and_names_nothing_of_outside_run_12_acc_4_dec_3() {
    let world = World::new();
    let shown = |path: &str, token: &str| -> serde_json::Value { world.list(path, token, false).json() };
    let all = |token: &str| {
        let (mut items, mut next) = (Vec::new(), String::new());
        loop {
            let page = shown(&format!("/v1/audit?limit=7{next}"), token);
            items.extend(page["items"].as_array().unwrap().clone());
            match page["next"].as_str() {
                Some(after) => next = format!("&after={after}"),
                None => return items,
            }
        }
    };
    let before = all(&world.whole);
    // Done above, beside and in the other root account: nothing of it is seen or counted.
    for tag in OUTSIDE {
        world.describe(tag, world.target(tag));
    }
    assert_eq!(all(&world.whole), before);
    assert!(before.iter().rev().zip(1_u64..).all(|(entry, place)| entry["number"] == place), "a place each");
    assert!(before.iter().all(|entry| entry["hash"] == "0".repeat(64)));
    // Done from above to what is here: that it was done, and no more.
    let own = world.target("ownnn");
    world.describe("above", own);
    let after = all(&world.whole);
    assert_eq!(after.len(), before.len() + 1);
    let told = &after[0];
    let word = |key: &str| told[key].as_str().unwrap();
    assert_eq!((word("act"), word("object"), word("outcome")), ("user.modify", own.login.as_str(), "ok"));
    assert_eq!((word("actor"), word("address"), word("detail")), ("somebody above", "", ""));
    let text = serde_json::to_string(&after).unwrap();
    for tag in OUTSIDE {
        let words = world.target(tag).words();
        let seen: Vec<&String> = words.iter().filter(|word| text.to_lowercase().contains(&word.to_lowercase())).collect();
        assert!(seen.is_empty(), "{tag}: {seen:?}");
    }
    // Nobody is found by a name that is not told; a cursor of the whole log is none here.
    assert_eq!(shown("/v1/audit?actor=boss-above", &world.whole)["items"], serde_json::json!([]));
    for wrong in ["5", "0", "before-0"] {
        assert_eq!(world.list(&format!("/v1/audit?after={wrong}"), &world.whole, false).code(), Some(Code::InvalidQuery));
    }
    // Who was given the role at accounts below his own reads of those.
    let (_, token) = world.roles.iter().find(|(role, _)| *role == "granted below").unwrap();
    let below = serde_json::to_string(&all(token)).unwrap();
    assert!(below.contains("user-below") && below.contains("user-depot") && !below.contains("user-ownnn"), "{below}");
    // Who reads the whole log is told who it was.
    let whole = shown("/v1/audit?limit=1&act=user.modify", &world.superuser());
    let newest = &whole["items"][0];
    assert_eq!((newest["actor"].as_str(), newest["object"].as_str()), (Some("boss-above"), Some(own.login.as_str())));
}

#[test]
fn what_was_given_from_above_is_not_named_to_who_is_below_acc_4_dec_3() {
    let world = World::new();
    let own = world.target("ownnn");
    // The group and the security profile of the user, the group of the profile, who uploaded it, and who holds it.
    let shown = |path: &str| String::from_utf8(world.list(path, &world.whole, false).body).unwrap();
    let user = shown(&format!("/v1/users/{}", own.user));
    assert!(user.contains("set above your account") && user.contains(&own.group), "{user}");
    let profile = shown(&format!("/v1/profiles/{}", own.guid));
    assert!(profile.contains("\"uploaded_by\":\"somebody above\"") && profile.contains(&own.group), "{profile}");
    let holders = shown(&format!("/v1/profiles/{}/holders", own.guid));
    assert!(holders.contains(&own.installation), "{holders}");
    let revisions = shown(&format!("/v1/profiles/{}/revisions", own.guid));
    let group = shown(&format!("/v1/groups/{}", own.group));
    assert!(group.contains("\"users\":1") && group.contains("\"profiles\":1"), "who is outside does not count: {group}");
    for text in [user, profile, holders, revisions, group] {
        for tag in OUTSIDE {
            let words = world.target(tag).words();
            assert!(!words.iter().any(|word| text.to_lowercase().contains(&word.to_lowercase())), "{tag}: {text}");
        }
    }
    // What the device of that user is given goes by the memberships alone (PRO-1).
    let facts = world.server.service().facts();
    let device = facts.devices().find(|device| device.installation.to_string() == own.installation).unwrap();
    let list = String::from_utf8(facts.head_for(device).unwrap().list).unwrap();
    assert!(list.contains(SHARED) && list.contains(&own.guid), "{list}");
}
