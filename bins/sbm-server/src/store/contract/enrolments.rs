//! Cases of codes and passphrases with which devices enrol (DEV-1). Time is what a device is said to ask at.

use std::sync::{Arc, Barrier};

use sbm_core::directory::Change;
use sbm_core::enrolment::{EnrolmentKind, Terms};
use sbm_core::id::{Hash, InstallationId, UserId};
use sbm_core::name::Text;
use sbm_core::wire::v1::admin::AuditQuery;

use super::fixture::{ADMIN, ROOT, at, entry, name, put as commit, user};
use super::{Case, World, case, rounds};
use crate::store::enrolments::{Asks, By, MOST_USABLE, NewEnrolment, Told};

pub(super) const CASES: &[Case] = &[
    case!("put_enrolment", what_is_made_is_there_with_its_entry_and_without_what_is_typed),
    case!("put_enrolment", an_account_has_so_many_that_are_usable_and_no_more_err_3),
    case!("enrolments", they_are_in_the_order_in_which_they_were_made_and_go_with_their_user),
    case!("revoke_enrolment", it_is_revoked_once_and_nobody_comes_with_it_any_more_dev_1),
    case!("ask_enrolment", a_code_lets_one_device_in_and_no_other_dev_1),
    case!("ask_enrolment", a_passphrase_lets_in_as_many_as_it_says_dev_1),
    case!("ask_enrolment", behind_its_end_nobody_new_is_let_in_dev_1),
    case!("ask_enrolment", whatever_is_refused_leaves_nothing_dev_1),
    case!("ask_enrolment", of_fifty_who_come_with_one_code_at_once_one_is_let_in_dev_1),
    case!("ask_enrolment", of_fifty_asks_of_one_device_that_was_let_in_one_is_answered_dev_1),
    case!("ask_enrolment", of_fifty_who_come_with_one_passphrase_as_many_as_it_says_are_let_in_dev_1),
    case!("give_back_enrolment", who_could_not_be_enrolled_asks_again_and_is_dev_1),
    case!("waiting_devices", those_who_asked_first_are_in_front_and_whose_code_was_revoked_waits_no_more_dev_1),
    case!("decide_enrolment", nothing_is_given_out_before_somebody_said_yes_dev_1),
    case!("decide_enrolment", a_decision_is_made_once_and_has_one_entry_run_12),
    case!("drop_enrolments", what_ended_long_ago_goes_with_who_waited_for_it),
];

const END: i64 = 1_000;

fn terms(most: u32, approval: bool) -> Terms {
    Terms { most, uses: 0, expires: at(END), approval, revoked: false }
}

fn new(code: &str, terms: Terms) -> NewEnrolment {
    let kind = if terms.most == 1 { EnrolmentKind::Code } else { EnrolmentKind::Passphrase };
    let comment = Text::new("for the new branch").unwrap();
    let hash = Hash::of(code.as_bytes());
    NewEnrolment { account: ROOT, user: ADMIN, kind, hash, terms, comment, made_by: name("olga"), made: at(5) }
}

fn put(world: &World, code: &str, terms: Terms) -> u64 {
    world.store().put_enrolment(new(code, terms), entry("enrolment.create")).wait().unwrap().unwrap()
}

fn installation(byte: u8) -> InstallationId {
    InstallationId::from_bytes([byte; 16])
}

fn asks(code: &str, device: u8, moment: i64) -> Asks {
    Asks {
        hash: Hash::of(code.as_bytes()),
        installation: installation(device),
        computer: format!("pc-{device}"),
        program: "minibackup 1".to_owned(),
        address: "10.0.0.5".to_owned(),
        at: at(moment),
    }
}

fn ask(world: &World, code: &str, device: u8, moment: i64) -> Told {
    world.store().ask_enrolment(asks(code, device, moment)).wait().unwrap()
}

fn by(id: u64, kind: EnrolmentKind) -> By {
    By { id, account: ROOT, user: ADMIN, kind, made_by: name("olga") }
}

fn enrols(id: u64) -> Told {
    Told::Enrols(by(id, EnrolmentKind::Code))
}

fn waits(id: u64, is_new: bool) -> Told {
    Told::Waits { by: by(id, EnrolmentKind::Code), is_new }
}

