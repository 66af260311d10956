//! How requests travel (RUN-4, NET-1): a small vocabulary, so that a test can put itself in place of the network.
//!
//! 1. An answer is an answer only when it came over verified TLS; everything else is a [`TransportError`].
//! 2. "Not admitted by address" is told before TLS is up and proves nothing: it counts as no contact (NET-1).
//! 3. No redirects, no proxy but the one that the host names, every wait and every size has a bound.

mod cancel;
pub(crate) mod http;
mod resolve;
mod roots;
mod tcp;
mod tls;
mod tunnel;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use sbm_core::code::Code;
use sbm_core::id::Hash;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::session::Secret;
use sbm_core::wire::v1::{ConnectionString, Problem};
use sbm_core::wire::{MAX_ANSWER, PROBLEM_TYPE};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use cancel::Cancellable;
pub use cancel::{Act, Cancel};

use crate::error::Error;
use crate::log::Journal;
use crate::proxy::Proxy;

/// What is to be sent.
#[derive(Clone, Debug)]
pub struct HttpRequest {
    /// `GET`, `POST`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// The path and query, from the `/` on.
    pub path: String,
    /// The token of the `authorization` header.
    pub token: Option<Secret>,
    /// The body, always JSON.
    pub body: Option<Vec<u8>>,
    /// The most bytes of the answer's body that are read.
    pub max_answer: usize,
    /// Headers besides: `accept`, if something else than JSON or bytes is wanted, and `if-match`.
    pub headers: Vec<(&'static str, String)>,
}

/// What came back over verified TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// The server's clock.
    pub time: Option<Timestamp>,
    /// The media type.
    pub content_type: String,
    /// The tag of the state that the body shows, as it stands in `etag`.
    pub tag: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportError {
    /// Of the codes 2xx.
    pub code: Code,
    /// What happened, in one sentence.
    pub message: String,
}

/// A way to a server.
pub trait Transport: Send + Sync {
    /// Sends one request and waits for its answer.
    ///
    /// # Errors
    ///
    /// [`TransportError`] when there was no answer, or none that came from the server that was confirmed.
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;

    /// The same for much data: the body of a success is handed over as it comes and is empty in what is given back, and how
    /// much of the request is on its way is told. Where a transport has no better way, it is told at the end.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and what the flow says.
    fn stream(&self, request: HttpRequest, flow: &mut dyn Flow) -> Result<HttpResponse, TransportError> {
        let length = request.body.as_ref().map_or(0, Vec::len);
        let mut response = self.send(request)?;
        flow.sent(length)?;
        if (200..300).contains(&response.status) {
            flow.received(&std::mem::take(&mut response.body))?;
        }
        Ok(response)
    }
}

/// What goes and what comes, piece by piece.
pub trait Flow {
    /// So many bytes of the request's body are on their way by now.
    ///
    /// # Errors
    ///
    /// Whatever is to end the call.
    fn sent(&mut self, bytes: usize) -> Result<(), TransportError> {
        let _ = bytes;
        Ok(())
    }

    /// The next bytes of the answer's body.
    ///
    /// # Errors
    ///
    /// Whatever is to end the call.
    fn received(&mut self, bytes: &[u8]) -> Result<(), TransportError>;
}

/// Where ways to servers come from: the real network, or a simulated one.
pub trait Network: Send + Sync {
    /// The way to the server at that place, for whose certificate these roots vouch.
    ///
    /// # Errors
    ///
    /// [`TransportError`] when there can be no such way.
    fn connect(&self, connection: &ConnectionString, roots: &Roots, terms: &Terms) -> Result<Arc<dyn Transport>, TransportError>;
}

/// What vouches for a server's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Roots {
    /// A CA with one of these hashes, and no other.
    Pinned(Vec<Hash>),
    /// The roots that the operating system trusts.
    System,
}

/// How long a call may take, and what ends it before.
#[derive(Clone, Debug)]
pub struct Terms {
    /// One request, from the look-up of the name to the last byte of its answer.
    pub whole: Duration,
    /// Until there is a connection.
    pub connect: Duration,
    /// From there until it is secure.
    pub handshake: Duration,
    /// What ends calls before their time.
    pub cancel: Arc<Cancel>,
    /// The proxy on the way.
    pub proxy: Option<Proxy>,
    pub(crate) journal: Journal,
}

impl Terms {
    /// So long for the whole, ten seconds at most for each step before the request.
    #[must_use]
    pub fn of(whole: Duration) -> Self {
        let step = whole.min(STEP);
        Self { whole, connect: step, handshake: step, cancel: Arc::default(), proxy: None, journal: Journal::default() }
    }
}

/// How long it may take to connect, and to become secure, unless something else is set.
pub(crate) const STEP: Duration = Duration::from_secs(10);

/// The real network.
#[derive(Clone, Debug, Default)]
pub struct Https {
    system: roots::Roots,
}

