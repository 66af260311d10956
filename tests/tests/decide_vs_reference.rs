//! The engine against the naive reference, through every door that needs no process: plain facts, the server's directory,
//! and a client with a signed head (DEC-1, DEC-2, DEC-4, PRO-1, USR-3, USR-4, ACC-5 to ACC-8, OFF-3).
//!
//! `SBM_CASES` sets the number of random worlds in which answers are compared, each with every question that two users
//! can ask; the properties of DEC-2 and DEC-3 are tried in a quarter as many.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use sbm_core::permission::{Action, Right};
use sbm_tests::reference::doors::{Client, Door, Plain, guid};
use sbm_tests::reference::worlds::{
    ACTS, GROUPS, PROFILES, REASONS, RIGHTS, STATES, USERS, is_grant, on_the_server, questions, restated, world,
};
use sbm_tests::reference::{Answer, Fact, Question, Word, answer};

const ANN: Word = "ann";
const FINANCE: Word = "finance";

fn config(share: u32) -> ProptestConfig {
    let cases: u32 = std::env::var("SBM_CASES").map_or(20_000, |text| text.parse().unwrap());
    ProptestConfig { cases: cases.div_ceil(share), failure_persistence: None, ..ProptestConfig::default() }
}

fn all_questions(estimate: u64) -> impl Iterator<Item = Question> {
    USERS.into_iter().flat_map(move |user| questions(user, estimate))
}

/// An estimate is nothing, or small enough to meet the rooms of the worlds.
fn estimate() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), 0_u64..25, Just(u64::MAX)]
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn the_engine_and_the_reference_agree_on_every_world_dec_1((facts, estimate) in (world(), estimate())) {
        for user in USERS {
            let plain = Plain::new(&facts, user);
            for question in questions(user, estimate) {
                prop_assert_eq!(plain.ask(&question), answer(&facts, &question), "{:?}", question);
            }
        }
    }

    #[test]
    fn server_and_client_give_the_reference_s_answer_dec_4(facts in world()) {
        let facts = on_the_server(&facts);
        let door = Door::new(&facts);
        for user in USERS {
            let client = door.client(user);
            for question in questions(user, 0) {
                let expected = answer(&facts, &question);
                prop_assert_eq!(door.ask(&question), expected, "the server, asked {:?}", question);
                prop_assert_eq!(client.ask(&question), expected, "the client, asked {:?}", question);
            }
        }
    }
}

proptest! {
    #![proptest_config(config(4))]

    #[test]
    fn order_and_duplicates_never_change_an_answer_dec_2(
        (facts, again) in world().prop_flat_map(|facts| (Just(facts.clone()), restated(facts))),
        estimate in estimate(),
    ) {
        let (told, retold) = (on_the_server(&facts), on_the_server(&again));
        let (door, retold_door) = (Door::new(&told), Door::new(&retold));
        for question in all_questions(estimate) {
            let expected = answer(&facts, &question);
            prop_assert_eq!(answer(&again, &question), expected, "the reference, asked {:?}", question);
            prop_assert_eq!(Plain::new(&again, question.user).ask(&question), expected, "the engine, asked {:?}", question);
            prop_assert_eq!(retold_door.ask(&question), door.ask(&question), "the server, asked {:?}", question);
        }
    }

    #[test]
    fn removing_a_grant_never_widens_dec_2(facts in world(), pick in any::<prop::sample::Index>(), estimate in estimate()) {
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
            for question in questions(user, estimate) {
                narrows(&question, plain.0.ask(&question), plain.1.ask(&question))?;
                narrows(&question, before.ask(&question), after.ask(&question))?;
                let expected = answer(&told_less, &Question { estimate: 0, ..question });
                prop_assert_eq!(after.ask(&question), expected, "the server afterwards, asked {:?}", question);
                prop_assert_eq!(client.ask(&question), expected, "the client afterwards, asked {:?}", question);
            }
        }
    }

    #[test]
    fn what_an_explanation_proposes_turns_the_answer_round_dec_3(facts in world(), pick in any::<prop::sample::Selector>()) {
        follow_the_advice(on_the_server(&facts), &pick.select(all_questions(0)))?;
    }
}

