//! The agent against a server that signs whatever a test wants, with a cache in memory.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use zeroize::Zeroizing;

mod attacks;
mod clock;
mod login;
mod restore;

use super::*;
use crate::account::AccountState;
use crate::cache::{Domain, Head, KeyDocument, List, ListEntry, Number, Signed, SigningKey};
use crate::id::{AccountId, Guid, InstallationId, RunId, UserId};
use crate::name::{Name, Text};
use crate::permission::{Action, Decision, Effect, Gate, Resource, RightSet};
use crate::run::RunRecord;
use crate::time::{DAY, HOUR};
use crate::wire::v1::device::{CheckInAnswer, Fate, Receipt, RunsAnswer};
use crate::wire::v1::session::Secret;

const HERE: InstallationId = InstallationId::from_bytes([1; 16]);
const GUID: Guid = Guid::from_bytes([9; 16]);
const MANAGED: Resource = Resource::Managed(GUID);

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Zeroizing::new([seed; 32]))
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_000_000_000_000 + millis)
}

/// A server with a root key 1 and, in epoch n, the signing key 10 + n.
fn keys(epoch: u64) -> Signed {
    let document = KeyDocument { v: 1, epoch, keys: vec![key(10 + epoch as u8).verifying_key()], ca: vec![] };
    key(1).sign(Domain::Keys, document.to_bytes())
}

fn entry(revision: u64, stamp: u64) -> ListEntry {
    let body = body(revision);
    ListEntry {
        guid: GUID,
        name: Name::new("Finance").unwrap(),
        description: Text::new("nightly").unwrap(),
        version: 1,
        revision,
        body: Hash::of(&body),
        size: body.len() as u64,
        schedule: None,
        delete: false,
        stamp,
    }
}

fn body(revision: u64) -> Vec<u8> {
    alloc::format!("profile at revision {revision}").into_bytes()
}

fn head_of(list: &List, epoch: u64, revision: u64, rights: RightSet) -> Head {
    Head {
        v: 1,
        epoch,
        revision,
        mark: None,
        device: HERE,
        account: AccountId::ROOT,
        user: UserId(2),
        state: AccountState::Active,
        rights: Some(rights.bits()),
        security_profile: Some("End user".into()),
        list: Hash::of(&list.to_bytes()),
        critical: vec![],
        max_offline: None,
        quota: false,
    }
}

fn sign(head: &Head) -> Signed {
    key(10 + head.epoch as u8).sign(Domain::Head, head.to_bytes())
}

fn answer(head: &Head, list: &List) -> CheckInAnswer {
    CheckInAnswer {
        keys: None,
        head: Some(sign(head)),
        list: Some(String::from_utf8(list.to_bytes()).unwrap()),
        acknowledged: None,
        room: None,
    }
}

/// A cache in memory and the agent on it.
struct Client {
    agent: Agent,
    disk: Snapshot,
    outbox: Vec<RunRecord>,
    events: Vec<Event>,
    sent: Vec<Request>,
}

impl Client {
    /// A client that logged in and checked in once: may run by hand, has one profile at revision 1, is at number 1.10.
    fn managed() -> Self {
        let mut client = Self::fresh();
        client.login();
        let list = List::new(vec![entry(1, 10)]);
        let answer = answer(&head_of(&list, 1, 10, RightSet::ALL_ACCESS), &list);
        client.sync_with(at(0), answer);
        assert_eq!(client.may(Action::Create, Resource::Local), Decision::ALLOW);
        client
    }

    fn fresh() -> Self {
        let disk = Snapshot {
            trust: Trust::new(HERE),
            fault: None,
            applied: vec![],
            queue: vec![],
            bodies: BTreeSet::new(),
            outcomes: vec![],
            stored: None,
        };
        Self { agent: Agent::new(disk.clone(), 7), disk, outbox: vec![], events: vec![], sent: vec![] }
    }

    fn login(&mut self) {
        let session = DeviceSession {
            token: Secret::new("token"),
            user: Name::new("carol").unwrap(),
            root: key(1).verifying_key(),
            keys: keys(1),
        };
        self.agent.handle_login(at(0), "sbm://localhost".parse().unwrap(), "carol", session).unwrap();
        self.drive(at(0), &mut |_| Answer::Failed(Code::Unreachable));
    }

