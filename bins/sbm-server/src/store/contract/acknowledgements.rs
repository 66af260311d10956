//! Cases of who holds which managed profile and what hosts made of their changes (PRO-7).

use sbm_core::directory::Change;
use sbm_core::directory::rows::Tombstone;
use sbm_core::id::{AccountId, DeviceId, Guid, ProfileId};
use sbm_core::wire::v1::device::Outcome;

use super::fixture::{put as put_changes, *};
use super::{Case, World, case};
use crate::store::{Acknowledgement, Holding, RunSource};

pub(super) const CASES: &[Case] = &[
    case!("put_outcomes", the_last_word_of_each_device_counts),
    case!("put_outcomes", nothing_said_is_nothing_kept),
    case!("put_outcomes", who_took_it_over_holds_it_though_nobody_saw_it_fetched),
    case!("put_outcomes", of_what_it_neither_holds_nor_may_have_a_device_says_nothing_pro_7),
    case!("outcomes", a_failure_is_told_with_every_character),
    case!("outcomes", they_are_told_apart_by_account_and_profile),
    case!("hold", the_newest_revision_and_its_time_count),
    case!("hold", what_is_held_already_is_not_held_anew),
    case!("hold", who_fetches_again_what_it_removed_holds_it_again),
    case!("hold", a_device_that_is_not_there_is_passed_over),
    case!("holdings", they_come_with_the_last_word_of_each_device),
    case!("holdings", they_are_told_apart_by_account_and_profile_too),
    case!("holdings", they_go_with_the_device),
    case!("unsettled", a_deleted_profile_is_unsettled_until_everybody_removed_it),
    case!("unsettled", what_nobody_holds_or_nobody_deleted_is_settled),
];

const SECOND: RunSource = RunSource { device: DeviceId(2), ..SOURCE };

fn said(profile: u8, revision: u64, failure: Option<&str>) -> Outcome {
    Outcome { guid: guid(profile), revision, failure: failure.map(str::to_owned) }
}

