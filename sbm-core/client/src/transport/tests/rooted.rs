//! Connections without a fingerprint: a CA that the system trusts vouches, or nobody (RUN-4).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sbm_core::code::Code;

use super::super::{Https, Network as _, Roots, Terms, TransportError};
use super::server::{Ca, Presented, TestServer, answer};
use super::{HttpResponse, PATIENCE, get};

/// A machine that trusts this CA, and a server that presents that certificate.
fn ask(trusted: &Ca, presented: Presented, asked: &Arc<AtomicUsize>) -> Result<HttpResponse, TransportError> {
    let asked = Arc::clone(asked);
    let server = TestServer::tls(presented, move |_| {
        asked.fetch_add(1, Ordering::SeqCst);
        answer(200, "text/plain", &[], b"ok")
    });
    let https = Https::with_roots(&[trusted.der()]).unwrap();
    https.connect(&server.connection, &Roots::System, &Terms::of(PATIENCE)).unwrap().send(get(10))
}

#[test]
fn the_system_s_roots_vouch_for_a_server_by_name_date_and_issuer_run_4() {
    let (ca, other) = (Ca::new(), Ca::new());
    let asked = Arc::new(AtomicUsize::new(0));
    assert_eq!(ask(&ca, ca.certificate("localhost"), &asked).unwrap().body, b"ok");
    assert_eq!(ask(&ca, ca.certificate("localhost").alone(), &asked).unwrap().body, b"ok", "the root need not be sent");
    for (what, presented, told) in [
        ("another name", ca.certificate("elsewhere.example"), "not for the name"),
        ("expired", ca.expired("localhost"), "has expired"),
        ("unknown issuer", other.certificate("localhost"), "does not come from"),
        ("the trusted CA beside a foreign certificate", other.certificate("localhost").beside(&ca), "does not come from"),
    ] {
        let error = ask(&ca, presented, &asked).unwrap_err();
        assert_eq!(error.code, Code::UntrustedServer, "{what}: {error}");
        assert!(error.message.contains(told), "{what}: {error}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 2, "no request reached a server that was not trusted");
}

#[test]
fn a_pinned_connection_asks_no_root_of_the_system_run_4() {
    let (trusted, pinned) = (Ca::new(), Ca::new());
    let server = TestServer::tls(trusted.certificate("localhost"), |_| answer(200, "text/plain", &[], b"ok"));
    let https = Https::with_roots(&[trusted.der()]).unwrap();
    let roots = Roots::Pinned(vec![pinned.pin()]);
    let error = https.connect(&server.connection, &roots, &Terms::of(PATIENCE)).unwrap().send(get(10)).unwrap_err();
    assert_eq!(error.code, Code::UntrustedServer);
}

#[test]
fn what_is_no_certificate_is_no_root_run_4() {
    let error = Https::with_roots(&[b"not a certificate".to_vec()]).unwrap_err();
    assert_eq!(error.code, Code::CertificateInvalid, "{error}");
}
