//! The real transport: HTTP/1.1 over TLS on the caller's thread.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use rustls::RootCertStore;
use sbm_core::code::Code;
use sbm_core::id::Hash;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::ConnectionString;
use sbm_core::wire::{MAX_ANSWER, TIME_HEADER};
use ureq::unversioned::transport::Connector as _;

use super::resolve::CallersThread;
use super::tcp::TcpConnector;
use super::tls::{TlsConnector, io_error};
use super::tunnel::TunnelConnector;
use super::{Flow, HttpRequest, HttpResponse, Terms, Transport, TransportError};

/// The most bytes of an answer's headers.
const MAX_HEADERS: usize = 16 * 1024;
/// The most bytes of an answer that are handed over at once.
const PIECE: usize = 64 * 1024;
/// How long an unused connection is kept.
const KEPT: Duration = Duration::from_secs(30);

/// One server, reached over HTTPS. Connections are kept for the next request.
pub(crate) struct Http {
    agent: ureq::Agent,
    base: String,
    host: String,
}

impl Http {
    /// The server of that connection string, as it was confirmed.
    ///
    /// # Errors
    ///
    /// [`Code::UntrustedServer`] when the connection string pins no CA.
    #[cfg(any(test, feature = "admin"))]
    pub(crate) fn new(connection: &ConnectionString, timeout: Duration) -> Result<Self, TransportError> {
        Self::pinned(connection, vec![super::confirmed(connection)?], &Terms::of(timeout))
    }

    /// The server at that place, whose certificate comes from one of these CAs.
    pub(crate) fn pinned(connection: &ConnectionString, pins: Vec<Hash>, terms: &Terms) -> Result<Self, TransportError> {
        Ok(Self::over(connection, TlsConnector::pinned(pins, terms.handshake.min(terms.whole))?, terms))
    }

    /// The server at that place, for which one of these roots vouches.
    pub(crate) fn rooted(
        connection: &ConnectionString,
        roots: Arc<RootCertStore>,
        terms: &Terms,
    ) -> Result<Self, TransportError> {
        Ok(Self::over(connection, TlsConnector::rooted(roots, terms.handshake.min(terms.whole))?, terms))
    }

    fn over(connection: &ConnectionString, tls: TlsConnector, terms: &Terms) -> Self {
        let (limit, proxy, journal) = (terms.connect.min(terms.whole), &terms.proxy, &terms.journal);
        let tcp = TcpConnector::new(limit, Arc::clone(&terms.cancel), proxy.clone(), journal.clone());
        let tunnel = TunnelConnector::new(proxy.clone(), limit, journal.clone());
        // The library knows of no proxy: who looks up which name, and every bound, are ours.
        let agent = ureq::Agent::with_parts(config(terms), tcp.chain(tunnel).chain(tls), CallersThread { proxy: proxy.clone() });
        let authority = connection.authority();
        Self { agent, base: format!("https://{authority}"), host: authority }
    }
}

impl Transport for Http {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let limit = limit(request.max_answer);
        let (mut response, body) = self.begin(request, None)?;
        response.body =
            body.into_with_config().limit(limit).read_to_vec().map_err(|error| transport_error(&error, &self.host))?;
        Ok(response)
    }

    fn stream(&self, request: HttpRequest, flow: &mut dyn Flow) -> Result<HttpResponse, TransportError> {
        let limit = limit(request.max_answer);
        let (mut response, body) = self.begin(request, Some(&mut *flow))?;
        let body = body.into_with_config();
        if !(200..300).contains(&response.status) {
            // Why not is a problem document, and short.
            let refused = body.limit(MAX_ANSWER as u64).read_to_vec();
            response.body = refused.map_err(|error| transport_error(&error, &self.host))?;
            return Ok(response);
        }
        let (mut reader, mut piece) = (body.limit(limit).reader(), vec![0; PIECE]);
        loop {
            match reader.read(&mut piece) {
                Ok(0) => return Ok(response),
                Ok(size) => flow.received(piece.get(..size).unwrap_or_default())?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(transport_error(&ureq::Error::from(error), &self.host)),
            }
        }
    }
}

/// The library's limit is the first size that is too large.
fn limit(most: usize) -> u64 {
    u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1)
}

