//! Small worlds in which somebody asks the server to act.

use proptest::prelude::*;
use proptest::sample::select;

use super::super::server_acts::ServerQuestion;
use super::super::{Fact, Word};
use super::{ACCOUNTS, STATES};

/// Those who ask: two of the operator's, and one of another organisation on the same server.
pub const STAFF: [Word; 3] = ["ann", "bob", "eve"];
/// The other organisation.
pub const OTHER: Word = "globex";
/// The tasks of the matrix of roles.
pub const TASKS: [Word; 10] =
    ["users", "accounts", "devices", "groups", "profiles", "history_read", "history_delete", "alerts", "server", "passphrases"];
/// Roles; the last is not defined.
pub const ROLES: [Word; 7] = ["admin", "administrator", "manager", "operator", "supporter", "security_officer", "night watch"];
/// Some reasons for not being logged in.
pub const STRANGERS: [Word; 2] = ["denied_authentication", "token_refused"];

/// All questions about a user.
pub fn questions(user: Word) -> impl Iterator<Item = ServerQuestion> {
    TASKS.into_iter().flat_map(move |task| [false, true].map(|write| ServerQuestion { user, task, write }))
}

/// A world with everything in it that an act on the server looks at.
pub fn world() -> impl Strategy<Value = Vec<Fact>> {
    let states = prop::collection::vec(prop::option::weighted(0.4, select(&STATES[..])), 4);
    (STAFF.map(somebody), states).prop_map(|(staff, states)| {
        let [acme, north, pc] = ACCOUNTS;
        let mut facts = vec![Fact::Below(north, acme), Fact::Below(pc, north)];
        let named = ACCOUNTS.into_iter().chain([OTHER]).zip(states);
        facts.extend(named.filter_map(|(account, state)| state.map(|state| Fact::State(account, state))));
        facts.extend(staff.into_iter().flatten());
        facts
    })
}

/// The facts that a server holds about whom its request gate let in and who is logged in.
#[must_use]
pub fn past_the_gate(facts: &[Fact]) -> Vec<Fact> {
    let is_before = |fact: &Fact| matches!(fact, Fact::Shut(_) | Fact::Stranger(..) | Fact::Factor(_) | Fact::Lacks(..));
    facts.iter().copied().filter(|fact| !is_before(fact)).collect()
}

fn somebody(name: Word) -> BoxedStrategy<Vec<Fact>> {
    let account = if name == "eve" { Just(OTHER).boxed() } else { select(&ACCOUNTS[..]).boxed() };
    let roles = prop::sample::subsequence(&ROLES[..], 0..=ROLES.len());
    let stranger = prop::option::weighted(0.15, select(&STRANGERS[..]));
    let rarely = || prop::bool::weighted(0.15);
    let lacks = prop::option::weighted(0.3, select(&TASKS[..]));
    (account, roles, stranger, lacks, rarely(), rarely(), rarely())
        .prop_map(move |(account, roles, stranger, lacks, shut, factor, disabled)| {
            let mut facts = vec![Fact::Belongs(name, account)];
            facts.extend(roles.into_iter().map(|role| Fact::Role(name, role)));
            facts.extend(stranger.map(|code| Fact::Stranger(name, code)));
            facts.extend(lacks.map(|task| Fact::Lacks(account, task)));
            facts.extend(shut.then_some(Fact::Shut(name)));
            facts.extend(factor.then_some(Fact::Factor(name)));
            facts.extend(disabled.then_some(Fact::Disabled(name)));
            facts
        })
        .boxed()
}
