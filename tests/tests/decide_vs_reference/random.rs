//! Random worlds.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use sbm_core::code::Code;
use sbm_tests::reference::doors::{Door, Plain};
use sbm_tests::reference::worlds::{
    Moment, USERS, after_a_check_in, after_a_check_in_with_room, is_grant, moment, on_the_server, questions, restated,
    without_age, world,
};
use sbm_tests::reference::{Answer, Question, answer};

use super::config;

fn all_questions(moment: Moment) -> impl Iterator<Item = Question> {
    USERS.into_iter().flat_map(move |user| questions(user, moment))
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn the_engine_and_the_reference_agree_on_every_world_dec_1((facts, moment) in (world(), moment())) {
        for user in USERS {
            let plain = Plain::new(&facts, user);
            for question in questions(user, moment) {
                prop_assert_eq!(plain.ask(&question), answer(&facts, &question), "{:?}", question);
            }
        }
    }

    #[test]
    fn server_and_client_give_the_reference_s_answer_dec_4((facts, moment) in (world(), moment())) {
        let (there, here) = (on_the_server(&facts), after_a_check_in(&facts));
        let door = Door::new(&here);
        for user in USERS {
            let client = door.client(user);
            for question in questions(user, Moment { estimate: 0, ..moment }) {
                prop_assert_eq!(door.ask(&question), answer(&there, &question), "the server, asked {:?}", question);
                prop_assert_eq!(client.ask(&question), answer(&here, &question), "the client, asked {:?}", question);
            }
        }
    }
}

proptest! {
    #![proptest_config(config(4))]

    /// Away from its server a client goes by the last room, and by the tightest above it, whatever its run expects to store; and
    /// the server, asked at that device, says the same, but for how long ago the client was in contact.
    #[test]
    fn a_client_away_gives_the_reference_s_answer_by_the_last_room_acc_5_off_1_dec_4((facts, moment) in (world(), moment())) {
        let here = after_a_check_in_with_room(&facts);
        let there = without_age(&here);
        let door = Door::new(&here);
        for user in USERS {
            let client = door.client(user);
            let refused = if moment.at % 2 == 0 { Code::OtherMachine } else { Code::TokenRefused };
            let outside = door.client_refused(user, Some(refused));
            for question in questions(user, moment) {
                prop_assert_eq!(client.ask_away(&question), answer(&here, &question), "asked {:?}", question);
                prop_assert_eq!(door.ask_at_device(&question, None), answer(&there, &question), "the server, asked {:?}", question);
                let there = door.ask_at_device(&question, Some(refused));
                prop_assert_eq!(outside.ask_away(&question), there, "refused with {}, asked {:?}", refused, question);
            }
        }
    }
}

proptest! {
    #![proptest_config(config(4))]

    #[test]
    fn order_and_duplicates_never_change_an_answer_dec_2(
        (facts, again) in world().prop_flat_map(|facts| (Just(facts.clone()), restated(facts))),
        moment in moment(),
    ) {
        let (told, retold) = (on_the_server(&facts), on_the_server(&again));
        let (door, retold_door) = (Door::new(&told), Door::new(&retold));
        for question in all_questions(moment) {
            let expected = answer(&facts, &question);
            prop_assert_eq!(answer(&again, &question), expected, "the reference, asked {:?}", question);
            prop_assert_eq!(Plain::new(&again, question.user).ask(&question), expected, "the engine, asked {:?}", question);
            prop_assert_eq!(retold_door.ask(&question), door.ask(&question), "the server, asked {:?}", question);
        }
    }

    #[test]
    fn removing_a_grant_never_widens_dec_2(facts in world(), pick in any::<prop::sample::Index>(), moment in moment()) {
        let grants: Vec<usize> = (0..facts.len()).filter(|at| facts.get(*at).is_some_and(is_grant)).collect();
        prop_assume!(!grants.is_empty());
        let mut less = facts.clone();
        less.remove(*pick.get(&grants));
        let (told, told_less) = (on_the_server(&facts), on_the_server(&less));
        let before = Door::new(&told);
        let after = before.after(&told, &told_less);
        for user in USERS {
            let plain = (Plain::new(&facts, user), Plain::new(&less, user));
            let client = after.client(user);
            for question in questions(user, moment) {
                narrows(&question, plain.0.ask(&question), plain.1.ask(&question))?;
                narrows(&question, before.ask(&question), after.ask(&question))?;
                let expected = answer(&told_less, &Question { estimate: 0, ..question });
                prop_assert_eq!(after.ask(&question), expected, "the server afterwards, asked {:?}", question);
                prop_assert_eq!(client.ask(&question), expected, "the client afterwards, asked {:?}", question);
            }
        }
    }
}

fn narrows(question: &Question, before: Answer, after: Answer) -> Result<(), TestCaseError> {
    prop_assert!(before.goes_on() || !after.goes_on(), "{:?} was {:?} and became {:?}", question, before, after);
    Ok(())
}
