//! `sbm-server admin reset`: the owner of the data directory, or whoever has the key file and gets into the shared database,
//! gives `admin` a new password (RUN-3).
//!
//! 1. It is an act like any other: one plan, one commit, with its audit entry and the end of every token of `admin`'s. Who
//!    was disabled is enabled. Where nobody of his account is a security officer any more `admin` is one, since only one of
//!    them could give it (USR-10).
//! 2. It works beside a running server and with none. Beside one it waits until that server goes by the new facts, and
//!    says truthfully whether it does.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use sbm_core::code::Code;
use sbm_core::directory::command::UserPatch;
use sbm_core::directory::rows::User;
use sbm_core::directory::{Actor, Command, Directory, Refusal, command::Phc, plan};
use sbm_core::id::AccountId;
use sbm_core::permission::Role;
use sbm_core::wire::v1::session::Secret;

use crate::auth::password::{For, Passwords};
use crate::auth::throttle::name_key;
use crate::clock::Clock;
use crate::config::Config;
use crate::data_dir::Beside;
use crate::place::{self, OpenedBeside};
use crate::service::acts::marked;
use crate::service::credentials::brake_name;
use crate::service::refusal;
use crate::service::sightings::Sightings;
use crate::store::attempts::Outcome;
use crate::store::{Commit, Committed, Revoke, Store, StoreError};

/// The built-in superuser.
const ADMIN: &str = "admin";
/// How often a plan that the server overtook is made again.
const TRIES: usize = 8;
/// How long running servers are waited for; they look twice a second, or their lease runs out.
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

/// What becomes of the second factor of `admin` (RUN-8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// It stays: the new password alone lets nobody in.
    Kept,
    /// It is removed.
    Removed,
}

/// Gives `admin` a new password.
///
/// # Errors
///
/// What the data directory, the rules for passwords, the plan or the store say; [`Code::NotClaimed`] when the server was
/// never set up. Nothing is changed then.
pub async fn reset(config: &Config, password: &Secret, factor: Factor, clock: &dyn Clock) -> Result<Running, Refusal> {
    let OpenedBeside { store, beside } = place::open_beside(config)?;
    let phc: Phc = Passwords::new(config.hashing)?.hash_new(For::Act, password).await?.into();
    let revision = commit(&*store, &phc, factor, clock)?;
    Ok(match beside {
        Some(Beside::Alone(_)) => Running::None,
        Some(Beside::Server(_)) | None => wait(&*store, revision)?,
    })
}

fn commit(store: &dyn Store, phc: &Phc, factor: Factor, clock: &dyn Clock) -> Result<u64, Refusal> {
    let told = |error: StoreError| refusal(error.code(), error.to_string());
    for _ in 0..TRIES {
        let facts = Directory::new(store.load().wait().map_err(told)?);
        if !facts.server().claimed {
            return Err(refusal(Code::NotClaimed, "the server is not set up yet; run `sbmctl setup` on this machine"));
        }
        let admin = facts.seen_by(&Actor::system()).user(ADMIN).ok_or(Code::NotFound)?;
        let roles = (!has_officer(&facts)).then(|| admin.roles.with(Role::Superuser).with(Role::SecurityOfficer));
        let patch = UserPatch { disabled: admin.disabled.then_some(false), roles, ..UserPatch::default() };
        let command = Command::ModifyUser { name: ADMIN.to_owned(), patch, phc: Some(phc.clone()) };
        let mut planned = plan(&facts, &Actor::system(), &command, clock.now())?;
        "admin.reset".clone_into(&mut planned.audit.act);
        let mut audit = vec![planned.audit];
        // A new password does not skip a second factor: who lost that, too, says so (RUN-8).
        if factor == Factor::Removed && facts.has_factor(admin.id) {
            let command = Command::RemoveFactor { name: Some(ADMIN.to_owned()) };
            let removed = plan(&facts, &Actor::system(), &command, clock.now())?;
            planned.changes.extend(removed.changes);
            audit.push(removed.audit);
        }
        let revoke = vec![Revoke::User { user: admin.id, audience: None }];
        let changes = marked(planned.changes)?;
        let commit = Commit { based_on: facts.revision(), changes, audit, revoke };
        match store.commit(commit).wait().map_err(told)? {
            Committed::At(revision) => {
                free_brakes(store, &facts, &facts.login_of(admin));
                return Ok(revision);
            }
            Committed::Stale(_) => {}
        }
    }
    Err(refusal(Code::Busy, "the running server keeps changing the same things; try again"))
}

/// Whether somebody of the operator's own account is a security officer: one of a customer's gives that role to nobody above.
fn has_officer(facts: &Directory) -> bool {
    let is = |user: &User| user.roles.has(Role::SecurityOfficer) && !user.disabled;
    facts.users().any(|user| is(user) && user.account == AccountId::ROOT)
}

/// Whoever lives says in the store how far it followed; one that does not live follows before it answers anybody.
fn wait(store: &dyn Store, revision: u64) -> Result<Running, Refusal> {
    let (begun, mut sightings) = (Instant::now(), Sightings::default());
    while begun.elapsed() < PATIENCE {
        let asked = begun.elapsed();
        let members = store.members().wait().map_err(|error| refusal(error.code(), error.to_string()))?;
        if let Some(span) = store.lease() {
            sightings.look(&members, asked, begun.elapsed(), span);
        }
        match members.iter().filter(|server| !sightings.is_gone(&server.id)).map(|server| server.confirmed).min() {
            None if store.lease().is_some() => return Ok(Running::None),
            Some(lowest) if lowest >= revision => return Ok(Running::Followed),
            // One that has the file to itself may just be starting.
            _ => std::thread::sleep(LOOK),
        }
    }
    Ok(Running::Silent)
}

/// Where servers count attempts together they hear that what was tried before does not count. If they cannot be told, the
/// owner waits for as long as others made him wait.
fn free_brakes(store: &dyn Store, facts: &Directory, login: &str) {
    let (name, here) = (name_key(&brake_name(facts, login)), IpAddr::from(Ipv4Addr::LOCALHOST));
    if store.lease().is_some()
        && let Err(error) = store.add_attempt(Outcome::Forgotten, name, here, u64::from(u32::MAX)).wait()
    {
        tracing::warn!(%error, "the brake of `admin` could not be freed");
    }
}
