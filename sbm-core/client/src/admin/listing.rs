//! Lists (CON-1): one way to ask for a page, for all rows one by one, and for a file.
//!
//! 1. A page is what the server gives at once; [`Rows`] asks for the next one when the last row was taken.
//! 2. A file is CSV (RFC 4180) with a header and all matching rows, as the server writes it. In it a text that begins with
//!    `=`, `+`, `-`, `@`, a tab or a carriage return has an apostrophe before it, so that no spreadsheet takes it for a formula.
//! 3. Filters, order and files need the capability `manage`; without it the server is asked for plain pages only.

use std::collections::VecDeque;
use std::io::Write;

use sbm_core::code::Code;
use sbm_core::wire::v1::admin::{
    Account, AgentAccount, AgentAssignment, AllowEntry, AuditEntry, AuditQuery, Communication, CustomRole, Device, Enrolment,
    EraseOrder, Grant, Group, HistoryQuery, ListQuery, Page, Profile, Run, SecurityProfile, SessionEntry, TokenEntry, Tombstone,
    User, WaitingDevice,
};
use sbm_core::wire::v1::{Capability, path};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Admin;
use super::address::Query;
use crate::error::Error;
use crate::transport::{Flow, TransportError};

/// The most pages of one list that are followed; a server that never ends is not believed.
const MAX_PAGES: usize = 10_000;
/// The media type of a list as a file.
const CSV: &str = "text/csv";

/// A row of a list, and how the list is asked for.
pub trait Listed: DeserializeOwned {
    /// The list's filters, order and place.
    type Query: Listing;
    /// The list's path.
    const PATH: &'static str;
    /// Whether every server has this list, or only one with the capability `manage`.
    const IS_OF_THE_FIRST_RELEASE: bool;
}

/// What a list is asked for.
pub trait Listing: Serialize + Clone + Default + PartialEq {
    /// The same question for the page that goes on there.
    #[must_use]
    fn behind(self, after: Option<String>) -> Self;

    /// The same question, without what every server knows.
    #[must_use]
    fn beyond_the_first_release(self) -> Self;
}

macro_rules! listings {
    ($($query:ident { $($known:ident),* })*) => { $(
        impl Listing for $query {
            fn behind(self, after: Option<String>) -> Self {
                Self { after, ..self }
            }

            fn beyond_the_first_release(self) -> Self {
                Self { $($known: None,)* ..self }
            }
        }
    )* };
}

listings! {
    ListQuery { limit, after }
    HistoryQuery { user, profile, installation, result, limit, after }
    AuditQuery { limit, after }
}

macro_rules! listed {
    ($($row:ty, $query:ty, $path:expr, $first:expr;)*) => { $(
        impl Listed for $row {
            type Query = $query;
            const PATH: &'static str = $path;
            const IS_OF_THE_FIRST_RELEASE: bool = $first;
        }
    )* };
}

listed! {
    Account, ListQuery, path::ACCOUNTS, false;
    Communication, ListQuery, path::COMMUNICATIONS, false;
    AgentAssignment, ListQuery, path::AGENTS, false;
    AgentAccount, ListQuery, path::AGENT_ACCOUNTS, false;
    User, ListQuery, path::USERS, true;
    Group, ListQuery, path::GROUPS, true;
    SecurityProfile, ListQuery, path::SECURITY_PROFILES, true;
    CustomRole, ListQuery, path::ROLES, false;
    Grant, ListQuery, path::GRANTS, false;
    Profile, ListQuery, path::PROFILES, true;
    Tombstone, ListQuery, path::TOMBSTONES, false;
    Device, ListQuery, path::DEVICES, true;
    Enrolment, ListQuery, path::ENROLMENTS, false;
    WaitingDevice, ListQuery, path::WAITING, false;
    EraseOrder, ListQuery, path::ERASE_ORDERS, false;
    SessionEntry, ListQuery, path::SESSIONS, false;
    TokenEntry, ListQuery, path::TOKENS, false;
    AllowEntry, ListQuery, path::ALLOWLIST, true;
    Run, HistoryQuery, path::HISTORY, true;
    AuditEntry, AuditQuery, path::AUDIT, false;
}

impl Admin {
    /// One page of a list.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`] without that task; [`Code::InvalidQuery`] for a filter, a column or a place that the list does
    /// not know; [`Code::CapabilityMissing`] when the server knows no filters.
    pub fn page<T: Listed>(&self, query: &T::Query) -> Result<Page<T>, Error> {
        if !T::IS_OF_THE_FIRST_RELEASE {
            self.need(Capability::Manage)?;
        }
        self.page_at(T::PATH, query)
    }

