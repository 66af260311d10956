//! `Host` and forwarding headers, behind no proxy, one and two: a table, each with its documented answer (NET-8).
//!
//! The allowlist admits 192.168.1.x and 2001:db8::/32 alone. Behind one proxy 127.0.0.1 is trusted, behind two 10.9.0.1 is
//! too; both speak by `X-Forwarded-For`.

use sbm_core::allowlist::{IpPattern, Matcher};

use super::*;
use crate::http::Origin;
use crate::proxy::{ForwardedHeader, Proxies};

/// Admits by these patterns, loopback not among them.
struct List(Matcher);

impl Gate for List {
    fn admits(&self, address: IpAddr) -> bool {
        self.0.admits(address)
    }
}

/// A server behind these proxies that says where a request comes from.
fn behind(trusted: &[&str], header: ForwardedHeader) -> Bench {
    listed(&["192.168.1.", "2001:db8:"], trusted, header)
}

fn listed(entries: &[&str], trusted: &[&str], header: ForwardedHeader) -> Bench {
    let Bench { world, console, device, .. } = bench();
    let trusted: Vec<IpPattern> = trusted.iter().map(|proxy| IpPattern::parse(proxy).unwrap()).collect();
    let list = List(Matcher::parse(entries.iter().copied()).unwrap());
    let edge = Edge {
        door: Door::new(Arc::new(list)).with_proxies(Proxies::new(&trusted, header, false)),
        authenticator: Arc::clone(&world) as _,
        clock: Arc::new(ManualClock::at(NOW)),
        hosts: HostNames::new(&[HostName::parse("backup.example").unwrap()], None),
        limits: limits(),
    };
    let told = async |origin: Origin| format!("{}{}", origin.address, if origin.forwarded { " forwarded" } else { "" });
    let router = Routes::new(edge)
        .route(MethodFilter::GET, "/STATUS", Access::Public, told)
        .route(MethodFilter::POST, "/v1/claim", Access::SetupLoopback, async || "claimed")
        .into_router(());
    Bench { world, router, console, device }
}

impl Bench {
    /// Where the server takes the request to come from, or the name of the refusal.
    async fn origin(&self, peer: &str, headers: Headers<'_>) -> String {
        let own: Vec<(&str, &str)> = if headers.iter().any(|(name, _)| *name == "host") {
            headers.iter().copied().filter(|(_, value)| *value != NO_HOST).collect()
        } else {
            std::iter::once(LOCAL).chain(headers.iter().copied()).collect()
        };
        let answer = self.ask_from(peer, Method::GET, "/STATUS", &own, Body::empty()).await;
        match (answer.0, code(&answer)) {
            (StatusCode::OK, _) => answer.1,
            (_, Some(code)) => code.name().into(),
            (status, None) => status.to_string(),
        }
    }
}

const NO_HOST: &str = "\u{1}";
const XFF: &str = "x-forwarded-for";

// The answers.
const HERE: &str = "127.0.0.1";
const THERE: &str = "127.0.0.2";
const SEVEN: &str = "192.168.1.7 forwarded";
const SEVEN_V6: &str = "2001:db8::7 forwarded";
const ADDRESS: &str = "address_refused";
const FORWARDING: &str = "forwarding_refused";
const HOST: &str = "host_refused";

/// The peer, the headers, and the answer behind no proxy, one and two.
type Row<'a> = (&'a str, &'a [(&'a str, &'a str)], [&'a str; 3]);

