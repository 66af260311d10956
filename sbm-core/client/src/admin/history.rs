//! History (HIS-2, HIS-5) and the reasons of decisions (DEC-3).

use sbm_core::id::{InstallationId, RunId};
use sbm_core::permission::Explanation;
use sbm_core::wire::v1::admin::{Explain, ExplainServer, HistoryQuery, Page, Run};
use sbm_core::wire::v1::{Capability, path};

use super::Admin;
use super::address::{Query, member};
use crate::error::Error;

impl Admin {
    /// A page of runs, the newest first unless the query says otherwise. The next page is the same query with `after` set
    /// to this page's `next`.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page).
    pub fn history(&self, query: &HistoryQuery) -> Result<Page<Run>, Error> {
        self.page(query)
    }

    /// One run. Ids are made by devices: should several have made one with that id, [`run_of`](Self::run_of) is needed.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound); [`Code::InvalidQuery`](sbm_core::code::Code::InvalidQuery) when
    /// several devices made it.
    pub fn run(&self, id: &RunId) -> Result<Run, Error> {
        self.need(Capability::Manage)?;
        self.get(&member(path::HISTORY, &id.to_string()))
    }

    /// The run with that id that this device made.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound).
    pub fn run_of(&self, id: &RunId, installation: &InstallationId) -> Result<Run, Error> {
        self.need(Capability::Manage)?;
        self.get(&made_by(id, installation))
    }

    /// Deletes a run. A stub stays: the device that sends it again hears that it was deleted (HIS-2, HIS-3).
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound); [`Code::InvalidQuery`](sbm_core::code::Code::InvalidQuery) when
    /// several devices made one with that id, and [`delete_run_of`](Self::delete_run_of) is needed.
    pub fn delete_run(&self, id: &RunId) -> Result<(), Error> {
        self.need(Capability::Manage)?;
        self.delete(&member(path::HISTORY, &id.to_string()))
    }

    /// Deletes the run with that id that this device made, as [`delete_run`](Self::delete_run) does.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound).
    pub fn delete_run_of(&self, id: &RunId, installation: &InstallationId) -> Result<(), Error> {
        self.need(Capability::Manage)?;
        self.delete(&made_by(id, installation))
    }

    /// May this user do that, and why?
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound) for the user, the managed profile or the device. A denial is an
    /// answer, not an error.
    pub fn explain(&self, question: &Explain) -> Result<Explanation, Error> {
        if question.device.is_some() || question.account.is_some() {
            self.need(Capability::Places)?;
        }
        self.post(path::EXPLAIN, question)
    }

    /// May this user do that on the server, and why?
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound) for the user, the account or the token. A denial is an answer, not an error.
    pub fn explain_server(&self, question: &ExplainServer) -> Result<Explanation, Error> {
        self.need(if question.token.is_some() { Capability::Tokens } else { Capability::Manage })?;
        if question.account.is_some() {
            self.need(Capability::Roles)?;
        }
        self.post(path::EXPLAIN_SERVER, question)
    }
}

fn made_by(id: &RunId, installation: &InstallationId) -> String {
    let one = member(path::HISTORY, &id.to_string());
    Query::of(&one).with("installation", Some(&installation.to_string())).finish()
}
