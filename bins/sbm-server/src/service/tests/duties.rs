//! Work that is done by one server for all, and what servers remember of devices that change between them.

use sbm_core::cache::Number;
use sbm_core::time::DAY;
use sbm_core::wire::v1::admin::ProfilePatch;
use sbm_core::wire::v1::device::{CheckIn, Outcome, Runs};
use serde_json::value::RawValue;

use super::*;
use crate::store::{Revoke, Token};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_servers_one_does_what_is_due_and_a_ninth_does_nothing_more() {
    for place in BOTH {
        let mut world = World::claimed(place, 8).await;
        let store = Arc::clone(&world.opened.store);
        world.log_in(0, "admin", PASSWORD).await.unwrap();
        let token = store.live_tokens(world.at(0).now()).await.unwrap().remove(0);
        // One that ended long ago, and one that lives.
        let long_ago = world.at(0).now().plus(-31 * DAY);
        let old = Token { id: 7, hash: sbm_core::id::Hash::of(b"7"), last_used: long_ago, created: long_ago, ..token.clone() };
        let phc = store.password(token.user).await.unwrap().unwrap();
        assert!(store.insert_token(old, phc.into()).await.unwrap());
        store.revoke(Revoke::Token(7)).await.unwrap();
        world.look().await;
        assert_eq!(store.token(7).await, Ok(None), "{place:?}");
        assert!(store.token(token.id).await.unwrap().is_some());
        let day = Duration::from_secs(24 * 3_600);
        for piece in ["ended_tokens", "attempts", "months"] {
            assert!(store.last_done(piece).await.unwrap().is_some(), "{place:?}: {piece}");
            assert_eq!(store.take(piece, day, day).await, Ok(None), "{place:?}: {piece} is not due");
        }
        world.add().await.unwrap();
        world.at(8).do_duties().await;
    }
}

fn run(number: u64) -> Runs {
    let json = format!(
        r#"{{"id":"{number:032x}","sequence":{number},"installation":"{}","computer":"pc","user":"admin",
        "profile":{{"name":"p"}},"thread_start":1,"profile_start":{number},"result":"success","end":2}}"#,
        installation()
    );
    Runs { runs: vec![RawValue::from_string(json).unwrap()] }
}

fn check_in(acknowledged: u64, outcomes: Vec<Outcome>) -> CheckIn {
    CheckIn { number: Number::default(), mark: None, list: None, acknowledged, proof: None, outcomes }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_device_that_changes_servers_is_not_told_to_send_its_history_again_his_3() {
    for place in BOTH {
        let world = World::claimed(place, 2).await;
        world.log_in_device(0, "admin", PASSWORD).await.unwrap();
        let device = world.device(0);
        for number in 1..=4 {
            let (here, there) = ((number % 2) as usize, ((number + 1) % 2) as usize);
            // Both have said what they know before.
            for server in [here, there] {
                let answer = world.at(server).check_in(device, check_in(number - 1, vec![])).await.unwrap();
                assert_eq!(answer.acknowledged, None, "{place:?}: {number} at {server}");
            }
            let answer = world.at(here).ingest(device, run(number)).await.unwrap();
            assert_eq!(answer.receipts.len(), 1);
            let answer = world.at(there).check_in(device, check_in(number, vec![])).await.unwrap();
            assert_eq!(answer.acknowledged, None, "{place:?}: {number} was taken in at the other server");
        }
        // Who says that he knows more than there is hears how much there is.
        let answer = world.at(1).check_in(device, check_in(9, vec![])).await.unwrap();
        assert_eq!(answer.acknowledged, Some(4), "{place:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_device_that_removed_a_profile_at_one_server_and_fetches_it_at_another_is_a_holder_again_pro_7() {
    for place in BOTH {
        let world = World::claimed(place, 2).await;
        world.log_in_device(0, "admin", PASSWORD).await.unwrap();
        world.change(0).await;
        let (device, facts) = (world.device(0), world.at(0).facts());
        let profile = facts.profiles().next().unwrap();
        let (guid, body) = (profile.guid, profile.body);
        // Whoever is in its group may have it.
        let patch = ProfilePatch { new_groups: vec![name("all")], ..ProfilePatch::default() };
        world.act(0, Command::ModifyProfile { guid, patch }).await.unwrap();
        let patch = UserPatch { add_groups: vec![name("all")], ..UserPatch::default() };
        world.act(0, Command::ModifyUser { name: "admin".to_owned(), patch, phc: None }).await.unwrap();
        // What a device said of a profile last is not there until it says something of what it fetched last.
        let holds =
            async || world.at(0).store().holdings(ROOT, guid).await.unwrap().first().is_some_and(|held| held.said.is_none());
        world.at(0).body(device, body).await.unwrap();
        assert!(holds().await);
        let removed = Outcome { guid, revision: 0, failure: None };
        world.at(1).check_in(device, check_in(0, vec![removed])).await.unwrap();
        assert!(!holds().await, "{place:?}: it removed it");
        world.at(0).body(device, body).await.unwrap();
        assert!(holds().await, "{place:?}: it has it again");
    }
}
