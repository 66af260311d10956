//! Addresses to listen on that take each other's place: told by `config check`, and not only when the ports are opened.

use std::net::{IpAddr, SocketAddr};

/// The first two that cannot be listened on together. Port 0 is another port each time.
pub(super) fn overlap(addresses: &[SocketAddr], six_takes_four: bool) -> Option<(SocketAddr, SocketAddr)> {
    addresses.iter().enumerate().find_map(|(at, one)| {
        let before = addresses.iter().take(at);
        let other = before.into_iter().find(|other| {
            one.port() != 0
                && one.port() == other.port()
                && (takes(one.ip(), other.ip(), six_takes_four) || takes(other.ip(), one.ip(), six_takes_four))
        });
        other.map(|other| (*other, *one))
    })
}

/// Whether who listens on `one` takes what comes for `other`.
fn takes(one: IpAddr, other: IpAddr, six_takes_four: bool) -> bool {
    let (one, other) = (mapped(one), mapped(other));
    one == other || (one.is_unspecified() && (one.is_ipv4() == other.is_ipv4() || (one.is_ipv6() && six_takes_four)))
}

fn mapped(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// Whether `[::]` takes IPv4 on this machine, as it does unless the operating system was told otherwise.
pub(super) fn six_takes_four() -> bool {
    !std::fs::read_to_string("/proc/sys/net/ipv6/bindv6only").is_ok_and(|text| text.trim() == "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_take_each_other_s_place_are_found_err_5() {
        for (list, dual, expected) in [
            ("127.0.0.1:81,127.0.0.1:82", true, false),
            ("127.0.0.1:81,127.0.0.2:81", true, false),
            ("127.0.0.1:81,[::1]:81", true, false),
            ("127.0.0.1:0,127.0.0.1:0", true, false),
            ("0.0.0.0:81,[::]:81", false, false),
            ("0.0.0.0:81,[::]:81", true, true),
            ("[::]:81,127.0.0.1:81", true, true),
            ("[::]:81,127.0.0.1:81", false, false),
            ("[::]:81,[::1]:81", false, true),
            ("0.0.0.0:81,127.0.0.1:81", false, true),
            ("127.0.0.1:81,0.0.0.0:81", false, true),
            ("0.0.0.0:81,0.0.0.0:82", false, false),
            ("127.0.0.1:81,127.0.0.1:81", true, true),
            ("[::ffff:127.0.0.1]:81,127.0.0.1:81", true, true),
        ] {
            let addresses: Vec<SocketAddr> = list.split(',').map(|text| text.parse().unwrap()).collect();
            assert_eq!(overlap(&addresses, dual).is_some(), expected, "{list}, dual: {dual}");
        }
    }
}
