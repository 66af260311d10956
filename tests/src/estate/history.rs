//! The history of an estate: runs of every kind, as devices send them.

use super::*;

pub(super) fn history(store: &dyn Store, runs: u64) {
    for first in (1..=runs).step_by(BATCH as usize) {
        let device = 2 + (first / BATCH % u64::from(USERS)) as u32;
        let source = RunSource { account: AccountId::ROOT, device: DeviceId(device), installation: installation(device) };
        let records: Vec<_> = (first..(first + BATCH).min(runs + 1)).map(|number| record(number, source.installation)).collect();
        store.ingest(source, records, at(first)).wait().unwrap();
    }
    let source = RunSource { account: AccountId::ROOT, device: DeviceId(2), installation: installation(2) };
    for (number, odd) in (0..).zip(ODD) {
        let raw = serde_json::to_string(&serde_json::json!({ "computer": odd, "nul": "\0", "sequence": number })).unwrap();
        store.set_aside(source, raw, format!("odd: {odd}"), at(number)).wait().unwrap();
        // Not even JSON, as a host may send it.
        store.set_aside(source, format!("{{{odd}"), "no record".to_owned(), at(number)).wait().unwrap();
    }
    // Two installations made a run of one id: in which order they came is content, too.
    for device in [9, 8] {
        let source = RunSource { account: AccountId::ROOT, device: DeviceId(device), installation: installation(device) };
        store.ingest(source, vec![record(7_000_000_000, source.installation)], at(3)).wait().unwrap();
    }
    let first = 2 + (1 / BATCH % u64::from(USERS)) as u32;
    for number in (1..=runs.min(BATCH)).step_by(20) {
        let found = store.get(seen_by_admin(store), run_id(number), Some(installation(first))).wait().unwrap();
        let deleted = store.delete(found[0].place(), entry(number, "run.delete"));
        assert!(deleted.wait().unwrap());
    }
    // One more came and was past retention.
    let source = RunSource { account: AccountId::ROOT, device: DeviceId(10), installation: installation(10) };
    let past = record(5, source.installation);
    store.ingest(source, vec![past.clone()], at(4)).wait().unwrap();
    let past = Past {
        account: source.account,
        installation: past.installation,
        id: past.id,
        sequence: past.sequence,
        newer: None,
        below: true,
    };
    assert_eq!(
        store.prune(vec![past], Timestamp::from_millis(BEGAN + 86_400_000 * 400), Some(entry(8, "run.prune"))).wait(),
        Ok(1)
    );
    store.append_audit((0..200).map(|number| entry(number, "estate.look")).collect()).wait().unwrap();
}

/// A record such as backup programs send: ids by time, some variety, a few odd texts.
#[must_use]
pub fn record(number: u64, installation: InstallationId) -> RunRecord {
    let start = BEGAN + number as i64 * 1_000;
    let odd = |every: u64, usual: &str| {
        let odd = ODD[(number / every) as usize % ODD.len()];
        if number.is_multiple_of(every) { odd.to_owned() } else { usual.to_owned() }
    };
    RunRecord {
        id: run_id(number),
        sequence: number,
        installation,
        computer: format!("pc-{}", number % 50),
        user: format!("user {}", number % 40),
        start: RunStart {
            profile: Profile {
                name: odd(97, &format!("profile {}", number % 30)),
                guid: (!number.is_multiple_of(3)).then(|| guid(number as u32 % 30)),
                version: 3,
                revision: 7,
            },
            kind: ProfileKind::ALL[number as usize % ProfileKind::ALL.len()],
            kind_text: odd(89, ""),
            trigger: Trigger::ALL[number as usize % Trigger::ALL.len()],
            restore: number.is_multiple_of(13),
            thread_start: Timestamp::from_millis(start - 20),
            profile_start: Timestamp::from_millis(start),
            group_start: number.is_multiple_of(5).then(|| Timestamp::from_millis(start - 90)),
            utc_offset: (number % 27) as i32 * 30 - 390,
            os_user: "SYSTEM".to_owned(),
        },
        finish: RunEnd {
            result: RunResult::ALL[number as usize % RunResult::ALL.len()],
            end: Timestamp::from_millis(start + 90_000),
            files_copied: 1_200 + number % 77,
            files_deleted: 3,
            files_failed: number % 2,
            bytes_copied: 987_654_321,
            bytes_deleted: 1_000,
            bytes_failed: 0,
            bytes_stored: (!number.is_multiple_of(4)).then_some(i64::MAX as u64 - number),
            error: odd(83, ""),
        },
        gap: number.is_multiple_of(9_001).then(|| Gap { count: 2, failed: 1, first: number - 1, last: number }),
    }
}

pub(super) fn run_id(number: u64) -> RunId {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    RunId::v7(Timestamp::from_millis(BEGAN + number as i64 * 1_000), random)
}
