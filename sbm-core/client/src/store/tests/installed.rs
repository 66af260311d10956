//! A managed installation's cache on disk, for the tests of both kinds of file.

use super::*;

/// The machine of these tests.
pub(in crate::store) fn here() -> Hash {
    Hash::of(b"this machine")
}

/// The trust record of a managed installation at that revision.
pub(in crate::store) fn managed(revision: u64) -> Trust {
    Trust {
        connection: Some("sbm://a:1".parse().unwrap()),
        user: Some("carol".into()),
        token: Some(Secret::new("very-secret-token")),
        seen: Number::new(1, revision),
        latest: Timestamp::from_millis(i64::try_from(revision).unwrap()),
        list: Some("{}".into()),
        ..Trust::new(InstallationId::from_bytes([7; 16]))
    }
}

pub(in crate::store) fn write(store: &dyn CacheStore, trust: &Trust) {
    store.apply(&[Write::Trust(Box::new(trust.clone()))]).unwrap();
}

/// Makes it that of a managed installation with something of everything in it.
pub(in crate::store) fn fill(store: &dyn CacheStore, revision: u64) {
    write(store, &managed(revision));
    let body = Write::Body { hash: Hash::of(b"body"), bytes: b"body".to_vec() };
    store.apply(&[body, Write::Queue(vec![change(1, 1, None)])]).unwrap();
    store.answer_change(&change(2, 1, None), None).unwrap();
    store.begin_run(&mark(1, None)).unwrap();
    store.finish_run(&mark(1, None).id, end()).unwrap();
}
