//! File descriptors: each connection takes one, and a process starts with fewer than it may have.

/// What the server needs besides its connections: database, listeners, lookups, the runtime.
const BESIDES: u64 = 256;

/// Raises the limit of this process towards what so many connections need, as far as the operating system lets it, and
/// tells where it stands now. Nothing is told where there is no such limit, or it cannot be read.
#[must_use]
pub fn raise(connections: usize) -> Option<u64> {
    let wanted = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(BESIDES);
    let granted = rlimit::increase_nofile_limit(wanted).ok()?;
    if granted < wanted {
        tracing::warn!(
            granted,
            wanted,
            "the operating system allows fewer open files than the setting `limits.connections` needs; raise its limit, \
             `LimitNOFILE` under systemd, or lower the setting"
        );
    }
    Some(granted)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_limit_is_never_lowered_err_3() {
        let before = super::raise(1).unwrap();
        assert!(super::raise(2) >= Some(before) && before > 0);
    }
}
