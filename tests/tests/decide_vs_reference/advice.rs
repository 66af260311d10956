//! What a denial proposes turns the answer round (DEC-3): it is followed like a person would, by its words alone, until the
//! answer is yes. Every reason is met at most once, so that each change did turn its own denial round.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use sbm_core::permission::Explanation;
use sbm_tests::reference::doors::{Door, Plain, PlainStaff, guid};
use sbm_tests::reference::server_acts::{self, ServerQuestion};
use sbm_tests::reference::worlds::staff::{self, STAFF, past_the_gate};
use sbm_tests::reference::worlds::{Moment, PROFILES, RIGHTS, SECURITY_PROFILES, USERS, moment, on_the_server, questions, world};
use sbm_tests::reference::{Answer, Fact, Question, Word, answer};

use super::config;

const NEW_GROUP: Word = "one group more";
const NEW_SECURITY_PROFILE: Word = "one profile more";

proptest! {
    #![proptest_config(config(2))]

    #[test]
    fn what_the_engine_proposes_turns_a_denial_round_dec_3(
        facts in world(),
        moment in moment(),
        pick in any::<prop::sample::Selector>(),
    ) {
        let facts: Vec<Fact> = facts.into_iter().filter(|fact| *fact != Fact::Unmanaged).collect();
        let asked = USERS.into_iter().flat_map(|user| questions(user, moment));
        let denied: Vec<Question> = asked.filter(|asked| !answer(&facts, asked).goes_on()).collect();
        let question = pick.select(&denied);
        let asked = Asked { user: question.user, at: question.at, estimate: question.estimate };
        follow(facts, asked, |facts| {
            let plain = Plain::new(facts, question.user);
            (plain.ask(question), plain.explain(question))
        })?;
    }

    #[test]
    fn what_the_server_proposes_turns_a_denial_round_dec_3(facts in world(), pick in any::<prop::sample::Selector>()) {
        let facts = on_the_server(&facts);
        let asked = USERS.into_iter().flat_map(|user| questions(user, Moment::default()));
        let denied: Vec<Question> = asked.filter(|asked| !answer(&facts, asked).goes_on()).collect();
        let question = pick.select(&denied);
        let door = Door::new(&facts);
        let (here, there) = (door.client(question.user).explain(question), door.explain(question));
        prop_assert_eq!(here, there, "client and server say it in the same words (DEC-4)");
        follow(facts, Asked { user: question.user, at: 0, estimate: 0 }, |facts| {
            let door = Door::new(facts);
            (door.ask(question), door.explain(question))
        })?;
    }

    #[test]
    fn what_is_proposed_about_an_act_on_the_server_turns_a_denial_round_dec_3(
        facts in staff::world(),
        pick in any::<prop::sample::Selector>(),
        at_the_server in any::<bool>(),
    ) {
        let facts = if at_the_server { past_the_gate(&facts) } else { facts };
        let asked = STAFF.into_iter().flat_map(staff::questions);
        // There is always some: whoever belongs to another organisation may not do what is the operator's.
        let denied: Vec<ServerQuestion> = asked.filter(|asked| !server_acts::answer(&facts, asked).goes_on()).collect();
        let question = pick.select(&denied);
        follow(facts, Asked { user: question.user, at: 0, estimate: 0 }, |facts| {
            if at_the_server {
                let door = Door::new(facts);
                (door.ask_to_act(question), door.explain_act(question))
            } else {
                let plain = PlainStaff::new(facts, question.user);
                (plain.ask(question), plain.explain(question))
            }
        })?;
    }
}

/// Who asked, and when.
#[derive(Clone, Copy)]
struct Asked {
    user: Word,
    at: i64,
    estimate: u64,
}

fn follow(mut facts: Vec<Fact>, asked: Asked, ask: impl Fn(&[Fact]) -> (Answer, Explanation)) -> Result<(), TestCaseError> {
    let mut reasons: Vec<Word> = Vec::new();
    loop {
        let (told, explained) = ask(&facts);
        prop_assert_eq!((told.code, told.gate), (explained.code.as_str(), explained.gate.map_or("", |gate| gate.name())));
        prop_assert_eq!(explained.change.is_none(), told.goes_on());
        let may = if told.goes_on() { " may " } else { " may not " };
        prop_assert!(told.effect == "unmanaged" || explained.sentence.contains(may), "{}", explained.sentence);
        let Some(change) = explained.change else { return Ok(()) };
        prop_assert!(!reasons.contains(&told.code), "{} came again after {:?}: {}", told.code, reasons, change);
        reasons.push(told.code);
        if change == "ask whoever manages the accounts above yours" {
            // What was set above is nothing that one could do oneself, and nothing more is told of it.
            prop_assert!(explained.sentence.ends_with(": set above your account"), "{}", explained.sentence);
            return Ok(());
        }
        apply(&mut facts, asked, &change);
    }
}

