use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::routing::MethodFilter;
use http_body_util::BodyExt as _;
use sbm_core::code::Code;
use sbm_core::id::{AccountId, DeviceId, UserId};
use sbm_core::time::{HOUR, Timestamp};
use sbm_core::wire::v1::Problem;
use sbm_core::wire::v1::session::{Audience, Login, Secret};
use tower::ServiceExt as _;
use zeroize::Zeroizing;

use super::*;
use crate::accept::fixture::{NOW, Served, limits};
use crate::accept::{Door, Gate, PeerAddr};
use crate::auth::session::{Lookup, NewSession, Session};
use crate::auth::{Sessions, TokenKey};
use crate::clock::ManualClock;
use crate::config::HostName;

/// What stands behind the edge in these tests: real tokens and sessions, and switches for the rest.
struct World {
    key: TokenKey,
    sessions: Sessions,
    claimed: AtomicBool,
    admits: AtomicBool,
    /// Whether this server lost touch with the others.
    behind: AtomicBool,
    /// Sessions that the store knows and memory does not, and how often one was looked for.
    elsewhere: std::sync::Mutex<std::collections::HashMap<u64, NewSession>>,
    looked_for: std::sync::atomic::AtomicUsize,
}

impl Gate for World {
    fn admits(&self, _address: IpAddr) -> bool {
        self.admits.load(Ordering::Relaxed)
    }
}

impl Authenticator for World {
    fn authenticate(&self, token: &str, audience: Audience, now: Timestamp) -> Result<Known, Code> {
        match self.sessions.look_up(&self.key, token, audience, now)? {
            Lookup::Found(Session { id, account, user, device, .. }) => {
                Ok(Known::Caller(Caller { session: id, account, user, device }))
            }
            Lookup::Missing(_) => Ok(Known::NotHere),
        }
    }

    /// What another server gave out, if anything was.
    fn find(&self, token: Secret) -> Finding<'_> {
        Box::pin(async move {
            self.looked_for.fetch_add(1, Ordering::Relaxed);
            // The store answers later than at once.
            tokio::task::yield_now().await;
            let id = self.key.parse(token.reveal())?.id;
            let elsewhere = self.elsewhere.lock().unwrap().remove(&id).ok_or(Code::TokenRefused)?;
            self.sessions.insert(elsewhere);
            Ok(())
        })
    }

    fn may_answer(&self) -> Result<(), ApiError> {
        if self.behind.load(Ordering::Relaxed) { Err(Code::ServerBehind.into()) } else { Ok(()) }
    }

    fn is_claimed(&self) -> bool {
        self.claimed.load(Ordering::Relaxed)
    }
}

struct Bench {
    world: Arc<World>,
    router: Router,
    console: String,
    device: String,
}

impl World {
    fn log_in(&self, id: u64, device: Option<DeviceId>) -> String {
        let audience = if device.is_some() { Audience::Device } else { Audience::Console };
        let token = self.key.issue(audience, id).unwrap();
        let (account, user) = (AccountId::ROOT, UserId(7));
        let session = Session {
            id,
            audience,
            account,
            user,
            device,
            created: NOW,
            last_used: NOW,
            expires: Some(NOW.plus(HOUR)),
            idle: None,
        };
        self.sessions.insert(NewSession { session, hash: token.hash });
        token.text.reveal().to_owned()
    }
}

fn bench() -> Bench {
    bench_with(limits())
}

