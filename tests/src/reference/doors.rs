//! The same world told to `sbm-core`, once for each door a question can come through (DEC-4): plain facts, the server's
//! directory, and a client that got its signed head and list from that directory.
#![expect(clippy::unwrap_used, reason = "the words of the worlds are names, and a test fails by panicking")]

mod client;
mod plain;
mod rows;
mod server;
mod words;

pub use client::Client;
pub use plain::{Plain, PlainStaff};
pub use server::Door;

use sbm_core::id::{Guid, Hash};
use sbm_core::permission::{Action, Context, Decision, Effect, Gate, Resource, Task, TaskAccess};
use sbm_core::time::{SECOND, Timestamp};

use super::server_acts::ServerQuestion;
use super::{Answer, Question, Word};

/// A decision of the engine in the reference's words.
#[must_use]
pub fn told(decision: Decision) -> Answer {
    let effect = match decision.effect {
        Effect::Allow => "allow",
        Effect::Deny => "deny",
        Effect::Unmanaged => "unmanaged",
    };
    Answer { effect, gate: decision.gate.map_or("", Gate::name), code: decision.code.name() }
}

/// The GUID of a managed profile of the worlds.
#[must_use]
pub fn guid(profile: Word) -> Guid {
    let hash = Hash::of(profile.as_bytes());
    Guid::from_bytes(*hash.as_bytes().first_chunk().unwrap())
}

fn action(question: &Question) -> Action {
    Action::from_name(question.act).unwrap()
}

fn resource(question: &Question) -> Resource {
    question.profile.map_or(Resource::Local, |profile| Resource::Managed(guid(profile)))
}

fn context(question: &Question) -> Context {
    Context { now: second(question.at), estimate: question.estimate }
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_millis(second * SECOND)
}

fn task(question: &ServerQuestion) -> (Task, TaskAccess) {
    let task = Task::ALL.into_iter().find(|task| serde_json::to_value(task).unwrap() == question.task).unwrap();
    (task, if question.write { TaskAccess::Write } else { TaskAccess::Read })
}
