//! How a ledger lies in its file: a head, then one record for each transaction, each with its sum.
//!
//! 1. Head: `SBMFILE1`, 16 random bytes that name this file, 8 bytes of the SHA-256 over both.
//! 2. Record: its length in 4 bytes, little end first; 4 bytes of the SHA-256 over name, place and length; the SHA-256 over
//!    name, place and content; the content. So no record counts in another file or in another place.
//! 3. A record that is not all there is one whose writer died: nobody was told of it, and it does not count. A record that is
//!    there and is not what was written is damage (OFF-3).

use sbm_core::code::Code;
use sbm_core::id::Hash;

use crate::error::Error;
use crate::store::random;

/// What a ledger's file begins with, and of which version.
const MAGIC: &[u8; 8] = b"SBMFILE1";
/// The bytes of a head.
pub(super) const HEAD: usize = 32;
/// The bytes before a record's content.
pub(super) const FRONT: usize = 40;
/// Disks write no less at once.
const PAGE: u64 = 512;

/// What names one file: another file in its place is another name.
pub(super) type Name = [u8; 16];

/// The head of a new file, and its name.
pub(super) fn new_head() -> Result<(Name, Vec<u8>), Error> {
    let name: Name = random()?;
    let mut head = [MAGIC.as_slice(), &name].concat();
    let sum = Hash::of(&head);
    head.extend(sum.as_bytes().iter().take(8));
    Ok((name, head))
}

/// The name in a head.
pub(super) fn read_head(bytes: &[u8]) -> Result<Name, Code> {
    let (signed, sum) = bytes.get(..HEAD).and_then(|head| head.split_at_checked(24)).ok_or(Code::CacheDamaged)?;
    let (magic, name) = signed.split_at_checked(MAGIC.len()).ok_or(Code::CacheDamaged)?;
    if !Hash::of(signed).as_bytes().starts_with(sum) {
        return Err(Code::CacheDamaged);
    }
    if magic != MAGIC {
        let is_ours = magic.starts_with(b"SBMFILE");
        return Err(if is_ours { Code::CacheNewer } else { Code::CacheDamaged });
    }
    name.try_into().map_err(|_| Code::CacheDamaged)
}

/// The record of that content at that place.
pub(super) fn record(name: &Name, place: u64, content: &[u8]) -> Result<Vec<u8>, Error> {
    let length = u32::try_from(content.len()).map_err(|_| Error::from(Code::TooLarge))?.to_le_bytes();
    let mut bytes = Vec::with_capacity(FRONT + content.len());
    bytes.extend(length);
    bytes.extend(check(name, place, &length));
    bytes.extend(sum(name, place, content).as_bytes());
    bytes.extend(content);
    Ok(bytes)
}

/// The record that `bytes` begin with, and how many bytes it has; none when they are the rest of one that was never finished.
pub(super) fn read<'a>(name: &Name, place: u64, bytes: &'a [u8]) -> Result<Option<(&'a [u8], usize)>, Code> {
    let Some((front, rest)) = bytes.split_at_checked(FRONT) else { return Ok(None) };
    let (length, marks) = front.split_first_chunk::<4>().ok_or(Code::CacheDamaged)?;
    let (checked, wanted) = marks.split_first_chunk::<4>().ok_or(Code::CacheDamaged)?;
    if *checked == check(name, place, length) {
        let size = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| Code::CacheDamaged)?;
        let Some(content) = rest.get(..size) else { return Ok(None) };
        if sum(name, place, content).as_bytes() == wanted {
            return Ok(Some((content, FRONT + size)));
        }
    }
    if has_hole(place, bytes) && !holds_a_record(name, place, bytes) { Ok(None) } else { Err(Code::CacheDamaged) }
}

/// Whether something was never written. A disk that lost its power writes a file's length before its content, and pages in any
/// order: what is missing are zeros from where a page begins, or to where one or the file ends.
fn has_hole(place: u64, bytes: &[u8]) -> bool {
    let is_edge = |at: usize| (place + at as u64).is_multiple_of(PAGE);
    let mut begun = None;
    bytes.iter().copied().chain([1]).enumerate().any(|(at, byte)| match (byte, begun) {
        (0, None) => {
            begun = Some(at);
            is_edge(at)
        }
        (0, Some(_)) | (_, None) => false,
        (_, Some(_)) => {
            begun = None;
            is_edge(at) || at == bytes.len()
        }
    })
}

