//! History (HIS-2, HIS-5) and the reasons of decisions (DEC-3).

use sbm_core::id::RunId;
use sbm_core::permission::Explanation;
use sbm_core::wire::v1::admin::{Explain, ExplainServer, HistoryQuery, Page, Run};
use sbm_core::wire::v1::{Capability, path};

use super::Admin;
use super::address::member;
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

    /// One run.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound).
    pub fn run(&self, id: &RunId) -> Result<Run, Error> {
        self.need(Capability::Manage)?;
        self.get(&member(path::HISTORY, &id.to_string()))
    }

    /// Deletes a run. A stub stays: the device that sends it again hears that it was deleted (HIS-2, HIS-3).
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound).
    pub fn delete_run(&self, id: &RunId) -> Result<(), Error> {
        self.need(Capability::Manage)?;
        self.delete(&member(path::HISTORY, &id.to_string()))
    }

    /// May this user do that, and why?
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound) for the user or the managed profile. A denial is an answer,
    /// not an error.
    pub fn explain(&self, question: &Explain) -> Result<Explanation, Error> {
        self.post(path::EXPLAIN, question)
    }

    /// May this user do that on the server, and why?
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound) for the user. A denial is an answer, not an error.
    pub fn explain_server(&self, question: &ExplainServer) -> Result<Explanation, Error> {
        self.need(Capability::Manage)?;
        self.post(path::EXPLAIN_SERVER, question)
    }
}
