//! The suite that every backend passes, on databases that compare texts in either way.

use std::sync::Arc;

use sbm_test_postgres::{Cluster, Locale};

use super::open;
use crate::store::{Store, contract};

#[test]
fn postgres_does_what_every_store_does_door_2() {
    run_in(Locale::C);
}

/// Runs the suite on copies of one fresh database, which take a tenth of the time.
fn run_in(locale: Locale) {
    let cluster = Cluster::shared();
    let fresh = cluster.database_in(locale);
    drop(open(&fresh).unwrap());
    contract::run(|| {
        let database = cluster.copy(&fresh);
        Box::new(move || Arc::new(open(&database).unwrap()) as Arc<dyn Store>)
    });
}
