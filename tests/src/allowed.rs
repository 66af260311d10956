//! What a client may do at the moment, to be compared with what it might before.

use std::collections::BTreeSet;

use sbm_client::Client;
use sbm_client::core::permission::{Action, Effect, Resource};

use crate::fixture::guid;

/// Every act that goes on, on a local profile and on the managed one: by permission, or because nobody manages the host.
#[must_use]
pub fn allowed(client: &Client) -> BTreeSet<(&'static str, &'static str)> {
    let resources = [("local", Resource::Local), ("managed", Resource::Managed(guid()))];
    let every = Action::ALL.into_iter().flat_map(|action| resources.map(|(name, resource)| (action, name, resource)));
    every
        .filter(|(action, _, resource)| client.may(*action, *resource).effect != Effect::Deny)
        .map(|(action, name, _)| (action.name(), name))
        .collect()
}

/// What is left of those on the floor: the schedule of managed profiles, and restores (OFF-3).
#[must_use]
pub fn floor_of(before: &BTreeSet<(&'static str, &'static str)>) -> BTreeSet<(&'static str, &'static str)> {
    before.iter().copied().filter(|(act, on)| *act == "restore" || (*act == "run_scheduled" && *on == "managed")).collect()
}
