//! `sbm-server admin reset`: the owner of the data directory gives `admin` a new password (RUN-3).
//!
//! 1. It is an act like any other: one plan, one commit, with its audit entry and the end of every token of `admin`'s. Who
//!    was disabled is enabled.
//! 2. It works beside a running server and with none. Beside one it waits until that server goes by the new facts, and
//!    says truthfully whether it does.

use std::path::Path;
use std::time::{Duration, Instant};

use sbm_core::code::Code;
use sbm_core::directory::command::UserPatch;
use sbm_core::directory::{Actor, Command, Directory, Refusal, command::Phc, plan};
use sbm_core::id::AccountId;
use sbm_core::wire::v1::session::Secret;

use crate::auth::password::Passwords;
use crate::clock::Clock;
use crate::config::Hashing;
use crate::data_dir::{Beside, DataDir};
use crate::service::acts::marked;
use crate::service::refusal;
use crate::store::sqlite::FILE;
use crate::store::{Commit, Committed, Revoke, Sqlite, Store, StoreError};

/// The built-in superuser.
const ADMIN: &str = "admin";
/// How often a plan that the server overtook is made again.
const TRIES: usize = 8;
/// How long a running server is waited for; it looks four times a second.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is looked whether it followed.
const LOOK: Duration = Duration::from_millis(50);

/// What became of the running server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Running {
    /// There is none; the next start begins with the new password.
    None,
    /// It goes by the new password, and the old sessions are over.
    Followed,
    /// It did not say so in time. The new password is stored; a restart makes sure.
    Silent,
}

/// Gives `admin` a new password.
///
/// # Errors
///
/// What the data directory, the rules for passwords, the plan or the store say; [`Code::NotClaimed`] when the server was
/// never set up. Nothing is changed then.
pub async fn reset(data_dir: &Path, hashing: Hashing, password: &Secret, clock: &dyn Clock) -> Result<Running, Refusal> {
    let beside = DataDir::open_beside(data_dir).map_err(|error| refusal(error.code(), error.to_string()))?;
    let store = open(&beside).map_err(|error| refusal(error.code(), error.to_string()))?;
    let phc: Phc = Passwords::new(hashing)?.hash_new(password).await?.into();
    let revision = commit(&store, &phc, clock)?;
    Ok(match beside {
        Beside::Alone(_) => Running::None,
        Beside::Server(_) => wait(&store, revision)?,
    })
}

fn open(beside: &Beside) -> Result<Sqlite, StoreError> {
    let (path, file) = (beside.path(), beside.path().join(FILE));
    match beside {
        Beside::Alone(_) if !file.exists() => {
            Err(StoreError::Unavailable(format!("there is no `{}`; start the server once", file.display()).into()))
        }
        Beside::Alone(_) => Sqlite::open(path),
        Beside::Server(_) => Sqlite::open_beside(path),
    }
}

fn commit(store: &dyn Store, phc: &Phc, clock: &dyn Clock) -> Result<u64, Refusal> {
    let told = |error: StoreError| refusal(error.code(), error.to_string());
    for _ in 0..TRIES {
        let facts = Directory::new(store.load().wait().map_err(told)?);
        if !facts.server().claimed {
            return Err(refusal(Code::NotClaimed, "the server is not set up yet; run `sbmctl setup` on this machine"));
        }
        let admin = facts.user_named(AccountId::ROOT, ADMIN).ok_or(Code::NotFound)?;
        let patch = UserPatch { disabled: admin.disabled.then_some(false), ..UserPatch::default() };
        let command = Command::ModifyUser { name: ADMIN.to_owned(), patch, phc: Some(phc.clone()) };
        let mut planned = plan(&facts, &Actor::system(), &command, clock.now())?;
        "admin.reset".clone_into(&mut planned.audit.act);
        let revoke = vec![Revoke::User { user: admin.id, audience: None }];
        let changes = marked(planned.changes)?;
        let commit = Commit { based_on: facts.revision(), changes, audit: vec![planned.audit], revoke };
        match store.commit(commit).wait().map_err(told)? {
            Committed::At(revision) => return Ok(revision),
            Committed::Stale(_) => {}
        }
    }
    Err(refusal(Code::Busy, "the running server keeps changing the same things; try again"))
}

/// The server says in the store how far it followed.
fn wait(store: &dyn Store, revision: u64) -> Result<Running, Refusal> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let followed = store.followed().wait().map_err(|error| refusal(error.code(), error.to_string()))?;
        if followed >= revision {
            return Ok(Running::Followed);
        }
        std::thread::sleep(LOOK);
    }
    Ok(Running::Silent)
}
