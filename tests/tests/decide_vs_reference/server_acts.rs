//! Acts on the server: network, authentication, second factor, account state, role, module.

use proptest::prelude::*;
use sbm_tests::reference::doors::{Door, PlainStaff};
use sbm_tests::reference::server_acts::answer;
use sbm_tests::reference::worlds::staff::{ROLES, STAFF, STRANGERS, past_the_gate, questions, world};
use sbm_tests::reference::worlds::{ACCOUNTS, STATES, is_grant, restated};
use sbm_tests::reference::{Fact, Word};

use super::config;

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn acts_on_the_server_have_the_reference_s_answer_dec_1_dec_4(facts in world()) {
        let there = past_the_gate(&facts);
        let door = Door::new(&there);
        for user in STAFF {
            let plain = PlainStaff::new(&facts, user);
            for question in questions(user) {
                prop_assert_eq!(plain.ask(&question), answer(&facts, &question), "the engine, asked {:?}", question);
                prop_assert_eq!(door.ask_to_act(&question), answer(&there, &question), "the server, asked {:?}", question);
            }
        }
    }
}

proptest! {
    #![proptest_config(config(4))]

    #[test]
    fn for_acts_on_the_server_order_and_duplicates_mean_nothing_and_less_is_never_more_dec_2(
        (facts, again) in world().prop_flat_map(|facts| (Just(facts.clone()), restated(facts))),
        pick in any::<prop::sample::Index>(),
    ) {
        let grants: Vec<usize> = (0..facts.len()).filter(|at| facts.get(*at).is_some_and(is_grant)).collect();
        let mut less = facts.clone();
        if !grants.is_empty() {
            less.remove(*pick.get(&grants));
        }
        let (told, told_less) = (past_the_gate(&facts), past_the_gate(&less));
        let (door, retold) = (Door::new(&told), Door::new(&past_the_gate(&again)));
        let after = door.after(&told, &told_less);
        for question in STAFF.into_iter().flat_map(questions) {
            let expected = answer(&facts, &question);
            prop_assert_eq!(answer(&again, &question), expected);
            prop_assert_eq!(PlainStaff::new(&again, question.user).ask(&question), expected, "{:?}", question);
            prop_assert_eq!(retold.ask_to_act(&question), door.ask_to_act(&question), "{:?}", question);
            prop_assert!(door.ask_to_act(&question).goes_on() || !after.ask_to_act(&question).goes_on(), "{:?}", question);
            let narrower = PlainStaff::new(&less, question.user).ask(&question);
            prop_assert!(expected.goes_on() || !narrower.goes_on(), "{:?}", question);
        }
    }
}

/// Every one and two of seven roles, every state, every depth, and each earlier gate open or shut.
#[test]
fn every_small_world_of_acts_on_the_server_agrees_dec_1_usr_5() {
    let states: Vec<Option<Word>> = [None].into_iter().chain(STATES.map(Some)).collect();
    let strangers = [None, Some(Fact::Disabled("ann"))].into_iter();
    let strangers: Vec<Option<Fact>> = strangers.chain(STRANGERS.map(|code| Some(Fact::Stranger("ann", code)))).collect();
    let places: [&[Word]; 4] = [&ACCOUNTS[..1], &ACCOUNTS[..2], &ACCOUNTS, &["globex"]];
    let mut asked = 0_u32;
    for path in places {
        let account = *path.last().unwrap();
        let some = (0_u8..128).filter(|roles| roles.count_ones() <= 2);
        for (roles, state) in some.flat_map(|roles| states.iter().map(move |state| (roles, *state))) {
            for (stranger, shut) in strangers.iter().flat_map(|stranger| (0_u8..8).map(move |shut| (*stranger, shut))) {
                let mut facts = vec![Fact::Belongs("ann", account)];
                facts.extend(path.windows(2).map(|pair| Fact::Below(pair[1], pair[0])));
                let held = ROLES.into_iter().enumerate().filter(|(at, _)| roles & (1 << at) != 0);
                facts.extend(held.map(|(_, role)| Fact::Role("ann", role)));
                facts.extend(state.map(|state| Fact::State(account, state)));
                facts.extend(stranger);
                facts.extend((shut & 1 != 0).then_some(Fact::Shut("ann")));
                facts.extend((shut & 2 != 0).then_some(Fact::Factor("ann")));
                facts.extend((shut & 4 != 0).then_some(Fact::Lacks(account, "profiles")));
                asked += compare(&facts);
            }
        }
    }
    assert_eq!(asked, 4 * (1 + 7 + 21) * 4 * 4 * 8 * 20);
}

fn compare(facts: &[Fact]) -> u32 {
    let there = past_the_gate(facts);
    let (plain, door) = (PlainStaff::new(facts, "ann"), Door::new(&there));
    let mut asked = 0;
    for question in questions("ann") {
        assert_eq!(plain.ask(&question), answer(facts, &question), "{question:?} in {facts:?}");
        assert_eq!(door.ask_to_act(&question), answer(&there, &question), "the server, asked {question:?} in {facts:?}");
        asked += 1;
    }
    asked
}
