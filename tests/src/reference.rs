//! The naive reference engine: what SPEC 1 and 4 to 8 say about acts of a backup program, written down a second time; acts
//! on the server are in `server_acts`.
//!
//! It knows nothing of `sbm-core`: no sets of bits, no table of gates, no types of the engine. The world is a list of
//! facts in words, and every question is answered by walking over that list. It is slow on purpose; what it is good for
//! is being obviously what the specification says. `tests/decide_vs_reference.rs` compares.

pub mod doors;
pub mod server_acts;
pub mod worlds;

/// A word of the world: the name of a user, group, account, profile, right, act, state or code.
pub type Word = &'static str;

/// One fact. The order in which facts are stated and duplicates mean nothing (DEC-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The user belongs to the account.
    Belongs(Word, Word),
    /// The account is directly below that one.
    Below(Word, Word),
    /// The account is `disabled`, `supervisor` or `deletion_pending`; it is active if nothing is said.
    State(Word, Word),
    /// That many bytes of new data fit under the account's quota.
    Room(Word, u64),
    /// The user has the security profile.
    Has(Word, Word),
    /// The security profile grants the right.
    Grants(Word, Word),
    /// The user is in the group.
    Member(Word, Word),
    /// The managed profile is in the group.
    Shared(Word, Word),
    /// The managed profile is marked for deletion.
    Marked(Word),
    /// The user is disabled, so that the server refuses him.
    Disabled(Word),
    /// The installation was never enrolled.
    Unmanaged,
    /// The installation has nothing to trust, for this reason.
    Floor(Word),
    /// The installation has nothing to trust for this reason, and nothing is left of what was verified before.
    Bare(Word),
    /// After so many seconds without contact the installation has only the floor left.
    Limit(i64),
    /// The installation was last in contact at that second.
    Contact(i64),
    /// Some clock has shown the installation that second.
    Clock(i64),
    /// The user has the role on the server.
    Role(Word, Word),
    /// The user's address is not admitted.
    Shut(Word),
    /// The user is not logged in, for this reason.
    Stranger(Word, Word),
    /// The user's second factor is missing.
    Factor(Word),
    /// The account does not have the module of that task.
    Lacks(Word, Word),
}

/// "May this user do that?"
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// Who.
    pub user: Word,
    /// The act, as the specification's table names it with `_` between words.
    pub act: Word,
    /// The managed profile; none for a local one or for no profile at all.
    pub profile: Option<Word>,
    /// How many bytes of new data the host expects to store.
    pub estimate: u64,
    /// The second at which it is asked.
    pub at: i64,
}

/// The answer in words: effect, gate and reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// `allow`, `deny` or `unmanaged`.
    pub effect: Word,
    /// The gate that refused; empty if none did.
    pub gate: Word,
    /// The reason; `ok` if nothing refused.
    pub code: Word,
}

impl Answer {
    /// No gate refused.
    pub const ALLOW: Self = Self { effect: "allow", gate: "", code: "ok" };

    /// Whether the host may go on.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        self.effect != "deny"
    }
}

/// Answers a question from the facts.
#[must_use]
pub fn answer(facts: &[Fact], question: &Question) -> Answer {
    // DEC-6: a host that was never enrolled decides for itself.
    if facts.contains(&Fact::Unmanaged) {
        return Answer { effect: "unmanaged", gate: "", code: "ok" };
    }
    // OFF-3 before everything, then the gates in the order of DEC-1; the first that refuses is the answer.
    let refusals = [
        ("floor", floor(facts, question)),
        ("account_state", account_state(facts, question)),
        ("right", right(facts, question)),
        ("entitlement", entitlement(facts, question)),
        ("quota", quota(facts, question)),
    ];
    for (gate, refusal) in refusals {
        if let Some(code) = refusal {
            return Answer { effect: "deny", gate, code };
        }
    }
    Answer::ALLOW
}