/// What can be said with one `X-Forwarded-For` from this machine: the value, and the answer behind one proxy and two.
fn values() -> Vec<(String, &'static str, &'static str)> {
    let hops = |count: usize| format!("{}192.168.1.7", "198.51.100.9, ".repeat(count - 1));
    let mut rows = vec![(hops(64), SEVEN, SEVEN), (hops(65), FORWARDING, FORWARDING)];
    rows.extend(
        [
            ("192.168.1.7", SEVEN, SEVEN),
            ("198.51.100.9", ADDRESS, ADDRESS),
            // A forwarded client has no loopback privilege.
            ("127.0.0.1", ADDRESS, ADDRESS),
            ("127.0.0.2", ADDRESS, ADDRESS),
            ("::1", ADDRESS, ADDRESS),
            ("::ffff:127.0.0.1", ADDRESS, ADDRESS),
            ("localhost", FORWARDING, FORWARDING),
            // The right-most that is not trusted.
            ("127.0.0.1, 192.168.1.7", SEVEN, SEVEN),
            ("192.168.1.7, 127.0.0.1", SEVEN, SEVEN),
            ("192.168.1.7,127.0.0.1,127.0.0.1", SEVEN, SEVEN),
            ("192.168.1.7, 10.9.0.1", ADDRESS, SEVEN),
            ("192.168.1.7, 10.9.0.1, 127.0.0.1", ADDRESS, SEVEN),
            ("192.168.1.7, 10.9.0.2", ADDRESS, ADDRESS),
            ("192.168.1.8, 192.168.1.7", SEVEN, SEVEN),
            ("198.51.100.9, 192.168.1.7", SEVEN, SEVEN),
            ("192.168.1.7, 198.51.100.9", ADDRESS, ADDRESS),
            ("10.9.0.1", ADDRESS, ADDRESS),
            // Spellings of one address.
            ("192.168.1.7:5000", SEVEN, SEVEN),
            ("  192.168.1.7\t", SEVEN, SEVEN),
            ("::ffff:192.168.1.7", SEVEN, SEVEN),
            ("::FFFF:C0A8:107", SEVEN, SEVEN),
            ("2001:db8::7", SEVEN_V6, SEVEN_V6),
            ("[2001:db8::7]", SEVEN_V6, SEVEN_V6),
            ("[2001:db8::7]:443", SEVEN_V6, SEVEN_V6),
            // What cannot be read is refused as a whole.
            ("", FORWARDING, FORWARDING),
            (",", FORWARDING, FORWARDING),
            ("192.168.1.7,", FORWARDING, FORWARDING),
            (", 192.168.1.7", FORWARDING, FORWARDING),
            ("192.168.1.7,,127.0.0.1", FORWARDING, FORWARDING),
            ("unknown", FORWARDING, FORWARDING),
            ("unknown, 192.168.1.7", FORWARDING, FORWARDING),
            ("_hidden", FORWARDING, FORWARDING),
            ("for=192.168.1.7", FORWARDING, FORWARDING),
            ("192.168.1.7:99999", FORWARDING, FORWARDING),
            ("192.168.1.7:", FORWARDING, FORWARDING),
            ("192.168.1.7:+1", FORWARDING, FORWARDING),
            ("[2001:db8::7", FORWARDING, FORWARDING),
            ("[192.168.1.7]", FORWARDING, FORWARDING),
            ("2001:db8::7]", FORWARDING, FORWARDING),
            ("fe80::1%eth0", FORWARDING, FORWARDING),
            ("0300.0250.1.7", FORWARDING, FORWARDING),
            ("192.168.001.007", FORWARDING, FORWARDING),
            ("192.168.263", FORWARDING, FORWARDING),
            ("3232235783", FORWARDING, FORWARDING),
            ("0xc0a80107", FORWARDING, FORWARDING),
            ("192.168.1.7/32", FORWARDING, FORWARDING),
            ("192.168.1.*", FORWARDING, FORWARDING),
            ("192.168.1.7 192.168.1.8", FORWARDING, FORWARDING),
            ("192.168.1.7;192.168.1.8", FORWARDING, FORWARDING),
            ("\"192.168.1.7\"", FORWARDING, FORWARDING),
            ("１９２.168.1.7", FORWARDING, FORWARDING),
            ("192.168.1.7, evil.example", FORWARDING, FORWARDING),
        ]
        .map(|(value, one, two)| (value.to_owned(), one, two)),
    );
    rows
}

