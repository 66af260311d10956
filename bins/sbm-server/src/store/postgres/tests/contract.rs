//! The suite that every backend passes, on a database that compares texts otherwise than the store does.

use std::sync::Arc;

use sbm_test_postgres::{Cluster, Locale};

use super::open;
use crate::store::{Store, contract};

/// On copies of one fresh database, which take a tenth of the time. English puts `a` before `B`; that nothing of it shows is
/// part of what is tested.
#[test]
fn postgres_does_what_every_store_does_door_2() {
    let cluster = Cluster::shared();
    let fresh = cluster.database_in(Locale::English);
    drop(open(&fresh).unwrap());
    contract::run(|| {
        let database = cluster.lend(cluster.copy(&fresh));
        Box::new(move || Arc::new(open(&database).unwrap()) as Arc<dyn Store>)
    });
}