impl Https {
    /// The same with these roots, each a certificate in DER, in place of those that the operating system trusts. A pinned
    /// connection asks neither.
    ///
    /// # Errors
    ///
    /// [`Code::CertificateInvalid`] when one of them is no certificate.
    pub fn with_roots(certificates: &[Vec<u8>]) -> Result<Self, TransportError> {
        Ok(Self { system: roots::Roots::given(certificates)? })
    }
}

impl Network for Https {
    fn connect(&self, connection: &ConnectionString, roots: &Roots, terms: &Terms) -> Result<Arc<dyn Transport>, TransportError> {
        Ok(match roots {
            Roots::Pinned(pins) => Arc::new(http::Http::pinned(connection, pins.clone(), terms)?),
            Roots::System => Arc::new(http::Http::rooted(connection, self.system.store()?, terms)?),
        })
    }
}

/// Sends JSON and reads JSON. An empty answer reads as `()` or as `None`.
///
/// # Errors
///
/// The server's own code and sentence, or why there was no answer of its own.
pub(crate) fn call<Q: Serialize + ?Sized, A: DeserializeOwned>(
    transport: &dyn Transport,
    method: &'static str,
    path: &str,
    token: Option<&Secret>,
    body: Option<&Q>,
) -> Result<A, Error> {
    let body = body.map(body_of).transpose()?;
    let request =
        HttpRequest { method, path: path.to_owned(), token: token.cloned(), body, max_answer: MAX_ANSWER, headers: Vec::new() };
    answer_of(path, transport.send(request)?)
}

/// What is sent, as JSON.
pub(crate) fn body_of<Q: Serialize + ?Sized>(body: &Q) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(body).map_err(|error| Error::from(Code::InvalidArgument).with_source(error))
}

/// What an answer says, or the server's own code and sentence.
pub(crate) fn answer_of<A: DeserializeOwned>(path: &str, response: HttpResponse) -> Result<A, Error> {
    let answer = match response.verdict() {
        Verdict::Success(bytes) => bytes,
        Verdict::Problem(problem) => return Err(problem.into()),
        Verdict::Foreign(error) => return Err(error.into()),
    };
    let answer: &[u8] = if answer.is_empty() { b"null" } else { &answer };
    read_answer(answer).map_err(|error| {
        Error::new(Code::MalformedAnswer, format!("the server's answer to `{path}` cannot be understood")).with_source(error)
    })
}

/// Reads an answer. No answer is a list: in one the fields of an object would go by their places.
pub(crate) fn read_answer<A: DeserializeOwned>(answer: &[u8]) -> Result<A, serde_json::Error> {
    if answer.trim_ascii_start().starts_with(b"[") {
        return Err(serde::de::Error::custom("expected an object"));
    }
    serde_json::from_slice(answer)
}

/// The CA that was confirmed with the connection string.
///
/// # Errors
///
/// [`Code::UntrustedServer`] when it names none: nobody is asked in its place.
pub(crate) fn confirmed(connection: &ConnectionString) -> Result<Hash, TransportError> {
    connection.ca.ok_or_else(|| {
        let message = format!(
            "`{connection}` does not say which server to trust; use the connection string that the server printed, with `#ca-sha256=…` at its end, or allow the system's roots"
        );
        TransportError::new(Code::UntrustedServer, message)
    })
}

impl TransportError {
    /// The error of that code.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl From<Code> for TransportError {
    fn from(code: Code) -> Self {
        Self::new(code, code.text())
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        Self::new(error.code, error.message)
    }
}

impl std::fmt::Display for TransportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TransportError {}

/// What an answer comes to.
pub(crate) enum Verdict {
    /// The body of a success.
    Success(Vec<u8>),
    /// The server itself refused, or failed, with a problem document.
    Problem(Problem),
    /// Nothing that this server says: something in between answered.
    Foreign(TransportError),
}

impl HttpResponse {
    /// Tells a success, a problem of the server's own and everything else apart.
    pub(crate) fn verdict(self) -> Verdict {
        if (200..300).contains(&self.status) {
            return Verdict::Success(self.body);
        }
        let is_problem = self.content_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(PROBLEM_TYPE));
        match serde_json::from_slice(&self.body) {
            Ok(problem) if is_problem => Verdict::Problem(problem),
            _ => Verdict::Foreign(foreign(self.status)),
        }
    }
}

/// A gateway that lost its server says so without a problem document; that is a server which is not reached.
fn foreign(status: u16) -> TransportError {
    match status {
        502..=504 => TransportError::new(
            Code::Unreachable,
            format!("something before the server answered with status `{status}`; try again later"),
        ),
        _ => TransportError::new(
            Code::MalformedAnswer,
            format!("the server answered with status `{status}` and no reason; is this an SBM server?"),
        ),
    }
}