/// Everything else: other peers, other headers, `Host`.
const ROWS: &[Row<'_>] = &[
    // What a proxy's own address sends without its header may be anybody's.
    ("127.0.0.1", &[], [HERE, ADDRESS, ADDRESS]),
    ("::1", &[], ["::1", "::1", "::1"]),
    ("127.0.0.2", &[], ["127.0.0.2", "127.0.0.2", "127.0.0.2"]),
    // Several headers count as one, in their order.
    ("127.0.0.1", &[(XFF, "198.51.100.9"), (XFF, "192.168.1.7")], [FORWARDING, SEVEN, SEVEN]),
    ("127.0.0.1", &[(XFF, "192.168.1.7"), (XFF, "198.51.100.9")], [FORWARDING, ADDRESS, ADDRESS]),
    ("127.0.0.1", &[(XFF, "192.168.1.7"), (XFF, "nonsense")], [FORWARDING, FORWARDING, FORWARDING]),
    // From a proxy the others are ignored beside the configured one, and refused without it.
    ("127.0.0.1", &[(XFF, "192.168.1.7"), ("x-real-ip", "127.0.0.1")], [FORWARDING, SEVEN, SEVEN]),
    ("127.0.0.1", &[(XFF, "192.168.1.7"), ("forwarded", "for=127.0.0.1")], [FORWARDING, SEVEN, SEVEN]),
    (
        "127.0.0.1",
        &[(XFF, "192.168.1.7"), ("x-forwarded-host", "evil.example"), ("x-forwarded-proto", "http")],
        [FORWARDING, SEVEN, SEVEN],
    ),
    ("127.0.0.1", &[("forwarded", "for=192.168.1.7")], [FORWARDING, FORWARDING, FORWARDING]),
    ("127.0.0.1", &[("x-real-ip", "192.168.1.7")], [FORWARDING, FORWARDING, FORWARDING]),
    ("127.0.0.1", &[("true-client-ip", "192.168.1.7")], [FORWARDING, FORWARDING, FORWARDING]),
    ("127.0.0.1", &[("cf-connecting-ip", "192.168.1.7")], [FORWARDING, FORWARDING, FORWARDING]),
    ("127.0.0.1", &[("x-forwarded-host", "localhost")], [FORWARDING, FORWARDING, FORWARDING]),
    ("127.0.0.1", &[("x-forwarded", "for=192.168.1.7")], [FORWARDING, FORWARDING, FORWARDING]),
    // A proxy on another machine.
    ("10.9.0.1", &[], [ADDRESS, ADDRESS, ADDRESS]),
    ("10.9.0.1", &[(XFF, "192.168.1.7")], [ADDRESS, ADDRESS, SEVEN]),
    ("10.9.0.1", &[(XFF, "192.168.1.7, 127.0.0.1")], [ADDRESS, ADDRESS, SEVEN]),
    ("10.9.0.1", &[(XFF, "127.0.0.1")], [ADDRESS, ADDRESS, ADDRESS]),
    ("10.9.0.1", &[(XFF, "nonsense")], [ADDRESS, ADDRESS, FORWARDING]),
    ("10.9.0.1", &[("x-real-ip", "192.168.1.7")], [ADDRESS, ADDRESS, FORWARDING]),
    // Who is admitted and no proxy speaks for nobody.
    ("192.168.1.7", &[], ["192.168.1.7", "192.168.1.7", "192.168.1.7"]),
    ("192.168.1.7", &[(XFF, "192.168.1.8")], [FORWARDING, FORWARDING, FORWARDING]),
    ("192.168.1.7", &[(XFF, "127.0.0.1")], [FORWARDING, FORWARDING, FORWARDING]),
    ("192.168.1.7", &[("forwarded", "for=127.0.0.1")], [FORWARDING, FORWARDING, FORWARDING]),
    ("192.168.1.7", &[("x-client-ip", "127.0.0.1")], [FORWARDING, FORWARDING, FORWARDING]),
    ("198.51.100.9", &[], [ADDRESS, ADDRESS, ADDRESS]),
    ("198.51.100.9", &[(XFF, "192.168.1.7")], [ADDRESS, ADDRESS, ADDRESS]),
    ("::1", &[(XFF, "192.168.1.7")], [FORWARDING, FORWARDING, FORWARDING]),
    ("127.0.0.2", &[(XFF, "192.168.1.7")], [FORWARDING, FORWARDING, FORWARDING]),
    // `Host`, behind the address and the proxy.
    ("127.0.0.2", &[("host", NO_HOST)], [HOST, HOST, HOST]),
    ("127.0.0.2", &[("host", "localhost"), ("host", "localhost")], [HOST, HOST, HOST]),
    ("127.0.0.2", &[("host", "evil.example")], [HOST, HOST, HOST]),
    ("127.0.0.2", &[("host", "localhost.evil.example")], [HOST, HOST, HOST]),
    ("127.0.0.2", &[("host", "localhost, evil.example")], [HOST, HOST, HOST]),
    ("127.0.0.2", &[("host", "user@localhost")], [HOST, HOST, HOST]),
    ("127.0.0.2", &[("host", "127.1")], [HOST, HOST, HOST]),
    ("127.0.0.2", &[("host", "localhost:99999")], [HOST, HOST, HOST]),
    ("127.0.0.2", &[("host", "")], [HOST, HOST, HOST]),
    ("127.0.0.2", &[("host", "*")], [HOST, HOST, HOST]),
    ("127.0.0.2", &[("host", "LOCALHOST.:8100")], [THERE, THERE, THERE]),
    ("127.0.0.2", &[("host", "[::1]:8100")], [THERE, THERE, THERE]),
    ("127.0.0.2", &[("host", "192.168.1.5")], [THERE, THERE, THERE]),
    ("127.0.0.2", &[("host", "Backup.Example")], [THERE, THERE, THERE]),
    ("127.0.0.1", &[("host", "evil.example"), (XFF, "192.168.1.7")], [FORWARDING, HOST, HOST]),
    ("127.0.0.1", &[("host", "backup.example"), (XFF, "192.168.1.7")], [FORWARDING, SEVEN, SEVEN]),
    ("127.0.0.1", &[("host", "evil.example"), (XFF, "192.168.1.7"), ("x-forwarded-host", "localhost")], [FORWARDING, HOST, HOST]),
    ("127.0.0.1", &[("host", "evil.example"), (XFF, "198.51.100.9")], [FORWARDING, ADDRESS, ADDRESS]),
    ("10.9.0.1", &[("host", "evil.example"), (XFF, "192.168.1.7")], [ADDRESS, ADDRESS, HOST]),
    ("192.168.1.7", &[("host", "evil.example")], [HOST, HOST, HOST]),
    ("198.51.100.9", &[("host", "evil.example")], [ADDRESS, ADDRESS, ADDRESS]),
    ("127.0.0.1", &[("host", "evil.example")], [HOST, ADDRESS, ADDRESS]),
];

