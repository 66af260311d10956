//! Spellings of allowlist entries: what each means, or why it is refused (NET-2 to NET-4, NET-6).

use super::*;
use crate::code::Code;
use alloc::format;
use alloc::string::ToString as _;

/// Spelling and canonical form.
const GOOD: &[(&str, &str)] = &[
    ("*", "*"),
    ("localhost", "localhost"),
    ("LocalHost", "localhost"),
    // Full addresses.
    ("127.0.0.1", "127.0.0.1"),
    ("0.0.0.0", "0.0.0.0"),
    ("255.255.255.255", "255.255.255.255"),
    ("::1", "::1"),
    ("::", "::"),
    ("2001:db8::17", "2001:db8::17"),
    ("2001:DB8:0:0:0:0:0:17", "2001:db8::17"),
    ("2001:0db8:0000:0000:0000:0000:0000:0017", "2001:db8::17"),
    // IPv4 inside IPv6 is IPv4; IPv4-compatible and NAT64 are not (NET-3).
    ("::ffff:192.168.1.1", "192.168.1.1"),
    ("::ffff:c0a8:101", "192.168.1.1"),
    ("::127.0.0.1", "::7f00:1"),
    ("64:ff9b::7f00:1", "64:ff9b::7f00:1"),
    // Networks.
    ("10.0.0.0/8", "10.0.0.0/8"),
    ("0.0.0.0/0", "0.0.0.0/0"),
    ("192.168.1.1/32", "192.168.1.1"),
    ("100.64.0.0/10", "100.64.0.0/10"),
    ("::/0", "::/0"),
    ("2001:db8::/32", "2001:db8::/32"),
    ("fe80::/10", "fe80::/10"),
    ("::1/128", "::1"),
    ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
    ("::ffff:0:0/96", "0.0.0.0/0"),
    // Leading octets (NET-4).
    ("192.168", "192.168.0.0/16"),
    ("192.168.", "192.168.0.0/16"),
    ("192.168.*", "192.168.0.0/16"),
    ("10", "10.0.0.0/8"),
    ("10.", "10.0.0.0/8"),
    ("10.*", "10.0.0.0/8"),
    ("10.1", "10.1.0.0/16"),
    ("192.16", "192.16.0.0/16"),
    ("192.168.0", "192.168.0.0/24"),
    ("192.168.1.", "192.168.1.0/24"),
    ("192.168.1.*", "192.168.1.0/24"),
    ("0", "0.0.0.0/8"),
    // Inside 127 a part that ends in another number than 0 needs its dot (NET-6).
    ("127", "127.0.0.0/8"),
    ("127.0", "127.0.0.0/16"),
    ("127.0.0", "127.0.0.0/24"),
    ("127.1.", "127.1.0.0/16"),
    ("127.1.*", "127.1.0.0/16"),
    // Leading groups: whole ones, without `::`.
    ("2001:db8", "2001:db8::/32"),
    ("2001:db8:", "2001:db8::/32"),
    ("2001:db8:*", "2001:db8::/32"),
    ("2001:0DB8:0", "2001:db8::/48"),
    ("fe80:", "fe80::/16"),
    ("2001:db8:1:2:3:4:5", "2001:db8:1:2:3:4:5:0/112"),
    ("0:0:0:0:0:ffff", "0.0.0.0/0"),
    ("0:0:0:0:0:ffff:c0a8", "192.168.0.0/16"),
    // The textual reading, by its own word.
    ("literal:192.16", "literal:192.16"),
    ("literal:192.168.", "literal:192.168."),
    ("literal:1", "literal:1"),
    ("literal:127.1", "literal:127.1"),
    ("literal:255.255.255.255", "literal:255.255.255.255"),
    ("literal:2001:DB8:", "literal:2001:db8:"),
    ("literal:fe80::", "literal:fe80::"),
    ("literal:::1", "literal:::1"),
    ("literal::", "literal::"),
];

