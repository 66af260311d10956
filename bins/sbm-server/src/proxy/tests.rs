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

#[test]
fn a_proxy_is_known_by_any_of_its_headers_and_nothing_else_is_taken_for_one_net_8_run_2() {
    use super::forwarding_header;
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    let found = |name: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("localhost"));
        headers.insert(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_static("192.0.2.1"));
        forwarding_header(&headers).map(str::to_owned)
    };
    for name in [
        "Via",
        "CDN-Loop",
        "Forwarded",
        "Forwarded-For",
        "X-Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forward-For",
        "X-Original-Forwarded-For",
        "X_Forwarded_For",
        "Client-IP",
        "True-Client-IP",
        "Via-Client-IP",
        "Fastly-Client-IP",
        "Fly-Client-IP",
        "X-Client-IP",
        "X_Client_IP",
        "X-Cluster-Client-IP",
        "X-Azure-ClientIP",
        "X-Azure-SocketIP",
        "WL-Proxy-Client-IP",
        "Proxy-Client-IP",
        "CF-Connecting-IP",
        "CF-Connecting-IPv6",
        "X-Real-IP",
        "X_Real_IP",
        "X-Remote-Addr",
        "X-Remote-IP",
        "X-ProxyUser-Ip",
        "X-AppEngine-User-IP",
        "X-Source-IP",
        "X-Originating-IP",
        "X-Envoy-External-Address",
    ] {
        assert_eq!(found(name), Some(name.to_ascii_lowercase()), "{name}");
    }
    for name in [
        "accept",
        "accept-encoding",
        "authorization",
        "cache-control",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "if-match",
        "if-none-match",
        "max-forwards",
        "origin",
        "prefer",
        "referer",
        "sec-fetch-site",
        "traceparent",
        "user-agent",
        "x-client-data",
        "x-request-id",
        "x-via-nothing",
    ] {
        assert_eq!(found(name), None, "{name}");
    }
}