fn entries(world: &World, act: &str) -> Vec<String> {
    let query = AuditQuery { act: Some(act.to_owned()), ..AuditQuery::default() };
    world.store().list_audit(query).wait().unwrap().items.into_iter().map(|item| item.entry.object).collect()
}

/// Lets fifty ask at once.
fn fifty(world: &World, asks: impl Fn(u8) -> Asks) -> Vec<Told> {
    let barrier = Arc::new(Barrier::new(50));
    let threads: Vec<_> = (1..=50)
        .map(|number| {
            let (store, barrier, asks) = (world.shared(), Arc::clone(&barrier), asks(number));
            std::thread::spawn(move || {
                barrier.wait();
                store.ask_enrolment(asks).wait().unwrap()
            })
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

fn what_is_made_is_there_with_its_entry_and_without_what_is_typed(world: &mut World) {
    let made = new("one", terms(1, true));
    let id = world.store().put_enrolment(made.clone(), entry("enrolment.create")).wait().unwrap();
    assert_eq!(id, Some(1));
    world.reopen();
    let kept = world.store().enrolments().wait().unwrap();
    assert_eq!(kept.iter().map(|kept| (kept.id, &kept.row)).collect::<Vec<_>>(), [(1, &made)]);
    assert_eq!(entries(world, "enrolment.create"), ["1"]);
    assert_eq!(world.store().verify_audit().wait(), Ok((1, None)));
}

fn an_account_has_so_many_that_are_usable_and_no_more_err_3(world: &mut World) {
    for number in 0..MOST_USABLE {
        put(world, &number.to_string(), terms(1, false));
    }
    let one_more = || world.store().put_enrolment(new("more", terms(1, false)), entry("enrolment.create")).wait().unwrap();
    assert_eq!(one_more(), None);
    assert_eq!(entries(world, "enrolment.create").len(), 100, "a page; and no entry for what was not kept");
    let later = NewEnrolment { made: at(END), ..new("later", terms(1, false)) };
    assert!(world.store().put_enrolment(later, entry("enrolment.create")).wait().unwrap().is_some(), "those are over");
    assert_eq!(one_more(), None);
    assert_eq!((ask(world, "7", 1, 10), ask(world, "8", 1, 10)), (enrols(8), enrols(9)));
    assert!(one_more().is_some(), "used ones make room");
}

fn they_are_in_the_order_in_which_they_were_made_and_go_with_their_user(world: &mut World) {
    commit(world.store(), vec![Change::User(user(2, "carol"))]);
    let first = NewEnrolment { user: UserId(2), ..new("carol's", terms(3, true)) };
    world.store().put_enrolment(first, entry("enrolment.create")).wait().unwrap();
    put(world, "admin's", terms(1, false));
    assert!(matches!(ask(world, "carol's", 1, 10), Told::Waits { is_new: true, .. }));
    let ids = |world: &World| world.store().enrolments().wait().unwrap().iter().map(|kept| kept.id).collect::<Vec<_>>();
    assert_eq!(ids(world), [1, 2]);
    commit(world.store(), vec![Change::DropUser(UserId(2))]);
    assert_eq!(ids(world), [2]);
    assert_eq!(world.store().waiting_devices().wait(), Ok(vec![]));
    assert_eq!(put(world, "another", terms(1, false)), 3, "a number is not given twice");
}

fn it_is_revoked_once_and_nobody_comes_with_it_any_more_dev_1(world: &mut World) {
    let id = put(world, "one", terms(5, true));
    assert!(matches!(ask(world, "one", 1, 10), Told::Waits { .. }));
    let revoke = |id| world.store().revoke_enrolment(id, entry("enrolment.revoke")).wait().unwrap();
    assert_eq!((revoke(id), revoke(id), revoke(77)), (true, false, false));
    assert_eq!(entries(world, "enrolment.revoke").len(), 1);
    for device in [1, 2] {
        assert_eq!(ask(world, "one", device, 10), Told::Refused, "{device}");
    }
    let decided = world.store().decide_enrolment(id, installation(1), true, entry("device.approve")).wait();
    assert_eq!(decided, Ok(false));
}

fn a_code_lets_one_device_in_and_no_other_dev_1(world: &mut World) {
    let id = put(world, "one", terms(1, false));
    assert_eq!(ask(world, "one", 1, 10), enrols(id));
    world.reopen();
    for device in [1, 2] {
        assert_eq!(ask(world, "one", device, 11), Told::Refused, "{device}");
    }
    assert_eq!(world.store().enrolments().wait().unwrap()[0].row.terms.uses, 1);
}

fn a_passphrase_lets_in_as_many_as_it_says_dev_1(world: &mut World) {
    let id = put(world, "many", terms(3, false));
    let enrols = Told::Enrols(by(id, EnrolmentKind::Passphrase));
    for device in [1, 2] {
        assert_eq!(ask(world, "many", device, 10), enrols, "{device}");
    }
    assert_eq!(ask(world, "many", 1, 10), enrols, "it was installed anew, and counts once more");
    assert_eq!(ask(world, "many", 3, 10), Told::Refused);
}

fn behind_its_end_nobody_new_is_let_in_dev_1(world: &mut World) {
    let id = put(world, "one", terms(1, false));
    assert_eq!(ask(world, "one", 1, END), Told::Refused);
    assert_eq!(ask(world, "one", 1, END - 1), enrols(id));
    let id = put(world, "asks", terms(1, true));
    assert_eq!(ask(world, "asks", 1, END - 1), waits(id, true));
    assert_eq!(ask(world, "asks", 1, 9 * END), waits(id, false));
    assert_eq!(world.store().decide_enrolment(id, installation(1), true, entry("device.approve")).wait(), Ok(true));
    assert_eq!(ask(world, "asks", 1, 9 * END), enrols(id), "it was promised in time");
}

fn whatever_is_refused_leaves_nothing_dev_1(world: &mut World) {
    let used = put(world, "used", terms(1, false));
    let revoked = put(world, "revoked", terms(1, false));
    put(world, "expired", terms(1, true));
    assert_eq!(ask(world, "used", 1, 10), enrols(used));
    assert_eq!(world.store().revoke_enrolment(revoked, entry("enrolment.revoke")).wait(), Ok(true));
    let before = world.store().enrolments().wait().unwrap();
    for (code, moment) in [("used", 20), ("revoked", 20), ("expired", END), ("wrong", 20), ("", 20)] {
        assert_eq!(ask(world, code, 2, moment), Told::Refused, "{code}");
    }
    assert_eq!(world.store().enrolments().wait().unwrap(), before);
    assert_eq!(world.store().waiting_devices().wait(), Ok(vec![]));
}

fn of_fifty_who_come_with_one_code_at_once_one_is_let_in_dev_1(world: &mut World) {
    for round in 1..=rounds() {
        let code = format!("round {round}");
        let id = put(world, &code, terms(1, false));
        let told = fifty(world, |device| asks(&code, device, 10));
        assert_eq!(told.iter().filter(|told| **told == enrols(id)).count(), 1, "{told:?}");
        assert_eq!(told.iter().filter(|told| **told == Told::Refused).count(), 49, "{told:?}");
    }
}

fn of_fifty_asks_of_one_device_that_was_let_in_one_is_answered_dev_1(world: &mut World) {
    for round in 1..=rounds() {
        let code = format!("round {round}");
        let id = put(world, &code, terms(1, true));
        let told = fifty(world, |_| asks(&code, 1, 10));
        assert_eq!(told.iter().filter(|told| **told == waits(id, true)).count(), 1, "{told:?}");
        assert_eq!(told.iter().filter(|told| **told == waits(id, false)).count(), 49, "{told:?}");
        assert_eq!(world.store().decide_enrolment(id, installation(1), true, entry("device.approve")).wait(), Ok(true));
        let told = fifty(world, |_| asks(&code, 1, 10));
        assert_eq!(told.iter().filter(|told| **told == enrols(id)).count(), 1, "{told:?}");
        assert_eq!(told.iter().filter(|told| **told == Told::Refused).count(), 49, "{told:?}");
    }
}

fn of_fifty_who_come_with_one_passphrase_as_many_as_it_says_are_let_in_dev_1(world: &mut World) {
    let id = put(world, "many", terms(7, false));
    let told = fifty(world, |device| asks("many", device, 10));
    let let_in = Told::Enrols(by(id, EnrolmentKind::Passphrase));
    assert_eq!(told.iter().filter(|told| **told == let_in).count(), 7, "{told:?}");
    assert_eq!(world.store().enrolments().wait().unwrap()[0].row.terms.uses, 7);
}

fn who_could_not_be_enrolled_asks_again_and_is_dev_1(world: &mut World) {
    let id = put(world, "one", terms(1, false));
    let give_back = || world.store().give_back_enrolment(id, installation(1)).wait().unwrap();
    assert!(!give_back(), "nobody came");
    assert_eq!(ask(world, "one", 1, 10), enrols(id));
    assert_eq!((give_back(), give_back()), (true, false));
    world.reopen();
    assert_eq!(ask(world, "one", 2, 10), Told::Refused, "it is promised to the first one");
    assert_eq!(ask(world, "one", 1, 10), enrols(id));
    assert_eq!(ask(world, "one", 1, 10), Told::Refused);
}

fn those_who_asked_first_are_in_front_and_whose_code_was_revoked_waits_no_more_dev_1(world: &mut World) {
    let (first, second) = (put(world, "first", terms(9, true)), put(world, "second", terms(9, true)));
    for (code, device, moment) in [("second", 1, 30), ("first", 2, 20), ("second", 3, 10), ("second", 3, 40)] {
        assert!(matches!(ask(world, code, device, moment), Told::Waits { .. }));
    }
    let waiting = world.store().waiting_devices().wait().unwrap();
    let order: Vec<_> = waiting.iter().map(|device| (device.by.id, device.installation, device.asked)).collect();
    assert_eq!(order, [(second, installation(3), at(10)), (first, installation(2), at(20)), (second, installation(1), at(30))]);
    let shown = &waiting[1];
    let texts = (shown.computer.as_str(), shown.program.as_str(), shown.address.as_str());
    assert_eq!((texts, &shown.by), (("pc-2", "minibackup 1", "10.0.0.5"), &by(first, EnrolmentKind::Passphrase)));
    world.store().revoke_enrolment(second, entry("enrolment.revoke")).wait().unwrap();
    let waiting = world.store().waiting_devices().wait().unwrap();
    assert_eq!(waiting.iter().map(|device| device.by.id).collect::<Vec<_>>(), [first]);
}

fn nothing_is_given_out_before_somebody_said_yes_dev_1(world: &mut World) {
    let id = put(world, "one", terms(1, true));
    assert_eq!(ask(world, "one", 1, 10), waits(id, true));
    for moment in 11..20 {
        assert_eq!(ask(world, "one", 1, moment), waits(id, false));
        assert_eq!(ask(world, "one", 2, moment), Told::Refused, "the one use is promised");
    }
    world.reopen();
    assert_eq!(world.store().decide_enrolment(id, installation(1), true, entry("device.approve")).wait(), Ok(true));
    assert_eq!(world.store().waiting_devices().wait(), Ok(vec![]));
    assert_eq!(ask(world, "one", 1, 20), enrols(id));
    let id = put(world, "two", terms(1, true));
    assert_eq!(ask(world, "two", 1, 10), waits(id, true));
    assert_eq!(world.store().decide_enrolment(id, installation(1), false, entry("device.reject")).wait(), Ok(true));
    assert_eq!(ask(world, "two", 1, 20), Told::Refused);
}

fn a_decision_is_made_once_and_has_one_entry_run_12(world: &mut World) {
    let id = put(world, "one", terms(1, true));
    let decide =
        |installation, yes| world.store().decide_enrolment(id, installation, yes, entry("device.decide")).wait().unwrap();
    assert!(!decide(installation(1), true), "nobody waits");
    assert_eq!(ask(world, "one", 1, 10), waits(id, true));
    assert!(!decide(installation(2), true), "another device");
    assert!(decide(installation(1), false));
    assert!(!decide(installation(1), true), "it was decided");
    assert_eq!(entries(world, "device.decide").len(), 1);
}

fn what_ended_long_ago_goes_with_who_waited_for_it(world: &mut World) {
    put(world, "old", terms(2, true));
    assert!(matches!(ask(world, "old", 1, 10), Told::Waits { .. }));
    let newer = Terms { expires: at(END + 1), ..terms(1, false) };
    let kept = put(world, "newer", newer);
    let dropped = |before| world.store().drop_enrolments(at(before)).wait().unwrap();
    assert_eq!((dropped(END), dropped(END + 1), dropped(END + 1)), (0, 1, 0));
    assert_eq!(world.store().waiting_devices().wait(), Ok(vec![]));
    assert_eq!(world.store().enrolments().wait().unwrap().iter().map(|left| left.id).collect::<Vec<_>>(), [kept]);
}