/// Spelling and fault.
const BAD: &[(&str, Fault)] = &[
    ("", Fault::Empty),
    (" ", Fault::Blank),
    (" 10.0.0.1", Fault::Blank),
    ("10.0.0.1 ", Fault::Blank),
    ("10.0. 0.1", Fault::Blank),
    ("10.0.0.1\n", Fault::Blank),
    ("10.0.0.1\0", Fault::Blank),
    ("10.0.0.1\u{a0}", Fault::Blank),
    ("10\u{3000}", Fault::Blank),
    // Short forms, octal, hexadecimal, one big number.
    ("127.1", Fault::ShortLoopback),
    ("127.0.1", Fault::ShortLoopback),
    ("127.255.254", Fault::ShortLoopback),
    ("0177.0.0.1", Fault::LeadingZero),
    ("127.000.000.001", Fault::LeadingZero),
    ("010", Fault::LeadingZero),
    ("192.068", Fault::LeadingZero),
    ("192.168.00.", Fault::LeadingZero),
    ("0x7f000001", Fault::Hexadecimal),
    ("0x7f.0.0.1", Fault::Hexadecimal),
    ("127.0.0.0X1", Fault::Hexadecimal),
    ("2130706433", Fault::OctetTooLarge),
    ("256", Fault::OctetTooLarge),
    ("1.2.3.256", Fault::OctetTooLarge),
    ("192.1680", Fault::OctetTooLarge),
    ("99999999999999999999", Fault::OctetTooLarge),
    // Digits that are none.
    ("１２７.０.０.１", Fault::ForeignDigit),
    ("127.0.0.١", Fault::ForeignDigit),
    ("10.0.0.1²", Fault::ForeignDigit),
    ("127。0。0。1", Fault::NotAnAddress),
    ("10．0", Fault::NotAnAddress),
    // Stars.
    ("**", Fault::InnerStar),
    ("*.*.*.*", Fault::InnerStar),
    ("10.*.*", Fault::InnerStar),
    ("10.*.0.1", Fault::InnerStar),
    ("*.168", Fault::InnerStar),
    ("*.example.com", Fault::InnerStar),
    ("192.16*", Fault::InnerStar),
    ("10*", Fault::InnerStar),
    ("10.0.0.0/*", Fault::InnerStar),
    ("mys*", Fault::InnerStar),
    ("1.2.3.4.*", Fault::NotAnAddress),
    (".*", Fault::NotAnAddress),
    (":*", Fault::NotAnAddress),
    // Zones, brackets, ports, lists.
    ("fe80::1%eth0", Fault::Zone),
    ("fe80::1%1", Fault::Zone),
    ("[::1]", Fault::Bracket),
    ("[::1]:8100", Fault::Bracket),
    ("10.0.0.1:8100", Fault::NotAnAddress),
    ("10.0.0.1,10.0.0.2", Fault::NotAnAddress),
    ("10.0.0.1-10.0.0.9", Fault::NotAnAddress),
    ("+10", Fault::NotAnAddress),
    ("-1", Fault::NotAnAddress),
    ("?", Fault::NotAnAddress),
    ("10.0.0.1\u{200b}", Fault::NotAnAddress),
    // Dots and colons.
    (".", Fault::NotAnAddress),
    ("10..", Fault::NotAnAddress),
    ("10..1", Fault::NotAnAddress),
    (".10", Fault::NotAnAddress),
    ("1.2.3.4.", Fault::NotAnAddress),
    ("1.2.3.4.5", Fault::NotAnAddress),
    (":", Fault::NotAnAddress),
    (":2001", Fault::NotAnAddress),
    ("2001:db8:1:2:3:4:5:6:", Fault::NotAnAddress),
    ("1:2:3:4:5:6:7:8:9", Fault::NotAnAddress),
    ("2001:12345", Fault::NotAnAddress),
    ("2001:+1", Fault::NotAnAddress),
    ("2001:dbg", Fault::NotAnAddress),
    ("2001:db8::*", Fault::DoubleColon),
    ("fe80::*", Fault::DoubleColon),
    ("1::2::3", Fault::DoubleColon),
    ("::g", Fault::DoubleColon),
    ("2001:db8:::", Fault::DoubleColon),
    ("::ffff:300.0.0.1", Fault::NotAnAddress),
    ("::ffff:010.0.0.1", Fault::NotAnAddress),
    // Networks.
    ("10.0.0.0/", Fault::PrefixLength),
    ("10.0.0.0/08", Fault::PrefixLength),
    ("10.0.0.0/+8", Fault::PrefixLength),
    ("10.0.0.0/-8", Fault::PrefixLength),
    ("10.0.0.0/8/8", Fault::PrefixLength),
    ("10.0.0.0/255.0.0.0", Fault::PrefixLength),
    ("10.0.0.0/0x8", Fault::PrefixLength),
    ("10.0.0.0/99999999999", Fault::PrefixLength),
    ("10.0.0.0/33", Fault::PrefixTooLong(32)),
    ("10.0.0.0/256", Fault::PrefixTooLong(32)),
    ("10.0.0.0/264", Fault::PrefixTooLong(32)),
    ("2001:db8::/129", Fault::PrefixTooLong(128)),
    ("10/8", Fault::NetworkCutShort),
    ("192.168./16", Fault::NetworkCutShort),
    ("2001:db8/32", Fault::NetworkCutShort),
    ("/8", Fault::NetworkCutShort),
    ("010.0.0.0/8", Fault::LeadingZero),
    ("300.0.0.0/8", Fault::OctetTooLarge),
    ("1.2.3.4.5/8", Fault::NotAnAddress),
    // The textual reading of what begins no address.
    ("literal:", Fault::Literal),
    ("literal:*", Fault::Literal),
    ("literal:10.*", Fault::Literal),
    ("literal: 10", Fault::Blank),
    ("literal:.10", Fault::Literal),
    ("literal:10..", Fault::Literal),
    ("literal:010", Fault::Literal),
    ("literal:10.01", Fault::Literal),
    ("literal:256.", Fault::Literal),
    ("literal:10.256", Fault::Literal),
    ("literal:1.2.3.4.", Fault::Literal),
    ("literal:10.0.0.0/8", Fault::Literal),
    ("literal:mys", Fault::Literal),
    ("literal:12345", Fault::Literal),
    ("literal::2001", Fault::Literal),
    ("literal:1::2::3", Fault::Literal),
    ("literal:2001:0db8", Fault::Literal),
    ("literal:::ffff:10.0.0.1", Fault::Literal),
    ("literal:1:2:3:4:5:6:7:8:", Fault::Literal),
    ("literal:literal:10", Fault::Literal),
    ("literal:１０", Fault::ForeignDigit),
    ("Literal:10", Fault::NotAnAddress),
    ("LITERAL:192.16", Fault::NotAnAddress),
    ("literal 10", Fault::Blank),
    // Names: they have a list of their own.
    ("mys", Fault::HostName),
    ("myserver.com", Fault::HostName),
    ("=myserver.com", Fault::HostName),
    (".example.com", Fault::HostName),
    ("büro", Fault::HostName),
    ("fe80", Fault::HostName),
    ("server-1/24", Fault::HostName),
    ("literal", Fault::HostName),
];

