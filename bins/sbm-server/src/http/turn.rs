//! A request's turn: the place it holds while it is worked on, and the room for what it carries (ERR-3).
//!
//! 1. A place is taken before anything is looked at, and held until the handler has ended.
//!    A server that may not answer takes none.
//! 2. It is given back as long as the server waits for the client to send: who sends half a request keeps nobody out. When
//!    the request is whole a place is taken again, and there may be none any more; then its token must still count.
//! 3. What is there at once and small costs nothing further. Everything else takes room ([`Rooms`]) as it comes.
//! 4. A request is whole within `limits.header_seconds`, and a second more for every [`RATE`] bytes that came, and within
//!    `limits.request_seconds` at the latest.

use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::HeaderMap;
use axum::response::Response;
use http_body_util::BodyExt as _;
use sbm_core::code::Code;
use tokio::time::{Instant, timeout_at};

use super::overload::{Class, Place, Places};
use super::problem::ApiError;
use super::room::{Room, Rooms};
use super::{Access, Edge, sending};
use crate::config::Limits;

/// Slower than that many bytes a second nobody sends a large request.
pub const RATE: u64 = 16 * 1024;
/// What is there at once and no larger takes no room: it is held under a place, of which there is a number.
const SMALL: usize = 16 * 1024;

/// What a route says of its requests, and where their places and room come from.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub edge: Arc<Edge>,
    pub access: Access,
    pub class: Option<Class>,
    pub bytes: usize,
    pub places: Places,
    pub rooms: Rooms,
    pub answers: Rooms,
}

impl Rule {
    /// What has no class is always answered: `/STATUS`, and `/READY`, which says itself whether the server answers.
    fn may_answer(&self) -> Result<(), ApiError> {
        self.class.map_or(Ok(()), |_| self.edge.authenticator.may_answer())
    }
}

/// One request's turn.
#[derive(Debug)]
pub(super) struct Turn {
    rule: Arc<Rule>,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    place: Option<Place>,
    room: Option<Room>,
}

impl Turn {
    /// The turn of a request, if there is a place for it.
    pub(super) fn begin(rule: &Arc<Rule>) -> Result<Arc<Self>, ApiError> {
        rule.may_answer()?;
        let place = rule.class.map(|class| rule.places.take(class)).transpose()?;
        Ok(Arc::new(Self { rule: Arc::clone(rule), held: Mutex::new(Held { place, room: None }) }))
    }

    /// The most bytes that the request may carry.
    pub(super) fn most(&self) -> usize {
        self.rule.bytes
    }

    /// Sends what the handler answers, to the client at this address.
    pub(super) fn send(&self, response: Response, address: IpAddr) -> Response {
        sending::send(response, &self.rule.answers, address, self.rule.class.unwrap_or(Class::Interactive))
    }

    /// Reads what the request carries, for the client at this address.
    pub(super) async fn read(&self, headers: &HeaderMap, mut body: Body, address: IpAddr) -> Result<Bytes, ApiError> {
        let stated = body.size_hint().upper().and_then(|upper| usize::try_from(upper).ok());
        let most = stated.map_or(self.rule.bytes, |stated| stated.min(self.rule.bytes));
        let mut content = Content::default();
        let mut begun = None;
        loop {
            let frame = match poll_fn(|context| Poll::Ready(Pin::new(&mut body).poll_frame(context))).await {
                Poll::Ready(frame) => frame,
                Poll::Pending => {
                    let begun = *begun.get_or_insert_with(Instant::now);
                    self.held().place = None;
                    content.keep();
                    self.hold(content.capacity().max(1), address)?;
                    let until = begun.checked_add(time_for(&self.rule.edge.limits, content.len())).unwrap_or(begun);
                    timeout_at(until, body.frame()).await.map_err(|_| too_slow())?
                }
            };
            let Some(frame) = frame else { break };
            let Ok(data) = frame.map_err(|_| ended_early())?.into_data() else { continue };
            let length = content.len().saturating_add(data.len());
            if length > self.rule.bytes {
                return Err(too_large(self.rule.bytes));
            }
            let capacity = content.capacity_for(length, most);
            if capacity > SMALL || begun.is_some() {
                self.hold(capacity, address)?;
            }
            content.push(data, capacity);
        }
        if begun.is_some() {
            self.go_on()?;
            self.rule.access.still_admits(&self.rule.edge, headers)?;
        }
        Ok(content.whole())
    }