/// What a person would do who reads the proposal: the words in backticks are all there is to go by.
fn apply(facts: &mut Vec<Fact>, asked: Asked, change: &str) {
    let words: Vec<&str> = change.split('`').collect();
    let user = |name: &str| USERS.into_iter().chain(STAFF).find(|user| *user == name).unwrap();
    let right = |name: &str| RIGHTS.into_iter().find(|right| *right == name).unwrap();
    let profile = |name: &str| PROFILES.into_iter().find(|known| *known == name || guid(known).to_string() == name).unwrap();
    let security_profile = |name: &str| {
        let known = [NEW_SECURITY_PROFILE].into_iter().chain(SECURITY_PROFILES);
        known.into_iter().find(|known| *known == name).unwrap()
    };
    match words.as_slice() {
        ["give the right ", granted, " to the security profile ", to, ""] => {
            facts.push(Fact::Grants(security_profile(to), right(granted)));
        }
        ["give ", who, " a security profile with the right ", granted, ""] => {
            facts.push(Fact::Has(user(who), NEW_SECURITY_PROFILE));
            facts.push(Fact::Grants(NEW_SECURITY_PROFILE, right(granted)));
        }
        ["give ", who, " the role ", role, ""] => {
            let role = staff::ROLES.into_iter().find(|known| known == role).unwrap();
            facts.push(Fact::Role(user(who), role));
        }
        ["put ", who, " and ", what, " into one group"] => {
            facts.push(Fact::Member(user(who), NEW_GROUP));
            facts.push(Fact::Shared(profile(what), NEW_GROUP));
        }
        ["clear the mark for deletion of ", what, ""] => facts.retain(|fact| *fact != Fact::Marked(profile(what))),
        ["enable ", who, " on the server"] => facts.retain(|fact| *fact != Fact::Disabled(user(who))),
        ["put the address on the allowlist"] => facts.retain(|fact| *fact != Fact::Shut(asked.user)),
        ["log in"] => facts.retain(|fact| !matches!(fact, Fact::Stranger(user, _) if *user == asked.user)),
        ["give the second factor"] => facts.retain(|fact| *fact != Fact::Factor(asked.user)),
        [
            "log in to the server again"
            | "let this computer reach the server once, or log in again"
            | "let this computer reach the server once, or log in again; nothing goes on until then",
        ] => {
            let stranger = |fact: &Fact| matches!(fact, Fact::Stranger(user, _) if *user == asked.user);
            facts.retain(|fact| !matches!(fact, Fact::Floor(_) | Fact::Bare(_)) && !stranger(fact));
        }
        ["let this computer reach the server once"] => reach_the_server(facts, asked),
        ["update this program"] => {
            facts.retain(|fact| !matches!(fact, Fact::Floor(code) | Fact::Bare(code) if *code == "unknown_critical_feature"))
        }
        ["raise the quota or free some room"] => {
            let enough = |room: u64| room > 0 && room >= asked.estimate;
            facts.retain(|fact| !matches!(fact, Fact::Room(_, room) if !enough(*room)));
        }
        ["enable the account" | "take the supervisor mark off the account" | "cancel the account's deletion"] => {
            let own = account_of(facts, asked.user);
            facts.retain(|fact| !matches!(fact, Fact::State(account, _) if *account == own));
        }
        ["give the account a level that has the module"] => {
            let own = account_of(facts, asked.user);
            facts.retain(|fact| !matches!(fact, Fact::Lacks(account, _) if *account == own));
        }
        _ => panic!("nobody can follow `{change}`"),
    }
}

/// A contact now: the server's clock corrects what was seen before.
fn reach_the_server(facts: &mut Vec<Fact>, asked: Asked) {
    facts.retain(|fact| !matches!(fact, Fact::Contact(_) | Fact::Clock(_) | Fact::Floor(_) | Fact::Bare(_)));
    facts.push(Fact::Contact(asked.at));
}

fn account_of(facts: &[Fact], user: Word) -> Word {
    let own = facts.iter().find_map(|fact| match fact {
        Fact::Belongs(name, account) if *name == user => Some(*account),
        _ => None,
    });
    own.unwrap()
}