/// OFF-3: managed profiles may run on schedule, restore by the rights; everything else is denied. OFF-2: a refusal by
/// the server, such as a disabled user's, narrows to the same floor; where there is nothing to trust, that is the reason.
fn floor(facts: &[Fact], question: &Question) -> Option<Word> {
    // By what was verified last: where nothing of it is left, nobody knows any better than the reason for that.
    for fact in facts {
        if let Fact::Bare(code) = fact {
            return Some(code);
        }
    }
    if question.act == "restore" {
        return None;
    }
    if question.act == "run_scheduled" && question.profile.is_some() {
        return None;
    }
    for fact in facts {
        if let Fact::Floor(code) = fact {
            return Some(code);
        }
    }
    if facts.contains(&Fact::Disabled(question.user)) {
        return Some("user_disabled");
    }
    too_long_offline(facts, question.at).then_some("denied_offline_age")
}

/// OFF-3: an optional longest time offline; age only narrows, and a clock set back makes nothing younger.
fn too_long_offline(facts: &[Fact], at: i64) -> bool {
    let mut latest = at;
    let mut contact = 0;
    for fact in facts {
        match fact {
            Fact::Clock(second) if *second > latest => latest = *second,
            Fact::Contact(second) => contact = *second,
            _ => {}
        }
    }
    for fact in facts {
        match fact {
            Fact::Limit(seconds) if latest - contact > *seconds => return true,
            _ => {}
        }
    }
    false
}

/// ACC-6: disabled, no backups; restores and the rest stay; that account alone. ACC-7: supervisor, no backups. ACC-8:
/// while its deletion is pending, restores only.
fn account_state(facts: &[Fact], question: &Question) -> Option<Word> {
    if question.act == "restore" {
        return None;
    }
    let is_backup = question.act == "run_manually" || question.act == "run_scheduled";
    let account = account_of(facts, question.user)?;
    for fact in facts {
        match fact {
            Fact::State(name, "deletion_pending") if *name == account => return Some("denied_account_deletion"),
            Fact::State(name, "disabled") if *name == account && is_backup => return Some("denied_account_disabled"),
            Fact::State(name, "supervisor") if *name == account && is_backup => return Some("denied_account_supervisor"),
            _ => {}
        }
    }
    None
}

/// USR-3: the right of the act's own name, or all access; no security profile, no right. USR-4: the schedule needs none.
fn right(facts: &[Fact], question: &Question) -> Option<Word> {
    if question.act == "run_scheduled" {
        return None;
    }
    let mut has_profile = false;
    for fact in facts {
        let Fact::Has(user, profile) = fact else { continue };
        if *user != question.user {
            continue;
        }
        has_profile = true;
        for granted in facts {
            let Fact::Grants(granting, right) = granted else { continue };
            if granting == profile && (*right == question.act || *right == "all_access") {
                return None;
            }
        }
    }
    Some(if has_profile { "denied_right" } else { "denied_no_security_profile" })
}

/// PRO-1: user and managed profile share at least one group. PRO-6: what is marked for deletion is withdrawn.
fn entitlement(facts: &[Fact], question: &Question) -> Option<Word> {
    let profile = question.profile?;
    for member in facts {
        let Fact::Member(user, group) = member else { continue };
        if *user == question.user && facts.contains(&Fact::Shared(profile, group)) {
            return facts.contains(&Fact::Marked(profile)).then_some("denied_marked_for_deletion");
        }
    }
    Some("denied_entitlement")
}

/// ACC-5: the tightest room on the path decides; over quota refuses new data, never restores.
fn quota(facts: &[Fact], question: &Question) -> Option<Word> {
    if question.act != "run_manually" && question.act != "run_scheduled" {
        return None;
    }
    let mut account = account_of(facts, question.user);
    while let Some(name) = account {
        for fact in facts {
            match fact {
                Fact::Room(of, 0) if *of == name => return Some("denied_quota"),
                Fact::Room(of, room) if *of == name && question.estimate > *room => return Some("denied_quota"),
                _ => {}
            }
        }
        account = above(facts, name);
    }
    None
}

fn account_of(facts: &[Fact], user: Word) -> Option<Word> {
    for fact in facts {
        match fact {
            Fact::Belongs(name, account) if *name == user => return Some(account),
            _ => {}
        }
    }
    None
}

fn above(facts: &[Fact], account: Word) -> Option<Word> {
    for fact in facts {
        match fact {
            Fact::Below(name, parent) if *name == account => return Some(parent),
            _ => {}
        }
    }
    None
}
