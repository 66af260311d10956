//! How much of answers is held while they are being sent: in all, and for one address (ERR-3).
//!
//! 1. Small answers are as many as there are connections, and cost nothing further. A larger one takes room before it is
//!    sent, and gives it back when its last byte has left; when there is none, the request is refused by class.
//! 2. The content of a profile that several fetch is held once, and takes room once ([`SharedBody`]).
//! 3. A file that is made while it is sent takes room for the pages that it holds.
//! 4. An answer goes to its connection in pieces: what the connection holds of it besides is bounded too.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::{IntoResponse as _, Response};
use hyper::body::{Frame, SizeHint};

use super::overload::Class;
use super::problem::ApiError;
use super::room::{Room, Rooms};

/// What is no larger takes no room; and the pieces in which an answer goes out.
const PIECE: usize = 16 * 1024;
/// What a file takes that is made while it is sent: a page that waits, and one that is made.
const FILE: usize = 2 * 1024 * 1024;

/// Content that is held once for all who are being sent it.
#[derive(Clone, Debug)]
pub struct SharedBody(Arc<Content>);

#[derive(Debug)]
struct Content {
    bytes: Vec<u8>,
    room: Mutex<Option<Room>>,
}

impl SharedBody {
    /// This content.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Content { bytes, room: Mutex::new(None) }))
    }

    /// Whether both are the same, held once.
    #[must_use]
    pub fn is_one_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// What finds it again as long as somebody is being sent it.
    #[must_use]
    pub fn trace(&self) -> Trace {
        Trace(Arc::downgrade(&self.0))
    }

    /// As an answer; the policy of its route gives it room.
    #[must_use]
    pub fn into_response(self) -> Response {
        let mut response = Bytes::from_owner(self.clone()).into_response();
        response.extensions_mut().insert(self);
        response
    }

    /// Takes room, unless it has some.
    fn settle(&self, rooms: &Rooms, address: IpAddr, class: Class) -> Result<(), ApiError> {
        let mut room = self.0.room.lock().unwrap_or_else(PoisonError::into_inner);
        if room.is_none() {
            *room = Some(taken(rooms, address, class, self.0.bytes.len())?);
        }
        Ok(())
    }
}

impl AsRef<[u8]> for SharedBody {
    fn as_ref(&self) -> &[u8] {
        &self.0.bytes
    }
}

/// Finds content that is being sent.
#[derive(Clone, Debug)]
pub struct Trace(std::sync::Weak<Content>);

impl Trace {
    /// The content, if it is still held.
    #[must_use]
    pub fn content(&self) -> Option<SharedBody> {
        self.0.upgrade().map(SharedBody)
    }

    /// Whether it is gone.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.0.strong_count() == 0
    }
}

fn taken(rooms: &Rooms, address: IpAddr, class: Class, bytes: usize) -> Result<Room, ApiError> {
    let mut room = rooms.enter(address, class)?;
    room.hold(bytes)?;
    Ok(room)
}

/// Gives an answer the room it needs, or refuses the request.
pub(super) fn send(mut response: Response, rooms: &Rooms, address: IpAddr, class: Class) -> Response {
    let size = response.body().size_hint().exact().map(|size| usize::try_from(size).unwrap_or(usize::MAX));
    if size.is_some_and(|size| size <= PIECE) {
        return response;
    }
    let room = match response.extensions_mut().remove::<SharedBody>() {
        Some(shared) => shared.settle(rooms, address, class).map(|()| None),
        None => taken(rooms, address, class, size.unwrap_or(FILE)).map(Some),
    };
    match room {
        Ok(room) => response.map(|body| Body::new(Sent { body, piece: Bytes::new(), _room: room })),
        Err(error) => error.into_response(),
    }
}