#[tokio::test]
async fn every_host_and_forwarding_header_has_its_answer_behind_no_proxy_one_and_two_net_8() {
    let setups: [&[&str]; 3] = [&[], &["127.0.0.1"], &["127.0.0.1", "10.9.0.1"]];
    let values = values();
    assert!(ROWS.len() + values.len() >= 60, "{} rows", ROWS.len() + values.len());
    for (at, trusted) in setups.iter().enumerate() {
        let bench = behind(trusted, ForwardedHeader::XForwardedFor);
        for (peer, headers, expected) in ROWS {
            assert_eq!(bench.origin(peer, headers).await, expected[at], "{at} proxies, {peer}, {headers:?}");
        }
        for (value, one, two) in &values {
            let expected = [FORWARDING, one, two][at];
            assert_eq!(bench.origin("127.0.0.1", &[(XFF, value)]).await, expected, "{at} proxies, {value:?}");
        }
    }
}

#[tokio::test]
async fn the_header_of_rfc_7239_is_read_as_it_says_and_no_other_way_net_8() {
    let bench = behind(&["127.0.0.1"], ForwardedHeader::Forwarded);
    for (value, expected) in [
        ("for=192.168.1.7", SEVEN),
        ("For=192.168.1.7;proto=https;by=203.0.113.43", SEVEN),
        ("proto=https;FOR=\"192.168.1.7:5000\"", SEVEN),
        ("for=\"[2001:db8::7]\"", SEVEN_V6),
        ("for=\"[2001:DB8::7]:4711\"", SEVEN_V6),
        ("for=198.51.100.9, for=192.168.1.7", SEVEN),
        ("for=192.168.1.7, for=127.0.0.1", SEVEN),
        ("for=unknown, for=192.168.1.7", SEVEN),
        ("for=192.168.1.7;host=\"a,b;c\"", SEVEN),
        ("for=198.51.100.9", ADDRESS),
        ("for=127.0.0.1", ADDRESS),
        // It names nobody on purpose: the client is not to be told.
        ("for=unknown", FORWARDING),
        ("for=_hidden", FORWARDING),
        ("proto=https", FORWARDING),
        ("for=192.168.1.7, for=unknown", FORWARDING),
        // It cannot be read.
        ("", FORWARDING),
        ("for", FORWARDING),
        ("for=", FORWARDING),
        ("192.168.1.7", FORWARDING),
        ("for=192.168.1.7;", FORWARDING),
        ("for=192.168.1.7;for=127.0.0.1", FORWARDING),
        ("for=2001:db8::7", FORWARDING),
        ("for=[2001:db8::7]", FORWARDING),
        ("for=\"2001:db8::7\"", FORWARDING),
        ("for=\"192.168.1.7", FORWARDING),
        ("for=\"192.168.1.\\7\"", FORWARDING),
        ("for = 192.168.1.7", FORWARDING),
        ("for=192.168.1.7:5000", FORWARDING),
        ("for=\"192.168.1.7:99999\"", FORWARDING),
        ("for=192.168.1.7 for=127.0.0.1", FORWARDING),
        ("for=_", FORWARDING),
    ] {
        assert_eq!(bench.origin("127.0.0.1", &[("forwarded", value)]).await, expected, "{value:?}");
    }
    assert_eq!(bench.origin("127.0.0.1", &[(XFF, "192.168.1.7")]).await, FORWARDING, "another header than the setting names");
}

