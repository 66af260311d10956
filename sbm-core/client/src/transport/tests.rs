mod ended;
mod proxied;
mod rooted;
mod server;

use std::io::{Read as _, Write as _};
use std::time::Duration;

use sbm_core::code::Code;
use sbm_core::id::Hash;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::Problem;
use sbm_core::wire::v1::session::Secret;
use server::{Ca, TestServer, answer};

use super::http::Http;
use super::{HttpRequest, HttpResponse, Terms, Transport as _, TransportError, Verdict, call};

/// Longer than any test takes that does not wait on purpose.
const PATIENCE: Duration = Duration::from_secs(20);

fn get(max_answer: usize) -> HttpRequest {
    HttpRequest {
        method: "GET",
        path: "/STATUS".into(),
        token: Some(Secret::new("token-1")),
        body: None,
        max_answer,
        headers: Vec::new(),
    }
}

fn send(server: &TestServer, pin: Hash, timeout: Duration) -> Result<HttpResponse, TransportError> {
    Http::pinned(&server.connection, vec![pin], &Terms::of(timeout)).unwrap().send(get(1_000))
}

fn code_of(result: Result<HttpResponse, TransportError>) -> Code {
    result.expect_err("there was an answer").code
}

#[test]
fn a_request_reaches_the_server_that_was_pinned_and_its_answer_comes_back_run_4() {
    let ca = Ca::new();
    let server = TestServer::tls(ca.certificate("localhost"), |request| {
        assert!(request.starts_with("GET /STATUS HTTP/1.1\r\n"), "{request}");
        assert!(request.to_lowercase().contains("authorization: bearer token-1\r\n"), "{request}");
        answer(200, "application/json", &["sbm-time: 1234"], b"{\"a\":1}")
    });
    let response = send(&server, ca.pin(), PATIENCE).unwrap();
    let expected = HttpResponse {
        status: 200,
        time: Some(Timestamp::from_millis(1_234)),
        content_type: "application/json".into(),
        tag: None,
        body: b"{\"a\":1}".to_vec(),
    };
    assert_eq!(response, expected);
}

