//! The signed documents and the trust record, with fixed keys; Ed25519 signatures are deterministic.

use sbm_core::account::AccountState;
use sbm_core::account::policy::Mode;
use sbm_core::cache::{
    Domain, Head, KeyDocument, List, ListEntry, ListSetting, Lock, Mark, Number, RoomNote, RunRoom, SealedTrust, Signed,
    SigningKey, Trust,
};
use sbm_core::code::Code;
use sbm_core::id::{AccountId, Guid, Hash, InstallationId, RunId, UserId};
use sbm_core::name::{Name, Text};
use sbm_core::permission::{Right, RightSet};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::session::Secret;
use sbm_tests::golden;
use zeroize::Zeroizing;

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Zeroizing::new([seed; 32]))
}

pub fn root() -> SigningKey {
    key(1)
}

pub fn signing() -> SigningKey {
    key(2)
}

pub fn installation() -> InstallationId {
    InstallationId::from_bytes([7; 16])
}

fn machine() -> Hash {
    Hash::of(b"the machine of the golden files")
}

pub fn keys() -> KeyDocument {
    KeyDocument {
        v: KeyDocument::VERSION,
        epoch: 3,
        keys: vec![signing().verifying_key(), key(3).verifying_key()],
        ca: vec![Hash::of(b"ca")],
    }
}

pub fn list() -> List {
    let entry = |guid: u8, name: &str| ListEntry {
        guid: Guid::from_bytes([guid; 16]),
        name: Name::new(name).unwrap(),
        description: Text::new("what its uploader said, in \"two\"\nlines").unwrap(),
        version: 8,
        revision: 2,
        body: Hash::of(name.as_bytes()),
        size: 4_096,
        schedule: None,
        delete: false,
        stamp: 1_048_576,
    };
    let timed = ListEntry { schedule: Some(Hash::of(b"daily")), ..entry(0x11, "Finance") };
    let marked = ListEntry { delete: true, ..entry(0x22, "Büro 名前") };
    List::new(vec![marked, timed])
}

pub fn head() -> Head {
    Head {
        v: Head::VERSION,
        epoch: 3,
        revision: 1_048_577,
        mark: Some(Mark::from_bits(0x0123_4567_89ab_cdef)),
        device: installation(),
        account: AccountId::ROOT,
        user: UserId(7),
        state: AccountState::Active,
        rights: Some(RightSet::NONE.with(Right::RunManually).with(Right::Restore).bits()),
        security_profile: Some("End user".to_owned()),
        list: Hash::of(&list().to_bytes()),
        critical: vec![],
        max_offline: Some(2_592_000),
        quota: false,
    }
}

pub fn room() -> RoomNote {
    let (v, device) = (RoomNote::VERSION, installation());
    let kept = vec![RunRoom { run: RunId::from_bytes([0x0e; 16]), bytes: 6_000_000_000 }];
    RoomNote { v, epoch: 3, device, bytes: Some(25_000_000_000), counted: 4_000_000_000, warns: true, kept }
}

pub fn signed_room() -> Signed {
    signing().sign(Domain::Room, room().to_bytes())
}

pub fn signed_keys() -> Signed {
    root().sign(Domain::Keys, keys().to_bytes())
}

pub fn signed_head() -> Signed {
    signing().sign(Domain::Head, head().to_bytes())
}

fn trust() -> Trust {
    Trust {
        connection: Some(format!("sbm://backup.example:8100#ca-sha256={}", Hash::of(b"ca")).parse().unwrap()),
        user: Some("carol".to_owned()),
        token: Some(Secret::new("a token of a device")),
        root: Some(root().verifying_key()),
        keys: Some(signed_keys()),
        head: Some(signed_head()),
        list: Some(String::from_utf8(list().to_bytes()).unwrap()),
        seen: Number::new(3, 1_048_577),
        refused: Some(Code::UserDisabled.name().to_owned()),
        contact: Some(Timestamp::from_millis(1_795_291_485_123)),
        latest: Timestamp::from_millis(1_795_291_490_000),
        cached_upload: Some(Timestamp::from_millis(1_795_291_400_000)),
        acknowledged: 41,
        ..Trust::new(installation())
    }
}

/// The same since there are locks (USR-9).
fn locked() -> Trust {
    let connection = format!("sbm://backup.example:8100#ca-sha256={}", Hash::of(b"ca")).parse().unwrap();
    Trust { lock: Some(Lock { connection, user: "acme>carol".to_owned() }), ..trust() }
}

/// The same where there is a quota (ACC-5).
fn roomy() -> Trust {
    Trust { room: Some(signed_room()), heard: 1_795_291_400_000, ..trust() }
}

