//! What the server sends of its own accord, to places that its operator named: over HTTPS, one request at a time.
//!
//! 1. Plain HTTP goes to this machine alone. A certificate counts if one of the operator's own authorities, or else one that
//!    the system knows, vouches for it.
//! 2. Redirects are not followed, and nothing of the environment has a say: what goes out goes to that place or nowhere.
//! 3. Every wait has a bound, and so has what is read of an answer.

use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Uri;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// How long a request may take in all.
const LIMIT: Duration = Duration::from_secs(15);
/// The most bytes of an answer's content.
pub const MAX_ANSWER: usize = 16 * 1024;
/// The most bytes of an answer's headers.
const MAX_HEADERS: usize = 16 * 1024;

/// Where something is sent: an address that begins with `https://`, or with `http://` on this machine.
#[derive(Clone, PartialEq, Eq)]
pub struct Place(String);

impl Place {
    /// Reads an address.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as the end of a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let no_address = || "it must be an address such as `https://storage.example/erase`".to_owned();
        if text.len() > 2_000 || text.contains('#') {
            return Err(no_address());
        }
        let uri: Uri = text.parse().map_err(|_| no_address())?;
        let authority = uri.authority().filter(|authority| !authority.host().is_empty()).ok_or_else(no_address)?;
        if authority.as_str().contains('@') {
            return Err("it must have no user and no password in it".to_owned());
        }
        match uri.scheme_str() {
            Some("https") => Ok(Self(text.to_owned())),
            Some("http") if is_this_machine(authority.host()) => Ok(Self(text.to_owned())),
            Some("http") => Err("it must begin with `https://`; plain HTTP goes to this machine alone".to_owned()),
            _ => Err(no_address()),
        }
    }

    /// The address without what stands behind a `?`, which may be a secret.
    #[must_use]
    pub fn shown(text: &str) -> String {
        text.split_once('?').map_or_else(|| text.to_owned(), |(before, _)| format!("{before}?…"))
    }

    /// The address in full.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Self::shown(&self.0))
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn is_this_machine(host: &str) -> bool {
    let plain = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    plain.eq_ignore_ascii_case("localhost") || plain.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status of HTTP.
    pub status: u16,
    /// The content, of [`MAX_ANSWER`] bytes at most.
    pub content: Vec<u8>,
}

/// Sends requests. It blocks its thread: in a handler, ask from a blocking task.
pub struct Outgoing(ureq::Agent);

impl Outgoing {
    /// With the authorities that vouch for the other side: those in that file, in PEM; else those that the system knows.
    ///
    /// # Errors
    ///
    /// Why that file cannot be used, or that the system knows none, as one sentence.
    pub fn new(authorities: Option<&Path>) -> Result<Self, String> {
        let found = self::authorities(authorities)?;
        let found: Vec<Certificate<'static>> =
            found.iter().map(|certificate| Certificate::from_der(certificate.as_ref()).to_owned()).collect();
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&found))
            .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
            .build();
        let limit = Some(LIMIT);
        let config = ureq::Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .proxy(None)
            .max_redirects(0)
            .user_agent(concat!("sbm-server/", env!("CARGO_PKG_VERSION")))
            .max_response_header_size(MAX_HEADERS)
            .max_idle_connections(0)
            .timeout_global(limit)
            .timeout_per_call(limit)
            .timeout_resolve(limit)
            .timeout_connect(limit)
            .timeout_send_request(limit)
            .timeout_send_body(limit)
            .timeout_recv_response(limit)
            .timeout_recv_body(limit);
        Ok(Self(config.build().into()))
    }

    /// Sends a `POST` with these headers and that content.
    ///
    /// # Errors
    ///
    /// Why there is no answer, as one sentence without the address.
    pub fn post(&self, place: &Place, headers: &[(&str, &str)], content: &[u8]) -> Result<Reply, String> {
        let mut request = self.0.post(place.as_str());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = request.send(content).map_err(|error| told(&error))?;
        let limit = u64::try_from(MAX_ANSWER).unwrap_or(u64::MAX).saturating_add(1);
        let content = answer.body_mut().with_config().limit(limit).read_to_vec().map_err(|error| told(&error))?;
        Ok(Reply { status: answer.status().as_u16(), content })
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outgoing")
    }
}

/// The certificates that vouch for the other side: those in that file, in PEM; else those that the system knows.
pub(crate) fn authorities(file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, String> {
    match file {
        Some(file) => of_file(file),
        None => Ok(rustls_native_certs::load_native_certs().certs),
    }
}

fn of_file(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let failed = |why: &str| format!("`{}` does not say whose certificates count: {why}", file.display());
    let found = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match found {
        Ok(found) if found.is_empty() => Err(failed("there is no certificate in it")),
        Ok(found) => Ok(found),
        Err(_) => Err(failed("it cannot be read, or is not PEM")),
    }
}

/// What an error of the HTTP library means, in our words.
fn told(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => format!("no answer within {} s", LIMIT.as_secs()),
        ureq::Error::HostNotFound => "its name is not known".to_owned(),
        ureq::Error::BodyExceedsLimit(_) => format!("its answer has more than {MAX_ANSWER} bytes"),
        ureq::Error::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(error) => of_tls(error),
            None => format!("it cannot be reached: {error}"),
        },
        ureq::Error::Rustls(error) => of_tls(error),
        ureq::Error::ConnectionFailed => "it cannot be reached".to_owned(),
        _ => "its answer is not HTTP".to_owned(),
    }
}

fn of_tls(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(_) => "its certificate is not trusted, or not for that name".to_owned(),
        _ => "no connection with TLS comes about".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_https_or_this_machine_and_has_no_secrets_of_a_user_in_it_acc_8() {
        for good in [
            "https://storage.example/erase",
            "https://storage.example:8443",
            "https://[2001:db8::1]/x?key=1",
            "http://127.0.0.1:9000/erase",
            "http://[::1]:9/",
            "http://localhost:1/",
        ] {
            assert_eq!(Place::parse(good).map(|place| place.as_str().to_owned()), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "storage.example",
            "/erase",
            "ftp://storage.example/",
            "http://storage.example/erase",
            "http://127.0.0.1.example/",
            "http://10.0.0.1/",
            "https://",
            "https:///erase",
            "https://anna:secret@storage.example/",
            "http://127.0.0.1@storage.example/",
            "https://storage.example/#part",
            "https://storage.example/a b",
            "https://storage.example/\r\nx: y",
            "HTTP2://storage.example/",
            "file:///etc/passwd",
        ] {
            assert!(Place::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Place::parse(&format!("https://storage.example/{}", "x".repeat(2_000))).is_err());
        let shown = Place::parse("https://storage.example/x?key=secret").unwrap().to_string();
        assert_eq!(shown, "https://storage.example/x?…");
    }
}
