//! Who may use a route: said where the route is added, or it does not compile (DESIGN 3.8).
//!
//! 1. [`Routes`] has one way to add a route, and it takes an [`Access`].
//! 2. A token stands in one `authorization: Bearer` header. Without one nobody is logged in; a token for another audience
//!    is refused (RUN-7); what it is good for reaches the handler as [`Caller`] or [`DeviceCaller`]. A program's token opens
//!    only what says so, [`Access::ConsoleOrApi`] (RUN-11).
//! 3. A token that memory does not know is looked for where another server may have kept it, once and only when its MAC fits.
//! 4. Who has lost touch with the other servers answers nobody, but for `/STATUS`; `/READY` says so.
//! 5. The setup route exists for loopback until the claim; to everybody else, and afterwards, there is nothing (RUN-2).

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
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
use sbm_core::directory::Limit;
use sbm_core::id::{AccountId, DeviceId, UserId};
use sbm_core::permission::{Task, TaskAccess};
use sbm_core::time::Timestamp;
use sbm_core::wire::MAX_RUNS_BYTES;
use sbm_core::wire::v1::path;
use sbm_core::wire::v1::session::{Audience, Secret};

use super::operation::{Operation, Size};
use super::overload::{Class, Places};
use super::problem::{ApiError, Plain};
use super::room::Rooms;
use super::turn::{Rule, Turn};
use super::{Edge, Origin, gate};
use crate::auth::token::said_audience;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody who got past the gate.
    Public,
    /// Whoever is on this machine, until the server is claimed.
    SetupLoopback,
    /// Anybody who got past the gate, once the server is claimed.
    Claimed,
    /// A person who is logged in, and no program with a token of his.
    Console,
    /// A person who is logged in, or a program with a token of his, as far as that goes (RUN-11).
    ConsoleOrApi,
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
    fn authenticate(&self, token: &str, audience: Audience, now: Timestamp) -> Result<Known, Code>;

    /// Looks for a token that memory does not know; if it is found memory knows it afterwards.
    ///
    /// # Errors
    ///
    /// `token_refused` when nobody knows it, `busy`, and what the store says.
    fn find(&self, token: Secret) -> Finding<'_>;

    /// Whether this server may answer: not when it lost touch with the others.
    ///
    /// # Errors
    ///
    /// `server_behind`.
    fn may_answer(&self) -> Result<(), ApiError>;

    /// Whether the server has been set up (RUN-2).
    fn is_claimed(&self) -> bool;
}

/// A token is being looked for.
pub type Finding<'a> = Pin<Box<dyn Future<Output = Result<(), Code>> + Send + 'a>>;

