//! The matcher: tables of cases, and random rules against a comparison bit by bit (NET-2 to NET-4, NET-7).

use super::*;
use crate::allowlist::AllowKind;
use alloc::format;
use alloc::string::String;
use core::net::Ipv4Addr;
use proptest::prelude::*;

fn admits(entries: &[&str], address: &str) -> bool {
    Matcher::parse(entries.iter().copied()).unwrap().admits(address.parse().unwrap())
}

#[test]
fn an_entry_admits_what_it_says_and_nothing_beside_it_net_4() {
    for (entry, inside, outside) in [
        ("*", &["10.0.0.1", "::1", "2001:db8::1", "::ffff:1.2.3.4"][..], &[][..]),
        (
            "192.168",
            &["192.168.0.0", "192.168.255.255", "::ffff:192.168.3.4"],
            &["192.167.255.255", "192.169.0.0", "::192.168.3.4"],
        ),
        ("192.16", &["192.16.0.1"], &["192.168.0.1", "192.160.0.1"]),
        ("10", &["10.255.0.1"], &["100.64.0.1", "1.0.0.1", "101.0.0.1"]),
        ("192.168.1.1", &["192.168.1.1", "::ffff:192.168.1.1"], &["192.168.1.17", "192.168.1.10", "192.168.1.2"]),
        ("::ffff:10.0.0.1", &["10.0.0.1"], &["10.0.0.2", "::10.0.0.1"]),
        ("::127.0.0.1", &["::127.0.0.1"], &["127.0.0.1", "::ffff:127.0.0.1"]),
        ("64:ff9b::7f00:1", &["64:ff9b::7f00:1"], &["127.0.0.1"]),
        ("2001:db8", &["2001:db8::1", "2001:db8:ffff::"], &["2001:db80::1", "2001:db9::"]),
        ("::/0", &["::1", "2001:db8::1"], &["10.0.0.1", "::ffff:10.0.0.1"]),
        ("0.0.0.0/0", &["10.0.0.1", "::ffff:10.0.0.1"], &["::1", "::10.0.0.1"]),
        ("255.255.255.255", &["255.255.255.255"], &["255.255.255.254", "0.0.0.0"]),
        // Text, by its own word: the table of the two readings.
        ("literal:192.168", &["192.168.168.168", "::ffff:192.168.1.5"], &["192.16.8.1", "::192.168.1.5"]),
        ("literal:192.16", &["192.16.5.5", "192.168.0.1", "192.169.0.1"], &["192.1.6.0", "192.17.0.1"]),
        ("literal:10", &["10.0.0.1", "100.64.0.1", "109.0.0.1", "10::1", "10ab::"], &["1.0.0.1", "110.0.0.1", "1::10"]),
        ("literal:192.168.1.1", &["192.168.1.1", "192.168.1.17", "192.168.1.199"], &["192.168.1.2", "192.168.11.1"]),
        ("literal:192.168.", &["192.168.9.9"], &["192.16.8.9"]),
        ("literal:2001:db8", &["2001:db8::1", "2001:db80::1"], &["2001:db::8", "2001:0:db8::"]),
        ("literal:::1", &["::1", "::10", "::1:2"], &["1::1", "127.0.0.1", "::2"]),
        (
            "localhost",
            &["127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1"],
            &["126.255.255.255", "128.0.0.0", "::", "::2"],
        ),
    ] {
        for address in inside {
            assert!(admits(&[entry], address), "`{entry}` admits {address}");
        }
        for address in outside {
            assert!(!admits(&[entry], address), "`{entry}` does not admit {address}");
        }
    }
}

#[test]
fn an_empty_list_admits_nobody_net_1() {
    for address in ["127.0.0.1", "10.0.0.1", "::1", "0.0.0.0", "255.255.255.255"] {
        assert!(!admits(&[], address));
    }
    assert_eq!(Matcher::new([]), Matcher::default());
}

#[test]
fn a_star_in_either_list_admits_all_and_asks_for_no_name_net_2() {
    for rule in [Rule::parse(AllowKind::Address, "*"), Rule::parse(AllowKind::Name, "*")] {
        let matcher = Matcher::new(rule.ok());
        assert!(["10.0.0.1", "2001:db8::1"].iter().all(|address| matcher.admits(address.parse().unwrap())));
        assert!(!matcher.needs_name());
    }
}

#[test]
fn either_list_admits_and_names_are_asked_for_only_if_there_are_rules_net_2_net_5() {
    let name = |text: &str| PeerName::parse(text).unwrap();
    let both =
        Matcher::new([Rule::parse(AllowKind::Address, "10").unwrap(), Rule::parse(AllowKind::Name, ".example.com").unwrap()]);
    assert!(both.needs_name() && both.admits("10.0.0.1".parse().unwrap()) && both.admits_name(&name("a.example.com")));
    assert!(!both.admits("11.0.0.1".parse().unwrap()) && !both.admits_name(&name("a.example.net")));
    let addresses = Matcher::parse(["10", "192.168"]).unwrap();
    assert!(!addresses.needs_name() && !addresses.admits_name(&name("10.example")));
}

