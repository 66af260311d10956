//! Who logs in, is refused, logs out, or never did (DEC-6, OFF-2, OFF-3).

use super::*;

#[test]
fn a_refusal_narrows_across_restarts_and_outages_until_the_next_success_off_2() {
    for code in [Code::UserDisabled, Code::TokenRefused, Code::DeviceRemoved, Code::WrongAudience] {
        let mut client = Client::managed();
        client.agent.start_sync(at(1), Cause::OnDemand).unwrap();
        client.drive(at(1), &mut |_| Answer::Refused(code));
        assert_eq!(client.events.last(), Some(&Event::Refused(code)));
        assert_floor(&client, code);
        client.restart();
        assert_floor(&client, code);
        client.agent.start_sync(at(2), Cause::OnDemand).unwrap();
        client.drive(at(2), &mut |_| Answer::Failed(Code::Unreachable));
        assert_floor(&client, code);
        client.sync_with(at(3), CheckInAnswer::default());
        assert_eq!(client.may(Action::Create, Resource::Local), Decision::ALLOW);
    }
}

#[test]
fn logging_out_narrows_and_never_widens() {
    let mut client = Client::managed();
    client.agent.handle_logout(at(1));
    client.drive(at(1), &mut |_| Answer::Failed(Code::Unreachable));
    assert_floor(&client, Code::NotLoggedIn);
    assert_eq!(client.agent.start_sync(at(2), Cause::OnDemand), Err(Code::NotLoggedIn));
    client.restart();
    assert_floor(&client, Code::NotLoggedIn);
}

#[test]
fn a_login_keeps_the_head_as_proof_and_another_user_has_nothing_of_it_off_3() {
    for (login, restores) in [("carol", true), ("bob", false), ("globex>carol", false)] {
        let user = login.rsplit('>').next().unwrap();
        let mut client = Client::managed();
        let session = DeviceSession {
            token: Secret::new("token"),
            user: Name::new(user).unwrap(),
            root: key(1).verifying_key(),
            keys: keys(1),
        };
        client.agent.handle_login(at(1), "sbm://localhost".parse().unwrap(), login, session).unwrap();
        client.drive(at(1), &mut |_| Answer::Failed(Code::Unreachable));
        client.agent.start_sync(at(1), Cause::OnDemand).unwrap();
        client.drive(at(1), &mut |_| Answer::Failed(Code::Unreachable));
        client.restart();
        assert_eq!(client.may(Action::Restore, Resource::Local).effect == Effect::Allow, restores, "{login}");
        assert_eq!(client.may(Action::RunScheduled, MANAGED).effect == Effect::Allow, restores, "{login}");
        assert_eq!(client.may(Action::Create, Resource::Local).code, Code::DeniedFloor);
        client.sent.clear();
        client.agent.start_sync(at(2), Cause::OnDemand).unwrap();
        client.drive(at(2), &mut |_| Answer::Refused(Code::NumberAhead));
        let asked: Vec<_> =
            client.sent.iter().filter_map(|sent| if let Request::CheckIn(asked) = sent { Some(asked) } else { None }).collect();
        assert_eq!((asked[0].number, asked[1].proof.is_some()), (Number::new(1, 10), true), "{login}");
        let list = List::new(vec![entry(1, 10)]);
        client.sync_with(at(3), answer(&head_of(&list, 1, 11, RightSet::ALL_ACCESS), &list));
        assert_eq!(client.may(Action::Create, Resource::Local), Decision::ALLOW);
    }
}

#[test]
fn a_host_that_was_never_enrolled_is_unmanaged_dec_6() {
    let client = Client::fresh();
    assert_eq!(client.standing(), Connection::Unmanaged);
    assert_eq!(client.may(Action::Create, Resource::Local), Decision::UNMANAGED);
}
