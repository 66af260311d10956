//! Time, as tables on a clock of the test's own: the longest time offline (OFF-3), the hour of kept history (OFF-4), and who is
//! managed at all (DEC-6).

use super::*;
use crate::time::MINUTE;

const LIMIT: i64 = DAY;
const YEAR: i64 = 365 * DAY;

/// A client whose last contact was at moment 0 and that may be offline for a day.
fn limited() -> Client {
    let mut client = Client::managed();
    let list = List::new(vec![entry(1, 10)]);
    let head = Head { max_offline: Some(LIMIT as u64 / 1_000), ..head_of(&list, 1, 11, RightSet::ALL_ACCESS) };
    client.sync_with(at(0), answer(&head, &list));
    client
}

enum Then {
    /// A question at that moment, and whether rights are as in the head.
    Asks(i64, bool),
    /// A try at that moment that does not reach the server.
    Tries(i64),
    /// The program ends and starts again.
    Restarts,
    /// A verified contact at that moment by the client's clock.
    Contact(i64),
}

/// As the client does it: one view is asked until another is published.
struct Host {
    client: Client,
    view: View,
    contact: Option<Timestamp>,
}

impl Host {
    fn publish(&mut self) {
        if let Some(latest) = self.view.latest() {
            self.client.agent.handle_moment(self.contact, latest);
        }
        (self.view, self.contact) = (self.client.agent.view(), self.client.agent.trust().contact);
    }
}

#[test]
fn age_only_narrows_and_no_trick_with_the_clock_revives_anything_off_3() {
    use Then::{Asks, Contact, Restarts, Tries};

    let table: &[(&str, &[Then])] = &[
        ("the day passes", &[Asks(1, true), Asks(LIMIT, true), Asks(LIMIT + 1, false), Asks(YEAR, false)]),
        ("set back by an hour after it", &[Asks(LIMIT + 1, false), Asks(LIMIT + 1 - HOUR, false)]),
        ("set back by a day", &[Asks(LIMIT + 1, false), Asks(1, false)]),
        ("set back by ten years", &[Asks(LIMIT + 1, false), Asks(-10 * YEAR, false)]),
        (
            "set back by ten years, and a failed try",
            &[Asks(LIMIT + 1, false), Asks(-10 * YEAR, false), Tries(-10 * YEAR), Asks(-10 * YEAR, false)],
        ),
        ("set forward by ten years and back", &[Asks(10 * YEAR, false), Asks(1, false)]),
        (
            "set back before it: as old as it was",
            &[Asks(LIMIT / 2, true), Asks(-YEAR, true), Asks(LIMIT / 2, true), Asks(LIMIT + 1, false)],
        ),
        ("a failed try keeps the moment over a restart", &[Asks(LIMIT + 1, false), Tries(LIMIT + 2), Restarts, Asks(1, false)]),
        ("a question and a failed try after it keep it too", &[Asks(LIMIT + 1, false), Tries(1), Restarts, Asks(1, false)]),
        ("contact ends it", &[Asks(LIMIT + 1, false), Contact(LIMIT + 2), Asks(LIMIT + 3, true), Asks(2 * LIMIT + 3, false)]),
        (
            "contact corrects a clock that was ahead",
            &[Asks(10 * YEAR, false), Contact(HOUR), Asks(HOUR + 1, true), Asks(HOUR + LIMIT + 1, false)],
        ),
        (
            "contact corrects a clock that was behind",
            &[Asks(LIMIT + 1, false), Contact(-YEAR), Asks(1 - YEAR, true), Asks(LIMIT + 1 - YEAR, false)],
        ),
        ("the end of time", &[Asks(i64::MAX / 2, false), Asks(i64::MIN / 2, false)]),
    ];
    for (what, steps) in table {
        let client = limited();
        let (view, contact) = (client.agent.view(), client.agent.trust().contact);
        let mut host = Host { client, view, contact };
        for (number, step) in steps.iter().enumerate() {
            match step {
                Asks(now, wide) => {
                    let decision = host.view.decide(Action::Create, Resource::Local, || at(*now));
                    let code = if *wide { Code::Ok } else { Code::DeniedOfflineAge };
                    assert_eq!(decision.code, code, "{what}, step {number}");
                    let restore = host.view.decide(Action::Restore, Resource::Local, || at(*now));
                    assert_eq!(restore.effect, Effect::Allow, "{what}, step {number}: restores go on");
                }
                Tries(now) => {
                    host.publish();
                    host.client.agent.start_sync(at(*now), Cause::Due).unwrap();
                    host.client.drive(at(*now), &mut |_| Answer::Failed(Code::Unreachable));
                    host.publish();
                }
                Restarts => {
                    host.client.restart();
                    (host.view, host.contact) = (host.client.agent.view(), host.client.agent.trust().contact);
                }
                Contact(now) => {
                    host.publish();
                    host.client.sync_with(at(*now), CheckInAnswer::default());
                    host.publish();
                }
            }
        }
    }
}

