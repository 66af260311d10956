//! What the check-in of an unchanged client costs the server, as rows of `make bench`: `sbm-bench-check-in SBM_SERVER`.
//!
//! 64 kept-alive connections over TLS, each of a device of its own, against a bare axum echo of the same size over the same
//! TLS, alternating, the median of three. `sbm-bench-check-in echo CERTIFICATE KEY` is that echo.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "its rows go to the standard output")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::routing::post;
use axum::{Json, Router};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{RootCertStore, ServerConfig};
use sbm_client::admin::Admin;
use sbm_client::core::cache::{Domain, Head, KeyDocument, Number};
use sbm_client::core::id::InstallationId;
use sbm_client::core::wire::v1::ConnectionString;
use sbm_client::core::wire::v1::device::{CheckIn, CheckInAnswer};
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::{DeviceLogin, DeviceSession, Secret};
use sbm_tests::fixture::{PASSWORD, office};
use sbm_tests::load::{Figures, Target};
use sbm_tests::raw::request;
use sbm_tests::server::ADMIN_PASSWORD;
use serde::Serialize;
use serde::de::DeserializeOwned;

const CONNECTIONS: u8 = 64;
const ROUNDS: usize = 3;
const TIME: Duration = Duration::from_secs(3);
/// What the server may cost, of the echo.
const BOUND: f64 = 1.5;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["echo", certificate, key] => echo(certificate, key).await,
        [program] => bench(program).await,
        _ => eprintln!("sbm-bench-check-in SBM_SERVER"),
    }
}

/// A process that is killed when it is dropped.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

async fn bench(program: &str) {
    let directory = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let (first, _) = start(program, directory.path());
    eprintln!("first start in {} ms", begun.elapsed().as_millis());
    drop(first);
    let begun = Instant::now();
    let (server, connection) = start(program, directory.path());
    row("server_start: after the first", begun.elapsed().as_secs_f64() * 1e3, "ms", 300.0);
    tokio::task::block_in_place(|| furnish(&connection, directory.path()));
    let server_at = Target::new(connection.port, roots(&directory.path().join("data/ca.pem")));
    let requests = unchanged(&server_at).await;

    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (certificate, key) = (directory.path().join("echo.pem"), directory.path().join("echo.key"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let (echo, port) = start_echo(&certificate, &key);
    let echo_at = Target::new(port, roots(&certificate));

    let (mut ours, mut bare, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let one: Figures = echo_at.load(&requests, echo.0.id(), TIME).await;
        let own: Figures = server_at.load(&requests, server.0.id(), TIME).await;
        eprintln!("echo {:.0}/s {:.1} us, check-in {:.0}/s {:.1} us", one.rate, one.cpu, own.rate, own.cpu);
        bare.push(one.cpu);
        ours.push(own.cpu);
        ratios.push(own.cpu / one.cpu);
    }
    println!("check-in, unchanged: processor time a request\t{:.1}\tus\tnone\t-", median(&mut ours));
    println!("bare axum echo over the same TLS: processor time a request\t{:.1}\tus\tnone\t-", median(&mut bare));
    row("check-in, unchanged, of the bare echo", median(&mut ratios), "times", BOUND);
}

fn row(name: &str, measured: f64, unit: &str, bound: f64) {
    let met = if measured <= bound { "yes" } else { "no" };
    println!("{name}\t{measured:.2}\t{unit}\t{bound}\t{met}");
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    *figures.get(figures.len() / 2).unwrap()
}

fn roots(path: &Path) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(path).unwrap()).unwrap();
    roots
}

/// Starts the server and waits until it answers.
fn start(program: &str, directory: &Path) -> (Process, ConnectionString) {
    let connection = directory.join("data/connection");
    drop(std::fs::remove_file(&connection));
    let child = Command::new(program)
        .args(["--data-dir", "data", "--listen", "127.0.0.1:0"])
        .current_dir(directory)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let process = Process(child);
    loop {
        if let Some(connection) = std::fs::read_to_string(&connection).ok().and_then(|text| text.trim().parse().ok()) {
            return (process, connection);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn start_echo(certificate: &Path, key: &Path) -> (Process, u16) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .arg("echo")
        .args([certificate, key])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (Process(child), line.trim().parse().unwrap())
}

/// The bare echo: what comes is read and written again.
async fn echo(certificate: &str, key: &str) {
    let chain = vec![CertificateDer::from_pem_file(certificate).unwrap()];
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_file(key).unwrap())
        .unwrap();
    config.ticketer = rustls::crypto::ring::Ticketer::new().unwrap();
    config.send_tls13_tickets = 1;
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let router = Router::new().route(path::CHECK_IN, post(async |Json(asked): Json<CheckIn>| Json(asked)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap().port());
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (acceptor, service) = (acceptor.clone(), TowerToHyperService::new(router.clone()));
        tokio::spawn(async move {
            let Ok(secure) = acceptor.accept(stream).await else { return };
            drop(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(secure), service).await);
        });
    }
}

/// Claims the server and makes a user with a managed profile.
fn furnish(connection: &ConnectionString, directory: &Path) {
    let code = std::fs::read_to_string(directory.join("data/setup-code")).unwrap();
    let mut admin = Admin::connect(connection, Duration::from_secs(30)).unwrap();
    admin.claim(&Secret::new(code.trim()), &Secret::new(ADMIN_PASSWORD)).unwrap();
    admin.login("admin", &Secret::new(ADMIN_PASSWORD)).unwrap();
    office(&admin);
}

/// Logs a device in for each connection; gives the check-in of each that holds everything.
async fn unchanged(server: &Target) -> Vec<Vec<u8>> {
    let mut kept = server.connect().await;
    let mut requests = Vec::new();
    for device in 1..=CONNECTIONS {
        let login = DeviceLogin {
            user: "carol".to_owned(),
            password: Secret::new(PASSWORD),
            installation: InstallationId::from_bytes([device; 16]),
            computer: format!("pc-{device}"),
            program: "bench".to_owned(),
            take_over: false,
        };
        let session: DeviceSession = ask(&mut kept, path::DEVICE, None, &login).await;
        let token = session.token.reveal();
        let none = CheckIn { number: Number::ZERO, mark: None, list: None, acknowledged: 0, proof: None, outcomes: Vec::new() };
        let answer: CheckInAnswer = ask(&mut kept, path::CHECK_IN, Some(token), &none).await;
        let keys = KeyDocument::verify(&session.keys, &session.root).unwrap();
        let head = Head::parse(answer.head.unwrap().verify(Domain::Head, &keys.keys).unwrap()).unwrap();
        let all = CheckIn { number: head.number(), mark: head.mark, list: Some(head.list), ..none };
        let content = serde_json::to_string(&all).unwrap();
        let unchanged: CheckInAnswer = ask(&mut kept, path::CHECK_IN, Some(token), &all).await;
        assert_eq!(unchanged, CheckInAnswer::default(), "the client is not unchanged");
        requests.push(request("POST", path::CHECK_IN, Some(token), Some(&content)));
    }
    requests
}

async fn ask<A: DeserializeOwned>(
    kept: &mut sbm_tests::load::Kept,
    to: &str,
    token: Option<&str>,
    content: &impl Serialize,
) -> A {
    let content = serde_json::to_string(content).unwrap();
    let (status, answer) = kept.ask(&request("POST", to, token, Some(&content))).await;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
    serde_json::from_slice(&answer).unwrap()
}
