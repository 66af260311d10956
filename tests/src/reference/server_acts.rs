//! Acts on the server: what SPEC 1 and 4 say about them, as naive as the rest of the reference.

use super::{Answer, Fact, Word, account_of};

/// "May this user do that on the server?"
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerQuestion {
    /// Who.
    pub user: Word,
    /// The task: a row of the matrix of roles.
    pub task: Word,
    /// Whether to write; to read, if not.
    pub write: bool,
}

/// Answers a question from the facts.
#[must_use]
pub fn answer(facts: &[Fact], question: &ServerQuestion) -> Answer {
    // The gates in the order of DEC-1; the first that refuses is the answer.
    let refusals = [
        ("network", network(facts, question)),
        ("authentication", authentication(facts, question)),
        ("second_factor", second_factor(facts, question)),
        ("account_state", account_state(facts, question)),
        ("role", role(facts, question)),
        ("module", module(facts, question)),
    ];
    for (gate, refusal) in refusals {
        if let Some(code) = refusal {
            return Answer { effect: "deny", gate, code };
        }
    }
    Answer::ALLOW
}

/// NET-1: who is not admitted is refused before anything else is looked at.
fn network(facts: &[Fact], question: &ServerQuestion) -> Option<Word> {
    facts.contains(&Fact::Shut(question.user)).then_some("denied_address")
}

/// RUN-7: who is not logged in, or is disabled, is refused.
fn authentication(facts: &[Fact], question: &ServerQuestion) -> Option<Word> {
    for fact in facts {
        match fact {
            Fact::Stranger(user, code) if *user == question.user => return Some(code),
            _ => {}
        }
    }
    facts.contains(&Fact::Disabled(question.user)).then_some("user_disabled")
}

/// RUN-8: a second factor that is asked for and missing.
fn second_factor(facts: &[Fact], question: &ServerQuestion) -> Option<Word> {
    facts.contains(&Fact::Factor(question.user)).then_some("denied_second_factor")
}

/// ACC-8: while its deletion is pending, nothing is changed any more. ACC-6, ACC-7: what makes no backups keeps its console.
fn account_state(facts: &[Fact], question: &ServerQuestion) -> Option<Word> {
    let account = account_of(facts, question.user)?;
    let deleted = facts.contains(&Fact::State(account, "deletion_pending"));
    (deleted && question.write).then_some("denied_account_deletion")
}

/// USR-5: what each role may write and what it may only read, as the table has it. The superuser, spelled `admin`, may do
/// everything but make passphrases, which is the add-on's; a role that nobody defined allows nothing.
fn role(facts: &[Fact], question: &ServerQuestion) -> Option<Word> {
    const MAY: [(Word, &[Word], &[Word]); 5] = [
        ("administrator", &["users", "accounts", "groups", "alerts"], &["devices", "history_read"]),
        ("manager", &["devices", "groups", "alerts"], &["users", "accounts", "history_read"]),
        ("operator", &["alerts"], &["users", "accounts", "devices", "groups", "history_read"]),
        ("supporter", &[], &["accounts", "devices", "groups", "history_read", "alerts"]),
        ("security_officer", &["passphrases"], &[]),
    ];
    if question.task != "passphrases" && facts.contains(&Fact::Role(question.user, "admin")) {
        return None;
    }
    for (role, writes, reads) in MAY {
        let may = writes.contains(&question.task) || (reads.contains(&question.task) && !question.write);
        if may && facts.contains(&Fact::Role(question.user, role)) {
            return None;
        }
    }
    Some("denied_role")
}

/// ACC-3: the account has the task's module. The server itself is its operator's, whose organisation is the first one,
/// and of nobody below it (ACC-4).
fn module(facts: &[Fact], question: &ServerQuestion) -> Option<Word> {
    let account = account_of(facts, question.user)?;
    if facts.contains(&Fact::Lacks(account, question.task)) {
        return Some("denied_module");
    }
    (question.task == "server" && account != "acme").then_some("denied_module")
}
