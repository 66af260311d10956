//! The address that a QR code carries into an authenticator: `otpauth://totp/…`.

use alloc::format;
use alloc::string::String;
use core::fmt::Write as _;

use zeroize::Zeroizing;

use super::base32;
use super::totp::Totp;

/// The most signs of a name in the address: a QR code of it still fits a terminal.
const MOST: usize = 64;

/// The address of this key, for the account of somebody at an issuer. Long names are cut.
#[must_use]
pub fn address(totp: &Totp, key: &[u8], issuer: &str, account: &str) -> Zeroizing<String> {
    let (issuer, account) = (escaped(issuer), escaped(account));
    let secret = base32::encode(key);
    let Totp { algorithm, digits, period } = totp;
    Zeroizing::new(format!(
        "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm={}&digits={}&period={}",
        *secret,
        algorithm.name(),
        digits.count(),
        period.seconds()
    ))
}

/// Everything but letters, digits and `-._~` of ASCII as `%XX` (RFC 3986).
fn escaped(name: &str) -> String {
    let mut text = String::new();
    let mut sign = [0; 4];
    for byte in name.chars().take(MOST).flat_map(|c| {
        let length = c.encode_utf8(&mut sign).len();
        sign.into_iter().take(length)
    }) {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing into a string does not fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_issuer_account_and_how_the_codes_are_made_run_8() {
        assert_eq!(
            *address(&Totp::COMMON, b"foobarfoobarfoobarfo", "backup.example:8100", "Müller & Söhne>anna"),
            "otpauth://totp/backup.example%3A8100:M%C3%BCller%20%26%20S%C3%B6hne%3Eanna\
             ?secret=MZXW6YTBOJTG633CMFZGM33PMJQXEZTP&issuer=backup.example%3A8100&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn a_long_name_is_cut_at_a_sign_and_nothing_in_a_name_is_read_as_the_address_run_8() {
        let long = "ä".repeat(200);
        let text = address(&Totp::COMMON, b"k", "x", &long);
        assert_eq!(text.matches("%C3%A4").count(), MOST);
        let text = address(&Totp::COMMON, b"k", "a?secret=AA&", "b#\n\0");
        assert_eq!(text.matches("secret=").count(), 1);
        assert!(text.is_ascii() && !text.contains(['\n', '\0', '#', ' ']), "{}", *text);
    }
}
