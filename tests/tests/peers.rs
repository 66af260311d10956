//! The server as other people's programs meet it: curl and openssl, both installed by `tests/needs.sh`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::process::{Command, Output, Stdio};

use sbm_tests::server::TestServer;

fn run(program: &str, arguments: &[&str]) -> Output {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    output.unwrap_or_else(|error| panic!("`{program}` is needed for this test, run tests/needs.sh: {error}"))
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Without what the machine's owner has set for other uses of curl, a proxy above all.
fn curl(arguments: &[&str]) -> Output {
    run("curl", &[&["-q", "--noproxy", "*", "-sS"], arguments].concat())
}

struct Peer {
    server: TestServer,
    url: String,
    place: String,
    ca: String,
}

impl Peer {
    fn new() -> Self {
        let (server, _admin) = TestServer::claimed();
        let place = format!("localhost:{}", server.connection().port);
        let ca = server.data_dir().join("ca.pem").display().to_string();
        Self { url: format!("https://{place}/status"), server, place, ca }
    }
}

#[test]
fn curl_reads_the_status_under_our_ca_and_under_no_other_run_1_run_4() {
    let peer = Peer::new();
    let status = curl(&["--cacert", &peer.ca, &peer.url]);
    assert!(status.status.success(), "{}", text(&status));
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!((status.get("service"), status.get("claimed")), (Some(&"sbm".into()), Some(&true.into())));
    let page = curl(&["--cacert", &peer.ca, "-H", "Accept: text/html", &peer.url]);
    assert!(text(&page).contains("<!doctype html>"));
    let stranger = curl(&[&peer.url]);
    assert_eq!(stranger.status.code(), Some(60), "without our CA: {}", text(&stranger));
    let other_name = format!("other.example:{}:127.0.0.1", peer.server.connection().port);
    let url = format!("https://other.example:{}/status", peer.server.connection().port);
    let misnamed = curl(&["--cacert", &peer.ca, "--resolve", &other_name, &url]);
    assert_eq!(misnamed.status.code(), Some(60), "under another name: {}", text(&misnamed));
}

#[test]
fn plain_http_is_told_the_https_address_run_1() {
    let peer = Peer::new();
    let plain = curl(&[&format!("http://{}/status", peer.place)]);
    assert!(text(&plain).contains(&format!("https://{}", peer.place)), "{}", text(&plain));
}

#[test]
fn openssl_gets_tls_1_2_and_1_3_and_nothing_older_run_4() {
    let peer = Peer::new();
    for (version, welcome) in [("-tls1", false), ("-tls1_1", false), ("-tls1_2", true), ("-tls1_3", true)] {
        let arguments = ["s_client", "-connect", &peer.place, "-CAfile", &peer.ca, "-verify_return_error", "-brief", version];
        // The system's own policy must not be what refuses the old versions.
        let level = ["-cipher", "DEFAULT:@SECLEVEL=0"];
        let shown = run("openssl", &[&arguments[..], &level[..]].concat());
        let told = text(&shown);
        assert_eq!(told.contains("Verification: OK"), welcome, "{version}: {told}");
        assert_eq!(told.contains("CONNECTION ESTABLISHED"), welcome, "{version}: {told}");
    }
}
