//! How a handler runs: a panic in it is one answer (ERR-2), and what it has begun it ends, whoever goes away.
//!
//! 1. As long as it waits for nothing but what its client still sends, it runs where its connection does: if the client goes
//!    away then, nothing has begun.
//! 2. If it is done after that without waiting for anything else, it is answered at once. A check-in of an unchanged client
//!    is, and costs no task of its own.
//! 3. If it has to wait for something, a store say, it goes on in a task of its own. When its time is up the client is
//!    answered; the handler ends its operation all the same.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use hyper::body::{Frame, SizeHint};
use sbm_core::code::Code;
use tower::ServiceExt as _;

use super::problem::ApiError;

/// Runs the handler of a request.
pub(super) async fn run(inner: Router, request: Request, time: Duration) -> Response {
    let waits_for_client = Arc::new(AtomicBool::new(false));
    let watched = Arc::clone(&waits_for_client);
    let request = request.map(|body| Body::new(Watched { body, waits: watched }));
    let mut handler = Box::pin(inner.oneshot(request));
    let at_once = poll_fn(|context| {
        // After a panic the future is dropped and never asked again, so that nothing half done is seen.
        match catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(context))) {
            Ok(Poll::Ready(Ok(response))) => Poll::Ready(Some(response)),
            Ok(Poll::Pending) if waits_for_client.load(Ordering::Relaxed) => Poll::Pending,
            Ok(Poll::Pending) => Poll::Ready(None),
            Err(_) => Poll::Ready(Some(panicked())),
        }
    });
    match at_once.await {
        Some(response) => response,
        None => match tokio::time::timeout(time, tokio::spawn(handler)).await {
            Ok(Ok(Ok(response))) => response,
            Ok(Err(fault)) if fault.is_panic() => panicked(),
            Ok(Err(_)) => ApiError::from(Code::Busy).into_response(),
            Err(_) => ApiError::new(Code::TimedOut, "the request took too long; ask again").into_response(),
        },
    }
}

fn panicked() -> Response {
    ApiError::internal("a handler panicked").into_response()
}

/// The content of a request, which tells whether somebody waits for more of it.
struct Watched {
    body: Body,
    waits: Arc<AtomicBool>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        self.waits.store(polled.is_pending(), Ordering::Relaxed);
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