#[test]
fn loopback_is_never_locked_out_as_a_peer_and_has_no_privilege_otherwise_net_7_net_8() {
    let matcher = Matcher::parse(["10"]).unwrap();
    for (address, peer, forwarded) in [
        ("127.0.0.1", true, false),
        ("127.9.9.9", true, false),
        ("::1", true, false),
        ("::ffff:127.0.0.1", true, false),
        ("::127.0.0.1", false, false),
        ("10.0.0.1", true, true),
        ("11.0.0.1", false, false),
    ] {
        let address: IpAddr = address.parse().unwrap();
        assert_eq!((matcher.admits_peer(address), matcher.admits(address)), (peer, forwarded), "{address}");
    }
}

#[test]
fn neighbours_and_overlaps_become_one_range() {
    let halves = Matcher::parse(["10.0.0.0/9", "10.128.0.0/9", "10.7", "::/1", "8000::/1", "255.255.255.255"]).unwrap();
    assert_eq!((halves.v4.len(), halves.v6.len()), (2, 1));
    assert_eq!(Matcher::parse(["128.0.0.0/1", "0.0.0.0/1", "::/0"]), Matcher::parse(["*"]));
}

#[test]
fn the_first_bad_entry_is_named_net_6() {
    assert_eq!(Matcher::parse(["10", "127.1", "x"]).unwrap_err().entry(), "127.1");
}

/// A rule as bits, apart from any parser: the family's first bits.
#[derive(Clone, Debug)]
struct Bits {
    entry: String,
    is_v4: bool,
    bits: String,
}

fn bits_of(address: IpAddr) -> (bool, String) {
    match address {
        IpAddr::V4(v4) => (true, v4.octets().iter().map(|byte| format!("{byte:08b}")).collect()),
        IpAddr::V6(v6) => {
            let bits: String = v6.octets().iter().map(|byte| format!("{byte:08b}")).collect();
            let mapped = format!("{}{}", "0".repeat(80), "1".repeat(16));
            bits.strip_prefix(&mapped).map_or((false, bits.clone()), |v4| (true, v4.into()))
        }
    }
}

impl Bits {
    fn v4(address: u32, length: u8, spelling: u8) -> Self {
        let kept = (0..u32::from(length)).fold(0, |mask, bit| mask | 1 << (31 - bit)) & address;
        let [a, b, c, _] = kept.to_be_bytes();
        let full = Ipv4Addr::from(kept);
        let entry = match (length, spelling) {
            (8, 0) => format!("{a}."),
            (8, 1) => format!("{a}.*"),
            (16, 0) => format!("{a}.{b}."),
            (16, 1) => format!("{a}.{b}.*"),
            (24, 0) => format!("{a}.{b}.{c}."),
            (24, 1) => format!("{a}.{b}.{c}.*"),
            (32, 0) => format!("{full}"),
            (32, 1) => format!("::ffff:{full}"),
            (_, 2) => format!("::ffff:{full}/{}", length + 96),
            _ => format!("{full}/{length}"),
        };
        let bits = format!("{kept:032b}")[..usize::from(length)].into();
        Self { entry, is_v4: true, bits }
    }

    fn v6(address: u128, length: u8, spelling: u8) -> Self {
        let kept = (0..u32::from(length)).fold(0, |mask, bit| mask | 1 << (127 - bit)) & address;
        let full = Ipv6Addr::from(kept);
        let groups: Vec<String> =
            full.segments().iter().take(usize::from(length) / 16).map(|group| format!("{group:x}")).collect();
        let whole = length.is_multiple_of(16) && (16..128).contains(&length);
        let entry = match (whole, spelling) {
            (true, 0) => format!("{}:", groups.join(":")),
            (true, 1) => format!("{}:*", groups.join(":")),
            _ => format!("{full}/{length}"),
        };
        Self { entry, is_v4: false, bits: format!("{kept:0128b}")[..usize::from(length)].into() }
    }
}

/// Half of the addresses and networks lie close together, so that rules overlap and are hit.
fn v4_bits() -> impl Strategy<Value = u32> {
    prop_oneof![any::<u32>(), any::<u32>().prop_map(|bits| 0x0a00_0000 | bits & 0x00ff_0303), Just(0), Just(u32::MAX)]
}

fn v6_bits() -> impl Strategy<Value = u128> {
    // Not inside ::ffff:0:0/96: such a rule is an IPv4 rule, and spelled as one above.
    prop_oneof![any::<u128>(), any::<u128>().prop_map(|bits| 0x2001_0db8 << 96 | bits & (3 << 94 | 3 << 63 | 3)), Just(u128::MAX)]
}

fn rule() -> impl Strategy<Value = Bits> {
    let length = |most: u8| prop_oneof![0..=most, (0..=most / 8).prop_map(|octets| octets * 8)];
    prop_oneof![
        (v4_bits(), length(32), 0_u8..4).prop_map(|(bits, length, spelling)| Bits::v4(bits, length, spelling)),
        (v6_bits(), length(128), 0_u8..3).prop_map(|(bits, length, spelling)| Bits::v6(bits, length, spelling)),
    ]
}

