//! What is sent, and what becomes of who sends it.

use super::*;

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
