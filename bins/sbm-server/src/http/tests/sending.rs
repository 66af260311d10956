//! Clients that send half a request and wait (ERR-3, RUN-6).

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use axum::body::Bytes;
use axum::response::Response;
use hyper::body::Frame;
use sbm_core::wire::v1::path;

use super::*;

const MIB: usize = 1024 * 1024;
/// The most connections from one address, as it is by default.
const ONE_ADDRESS: usize = 512;

/// What a client sends, as it sends it.
#[derive(Clone, Default)]
struct Line(Arc<Mutex<Sent>>);

#[derive(Default)]
struct Sent {
    pieces: VecDeque<Bytes>,
    ended: bool,
    waiting: Option<Waker>,
}

impl Line {
    fn half_sent(bytes: usize) -> Self {
        let line = Self::default();
        line.send(" ".repeat(bytes));
        line
    }

    fn send(&self, text: String) {
        let mut sent = self.0.lock().unwrap();
        sent.pieces.extend(text.as_bytes().chunks(64 * 1024).map(Bytes::copy_from_slice));
        sent.waiting.take().into_iter().for_each(Waker::wake);
    }

    fn end(&self) {
        let mut sent = self.0.lock().unwrap();
        sent.ended = true;
        sent.waiting.take().into_iter().for_each(Waker::wake);
    }
}