fn bench_with(limits: Limits) -> Bench {
    let world = Arc::new(World {
        key: TokenKey::new(Zeroizing::new([3; 32])),
        sessions: Sessions::default(),
        claimed: AtomicBool::new(true),
        admits: AtomicBool::new(true),
        behind: AtomicBool::new(false),
        elsewhere: std::sync::Mutex::default(),
        looked_for: std::sync::atomic::AtomicUsize::new(0),
    });
    let hosts = HostNames::new(&[HostName::parse("backup.example").unwrap()], None);
    let clock = Arc::new(ManualClock::at(NOW));
    let edge = Edge { door: Door::new(Arc::clone(&world) as _), authenticator: Arc::clone(&world) as _, clock, hosts, limits };
    let router = Routes::new(edge)
        .route(MethodFilter::GET, "/STATUS", Access::Public, async || "up")
        .route(MethodFilter::POST, "/v1/claim", Access::SetupLoopback, async || "claimed")
        .route(MethodFilter::GET, "/v1/users", Access::Console, async |caller: Caller| format!("{caller:?}"))
        .route(MethodFilter::GET, "/v1/device/x", Access::Device, async |caller: DeviceCaller| format!("{caller:?}"))
        .route(MethodFilter::GET, "/wrong-policy", Access::Public, async |caller: Caller| format!("{caller:?}"))
        .route(MethodFilter::POST, "/login", Access::Public, async |Json(login): Json<Login>| login.user)
        .route_sized(MethodFilter::POST, "/small", Access::Public, 100, async |Json(words): Json<Words>| Json(words))
        .route(MethodFilter::GET, "/list", Access::Public, async |Query(query): Query<Listing>| query.limit.to_string())
        .route(MethodFilter::GET, "/number/{n}", Access::Public, async |Path(n): Path<u32>| n.to_string())
        .route(MethodFilter::GET, "/panic", Access::Public, panics)
        .route(MethodFilter::GET, "/endless", Access::Public, std::future::pending::<()>)
        .into_router(());
    let (console, device) = (world.log_in(1, None), world.log_in(2, Some(DeviceId(9))));
    Bench { world, router, console, device }
}

type Words = std::collections::BTreeMap<String, String>;

async fn panics() {
    panic!("the secret of the house");
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    limit: u32,
}

type Headers<'a> = &'a [(&'a str, &'a str)];

impl Bench {
    async fn ask_from(
        &self,
        peer: &str,
        method: Method,
        uri: &str,
        headers: Headers<'_>,
        body: impl Into<Body>,
    ) -> (StatusCode, String) {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(body.into()).unwrap();
        request.extensions_mut().insert(PeerAddr(peer.parse().unwrap()));
        let answer = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.headers()["sbm-time"], NOW.as_millis().to_string());
        let status = answer.status();
        (status, String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap())
    }

    async fn get(&self, uri: &str, headers: Headers<'_>) -> (StatusCode, String) {
        self.ask_from("127.0.0.1", Method::GET, uri, headers, Body::empty()).await
    }

    async fn post(&self, uri: &str, headers: Headers<'_>, body: impl Into<Body>) -> (StatusCode, String) {
        let mut all = vec![("host", "localhost")];
        all.extend_from_slice(headers);
        self.ask_from("127.0.0.1", Method::POST, uri, &all, body).await
    }
}

/// The code of an answer, which must be the one its status belongs to; none if the answer is good.
fn code((status, content): &(StatusCode, String)) -> Option<Code> {
    if status.is_success() {
        return None;
    }
    let problem: Problem = serde_json::from_str(content).unwrap();
    assert_eq!(problem.status, status.as_u16());
    Some(problem.code().unwrap())
}

const LOCAL: (&str, &str) = ("host", "localhost");

