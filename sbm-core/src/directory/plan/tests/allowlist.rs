//! Both lists of the allowlist, as administrators change them (NET-2, NET-5 to NET-8).

use core::net::IpAddr;

use super::*;
use crate::allowlist::PeerName;

fn add(kind: AllowKind, pattern: &str) -> Command {
    Command::AddAllow(NewAllowEntry { kind, pattern: pattern.into(), comment: Text::default() })
}

fn remove(id: u32, confirm: bool) -> Command {
    Command::RemoveAllow { id: AllowId(id), confirm }
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn an_entry_means_what_its_list_says_and_stands_there_once_net_2_net_6() {
    let mut world = World::new();
    for (kind, pattern, outcome) in [
        (AllowKind::Address, "10.0.0.", Ok(1)),
        (AllowKind::Name, ".example.com", Ok(1)),
        (AllowKind::Name, "mys", Ok(1)),
        (AllowKind::Name, "mys", Err(Code::NameTaken)),
        (AllowKind::Address, "mys", Err(Code::InvalidPattern)),
        (AllowKind::Name, "10.0.0.", Err(Code::InvalidPattern)),
        (AllowKind::Address, "literal:192.16", Ok(1)),
        (AllowKind::Name, "literal:192.16", Err(Code::InvalidPattern)),
    ] {
        assert_eq!(world.act(add(kind, pattern)), outcome, "{pattern}");
    }
    let facts = &world.0;
    let name = |text: &str| PeerName::parse(text).unwrap();
    assert!(facts.needs_name() && facts.admits_name(&name("pc7.example.com")) && facts.admits_name(&name("myserver.net")));
    assert!(!facts.admits_name(&name("example.net")));
    assert!(facts.admits(address("192.168.0.1")) && !facts.admits(address("192.17.0.1")));
    let by: Vec<&str> = facts
        .admitted_by(address("10.0.0.9"), Some(&name("mys.example.com")))
        .iter()
        .map(|entry| entry.pattern.as_str())
        .collect();
    assert_eq!(by, ["10.0.0.", ".example.com", "mys"]);
}

#[test]
fn loopback_is_admitted_as_a_peer_whatever_the_list_and_never_as_somebody_s_client_net_7_net_8() {
    let mut world = World::new();
    world.act(add(AllowKind::Address, "10.")).unwrap();
    world.act(add(AllowKind::Address, "localhost")).unwrap();
    world.act(remove(1, false)).unwrap();
    for loopback in ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"] {
        assert!(world.0.admits_peer(address(loopback)), "{loopback}");
        assert!(!world.0.admits(address(loopback)), "{loopback} from a proxy is not this machine");
    }
    world.act(remove(3, false)).unwrap();
    assert!(world.0.admits_peer(address("127.0.0.1")), "the record can go, and loopback stays");
}

#[test]
fn until_the_claim_nobody_is_admitted_by_address_or_name_run_2_net_8() {
    let mut world = World::new();
    world.act(add(AllowKind::Address, "*")).unwrap();
    world.act(add(AllowKind::Name, "mys")).unwrap();
    assert!(world.0.admits(address("10.0.0.5")) && world.0.needs_name());
    let server = Server { claimed: false, ..world.0.server().clone() };
    let unclaimed = world.0.apply(world.0.revision() + 1, &[Change::Server(server)]);
    assert!(!unclaimed.admits(address("10.0.0.5")) && !unclaimed.needs_name());
    assert!(!unclaimed.admits_name(&PeerName::parse("mys").unwrap()));
    assert!(unclaimed.admits_peer(address("127.0.0.1")) && !unclaimed.admits_peer(address("10.0.0.5")));
}

#[test]
fn removing_the_name_that_admits_oneself_asks_first_net_7_net_5() {
    let mut world = World::new();
    world.act(add(AllowKind::Name, ".example.com")).unwrap();
    world.act(add(AllowKind::Name, "=pc7.example.com")).unwrap();
    let mut as_host = |host: Option<&str>, command: Command| {
        let mut actor = world.as_user("admin", "10.0.0.5");
        actor.host = host.map(Into::into);
        let planned = plan(&world.0, &actor, &command, Timestamp::from_millis(5)).map_err(|refused| refused.code)?;
        world.0 = world.0.apply(world.0.revision() + 1, &planned.changes);
        Ok(())
    };
    let me = Some("pc7.example.com");
    assert_eq!(as_host(me, remove(2, false)), Ok(()), "the other entry still admits this name");
    assert_eq!(as_host(me, remove(3, false)), Err(Code::ConfirmationNeeded));
    assert_eq!(as_host(me, add(AllowKind::Address, "10.0.0.5")), Ok(()));
    assert_eq!(as_host(me, remove(3, false)), Ok(()), "now the address does");
    assert_eq!(as_host(None, remove(4, false)), Err(Code::ConfirmationNeeded));
    assert_eq!(as_host(None, remove(4, true)), Ok(()));
}