/// Whether a record begins anywhere behind the first byte.
fn holds_a_record(name: &Name, place: u64, bytes: &[u8]) -> bool {
    let fronts = bytes.windows(FRONT).zip(place..).skip(1);
    fronts
        .filter_map(|(front, place)| Some((front.first_chunk::<8>()?, place)))
        .any(|([a, b, c, d, mark @ ..], place)| *mark != [0; 4] && *mark == check(name, place, &[*a, *b, *c, *d]))
}

fn check(name: &Name, place: u64, length: &[u8; 4]) -> [u8; 4] {
    let sum = Hash::of(&[name.as_slice(), &place.to_le_bytes(), length].concat());
    let [a, b, c, d, ..] = *sum.as_bytes();
    [a, b, c, d]
}

fn sum(name: &Name, place: u64, content: &[u8]) -> Hash {
    Hash::of(&[name.as_slice(), &place.to_le_bytes(), content].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_names_its_file_and_says_when_it_is_newer_or_none_off_3() {
        let (name, head) = new_head().unwrap();
        assert_eq!((read_head(&head), head.len()), (Ok(name), HEAD));
        for at in 0..HEAD {
            let mut flipped = head.clone();
            flipped[at] ^= 1;
            assert_eq!(read_head(&flipped), Err(Code::CacheDamaged), "byte {at}");
        }
        assert_eq!(read_head(&head[..HEAD - 1]), Err(Code::CacheDamaged));
        let mut newer = [b"SBMFILE2".as_slice(), &name].concat();
        let sum = Hash::of(&newer);
        newer.extend(&sum.as_bytes()[..8]);
        assert_eq!(read_head(&newer), Err(Code::CacheNewer));
    }

    #[test]
    fn a_record_counts_whole_and_in_its_place_and_one_that_is_cut_off_does_not_off_3_his_3() {
        let name = [7; 16];
        let bytes = record(&name, 32, br#"[{"Sequence":5}]"#).unwrap();
        assert_eq!(read(&name, 32, &bytes).unwrap().unwrap().1, bytes.len());
        for cut in 0..bytes.len() {
            assert_eq!(read(&name, 32, &bytes[..cut]), Ok(None), "cut at {cut}");
        }
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x41;
            assert_eq!(read(&name, 32, &flipped), Err(Code::CacheDamaged), "byte {at}");
        }
        assert_eq!(read(&name, 33, &bytes), Err(Code::CacheDamaged));
        assert_eq!(read(&[8; 16], 32, &bytes), Err(Code::CacheDamaged));
    }

    #[test]
    fn what_a_disk_leaves_that_lost_its_power_is_no_record_and_none_in_the_middle_is_excused_off_3() {
        let name = [7; 16];
        let mut holed = record(&name, 32, "x".repeat(64).as_bytes()).unwrap();
        let end = holed.len();
        holed[end - 20..].fill(0);
        assert_eq!(read(&name, 32, &holed), Ok(None));
        assert_eq!(read(&name, 32, &[0; 500]), Ok(None));
        holed.push(b'x');
        assert_eq!(read(&name, 32, &holed), Err(Code::CacheDamaged), "something was written behind it");

        let mut headless = record(&name, 32, "x".repeat(900).as_bytes()).unwrap();
        headless[..512 - 32].fill(0);
        assert_eq!(read(&name, 32, &headless), Ok(None), "only its second page was written");
        for (what, lost) in [("the first page, which ends within the front", 0..20), ("a few bytes of the last", 900..901)] {
            // The front lies across two pages, and the content reaches a little into a third.
            let place = 512 - 20;
            let mut torn = record(&name, place, "x".repeat(20 + 512 + 2 - 60 + 388).as_bytes()).unwrap();
            let lost = if lost.start == 0 { lost } else { torn.len() - (place as usize + torn.len()) % 512..torn.len() };
            torn[lost].fill(0);
            assert_eq!(read(&name, place, &torn), Ok(None), "{what}");
        }
        let next = record(&name, 32 + headless.len() as u64, b"[]").unwrap();
        headless.extend(next);
        assert_eq!(read(&name, 32, &headless), Err(Code::CacheDamaged), "it was not the last");
    }
}
