//! A list as a file: CSV (RFC 4180) in UTF-8, with a header, and all rows that match.
//!
//! 1. Where a text, or a part of it behind a semicolon, a tab or an end of line, begins like a formula, an apostrophe stands
//!    before it, so that no spreadsheet runs it; numbers stay numbers. Moments are UTC, several texts are joined with `; `.
//! 2. What comes from the store comes page by page: a file of any length takes the memory of a page. A client that does not
//!    read on, and a store that fails half way, end the connection without its proper end, so that no half of a file passes
//!    for the whole.

use std::future::Future;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use http_body_util::channel::Channel;
use sbm_core::wire::v1::admin::Page;

use super::{Column, invalid};
use crate::http::ApiError;
use crate::store::StoreError;

/// How long a client may take to read a page.
const PATIENCE: Duration = Duration::from_secs(60);

/// A file has no pages.
///
/// # Errors
///
/// [`InvalidQuery`](sbm_core::code::Code::InvalidQuery).
pub fn check_whole(limit: Option<u32>, after: Option<&str>) -> Result<(), ApiError> {
    if limit.is_none() && after.is_none() {
        return Ok(());
    }
    Err(invalid("a file has all rows that match; leave out `limit` and `after`"))
}

/// A file of these rows.
///
/// # Errors
///
/// [`Internal`](sbm_core::code::Code::Internal) when it cannot be written.
pub fn whole<'a, T: 'static>(name: &str, columns: &[Column<T>], rows: impl Iterator<Item = &'a T>) -> Result<Response, ApiError> {
    let mut bytes = header(columns)?;
    bytes.extend(lines(columns, rows)?);
    Ok(response(name, Body::from(bytes)))
}

/// A file of the rows of these pages: the first one is there, `more` gives the one behind a cursor.
///
/// # Errors
///
/// [`Internal`](sbm_core::code::Code::Internal) when it cannot be written.
pub fn paged<T, M, F>(name: &str, columns: &'static [Column<T>], first: Page<T>, more: M) -> Result<Response, ApiError>
where
    T: Send + 'static,
    M: Fn(String) -> F + Send + 'static,
    F: Future<Output = Result<Page<T>, StoreError>> + Send,
{
    let mut bytes = header(columns)?;
    bytes.extend(lines(columns, first.items.iter())?);
    let (mut sender, body) = Channel::<Bytes, StoreError>::new(1);
    tokio::spawn(async move {
        let mut next = first.next;
        loop {
            match tokio::time::timeout(PATIENCE, sender.send_data(bytes.into())).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return,
                Err(_) => {
                    sender.abort(StoreError::Busy);
                    return;
                }
            }
            let Some(cursor) = next else { return };
            let page = more(cursor).await.and_then(|page| {
                let written = lines(columns, page.items.iter()).map_err(|_| StoreError::Fault)?;
                Ok((written, page.next))
            });
            match page {
                Ok(page) => (bytes, next) = page,
                Err(error) => {
                    tracing::error!(%error, "a file that was being downloaded could not be read to its end");
                    sender.abort(error);
                    return;
                }
            }
        }
    });
    Ok(response(name, Body::new(body)))
}

fn header<T>(columns: &[Column<T>]) -> Result<Vec<u8>, ApiError> {
    written(|writer| writer.write_record(columns.iter().map(|column| column.name)))
}

fn lines<'a, T: 'static>(columns: &[Column<T>], rows: impl Iterator<Item = &'a T>) -> Result<Vec<u8>, ApiError> {
    written(|writer| {
        for row in rows {
            writer.write_record(columns.iter().map(|column| (column.cell)(row).shown()))?;
        }
        Ok(())
    })
}

fn written(write: impl FnOnce(&mut csv::Writer<Vec<u8>>) -> Result<(), csv::Error>) -> Result<Vec<u8>, ApiError> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    write(&mut writer).map_err(ApiError::internal)?;
    writer.into_inner().map_err(ApiError::internal)
}

fn response(name: &str, body: Body) -> Response {
    let kind = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}.csv\""));
    let mut response = ([(CONTENT_TYPE, kind)], body).into_response();
    if let Ok(disposition) = disposition {
        response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    }
    response
}
