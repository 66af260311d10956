//! A cache of plain files: the same rules with another file (OFF-2, OFF-3, DEC-6). What a ledger is, byte for byte, is tested
//! beside its code; here it is what a user may do afterwards.

use std::path::Path;

use sbm_client::core::code::Code;
use sbm_client::{Client, Config, Connection};
use sbm_tests::allowed::allowed;

use crate::Cache;

const LEDGER: &str = "cache.ledger";

fn plain(directory: &Path) -> Config {
    sbm_tests::fixture::config(directory).plain_files(true)
}

fn content<'a>(files: &'a [(String, Vec<u8>)], name: &str) -> &'a [u8] {
    &files.iter().find(|(file, _)| file == name).unwrap().1
}

type Harm = Box<dyn Fn(&Cache)>;

fn ledger(bytes: impl Fn(&Cache) -> Vec<u8> + 'static) -> Harm {
    Box::new(move |cache| std::fs::write(cache.place(LEDGER), bytes(cache)).unwrap())
}

fn in_its_place(make: impl Fn(&Path) + 'static) -> Harm {
    Box::new(move |cache| {
        std::fs::remove_file(cache.place(LEDGER)).unwrap();
        make(&cache.place(LEDGER));
    })
}

#[test]
fn a_hostile_ledger_is_told_by_its_code_and_left_as_it_is_off_3() {
    let cache = Cache::of(plain);
    let other = Cache::of(plain);
    let foreign = content(&other.files, LEDGER).to_vec();
    let head = foreign[..32].to_vec();
    let cases: Vec<(&str, Harm, Code)> = vec![
        ("none", in_its_place(|_| ()), Code::CacheMissing),
        ("a text", ledger(|_| vec![b'a'; 9_000]), Code::CacheDamaged),
        ("zeros", ledger(|_| vec![0; 9_000]), Code::CacheDamaged),
        ("one of a later version", ledger(|cache| later(content(&cache.files, LEDGER))), Code::CacheNewer),
        ("another installation's", ledger(move |_| foreign.clone()), Code::CacheDamaged),
        ("that of a wider day", ledger(|cache| content(&cache.wide, LEDGER).to_vec()), Code::CacheRolledBack),
        (
            "a wider day's records under another file's head",
            ledger(move |cache| [&head[..], &content(&cache.wide, LEDGER)[32..]].concat()),
            Code::CacheDamaged,
        ),
        (
            "the wider day's once more behind today's",
            ledger(|cache| [content(&cache.files, LEDGER), &content(&cache.wide, LEDGER)[32..]].concat()),
            Code::CacheDamaged,
        ),
        ("a directory", in_its_place(|path| std::fs::create_dir(path).unwrap()), Code::CacheDamaged),
        ("a device without end", in_its_place(|path| std::os::unix::fs::symlink("/dev/zero", path).unwrap()), Code::CacheDamaged),
    ];
    for (what, harm, code) in cases {
        cache.restore();
        harm(&cache);
        let before = cache.place(LEDGER).is_file().then(|| std::fs::read(cache.place(LEDGER)).unwrap());
        cache.is_floor(what, code);
        if before.is_some() {
            assert!(std::fs::read(cache.place(LEDGER)).ok() == before, "{what}: the file was changed");
        }
    }
}

/// The same head with the version that comes next.
fn later(ledger: &[u8]) -> Vec<u8> {
    let signed = [b"SBMFILE2".as_slice(), &ledger[8..24]].concat();
    let sum = sbm_client::core::id::Hash::of(&signed);
    [signed.as_slice(), &sum.as_bytes()[..8], &ledger[32..]].concat()
}

/// A prefix is a past of its own: what is missing behind it may have been the word that took rights away.
#[test]
fn a_ledger_that_ends_anywhere_gives_no_right_that_was_taken_away_off_2_off_3() {
    let cache = Cache::of(plain);
    let whole = content(&cache.files, LEDGER).to_vec();
    let mut floors = 0;
    for left in (0..whole.len()).step_by(97) {
        cache.restore();
        std::fs::write(cache.place(LEDGER), &whole[..left]).unwrap();
        let client = Client::open(plain(cache.home.path())).unwrap();
        assert!(allowed(&client).is_subset(&cache.before), "{left} of {} bytes", whole.len());
        floors += usize::from(matches!(client.state().standing(), Connection::Floor(_)));
    }
    assert!(floors > 10, "{floors}");
}
