//! The request gate (NET-8): in front of everything, on every request, before any credential is looked at.
//!
//! 1. The client is the peer, or the one that a trusted proxy speaks for. From anybody else a forwarding header is
//!    refused, naming the setting: he is behind a proxy that nobody told the server of, or lies about his address.
//! 2. The client's address must be admitted, by address or by confirmed name. Loopback always is, unless a proxy
//!    forwarded it, or it is itself named as a proxy: what comes from there may be anybody's. Taking an entry off the list
//!    acts on the next request of a connection that is already open (NET-7).
//! 3. There is exactly one `Host`, and it is one of this server's.
//! 4. Until the server is claimed, only loopback is answered, and never through a proxy (RUN-2).
//! 5. `/STATUS` and `/READY` are found in any case (RUN-1).

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONNECTION, HOST, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use axum::http::uri::{PathAndQuery, Uri};
use axum::response::{IntoResponse as _, Response};
use sbm_core::code::Code;
use sbm_core::wire::v1::path;

use super::problem::{ApiError, Plain, TIME_HEADER, shown};
use super::{Edge, Origin, handling};
use crate::accept::{Admission, MOST_HEAD_BYTES, PassedFor, PeerAddr};
use crate::proxy::{Unclear, forwarding_header};

/// Puts the gate in front of a router.
pub(super) fn guard(edge: Arc<Edge>, inner: Router) -> Router {
    Router::new().fallback_service(tower::service_fn(move |request: Request| {
        let (edge, inner) = (Arc::clone(&edge), inner.clone());
        async move { Ok::<_, std::convert::Infallible>(answer(&edge, inner, request).await) }
    }))
}

async fn answer(edge: &Edge, inner: Router, request: Request) -> Response {
    let mut response = match admit(edge, request).await {
        Ok(request) => handling::run(inner, request, edge.limits.request).await,
        Err(error) => refused(error),
    };
    let headers = response.headers_mut();
    headers.insert(TIME_HEADER, edge.clock.now().as_millis().into());
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Whoever is refused here has no business with the connection any more.
fn refused(error: ApiError) -> Response {
    let mut response = error.into_response();
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

async fn admit(edge: &Edge, mut request: Request) -> Result<Request, ApiError> {
    if head_bytes(&request) > MOST_HEAD_BYTES {
        return Err(ApiError::new(Code::TooLarge, "the head of the request is larger than what is taken here"));
    }
    let Some(PeerAddr(peer)) = request.extensions().get().copied() else {
        return Err(ApiError::internal("a request came without the address of its connection"));
    };
    let passed = request.extensions().get::<PassedFor>().map(|passed| passed.0);
    let origin = origin(edge, peer, passed, request.headers()).await?;
    check_host(edge, &request)?;
    if !origin.is_this_machine() && !edge.authenticator.is_claimed() {
        return Err(Code::NotClaimed.into());
    }
    request.extensions_mut().insert(origin);
    find_status(request.uri_mut());
    Ok(request)
}

/// How large the head is, as it stands in HTTP/1.1.
fn head_bytes(request: &Request) -> usize {
    let uri = request.uri().path_and_query().map_or(0, |path| path.as_str().len());
    // A colon, a blank and the end of the line.
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len().saturating_add(value.len()).saturating_add(4));
    headers.fold(uri, usize::saturating_add)
}

/// Whose request it is, if that one is admitted.
async fn origin(edge: &Edge, peer: IpAddr, passed: Option<IpAddr>, headers: &HeaderMap) -> Result<Origin, ApiError> {
    let speaker = passed.unwrap_or(peer);
    if edge.door.proxies().trusts(speaker) {
        let unclear = |error: Unclear| ApiError::new(Code::ForwardingRefused, error.to_string());
        return match edge.door.proxies().client(headers).map_err(unclear)? {
            Some(client) => check_address(edge, client, true).await,
            // The proxy for itself, or for somebody of whom it says nothing: never this machine.
            None => check_address(edge, speaker, true).await.map_err(|error| unsaid(edge, speaker, error)),
        };
    }
    let origin = check_address(edge, speaker, passed.is_some()).await?;
    match forwarding_header(headers) {
        None => Ok(origin),
        Some(name) => Err(ApiError::new(
            Code::ForwardingRefused,
            format!(
                "the header `{name}` says that a proxy is in between, and `{speaker}` is no trusted one: add it to the setting \
                 `proxies.trusted` if it is your proxy, or connect without it"
            ),
        )),
    }
}

/// Tells who is refused only because his address is a proxy's, so that he finds the setting.
fn unsaid(edge: &Edge, speaker: IpAddr, error: ApiError) -> ApiError {
    if !speaker.is_loopback() {
        return error;
    }
    let header = edge.door.proxies().header().name();
    ApiError::new(
        Code::AddressRefused,
        format!(
            "`{speaker}` is a trusted proxy by the setting `proxies.trusted`, and the request does not say with `{header}` for whom; \
             a program of this machine comes from another address than its proxy"
        ),
    )
}

async fn check_address(edge: &Edge, address: IpAddr, forwarded: bool) -> Result<Origin, ApiError> {
    let host = match edge.door.admit(address, forwarded).await {
        Some(Admission::ByAddress) => None,
        Some(Admission::ByName(host)) => Some(host),
        None => {
            return Err(ApiError::new(
                Code::AddressRefused,
                format!("this server does not admit the address `{address}`; an administrator can allow it"),
            ));
        }
    };
    Ok(Origin { address, host, forwarded })
}

fn check_host(edge: &Edge, request: &Request) -> Result<(), ApiError> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host,
        (None, _) => return Err(ApiError::new(Code::HostRefused, "the request names no host")),
        (Some(_), Some(_)) => return Err(ApiError::new(Code::HostRefused, "the request names more than one host")),
    };
    if !host.to_str().is_ok_and(|host| edge.hosts.admit(host)) {
        return Err(unknown_host(&shown(host)));
    }
    match request.uri().authority() {
        Some(authority) if !edge.hosts.admit(authority.as_str()) => Err(unknown_host(&Plain(authority.as_str()).to_string())),
        _ => Ok(()),
    }
}

fn unknown_host(received: &str) -> ApiError {
    let detail = format!("`{received}` is not one of this server's names; add it to the setting `names` if clients ask for it");
    ApiError::new(Code::HostRefused, detail)
}

fn find_status(uri: &mut Uri) {
    let found = [path::STATUS, path::READY].into_iter().find(|path| uri.path().eq_ignore_ascii_case(path));
    if let Some(path) = found.filter(|path| uri.path() != *path) {
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(PathAndQuery::from_static(path));
        if let Ok(found) = Uri::from_parts(parts) {
            *uri = found;
        }
    }
}
