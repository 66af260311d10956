//! How requests get in and answers get out.
//!
//! 1. Every request passes the [`gate`] first: address, forwarding headers, `Host`; then the policy of its
//!    route ([`access`]); then the [`limits`] on what it carries.
//! 2. Every failure is a document of [`problem`]; every answer carries the server's clock.
//! 3. When there is too much to do, requests are refused by class ([`overload`]). Who sends slowly takes no place
//!    meanwhile ([`turn`]), and what is held for all who send is bounded ([`room`]), as it is for all who are answered
//!    ([`sending`]).
//! 4. What a handler has begun it ends ([`handling`]): a client that goes away does not cut it off, and a panic in it is one
//!    answer `internal`, after which the connection and the server go on (ERR-2).

pub mod access;
pub mod gate;
pub mod handling;
pub mod limits;
pub mod listing;
pub mod operation;
pub mod origin;
pub mod overload;
pub mod problem;
pub mod room;
pub mod routes;
pub mod sending;
pub mod tag;
pub mod turn;
pub mod wanted;

pub use access::{Access, Authenticator, Caller, DeviceCaller, Finding, Known, Routes};
pub use limits::{Json, Later, Path, Query};
pub use operation::Operation;
pub use origin::Origin;
pub use problem::ApiError;
pub use tag::Conditions;
pub use wanted::Wanted;

use std::fmt;
use std::sync::Arc;

use crate::accept::Door;
use crate::clock::Clock;
use crate::config::{HostNames, Limits};

/// What every request is checked against.
#[derive(Clone)]
pub struct Edge {
    /// Who is admitted, and by which proxies.
    pub door: Door,
    /// Whose a token is.
    pub authenticator: Arc<dyn Authenticator>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The names under which this server may be asked for.
    pub hosts: HostNames,
    /// How much and how long.
    pub limits: Limits,
}

impl fmt::Debug for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edge").field("hosts", &self.hosts).field("limits", &self.limits).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