fn put(world: &World, source: RunSource, outcomes: &[Outcome], millis: i64) {
    let entitled = (1..=9).map(guid).collect();
    world.store().put_outcomes(source, outcomes.to_vec(), entitled, at(millis)).wait().unwrap();
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

fn a_failure_is_told_with_every_character(world: &mut World) {
    put(world, SOURCE, &[said(1, 3, Some("a\0b\u{10ffff}"))], 1);
    world.reopen();
    let told = world.store().outcomes(ROOT, guid(1)).wait().unwrap();
    assert_eq!(told.into_iter().map(|known| known.outcome).collect::<Vec<_>>(), [said(1, 3, Some("a\0b\u{10ffff}"))]);
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

/// Two devices, and a managed profile.
fn two_devices(world: &World) {
    let changes = [Change::Device(device(1)), Change::Device(device(2)), body(b"a"), Change::Profile(profile(1, 3, b"a"))];
    put_changes(world.store(), changes.to_vec());
}

fn hold(world: &World, source: RunSource, held: &[(u8, u64)], millis: i64) {
    let held = held.iter().map(|(profile, revision)| (guid(*profile), *revision)).collect();
    world.store().hold(source, held, at(millis)).wait().unwrap();
}

/// Device, revision, time and last word of each holding.
fn held(world: &World, profile: u8) -> Vec<(u32, u64, i64, Option<u64>)> {
    let holdings: Vec<Holding> = world.store().holdings(ROOT, guid(profile)).wait().unwrap();
    let plain = |held: Holding| {
        assert!(held.said.as_ref().is_none_or(|said| said.device == held.device && said.outcome.guid == guid(profile)));
        (held.device.0, held.revision, held.fetched_at.as_millis(), held.said.map(|said| said.outcome.revision))
    };
    holdings.into_iter().map(plain).collect()
}

fn drop_profile(world: &World, id: u8) {
    let (name, deleted_by) = (name("profile"), name("admin"));
    let tombstone = Tombstone { account: ROOT, guid: guid(id), name, revision: 3, deleted_by, deleted_at: at(9), stamp: 0 };
    put_changes(world.store(), vec![Change::DropProfile { id: ProfileId(u32::from(id)), tombstone }]);
}

fn unsettled(world: &World) -> Vec<Guid> {
    world.store().unsettled(ROOT).wait().unwrap()
}

fn who_took_it_over_holds_it_though_nobody_saw_it_fetched(world: &mut World) {
    two_devices(world);
    put(world, SOURCE, &[said(1, 2, None)], 5);
    put(world, SECOND, &[said(1, 2, Some("disk full"))], 6);
    assert_eq!(held(world, 1), [(1, 2, 5, Some(2))], "who could not take it over was given nothing");
    put(world, SOURCE, &[said(1, 0, None)], 7);
    assert_eq!(held(world, 1), [(1, 2, 5, Some(0))]);
}

fn of_what_it_neither_holds_nor_may_have_a_device_says_nothing_pro_7(world: &mut World) {
    two_devices(world);
    let says = |source, revision, failure, entitled: &[u8], millis| {
        let entitled = entitled.iter().map(|profile| guid(*profile)).collect();
        world.store().put_outcomes(source, vec![said(1, revision, failure)], entitled, at(millis)).wait().unwrap();
    };
    let words = || world.store().outcomes(ROOT, guid(1)).wait().unwrap().len();
    says(SOURCE, 2, None, &[2], 5);
    says(SOURCE, 2, Some("disk full"), &[], 5);
    assert_eq!((held(world, 1), words()), (vec![], 0));
    hold(world, SOURCE, &[(1, 2)], 6);
    says(SOURCE, 3, None, &[], 7);
    says(SECOND, 3, None, &[1], 8);
    assert_eq!(held(world, 1), [(1, 3, 7, Some(3)), (2, 3, 8, Some(3))], "it was given it, or may have it");
    says(SOURCE, 0, None, &[], 9);
    assert_eq!(held(world, 1)[0], (1, 3, 7, Some(0)), "who lost the right to it still says that he removed it");
}

fn the_newest_revision_and_its_time_count(world: &mut World) {
    two_devices(world);
    hold(world, SOURCE, &[(1, 1), (2, 1)], 10);
    hold(world, SOURCE, &[(1, 3)], 11);
    hold(world, SOURCE, &[(1, 2)], 12);
    world.reopen();
    assert_eq!(held(world, 1), [(1, 3, 11, None)]);
    assert_eq!(held(world, 2), [(1, 1, 10, None)]);
}

fn what_is_held_already_is_not_held_anew(world: &mut World) {
    two_devices(world);
    hold(world, SOURCE, &[(1, 3)], 10);
    put(world, SOURCE, &[said(1, 3, None)], 11);
    hold(world, SOURCE, &[(1, 3)], 12);
    assert_eq!(held(world, 1), [(1, 3, 10, Some(3))], "its last word stays");
}

fn who_fetches_again_what_it_removed_holds_it_again(world: &mut World) {
    two_devices(world);
    hold(world, SOURCE, &[(1, 3)], 10);
    put(world, SOURCE, &[said(1, 0, None)], 11);
    hold(world, SOURCE, &[(1, 3)], 12);
    assert_eq!(held(world, 1), [(1, 3, 12, None)]);
}

fn a_device_that_is_not_there_is_passed_over(world: &mut World) {
    hold(world, SOURCE, &[(1, 1)], 10);
    put(world, SOURCE, &[said(1, 1, None)], 11);
    assert_eq!(held(world, 1), []);
}

fn they_come_with_the_last_word_of_each_device(world: &mut World) {
    two_devices(world);
    hold(world, SECOND, &[(1, 2)], 10);
    hold(world, SOURCE, &[(1, 3)], 11);
    put(world, SECOND, &[said(1, 2, Some("locked"))], 12);
    let outcome = said(1, 2, Some("locked"));
    let said = Some(Acknowledgement { device: DeviceId(2), outcome, at: at(12) });
    let expected = vec![
        Holding { device: DeviceId(1), revision: 3, fetched_at: at(11), said: None },
        Holding { device: DeviceId(2), revision: 2, fetched_at: at(10), said },
    ];
    assert_eq!(world.store().holdings(ROOT, guid(1)).wait(), Ok(expected));
}

fn they_are_told_apart_by_account_and_profile_too(world: &mut World) {
    two_devices(world);
    hold(world, SOURCE, &[(1, 1)], 10);
    hold(world, RunSource { account: AccountId(2), ..SECOND }, &[(1, 1)], 10);
    put(world, RunSource { account: AccountId(2), ..SOURCE }, &[said(1, 0, None)], 11);
    assert_eq!(held(world, 1), [(1, 1, 10, None)]);
    assert_eq!(held(world, 2), []);
}

fn they_go_with_the_device(world: &mut World) {
    two_devices(world);
    hold(world, SOURCE, &[(1, 1)], 10);
    put(world, SOURCE, &[said(1, 1, None), said(2, 1, None)], 11);
    put(world, SECOND, &[said(1, 1, None)], 11);
    put_changes(world.store(), vec![Change::DropDevice(DeviceId(1))]);
    assert_eq!(held(world, 1), [(2, 1, 11, Some(1))]);
    assert_eq!(world.store().outcomes(ROOT, guid(2)).wait(), Ok(vec![]));
}

fn a_deleted_profile_is_unsettled_until_everybody_removed_it(world: &mut World) {
    two_devices(world);
    hold(world, SOURCE, &[(1, 3)], 10);
    hold(world, SECOND, &[(1, 2)], 10);
    drop_profile(world, 1);
    assert_eq!(unsettled(world), [guid(1)]);
    put(world, SOURCE, &[said(1, 0, None)], 11);
    assert_eq!(unsettled(world), [guid(1)]);
    put(world, SECOND, &[said(1, 0, Some("in use"))], 12);
    assert_eq!(unsettled(world), [guid(1)], "a removal that failed is none");
    put(world, SECOND, &[said(1, 0, None)], 13);
    world.reopen();
    assert_eq!(unsettled(world), []);
}

fn what_nobody_holds_or_nobody_deleted_is_settled(world: &mut World) {
    two_devices(world);
    hold(world, SOURCE, &[(1, 3)], 10);
    assert_eq!(unsettled(world), [], "its record is there");
    drop_profile(world, 1);
    put_changes(world.store(), vec![Change::DropDevice(DeviceId(1))]);
    assert_eq!(unsettled(world), [], "a removed device has nothing to answer for");
    put_changes(world.store(), vec![Change::Profile(profile(2, 1, b"a"))]);
    drop_profile(world, 2);
    assert_eq!(unsettled(world), [], "nobody fetched it");
}
