use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::routing::MethodFilter;
use http_body_util::BodyExt as _;
use sbm_core::code::Code;
use sbm_core::directory::Limit;
use sbm_core::id::{AccountId, DeviceId, UserId};
use sbm_core::permission::{Ceiling, Task, TaskAccess};
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
            Lookup::Found(Session { id, account, user, device, limit, .. }) => {
                Ok(Known::Caller(Caller { session: id, account, user, device, limit, task: None }))
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

/// How far programs' tokens go here.
const LIMIT: Limit = Limit { most: Ceiling::NONE.with(Task::Users, TaskAccess::Read), below: None };

struct Bench {
    world: Arc<World>,
    router: Router,
    console: String,
    device: String,
}

impl World {
    fn log_in(&self, id: u64, device: Option<DeviceId>) -> String {
        let audience = if device.is_some() { Audience::Device } else { Audience::Console };
        self.give(id, audience, device)
    }

    /// A token that counts.
    fn give(&self, id: u64, audience: Audience, device: Option<DeviceId>) -> String {
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
            limit: (audience == Audience::Api).then_some(LIMIT),
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
        .route(MethodFilter::GET, "/v1/groups", Access::ConsoleOrApi, async |caller: Caller| format!("{caller:?}"))
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

mod content;
mod forwarding;
mod overload;
mod sending;
mod tokens;
