//! Cases of what hosts made of their changes.

use sbm_core::id::{AccountId, DeviceId};
use sbm_core::wire::v1::device::Outcome;

use super::fixture::*;
use super::{Case, World, case};
use crate::store::{Acknowledgement, RunSource};

pub(super) const CASES: &[Case] = &[
    case!("put_outcomes", the_last_word_of_each_device_counts),
    case!("put_outcomes", nothing_said_is_nothing_kept),
    case!("outcomes", they_are_told_apart_by_account_and_profile),
];

fn said(profile: u8, revision: u64, failure: Option<&str>) -> Outcome {
    Outcome { guid: guid(profile), revision, failure: failure.map(str::to_owned) }
}

fn put(world: &World, source: RunSource, outcomes: &[Outcome], millis: i64) {
    world.store().put_outcomes(source, outcomes.to_vec(), at(millis)).wait().unwrap();
}

fn the_last_word_of_each_device_counts(world: &mut World) {
    let second = RunSource { device: DeviceId(2), ..SOURCE };
    put(world, second, &[said(1, 1, None)], 10);
    put(world, SOURCE, &[said(1, 1, Some("disk full")), said(2, 4, None)], 11);
    put(world, SOURCE, &[said(1, 2, None), said(1, 3, Some("locked"))], 12);
    world.reopen();
    let expected = vec![
        Acknowledgement { device: DeviceId(1), outcome: said(1, 3, Some("locked")), at: at(12) },
        Acknowledgement { device: DeviceId(2), outcome: said(1, 1, None), at: at(10) },
    ];
    assert_eq!(world.store().outcomes(ROOT, guid(1)).wait(), Ok(expected));
}

fn nothing_said_is_nothing_kept(world: &mut World) {
    put(world, SOURCE, &[], 1);
    assert_eq!(world.store().outcomes(ROOT, guid(1)).wait(), Ok(vec![]));
}

fn they_are_told_apart_by_account_and_profile(world: &mut World) {
    put(world, SOURCE, &[said(1, 0, None)], 1);
    put(world, RunSource { account: AccountId(2), ..SOURCE }, &[said(1, 7, None)], 1);
    let revisions = |account, profile| {
        let all = world.store().outcomes(account, guid(profile)).wait().unwrap();
        all.iter().map(|known| known.outcome.revision).collect::<Vec<_>>()
    };
    assert_eq!((revisions(ROOT, 1), revisions(AccountId(2), 1), revisions(ROOT, 2)), (vec![0], vec![7], vec![]));
}
