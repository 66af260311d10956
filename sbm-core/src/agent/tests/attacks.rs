//! What a lying server sends, and what a damaged cache holds: each its own error, and the floor (OFF-3).

use super::*;

#[test]
fn fourteen_attacks_are_fourteen_errors_and_the_floor_off_3() {
    let wide = RightSet::ALL_ACCESS;
    let list = List::new(vec![entry(2, 20)]);
    let good = head_of(&list, 1, 20, wide);
    let other_list = List::new(vec![entry(3, 20)]);
    let again = List::new(vec![ListEntry { delete: true, ..entry(1, 5) }]);
    let with_head = |head: Signed| CheckInAnswer { head: Some(head), ..answer(&good, &list) };
    let mut flipped = sign(&good);
    flipped.bytes[40] ^= 1;
    let truncated = key(11).sign(Domain::Head, good.to_bytes()[..100].to_vec());
    let oversize = key(11).sign(Domain::Head, vec![b' '; 513]);
    let forged_keys = key(2).sign(Domain::Keys, keys(2).bytes);
    let older = head_of(&list, 1, 9, wide);
    let conflict = head_of(&list, 1, 10, wide);
    let jump = Head { epoch: 2, ..good.clone() };
    let unknown = Head { critical: vec!["quotas".into()], ..good.clone() };
    let replay = head_of(&again, 1, 20, wide);
    let attacks: Vec<(&str, CheckInAnswer, Code)> = vec![
        ("unsigned", with_head(Signed { signature: None, ..sign(&good) }), Code::HeadUnsigned),
        ("stripped", with_head(Signed { signature: Some(vec![]), ..sign(&good) }), Code::HeadSignatureStripped),
        ("wrong key", with_head(key(5).sign(Domain::Head, good.to_bytes())), Code::HeadWrongKey),
        (
            "wrong device",
            with_head(sign(&Head { device: InstallationId::from_bytes([2; 16]), ..good.clone() })),
            Code::HeadOtherDevice,
        ),
        ("older number", answer(&older, &list), Code::HeadOlder),
        ("equal number, other content", answer(&conflict, &list), Code::HeadConflict),
        ("replayed tombstone", answer(&replay, &again), Code::TombstoneReplayed),
        ("epoch jump", with_head(key(11).sign(Domain::Head, jump.to_bytes())), Code::EpochJump),
        (
            "list A with head B",
            CheckInAnswer { list: Some(String::from_utf8(other_list.to_bytes()).unwrap()), ..answer(&good, &list) },
            Code::ListMismatch,
        ),
        ("oversize", with_head(oversize), Code::DocumentTooLarge),
        ("truncated", with_head(truncated), Code::DocumentTruncated),
        ("flipped", with_head(flipped), Code::HeadSignatureInvalid),
        ("unknown critical feature", with_head(sign(&unknown)), Code::UnknownCriticalFeature),
        ("forged keys", CheckInAnswer { keys: Some(forged_keys), ..answer(&good, &list) }, Code::KeysInvalid),
        ("older keys", CheckInAnswer { keys: Some(keys(0)), ..answer(&good, &list) }, Code::KeysOlder),
    ];
    for (what, answer, code) in attacks {
        let mut client = Client::managed();
        client.sync_with(at(1), answer.clone());
        assert_eq!(client.events.last(), Some(&Event::Rejected(code)), "{what}");
        assert_floor(&client, code);
        client.restart();
        assert_floor(&client, code);
        assert_eq!(client.standing(), Connection::Refused(code), "{what}");
        // The next honest answer heals.
        client.sync_with(at(2), CheckInAnswer::default());
        assert_eq!(client.may(Action::Create, Resource::Local), Decision::ALLOW, "{what}");
    }
}

#[test]
fn list_a_with_body_b_is_refused_off_3() {
    let mut client = Client::managed();
    let list = List::new(vec![entry(2, 20)]);
    let answer = answer(&head_of(&list, 1, 20, RightSet::ALL_ACCESS), &list);
    client.agent.start_sync(at(1), Cause::OnDemand).unwrap();
    let mut serve = well_behaved(answer);
    client.drive(at(1), &mut |request| match request {
        Request::Body { .. } => Answer::Body(b"another body".to_vec()),
        other => serve(other),
    });
    assert_eq!(client.events.last(), Some(&Event::Rejected(Code::BodyMismatch)));
    assert_floor(&client, Code::BodyMismatch);
    assert_eq!(client.disk.bodies.len(), 1);
}

#[test]
fn every_flipped_bit_of_a_stored_head_and_list_is_the_floor_off_3() {
    let client = Client::managed();
    let good = client.disk.trust.clone();
    for index in 0..good.head.as_ref().unwrap().bytes.len() {
        let mut disk = client.disk.clone();
        disk.trust.head.as_mut().unwrap().bytes[index] ^= 1;
        let agent = Agent::new(disk, 1);
        assert!(matches!(agent.view().connection(), Connection::Floor(_)), "byte {index} of the head");
    }
    for index in 0..good.list.as_ref().unwrap().len() {
        let mut bytes = good.list.clone().unwrap().into_bytes();
        bytes[index] ^= 1;
        let mut disk = client.disk.clone();
        disk.trust.list = Some(String::from_utf8_lossy(&bytes).into_owned());
        assert_eq!(Agent::new(disk, 1).view().connection(), Connection::Floor(Code::ListMismatch), "byte {index} of the list");
    }
}