    fn hold(&self, bytes: usize, address: IpAddr) -> Result<(), ApiError> {
        let mut held = self.held();
        if held.room.is_none() {
            held.room = Some(self.rule.rooms.enter(address, self.rule.class.unwrap_or(Class::Interactive))?);
        }
        held.room.as_mut().map_or(Ok(()), |room| room.hold(bytes))
    }

    /// Takes a place again: it was given back.
    fn go_on(&self) -> Result<(), ApiError> {
        self.rule.may_answer()?;
        let place = self.rule.class.map(|class| self.rule.places.take(class)).transpose()?;
        self.held().place = place;
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What came so far. One piece alone is not copied.
#[derive(Default)]
struct Content {
    only: Bytes,
    pieces: Vec<u8>,
}

impl Content {
    fn len(&self) -> usize {
        self.only.len().saturating_add(self.pieces.len())
    }

    fn capacity(&self) -> usize {
        self.only.len().saturating_add(self.pieces.capacity())
    }

    /// How much is to be held for that length: twice as much as before, and not more than there will be.
    fn capacity_for(&self, length: usize, most: usize) -> usize {
        let before = self.capacity();
        if length <= before { before } else { before.saturating_mul(2).min(most).max(length) }
    }

    fn push(&mut self, data: Bytes, capacity: usize) {
        if self.len() == 0 {
            self.only = data;
            return;
        }
        self.pieces.reserve_exact(capacity.saturating_sub(self.pieces.len()));
        self.keep();
        self.pieces.extend_from_slice(&data);
    }

    /// Lets go of the connection's own buffer, of which the first piece is a part.
    fn keep(&mut self) {
        if !self.only.is_empty() {
            self.pieces.extend_from_slice(&std::mem::take(&mut self.only));
        }
    }

    fn whole(self) -> Bytes {
        if self.pieces.is_empty() { self.only } else { self.pieces.into() }
    }
}

/// How long a request may take to be whole of which so many bytes have come.
fn time_for(limits: &Limits, bytes: usize) -> Duration {
    let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
    let further = Duration::from_millis(bytes.saturating_mul(1_000) / RATE);
    limits.header.saturating_add(further).min(limits.request)
}

fn too_slow() -> ApiError {
    ApiError::new(Code::TimedOut, "the request came too slowly")
}

fn ended_early() -> ApiError {
    ApiError::new(Code::MalformedRequest, "the request's content ended too early")
}

pub(super) fn too_large(limit: usize) -> ApiError {
    ApiError::new(Code::TooLarge, format!("the request has more than {limit} bytes, the most that is taken here"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accept::fixture::limits;

    #[test]
    fn what_comes_has_more_time_and_what_does_not_is_given_up_soon_err_3() {
        let limits = Limits { header: Duration::from_secs(10), request: Duration::from_secs(60), ..limits() };
        for (bytes, seconds) in [(0, 10), (1, 10), (16 * 1024, 11), (320 * 1024, 30), (800 * 1024, 60), (usize::MAX, 60)] {
            assert_eq!(time_for(&limits, bytes).as_secs(), seconds, "{bytes}");
        }
        let short = Limits { request: Duration::from_secs(5), ..limits };
        assert_eq!(time_for(&short, 0).as_secs(), 5);
    }

    #[test]
    fn what_comes_in_pieces_is_held_as_large_as_it_was_reckoned_err_3() {
        let most = 100_000;
        let mut content = Content::default();
        let mut sent = Vec::new();
        for (at, length) in [1_000, 1, 5_000, 60_000, 33_999].into_iter().enumerate() {
            let piece = vec![u8::try_from(at).unwrap(); length];
            sent.extend_from_slice(&piece);
            let capacity = content.capacity_for(sent.len(), most);
            assert!((sent.len()..=most).contains(&capacity), "{capacity}");
            content.push(piece.into(), capacity);
            assert!(content.capacity() <= capacity, "{} of {capacity}", content.capacity());
        }
        assert_eq!(content.whole(), sent);
    }
}
