//! Small worlds for the reference: random ones, and the questions to ask in each.

pub mod staff;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::{Fact, Question, Word};

/// The users of every world.
pub const USERS: [Word; 2] = ["ann", "bob"];
/// The accounts: the root, one below it and one below that.
pub const ACCOUNTS: [Word; 3] = ["acme", "north", "pc-1"];
/// The groups.
pub const GROUPS: [Word; 3] = ["accounts", "backoffice", "crew"];
/// The security profiles.
pub const SECURITY_PROFILES: [Word; 2] = ["end user", "keeper"];
/// The managed profiles; nothing is ever said about the last.
pub const PROFILES: [Word; 3] = ["finance", "photos", "unheard of"];
/// The eleven rights of USR-3.
pub const RIGHTS: [Word; 11] = [
    "all_access",
    "create",
    "delete",
    "modify",
    "export",
    "import",
    "rename",
    "modify_global_settings",
    "modify_login_settings",
    "run_manually",
    "restore",
];
/// The acts: one for each right but all access, and the schedule (USR-4).
pub const ACTS: [Word; 11] = [
    "create",
    "delete",
    "modify",
    "export",
    "import",
    "rename",
    "modify_global_settings",
    "modify_login_settings",
    "run_manually",
    "restore",
    "run_scheduled",
];
/// The states of an account that differ from active.
pub const STATES: [Word; 3] = ["disabled", "supervisor", "deletion_pending"];
/// Some reasons for the floor.
pub const REASONS: [Word; 5] = ["head_older", "cache_damaged", "token_refused", "denied_offline_age", "unknown_critical_feature"];

/// What does not depend on who asks for what.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moment {
    /// How many bytes of new data the host expects to store; they count for backups only.
    pub estimate: u64,
    /// The second at which it is asked.
    pub at: i64,
}

/// All questions that can be asked about a user.
pub fn questions(user: Word, Moment { estimate, at }: Moment) -> impl Iterator<Item = Question> {
    ACTS.into_iter().flat_map(move |act| {
        let resources = [None].into_iter().chain(PROFILES.into_iter().map(Some));
        resources.map(move |profile| Question { user, act, profile, estimate, at })
    })
}

/// A moment: the estimate is nothing, or small enough to meet the rooms of the worlds; the clock may have been set back.
pub fn moment() -> impl Strategy<Value = Moment> {
    (prop_oneof![Just(0), 0_u64..25, Just(u64::MAX)], 0_i64..4_000).prop_map(|(estimate, at)| Moment { estimate, at })
}

/// A world with everything in it that a decision looks at.
pub fn world() -> impl Strategy<Value = Vec<Fact>> {
    let users = USERS.map(user);
    let accounts = ACCOUNTS.map(account);
    let security_profiles = SECURITY_PROFILES.map(security_profile);
    let [finance, photos, _] = PROFILES;
    let profiles = [finance, photos].map(managed_profile);
    (users, accounts, security_profiles, profiles, standing(), age()).prop_map(
        |(users, accounts, security_profiles, profiles, standing, age)| {
            let [acme, north, pc] = ACCOUNTS;
            let mut facts = vec![Fact::Below(north, acme), Fact::Below(pc, north)];
            for part in users.into_iter().chain(accounts).chain(security_profiles).chain(profiles).chain([standing, age]) {
                facts.extend(part);
            }
            facts
        },
    )
}

/// The same facts in another order, some of them twice.
pub fn restated(facts: Vec<Fact>) -> impl Strategy<Value = Vec<Fact>> {
    let all = facts.len();
    (Just(facts.clone()), subsequence(facts, 0..=all))
        .prop_map(|(mut facts, again)| {
            facts.extend(again);
            facts
        })
        .prop_shuffle()
}

/// Whether a fact grants something, so that taking it away must never widen (DEC-2).
#[must_use]
pub const fn is_grant(fact: &Fact) -> bool {
    matches!(fact, Fact::Has(..) | Fact::Grants(..) | Fact::Member(..) | Fact::Shared(..) | Fact::Role(..))
}

