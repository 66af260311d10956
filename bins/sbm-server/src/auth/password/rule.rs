//! Which passwords are refused (RUN-6): too short, too long, or guessed first. Nothing else is asked of them.
//!
//! 1. At least 12 characters, at most 1,024 bytes; any character, exact bytes, no classes of letters demanded.
//! 2. Refused as common: what stands in `common-passwords.txt`, in any case, also with a few digits and marks around it;
//!    a short piece said again and again; a run along the alphabet, the digits or the keyboard.

use std::collections::HashSet;
use std::sync::LazyLock;

use sbm_core::code::Code;

/// The fewest characters.
pub const FEWEST_CHARACTERS: usize = 12;
/// The most bytes.
pub const MOST_BYTES: usize = 1_024;
/// So many digits and marks around a common word are taken for decoration.
const MOST_DECORATION: usize = 6;
/// A piece of so many characters, repeated, is common.
const SHORT_PIECE: usize = 6;

static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("../common-passwords.txt").lines();
    lines.filter(|line| !line.starts_with("# ") && !line.is_empty()).collect()
});

/// What fingers run along.
const RUNS: &[&str] = &[
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789",
    "1234567890-=",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,./",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "!@#$%^&*()_+",
];

/// Checks a new password.
///
/// # Errors
///
/// `password_too_short`, `password_too_long`, `password_too_common`.
pub fn check(password: &str) -> Result<(), Code> {
    if password.len() > MOST_BYTES {
        return Err(Code::PasswordTooLong);
    }
    if password.chars().count() < FEWEST_CHARACTERS {
        return Err(Code::PasswordTooShort);
    }
    if is_common(&password.to_lowercase()) { Err(Code::PasswordTooCommon) } else { Ok(()) }
}

fn is_common(lower: &str) -> bool {
    let letters: Vec<char> = lower.chars().collect();
    COMMON.contains(lower) || is_decorated(lower, &letters) || is_repeated(&letters) || is_run(lower)
}

fn is_decorated(lower: &str, letters: &[char]) -> bool {
    let word = lower.trim_matches(|c: char| !c.is_alphabetic());
    // `trust1` and the like end in a digit that belongs to the word, and `p@ssw0rd` has marks inside: both stand there whole.
    let decoration = letters.len().saturating_sub(word.chars().count());
    decoration <= MOST_DECORATION && COMMON.contains(word)
}

/// One piece from the first character to the last, the last time maybe cut off.
fn is_repeated(letters: &[char]) -> bool {
    let repeats = |length: usize| letters.iter().zip(letters.iter().skip(length)).all(|(one, next)| one == next);
    (1..=SHORT_PIECE).any(repeats)
}

fn is_run(lower: &str) -> bool {
    RUNS.iter().any(|run| {
        let around = run.repeat(lower.len() / run.len() + 2);
        around.contains(lower) || around.chars().rev().collect::<String>().contains(lower)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_a_few_hundred_whole_passwords_in_lower_case() {
        assert!(COMMON.iter().filter(|entry| entry.chars().count() >= FEWEST_CHARACTERS).count() >= 300);
        for entry in COMMON.iter() {
            assert_eq!(*entry, entry.to_lowercase().trim(), "{entry}");
        }
    }

    #[test]
    fn every_listed_password_is_refused_in_any_case_run_6() {
        for entry in COMMON.iter().filter(|entry| entry.chars().count() >= FEWEST_CHARACTERS) {
            assert_eq!(check(entry), Err(Code::PasswordTooCommon), "{entry}");
            assert_eq!(check(&entry.to_uppercase()), Err(Code::PasswordTooCommon), "{entry}");
        }
    }

    #[test]
    fn passwords_are_judged_run_6() {
        let (longest, too_long) = ("ab1".repeat(341) + "x", "x".repeat(1_025));
        for (password, judged) in [
            ("", Err(Code::PasswordTooShort)),
            ("Xk4!pq7z_9a", Err(Code::PasswordTooShort)),
            ("ééééééééééé", Err(Code::PasswordTooShort)),
            ("Xk4!pq7z_9aB", Ok(())),
            ("twelve words are fine", Ok(())),
            ("a sentence, with blanks ", Ok(())),
            ("пароль для работы", Ok(())),
            ("🦀🐢🦊🐙🦉🐝🦋🐬🦔🦩🐧🐺", Ok(())),
            ("nul\0is a character", Ok(())),
            (&longest, Ok(())),
            (&too_long, Err(Code::PasswordTooLong)),
            ("aaaaaaaaaaaa", Err(Code::PasswordTooCommon)),
            ("🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀", Err(Code::PasswordTooCommon)),
            ("abcabcabcabca", Err(Code::PasswordTooCommon)),
            ("hunterhunter", Err(Code::PasswordTooCommon)),
            ("            ", Err(Code::PasswordTooCommon)),
            ("Password2026!", Err(Code::PasswordTooCommon)),
            ("!!Welcome2024", Err(Code::PasswordTooCommon)),
            ("September-2026", Err(Code::PasswordTooCommon)),
            ("password with more to it", Ok(())),
            ("password93847561029", Ok(())),
            ("lmnopqrstuvwx", Err(Code::PasswordTooCommon)),
            ("ZYXWVUTSRQPON", Err(Code::PasswordTooCommon)),
            ("5678901234567", Err(Code::PasswordTooCommon)),
            ("9876543210987", Err(Code::PasswordTooCommon)),
            ("poiuytrewqpoiuytrewq", Err(Code::PasswordTooCommon)),
            ("1qaz2wsx3edc", Err(Code::PasswordTooCommon)),
        ] {
            assert_eq!(check(password), judged, "{password:?}");
        }
    }
}
