//! Trust records that whoever owns the machine forged, with a seal that fits. What he cannot forge are the signatures.

use rusqlite::Connection as Database;
use sbm_client::core::cache::{Domain, Signed};
use sbm_client::core::code::Code;
use sbm_client::core::id::Hash;
use sbm_client::core::permission::RightSet;
use sbm_client::{Client, Connection};
use sbm_tests::allowed::{allowed, floor_of};
use sbm_tests::documents::signing_key;
use sbm_tests::fixture::config;
use serde_json::{Value, json};

use crate::Cache;

/// A head that gives every right, signed by nobody who counts.
fn wide(head: &Value) -> Value {
    let signed: Signed = serde_json::from_value(head.clone()).unwrap();
    let mut head: Value = serde_json::from_slice(&signed.bytes).unwrap();
    head["rights"] = json!(RightSet::ALL_ACCESS.bits());
    head
}

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

#[test]
fn a_forged_record_with_a_seal_that_fits_gives_nothing_off_3() {
    let cache = Cache::new();
    let good = cache.record();
    let older = {
        let database = cache.home.path().join("older.db");
        let (_, content) = cache.wide.iter().find(|(name, _)| name == "cache.db").unwrap();
        std::fs::write(&database, content).unwrap();
        let bytes: Vec<u8> =
            Database::open(&database).unwrap().query_row("SELECT bytes FROM trust", [], |row| row.get(0)).unwrap();
        let older: Value = serde_json::from_slice(&bytes).unwrap();
        older
    };
    let signed: Signed = serde_json::from_value(good["head"].clone()).unwrap();
    let wide = wide(&good["head"]);
    let with = |field: &str, value: Value| {
        let mut record = good.clone();
        record[field] = value;
        record
    };
    let without = |field: &str| {
        let mut record = good.clone();
        record.as_object_mut().unwrap().remove(field);
        record
    };
    let head = |signed: Signed| with("head", json!(signed));
    let other_list = json!({ "v": 1, "profiles": [] }).to_string();
    let own_keys = {
        let mut keys: Value =
            serde_json::from_slice(&serde_json::from_value::<Signed>(good["keys"].clone()).unwrap().bytes).unwrap();
        keys["keys"] = json!([signing_key(99).verifying_key()]);
        signing_key(99).sign(Domain::Keys, bytes(&keys))
    };
    let mut later = good.clone();
    later["v"] = json!(2);
    let mut text = good.clone();
    text["seen"]["revision"] = json!("nine");
    let cases = [
        (
            "wider rights under the old signature",
            head(Signed { bytes: bytes(&wide), ..signed.clone() }),
            Code::HeadSignatureInvalid,
        ),
        (
            "wider rights without a signature",
            head(Signed { bytes: bytes(&wide), signature: None, key: None }),
            Code::HeadUnsigned,
        ),
        ("the signature stripped", head(Signed { signature: Some(vec![]), ..signed.clone() }), Code::HeadSignatureStripped),
        ("wider rights signed by another", head(signing_key(99).sign(Domain::Head, bytes(&wide))), Code::HeadWrongKey),
        (
            "another's signature under the right name",
            head(Signed { key: signed.key.clone(), ..signing_key(99).sign(Domain::Head, bytes(&wide)) }),
            Code::HeadSignatureInvalid,
        ),
        ("the older, wider head", with("head", older["head"].clone()), Code::HeadOlder),
        ("a head too large", head(Signed { bytes: vec![b' '; 513], ..signed.clone() }), Code::DocumentTooLarge),
        ("no head", without("head"), Code::DeniedFloor),
        ("another list", with("list", json!(other_list)), Code::ListMismatch),
        ("no list", without("list"), Code::ListMismatch),
        ("keys of one's own", with("keys", json!(own_keys)), Code::KeysInvalid),
        ("a root key of one's own", with("root", json!(signing_key(99).verifying_key())), Code::KeysInvalid),
        ("no root key", without("root"), Code::CacheMissing),
        ("no keys", without("keys"), Code::CacheMissing),
        ("another installation", with("installation", json!("ffffffffffffffffffffffffffffffff")), Code::CacheDamaged),
        ("no server", without("connection"), Code::CacheRolledBack),
        ("a lower number seen", with("seen", json!({ "epoch": 1, "revision": 1 })), Code::CacheRolledBack),
        ("an earlier moment", with("latest", json!(0)), Code::CacheRolledBack),
        ("a record of a later form", later, Code::CacheNewer),
        ("text in place of a number", text, Code::CacheDamaged),
        ("no installation", without("installation"), Code::CacheDamaged),
        ("an empty record", json!({}), Code::CacheDamaged),
        ("a list for a record", json!([1]), Code::CacheDamaged),
    ];
    for (what, record, code) in cases {
        cache.restore();
        cache.forge(&record);
        cache.is_floor(what, code);
    }
}

