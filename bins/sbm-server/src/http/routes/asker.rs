//! A person with a session, as every handler of the console needs him.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use sbm_core::directory::plan::Log;
use sbm_core::directory::{Actor, Directory, View};
use sbm_core::permission::{Task, TaskAccess};

use crate::http::{ApiError, Caller, Origin};
use crate::service::Service;

/// Who asks, from where, and what answers him.
pub(super) struct Asker {
    pub(super) service: Arc<Service>,
    pub(super) caller: Caller,
    pub(super) origin: Origin,
}

impl FromRequestParts<Arc<Service>> for Asker {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, service).await?;
        let origin = Origin::from_request_parts(parts, service).await?;
        Ok(Self { service: Arc::clone(service), caller, origin })
    }
}

impl Asker {
    /// As plans and the audit log know him.
    pub(super) fn actor(&self) -> Actor {
        super::actor(&self.caller, &self.origin)
    }

    /// The directory as he sees it: what is outside of his scope is not there (ACC-4).
    pub(super) fn sees<'a>(&self, facts: &'a Directory) -> View<'a> {
        facts.seen_by(&self.actor())
    }

    /// Refuses whose session ended while he was waited on (RUN-7).
    pub(super) fn is_still_here(&self) -> Result<(), ApiError> {
        Ok(self.service.is_live(self.caller.session, self.caller.user)?)
    }

    /// Refuses who may do nothing at all, where he is shown something for what he is.
    pub(super) async fn may_be_here(&self, act: &str) -> Result<(), ApiError> {
        Ok(self.service.admit(&self.actor(), act).await?)
    }

    /// Refuses who may not look at this.
    pub(super) async fn may_read(&self, task: Task, act: &str) -> Result<(), ApiError> {
        Ok(self.service.authorise(&self.actor(), task, act).await?)
    }

    /// What he reads of the audit log; refuses who reads nothing of it.
    pub(super) async fn reads_log(&self, act: &str) -> Result<Log, ApiError> {
        Ok(self.service.reads_log(&self.actor(), act).await?)
    }

    /// What came of an attempt that is no command; a refused one is audited.
    pub(super) async fn tried<T>(&self, act: &str, object: &str, done: Result<T, ApiError>) -> Result<T, ApiError> {
        if let Err(refused) = &done {
            self.service.audit_refused(&self.service.facts(), &self.actor(), act, object, &refused.code().into()).await;
        }
        done
    }

    /// Refuses who may not change this, where it is asked before there is a plan.
    pub(super) async fn may_write(&self, task: Task, act: &str, object: &str) -> Result<(), ApiError> {
        Ok(self.service.authorise_on(&self.actor(), task, TaskAccess::Write, act, object).await?)
    }
}
