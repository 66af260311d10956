//! Cases in which several threads want something at once.

use std::sync::{Arc, Barrier};

use sbm_core::directory::Change;
use sbm_core::directory::command::Phc;
use sbm_core::factor::{self, Channel, KeptAddress};
use sbm_core::id::{DeviceId, Hash, InstallationId};
use sbm_core::run::RunRecord;
use sbm_core::wire::v1::admin::HistoryQuery;
use sbm_core::wire::v1::device::Fate;

use super::fixture::*;
use super::{Case, World, case};
use crate::store::codes::{Instead, NewCode, PutCode};
use crate::store::{CodeTry, Commit, Committed, Proved, Revoke, RunSource, Store, Within};

pub(super) const CASES: &[Case] = &[
    case!("commit", of_many_plans_on_one_revision_one_wins),
    case!("commit", losers_who_try_again_all_get_through),
    case!("take_setup_code", of_many_with_the_right_code_one_wins),
    case!("take_setup_code", of_many_wrong_tries_at_once_ten_count),
    case!("ingest", each_record_from_many_threads_is_kept_once),
    case!("ingest", batches_in_opposite_orders_all_get_through),
    case!("insert_token", a_token_given_while_its_password_is_replaced_is_over_run_3),
    case!("insert_token", of_a_factor_and_a_token_for_the_password_alone_the_factor_has_the_last_word_run_8),
    case!("delete", of_many_who_delete_a_run_one_does_his_2),
    case!("ingest", a_record_sent_while_it_is_deleted_is_never_back_his_3),
    case!("hold", each_of_many_devices_is_a_holder_pro_7),
    case!("append_audit", many_writers_make_one_chain),
    case!("load", a_reader_never_sees_half_a_commit),
];

const THREADS: u32 = 10;

