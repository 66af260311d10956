//! What a client does when its server, its cache, or its choice of a server changed under it (OFF-3, HIS-3).

use super::*;

/// Which writes a check-in with this word about history leads to.
fn told(before: u64, acknowledged: Option<u64>) -> (u64, Vec<Write>) {
    let mut client = Client::managed();
    client.disk.trust.acknowledged = before;
    client.restart();
    client.agent.start_sync(at(1), Cause::OnDemand).unwrap();
    let mut writes = vec![];
    let mut serve = well_behaved(CheckInAnswer { acknowledged, ..CheckInAnswer::default() });
    while let Some(step) = client.agent.poll() {
        match step {
            Step::Persist(these) => writes.extend(these),
            Step::Send(request) => {
                let answer = serve(&request);
                client.agent.handle_answer(at(1), answer);
            }
            Step::ReadOutbox { .. } => client.agent.handle_outbox(at(1), vec![]),
            Step::Notify(_) => {}
        }
    }
    writes.retain(|write| matches!(write, Write::SendAgain | Write::RaiseSequence(_)));
    (client.agent.trust().acknowledged, writes)
}

#[test]
fn a_word_about_history_is_followed_as_far_as_a_copy_can_explain_it_his_3() {
    assert_eq!(told(5, None), (5, vec![]));
    assert_eq!(told(5, Some(3)), (3, vec![Write::SendAgain]), "the server came from an older copy");
    assert_eq!(told(5, Some(9)), (9, vec![Write::RaiseSequence(9)]), "our cache did");
    assert_eq!(told(5, Some(u64::MAX)), (5, vec![]), "no copy explains that");
}

#[test]
fn what_was_set_aside_is_no_measure_of_how_far_history_is_his_3() {
    let mut client = Client::managed();
    client.run_ends(1);
    client.run_ends(2);
    client.agent.start_sync(at(1), Cause::OnDemand).unwrap();
    let mut serve = well_behaved(CheckInAnswer::default());
    client.drive(at(1), &mut |request| match request {
        Request::Runs(records) => Answer::Runs(RunsAnswer {
            receipts: records
                .iter()
                .map(|record| {
                    let fate = if record.sequence == 2 { Fate::SetAside } else { Fate::Accepted };
                    Receipt { id: Some(record.id), fate, reason: None }
                })
                .collect(),
        }),
        other => serve(other),
    });
    assert_eq!((client.disk.trust.acknowledged, client.outbox.len()), (1, 0), "both receipts are final");
}

#[test]
fn a_run_that_ends_is_sent_behind_a_check_in_his_3() {
    let mut client = Client::managed();
    client.sent.clear();
    client.run_ends(1);
    client.agent.start_sync(at(1), Cause::RunEnded).unwrap();
    client.drive(at(1), &mut well_behaved(CheckInAnswer::default()));
    assert!(matches!(client.sent[..], [Request::CheckIn(_), Request::Runs(_)]), "{:?}", client.sent);
}

#[test]
fn a_login_takes_newer_keys_over_and_nothing_of_another_server_counts() {
    let login = |root: u8, keys: Signed| {
        let mut client = Client::managed();
        client.disk.trust.acknowledged = 7;
        client.restart();
        let root = key(root).verifying_key();
        let session = DeviceSession { token: Secret::new("t"), user: Name::new("carol").unwrap(), root, keys };
        client.agent.handle_login(at(1), "sbm://localhost".parse().unwrap(), "carol", session).unwrap();
        let trust = client.agent.trust();
        (trust.head.is_some(), trust.seen, trust.acknowledged, trust.keys.clone().unwrap())
    };
    let other = key(2).sign(Domain::Keys, keys(1).bytes);
    assert_eq!(login(1, keys(1)), (true, Number::new(1, 10), 7, keys(1)));
    assert_eq!(login(1, keys(3)), (false, Number::new(1, 10), 7, keys(3)), "newer keys of the same server");
    assert_eq!(login(2, other.clone()), (false, Number::ZERO, 0, other), "another server");
}