#[test]
fn one_connection_serves_several_requests() {
    let ca = Ca::new();
    let server = TestServer::tls(ca.certificate("localhost"), |_| answer(200, "text/plain", &[], b"ok"));
    let http = Http::pinned(&server.connection, vec![ca.pin()], &Terms::of(PATIENCE)).unwrap();
    for _ in 0..3 {
        assert_eq!(http.send(get(10)).unwrap().body, b"ok");
    }
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_server_that_was_not_confirmed_is_refused_by_name_and_gets_no_request_run_4() {
    let (ca, other) = (Ca::new(), Ca::new());
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let unasked = || {
        let asked = std::sync::Arc::clone(&asked);
        move |_: &str| {
            asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            answer(200, "text/plain", &[], b"ok")
        }
    };
    let cases = [
        ("another CA", TestServer::tls(other.certificate("localhost"), unasked())),
        ("another name", TestServer::tls(ca.certificate("elsewhere.example"), unasked())),
        ("expired", TestServer::tls(ca.expired("localhost"), unasked())),
        ("the pinned CA beside a foreign certificate", TestServer::tls(other.certificate("localhost").beside(&ca), unasked())),
        ("no chain", TestServer::tls(ca.certificate("localhost").alone(), unasked())),
    ];
    for (what, server) in cases {
        let error = send(&server, ca.pin(), PATIENCE).unwrap_err();
        assert_eq!(error.code, Code::UntrustedServer, "{what}: {error}");
    }
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[test]
fn the_alert_access_denied_says_that_the_address_is_not_admitted_even_when_the_connection_breaks_net_1() {
    let ca = Ca::new();
    let alert = [21, 3, 3, 0, 2, 2, 49];
    for _ in 0..20 {
        let at_once = TestServer::raw(move |mut stream| {
            stream.write_all(&alert).unwrap();
        });
        assert_eq!(code_of(send(&at_once, ca.pin(), PATIENCE)), Code::AddressRefused);
    }
    let after_the_hello = TestServer::raw(move |mut stream| {
        let mut some = [0; 16];
        stream.read_exact(&mut some).unwrap();
        stream.write_all(&alert).unwrap();
    });
    assert_eq!(code_of(send(&after_the_hello, ca.pin(), PATIENCE)), Code::AddressRefused);
}

#[test]
fn other_alerts_and_what_is_not_tls_fail_as_tls() {
    let ca = Ca::new();
    let cases: [(&str, &'static [u8]); 4] = [
        ("handshake failure", &[21, 3, 3, 0, 2, 2, 40]),
        ("plain HTTP", b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"),
        ("garbage", &[0xff; 64]),
        ("silence and an end", b""),
    ];
    for (what, bytes) in cases {
        let server = TestServer::raw(move |mut stream| {
            let mut hello = [0; 1_024];
            let _size = stream.read(&mut hello).unwrap();
            stream.write_all(bytes).unwrap();
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            // What is left unread would break the connection before the bytes arrive.
            let _rest = stream.read_to_end(&mut Vec::new());
        });
        let error = send(&server, ca.pin(), PATIENCE).unwrap_err();
        assert_eq!(error.code, Code::TlsFailed, "{what}: {error}");
    }
}

#[test]
fn nobody_there_is_unreachable_and_an_unknown_name_too() {
    let ca = Ca::new();
    let gone = TestServer::raw(drop).into_nobody();
    let error = Http::pinned(&gone, vec![ca.pin()], &Terms::of(PATIENCE)).unwrap().send(get(10)).unwrap_err();
    assert_eq!(error.code, Code::Unreachable, "{error}");
    let nowhere = "sbm://no-such-name.invalid:1".parse().unwrap();
    let error = Http::pinned(&nowhere, vec![ca.pin()], &Terms::of(PATIENCE)).unwrap().send(get(10)).unwrap_err();
    assert_eq!(error.code, Code::Unreachable, "{error}");
}

#[test]
fn every_wait_has_a_bound() {
    let ca = Ca::new();
    let short = Duration::from_millis(200);
    let mute = TestServer::raw(|mut stream| {
        let _until_the_client_gives_up = stream.read_to_end(&mut Vec::new());
    });
    assert_eq!(code_of(send(&mute, ca.pin(), short)), Code::TimedOut, "before the handshake");
    let stuck = TestServer::tls(ca.certificate("localhost"), |_| Vec::new());
    assert_eq!(code_of(send(&stuck, ca.pin(), Duration::from_millis(800))), Code::TimedOut, "before the answer");
    let half = TestServer::tls(ca.certificate("localhost"), |_| b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf".to_vec());
    assert_eq!(code_of(send(&half, ca.pin(), Duration::from_millis(800))), Code::TimedOut, "in the middle of the answer");
}

#[test]
fn an_answer_that_is_too_large_is_not_read() {
    let ca = Ca::new();
    let server = TestServer::tls(ca.certificate("localhost"), |_| answer(200, "text/plain", &[], &[b'x'; 1_001]));
    assert_eq!(code_of(send(&server, ca.pin(), PATIENCE)), Code::TooLarge);
    let exact = TestServer::tls(ca.certificate("localhost"), |_| answer(200, "text/plain", &[], &[b'x'; 1_000]));
    assert_eq!(send(&exact, ca.pin(), PATIENCE).unwrap().body.len(), 1_000);
    let header = format!("x-long: {}", "y".repeat(100_000));
    let headers = TestServer::tls(ca.certificate("localhost"), move |_| answer(200, "text/plain", &[&header], b""));
    assert_eq!(code_of(send(&headers, ca.pin(), PATIENCE)), Code::MalformedAnswer);
}

#[test]
fn what_is_not_http_inside_tls_is_malformed() {
    let ca = Ca::new();
    let server = TestServer::tls(ca.certificate("localhost"), |_| b"SSH-2.0-OpenSSH\r\n\r\n".to_vec());
    assert_eq!(code_of(send(&server, ca.pin(), PATIENCE)), Code::MalformedAnswer);
}

#[test]
fn a_redirect_is_not_followed_and_is_no_answer_of_the_servers_own() {
    let ca = Ca::new();
    let other = TestServer::raw(drop);
    let location = format!("location: https://{}/", other.connection.authority());
    let server = TestServer::tls(ca.certificate("localhost"), move |_| answer(302, "text/plain", &[&location], b""));
    let verdict = send(&server, ca.pin(), PATIENCE).unwrap().verdict();
    assert!(matches!(verdict, Verdict::Foreign(error) if error.code == Code::MalformedAnswer));
    assert_eq!(other.connections(), 0);
}

#[test]
fn only_a_problem_document_is_a_refusal_of_the_servers_off_2() {
    let response = |status, content_type: &str, body: &[u8]| HttpResponse {
        status,
        time: None,
        content_type: content_type.into(),
        tag: None,
        body: body.to_vec(),
    };
    let problem = serde_json::to_vec(&Problem::new(Code::UserDisabled, "`carol` is disabled")).unwrap();
    let told = response(403, "application/problem+json; charset=utf-8", &problem).verdict();
    assert!(matches!(told, Verdict::Problem(problem) if problem.code() == Some(Code::UserDisabled)));
    for (status, content_type, body, code) in [
        (403, "application/json", &problem[..], Code::MalformedAnswer),
        (403, "application/problem+json", b"{".as_slice(), Code::MalformedAnswer),
        (403, "text/html", b"<h1>Forbidden</h1>", Code::MalformedAnswer),
        (502, "text/html", b"<h1>Bad Gateway</h1>", Code::Unreachable),
    ] {
        let verdict = response(status, content_type, body).verdict();
        assert!(matches!(verdict, Verdict::Foreign(error) if error.code == code), "{status} {content_type}");
    }
}

#[test]
fn a_typed_call_reads_answers_empty_answers_and_problems() {
    let ca = Ca::new();
    let server = TestServer::tls(ca.certificate("localhost"), |request| match request.split(' ').nth(1).unwrap() {
        "/number" => answer(200, "application/json", &[], b"7"),
        "/nothing" => answer(204, "application/json", &[], b""),
        "/other" => answer(200, "application/json", &[], b"\"seven\""),
        _ => {
            let problem = Problem { retry_after: Some(3), ..Problem::new(Code::Throttled, "too many attempts; wait") };
            answer(429, "application/problem+json", &[], &serde_json::to_vec(&problem).unwrap())
        }
    });
    let connection = sbm_core::wire::v1::ConnectionString { ca: Some(ca.pin()), ..server.connection.clone() };
    let http = Http::new(&connection, PATIENCE).unwrap();
    assert_eq!(call::<u8, u32>(&http, "POST", "/number", None, Some(&1)).unwrap(), 7);
    call::<(), ()>(&http, "DELETE", "/nothing", None, None).unwrap();
    assert_eq!(call::<(), u32>(&http, "GET", "/other", None, None).unwrap_err().code(), Code::MalformedAnswer);
    let error = call::<(), ()>(&http, "PATCH", "/busy", None, Some(&())).unwrap_err();
    assert_eq!((error.code(), error.retry_after()), (Code::Throttled, Some(Duration::from_secs(3))));
}

#[test]
fn without_a_pin_nobody_is_trusted_run_4() {
    let connection = "sbm://localhost:8100".parse().unwrap();
    let error = Http::new(&connection, PATIENCE).err().unwrap();
    assert_eq!(error.code, Code::UntrustedServer);
    assert!(error.message.contains("#ca-sha256="), "{error}");
}