/// The same list with settings of policies (ACC-9).
fn ruled() -> List {
    let setting = |mode, value: Option<&str>, origin: Option<&str>| ListSetting {
        mode,
        value: value.map(str::to_owned),
        origin: origin.map(str::to_owned),
    };
    let settings = [
        ("compression".to_owned(), setting(Mode::Forced, Some("zstd"), None)),
        ("retention".to_owned(), setting(Mode::Default, Some("90"), Some("acme>north"))),
        ("throttle".to_owned(), setting(Mode::Local, None, Some("acme>north"))),
    ];
    list().ruled(settings.into())
}

/// Every file of `golden/cache`, byte by byte as it is hashed, signed and stored.
pub fn files() -> Vec<(&'static str, Vec<u8>)> {
    let sealed = trust().seal(&machine());
    vec![
        ("root.key", text(&root().verifying_key())),
        ("keys.json", keys().to_bytes()),
        ("keys.signed.json", text(&signed_keys())),
        ("head.json", head().to_bytes()),
        ("head.signed.json", text(&signed_head())),
        ("room.json", room().to_bytes()),
        ("room.signed.json", text(&signed_room())),
        ("trust_room.json", roomy().seal(&machine()).bytes),
        ("list.json", list().to_bytes()),
        ("list_ruled.json", ruled().to_bytes()),
        ("list_branded.json", list().branded(Some(super::company::branding())).to_bytes()),
        ("list.sha256", Hash::of(&list().to_bytes()).to_string().into_bytes()),
        ("trust.json", sealed.bytes),
        ("trust.machine", sealed.machine.to_string().into_bytes()),
        ("trust.seal", sealed.seal.to_string().into_bytes()),
        ("trust_locked.json", locked().seal(&machine()).bytes),
        ("trust_unmanaged.json", Trust::new(installation()).seal(&machine()).bytes),
    ]
}

fn text<T: serde::Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

/// Reads what lies in the files, not what this program makes: an old file must open in every later version.
pub fn verify_golden() {
    let file = |name: &str| golden::content("cache", name).unwrap();
    let hash = |name: &str| -> Hash { String::from_utf8(file(name)).unwrap().parse().unwrap() };
    let root_key = serde_json::from_slice(&file("root.key")).unwrap();
    let keys_signed: Signed = serde_json::from_slice(&file("keys.signed.json")).unwrap();
    let document = KeyDocument::verify(&keys_signed, &root_key).unwrap();
    assert_eq!((keys_signed.bytes.as_slice(), &document), (file("keys.json").as_slice(), &keys()));
    let head_signed: Signed = serde_json::from_slice(&file("head.signed.json")).unwrap();
    let bytes = head_signed.verify(Domain::Head, &document.keys).unwrap();
    assert_eq!((bytes, Head::parse(bytes)), (file("head.json").as_slice(), Ok(head())));
    let room_signed: Signed = serde_json::from_slice(&file("room.signed.json")).unwrap();
    assert_eq!(RoomNote::verify(&room_signed, &document.keys, 3, &installation()), Ok(room()));
    let with_room: Trust = serde_json::from_slice(&file("trust_room.json")).unwrap();
    assert_eq!(with_room, roomy());
    assert_eq!(List::verify(&file("list_ruled.json"), &Hash::of(&ruled().to_bytes())), Ok(ruled()));
    assert_eq!(List::verify(&file("list.json"), &head().list), Ok(list()));
    assert_eq!(hash("list.sha256"), head().list);
    let sealed = SealedTrust { bytes: file("trust.json"), machine: hash("trust.machine"), seal: hash("trust.seal") };
    assert_eq!(sealed.open(&machine()), Ok(trust()));
    let unmanaged: Trust = serde_json::from_slice(&file("trust_unmanaged.json")).unwrap();
    assert_eq!(unmanaged, Trust::new(installation()));
}

/// The longest that every part of a head can be, but for features that no version asks for yet.
pub fn check_longest_head() {
    let names = ["\"".repeat(64), "名".repeat(42), "😀".repeat(32), "\\".repeat(64)];
    for name in names {
        let longest = Head {
            epoch: u64::MAX,
            revision: u64::MAX,
            account: AccountId(u32::MAX),
            user: UserId(u32::MAX),
            state: AccountState::DeletionPending,
            rights: Some(u32::MAX),
            security_profile: Some(Name::new(&name).unwrap().to_string()),
            max_offline: Some(u64::MAX),
            quota: true,
            ..head()
        };
        let signed = signing().sign(Domain::Head, longest.to_bytes());
        assert!(signed.verify(Domain::Head, &keys().keys).is_ok(), "{} bytes", longest.to_bytes().len());
    }
}
