//! Spellings of entries of the list of names, and what they admit (NET-5, NET-6).

use super::*;
use crate::code::Code;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;

/// Spelling and canonical form.
const GOOD: &[(&str, &str)] = &[
    ("*", "*"),
    ("mys", "mys"),
    ("MyS", "mys"),
    ("myserver.com", "myserver.com"),
    ("myserver.com.", "myserver.com"),
    ("mys-", "mys-"),
    ("my_server", "my_server"),
    ("10-0-0-5.dyn", "10-0-0-5.dyn"),
    ("3com", "3com"),
    ("web.10", "web.10"),
    ("fe80", "fe80"),
    ("0xyz", "0xyz"),
    ("localhost", "localhost"),
    ("=myserver.com", "=myserver.com"),
    ("=MyServer.Com.", "=myserver.com"),
    ("=box7", "=box7"),
    (".example.com", ".example.com"),
    (".Example.COM.", ".example.com"),
    (".com", ".com"),
    ("xn--bro-hoa.example", "xn--bro-hoa.example"),
];

/// Spelling and fault.
const BAD: &[(&str, Fault)] = &[
    ("", Fault::NameEmpty),
    (".", Fault::NameEmpty),
    ("=", Fault::NameEmpty),
    ("=.", Fault::NameEmpty),
    ("..", Fault::NameEmpty),
    (" ", Fault::Blank),
    ("mys ", Fault::Blank),
    ("my server", Fault::Blank),
    ("mys\n", Fault::Blank),
    ("mys\0", Fault::Blank),
    ("mys\u{a0}", Fault::Blank),
    ("= box", Fault::Blank),
    ("**", Fault::NameStar),
    ("mys*", Fault::NameStar),
    ("*.example.com", Fault::NameStar),
    ("=*", Fault::NameStar),
    (".*", Fault::NameStar),
    ("a*b", Fault::NameStar),
    ("büro", Fault::NameNotAscii),
    ("mys\u{200b}", Fault::NameNotAscii),
    ("ｍｙｓ", Fault::NameNotAscii),
    ("example。com", Fault::NameNotAscii),
    ("раypal", Fault::NameNotAscii),
    ("10", Fault::NameIsAddress),
    ("10.", Fault::NameIsAddress),
    ("192.168", Fault::NameIsAddress),
    ("10.0.0.1", Fault::NameIsAddress),
    ("=10.0.0.1", Fault::NameIsAddress),
    ("127.1", Fault::NameIsAddress),
    ("=127.1", Fault::NameIsAddress),
    ("0177.0.0.1", Fault::NameIsAddress),
    ("2130706433", Fault::NameIsAddress),
    ("0x7f000001", Fault::NameIsAddress),
    ("=0x7f.1", Fault::NameIsAddress),
    (".1", Fault::NameIsAddress),
    ("=a.1", Fault::NameIsAddress),
    (".example.0x1", Fault::NameIsAddress),
    ("::1", Fault::NameIsAddress),
    ("2001:db8", Fault::NameIsAddress),
    ("10.0.0.0/8", Fault::NameIsAddress),
    ("[::1]", Fault::NameIsAddress),
    ("[::1]:8100", Fault::NameIsAddress),
    ("literal:10", Fault::NameIsAddress),
    ("literal:mys", Fault::NameCharacter),
    ("https://mys", Fault::NameCharacter),
    ("mys:8100", Fault::NameCharacter),
    ("mys/24", Fault::NameCharacter),
    ("user@mys", Fault::NameCharacter),
    ("mys,other", Fault::NameCharacter),
    ("mys\\x", Fault::NameCharacter),
    ("mys%eth0", Fault::NameCharacter),
    ("my+s", Fault::NameCharacter),
    ("==mys", Fault::NameCharacter),
    ("=[mys]", Fault::NameCharacter),
    ("a..b", Fault::NameLabel),
    ("..example.com", Fault::NameLabel),
    ("=.example.com", Fault::NameLabel),
    (".=example.com", Fault::NameCharacter),
    ("-mys", Fault::NameLabel),
    ("mys-.com", Fault::NameLabel),
    ("=mys-", Fault::NameLabel),
    (".example-", Fault::NameLabel),
];