fn narrows(question: &Question, before: Answer, after: Answer) -> Result<(), TestCaseError> {
    prop_assert!(before.goes_on() || !after.goes_on(), "{:?} was {:?} and became {:?}", question, before, after);
    Ok(())
}

/// Does what each denial proposes until the answer is yes; every reason is met at most once and comes later than the
/// one before, so that each change did turn its own denial round.
fn follow_the_advice(mut facts: Vec<Fact>, question: &Question) -> Result<(), TestCaseError> {
    let mut reasons: Vec<Word> = Vec::new();
    loop {
        let door = Door::new(&facts);
        let told = door.ask(question);
        let explained = door.explain(question);
        prop_assert_eq!((told.code, told.gate), (explained.code.as_str(), explained.gate.map_or("", |gate| gate.name())));
        prop_assert_eq!(explained.change.is_none(), told.goes_on());
        let Some(change) = explained.change else { return Ok(()) };
        prop_assert!(!reasons.contains(&told.code), "{} came again after {:?}: {}", told.code, reasons, change);
        reasons.push(told.code);
        apply(&mut facts, question, &change);
    }
}

/// What a person would do who reads the proposal: the words in backticks are all there is to go by.
fn apply(facts: &mut Vec<Fact>, question: &Question, change: &str) {
    const NEW_GROUP: Word = "one group more";
    const NEW_SECURITY_PROFILE: Word = "one profile more";
    let named: Vec<&str> = change.split('`').skip(1).step_by(2).collect();
    let right = |name: &str| RIGHTS.into_iter().find(|right| *right == name).unwrap();
    let user = |name: &str| USERS.into_iter().find(|user| *user == name).unwrap();
    let profile = |name: &str| PROFILES.into_iter().find(|known| *known == name || guid(known).to_string() == name).unwrap();
    let security_profile = |name: &str| {
        let known = [NEW_SECURITY_PROFILE].into_iter().chain(sbm_tests::reference::worlds::SECURITY_PROFILES);
        known.into_iter().find(|known| *known == name).unwrap()
    };
    match (change.split('`').next().unwrap(), named.as_slice()) {
        ("give the right ", [granted, to]) => facts.push(Fact::Grants(security_profile(to), right(granted))),
        ("give ", [who, granted]) => {
            facts.push(Fact::Has(user(who), NEW_SECURITY_PROFILE));
            facts.push(Fact::Grants(NEW_SECURITY_PROFILE, right(granted)));
        }
        ("put ", [who, what]) => {
            facts.push(Fact::Member(user(who), NEW_GROUP));
            facts.push(Fact::Shared(profile(what), NEW_GROUP));
        }
        ("clear the mark for deletion of ", [what]) => facts.retain(|fact| *fact != Fact::Marked(profile(what))),
        ("enable ", [who]) => facts.retain(|fact| *fact != Fact::Disabled(user(who))),
        ("enable the account" | "take the supervisor mark off the account" | "cancel the account's deletion", []) => {
            let own = |account: &Word| facts.contains(&Fact::Belongs(question.user, account));
            let kept = facts.iter().copied().filter(|fact| !matches!(fact, Fact::State(account, _) if own(account))).collect();
            *facts = kept;
        }
        _ => panic!("nobody can follow `{change}`"),
    }
}

/// No security profile, an empty one, each right alone and each pair; all access is among them.
fn small_sets_of_rights() -> Vec<Option<Vec<Word>>> {
    let pairs = RIGHTS.iter().enumerate().flat_map(|(at, one)| RIGHTS.iter().skip(at + 1).map(|other| vec![*one, *other]));
    let sets = [vec![]].into_iter().chain(RIGHTS.iter().map(|right| vec![*right])).chain(pairs);
    [None].into_iter().chain(sets.map(Some)).collect()
}