/// An answer in pieces, with its room.
struct Sent {
    body: Body,
    piece: Bytes,
    _room: Option<Room>,
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.piece.is_empty() {
            match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => self.piece = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                other => return other,
            }
        }
        let length = self.piece.len().min(PIECE);
        Poll::Ready(Some(Ok(Frame::data(self.piece.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.piece.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let inner = self.body.size_hint();
        let piece = u64::try_from(self.piece.len()).unwrap_or(u64::MAX);
        let mut hint = SizeHint::new();
        if let Some(upper) = inner.upper() {
            hint.set_upper(upper.saturating_add(piece));
        }
        hint.set_lower(inner.lower().saturating_add(piece));
        hint
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;
    use sbm_core::code::Code;

    use super::*;
    use crate::accept::fixture::limits;
    use crate::config::Limits;

    const MIB: usize = 1024 * 1024;

    fn rooms(mib: usize) -> Rooms {
        Rooms::for_answers(&Limits { buffered_bytes: 2 * mib * MIB, ..limits() })
    }

    fn from(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    fn answer(bytes: usize) -> Response {
        vec![7_u8; bytes].into_response()
    }

    #[tokio::test]
    async fn an_answer_takes_room_until_its_last_byte_has_left_and_is_whole_err_3() {
        let rooms = rooms(64);
        assert!(send(answer(PIECE), &rooms, from(1), Class::CheckIn).status().is_success());
        assert_eq!(rooms.bytes(), 0, "a small one costs nothing");
        let sent = send(answer(4 * MIB + 5), &rooms, from(1), Class::CheckIn);
        assert_eq!(sent.body().size_hint().exact(), Some(4 * 1024 * 1024 + 5));
        assert!(rooms.bytes() >= 4 * MIB);
        let mut body = sent.into_body();
        let mut read = 0;
        while let Some(frame) = body.frame().await {
            let data = frame.unwrap().into_data().unwrap();
            assert!(data.len() <= PIECE && data.iter().all(|byte| *byte == 7));
            read += data.len();
        }
        assert_eq!(read, 4 * MIB + 5);
        drop(body);
        assert_eq!(rooms.bytes(), 0);
    }

    #[tokio::test]
    async fn unread_answers_stay_within_their_room_by_address_and_class_and_exports_count_too_err_3() {
        let rooms = rooms(64);
        let mut held = Vec::new();
        for address in 1..=8 {
            for _ in 0..8 {
                held.push(send(answer(4 * MIB), &rooms, from(address), Class::CheckIn));
            }
        }
        let answered = held.iter().filter(|response| response.status().is_success()).count();
        assert!((10..=14).contains(&answered), "{answered}: 85 of 100 of 64 MiB, a quarter for each address");
        assert!(rooms.bytes() <= 64 * MIB);
        let refused = held.pop().unwrap();
        assert_eq!(refused.status().as_u16(), Code::Busy.status());
        assert!(refused.headers().contains_key("retry-after"));
        let stream = || Body::new(http_body_util::channel::Channel::<Bytes, axum::Error>::new(1).1).into_response();
        let exports: Vec<Response> = (0..8).map(|_| send(stream(), &rooms, from(9), Class::Interactive)).collect();
        let answered = exports.iter().filter(|response| response.status().is_success()).count();
        assert!((1..8).contains(&answered), "{answered} exports");
        drop((held, exports));
        assert_eq!(rooms.bytes(), 0);
    }

    #[tokio::test]
    async fn what_many_fetch_is_held_once_and_until_the_last_has_it_err_3() {
        let rooms = rooms(64);
        let shared = SharedBody::new(vec![7; 4 * MIB]);
        let trace = shared.trace();
        let sent: Vec<Response> =
            (1..=200).map(|last| send(shared.clone().into_response(), &rooms, from(last), Class::CheckIn)).collect();
        assert!(sent.iter().all(|response| response.status().is_success()));
        assert!(trace.content().unwrap().is_one_with(&shared));
        drop(shared);
        assert!((4 * MIB..5 * MIB).contains(&rooms.bytes()), "{}", rooms.bytes());
        let mut bodies: Vec<Body> = sent.into_iter().map(Response::into_body).collect();
        let last = bodies.pop().unwrap();
        drop(bodies);
        assert_eq!(last.collect().await.unwrap().to_bytes().len(), 4 * MIB);
        assert!(trace.is_lost());
        assert_eq!(rooms.bytes(), 0);
    }
}
