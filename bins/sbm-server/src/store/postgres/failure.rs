//! What PostgreSQL says, in the store's words. Its `DETAIL` is left out: values of rows stand in there.

use std::error::Error as _;
use std::io;

use tokio_postgres::Error;
use tokio_postgres::error::DbError;

use super::settings::SCHEMA;
use super::value::Misfit;
use crate::store::StoreError;

/// What went wrong, by its SQLSTATE, or by what became of the connection.
pub(super) fn failure(error: &Error) -> StoreError {
    match error.as_db_error() {
        Some(said) => of_state(said),
        None if error.is_closed() => StoreError::unavailable("the connection to it was lost"),
        None => without_state(error),
    }
}

/// Whether the connection is of no use any more.
pub(super) fn ends_connection(error: &Error) -> bool {
    match error.as_db_error() {
        // A server that only reads has become a stand-by: another is the one to write to.
        Some(said) => {
            let state = said.code().code();
            matches!(said.severity(), "FATAL" | "PANIC")
                || state.starts_with("08")
                || state.starts_with("57P")
                || state == "25006"
        }
        None => error.is_closed() || source::<io::Error>(error).is_some(),
    }
}

fn of_state(said: &DbError) -> StoreError {
    let (state, what) = (said.code().code(), said.message());
    match state {
        "23505" => StoreError::Taken(what.into()),
        // Another transaction was faster, or holds what this one needs; or it took too long.
        "40001" | "40P01" | "55P03" | "57014" => StoreError::Busy,
        // A statement was prepared before a table was changed under it; the next time it is prepared anew.
        "0A000" if what.contains("cached plan") => StoreError::Busy,
        "53100" => StoreError::DiskFull,
        "XX001" | "XX002" => StoreError::damaged(what),
        "42P01" | "42703" | "3F000" => StoreError::damaged(format!(
            "{what}; its schema is not the one of this program, or its role lost the right to see it (USAGE on the schema `{SCHEMA}`)"
        )),
        "42501" => StoreError::unavailable(format!(
            "its role lacks a right: {what}; the role must own the schema `{SCHEMA}` and everything in it"
        )),
        "28000" | "28P01" => StoreError::unavailable(format!("it lets nobody in: {what}")),
        "3D000" => StoreError::unavailable(format!("{what}; make it with `CREATE DATABASE`")),
        // This server stood still in the middle; nothing of it was done, and the next attempt has a connection of its own.
        "25P03" | "25P04" => StoreError::unavailable(format!("it gave up waiting for this server: {what}")),
        "25006" => StoreError::unavailable("it only reads; name the server that writes"),
        _ => match state.get(..2) {
            Some("22" | "23" | "42" | "P0" | "25" | "0A") => StoreError::rejected(what),
            _ => StoreError::unavailable(format!("{what} ({state})")),
        },
    }
}

fn without_state(error: &Error) -> StoreError {
    if let Some(misfit) = source::<Misfit>(error) {
        return StoreError::rejected(misfit);
    }
    if let Some(io) = source::<io::Error>(error) {
        return StoreError::unavailable(io);
    }
    match error.source() {
        Some(source) if error.to_string().starts_with("error deserializing") => {
            StoreError::damaged(format!("a column holds what no schema of ours has: {source}"))
        }
        Some(source) => StoreError::unavailable(format!("{error}: {source}")),
        None => StoreError::unavailable(error),
    }
}

fn source<E: std::error::Error + 'static>(error: &Error) -> Option<&E> {
    let mut next = error.source();
    while let Some(source) = next {
        if let Some(found) = source.downcast_ref() {
            return Some(found);
        }
        next = source.source();
    }
    None
}