#[test]
fn every_small_world_of_rights_states_entitlements_and_standings_agrees_dec_1() {
    let standings =
        [None, Some(Fact::Unmanaged), Some(Fact::Disabled(ANN))].into_iter().chain(REASONS.map(|code| Some(Fact::Floor(code))));
    let standings: Vec<Option<Fact>> = standings.collect();
    let states: Vec<Option<Word>> = [None].into_iter().chain(STATES.map(Some)).collect();
    let entitlements: [&[Fact]; 4] = [
        &[],
        &[Fact::Marked(FINANCE)],
        &[Fact::Member(ANN, "crew"), Fact::Shared(FINANCE, "crew")],
        &[Fact::Member(ANN, "crew"), Fact::Shared(FINANCE, "crew"), Fact::Marked(FINANCE)],
    ];
    let mut asked = 0_u32;
    for rights in small_sets_of_rights() {
        for (state, standing) in states.iter().flat_map(|state| standings.iter().map(move |standing| (state, standing))) {
            for entitlement in entitlements {
                for room in [None, Some(0), Some(10)] {
                    let mut facts = vec![Fact::Belongs(ANN, "pc-1"), Fact::Below("pc-1", "acme")];
                    if let Some(rights) = &rights {
                        facts.push(Fact::Has(ANN, "keeper"));
                        facts.extend(rights.iter().map(|right| Fact::Grants("keeper", right)));
                    }
                    facts.extend(state.map(|state| Fact::State("pc-1", state)));
                    facts.extend(*standing);
                    facts.extend(entitlement);
                    facts.extend(room.map(|room| Fact::Room("acme", room)));
                    asked += compare_one_profile(&facts);
                }
            }
        }
    }
    assert_eq!(asked, 68 * 4 * 7 * 4 * 3 * (9 * 2 + 2 * 2 * 3));
}

/// Every act on no profile and on one managed profile; backups with an estimate below, at and above the room.
fn compare_one_profile(facts: &[Fact]) -> u32 {
    let plain = Plain::new(facts, ANN);
    let mut asked = 0;
    for act in ACTS {
        let estimates: &[u64] = if act.starts_with("run_") { &[0, 10, 11] } else { &[11] };
        for profile in [None, Some(FINANCE)] {
            for estimate in estimates {
                let question = Question { user: ANN, act, profile, estimate: *estimate };
                assert_eq!(plain.ask(&question), answer(facts, &question), "{question:?} in {facts:?}");
                asked += 1;
            }
        }
    }
    asked
}

#[test]
fn every_small_world_of_groups_agrees_at_the_server_and_at_the_client_pro_1() {
    let subsets = |make: fn(Word) -> Fact| -> Vec<Vec<Fact>> {
        (0_u8..8)
            .map(|bits| {
                GROUPS.into_iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0).map(|(_, group)| make(group)).collect()
            })
            .collect()
    };
    for member in subsets(|group| Fact::Member(ANN, group)) {
        for finance in subsets(|group| Fact::Shared(FINANCE, group)) {
            for photos in subsets(|group| Fact::Shared("photos", group)) {
                for marked in [None, Some(Fact::Marked(FINANCE))] {
                    let mut facts = vec![Fact::Belongs(ANN, "acme"), Fact::Has(ANN, "keeper"), Fact::Grants("keeper", "modify")];
                    facts.extend(member.iter().chain(&finance).chain(&photos).copied().chain(marked));
                    let door = Door::new(&facts);
                    let client = door.client(ANN);
                    compare_doors(&facts, &door, &client);
                }
            }
        }
    }
}

fn compare_doors(facts: &[Fact], door: &Door, client: &Client) {
    for profile in PROFILES.map(Some).into_iter().chain([None]) {
        for act in ["modify", "restore", "run_scheduled"] {
            let question = Question { user: ANN, act, profile, estimate: 0 };
            let expected = answer(facts, &question);
            assert_eq!(door.ask(&question), expected, "the server, asked {question:?} in {facts:?}");
            assert_eq!(client.ask(&question), expected, "the client, asked {question:?} in {facts:?}");
        }
    }
}

#[test]
fn the_words_of_the_worlds_are_the_engine_s_own() {
    assert_eq!(ACTS.to_vec(), Action::ALL.map(Action::name).to_vec());
    assert_eq!(RIGHTS.to_vec(), Right::ALL.map(Right::name).to_vec());
}