#[tokio::test]
async fn exactly_one_host_of_this_server_is_asked_for_net_8() {
    let bench = bench();
    for (hosts, passes) in [
        (&["localhost"][..], true),
        (&["localhost:8100"], true),
        (&["BACKUP.example."], true),
        (&["[::1]:8100"], true),
        (&[], false),
        (&[""], false),
        (&["localhost", "localhost"], false),
        (&["localhost, evil.example"], false),
        (&["evil.example"], false),
        (&["localhost.evil.example"], false),
        (&["127.0.0.1.evil.example"], false),
    ] {
        let headers: Vec<_> = hosts.iter().map(|host| ("host", *host)).collect();
        let answer = bench.get("/STATUS", &headers).await;
        assert_eq!(code(&answer), (!passes).then_some(Code::HostRefused), "{hosts:?}");
        if let ([host], false) = (hosts, passes) {
            assert!(answer.1.contains(host) && answer.1.contains("`names`"), "{}", answer.1);
        }
    }
    assert_eq!(code(&bench.get("https://evil.example/STATUS", &[LOCAL]).await), Some(Code::HostRefused));
    assert_eq!(code(&bench.get("https://localhost/STATUS", &[LOCAL]).await), None);
    assert_eq!(code(&bench.get("https://x@localhost/STATUS", &[LOCAL]).await), Some(Code::HostRefused));
}

#[tokio::test]
async fn a_forwarding_header_is_refused_naming_the_setting_net_8() {
    let bench = bench();
    for name in [
        "Forwarded",
        "X-Forwarded-For",
        "x-forwarded-host",
        "x-forwarded-proto",
        "X-Real-IP",
        "x-forwarded-anything",
        "true-client-ip",
    ] {
        for peer in ["127.0.0.1", "10.0.0.1"] {
            let answer = bench.ask_from(peer, Method::GET, "/STATUS", &[LOCAL, (name, "127.0.0.1")], Body::empty()).await;
            assert_eq!(code(&answer), Some(Code::ForwardingRefused), "{name}");
            assert!(answer.1.contains("`proxies.trusted`"), "{}", answer.1);
        }
    }
    let claim = bench.post("/v1/claim", &[("x-forwarded-for", "127.0.0.1")], "").await;
    assert_eq!(code(&claim), Some(Code::ForwardingRefused));
}