    fn sync_with(&mut self, now: Timestamp, answer: CheckInAnswer) {
        self.agent.start_sync(now, Cause::OnDemand).unwrap();
        let mut server = well_behaved(answer);
        self.drive(now, &mut server);
    }

    /// Does what the agent asks, with the server's answers from `serve`.
    fn drive(&mut self, now: Timestamp, serve: &mut dyn FnMut(&Request) -> Answer) {
        while let Some(step) = self.agent.poll() {
            match step {
                Step::Persist(writes) => writes.into_iter().for_each(|write| self.write(write)),
                Step::Send(request) => {
                    let answer = serve(&request);
                    self.sent.push(request);
                    self.agent.handle_answer(now, answer);
                }
                Step::ReadOutbox { limit, newest } => {
                    let skip = if newest { self.outbox.len().saturating_sub(limit) } else { 0 };
                    let records = self.outbox.iter().skip(skip).take(limit).cloned().collect();
                    self.agent.handle_outbox(now, records);
                }
                Step::Notify(event) => self.events.push(event),
            }
        }
    }

    fn write(&mut self, write: Write) {
        match write {
            Write::Trust(trust) => self.disk.trust = *trust,
            Write::Body { hash, .. } => drop(self.disk.bodies.insert(hash)),
            Write::KeepBodies(kept) => self.disk.bodies.retain(|hash| kept.contains(hash)),
            Write::Queue(queue) => self.disk.queue = queue,
            Write::OutcomesSent(rows) => self.disk.outcomes.retain(|(row, _)| !rows.contains(row)),
            Write::Acknowledge { ids, .. } => self.outbox.retain(|record| !ids.contains(&record.id)),
            Write::ForgetAcknowledged { .. } | Write::RaiseSequence(_) | Write::SendAgain => {}
        }
    }

    /// The host program dies and starts again.
    fn restart(&mut self) {
        self.agent = Agent::new(self.disk.clone(), 8);
    }

    fn may(&self, action: Action, resource: Resource) -> Decision {
        self.agent.view().decide(action, resource, || at(0))
    }

    fn standing(&self) -> Connection {
        self.agent.view().connection()
    }

