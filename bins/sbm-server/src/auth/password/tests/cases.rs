//! Passwords as people and programs send them: which are taken, and what another spelling of one is worth (RUN-6).
//!
//! A character is a Unicode scalar value: an emoji of one code point is one, a letter with a combining accent two.

use super::*;

/// Taken as it is.
const TAKEN: Result<(), Code> = Ok(());
const SHORT: Result<(), Code> = Err(Code::PasswordTooShort);
const LONG: Result<(), Code> = Err(Code::PasswordTooLong);
const COMMON: Result<(), Code> = Err(Code::PasswordTooCommon);

/// A password, how it is judged, and spellings that look or sound the same and are not it.
type Case = (&'static str, Result<(), Code>, &'static [&'static str]);

#[rustfmt::skip]
const CASES: &[Case] = &[
    // How long: characters are counted, not bytes.
    ("", SHORT, &[]),
    ("a", SHORT, &[]),
    ("Xk4!pq7z_9a", SHORT, &[]),
    ("Xk4!pq7z_9aB", TAKEN, &["Xk4!pq7z_9ab", "xk4!pq7z_9aB", "Xk4!pq7z_9aB ", "Xk4!pq7z_9a"]),
    ("äöüßäöüßäöü", SHORT, &[]),
    ("äöüßéèêñçøåæ", TAKEN, &["aoußéèêñçøåæ", "ÄÖÜßÉÈÊÑÇØÅÆ"]),
    ("密码很长也很好记住了", SHORT, &[]),
    ("密码很长也很好记住了吗好", TAKEN, &["密碼很長也很好記住了嗎好"]),
    ("🦀🐢🦊🐙🦉🐝🦋🐬🦔🦩🐧", SHORT, &[]),
    ("🦀🐢🦊🐙🦉🐝🦋🐬🦔🦩🐧🐺", TAKEN, &["🦀🐢🦊🐙🦉🐝🦋🐬🦔🦩🐧🦊"]),
    // One family on the screen is seven characters, and a flag is two.
    ("👨‍👩‍👧‍👦 at home", TAKEN, &["👪 at home", "👨👩👧👦 at home"]),
    ("🇩🇪🇫🇷🇮🇹🇪🇸🇵🇱🇨🇿", TAKEN, &["🇩🇪🇫🇷🇮🇹🇪🇸🇵🇱🇨🇭"]),
    ("e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}x", SHORT, &[]),
    // Composed and decomposed are two passwords, as they are two sequences of bytes.
    ("cafe\u{301} am See 7", TAKEN, &["café am See 7"]),
    ("café am See 77", TAKEN, &["cafe\u{301} am See 77", "cafe am See 77"]),
    ("Å is Angstrom", TAKEN, &["\u{212b} is Angstrom", "A\u{30a} is Angstrom"]),
    ("ﬁne ligature!", TAKEN, &["fine ligature!"]),
    ("①②③ go to sea", TAKEN, &["123 go to sea"]),
    ("ｆｕｌｌ ｗｉｄｔｈ！！", TAKEN, &["full width!!"]),
    ("straße und weg", TAKEN, &["strasse und weg", "STRASSE UND WEG", "straẞe und weg"]),
    ("İstanbul'da kış", TAKEN, &["istanbul'da kış", "i\u{307}stanbul'da kış"]),
    ("ΣΙΣΥΦΟΣ και πέτρα", TAKEN, &["σισυφος και πέτρα", "ΣΙΣΥΦΟς και πέτρα"]),
    // Look-alikes.
    ("раураl in cyrillic", TAKEN, &["paypal in cyrillic"]),
    ("l1I|l1I|O0O0oO", TAKEN, &["l1I|l1I|O0O0o0", "11I|l1I|O0O0oO"]),
    ("a‐b–c—d−e-f g h", TAKEN, &["a-b-c-d-e-f g h"]),
    ("“quoted” words", TAKEN, &["\"quoted\" words"]),
    ("it’s an apostrophe", TAKEN, &["it's an apostrophe"]),
    // Blanks count where they stand, and each kind is its own.
    (" leading blank", TAKEN, &["leading blank", "  leading blank"]),
    ("trailing blank ", TAKEN, &["trailing blank", "trailing blank  "]),
    ("two  blanks in", TAKEN, &["two blanks in"]),
    ("tab\there and on", TAKEN, &["tab here and on", "tab\\there and on"]),
    ("a line\nand one", TAKEN, &["a line and one", "a line\r\nand one"]),
    ("ends in newline\n", TAKEN, &["ends in newline"]),
    ("no\u{a0}break\u{a0}space", TAKEN, &["no break space"]),
    ("zero\u{200b}width space", TAKEN, &["zerowidth space"]),
    ("\u{feff}marked in front", TAKEN, &["marked in front"]),
    ("right\u{202e}to left on", TAKEN, &["rightto left on"]),
    ("            ", COMMON, &[]),
    ("\t\t\t\t\t\t\t\t\t\t\t\t", COMMON, &[]),
    // What ends texts elsewhere.
    ("nul\0is a character", TAKEN, &["nul", "nulis a character", "nul\0is another one"]),
    ("\0\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}\u{b}\u{c}\u{e}", TAKEN, &[]),
    ("'; DROP TABLE users; --", TAKEN, &["''; DROP TABLE users; --"]),
    ("%s%n%x ${jndi:ldap}", TAKEN, &[]),
    ("$argon2id$v=19$m=19456,t=2,p=1$", TAKEN, &[]),
    ("<script>alert(1)</script>", TAKEN, &["&lt;script&gt;alert(1)&lt;/script&gt;"]),
    ("percent%20encoded", TAKEN, &["percent encoded"]),
    ("plus+is+no+blank", TAKEN, &["plus is no blank"]),
    ("back\\slash \\u0041", TAKEN, &["back\\slash A"]),
    ("\u{10ffff}\u{e000}\u{fffd} last ones", TAKEN, &["\u{fffd}\u{e000}\u{fffd} last ones"]),
    // Guessed first, however they are dressed up.
    ("password1234", COMMON, &[]),
    ("PaSsWoRd1234", COMMON, &[]),
    ("Password2026!", COMMON, &[]),
    ("!!Welcome2024", COMMON, &[]),
    ("qwertyuiop[]", COMMON, &[]),
    ("QWERTYUIOPAS", COMMON, &[]),
    ("1q2w3e4r5t6y", COMMON, &[]),
    ("123456789012", COMMON, &[]),
    ("210987654321", COMMON, &[]),
    ("aaaaaaaaaaaaaaaaaaaaaaaa", COMMON, &[]),
    ("abcabcabcabc", COMMON, &[]),
    ("🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀", COMMON, &[]),
    ("correct horse battery staple!", COMMON, &[]),
];

#[tokio::test]
async fn sixty_passwords_are_judged_and_each_is_its_exact_bytes_run_6() {
    let cheap = Cost { memory_kib: 64, passes: 1 };
    let passwords = Passwords::new(Hashing { parallel: 2, waiting: 8, cost: cheap }).unwrap();
    assert!(CASES.len() >= 60, "{}", CASES.len());
    for (text, judged, others) in CASES {
        let hashed = passwords.hash_new(For::Act, &Secret::new(*text)).await;
        assert_eq!(hashed.as_ref().map(|_| ()).map_err(|code| *code), *judged, "{text:?}");
        let Ok(phc) = hashed else { continue };
        assert_eq!(
            passwords.verify(For::Act, Some(&phc), &Secret::new(*text)).await,
            Ok(Verified { needs_upgrade: false }),
            "{text:?}"
        );
        for other in *others {
            assert_ne!(other, text);
            assert_eq!(
                passwords.verify(For::Act, Some(&phc), &Secret::new(*other)).await,
                Err(Code::WrongCredentials),
                "{other:?}"
            );
        }
        // What a hash shows does not help to log in.
        assert_eq!(passwords.verify(For::Act, Some(&phc), &Secret::new(phc.clone())).await, Err(Code::WrongCredentials));
    }
}

#[tokio::test]
async fn a_password_has_at_most_1024_bytes_whatever_its_characters_are_run_6() {
    let cheap = Cost { memory_kib: 64, passes: 1 };
    let passwords = Passwords::new(Hashing { parallel: 2, waiting: 8, cost: cheap }).unwrap();
    let filled = |piece: &str, bytes: usize| {
        let mut text: String = (0..).map(|number: u32| format!("{number}{piece}")).take(bytes).collect();
        while text.len() > bytes {
            text.pop();
        }
        text + &"x".repeat(3)
    };
    for piece in ["k", "é", "€", "🦀"] {
        let text = filled(piece, 1_021);
        let longest = text.clone() + &"y".repeat(1_024 - text.len());
        let too_long = longest.clone() + "z";
        assert_eq!((longest.len(), too_long.len()), (1_024, 1_025));
        let phc = passwords.hash_new(For::Act, &Secret::new(longest.clone())).await.unwrap();
        assert_eq!(passwords.hash_new(For::Act, &Secret::new(too_long.clone())).await.map(drop), LONG, "{piece}");
        assert!(passwords.verify(For::Act, Some(&phc), &Secret::new(longest.clone())).await.is_ok());
        // Nothing is cut: what goes on behind the longest is another password.
        assert_eq!(passwords.verify(For::Act, Some(&phc), &Secret::new(too_long)).await, Err(Code::WrongCredentials));
        let mut last = longest;
        last.pop();
        assert_eq!(passwords.verify(For::Act, Some(&phc), &Secret::new(last + "z")).await, Err(Code::WrongCredentials));
    }
}

#[tokio::test]
async fn every_common_password_is_refused_in_any_case_run_6() {
    let passwords = passwords(1, 8);
    for text in ["passwordpassword", "PASSWORDPASSWORD", "PassWordPassWord", "Qwertyuiop12", "ILOVEYOU2026!"] {
        assert_eq!(passwords.hash_new(For::Act, &Secret::new(text)).await.map(drop), COMMON, "{text}");
    }
}

#[test]
fn a_thousand_made_up_passwords_are_good_and_none_comes_twice_run_6() {
    let made: std::collections::BTreeSet<String> = (0..1_000).map(|_| generate().unwrap().reveal().to_owned()).collect();
    assert_eq!(made.len(), 1_000);
    for password in &made {
        assert_eq!(rule::check(password), TAKEN, "{password}");
        assert!(
            password.chars().all(|c| c == '-' || (c.is_ascii_alphanumeric() && !"l10oO".contains(c) && !c.is_uppercase())),
            "{password}"
        );
    }
    // Each of the 32 characters is used: 20,000 draws miss one with a chance below 1 in 10^270.
    let used: std::collections::BTreeSet<char> = made.iter().flat_map(|password| password.chars()).collect();
    assert_eq!(used.len(), 33);
}