/// A program that runs takes notice of what another process wrote (OFF-8), and of what it must not believe as well.
#[test]
fn what_is_put_in_place_under_a_running_program_is_judged_too_off_3() {
    let cache = Cache::new();
    let older = cache.home.path().join("older.db");
    std::fs::write(&older, &cache.wide.iter().find(|(name, _)| name == "cache.db").unwrap().1).unwrap();
    let older = older.display().to_string();
    let good = cache.record();
    let running = Client::open(config(cache.home.path())).unwrap();
    assert_eq!(allowed(&running), cache.before);
    let database = Database::open(cache.place("cache.db")).unwrap();
    database.execute("ATTACH ?1 AS older", [older]).unwrap();
    let sql = "UPDATE trust SET (bytes, machine, seal) = (SELECT bytes, machine, seal FROM older.trust)";
    assert_eq!(database.execute(sql, []).unwrap(), 1);
    drop(database);
    assert_eq!(running.state().standing(), Connection::Floor(Code::CacheRolledBack));
    assert!(allowed(&running).is_subset(&floor_of(&cache.before)));
    cache.forge(&good);
    assert_eq!(running.state().standing(), Connection::Offline(Code::Ok), "the right one is back");
    assert_eq!(allowed(&running), cache.before);
    let mut others = good;
    others["installation"] = json!("ffffffffffffffffffffffffffffffff");
    cache.forge(&others);
    assert_eq!(running.state().standing(), Connection::Floor(Code::CacheDamaged));
    assert!(allowed(&running).is_subset(&floor_of(&cache.before)));
}

/// What a plain edit does, without the seal: the record is not what was written.
#[test]
fn an_edited_record_whose_seal_does_not_fit_is_told_off_3() {
    let cache = Cache::new();
    let good = cache.record();
    for (field, value) in
        [("user", json!("admin")), ("refused", json!("x")), ("seen", json!({ "epoch": 9, "revision": 9 })), ("token", json!("x"))]
    {
        cache.restore();
        let mut record = good.clone();
        record[field] = value;
        let database = Database::open(cache.place("cache.db")).unwrap();
        assert_eq!(database.execute("UPDATE trust SET bytes = ?1", [bytes(&record)]).unwrap(), 1);
        drop(database);
        cache.is_floor(field, Code::CacheDamaged);
    }
    cache.restore();
    let database = Database::open(cache.place("cache.db")).unwrap();
    database.execute("UPDATE trust SET machine = ?1", [Hash::of(b"elsewhere").as_bytes()]).unwrap();
    drop(database);
    cache.is_floor("another machine's name", Code::CacheOtherMachine);
}

/// The marker grants nothing either: with one that says less, the signatures still count.
#[test]
fn a_forged_marker_gives_nothing_off_3() {
    let cache = Cache::new();
    let good = cache.record();
    let marker = |change: &dyn Fn(&mut Value)| {
        cache.restore();
        let mut record = good.clone();
        for field in ["head", "list"] {
            record.as_object_mut().unwrap().remove(field);
        }
        change(&mut record);
        cache.forge_marker(&record);
    };
    marker(&|record| record["latest"] = json!(i64::MAX));
    cache.is_floor("a marker of the far future", Code::CacheRolledBack);
    marker(&|record| record["seen"] = json!({ "epoch": 1, "revision": 1_000_000 }));
    cache.is_floor("a marker of a higher number", Code::CacheRolledBack);
    marker(&|record| record["installation"] = json!("ffffffffffffffffffffffffffffffff"));
    cache.is_floor("a marker of another installation", Code::CacheDamaged);
    marker(&|record| record["v"] = json!(2));
    cache.is_floor("a marker of a later form", Code::CacheNewer);
    marker(&|record| {
        // With the marker out of the way, the older head meets the number in the record itself.
        record["latest"] = json!(0);
        record["seen"] = json!({ "epoch": 0, "revision": 0 });
    });
    let mut older = good.clone();
    let signed: Signed = serde_json::from_value(good["head"].clone()).unwrap();
    older["head"] = json!(Signed { bytes: bytes(&wide(&good["head"])), ..signed });
    cache.forge(&older);
    cache.is_floor("a marker of nothing, and a forged head", Code::HeadSignatureInvalid);
}
