//! The epoch that a move publishes (OFF-3).

use sbm_core::code::Code;
use sbm_core::directory::{Actor, Command, Directory, Refusal, plan};

use super::place::{Files, Place};
use super::told;
use crate::clock::Clock;
use crate::pki::{Keys, Pki, PkiError};
use crate::service::acts::marked;
use crate::service::refusal;
use crate::store::export::filled;
use crate::store::relocation::{self, Mark};
use crate::store::{Commit, Committed};

/// How often a plan that somebody overtook is made again.
const TRIES: usize = 8;

/// The first epoch that the source never had.
pub(super) fn next(from: &Place) -> Result<u64, Refusal> {
    let facts = facts(from)?;
    let Some(document) = facts.server().keys.clone() else {
        let message = format!("no server was ever started on `{}`; there is nothing to move", from.name);
        return Err(refusal(Code::InvalidArgument, message));
    };
    // Of another server's keys an epoch would be made that no client takes.
    Keys::published(&*from.vault, facts.server().epoch, document).map_err(|error| {
        let mend = if from.locked { "; name the data directory of its server with --data-dir" } else { "" };
        refusal(error.code(), format!("the keys of `{}` are not where they belong{mend}: {error}", from.name))
    })?;
    let highest = Keys::highest_epoch(&*from.vault).map_err(|error| of_keys(&error))?.unwrap_or(0);
    Ok(facts.server().epoch.max(highest).saturating_add(1))
}

/// Publishes the epoch of the mark, unless that was done.
pub(super) fn publish(files: &Files<'_>, from: &Place, mark: &Mark, clock: &dyn Clock) -> Result<(), Refusal> {
    for _ in 0..TRIES {
        let facts = facts(from)?;
        if facts.server().epoch >= mark.epoch {
            return Ok(());
        }
        let config = files.config();
        let pki = Pki::open_with(files.held()?, &*from.vault, config.host_names(), config.tls.clone(), clock.now());
        let pki = pki.map_err(|error| of_keys(&error))?;
        let keys = Keys::for_epoch(&*from.vault, mark.epoch, &pki.pins()).map_err(|error| of_keys(&error))?;
        let reason = format!("the database is moved: `{}`", mark.place);
        let command = Command::RaiseEpoch { epoch: mark.epoch, keys: keys.key_document().clone(), reason };
        let planned = plan(&facts, &Actor::system(), &command, clock.now())?;
        let changes = marked(planned.changes)?;
        let commit = Commit { based_on: facts.revision(), changes, audit: vec![planned.audit], revoke: Vec::new() };
        match filled(&*from.store, move |sql| relocation::commit(sql, commit)).map_err(|error| told(&error))? {
            Committed::At(_) => return Ok(()),
            // A process that was killed may have its last words obeyed only now.
            Committed::Stale(_) => {}
        }
    }
    Err(refusal(Code::StoreLocked, format!("somebody keeps changing `{}`; stop every server of it first", from.name)))
}

fn facts(from: &Place) -> Result<Directory, Refusal> {
    Ok(Directory::new(from.store.load().wait().map_err(|error| told(&error))?))
}

fn of_keys(error: &PkiError) -> Refusal {
    refusal(error.code(), error.to_string())
}