impl hyper::body::Body for Line {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let mut sent = self.0.lock().unwrap();
        match sent.pieces.pop_front() {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            None if sent.ended => Poll::Ready(None),
            None => {
                sent.waiting = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

type Asked = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

/// A server that takes words on a route of each class, and whose `/endless` keeps its request.
fn bench_of(limits: Limits) -> Bench {
    let Bench { world, console, device, .. } = bench();
    let edge = Edge {
        door: Door::new(Arc::clone(&world) as _),
        authenticator: Arc::clone(&world) as _,
        clock: Arc::new(ManualClock::at(NOW)),
        hosts: HostNames::new(&[], None),
        limits,
    };
    let words = async |Json(words): Json<Words>| words.len().to_string();
    let router = Routes::new(edge)
        .route(MethodFilter::GET, path::STATUS, Access::Public, async || "up")
        .route(MethodFilter::POST, path::SESSION, Access::Public, words)
        .route_sized(MethodFilter::POST, path::RUNS, Access::Device, 4 * MIB, words)
        .route(MethodFilter::POST, path::USERS, Access::Console, words)
        .route(MethodFilter::GET, path::USERS, Access::Console, async || "users")
        .route(MethodFilter::GET, "/endless", Access::Console, std::future::pending::<()>)
        .into_router(());
    Bench { world, router, console, device }
}

impl Bench {
    /// A request on its way.
    fn begin(&self, from: &str, method: Method, path: &str, body: impl Into<Body>) -> Asked {
        let token = if path == path::RUNS { &self.device } else { &self.console };
        let request = Request::builder().method(method).uri(path).header("host", "localhost");
        let request = request.header("content-type", "application/json").header("authorization", format!("Bearer {token}"));
        let mut request = request.body(body.into()).unwrap();
        request.extensions_mut().insert(PeerAddr(from.parse().unwrap()));
        Box::pin(self.router.clone().oneshot(request))
    }

    fn send(&self, from: &str, path: &str, line: &Line) -> Asked {
        self.begin(from, Method::POST, path, Body::new(line.clone()))
    }

    /// The statuses of requests that are there at once and of one that comes slowly, of everybody else.
    async fn others(&self) -> Vec<u16> {
        let mut statuses = Vec::new();
        for path in [path::SESSION, path::RUNS, path::USERS] {
            statuses.push(status(self.begin("10.0.9.1", Method::POST, path, "{}")).await);
            let line = Line::half_sent(1);
            let mut slow = self.send("10.0.9.2", path, &line);
            if let Some(early) = poll(&mut slow).await {
                statuses.push(early);
                continue;
            }
            line.send("{}".into());
            line.end();
            statuses.push(status(slow).await);
        }
        for path in [path::USERS, path::STATUS] {
            statuses.push(status(self.begin("10.0.9.3", Method::GET, path, "")).await);
        }
        statuses
    }
}

async fn status(asked: Asked) -> u16 {
    asked.await.unwrap().status().as_u16()
}

/// The status, if the request is answered already.
async fn poll(asked: &mut Asked) -> Option<u16> {
    std::future::poll_fn(|context| {
        Poll::Ready(match asked.as_mut().poll(context) {
            Poll::Ready(answer) => Some(answer.unwrap().status().as_u16()),
            Poll::Pending => None,
        })
    })
    .await
}

#[tokio::test]
async fn half_sent_logins_and_half_sent_requests_of_the_console_keep_nobody_out_err_3_run_6() {
    for path in [path::SESSION, path::USERS] {
        let bench = bench_of(limits());
        let mut held = Vec::new();
        for from in ["10.0.0.50", "10.0.0.51"] {
            for at in 0..ONE_ADDRESS {
                let mut half = bench.send(from, path, &Line::half_sent(1));
                assert_eq!(poll(&mut half).await, None, "{path}: {at} from {from}");
                held.push(half);
            }
            assert_eq!(poll(&mut bench.send(from, path, &Line::half_sent(1))).await, Some(503), "{path}: one more from {from}");
            assert_eq!(status(bench.begin(from, Method::POST, path, "{}")).await, 200, "{path}: what is there at once");
        }
        assert_eq!(bench.others().await, [200; 8], "{path}");
    }
}

#[tokio::test]
async fn half_sent_uploads_stay_within_their_room_and_give_it_back_err_3() {
    // One address has two MiB, and uploads of history 5.6 in all.
    let bench = bench_of(Limits { buffered_bytes: 8 * MIB, ..limits() });
    let mut held = Vec::new();
    for (from, fitting) in [("10.0.0.1", 2), ("10.0.0.2", 2), ("10.0.0.3", 1), ("10.0.0.4", 0), ("10.0.0.5", 0)] {
        let mut fit = 0;
        for _ in 0..8 {
            let mut half = bench.send(from, path::RUNS, &Line::half_sent(MIB));
            match poll(&mut half).await {
                None => {
                    fit += 1;
                    held.push(half);
                }
                answered => assert_eq!(answered, Some(503)),
            }
        }
        assert_eq!(fit, fitting, "{from}");
    }
    assert_eq!(bench.others().await, [200; 8]);
    drop(held);
    let whole = Line::half_sent(MIB);
    let mut upload = bench.send("10.0.0.4", path::RUNS, &whole);
    assert_eq!(poll(&mut upload).await, None);
    whole.send("{}".into());
    whole.end();
    assert_eq!(status(upload).await, 200);
    // What was read and answered holds nothing either.
    for _ in 0..8 {
        let at_once = format!("{}{{}}", " ".repeat(MIB));
        assert_eq!(status(bench.begin("10.0.0.4", Method::POST, path::RUNS, at_once)).await, 200);
    }
    let too_much = " ".repeat(3 * MIB);
    assert_eq!(
        status(bench.begin("10.0.0.4", Method::POST, path::RUNS, too_much)).await,
        503,
        "more than the part of one address"
    );
}

#[tokio::test]
async fn a_request_that_came_slowly_is_worked_on_in_a_place_like_any_other_err_3() {
    let bench = bench_of(Limits { requests: 16, ..limits() });
    let mut held = Vec::new();
    for (working, expected) in [(15, 200), (16, 503)] {
        let line = Line::half_sent(1);
        let mut slow = bench.send("10.0.0.1", path::USERS, &line);
        assert_eq!(poll(&mut slow).await, None);
        while held.len() < working {
            let mut endless = bench.begin("10.0.0.2", Method::GET, "/endless", "");
            assert_eq!(poll(&mut endless).await, None);
            held.push(endless);
        }
        line.send("{}".into());
        line.end();
        assert_eq!(status(slow).await, expected, "{working} of 16 places are taken");
    }
    assert_eq!(status(bench.begin("10.0.0.3", Method::GET, path::STATUS, "")).await, 200);
}

#[tokio::test]
async fn who_was_logged_out_while_his_request_came_does_nothing_run_7() {
    let bench = bench_of(limits());
    let line = Line::half_sent(1);
    let mut slow = bench.send("10.0.0.1", path::USERS, &line);
    assert_eq!(poll(&mut slow).await, None);
    bench.world.sessions.revoke(1);
    line.send("{}".into());
    line.end();
    assert_eq!(status(slow).await, 401);
}

#[tokio::test]
async fn a_request_that_stops_coming_is_given_up_after_the_time_of_a_head_err_3() {
    let bench = bench_of(Limits { header: std::time::Duration::from_millis(50), ..limits() });
    for (path, sent) in [(path::SESSION, 1), (path::RUNS, 0), (path::RUNS, 1)] {
        let answer = bench.send("10.0.0.1", path, &Line::half_sent(sent)).await.unwrap();
        let problem: Problem = serde_json::from_slice(&answer.into_body().collect().await.unwrap().to_bytes()).unwrap();
        assert_eq!(problem.code(), Some(Code::TimedOut), "{path}: {sent}");
    }
}
