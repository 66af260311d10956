//! Which proxies can be configured (NET-8, ERR-1).

use crate::config::{Config, Sources};

fn load(settings: &[(&str, &str)]) -> Result<Config, crate::config::ConfigError> {
    let flags = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Config::load(&Sources { flags, ..Sources::default() })
}

#[test]
fn nobody_is_trusted_unless_he_is_named_net_8() {
    let proxies = load(&[]).unwrap().proxies;
    for address in ["127.0.0.1", "::1", "10.0.0.1", "192.168.1.1"] {
        assert!(!proxies.trusts(address.parse().unwrap()), "{address}");
    }
    assert!(!proxies.speak_protocol());
    assert_eq!(proxies.header().name(), "x-forwarded-for");
}

#[test]
fn who_is_named_is_trusted_and_nobody_beside_him_net_8() {
    let settings =
        [("proxies.trusted", "127.0.0.1, 10.9.0.0/24,2001:db8:1:"), ("proxies.header", "forwarded"), ("proxies.protocol", "v2")];
    let proxies = load(&settings).unwrap().proxies;
    for (address, trusted) in [
        ("127.0.0.1", true),
        ("::ffff:127.0.0.1", true),
        ("10.9.0.200", true),
        ("2001:db8:1::9", true),
        ("127.0.0.2", false),
        ("::1", false),
        ("10.9.1.1", false),
    ] {
        assert_eq!(proxies.trusts(address.parse().unwrap()), trusted, "{address}");
    }
    assert_eq!((proxies.header().name(), proxies.speak_protocol()), ("forwarded", true));
}

#[test]
fn everybody_is_no_proxy_and_neither_is_what_can_be_read_in_two_ways_net_8_net_6() {
    for (key, value, named) in [
        ("proxies.trusted", "*", "`*` is not one network"),
        ("proxies.trusted", "0.0.0.0/0", "not one network"),
        ("proxies.trusted", "::/0", "not one network"),
        ("proxies.trusted", "10.0.0.1, ::ffff:0:0/96", "not one network"),
        ("proxies.trusted", "literal:10", "not one network"),
        ("proxies.trusted", "proxy.example", "host name"),
        ("proxies.trusted", "127.1", "short form"),
        ("proxies.trusted", "10.0.0.1:8080", "not an address"),
        ("proxies.trusted", "10.0.0.1,,10.0.0.2", "empty"),
        ("proxies.header", "x-real-ip", "`x-forwarded-for` or `forwarded`"),
        ("proxies.header", "X-Forwarded-For", "`x-forwarded-for` or `forwarded`"),
        ("proxies.header", "", "`x-forwarded-for` or `forwarded`"),
        ("proxies.protocol", "v1", "`none` or `v2`"),
        ("proxies.protocol", "true", "`none` or `v2`"),
    ] {
        let error = load(&[(key, value)]).unwrap_err();
        assert!(error.to_string().contains(key) && error.to_string().contains(named), "{error}");
    }
}