#[tokio::test]
async fn a_refusal_says_which_setting_to_look_at_net_8() {
    let none = behind(&[], ForwardedHeader::XForwardedFor);
    let one = behind(&["127.0.0.1"], ForwardedHeader::XForwardedFor);
    for (bench, header, named) in [
        (&none, XFF, "`proxies.trusted`"),
        (&none, "x-real-ip", "`x-real-ip`"),
        (&one, "forwarded", "`proxies.header`"),
        (&one, XFF, "cannot be read"),
    ] {
        let answer = bench.get("/STATUS", &[LOCAL, (header, "nonsense")]).await;
        assert_eq!(code(&answer), Some(Code::ForwardingRefused));
        assert!(answer.1.contains(named), "{}", answer.1);
    }
    let unsaid = one.get("/STATUS", &[LOCAL]).await;
    assert_eq!(code(&unsaid), Some(Code::AddressRefused));
    assert!(unsaid.1.contains("`proxies.trusted`") && unsaid.1.contains("`x-forwarded-for`"), "{}", unsaid.1);
}

#[tokio::test]
async fn nobody_claims_through_a_proxy_whatever_the_list_says_net_8_run_2() {
    let bench = listed(&["*"], &["127.0.0.1"], ForwardedHeader::XForwardedFor);
    bench.world.claimed.store(false, Ordering::Relaxed);
    for client in ["127.0.0.1", "::1", "192.168.1.7"] {
        assert_eq!(code(&bench.post("/v1/claim", &[(XFF, client)], "").await), Some(Code::NotClaimed), "{client}");
    }
    // The proxy's own address without the header: anybody may be behind it.
    assert_eq!(code(&bench.post("/v1/claim", &[], "").await), Some(Code::NotClaimed));
    for own in ["127.0.0.2", "::1"] {
        let claim = bench.ask_from(own, Method::POST, "/v1/claim", &[LOCAL], Body::empty()).await;
        assert_eq!(claim, (StatusCode::OK, "claimed".into()), "{own}");
    }
    bench.world.claimed.store(true, Ordering::Relaxed);
    assert_eq!(code(&bench.post("/v1/claim", &[(XFF, "127.0.0.1")], "").await), Some(Code::NoSuchRoute));
}

/// As the loop puts it there for a connection that came with the PROXY protocol.
#[tokio::test]
async fn whom_a_connection_was_passed_on_for_counts_on_every_request_net_8() {
    for (trusted, passed, headers, expected) in [
        (&["127.0.0.1"][..], "192.168.1.7", &[][..], SEVEN),
        (&["127.0.0.1"], "198.51.100.9", &[], ADDRESS),
        // The proxy for itself: no privilege.
        (&["127.0.0.1"], "127.0.0.1", &[], ADDRESS),
        // The client behind the proxy is none.
        (&["127.0.0.1"], "192.168.1.7", &[(XFF, "192.168.1.8")], FORWARDING),
        // A second proxy behind the first.
        (&["127.0.0.1", "10.9.0.1"], "10.9.0.1", &[(XFF, "192.168.1.7")], SEVEN),
        (&["127.0.0.1", "10.9.0.1"], "10.9.0.1", &[], ADDRESS),
    ] {
        let bench = behind(trusted, ForwardedHeader::XForwardedFor);
        let mut request = Request::builder().uri("/STATUS").header("host", "localhost");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(PeerAddr("127.0.0.1".parse().unwrap()));
        request.extensions_mut().insert(crate::accept::PassedFor(passed.parse().unwrap()));
        let answer = bench.router.oneshot(request).await.unwrap();
        let status = answer.status();
        let text = String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap();
        let told = if status == StatusCode::OK { text } else { code(&(status, text)).unwrap().name().into() };
        assert_eq!(told, expected, "{passed} {headers:?}");
    }
}

#[tokio::test]
async fn nobody_claims_through_a_proxy_that_says_in_any_way_that_it_is_one_net_8_run_2() {
    let bench = bench();
    bench.world.claimed.store(false, Ordering::Relaxed);
    for name in
        ["Via", "X-Original-Forwarded-For", "X_Forwarded_For", "Fastly-Client-IP", "X-Envoy-External-Address", "X-Remote-Addr"]
    {
        let claim = bench.post("/v1/claim", &[(name, "192.0.2.1")], "").await;
        assert_eq!(code(&claim), Some(Code::ForwardingRefused), "{name}");
    }
    assert_eq!(bench.post("/v1/claim", &[], "").await, (StatusCode::OK, "claimed".into()));
}
