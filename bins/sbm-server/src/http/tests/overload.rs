//! Overload by class, through HTTP (ERR-3).

use std::sync::atomic::AtomicUsize;

use sbm_core::wire::v1::path;

use super::*;
use crate::http::overload::{Class, Places};

/// As many places as `limits.requests` may be at least.
const PLACES: usize = 16;

/// A server whose console route keeps its request until it is let go.
struct Busy {
    router: Router,
    console: String,
    device: String,
    begun: Arc<AtomicUsize>,
}

fn busy() -> Busy {
    let Bench { world, console, device, .. } = bench();
    let edge = Edge {
        door: Door::new(Arc::clone(&world) as _),
        authenticator: Arc::clone(&world) as _,
        clock: Arc::new(ManualClock::at(NOW)),
        hosts: HostNames::new(&[], None),
        limits: Limits { requests: PLACES, ..limits() },
    };
    let begun = Arc::new(AtomicUsize::new(0));
    let endless = {
        let begun = Arc::clone(&begun);
        move || {
            begun.fetch_add(1, Ordering::AcqRel);
            std::future::pending::<()>()
        }
    };
    let router = Routes::new(edge)
        .route(MethodFilter::GET, path::STATUS, Access::Public, async || "up")
        .route(MethodFilter::POST, path::SESSION, Access::Public, async || "in")
        .route(MethodFilter::POST, path::RUNS, Access::Device, async || "taken")
        .route(MethodFilter::POST, path::CHECK_IN, Access::Device, async || "unchanged")
        .route(MethodFilter::GET, path::USERS, Access::Console, async || "users")
        .route(MethodFilter::GET, "/endless", Access::Console, endless)
        .into_router(());
    Busy { router, console, device, begun }
}

impl Busy {
    fn request(&self, method: Method, path: &str, token: Option<&str>) -> Request {
        let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(PeerAddr(IpAddr::from([127, 0, 0, 1])));
        request
    }

    async fn ask(&self, method: Method, path: &str, token: Option<&str>) -> (StatusCode, Option<u64>) {
        let answer = self.router.clone().oneshot(self.request(method, path, token)).await.unwrap();
        let wait = answer.headers().get("retry-after").map(|wait| wait.to_str().unwrap().parse().unwrap());
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let problem: Problem = serde_json::from_slice(&body).unwrap();
            assert_eq!((problem.code(), problem.retry_after), (Some(Code::Busy), wait));
        }
        (status, wait)
    }

    /// Which classes are still answered, in the order in which they are refused.
    async fn answered(&self) -> Vec<Class> {
        let mut answered = Vec::new();
        for (class, method, path, token) in [
            (Class::Login, Method::POST, path::SESSION, None),
            (Class::Ingest, Method::POST, path::RUNS, Some(&self.device)),
            (Class::CheckIn, Method::POST, path::CHECK_IN, Some(&self.device)),
            (Class::Interactive, Method::GET, path::USERS, Some(&self.console)),
        ] {
            match self.ask(method, path, token.map(String::as_str)).await {
                (StatusCode::OK, None) => answered.push(class),
                (StatusCode::SERVICE_UNAVAILABLE, Some(wait)) => {
                    assert!((class.retry_after()..=2 * class.retry_after()).contains(&wait), "{class:?}: {wait} s");
                }
                other => panic!("{class:?}: {other:?}"),
            }
        }
        assert_eq!(self.ask(Method::GET, "/status", None).await.0, StatusCode::OK, "the status is always answered");
        answered
    }
}

#[tokio::test]
async fn under_load_the_classes_are_refused_one_after_another_and_the_status_never_err_3() {
    let busy = busy();
    let mut held = Vec::new();
    for taken in 0..=PLACES {
        let admitted: Vec<Class> =
            Class::ALL.into_iter().filter(|class| crate::http::overload::admits(*class, taken, PLACES)).collect();
        assert_eq!(busy.answered().await, admitted, "with {taken} of {PLACES} places taken");
        if taken < PLACES {
            held.push(tokio::spawn(busy.router.clone().oneshot(busy.request(Method::GET, "/endless", Some(&busy.console)))));
            while busy.begun.load(Ordering::Acquire) <= taken {
                tokio::task::yield_now().await;
            }
        }
    }
    // What is refused is refused before its token is looked at.
    assert_eq!(busy.ask(Method::GET, path::USERS, Some("sbmc_wrong")).await.0, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn those_who_are_refused_together_are_told_different_times_err_3() {
    let places = Places::new(0);
    let mut waits = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let refused = places.take(Class::Ingest).unwrap_err();
        let answer = axum::response::IntoResponse::into_response(refused);
        waits.insert(answer.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap());
    }
    assert!(waits.len() > 10, "{waits:?}");
    assert!(waits.iter().all(|wait| (30..=60).contains(wait)), "{waits:?}");
}
