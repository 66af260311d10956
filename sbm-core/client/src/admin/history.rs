//! History (HIS-5) and the reasons of decisions (DEC-3).

use sbm_core::permission::Explanation;
use sbm_core::wire::v1::admin::{Explain, HistoryQuery, Page, Run};
use sbm_core::wire::v1::path;

use super::Admin;
use super::address::Query;
use crate::error::Error;

impl Admin {
    /// A page of runs, the newest first. The next page is the same query with `after` set to this page's `next`.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) without that task.
    pub fn history(&self, query: &HistoryQuery) -> Result<Page<Run>, Error> {
        let profile = query.profile.map(|guid| guid.to_string());
        let installation = query.installation.map(|id| id.to_string());
        let limit = query.limit.map(|limit| limit.to_string());
        let address = Query::of(path::HISTORY)
            .with("user", query.user.as_deref())
            .with("profile", profile.as_deref())
            .with("installation", installation.as_deref())
            .with("result", query.result.map(sbm_core::run::RunResult::name))
            .with("limit", limit.as_deref())
            .with("after", query.after.as_deref());
        self.get(&address.finish())
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
}