#[test]
fn every_accepted_name_has_one_meaning_net_5() {
    for (entry, canonical) in GOOD {
        let pattern = NamePattern::parse(entry).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(pattern.to_string(), *canonical, "{entry}");
        assert_eq!(canonical.parse(), Ok(pattern), "{entry}");
    }
}

#[test]
fn every_odd_name_is_an_error_that_names_the_entry_net_6() {
    for (entry, fault) in BAD {
        let error = NamePattern::parse(entry).expect_err(entry);
        assert_eq!(error.fault(), fault, "{entry:?}");
        assert_eq!((error.code(), error.entry()), (Code::InvalidPattern, *entry));
        assert!(error.to_string().starts_with(&format!("`{}` ", entry.escape_debug())), "{error}");
    }
}

#[test]
fn length_is_checked_as_dns_has_it_net_6() {
    let label = "a".repeat(63);
    let longest = [label.as_str(), &label, &label, &label[..61]].join(".");
    assert_eq!(longest.len(), 253);
    for good in [label.clone(), format!("={longest}"), format!("={longest}."), format!(".{}", &longest[..249])] {
        assert!(NamePattern::parse(&good).is_ok(), "{good}");
    }
    for (bad, fault) in [
        (format!("{label}a"), Fault::NameLabel),
        (format!("={label}a.com"), Fault::NameLabel),
        (format!("={longest}a"), Fault::NameTooLong),
        ("a.".repeat(500), Fault::NameTooLong),
        ("x".repeat(100_000), Fault::NameTooLong),
    ] {
        let error = NamePattern::parse(&bad).unwrap_err();
        assert_eq!(*error.fault(), fault);
        assert!(error.to_string().len() < 300);
    }
}

fn admits(entry: &str, name: &str) -> bool {
    let pattern = NamePattern::parse(entry).unwrap();
    let name = PeerName::parse(name).unwrap_or_else(|| panic!("`{name}` is a name"));
    let admitted = pattern.covers(&name);
    let compiled = crate::allowlist::Matcher::new([pattern.into()]);
    let everybody = compiled.admits(core::net::Ipv4Addr::new(203, 0, 113, 9).into());
    assert_eq!(compiled.admits_name(&name) || everybody, admitted, "compiled alike");
    admitted
}

#[test]
fn a_name_admits_what_it_says_and_nothing_beside_it_net_5() {
    for (entry, inside, outside) in [
        ("*", &["a", "myserver.com"][..], &[][..]),
        ("mys", &["myserver.com", "MYSQL.example.", "mys", "mys-2.x"], &["www.myserver.com", "my.server", "xmys"]),
        ("MYS.", &["myserver.com"], &["ymys"]),
        ("=myserver.com", &["myserver.com", "MyServer.COM."], &["myserver.com.evil.example", "a.myserver.com", "myserver.co"]),
        (".example.com", &["a.example.com", "A.B.Example.Com."], &["example.com", "badexample.com", "a.example.com.evil.net"]),
        (".com", &["a.com", "a.b.com"], &["com", "a.net", "acom"]),
    ] {
        for name in inside {
            assert!(admits(entry, name), "`{entry}` admits {name}");
        }
        for name in outside {
            assert!(!admits(entry, name), "`{entry}` does not admit {name}");
        }
    }
}

#[test]
fn what_dns_calls_a_name_and_is_none_is_no_name_net_5() {
    let long = format!("{}.example", "a".repeat(250));
    for text in [
        "",
        ".",
        "..",
        " ",
        "a b",
        "a\n.example",
        "10.0.0.1",
        "127.1",
        "0x7f000001",
        "1",
        "a.1",
        "::1",
        "fe80::1%eth0",
        "[::1]",
        "a..b",
        ".a",
        "a..",
        "-a",
        "a-.b",
        "a-",
        "*",
        "*.example",
        "bücher.example",
        "a/b",
        "a\\.b",
        "a\0",
        &long,
        &"a".repeat(64),
    ] {
        assert_eq!(PeerName::parse(text), None, "{text:?}");
    }
    assert_eq!(PeerName::parse("_dmarc.Example.COM.").unwrap().as_str(), "_dmarc.example.com");
    assert!(
        PeerName::parse(&"é".repeat(200)).is_none()
            && PeerName::parse(&String::from_utf8(vec![b'a'; 100_000]).unwrap()).is_none()
    );
}