/// The facts that a client holds after a check-in: room and reasons for a floor come from elsewhere.
#[must_use]
pub fn after_a_check_in(facts: &[Fact]) -> Vec<Fact> {
    let elsewhere = |fact: &Fact| matches!(fact, Fact::Room(..) | Fact::Unmanaged | Fact::Floor(_) | Fact::Bare(_));
    facts.iter().copied().filter(|fact| !elsewhere(fact)).collect()
}

/// The same with the room, which travels beside the head.
#[must_use]
pub fn after_a_check_in_with_room(facts: &[Fact]) -> Vec<Fact> {
    let rooms = facts.iter().copied().filter(|fact| matches!(fact, Fact::Room(..)));
    after_a_check_in(facts).into_iter().chain(rooms).collect()
}

/// The facts that a server goes by: how long ago a client was in contact is the client's.
#[must_use]
pub fn on_the_server(facts: &[Fact]) -> Vec<Fact> {
    without_age(&after_a_check_in(facts))
}

/// The facts but for how long ago a client was in contact.
#[must_use]
pub fn without_age(facts: &[Fact]) -> Vec<Fact> {
    let is_age = |fact: &&Fact| matches!(fact, Fact::Limit(_) | Fact::Contact(_) | Fact::Clock(_));
    facts.iter().filter(|fact| !is_age(fact)).copied().collect()
}

fn user(name: Word) -> BoxedStrategy<Vec<Fact>> {
    let security_profile = prop::option::weighted(0.85, select(&SECURITY_PROFILES[..]));
    (select(&ACCOUNTS[..]), security_profile, subsequence(&GROUPS[..], 0..=GROUPS.len()), prop::bool::weighted(0.1))
        .prop_map(move |(account, security_profile, groups, disabled)| {
            let mut facts = vec![Fact::Belongs(name, account)];
            facts.extend(security_profile.map(|profile| Fact::Has(name, profile)));
            facts.extend(groups.into_iter().map(|group| Fact::Member(name, group)));
            facts.extend(disabled.then_some(Fact::Disabled(name)));
            facts
        })
        .boxed()
}

fn account(name: Word) -> BoxedStrategy<Vec<Fact>> {
    let room = prop::option::weighted(0.3, prop_oneof![Just(0), 1_u64..20, Just(u64::MAX)]);
    (prop::option::weighted(0.4, select(&STATES[..])), room)
        .prop_map(move |(state, room)| {
            let state = state.map(|state| Fact::State(name, state));
            state.into_iter().chain(room.map(|room| Fact::Room(name, room))).collect()
        })
        .boxed()
}

fn security_profile(name: Word) -> BoxedStrategy<Vec<Fact>> {
    let [_, named @ ..] = &RIGHTS;
    (subsequence(&named[..], 0..=named.len()), prop::bool::weighted(0.15))
        .prop_map(move |(rights, all)| {
            let all = all.then_some("all_access");
            rights.into_iter().chain(all).map(|right| Fact::Grants(name, right)).collect()
        })
        .boxed()
}

fn managed_profile(name: Word) -> BoxedStrategy<Vec<Fact>> {
    (subsequence(&GROUPS[..], 0..=GROUPS.len()), prop::bool::weighted(0.25))
        .prop_map(move |(groups, marked)| {
            let marked = marked.then_some(Fact::Marked(name));
            groups.into_iter().map(|group| Fact::Shared(name, group)).chain(marked).collect()
        })
        .boxed()
}

/// A contact, clocks that were seen since, and perhaps a longest time offline.
fn age() -> BoxedStrategy<Vec<Fact>> {
    let limit = prop::option::weighted(0.5, 3_600_i64..3_700);
    (limit, 0_i64..400, prop::collection::vec(0_i64..4_000, 0..2))
        .prop_map(|(limit, contact, clocks)| {
            let limit = limit.map(Fact::Limit);
            limit.into_iter().chain([Fact::Contact(contact)]).chain(clocks.into_iter().map(Fact::Clock)).collect()
        })
        .boxed()
}

fn standing() -> BoxedStrategy<Vec<Fact>> {
    prop_oneof![
        6 => Just(vec![]),
        1 => Just(vec![Fact::Unmanaged]),
        2 => select(&REASONS[..]).prop_map(|code| vec![Fact::Floor(code)]),
        1 => select(&REASONS[..]).prop_map(|code| vec![Fact::Bare(code)]),
    ]
    .boxed()
}