#[tokio::test]
async fn an_address_is_checked_on_every_request_and_loopback_is_never_shut_out_net_7() {
    let bench = bench();
    for (peer, passes) in [("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("10.0.0.1", false), ("2001:db8::1", false)] {
        for admits in [true, false] {
            bench.world.admits.store(admits, Ordering::Relaxed);
            let answer = bench.ask_from(peer, Method::GET, "/STATUS", &[LOCAL], Body::empty()).await;
            assert_eq!(code(&answer), (!passes && !admits).then_some(Code::AddressRefused), "{peer}");
        }
    }
}

#[tokio::test]
async fn a_request_without_the_address_of_its_connection_is_not_served() {
    let request = Request::builder().uri("/STATUS").header("host", "localhost").body(Body::empty()).unwrap();
    let answer = bench().router.oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn status_is_found_in_any_case_and_nothing_else_is_run_1() {
    let bench = bench();
    for path in ["/STATUS", "/status", "/Status", "/sTaTuS?x=1"] {
        assert_eq!(bench.get(path, &[LOCAL]).await, (StatusCode::OK, "up".into()), "{path}");
    }
    for path in ["/STATUS/", "//STATUS", "/STATUS;x", "/STATU%53", "/", "/V1/USERS", "/v1/users/", "/v1/../STATUS"] {
        assert_eq!(code(&bench.get(path, &[LOCAL]).await), Some(Code::NoSuchRoute), "{path}");
    }
    assert_eq!(code(&bench.post("/STATUS", &[], "").await), Some(Code::NoSuchRoute));
}

#[tokio::test]
async fn before_the_claim_only_loopback_is_answered_and_only_status_and_setup_run_2() {
    let bench = bench();
    bench.world.claimed.store(false, Ordering::Relaxed);
    let token = format!("Bearer {}", bench.console);
    assert_eq!(code(&bench.get("/STATUS", &[LOCAL]).await), None);
    assert_eq!(code(&bench.post("/v1/claim", &[], "").await), None);
    for path in ["/v1/users", "/v1/device/x"] {
        assert_eq!(code(&bench.get(path, &[LOCAL, ("authorization", &token)]).await), Some(Code::NotClaimed), "{path}");
    }
    for path in ["/STATUS", "/v1/users", "/nothing"] {
        let answer = bench.ask_from("10.0.0.1", Method::GET, path, &[LOCAL], Body::empty()).await;
        assert_eq!(code(&answer), Some(Code::NotClaimed), "{path}");
    }
}

#[tokio::test]
async fn after_the_claim_the_setup_route_is_like_one_that_never_was_run_2() {
    let bench = bench();
    let unlike = |(status, content): (StatusCode, String), path: &str| (status, content.replace(path, "…"));
    let never = unlike(bench.post("/v1/never", &[], "{}").await, "/v1/never");
    assert_eq!(code(&never), Some(Code::NoSuchRoute));
    assert_eq!(unlike(bench.post("/v1/claim", &[], "{}").await, "/v1/claim"), never);
    assert_eq!(bench.get("/v1/claim", &[LOCAL]).await.0, StatusCode::NOT_FOUND);
    let away = bench.ask_from("10.0.0.1", Method::POST, "/v1/claim", &[LOCAL], Body::empty()).await;
    assert_eq!(unlike(away, "/v1/claim"), never);
}

#[tokio::test]
async fn each_policy_takes_its_own_tokens_and_no_other_run_7() {
    let bench = bench();
    let forged = bench.console.replace("sbmc_", "sbmd_");
    for (path, token, expected) in [
        ("/STATUS", "", None),
        ("/STATUS", "nonsense", None),
        ("/v1/users", "", Some(Code::NotLoggedIn)),
        ("/v1/users", "nonsense", Some(Code::TokenRefused)),
        ("/v1/users", &forged, Some(Code::TokenRefused)),
        ("/v1/users", &bench.device, Some(Code::WrongAudience)),
        ("/v1/users", &bench.console, None),
        ("/v1/device/x", "", Some(Code::NotLoggedIn)),
        ("/v1/device/x", &forged, Some(Code::TokenRefused)),
        ("/v1/device/x", &bench.console, Some(Code::WrongAudience)),
        ("/v1/device/x", &bench.device, None),
    ] {
        let value = format!("Bearer {token}");
        let headers = [LOCAL, ("authorization", value.as_str())];
        let answer = bench.get(path, if token.is_empty() { &headers[..1] } else { &headers }).await;
        assert_eq!(code(&answer), expected, "{path} {token}");
    }
    bench.world.sessions.revoke(1);
    let value = format!("Bearer {}", bench.console);
    assert_eq!(code(&bench.get("/v1/users", &[LOCAL, ("authorization", &value)]).await), Some(Code::TokenRefused));
}

#[tokio::test]
async fn who_was_shut_out_while_his_answer_was_read_does_not_get_it_run_7() {
    let Bench { world, console, .. } = bench();
    let edge = Edge {
        door: Door::new(Arc::clone(&world) as _),
        authenticator: Arc::clone(&world) as _,
        clock: Arc::new(ManualClock::at(NOW)),
        hosts: HostNames::new(&[], None),
        limits: limits(),
    };
    // A reset or a logout comes while the store is read.
    let read = {
        let world = Arc::clone(&world);
        async move || {
            tokio::task::yield_now().await;
            world.sessions.revoke(1);
            "the secret of the house"
        }
    };
    let router = Routes::new(edge)
        .route(MethodFilter::GET, "/v1/slow", Access::Console, read.clone())
        .route(MethodFilter::POST, "/v1/slow", Access::Console, read)
        .into_router(());
    let bench = Bench { world, router, console, device: String::new() };
    let value = format!("Bearer {}", bench.console);
    let headers = [LOCAL, ("authorization", value.as_str())];
    let answer = bench.get("/v1/slow", &headers).await;
    assert_eq!(code(&answer), Some(Code::TokenRefused), "{answer:?}");
    // What was done is answered, also where it ended one's own session.
    let value = format!("Bearer {}", bench.world.log_in(1, None));
    assert_eq!(code(&bench.post("/v1/slow", &[("authorization", &value)], Body::empty()).await), None);
}

#[tokio::test]
async fn a_server_that_lost_touch_with_the_others_answers_nothing_but_its_status_run_7() {
    let bench = bench();
    let value = format!("Bearer {}", bench.console);
    let headers = [LOCAL, ("authorization", value.as_str())];
    assert_eq!(code(&bench.get("/v1/users", &headers).await), None);
    bench.world.behind.store(true, Ordering::Relaxed);
    for path in ["/v1/users", "/list"] {
        let answer = bench.get(path, &headers).await;
        assert_eq!(code(&answer), Some(Code::ServerBehind), "{path}: {answer:?}");
    }
    assert_eq!(code(&bench.get("/STATUS", &[LOCAL]).await), None);
    bench.world.behind.store(false, Ordering::Relaxed);
    assert_eq!(code(&bench.get("/v1/users", &headers).await), None, "and again by itself");
}

#[tokio::test]
async fn a_token_of_another_server_is_looked_for_once_and_then_known_run_7() {
    let bench = bench();
    let token = bench.world.log_in(77, None);
    let session = bench.world.sessions.get(77, NOW).unwrap();
    let hash = bench.world.key.parse(&token).unwrap().hash;
    bench.world.sessions.revoke(77);
    bench.world.elsewhere.lock().unwrap().insert(77, NewSession { session, hash });
    let value = format!("Bearer {token}");
    for _ in 0..3 {
        assert_eq!(code(&bench.get("/v1/users", &[LOCAL, ("authorization", &value)]).await), None);
    }
    assert_eq!(bench.world.looked_for.load(Ordering::Relaxed), 1);
    // One that nobody knows is refused, a forged one without a look.
    bench.world.sessions.revoke(77);
    assert_eq!(code(&bench.get("/v1/users", &[LOCAL, ("authorization", &value)]).await), Some(Code::TokenRefused));
    assert_eq!(bench.world.looked_for.load(Ordering::Relaxed), 2);
    let forged = format!("Bearer {}A", token.get(..token.len() - 1).unwrap());
    let forged = if forged == value { value.replace('A', "B") } else { forged };
    assert_eq!(code(&bench.get("/v1/users", &[LOCAL, ("authorization", &forged)]).await), Some(Code::TokenRefused));
    assert_eq!(bench.world.looked_for.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_head_is_as_large_as_it_may_be_and_no_larger_err_3() {
    let bench = bench();
    let of = |bytes: usize| "x".repeat(bytes);
    assert_eq!(code(&bench.get("/STATUS", &[LOCAL, ("x-long", &of(31 * 1024))]).await), None);
    assert_eq!(code(&bench.get("/STATUS", &[LOCAL, ("x-long", &of(32 * 1024))]).await), Some(Code::TooLarge));
    let path = format!("/STATUS?{}", of(32 * 1024));
    assert_eq!(code(&bench.get(&path, &[LOCAL]).await), Some(Code::TooLarge));
}

#[tokio::test]
async fn the_handler_is_told_who_is_asking_dev_2() {
    let bench = bench();
    let (console, device) = (format!("bearer {}", bench.console), format!("BEARER {}", bench.device));
    let (_, told) = bench.get("/v1/users", &[LOCAL, ("authorization", &console)]).await;
    assert_eq!(told, format!("{:?}", Caller { session: 1, account: AccountId::ROOT, user: UserId(7), device: None }));
    let (_, told) = bench.get("/v1/device/x", &[LOCAL, ("authorization", &device)]).await;
    assert_eq!(
        told,
        format!("{:?}", DeviceCaller { session: 2, account: AccountId::ROOT, user: UserId(7), device: DeviceId(9) })
    );
}

#[tokio::test]
async fn a_token_stands_in_one_header_of_one_form_run_7() {
    let bench = bench();
    let good = format!("Bearer {}", bench.console);
    for (values, expected) in [
        (&[good.as_str(), good.as_str()][..], Code::MalformedRequest),
        (&[&bench.console], Code::NotLoggedIn),
        (&["Basic YWRtaW46"], Code::NotLoggedIn),
        (&["Bearer"], Code::NotLoggedIn),
        (&["Bearer "], Code::TokenRefused),
    ] {
        let headers: Vec<_> = std::iter::once(LOCAL).chain(values.iter().map(|value| ("authorization", *value))).collect();
        assert_eq!(code(&bench.get("/v1/users", &headers).await), Some(expected), "{values:?}");
    }
}

#[tokio::test]
async fn a_handler_that_asks_for_more_than_its_policy_gives_gets_nothing() {
    let bench = bench();
    let value = format!("Bearer {}", bench.console);
    assert_eq!(code(&bench.get("/wrong-policy", &[LOCAL, ("authorization", &value)]).await), Some(Code::Internal));
}

#[tokio::test]
async fn bad_content_is_refused_with_what_was_expected_err_1() {
    let bench = bench();
    let json = ("content-type", "application/json");
    let deep = format!(r#"{{"user":{}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    for (headers, body, named) in [
        (&[][..], r#"{"user":"a","password":"b"}"#, "content-type"),
        (&[("content-type", "text/plain")], r#"{"user":"a","password":"b"}"#, "text/plain"),
        (&[("content-type", "application/json; charset=latin1")], "{}", "latin1"),
        (&[json, ("content-encoding", "gzip")], "{}", "gzip"),
        (&[json], "", "ends too early"),
        (&[json], "{", "ends too early"),
        (&[json], r#"{"user":"a","password":"b"}x"#, "not valid JSON"),
        (&[json], "{'user':'a'}", "not valid JSON"),
        (&[json], r#"{"user":NaN,"password":"b"}"#, "not valid JSON"),
        (&[json], r#"{"user":"a","password":"b","admin":true}"#, "unknown field `admin`"),
        (&[json], r#"{"user":"a"}"#, "missing field `password`"),
        (&[json], r#"{"user":"a","user":"b","password":"c"}"#, "duplicate field `user`"),
        (&[json], r#"{"user":"a","password":31337}"#, "expected a string"),
        (&[json], r#""hunter2""#, "expected an object"),
        (&[json], r#" ["a","hunter2"]"#, "expected an object"),
        (&[json], r#"{"user":"\ud800","password":"b"}"#, "not valid JSON"),
        (&[json], "{\"user\":\"a\u{0}\",\"password\":\"b\"}", "not valid JSON"),
        (&[json], &deep, "JSON"),
    ] {
        let answer = bench.post("/login", headers, body.to_owned()).await;
        assert_eq!(code(&answer), Some(Code::MalformedRequest), "{body}");
        let problem: Problem = serde_json::from_str(&answer.1).unwrap();
        assert!(problem.detail.contains(named), "{body}: {}", problem.detail);
        for secret in ["31337", "hunter2", "Login"] {
            assert!(!problem.detail.contains(secret), "{}", problem.detail);
        }
    }
    let not_utf8 = bench.post("/login", &[json], vec![b'"', 0xff, b'"']).await;
    assert_eq!(code(&not_utf8), Some(Code::MalformedRequest));
    for good in ["application/json", "Application/JSON", "application/json; charset=UTF-8", "application/json;charset=\"utf-8\""]
    {
        let answer = bench.post("/login", &[("content-type", good)], r#"{"user":"a","password":"b"}"#).await;
        assert_eq!(answer, (StatusCode::OK, "a".into()), "{good}");
    }
}

#[tokio::test]
async fn content_is_bounded_by_its_route_stated_or_not_err_1() {
    let bench = bench();
    let json = ("content-type", "application/json");
    let of = |bytes: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(bytes - 8));
    assert_eq!(bench.post("/small", &[json], of(100)).await, (StatusCode::OK, of(100)));
    assert_eq!(code(&bench.post("/small", &[json], of(101)).await), Some(Code::TooLarge));
    assert_eq!(code(&bench.post("/small", &[json, ("content-length", "4294967296")], of(10)).await), Some(Code::TooLarge));
    let large = format!(r#"{{"user":"{}","password":"b"}}"#, "x".repeat(200_000));
    assert_eq!(bench.post("/login", &[json], large).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_bad_query_or_path_is_a_problem_too_err_1() {
    let bench = bench();
    assert_eq!(bench.get("/list?limit=5", &[LOCAL]).await, (StatusCode::OK, "5".into()));
    for uri in ["/list", "/list?limit=x", "/list?limit=5&more=1", "/list?limit=1&limit=2", "/number/x", "/number/-1"] {
        assert_eq!(code(&bench.get(uri, &[LOCAL]).await), Some(Code::MalformedRequest), "{uri}");
    }
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_answered_err_3() {
    let mut limits = limits();
    limits.request = std::time::Duration::from_millis(50);
    let bench = bench_with(limits);
    assert_eq!(code(&bench.get("/endless", &[LOCAL]).await), Some(Code::TimedOut));
    let body = Body::new(Never);
    assert_eq!(code(&bench.post("/login", &[("content-type", "application/json")], body).await), Some(Code::TimedOut));
}

/// A body that never comes.
struct Never;

impl hyper::body::Body for Never {
    type Data = axum::body::Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Self::Error>>> {
        std::task::Poll::Pending
    }
}

#[tokio::test]
async fn a_panic_is_one_answer_and_the_connection_goes_on_err_2() {
    let served = Served::start(bench().router, limits()).await;
    let mut client = served.client().await;
    let (head, content) = client.ask("GET /panic HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(head.starts_with("http/1.1 500") && head.contains("application/problem+json"), "{head}");
    assert!(!content.contains("house"), "{content}");
    let (head, content) = client.ask("GET /status HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(head.starts_with("http/1.1 200") && content == "up", "{head}");
}

#[tokio::test]
async fn who_sends_a_large_upload_and_is_refused_still_hears_why() {
    let served = Served::start(bench().router, limits()).await;
    for (path, status) in [("/v1/never", "404"), ("/small", "413")] {
        let mut client = served.client().await;
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 8000000\r\n\r\n"
        );
        client.send(head.as_bytes()).await;
        for _ in 0..8 {
            client.send(&vec![b'x'; 1_000_000]).await;
        }
        let (head, _) = client.answer().await;
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{head}");
    }
}

#[tokio::test]
async fn a_client_that_goes_away_does_not_cut_its_request_off() {
    let (begun, mut was_begun) = tokio::sync::mpsc::channel::<()>(1);
    let (done, mut was_done) = tokio::sync::mpsc::channel::<()>(1);
    let go_on = Arc::new(tokio::sync::Notify::new());
    let waiting = Arc::clone(&go_on);
    let Bench { world, .. } = bench();
    let edge = Edge {
        door: Door::new(Arc::clone(&world) as _),
        authenticator: world,
        clock: Arc::new(ManualClock::at(NOW)),
        hosts: HostNames::new(&[], None),
        limits: limits(),
    };
    let handler = move || async move {
        begun.send(()).await.unwrap();
        waiting.notified().await;
        done.send(()).await.unwrap();
    };
    let router = Routes::new(edge).route(MethodFilter::GET, "/slow", Access::Public, handler).into_router(());
    let served = Served::start(router, limits()).await;
    let mut client = served.client().await;
    client.send(b"GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    was_begun.recv().await.unwrap();
    drop(client);
    // A later connection is served from start to end while the first one is gone.
    let mut other = served.client().await;
    other.ask("GET /nothing HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    go_on.notify_one();
    was_done.recv().await.unwrap();
}

mod forwarding;
mod overload;
mod sending;
