//! Who wants something done: a user, whoever holds the setup code, or the server itself.

use alloc::string::String;

use crate::id::{AccountId, UserId};
use crate::permission::{Ceiling, Task, TaskAccess};

/// Who wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// What he is.
    pub kind: ActorKind,
    /// The address he comes from; empty for the server itself.
    pub address: String,
    /// The confirmed name of that address, if the allowlist admits him by it (NET-5).
    pub host: Option<String>,
    /// The session that he acts by, if he does by one: an act is done only while it lives (RUN-7).
    pub session: Option<u64>,
    /// How far the token goes at most that he acts by, if it is no login of his own (RUN-11).
    pub limit: Option<Limit>,
    /// What he acts in, as the route says: he sees what he may see in that task (USR-5). Without one, what is his own.
    pub task: Option<(Task, TaskAccess)>,
}

/// How far a token goes at most (RUN-11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// In each task.
    pub most: Ceiling,
    /// Only at this account and below; wherever its owner goes, if missing.
    pub below: Option<AccountId>,
}

impl Limit {
    /// How far it goes in each task: the server itself is above every account.
    #[must_use]
    pub const fn ceiling(self) -> Ceiling {
        match self.below {
            Some(_) => self.most.with(Task::Server, TaskAccess::None),
            None => self.most,
        }
    }
}

impl Actor {
    /// The server itself.
    #[must_use]
    pub const fn system() -> Self {
        Self { kind: ActorKind::System, address: String::new(), host: None, session: None, limit: None, task: None }
    }

    /// A user at that address.
    #[must_use]
    pub const fn user(id: UserId, address: String) -> Self {
        Self { kind: ActorKind::User(id), address, host: None, session: None, limit: None, task: None }
    }
}

/// The kinds of actors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    /// Whoever holds the setup code (RUN-2).
    Setup,
    /// A user with a console session, or one who just proved the password.
    User(UserId),
    /// The server itself, or the owner of its data directory.
    System,
}