/// An address anywhere, or a rule's with what lies behind its bits filled in and perhaps one bit turned.
fn asked(rules: &[Bits], anywhere: u128, pick: usize, turned: Option<u8>, form: u8) -> IpAddr {
    let near = rules.get(pick % (rules.len() + 1));
    let (is_v4, mut bits) = match near {
        Some(rule) => (rule.is_v4, rule.bits.clone()),
        None => (form.is_multiple_of(2), String::new()),
    };
    let width = if is_v4 { 32 } else { 128 };
    bits.extend(format!("{anywhere:0128b}").chars().take(width - bits.len()));
    if let Some(at) = turned {
        let at = usize::from(at) % width;
        let other = if &bits[at..=at] == "0" { "1" } else { "0" };
        bits.replace_range(at..=at, other);
    }
    match (is_v4, form) {
        (false, _) => Ipv6Addr::from(u128::from_str_radix(&bits, 2).unwrap()).into(),
        (true, 0) => Ipv6Addr::from(u128::from_str_radix(&bits, 2).unwrap() | 0xffff << 32).into(),
        (true, _) => Ipv4Addr::from(u32::from_str_radix(&bits, 2).unwrap()).into(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_matcher_agrees_with_a_comparison_bit_by_bit(
        rules in prop::collection::vec(rule(), 0..12),
        questions in prop::collection::vec((any::<u128>(), any::<usize>(), any::<Option<u8>>(), 0_u8..4), 1..24),
    ) {
        let matcher = Matcher::parse(rules.iter().map(|rule| rule.entry.as_str())).unwrap();
        let doubled = Matcher::parse(rules.iter().rev().chain(&rules).map(|rule| rule.entry.as_str())).unwrap();
        prop_assert_eq!(&matcher, &doubled, "order and duplicates do not matter");
        for (anywhere, pick, turned, form) in questions {
            let address = asked(&rules, anywhere, pick, turned, form);
            let (is_v4, bits) = bits_of(address);
            let expected = rules.iter().any(|rule| rule.is_v4 == is_v4 && bits.starts_with(&rule.bits));
            prop_assert_eq!(matcher.admits(address), expected, "{}", address);
        }
    }
}

/// Texts close together, so that they begin each other.
fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop_oneof![Just('a'), Just('b'), Just('.'), Just('1'), Just('-')], 1..8).prop_map(String::from_iter)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_matcher_of_names_agrees_with_a_comparison_of_texts_net_5(
        entries in prop::collection::vec((text(), 0_u8..3), 0..10),
        questions in prop::collection::vec(text(), 1..24),
    ) {
        let spelled = entries.iter().map(|(text, form)| format!("{}{text}", ["", "=", "."][usize::from(*form)]));
        let patterns: Vec<NamePattern> = spelled.filter_map(|entry| NamePattern::parse(&entry).ok()).collect();
        let matcher = Matcher::new(patterns.iter().cloned().map(Rule::from));
        for name in questions.iter().filter_map(|text| PeerName::parse(text)) {
            let expected = patterns.iter().any(|pattern| {
                let entry = format!("{pattern}");
                match entry.strip_prefix('=') {
                    Some(whole) => name.as_str() == whole,
                    None if entry.starts_with('.') => name.as_str().ends_with(&entry),
                    None => name.as_str().starts_with(&entry),
                }
            });
            prop_assert_eq!(matcher.admits_name(&name), expected, "{}", name);
        }
    }

    #[test]
    fn the_textual_reading_agrees_with_the_text_net_4(
        entries in prop::collection::vec((any::<[u8; 4]>(), any::<u128>(), any::<bool>(), 1_usize..12), 1..6),
        questions in prop::collection::vec((any::<[u8; 4]>(), any::<u128>(), any::<usize>(), any::<bool>()), 1..24),
    ) {
        let small = |octets: [u8; 4]| Ipv4Addr::from(octets.map(|octet| octet % 30));
        let texts: Vec<String> = entries.iter().map(|(octets, bits, is_v4, cut)| {
            let text = if *is_v4 { format!("{}", small(*octets)) } else { format!("{}", Ipv6Addr::from(bits >> 96 << 96)) };
            text.chars().take(*cut).collect()
        }).collect();
        let entries: Vec<String> = texts.iter().map(|text| format!("literal:{text}")).collect();
        let matcher = Matcher::parse(entries.iter().map(String::as_str)).unwrap();
        for (octets, bits, pick, is_v4) in questions {
            // Every second address goes on where an entry ends.
            let near = format!("{}0", texts[pick % texts.len()]).parse::<IpAddr>().ok();
            let address = near.filter(|_| pick % 2 == 0).unwrap_or(if is_v4 { small(octets).into() } else { Ipv6Addr::from(bits).into() });
            let written = format!("{}", address.to_canonical());
            let expected = texts.iter().any(|text| written.starts_with(text.as_str()));
            prop_assert_eq!(matcher.admits(address), expected, "{} {:?}", address, texts);
        }
    }
}
