//! What there is to know of a route besides its handler: one row, from which it is served and described (DOOR-1).
//!
//! 1. A route is added with its [`Operation`] and in no other way; `openapi.json` is made from the same rows, so that
//!    nothing is served that is not described, and nothing described that is not served.
//! 2. The codes that a route may answer are those of its kind ([`Operation::codes`]) and those it names itself.
//! 3. Types are named as they are in `sbm_core::wire::v1`.

use axum::routing::MethodFilter;
use sbm_core::code::Code;
use sbm_core::permission::{Task, TaskAccess};
use sbm_core::wire::v1::path;

use super::Access;

/// One route.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// Its name, unique among all.
    pub id: &'static str,
    /// The method.
    pub method: Method,
    /// The path of the wire that it is below.
    pub path: &'static str,
    /// What stands behind that path.
    pub behind: &'static str,
    /// Who may use it.
    pub access: Access,
    /// What the caller's roles must allow.
    pub task: Option<(Task, TaskAccess)>,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// The type that the query is read as.
    pub query: Option<&'static str>,
    /// The type of the request's content.
    pub request: Option<&'static str>,
    /// What a success answers.
    pub answer: Answer,
    /// The most that a request carries.
    pub size: Size,
    /// Whether `If-Match` counts.
    pub is_conditional: bool,
    /// The codes that only this route has.
    pub own: &'static [Code],
}

/// The methods that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the method it is named for")]
pub enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

/// What a success answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing: 204.
    Nothing,
    /// A value of that type: 200.
    Value(&'static str),
    /// An object of that type with its tag: 200.
    Object(&'static str),
    /// A new object of that type with its tag: 201.
    Made(&'static str),
    /// A page of such rows: 200. With `accept: text/csv` all of them as a file, where the flag is set.
    Rows(&'static str, bool),
    /// Bytes: 200.
    Bytes,
    /// JSON that is no type of the wire: 200.
    Json,
    /// JSON, or a page for a browser: 200.
    Page(&'static str),
    /// The way to another address: 308.
    Elsewhere(&'static str),
}

/// The most that a request carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// What the setting `limits.request_bytes` says.
    Small,
    /// What the setting `limits.upload_bytes` says.
    Upload,
    /// An upload of history.
    Runs,
}

/// Codes that any request may be answered with.
const EVERYWHERE: &[Code] =
    &[Code::AddressRefused, Code::ForwardingRefused, Code::HostRefused, Code::MalformedRequest, Code::TimedOut, Code::Internal];
/// Codes of a token that does not count.
const TOKEN: &[Code] = &[Code::NotClaimed, Code::NotLoggedIn, Code::TokenRefused, Code::WrongAudience, Code::UserDisabled];
/// Codes of a store that is asked.
const STORE: &[Code] = &[Code::Busy, Code::StoreUnavailable, Code::StoreDamaged];
/// Codes of a store that is written.
const WRITTEN: &[Code] = &[Code::DiskFull];

impl Method {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    pub(super) const fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Patch => MethodFilter::PATCH,
            Self::Delete => MethodFilter::DELETE,
        }
    }
}

impl Operation {
    const fn new(id: &'static str, method: Method, path: &'static str, behind: &'static str, access: Access) -> Self {
        Self {
            id,
            method,
            path,
            behind,
            access,
            task: None,
            summary: "",
            query: None,
            request: None,
            answer: Answer::Nothing,
            size: Size::Small,
            is_conditional: false,
            own: &[],
        }
    }

    pub(super) const fn get(id: &'static str, path: &'static str, behind: &'static str, access: Access) -> Self {
        Self::new(id, Method::Get, path, behind, access)
    }

    pub(super) const fn post(id: &'static str, path: &'static str, behind: &'static str, access: Access) -> Self {
        Self::new(id, Method::Post, path, behind, access)
    }

    pub(super) const fn patch(id: &'static str, path: &'static str, behind: &'static str, access: Access) -> Self {
        Self { is_conditional: true, ..Self::new(id, Method::Patch, path, behind, access) }
    }

    pub(super) const fn delete(id: &'static str, path: &'static str, behind: &'static str, access: Access) -> Self {
        Self { is_conditional: true, ..Self::new(id, Method::Delete, path, behind, access) }
    }

    pub(super) const fn reads(self, task: Task) -> Self {
        Self { task: Some((task, TaskAccess::Read)), ..self }
    }

    pub(super) const fn writes(self, task: Task) -> Self {
        Self { task: Some((task, TaskAccess::Write)), ..self }
    }

    pub(super) const fn says(self, summary: &'static str) -> Self {
        Self { summary, ..self }
    }

    pub(super) const fn asks(self, query: &'static str) -> Self {
        Self { query: Some(query), ..self }
    }

    pub(super) const fn takes(self, request: &'static str) -> Self {
        Self { request: Some(request), ..self }
    }

    pub(super) const fn answers(self, answer: Answer) -> Self {
        Self { answer, ..self }
    }

    pub(super) const fn sized(self, size: Size) -> Self {
        Self { size, ..self }
    }

    pub(super) const fn conditional(self, is_conditional: bool) -> Self {
        Self { is_conditional, ..self }
    }

    pub(super) const fn refuses(self, own: &'static [Code]) -> Self {
        Self { own, ..self }
    }

    /// The whole path, with `{…}` for what differs.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}{}", self.path, self.behind)
    }

    /// What `{…}` stands for, in their order.
    #[must_use]
    pub fn parameters(&self) -> Vec<&'static str> {
        self.behind.split('{').skip(1).filter_map(|part| part.split('}').next()).collect()
    }

    /// Every code that this route may answer, by number.
    #[must_use]
    pub fn codes(&self) -> Vec<Code> {
        let mut codes = EVERYWHERE.to_vec();
        match self.access {
            Access::Console | Access::ConsoleOrApi | Access::Device => codes.extend_from_slice(TOKEN),
            Access::Claimed => codes.push(Code::NotClaimed),
            Access::SetupLoopback => codes.push(Code::NoSuchRoute),
            Access::Public => {}
        }
        if self.task.is_some() {
            codes.extend([Code::DeniedRole, Code::DeniedSecondFactor]);
        }
        if self.task.is_some() && self.access == Access::ConsoleOrApi {
            codes.push(Code::DeniedToken);
        }
        if self.request.is_some() {
            codes.push(Code::TooLarge);
        }
        if !matches!(self.answer, Answer::Page(_) | Answer::Elsewhere(_) | Answer::Json) {
            codes.extend_from_slice(STORE);
        }
        if matches!(self.method, Method::Post | Method::Patch | Method::Delete) {
            codes.extend_from_slice(WRITTEN);
        }
        if self.is_conditional {
            codes.push(Code::PreconditionFailed);
        }
        if matches!(self.answer, Answer::Rows(..)) {
            codes.push(Code::InvalidQuery);
        }
        if self.behind.contains('{') {
            codes.push(Code::NotFound);
        }
        if self.path != path::STATUS {
            codes.push(Code::ServerBehind);
        }
        codes.extend_from_slice(self.own);
        codes.sort_unstable();
        codes.dedup();
        codes
    }
}