#[test]
fn the_tables_have_the_forty_good_and_eighty_hostile_spellings_net_6() {
    let hostile: alloc::collections::BTreeSet<&str> = BAD.iter().map(|(entry, _)| *entry).collect();
    let good: alloc::collections::BTreeSet<&str> = GOOD.iter().map(|(entry, _)| *entry).collect();
    assert!(good.len() >= 40 && hostile.len() >= 80, "{} good, {} hostile", good.len(), hostile.len());
    assert!(good.is_disjoint(&hostile));
}

#[test]
fn every_accepted_spelling_has_one_meaning_net_3_net_4() {
    for (entry, canonical) in GOOD {
        let pattern = IpPattern::parse(entry).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(pattern.to_string(), *canonical, "{entry}");
        assert_eq!(canonical.parse(), Ok(pattern), "{entry}");
    }
}

#[test]
fn every_odd_spelling_is_an_error_that_names_the_entry_net_6() {
    for (entry, fault) in BAD {
        let error = IpPattern::parse(entry).expect_err(entry);
        assert_eq!(error.fault(), fault, "{entry:?}");
        assert_eq!((error.code(), error.entry()), (Code::InvalidPattern, *entry));
        assert!(error.to_string().starts_with(&format!("`{}` ", entry.escape_debug())), "{error}");
        assert!(!error.to_string().chars().any(char::is_control));
    }
}

#[test]
fn host_bits_are_told_with_the_right_network_net_6() {
    for (entry, network) in [
        ("10.0.0.1/8", "10.0.0.0/8"),
        ("192.168.1.1/16", "192.168.0.0/16"),
        ("255.255.255.255/0", "0.0.0.0/0"),
        ("10.0.0.1/31", "10.0.0.0/31"),
        ("2001:db8::1/64", "2001:db8::/64"),
        ("::1/0", "::/0"),
        ("::ffff:10.0.0.1/104", "10.0.0.0/8"),
        ("::ffff:10.0.0.1/90", "::ffc0:0:0/90"),
    ] {
        let error = IpPattern::parse(entry).expect_err(entry);
        assert_eq!(*error.fault(), Fault::HostBits(network.parse().unwrap()), "{entry}");
        assert!(error.to_string().contains(&format!("write `{network}`")), "{error}");
    }
}

#[test]
fn a_long_entry_is_refused_and_not_repeated_in_full() {
    let error = IpPattern::parse(&"1".repeat(100_000)).unwrap_err();
    assert_eq!(*error.fault(), Fault::TooLong);
    assert!(error.to_string().len() < 300);
    assert_eq!(*IpPattern::parse(&"x".repeat(255)).unwrap_err().fault(), Fault::HostName);
}

#[test]
fn this_machine_is_one_record_net_1_net_3() {
    assert_eq!(IpPattern::parse("localhost"), Ok(IpPattern::THIS_MACHINE));
    assert_eq!(IpPattern::THIS_MACHINE.to_string(), "localhost");
    assert_eq!(IpPattern::parse("*"), Ok(IpPattern::ALL));
}
