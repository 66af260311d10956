//! Sessions as they come, are used and end (RUN-7).

use sbm_core::time::{HOUR, MINUTE};
use sbm_core::wire::v1::session::Secret;
use zeroize::Zeroizing;

use super::*;

const START: Timestamp = Timestamp::from_millis(1_000_000_000);

fn key() -> TokenKey {
    TokenKey::new(Zeroizing::new([9; 32]))
}

fn add(sessions: &Sessions, id: u64, user: u32, device: Option<u32>) -> Secret {
    let audience = if device.is_some() { Audience::Device } else { Audience::Console };
    let limited = device.is_none();
    let token = key().issue(audience, id).unwrap();
    let session = Session {
        id,
        audience,
        account: AccountId::ROOT,
        user: UserId(user),
        device: device.map(DeviceId),
        created: START,
        last_used: START,
        expires: limited.then(|| START.plus(12 * HOUR)),
        idle: limited.then_some(HOUR),
        limit: None,
    };
    sessions.insert(NewSession { session, hash: token.hash });
    token.text
}

fn find(sessions: &Sessions, token: &Secret, audience: Audience, now: Timestamp) -> Result<u64, Code> {
    match sessions.look_up(&key(), token.reveal(), audience, now)? {
        Lookup::Found(session) => Ok(session.id),
        Lookup::Missing(_) => Err(Code::NotFound),
    }
}

#[test]
fn a_token_counts_only_for_its_audience_run_7() {
    let sessions = Sessions::default();
    let (console, device) = (add(&sessions, 1, 1, None), add(&sessions, 2, 1, Some(5)));
    assert_eq!(find(&sessions, &console, Audience::Console, START), Ok(1));
    assert_eq!(find(&sessions, &console, Audience::Device, START), Err(Code::WrongAudience));
    assert_eq!(find(&sessions, &device, Audience::Device, START), Ok(2));
    assert_eq!(find(&sessions, &device, Audience::Console, START), Err(Code::WrongAudience));
}

#[test]
fn a_console_session_ends_by_idling_and_at_last_run_7() {
    let sessions = Sessions::default();
    let token = add(&sessions, 1, 1, None);
    let mut now = START;
    for _ in 0..12 {
        assert_eq!(find(&sessions, &token, Audience::Console, now), Ok(1));
        now = now.plus(HOUR - 1);
    }
    assert_eq!(find(&sessions, &token, Audience::Console, START.plus(12 * HOUR)), Err(Code::TokenRefused));
    let token = add(&sessions, 2, 1, None);
    // As far as this memory knows; `find` tells what is missing as not found.
    assert_eq!(find(&sessions, &token, Audience::Console, START.plus(HOUR)), Err(Code::NotFound));
    assert_eq!(find(&sessions, &token, Audience::Device, START.plus(HOUR)), Err(Code::NotFound));
}

#[test]
fn what_was_read_before_something_was_revoked_is_not_taken_in_behind_it_run_7() {
    type Revocation = fn(&Sessions);
    let revocations: [(&str, Revocation); 3] = [
        ("a token", |sessions| _ = sessions.revoke(1)),
        ("a user", |sessions| drop(sessions.revoke_user(UserId(1), None))),
        ("a device", |sessions| drop(sessions.revoke_device(DeviceId(5)))),
    ];
    for (what, revoke) in revocations {
        let sessions = Sessions::default();
        let token = add(&sessions, 1, 1, Some(5));
        let read = NewSession { session: sessions.of_user(UserId(1))[0], hash: Hash::of(token.reveal().as_bytes()) };
        revoke(&sessions);
        let before = sessions.before();
        assert!(sessions.insert_read(read, before), "{what}: nothing was revoked since");
        // The same again, in the order in which it must not be let in: read, revoked, taken in.
        revoke(&sessions);
        assert!(!sessions.insert_read(read, before), "{what}");
        assert!(sessions.is_empty(), "{what}");
    }
}

#[test]
fn a_clock_set_back_does_not_shorten_what_was_used() {
    let sessions = Sessions::default();
    let token = add(&sessions, 1, 1, None);
    assert_eq!(find(&sessions, &token, Audience::Console, START.plus(30 * MINUTE)), Ok(1));
    assert_eq!(find(&sessions, &token, Audience::Console, START), Ok(1));
    assert_eq!(find(&sessions, &token, Audience::Console, START.plus(80 * MINUTE)), Ok(1));
}

#[test]
fn a_device_session_does_not_end_by_itself() {
    let sessions = Sessions::default();
    let token = add(&sessions, 1, 1, Some(3));
    assert_eq!(find(&sessions, &token, Audience::Device, START.plus(100_000 * HOUR)), Ok(1));
    assert_eq!(sessions.sweep(START.plus(100_000 * HOUR)), Vec::<u64>::new());
}

#[test]
fn what_is_not_in_memory_is_told_as_missing_and_what_is_forged_is_not() {
    let sessions = Sessions::default();
    let token = add(&sessions, 1, 1, None);
    sessions.revoke(1);
    let parsed = key().parse(token.reveal()).unwrap();
    assert_eq!(sessions.look_up(&key(), token.reveal(), Audience::Console, START), Ok(Lookup::Missing(parsed)));
    assert_eq!(sessions.look_up(&key(), "sbmc_AAAA", Audience::Console, START), Err(Code::TokenRefused));
}

#[test]
fn a_token_of_an_earlier_session_with_the_same_id_is_refused() {
    let sessions = Sessions::default();
    let old = add(&sessions, 1, 1, None);
    let new = add(&sessions, 1, 2, None);
    assert_eq!(find(&sessions, &old, Audience::Console, START), Err(Code::TokenRefused));
    assert_eq!(find(&sessions, &new, Audience::Console, START), Ok(1));
}

#[test]
fn sessions_are_revoked_by_user_audience_and_device_run_7() {
    let sessions = Sessions::default();
    add(&sessions, 1, 1, None);
    add(&sessions, 2, 1, Some(5));
    add(&sessions, 3, 2, None);
    add(&sessions, 4, 2, Some(5));
    add(&sessions, 5, 1, None);
    let ids = |user| sessions.of_user(UserId(user)).iter().map(|session| session.id).collect::<Vec<_>>();
    assert_eq!(ids(1), [1, 2, 5]);
    assert_eq!(sessions.revoke_user(UserId(1), Some(Audience::Console)), [1, 5]);
    assert_eq!(sessions.revoke_device(DeviceId(5)), [2, 4]);
    assert_eq!(sessions.revoke_user(UserId(2), None), [3]);
    assert!(sessions.is_empty());
}

#[test]
fn sweeping_forgets_what_is_over() {
    let sessions = Sessions::default();
    add(&sessions, 1, 1, None);
    add(&sessions, 2, 1, Some(5));
    assert_eq!(sessions.sweep(START.plus(HOUR)), [1]);
    assert_eq!(sessions.len(), 1);
}