impl Http {
    /// Sends a request and reads the head of its answer.
    fn begin(&self, request: HttpRequest, flow: Option<&mut dyn Flow>) -> Result<(HttpResponse, ureq::Body), TransportError> {
        let answer = self.run(request, flow).map_err(|error| transport_error(&error, &self.host))?;
        let text = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let response = HttpResponse {
            status: answer.status().as_u16(),
            time: text(TIME_HEADER).and_then(|value| value.parse().ok()).map(Timestamp::from_millis),
            content_type: text("content-type").unwrap_or_default().to_owned(),
            tag: text("etag").map(str::to_owned),
            body: Vec::new(),
        };
        Ok((response, answer.into_body()))
    }

    fn run(&self, request: HttpRequest, flow: Option<&mut dyn Flow>) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        let mut builder = ureq::http::Request::builder().method(request.method).uri(format!("{}{}", self.base, request.path));
        if request.headers.iter().all(|(name, _)| *name != "accept") {
            builder = builder.header("accept", "application/json, application/octet-stream");
        }
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if let Some(token) = &request.token {
            builder = builder.header("authorization", format!("Bearer {}", token.reveal()));
        }
        let Some(body) = request.body else { return self.agent.run(builder.body(())?) };
        builder = builder.header("content-type", "application/json");
        match flow {
            None => self.agent.run(builder.body(body)?),
            Some(flow) => {
                let length = body.len();
                let mut upload = Upload { body: io::Cursor::new(body), sent: 0, flow };
                let body = ureq::SendBody::from_reader(&mut upload);
                self.agent.run(builder.header("content-length", length).body(body)?)
            }
        }
    }
}

/// A request's body that tells how much of it went.
struct Upload<'a> {
    body: io::Cursor<Vec<u8>>,
    sent: usize,
    flow: &'a mut dyn Flow,
}

impl Read for Upload<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let size = self.body.read(into)?;
        self.sent += size;
        if size > 0 {
            self.flow.sent(self.sent).map_err(|error| io::Error::other(ureq::Error::Other(Box::new(error))))?;
        }
        Ok(size)
    }
}

/// Every wait has a bound, and nothing of the environment has a say.
fn config(terms: &Terms) -> ureq::config::Config {
    let part = Some(terms.whole);
    ureq::Agent::config_builder()
        .https_only(true)
        .http_status_as_error(false)
        .proxy(None)
        .max_redirects(0)
        .allow_non_standard_methods(true)
        .user_agent(concat!("sbm/", env!("CARGO_PKG_VERSION")))
        .max_response_header_size(MAX_HEADERS)
        .max_idle_connections(2)
        .max_idle_connections_per_host(2)
        .max_idle_age(KEPT)
        .timeout_global(part)
        .timeout_per_call(part)
        .timeout_resolve(part)
        .timeout_connect(Some(terms.connect.saturating_add(terms.handshake).min(terms.whole)))
        .timeout_send_request(part)
        .timeout_send_body(part)
        .timeout_recv_response(part)
        .timeout_recv_body(part)
        .build()
}

pub(super) fn timed_out(host: &str) -> TransportError {
    TransportError::new(Code::TimedOut, format!("`{host}` did not answer in time; try again later"))
}

/// What an error of the HTTP library means, in our words.
pub(super) fn transport_error(error: &ureq::Error, host: &str) -> TransportError {
    match error {
        ureq::Error::Other(inner) => match inner.downcast_ref::<TransportError>() {
            Some(own) => own.clone(),
            None => TransportError::new(Code::Unreachable, format!("`{host}` cannot be reached: {inner}")),
        },
        ureq::Error::Io(error) => io_error(error, host),
        ureq::Error::Timeout(_) => timed_out(host),
        ureq::Error::HostNotFound => TransportError::new(
            Code::Unreachable,
            format!("the name in `{host}` is not known; is it spelt right, and is there a network?"),
        ),
        ureq::Error::ConnectionFailed => TransportError::new(Code::Unreachable, format!("`{host}` cannot be reached")),
        ureq::Error::BodyExceedsLimit(limit) => {
            let most = limit.saturating_sub(1);
            TransportError::new(Code::TooLarge, format!("the answer of `{host}` has more than `{most}` bytes"))
        }
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            TransportError::new(Code::InvalidArgument, format!("no request can be made for `{host}`: {error}"))
        }
        other => TransportError::new(Code::MalformedAnswer, format!("the answer of `{host}` is not HTTP: {other}")),
    }
}
