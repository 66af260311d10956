//! Who may use a route: said where the route is added, or it does not compile (DESIGN 3.8).
//!
//! 1. [`Routes`] has one way to add a route, and it takes an [`Access`].
//! 2. A token stands in one `authorization: Bearer` header. Without one nobody is logged in; a token for another audience
//!    is refused (RUN-7); what it is good for reaches the handler as [`Caller`] or [`DeviceCaller`].
//! 3. The setup route exists for loopback until the claim; to everybody else, and afterwards, there is nothing (RUN-2).

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Request};
use axum::handler::Handler;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, on};
use sbm_core::code::Code;
use sbm_core::id::{AccountId, DeviceId, UserId};
use sbm_core::time::Timestamp;
use sbm_core::wire::MAX_RUNS_BYTES;
use sbm_core::wire::v1::session::Audience;

use super::operation::{Operation, Size};
use super::overload::{Class, Places};
use super::problem::{ApiError, Plain};
use super::room::Rooms;
use super::turn::{Rule, Turn};
use super::{Edge, Origin, gate};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody who got past the gate.
    Public,
    /// Whoever is on this machine, until the server is claimed.
    SetupLoopback,
    /// Anybody who got past the gate, once the server is claimed.
    Claimed,
    /// A person who is logged in.
    Console,
    /// An installation of a backup program.
    Device,
}

/// Tells whose a token is, from memory.
pub trait Authenticator: Send + Sync + 'static {
    /// Whose this token is, if it counts for that audience at this moment.
    ///
    /// # Errors
    ///
    /// `token_refused`, `wrong_audience`, `user_disabled`, `device_removed`.
    fn authenticate(&self, token: &str, audience: Audience, now: Timestamp) -> Result<Caller, Code>;

    /// Whether the server has been set up (RUN-2).
    fn is_claimed(&self) -> bool;
}

/// Who is asking. As an argument of a handler it is there on routes with [`Access::Console`] and [`Access::Device`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The session's id.
    pub session: u64,
    /// The account.
    pub account: AccountId,
    /// The user.
    pub user: UserId,
    /// The device, when one is asking.
    pub device: Option<DeviceId>,
}

/// Which device is asking. As an argument of a handler it is there on routes with [`Access::Device`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceCaller {
    /// The session's id.
    pub session: u64,
    /// The account.
    pub account: AccountId,
    /// The device's current user.
    pub user: UserId,
    /// The device.
    pub device: DeviceId,
}

/// The routes of the server, each with its policy.
pub struct Routes<S> {
    edge: Arc<Edge>,
    places: Places,
    rooms: Rooms,
    router: Router<S>,
    operations: Vec<&'static Operation>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet.
    #[must_use]
    pub fn new(edge: Edge) -> Self {
        let (places, rooms) = (Places::new(edge.limits.requests), Rooms::new(&edge.limits));
        Self { edge: Arc::new(edge), places, rooms, router: Router::new(), operations: Vec::new() }
    }

    /// Adds the route of this row.
    #[must_use]
    pub fn serve<H, T>(mut self, operation: &'static Operation, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.operations.push(operation);
        let bytes = match operation.size {
            Size::Small => self.edge.limits.request_bytes,
            Size::Upload => self.edge.limits.upload_bytes,
            Size::Runs => MAX_RUNS_BYTES,
        };
        self.route_sized(operation.method.filter(), &operation.address(), operation.access, bytes, handler)
    }

    /// The rows of the routes there are.
    #[must_use]
    pub fn operations(&self) -> &[&'static Operation] {
        &self.operations
    }

    /// Adds a route whose requests are at most as large as the setting `limits.request_bytes` says.
    #[must_use]
    pub fn route<H, T>(self, method: MethodFilter, path: &str, access: Access, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let bytes = self.edge.limits.request_bytes;
        self.route_sized(method, path, access, bytes, handler)
    }

    /// Adds a route whose requests carry at most that many bytes.
    #[must_use]
    pub fn route_sized<H, T>(self, method: MethodFilter, path: &str, access: Access, bytes: usize, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let edge = Arc::clone(&self.edge);
        let (places, rooms) = (self.places.clone(), self.rooms.clone());
        let rule = Arc::new(Rule { edge: Arc::clone(&edge), access, class: Class::of(access, path), bytes, places, rooms });
        let policy = from_fn(move |mut request: Request, next: Next| {
            // Before any token is looked at: what is refused here has cost next to nothing.
            let admitted = Turn::begin(&rule).and_then(|turn| {
                request.extensions_mut().insert(Arc::clone(&turn));
                Ok((access.admit(&edge, request)?, turn))
            });
            async move {
                match admitted {
                    // What the turn holds is held until the handler has ended.
                    Ok((request, _turn)) => next.run(request).await,
                    Err(error) => error.into_response(),
                }
            }
        });
        Self { router: self.router.route(path, on(method, handler).layer(policy)), ..self }
    }