/// Lets all threads begin at once and gives what each came to.
pub(super) fn at_once<T: Send + 'static>(world: &World, act: impl Fn(&dyn Store, u32) -> T + Send + Sync + 'static) -> Vec<T> {
    let (act, barrier) = (Arc::new(act), Arc::new(Barrier::new(THREADS as usize)));
    let threads: Vec<_> = (1..=THREADS)
        .map(|number| {
            let (store, act, barrier) = (world.shared(), Arc::clone(&act), Arc::clone(&barrier));
            std::thread::spawn(move || {
                barrier.wait();
                act(&*store, number)
            })
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

fn of_many_plans_on_one_revision_one_wins(world: &mut World) {
    for round in 1..=10_u32 {
        let answers = at_once(world, move |store, number| {
            let changes = vec![Change::Group(group(round, &format!("round {round} of {number}")))];
            store
                .commit(Commit { based_on: u64::from(round), changes, audit: vec![entry("group.create")], revoke: vec![] })
                .wait()
                .unwrap()
        });
        let new = u64::from(round) + 1;
        assert_eq!(answers.iter().filter(|answer| **answer == Committed::At(new)).count(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| **answer == Committed::Stale(new)).count(), THREADS as usize - 1);
    }
    assert_eq!(world.store().load().wait().unwrap().groups.len(), 10);
    assert_eq!(world.store().verify_audit().wait(), Ok((10, None)));
}

fn losers_who_try_again_all_get_through(world: &mut World) {
    at_once(world, |store, number| {
        loop {
            let loaded = store.load().wait().unwrap();
            let changes = vec![Change::Group(group(loaded.next.group, &format!("of {number}")))];
            let plan = Commit { based_on: loaded.revision, changes, ..Commit::default() };
            if matches!(store.commit(plan).wait().unwrap(), Committed::At(_)) {
                return;
            }
        }
    });
    let loaded = world.store().load().wait().unwrap();
    assert_eq!(loaded.revision, 1 + u64::from(THREADS));
    assert_eq!(loaded.groups.iter().map(|group| group.id.0).collect::<Vec<_>>(), (1..=THREADS).collect::<Vec<_>>());
}

fn put_code(world: &World) {
    let code = NewCode { hash: Hash::of(b"right"), expires: None, place: "anywhere".into() };
    assert_eq!(world.store().put_setup_code(code, Instead::OfAny).wait(), Ok(PutCode::Kept));
}

fn of_many_with_the_right_code_one_wins(world: &mut World) {
    put_code(world);
    let answers = at_once(world, |store, _| store.take_setup_code(Hash::of(b"right"), at(0)).wait().unwrap());
    assert_eq!(answers.iter().filter(|answer| **answer == CodeTry::Taken).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| **answer == CodeTry::Gone).count(), THREADS as usize - 1);
}

fn of_many_wrong_tries_at_once_ten_count(world: &mut World) {
    put_code(world);
    let answers = at_once(world, |store, _| [0; 3].map(|_| store.take_setup_code(Hash::of(b"wrong"), at(0)).wait().unwrap()));
    let wrong = answers.iter().flatten().filter(|answer| matches!(answer, CodeTry::Wrong { .. })).count();
    assert_eq!(wrong, 10, "{answers:?}");
    assert_eq!(world.store().take_setup_code(Hash::of(b"right"), at(0)).wait(), Ok(CodeTry::Gone));
}

fn each_record_from_many_threads_is_kept_once(world: &mut World) {
    // Everybody sends every record; two devices.
    let answers = at_once(world, |store, number| {
        let installation = InstallationId::from_bytes([number as u8 % 2; 16]);
        let source = RunSource { device: DeviceId(number % 2), installation, ..SOURCE };
        let pending: Vec<_> =
            (1..=20).map(|sequence| store.ingest(source, vec![sent_by(source, &record(sequence))], at(1))).collect();
        pending.into_iter().map(|pending| pending.wait().unwrap()[0].fate).collect::<Vec<_>>()
    });
    let accepted = answers.iter().flatten().filter(|fate| **fate == Fate::Accepted).count();
    let duplicate = answers.iter().flatten().filter(|fate| **fate == Fate::Duplicate).count();
    assert_eq!((accepted, duplicate), (40, THREADS as usize * 20 - 40));
    let page = world.store().list(Within::one(ROOT), HistoryQuery::default()).wait().unwrap();
    assert_eq!(page.items.len(), 40);
}

fn batches_in_opposite_orders_all_get_through(world: &mut World) {
    const ROWS: u64 = 30;
    put(world.store(), (1..=ROWS as u32).map(|number| Change::Device(device(number))).collect());
    keep_tokens(world.store(), &(1..=ROWS).map(token).collect::<Vec<_>>());
    at_once(world, |store, number| {
        for round in 1..=5 {
            let mut rows: Vec<u64> = (1..=ROWS).collect();
            if number % 2 == 0 {
                rows.reverse();
            }
            let moment = at(round * 100 + i64::from(number));
            let unknown =
                store.ingest(SOURCE, rows.iter().map(|row| RunRecord { sequence: 0, ..record(*row) }).collect(), moment);
            let taken = store.ingest(SOURCE, rows.iter().map(|row| record(*row)).collect(), moment);
            let touched = store.touch_tokens(rows.iter().map(|row| (*row, moment)).collect());
            let seen = store.seen(rows.iter().map(|row| (DeviceId(*row as u32), moment)).collect());
            assert!(unknown.wait().unwrap().iter().all(|taken| taken.fate == Fate::SetAside));
            assert!(taken.wait().unwrap().iter().all(|taken| taken.fate != Fate::SetAside));
            assert_eq!((touched.wait(), seen.wait()), (Ok(()), Ok(())));
        }
    });
    let last = at(500 + i64::from(THREADS));
    assert!(world.store().last_seen().wait().unwrap().iter().all(|(_, seen)| *seen == last));
    assert!(world.store().live_tokens(at(0)).wait().unwrap().iter().all(|token| token.last_used == last));
    assert_eq!(world.store().highest_sequence(SOURCE).wait(), Ok(ROWS));
}

fn a_token_given_while_its_password_is_replaced_is_over_run_3(world: &mut World) {
    for round in 1..=20_u64 {
        put(world.store(), vec![Change::Password { user: ADMIN, phc: proved() }]);
        let based_on = world.store().revision().wait().unwrap();
        at_once(world, move |store, number| {
            if number == 1 {
                let changes = vec![Change::Password { user: ADMIN, phc: Phc::new(format!("new {round}")) }];
                let revoke = vec![Revoke::User { user: ADMIN, audience: None }];
                let replaced = store.commit(Commit { based_on, changes, audit: vec![entry("user.password")], revoke }).wait();
                assert_eq!(replaced, Ok(Committed::At(based_on + 1)));
            } else {
                store.insert_token(token(round * 100 + u64::from(number)), proved().into()).wait().unwrap();
            }
        });
        assert_eq!(world.store().live_tokens(at(0)).wait(), Ok(vec![]), "round {round}");
    }
}

fn of_a_factor_and_a_token_for_the_password_alone_the_factor_has_the_last_word_run_8(world: &mut World) {
    for round in 1..=20_u64 {
        let clear = vec![
            Change::Password { user: ADMIN, phc: proved() },
            Change::DropFactor(ADMIN),
            Change::DropChannel { user: ADMIN, channel: Channel::Email },
        ];
        let revoke = vec![Revoke::User { user: ADMIN, audience: None }];
        let based_on = world.store().revision().wait().unwrap();
        let cleared = world.store().commit(Commit { based_on, changes: clear, revoke, ..Commit::default() }).wait();
        assert_eq!(cleared, Ok(Committed::At(based_on + 1)));
        let based_on = based_on + 1;
        at_once(world, move |store, number| {
            if number == 1 {
                let given = match round % 2 {
                    0 => Change::Factor { user: ADMIN, kept: factor::Kept::default() },
                    _ => Change::Channel { user: ADMIN, channel: Channel::Email, kept: KeptAddress::default() },
                };
                let revoke = vec![Revoke::User { user: ADMIN, audience: None }];
                let given = Commit { based_on, changes: vec![given], audit: vec![entry("factor.enrol")], revoke };
                assert_eq!(store.commit(given).wait(), Ok(Committed::At(based_on + 1)));
            } else {
                store.insert_token(token(round * 100 + u64::from(number)), proved().into()).wait().unwrap();
            }
        });
        assert_eq!(world.store().live_tokens(at(0)).wait(), Ok(vec![]), "round {round}");
        let late = token(round * 100 + 99);
        assert_eq!(world.store().insert_token(late.clone(), proved().into()).wait(), Ok(false));
        assert_eq!(world.store().insert_token(late, Proved { phc: proved(), second: true }).wait(), Ok(true));
    }
}

fn of_many_who_delete_a_run_one_does_his_2(world: &mut World) {
    world.store().ingest(SOURCE, (1..=5).map(record).collect(), at(1)).wait().unwrap();
    let answers = at_once(world, |store, _| {
        (1..=5)
            .filter(|sequence| {
                store.delete(place(ROOT, record(*sequence).id, SOURCE.installation), entry("run.delete")).wait().unwrap()
            })
            .count()
    });
    assert_eq!(answers.iter().sum::<usize>(), 5, "{answers:?}");
    assert_eq!(world.store().verify_audit().wait(), Ok((5, None)), "one stub and one entry each");
}

fn a_record_sent_while_it_is_deleted_is_never_back_his_3(world: &mut World) {
    let answers = at_once(world, |store, number| {
        for sequence in 1..=20 {
            if number % 2 == 0 {
                store.ingest(SOURCE, vec![record(sequence)], at(1)).wait().unwrap();
            } else {
                store.delete(place(ROOT, record(sequence).id, SOURCE.installation), entry("run.delete")).wait().unwrap();
            }
        }
    });
    assert_eq!(answers.len(), THREADS as usize);
    for sequence in 1..=20 {
        let there = !world.store().get(Within::one(ROOT), record(sequence).id, None).wait().unwrap().is_empty();
        let fate = world.store().ingest(SOURCE, vec![record(sequence)], at(1)).wait().unwrap()[0].fate;
        assert_eq!(fate, if there { Fate::Duplicate } else { Fate::Deleted }, "{sequence}");
    }
}

fn each_of_many_devices_is_a_holder_pro_7(world: &mut World) {
    put(world.store(), (1..=THREADS).map(|number| Change::Device(device(number))).collect());
    at_once(world, |store, number| {
        let source = RunSource { device: DeviceId(number), ..SOURCE };
        for revision in 1..=5 {
            store.hold(source, vec![(guid(1), revision)], at(1)).wait().unwrap();
        }
    });
    let held = world.store().holdings(ROOT, guid(1)).wait().unwrap();
    assert_eq!(
        held.iter().map(|held| (held.device.0, held.revision)).collect::<Vec<_>>(),
        (1..=THREADS).map(|device| (device, 5)).collect::<Vec<_>>()
    );
}

fn many_writers_make_one_chain(world: &mut World) {
    at_once(world, |store, number| {
        for _ in 0..10 {
            store.append_audit(vec![entry(&format!("by.{number}")), entry("again")]).wait().unwrap();
        }
    });
    assert_eq!(world.store().verify_audit().wait(), Ok((u64::from(THREADS) * 20, None)));
}

fn a_reader_never_sees_half_a_commit(world: &mut World) {
    put(world.store(), vec![Change::User(user(2, "anna")), Change::Group(group(1, "g 0"))]);
    let answers = at_once(world, |store, number| {
        for round in 0..20_u32 {
            if number == 1 {
                let text = format!("same {round}");
                put(store, vec![Change::User(user(2, &text)), Change::Group(group(1, &text))]);
            } else {
                let loaded = store.load().wait().unwrap();
                assert_eq!(loaded.users[1].stamp, loaded.groups[0].stamp);
                assert_eq!(loaded.users[1].stamp, loaded.revision);
            }
        }
    });
    assert_eq!(answers.len(), THREADS as usize);
}
