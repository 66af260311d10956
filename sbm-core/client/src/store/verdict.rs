//! Whether what lies there can be trusted: the trust record and the marker beside it, weighed against each other (OFF-3).

use sbm_core::cache::Trust;
use sbm_core::code::Code;
use sbm_core::id::InstallationId;

/// What the two come to.
pub(super) struct Verdict {
    /// Why nothing of the cache can be used: its history must not go out under this installation's name.
    pub(super) unusable: Option<Code>,
    /// Why the whole cannot be trusted.
    pub(super) fault: Option<Code>,
    /// The trust record, or what stands in for it while there is a fault.
    pub(super) stand_in: Trust,
}

/// Weighs what is recorded and what the marker says against each other. `fresh` is what a new installation would be called.
pub(super) fn weigh(
    recorded: Result<Option<Trust>, Code>,
    marker: Result<Option<Trust>, Code>,
    fresh: InstallationId,
) -> Verdict {
    let disagreement = match (&recorded, &marker) {
        (Ok(Some(trust)), Ok(Some(marker))) => disagreement(trust, marker),
        _ => None,
    };
    let unusable = match (&recorded, disagreement) {
        (Err(Code::CacheOtherMachine), _) => Some(Code::CacheOtherMachine),
        (_, Some(Code::CacheDamaged)) => Some(Code::CacheDamaged),
        _ => None,
    };
    let (fault, stand_in) = match (recorded, marker) {
        (Ok(None), Ok(None)) => (None, Trust::new(fresh)),
        (Ok(Some(trust)), Ok(None)) => (None, trust),
        (Ok(Some(trust)), Ok(Some(marker))) => match disagreement {
            None => (None, trust),
            Some(Code::CacheRolledBack) => (disagreement, Trust { seen: marker.seen.max(trust.seen), ..marker }),
            Some(_) => (disagreement, marker),
        },
        (Ok(Some(trust)), Err(code)) => (Some(code), bare(trust)),
        (Ok(None), Ok(Some(marker))) => (Some(Code::CacheMissing), marker),
        (Err(code), Ok(Some(marker))) => (Some(code), marker),
        (Err(code), _) | (Ok(None), Err(code)) => (Some(code), Trust::new(fresh)),
    };
    Verdict { unusable, fault, stand_in }
}

/// What stands in for a record that cannot be trusted: enough to ask the server, nothing that grants.
pub(super) fn bare(trust: Trust) -> Trust {
    Trust { head: None, list: None, ..trust }
}

/// Why the record in the database is not the one that the marker was written behind: it is another installation's, or it
/// is from before. A record without the server or the lock that the marker knows is from before any login or test.
pub(super) fn disagreement(trust: &Trust, marker: &Trust) -> Option<Code> {
    if trust.installation != marker.installation {
        return Some(Code::CacheDamaged);
    }
    let same_server = trust.connection == marker.connection;
    let has_all = (trust.connection.is_some() || marker.connection.is_none()) && (trust.lock.is_some() || marker.lock.is_none());
    let is_as_new = has_all && trust.latest >= marker.latest && (!same_server || trust.seen >= marker.seen);
    (!is_as_new).then_some(Code::CacheRolledBack)
}