    /// The finished router, behind the request gate.
    pub fn into_router(self, state: S) -> Router {
        let router = self.router.fallback(no_such_route).method_not_allowed_fallback(no_such_route).with_state(state);
        gate::guard(self.edge, router)
    }
}

impl<S> fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Routes").field("edge", &self.edge).finish_non_exhaustive()
    }
}

async fn no_such_route(method: Method, uri: Uri) -> Response {
    nothing_here(&method, &uri).into_response()
}

fn nothing_here(method: &Method, uri: &Uri) -> ApiError {
    let detail = format!("there is nothing for `{}` at `{}`", Plain(method.as_str()), Plain(uri.path()));
    ApiError::new(Code::NoSuchRoute, detail)
}

impl Access {
    fn admit(self, edge: &Edge, request: Request) -> Result<Request, ApiError> {
        match self {
            Self::Public => Ok(request),
            Self::SetupLoopback => admit_setup(edge, request),
            Self::Claimed if edge.authenticator.is_claimed() => Ok(request),
            Self::Claimed => Err(Code::NotClaimed.into()),
            Self::Console => admit_token(edge, Audience::Console, request),
            Self::Device => admit_token(edge, Audience::Device, request),
        }
    }

    /// Whether the token of a request that came slowly still counts: whoever was shut out meanwhile does nothing (RUN-7).
    pub(super) fn still_admits(self, edge: &Edge, headers: &HeaderMap) -> Result<(), ApiError> {
        let audience = match self {
            Self::Public | Self::SetupLoopback | Self::Claimed => return Ok(()),
            Self::Console => Audience::Console,
            Self::Device => Audience::Device,
        };
        edge.authenticator.authenticate(bearer(headers)?, audience, edge.clock.now())?;
        Ok(())
    }
}

fn admit_setup(edge: &Edge, request: Request) -> Result<Request, ApiError> {
    let local = request.extensions().get::<Origin>().is_some_and(Origin::is_this_machine);
    if local && !edge.authenticator.is_claimed() { Ok(request) } else { Err(nothing_here(request.method(), request.uri())) }
}

fn admit_token(edge: &Edge, audience: Audience, mut request: Request) -> Result<Request, ApiError> {
    if !edge.authenticator.is_claimed() {
        return Err(Code::NotClaimed.into());
    }
    let caller = edge.authenticator.authenticate(bearer(request.headers())?, audience, edge.clock.now())?;
    if let Some(device) = caller.device {
        let Caller { session, account, user, .. } = caller;
        request.extensions_mut().insert(DeviceCaller { session, account, user, device });
    }
    request.extensions_mut().insert(caller);
    Ok(request)
}

fn bearer(headers: &HeaderMap) -> Result<&str, ApiError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = match (values.next(), values.next()) {
        (Some(value), None) => value,
        (None, _) => {
            return Err(ApiError::new(
                Code::NotLoggedIn,
                "a token is needed in the header `authorization: Bearer …`; log in first",
            ));
        }
        (Some(_), Some(_)) => {
            return Err(ApiError::new(Code::MalformedRequest, "the header `authorization` stands there more than once"));
        }
    };
    let token =
        value.to_str().ok().and_then(|text| text.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let malformed = || ApiError::new(Code::NotLoggedIn, "the header `authorization` is not of the form `Bearer …`");
    token.map(|(_, token)| token.trim()).ok_or_else(malformed)
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        found(parts)
    }
}

impl<S: Sync> FromRequestParts<S> for DeviceCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        found(parts)
    }
}

impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        found(parts)
    }
}

/// What the gate or the policy put there. If it is missing the route has the wrong policy, and nobody is let through.
fn found<T: Clone + Send + Sync + 'static>(parts: &Parts) -> Result<T, ApiError> {
    parts.extensions.get().cloned().ok_or_else(|| ApiError::internal("a handler asks for what its route's policy does not give"))
}