#[test]
fn without_a_limit_age_says_nothing_off_1() {
    let client = Client::managed();
    for now in [0, DAY, 100 * YEAR, -YEAR] {
        let decision = client.agent.view().decide(Action::Create, Resource::Local, || at(now));
        assert_eq!(decision, Decision::ALLOW, "{now}");
    }
    assert_eq!(client.agent.view().latest(), None);
}

#[test]
fn kept_history_goes_an_hour_after_the_last_and_no_clock_blocks_it_off_4() {
    // The last upload of kept history was at 0. When is the next one that is due by itself?
    for (now, goes) in [
        (1, false),
        (HOUR - 1, false),
        (HOUR, true),
        (HOUR + 1, true),
        (YEAR, true),
        (-1, true),
        (-HOUR, true),
        (-10 * YEAR, true),
    ] {
        let mut client = Client::managed();
        client.run_ends(1);
        client.agent.start_sync(at(0), Cause::OnDemand).unwrap();
        client.drive(at(0), &mut well_behaved(CheckInAnswer::default()));
        assert_eq!(client.outbox.len(), 0);
        client.run_ends(2);
        client.agent.start_sync(at(now), Cause::Due).unwrap();
        client.drive(at(now), &mut well_behaved(CheckInAnswer::default()));
        assert_eq!(client.outbox.is_empty(), goes, "{} minutes later", now / MINUTE);
        client.agent.start_sync(at(now), Cause::OnDemand).unwrap();
        client.drive(at(now), &mut well_behaved(CheckInAnswer::default()));
        assert!(client.outbox.is_empty(), "on demand at once");
    }
}

#[test]
fn checks_come_again_whatever_the_clock_does_pro_8() {
    for (now, due) in [
        (1, false),
        (54 * MINUTE - 1, false),
        (60 * MINUTE, true),
        (YEAR, true),
        (-5 * MINUTE, false),
        (-HOUR, true),
        (-YEAR, true),
    ] {
        let mut client = Client::managed();
        client.sync_with(at(0), CheckInAnswer::default());
        // Within six minutes the jitter may say either.
        let is_due = client.agent.is_check_due(at(now));
        assert!(is_due == due || now == -5 * MINUTE, "{} minutes", now / MINUTE);
    }
}

#[test]
fn who_is_managed_is_told_by_what_was_saved_and_nothing_else_dec_6() {
    type Change = fn(&mut Snapshot);
    let table: &[(&str, Change, Connection)] = &[
        ("never enrolled", |_| {}, Connection::Unmanaged),
        ("never enrolled, and a later moment", |disk| disk.trust.latest = at(YEAR), Connection::Unmanaged),
        (
            "tested and locked, never enrolled",
            |disk| disk.trust.lock = Some(Lock { connection: "sbm://a".parse().unwrap(), user: "carol".into() }),
            Connection::Unmanaged,
        ),
        (
            "a connection alone",
            |disk| disk.trust.connection = Some("sbm://a".parse().unwrap()),
            Connection::Floor(Code::CacheMissing),
        ),
        ("the cache is missing", |disk| disk.fault = Some(Code::CacheMissing), Connection::Floor(Code::CacheMissing)),
        ("the cache is damaged", |disk| disk.fault = Some(Code::CacheDamaged), Connection::Floor(Code::CacheDamaged)),
        ("the cache is of a later version", |disk| disk.fault = Some(Code::CacheNewer), Connection::Floor(Code::CacheNewer)),
    ];
    for (what, change, standing) in table {
        let mut client = Client::fresh();
        change(&mut client.disk);
        client.restart();
        assert_eq!(client.standing(), *standing, "{what}");
        let wide = client.may(Action::Create, Resource::Local).effect != Effect::Deny;
        assert_eq!(wide, *standing == Connection::Unmanaged, "{what}");
    }
    // Enrolled once, it stays managed: whatever is taken away narrows.
    let taken: [(&str, Change); 4] = [
        ("the list", |disk| disk.trust.list = None),
        ("the head", |disk| disk.trust.head = None),
        ("the keys", |disk| disk.trust.keys = None),
        ("the root key", |disk| disk.trust.root = None),
    ];
    for (what, take) in taken {
        let mut client = Client::managed();
        take(&mut client.disk);
        client.restart();
        assert!(matches!(client.standing(), Connection::Floor(_)), "{what}: {:?}", client.standing());
        assert_eq!(client.may(Action::Create, Resource::Local).effect, Effect::Deny, "{what}");
    }
}
