//! What the linter finds, and where it is silent (NET-4, NET-5).

use super::*;
use AllowKind::{Address, Name};
use alloc::collections::BTreeSet;
use alloc::vec;

fn findings(entries: &[(AllowKind, &str)]) -> Vec<(usize, &'static str)> {
    lint(entries).into_iter().map(|found| (found.at, found.finding.name())).collect()
}

#[test]
fn an_entry_alone_is_told_for_what_is_risky_about_it_net_4_net_5() {
    for (kind, entry, finding, named) in [
        // The readings of the source's examples: `192.168` is safe in both.
        (Address, "192.168", None, ""),
        (Address, "192.16", Some("readings_differ"), "`192.160.0.0`"),
        (Address, "10", Some("readings_differ"), "`100.0.0.0`"),
        (Address, "1", Some("readings_differ"), "`10.0.0.0`"),
        (Address, "172.16.", None, ""),
        (Address, "172.16.*", None, ""),
        (Address, "10.0.0.0/8", None, ""),
        (Address, "localhost", None, ""),
        (Address, "192.168.1.1", Some("text_would_widen"), "`192.168.1.10`"),
        (Address, "192.168.1.200", None, ""),
        (Address, "2001:db8", Some("readings_differ"), "`2001:db80…`"),
        (Address, "2001:db8::1", Some("text_would_widen"), "`2001:db8::10…`"),
        (Address, "2001:db8::1000", None, ""),
        (Address, "literal:192.168", Some("literal_is_needless"), "write the latter"),
        (Address, "literal:192.16", Some("literal_is_wider"), "`192.160.0.0` too; write `192.16`"),
        (Address, "literal:10", Some("literal_is_wider"), "`100.0.0.0`"),
        (Address, "literal:192.168.1.1", Some("literal_is_wider"), "`192.168.1.10`"),
        (Address, "literal:127.1", Some("literal_is_wider"), "without `literal:` it is no pattern"),
        (Address, "literal:2001:db8:", Some("literal_is_wider"), "write `2001:db8:`"),
        (Address, "*", Some("opens_to_all"), "everybody"),
        (Address, "0.0.0.0/0", Some("opens_to_all"), "IPv4"),
        (Address, "::/0", Some("opens_to_all"), "IPv6"),
        (Name, "*", Some("opens_to_all"), "with or without a name"),
        (Name, "mys", Some("leading_part_of_name"), "anybody may own"),
        (Name, "myserver.com", Some("leading_part_of_name"), "`=`"),
        (Name, "=myserver.com", None, ""),
        (Name, ".example.com", None, ""),
        (Name, ".com", Some("wide_suffix"), "top-level"),
        (Address, "mys", Some("not_a_pattern"), "admits nobody"),
        (Name, "10.0.0.1", Some("not_a_pattern"), "admits nobody"),
    ] {
        let found = lint(&[(kind, entry)]);
        assert_eq!(found.iter().map(|found| found.finding.name()).collect::<Vec<_>>(), Vec::from_iter(finding), "{entry}");
        for found in found {
            assert!(found.sentence.contains(named) && found.sentence.contains(entry), "{}", found.sentence);
            assert!(!found.sentence.contains('\n'));
        }
    }
}

#[test]
fn an_entry_that_another_one_covers_is_told_net_4() {
    for (entries, expected) in [
        (&[(Address, "10.0.0.0/8"), (Address, "10.1.2.0/24")][..], vec![(1, "covered")]),
        (&[(Address, "10.1.2.0/24"), (Address, "10.0.0.0/8")], vec![(0, "covered")]),
        (&[(Address, "172.16."), (Address, "172.16.*")], vec![(1, "covered")]),
        (&[(Address, "localhost"), (Address, "127.0.0.0/8")], vec![(1, "covered")]),
        (&[(Address, "10.0.0.0/9"), (Address, "10.128.0.0/9")], vec![]),
        (&[(Address, "::/1"), (Address, "literal:2001:db8:")], vec![(1, "literal_is_wider")]),
        (
            &[(Address, "literal:2001:"), (Address, "literal:2001:db8:")],
            vec![(0, "literal_is_wider"), (1, "literal_is_wider"), (1, "covered")],
        ),
        (&[(Name, "*"), (Address, "10.0.0.0/8")], vec![(0, "opens_to_all"), (1, "covered")]),
        (&[(Address, "*"), (Name, ".example.com")], vec![(0, "opens_to_all"), (1, "covered")]),
        (&[(Name, ".example.com"), (Name, "=a.example.com"), (Name, ".b.example.com")], vec![(1, "covered"), (2, "covered")]),
        (&[(Name, "=example.com"), (Name, ".example.com")], vec![]),
        (&[(Name, "mys"), (Name, "myserver")], vec![(0, "leading_part_of_name"), (1, "leading_part_of_name"), (1, "covered")]),
        // One text, two lists, two meanings.
        (&[(Name, "fe80"), (Address, "fe80:")], vec![(0, "leading_part_of_name")]),
        // What is no pattern covers nobody.
        (&[(Address, "nonsense"), (Address, "10.0.0.0/8")], vec![(0, "not_a_pattern")]),
    ] {
        assert_eq!(findings(entries), expected, "{entries:?}");
    }
    let told = lint(&[(Address, "10.0.0.0/8"), (Address, "10.1.0.0/16")]);
    assert_eq!(told[0].sentence, "`10.1.0.0/16` is covered by `10.0.0.0/8`, which admits all of it; remove one");
}

#[test]
fn each_finding_has_one_name_net_4() {
    let names: BTreeSet<&str> = Finding::ALL.iter().map(|finding| finding.name()).collect();
    assert_eq!(names.len(), Finding::ALL.len());
    assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')));
}
