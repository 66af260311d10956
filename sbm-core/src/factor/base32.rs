//! Base 32 as authenticators take a key (RFC 4648, section 6), without padding.

use alloc::string::String;

use zeroize::Zeroizing;

const SIGNS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The bytes as text: five bits a sign, the last sign filled up with zeros.
#[must_use]
pub fn encode(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len().div_ceil(5) * 8));
    for chunk in bytes.chunks(5) {
        let mut bits = chunk.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        bits <<= 8 * (5 - chunk.len());
        for place in 0..(chunk.len() * 8).div_ceil(5) {
            let at = bits >> (35 - 5 * place) & 31;
            text.extend(usize::try_from(at).ok().and_then(|at| SIGNS.get(at)).map(|sign| char::from(*sign)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648_without_their_padding_run_8() {
        let vectors = [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ];
        for (bytes, text) in vectors {
            assert_eq!(*encode(bytes.as_bytes()), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_bit_by_bit_run_8(bytes in proptest::collection::vec(any::<u8>(), 0..70)) {
            let text = encode(&bytes);
            let value = |sign: u8| SIGNS.iter().position(|known| *known == sign).unwrap();
            let bits: Vec<bool> = text.bytes().flat_map(|sign| (0..5).rev().map(move |bit| value(sign) >> bit & 1 == 1)).collect();
            let read: Vec<u8> =
                bits.chunks_exact(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit))).collect();
            prop_assert!(bits.len() - read.len() * 8 < 8 && bits[read.len() * 8..].iter().all(|bit| !bit));
            prop_assert_eq!(read, bytes);
        }
    }
}