    /// All matching rows, page by page as they are taken.
    pub fn rows<T: Listed>(&self, query: &T::Query) -> Rows<'_, T, T::Query> {
        Rows { is_new: !T::IS_OF_THE_FIRST_RELEASE, ..Rows::new(self, T::PATH.to_owned(), query.clone()) }
    }

    /// All matching rows as CSV into a file or the like; `progress` hears how many bytes there are by now. Gives their
    /// number at the end.
    ///
    /// # Errors
    ///
    /// As [`page`](Self::page); [`Code::InvalidArgument`] when `out` takes no more.
    pub fn export<T: Listed>(&self, query: &T::Query, out: &mut dyn Write, progress: &mut dyn FnMut(u64)) -> Result<u64, Error> {
        self.export_at(T::PATH, query, out, progress)
    }

    pub(super) fn page_at<T: DeserializeOwned, Q: Listing>(&self, path: &str, query: &Q) -> Result<Page<T>, Error> {
        if query.clone().beyond_the_first_release() != Q::default() {
            self.need(Capability::Manage)?;
        }
        self.get(&asked(path, query)?)
    }

    /// A whole list.
    pub(super) fn whole<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, Error> {
        Rows::<T, ListQuery>::new(self, path.to_owned(), ListQuery::default()).collect()
    }

    pub(super) fn export_at<Q: Listing>(
        &self,
        path: &str,
        query: &Q,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(u64),
    ) -> Result<u64, Error> {
        self.need(Capability::Manage)?;
        self.download(&asked(path, query)?, CSV, out, progress)
    }

    /// Whatever stands at that path, as it comes.
    pub(super) fn download(
        &self,
        path: &str,
        kind: &str,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(u64),
    ) -> Result<u64, Error> {
        let mut sink = Sink { out, progress, bytes: 0 };
        self.stream(path, kind, &mut sink)?;
        Ok(sink.bytes)
    }
}

/// The rows of a list. It ends with the list, or with the first error.
pub struct Rows<'a, T, Q> {
    admin: &'a Admin,
    path: String,
    /// What to ask next; nothing behind the last page.
    query: Option<Q>,
    after: Option<String>,
    waiting: VecDeque<T>,
    pages: usize,
    /// Whether a server of the first release does not have this list.
    is_new: bool,
}

impl<'a, T: DeserializeOwned, Q: Listing> Rows<'a, T, Q> {
    pub(super) fn new(admin: &'a Admin, path: String, query: Q) -> Self {
        Self { admin, path, query: Some(query), after: None, waiting: VecDeque::new(), pages: 0, is_new: false }
    }

    /// Of a list that a server of the first release does not have.
    pub(super) fn managed(admin: &'a Admin, path: String, query: Q) -> Self {
        Self { is_new: true, ..Self::new(admin, path, query) }
    }

    fn turn(&mut self, query: Q) -> Result<(), Error> {
        if self.is_new {
            self.admin.need(Capability::Manage)?;
        }
        let page: Page<T> = self.admin.page_at(&self.path, &query)?;
        self.waiting = page.items.into();
        self.pages += 1;
        if let Some(next) = page.next {
            if self.pages == MAX_PAGES || self.after.as_ref() == Some(&next) {
                return Err(Error::new(Code::MalformedAnswer, format!("the server's list at `{}` does not end", self.path)));
            }
            self.after = Some(next.clone());
            self.query = Some(query.behind(Some(next)));
        }
        Ok(())
    }
}

impl<T: DeserializeOwned, Q: Listing> Iterator for Rows<'_, T, Q> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.waiting.is_empty() {
            let query = self.query.take()?;
            if let Err(error) = self.turn(query) {
                self.waiting.clear();
                self.query = None;
                return Some(Err(error));
            }
        }
        self.waiting.pop_front().map(Ok)
    }
}

impl<T, Q> std::fmt::Debug for Rows<'_, T, Q> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("path", &self.path).field("pages", &self.pages).finish_non_exhaustive()
    }
}

/// The path with everything that the query says.
fn asked<Q: Serialize>(path: &str, query: &Q) -> Result<String, Error> {
    let fields = serde_json::to_value(query).map_err(|error| Error::from(Code::InvalidArgument).with_source(error))?;
    let mut address = Query::of(path);
    for (name, value) in fields.as_object().into_iter().flatten() {
        let value = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        address = address.with(name, Some(&value));
    }
    Ok(address.finish())
}

/// Takes an answer into a file.
struct Sink<'a> {
    out: &'a mut dyn Write,
    progress: &'a mut dyn FnMut(u64),
    bytes: u64,
}

impl Flow for Sink<'_> {
    fn received(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        let unwritable =
            |error| TransportError::new(Code::InvalidArgument, format!("what was downloaded cannot be written: {error}"));
        self.out.write_all(bytes).map_err(unwritable)?;
        self.bytes += bytes.len() as u64;
        (self.progress)(self.bytes);
        Ok(())
    }
}