/// Whether memory knows whose a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// It is his.
    Caller(Caller),
    /// The token is genuine, and not in memory.
    NotHere,
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
    /// How far he goes at most, when a program asks with a token of his (RUN-11).
    pub limit: Option<Limit>,
    /// What the route's row says that it needs: he sees what he may see in that task (USR-5).
    pub task: Option<(Task, TaskAccess)>,
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
    /// For answers, while they are being sent.
    answers: Rooms,
    router: Router<S>,
    operations: Vec<&'static Operation>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet.
    #[must_use]
    pub fn new(edge: Edge) -> Self {
        let (places, rooms) = (Places::new(edge.limits.requests), Rooms::new(&edge.limits));
        let answers = Rooms::for_answers(&edge.limits);
        Self { edge: Arc::new(edge), places, rooms, answers, router: Router::new(), operations: Vec::new() }
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
        let task = operation.task;
        self.route_in(operation.method.filter(), &operation.address(), operation.access, bytes, task, handler)
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
        self.route_in(method, path, access, bytes, None, handler)
    }

    fn route_in<H, T>(
        self,
        method: MethodFilter,
        path: &str,
        access: Access,
        bytes: usize,
        task: Option<(Task, TaskAccess)>,
        handler: H,
    ) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let edge = Arc::clone(&self.edge);
        let (places, rooms) = (self.places.clone(), self.rooms.clone());
        let answers = self.answers.clone();
        let class = Class::of(access, path);
        let rule = Arc::new(Rule { edge: Arc::clone(&edge), access, class, bytes, places, rooms, answers });
        let policy = from_fn(move |mut request: Request, next: Next| {
            // Before any token is looked at: what is refused here has cost next to nothing.
            let begun = Turn::begin(&rule);
            let edge = Arc::clone(&edge);
            async move {
                // What the turn holds is held until the handler has ended.
                let turn = match begun {
                    Ok(turn) => turn,
                    Err(error) => return error.into_response(),
                };
                request.extensions_mut().insert(Arc::clone(&turn));
                match access.admit(&edge, request).await {
                    Ok(mut request) => {
                        if let Some(caller) = request.extensions_mut().get_mut::<Caller>() {
                            caller.task = task;
                        }
                        answer(access, &edge, &turn, request, next).await
                    }
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

/// Runs the handler. Where it had to wait and tells what it read, the token must count still: who was shut out meanwhile
/// learns nothing more (RUN-7). Then the answer takes room.
async fn answer(access: Access, edge: &Edge, turn: &Turn, request: Request, next: Next) -> Response {
    let tells = request.method() == Method::GET || request.uri().path() == path::CHECK_IN;
    let token = request.headers().get(AUTHORIZATION).filter(|_| tells).cloned();
    let origin = request.extensions().get::<Origin>().map(|origin| origin.address);
    let mut waited = false;
    let mut handler = Box::pin(next.run(request));
    let response = poll_fn(|context| {
        let polled = handler.as_mut().poll(context);
        waited |= polled.is_pending();
        polled
    });
    let response = response.await;
    if waited && tells && response.status().is_success() {
        let headers: HeaderMap = token.into_iter().map(|token| (AUTHORIZATION, token)).collect();
        if let Err(error) = access.still_admits(edge, &headers) {
            return error.into_response();
        }
    }
    match origin {
        Some(address) => turn.send(response, address),
        None => ApiError::internal("a request came to its route without its origin").into_response(),
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
    async fn admit(self, edge: &Edge, request: Request) -> Result<Request, ApiError> {
        match self {
            Self::Public => Ok(request),
            Self::SetupLoopback => admit_setup(edge, request),
            Self::Claimed if edge.authenticator.is_claimed() => Ok(request),
            Self::Claimed => Err(Code::NotClaimed.into()),
            Self::Console | Self::ConsoleOrApi | Self::Device => admit_token(edge, self, request).await,
        }
    }

    /// Whether the token of a request that came slowly still counts: whoever was shut out meanwhile does nothing (RUN-7).
    pub(super) fn still_admits(self, edge: &Edge, headers: &HeaderMap) -> Result<(), ApiError> {
        if matches!(self, Self::Public | Self::SetupLoopback | Self::Claimed) {
            return Ok(());
        }
        let token = bearer(headers)?;
        match edge.authenticator.authenticate(token, self.audience(token), edge.clock.now())? {
            Known::Caller(_) => Ok(()),
            // It was there when the request began.
            Known::NotHere => Err(Code::TokenRefused.into()),
        }
    }

    /// What a token must be for. Where two kinds count, it is asked to be of the kind that it says it is.
    fn audience(self, token: &str) -> Audience {
        match self {
            Self::Device => Audience::Device,
            Self::ConsoleOrApi if said_audience(token) == Some(Audience::Api) => Audience::Api,
            _ => Audience::Console,
        }
    }
}

fn admit_setup(edge: &Edge, request: Request) -> Result<Request, ApiError> {
    let local = request.extensions().get::<Origin>().is_some_and(Origin::is_this_machine);
    if local && !edge.authenticator.is_claimed() { Ok(request) } else { Err(nothing_here(request.method(), request.uri())) }
}

async fn admit_token(edge: &Edge, access: Access, mut request: Request) -> Result<Request, ApiError> {
    if !edge.authenticator.is_claimed() {
        return Err(Code::NotClaimed.into());
    }
    let token = bearer(request.headers())?;
    let audience = access.audience(token);
    let caller = match edge.authenticator.authenticate(token, audience, edge.clock.now())? {
        Known::Caller(caller) => caller,
        Known::NotHere => find(edge, audience, Secret::new(token)).await?,
    };
    if let Some(device) = caller.device {
        let Caller { session, account, user, .. } = caller;
        request.extensions_mut().insert(DeviceCaller { session, account, user, device });
    }
    request.extensions_mut().insert(caller);
    Ok(request)
}

async fn find(edge: &Edge, audience: Audience, token: Secret) -> Result<Caller, ApiError> {
    edge.authenticator.find(token.clone()).await?;
    match edge.authenticator.authenticate(token.reveal(), audience, edge.clock.now())? {
        Known::Caller(caller) => Ok(caller),
        Known::NotHere => Err(Code::TokenRefused.into()),
    }
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
