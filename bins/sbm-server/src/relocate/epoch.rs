//! The epoch that a move publishes (OFF-3).

use std::sync::Arc;

use sbm_core::code::Code;
use sbm_core::directory::{Actor, Command, Directory, Refusal, plan};

use super::place::Place;
use super::told;
use crate::clock::Clock;
use crate::config::Config;
use crate::data_dir::DataDir;
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
    if facts.server().keys.is_none() {
        let message = format!("no server was ever started on `{}`; there is nothing to move", from.name);
        return Err(refusal(Code::InvalidArgument, message));
    }
    let highest = Keys::highest_epoch(&*from.vault).map_err(|error| of_keys(&error))?.unwrap_or(0);
    Ok(facts.server().epoch.max(highest).saturating_add(1))
}

/// Publishes the epoch of the mark, unless that was done.
pub(super) fn publish(
    config: &Config,
    data_dir: &Arc<DataDir>,
    from: &Place,
    mark: &Mark,
    clock: &dyn Clock,
) -> Result<(), Refusal> {
    for _ in 0..TRIES {
        let facts = facts(from)?;
        if facts.server().epoch >= mark.epoch {
            return Ok(());
        }
        let pki = Pki::open_with(data_dir, &*from.vault, config.host_names(), config.tls.clone(), clock.now());
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
