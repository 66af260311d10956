//! What is PostgreSQL's alone: who is let in, what is refused, and how it comes back.

mod contract;

use sbm_test_postgres::Cluster;

use super::Postgres;
use crate::store::StoreError;
use crate::store::url::{PostgresUrl, StoreUrl};

fn url(text: &str) -> PostgresUrl {
    match text.parse() {
        Ok(StoreUrl::Postgres(url)) => url,
        other => panic!("{other:?}"),
    }
}

fn open(text: &str) -> Result<Postgres, StoreError> {
    Postgres::open(&url(text))
}

/// A database with the schema in it, which nobody uses.
fn made() -> String {
    let database = Cluster::shared().database();
    drop(open(&database).unwrap());
    database
}