    fn run_ends(&mut self, sequence: u64) {
        let record = RunRecord {
            id: RunId::v7(at(sequence as i64), [sequence as u8; 10]),
            sequence,
            installation: HERE,
            computer: "pc".into(),
            user: "carol".into(),
            start: serde_json::from_str(r#"{"profile":{"name":"Finance"},"thread_start":1,"profile_start":1}"#).unwrap(),
            finish: serde_json::from_str(r#"{"result":"success","end":2}"#).unwrap(),
            gap: None,
        };
        self.outbox.push(record);
    }
}

/// Answers check-ins as told, bodies by their hash, and takes all history.
fn well_behaved(check_in: CheckInAnswer) -> impl FnMut(&Request) -> Answer {
    let bodies: BTreeMap<Hash, Vec<u8>> = (1..10).map(|revision| (Hash::of(&body(revision)), body(revision))).collect();
    move |request| match request {
        Request::CheckIn(_) => Answer::CheckIn { answer: Box::new(check_in.clone()), server_time: None },
        Request::Body { hash, .. } => Answer::Body(bodies[hash].clone()),
        Request::Runs(records) => Answer::Runs(RunsAnswer {
            receipts: records.iter().map(|record| Receipt { id: Some(record.id), fate: Fate::Accepted, reason: None }).collect(),
        }),
        Request::Stored(_) => Answer::Heard,
    }
}

/// On the floor the schedule of managed profiles and restores go on; everything else is refused with this code.
fn assert_floor(client: &Client, code: Code) {
    for action in Action::ALL {
        let goes_on = matches!(action, Action::RunScheduled | Action::Restore);
        let decision = client.may(action, MANAGED);
        assert_eq!(decision.effect == Effect::Allow, goes_on, "{action:?}");
        assert!(goes_on || decision.code == code, "{action:?}: {decision:?}");
        let local = client.may(action, Resource::Local);
        assert_eq!(local.effect == Effect::Allow, action == Action::Restore, "{action:?}");
    }
}

#[test]
fn a_first_sync_brings_rights_then_bodies_then_changes_pro_8() {
    let client = Client::managed();
    let order: Vec<_> = client.events.iter().skip(1).cloned().collect();
    assert_eq!(order, [Event::Online, Event::PermissionsChanged, Event::ChangesWaiting(1)]);
    assert_eq!(client.disk.queue.len(), 1);
    assert_eq!(client.disk.bodies.len(), 1);
    assert_eq!(client.standing(), Connection::Online);
}

#[test]
fn an_unchanged_client_asks_once_and_hears_nothing_new_off_5() {
    let mut client = Client::managed();
    client.disk.queue.clear();
    client.disk.applied = vec![];
    client.sent.clear();
    client.events.clear();
    client.sync_with(at(HOUR), CheckInAnswer::default());
    assert_eq!(client.sent.len(), 1);
    assert!(!client.events.contains(&Event::PermissionsChanged));
}

#[test]
fn a_fault_of_the_cache_is_the_floor_and_its_own_reason_until_a_login_or_a_sync_off_3_dec_3() {
    for code in [Code::CacheMissing, Code::CacheDamaged, Code::CacheOtherMachine, Code::CacheRolledBack] {
        let mut client = Client::managed();
        client.disk.fault = Some(code);
        client.restart();
        assert_eq!(client.standing(), Connection::Floor(code));
        assert_eq!(client.may(Action::Create, Resource::Local).code, code);
        for action in [Action::RunScheduled, Action::Restore] {
            // Nothing is entitled or granted without list and head; why there is none is what has to be said.
            assert_eq!(client.may(action, MANAGED), Decision::deny(Gate::Floor, code), "{action:?}");
            let told = client.agent.view().explain(action, MANAGED, at(1));
            assert!(told.sentence.ends_with(code.text()), "{}", told.sentence);
            assert_eq!(
                told.change.as_deref(),
                Some("let this computer reach the server once, or log in again; nothing goes on until then")
            );
        }
        let list = List::new(vec![entry(1, 10)]);
        client.sync_with(at(1), answer(&head_of(&list, 1, 10, RightSet::ALL_ACCESS), &list));
        assert_eq!(client.may(Action::Create, Resource::Local), Decision::ALLOW);
    }
}

#[test]
fn unreachable_is_not_refused_off_2() {
    for code in
        [Code::Unreachable, Code::TimedOut, Code::TlsFailed, Code::UntrustedServer, Code::AddressRefused, Code::MalformedAnswer]
    {
        let mut client = Client::managed();
        client.agent.start_sync(at(1), Cause::OnDemand).unwrap();
        client.drive(at(1), &mut |_| Answer::Failed(code));
        assert_eq!(client.standing(), Connection::Offline(code));
        assert_eq!(client.may(Action::Create, Resource::Local), Decision::ALLOW);
    }
    for code in [Code::Busy, Code::Throttled, Code::Internal, Code::DeniedAddress] {
        let mut client = Client::managed();
        client.agent.start_sync(at(1), Cause::OnDemand).unwrap();
        client.drive(at(1), &mut |_| Answer::Refused(code));
        assert_eq!(client.may(Action::Create, Resource::Local), Decision::ALLOW, "{code}");
    }
}

#[test]
fn keys_are_rotated_and_a_client_that_slept_catches_up_off_3() {
    let mut client = Client::managed();
    let list = List::new(vec![entry(1, 10)]);
    // Five rotations later, the revision lower than before: a server that came back from a backup.
    let fresh = CheckInAnswer { keys: Some(keys(6)), ..answer(&head_of(&list, 6, 3, RightSet::NONE), &list) };
    client.sync_with(at(1), fresh);
    assert_eq!(client.agent.view().number(), Number::new(6, 3));
    assert_eq!(client.may(Action::Create, Resource::Local).code, Code::DeniedRight);
    // The old epoch, properly signed then, is no longer accepted.
    client.sync_with(at(2), answer(&head_of(&list, 1, 99, RightSet::ALL_ACCESS), &list));
    assert_eq!(client.events.last(), Some(&Event::Rejected(Code::HeadWrongKey)));
}

#[test]
fn a_number_that_is_ahead_is_proved_with_the_head_off_3() {
    let mut client = Client::managed();
    client.sent.clear();
    client.agent.start_sync(at(1), Cause::OnDemand).unwrap();
    client.drive(at(1), &mut |_| Answer::Refused(Code::NumberAhead));
    let proofs: Vec<bool> =
        client.sent.iter().map(|request| matches!(request, Request::CheckIn(asked) if asked.proof.is_some())).collect();
    assert_eq!(proofs, [false, true]);
    assert_eq!(client.may(Action::Create, Resource::Local), Decision::ALLOW, "it is no refusal of this client");
}

#[test]
fn an_offline_limit_narrows_and_a_clock_set_back_gains_nothing_off_3() {
    let mut client = Client::managed();
    let list = List::new(vec![entry(1, 10)]);
    let head = Head { max_offline: Some(86_400), ..head_of(&list, 1, 11, RightSet::ALL_ACCESS) };
    client.sync_with(at(0), answer(&head, &list));
    let code = |client: &Client, now: i64| client.agent.view().decide(Action::Create, Resource::Local, || at(now)).code;
    assert_eq!(code(&client, DAY), Code::Ok);
    assert_eq!(code(&client, DAY + 1), Code::DeniedOfflineAge);
    client.agent.start_sync(at(2 * DAY), Cause::Due).unwrap();
    client.drive(at(2 * DAY), &mut |_| Answer::Failed(Code::Unreachable));
    client.restart();
    assert_eq!(code(&client, 0), Code::DeniedOfflineAge, "the clock was set back after an outage");
    client.sync_with(at(-DAY), CheckInAnswer::default());
    assert_eq!(code(&client, -DAY), Code::Ok, "verified contact corrects it");
}

#[test]
fn kept_history_waits_an_hour_and_a_run_that_ends_online_does_not_off_4() {
    let mut client = Client::managed();
    let sync = |client: &mut Client, now: i64, cause: Cause| {
        client.agent.start_sync(at(now), cause).unwrap();
        client.drive(at(now), &mut well_behaved(CheckInAnswer::default()));
        client.outbox.len()
    };
    client.run_ends(1);
    assert_eq!(sync(&mut client, 0, Cause::Due), 0, "never uploaded before: at once");
    client.run_ends(2);
    client.run_ends(3);
    assert_eq!(sync(&mut client, HOUR - 1, Cause::Due), 2, "the hour is not over");
    client.run_ends(4);
    assert_eq!(sync(&mut client, HOUR - 1, Cause::RunEnded), 2, "only the run that just ended");
    assert_eq!(client.outbox.iter().map(|record| record.sequence).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(sync(&mut client, -DAY, Cause::Due), 0, "a clock set back does not block");
    client.run_ends(5);
    assert_eq!(sync(&mut client, -DAY, Cause::OnDemand), 0, "on demand: at once");
}

#[test]
fn the_next_check_comes_within_54_to_60_minutes_and_backs_off_after_failures_pro_8() {
    let mut client = Client::managed();
    for round in 1..50 {
        client.sync_with(at(round), CheckInAnswer::default());
        let wait = client.agent.next_check().since(at(round));
        assert!((54 * MINUTE..60 * MINUTE).contains(&wait), "{wait}");
    }
    let mut last = 0;
    for _ in 0..10 {
        client.agent.start_sync(at(0), Cause::Due).unwrap();
        client.drive(at(0), &mut |_| Answer::Failed(Code::Unreachable));
        let wait = client.agent.next_check().since(at(0));
        assert!(wait > last / 2 && wait <= 68 * MINUTE, "{wait}");
        last = wait;
    }
    assert!(last >= 54 * MINUTE);
}

#[test]
fn receipts_that_do_not_fit_acknowledge_nothing_his_3() {
    let mut client = Client::managed();
    client.run_ends(1);
    client.run_ends(2);
    for receipts in [vec![], vec![Receipt { id: Some(RunId::from_bytes([0; 16])), fate: Fate::Accepted, reason: None }; 2]] {
        client.agent.start_sync(at(1), Cause::OnDemand).unwrap();
        let mut serve = well_behaved(CheckInAnswer::default());
        client.drive(at(1), &mut |request| match request {
            Request::Runs(_) => Answer::Runs(RunsAnswer { receipts: receipts.clone() }),
            other => serve(other),
        });
        assert_eq!(client.outbox.len(), 2);
    }
}
