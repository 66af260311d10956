//! Policies: what an account hands down to its subtree (ACC-9).
//!
//! 1. An account has one policy at most. It is valid for that account and all below.
//! 2. Each setting in it is *forced*, *default* or *local*. Of several forced values on the way up the highest counts, and
//!    no other word beside it. Otherwise the nearest word counts: a default, or that the host program decides by itself.
//! 3. What is worked out names the account that it comes from.
//!
//! Settings are the host program's: a name and a text. SBM hands them down and knows none of them.

use alloc::collections::BTreeMap;
use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::id::AccountId;

/// How far a setting goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Nobody below says otherwise.
    Forced,
    /// As long as nobody nearer says otherwise.
    Default,
    /// The host program decides, whatever stands above as a default.
    Local,
}

/// One setting of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Setting {
    /// How far it goes.
    pub mode: Mode,
    /// The value; nothing for [`Mode::Local`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// What an account hands down: settings by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Policy(BTreeMap<String, Setting>);

/// What counts for an account, and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effective<'p> {
    /// The account whose policy says so.
    pub origin: AccountId,
    /// How.
    pub mode: Mode,
    /// The value; none where the host program decides.
    pub value: Option<&'p str>,
}

/// What is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFault {
    /// Which setting.
    pub setting: String,
    /// Why, and what to do, in a sentence.
    pub rule: &'static str,
}

impl Policy {
    /// The most settings of a policy.
    pub const MAX_SETTINGS: usize = 256;
    /// The most bytes of a setting's name.
    pub const MAX_NAME: usize = 128;
    /// The most bytes of a value.
    pub const MAX_VALUE: usize = 4_096;

    /// A policy of these settings.
    ///
    /// # Errors
    ///
    /// Which setting is not one, and why: ACC-9's bounds, and that exactly forced and default ones have a value.
    pub fn new(settings: BTreeMap<String, Setting>) -> Result<Self, PolicyFault> {
        if settings.len() > Self::MAX_SETTINGS {
            return Err(PolicyFault { setting: String::new(), rule: "a policy has at most 256 settings; leave some out" });
        }
        for (name, setting) in &settings {
            if let Some(rule) = fault(name, setting) {
                return Err(PolicyFault { setting: name.clone(), rule });
            }
        }
        Ok(Self(settings))
    }

    /// The settings, by name.
    pub fn settings(&self) -> impl Iterator<Item = (&str, &Setting)> {
        self.0.iter().map(|(name, setting)| (name.as_str(), setting))
    }

    /// The setting of that name.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        self.0.get(name)
    }

    /// Whether it hands down nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What a setting comes to in a host program that may have a value of its own: it has no say in what is forced, and the first in
/// anything else.
#[must_use]
pub fn with_own<'v>(told: Option<(Mode, Option<&'v str>)>, own: Option<&'v str>) -> Option<&'v str> {
    match told {
        Some((Mode::Forced, value)) => value,
        Some((Mode::Default, value)) => own.or(value),
        Some((Mode::Local, _)) | None => own,
    }
}

fn fault(name: &str, setting: &Setting) -> Option<&'static str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() || name.len() > Policy::MAX_NAME || !name.chars().all(is_plain) {
        return Some("a setting's name has 1 to 128 letters, digits, `.`, `_` and `-`");
    }
    match (setting.mode, &setting.value) {
        (Mode::Local, Some(_)) => Some("a setting that is left to the host program has no value; leave it out"),
        (Mode::Forced | Mode::Default, None) => Some("a forced or a default setting needs a value"),
        (_, Some(value)) if value.len() > Policy::MAX_VALUE => Some("a value has at most 4,096 bytes"),
        (_, Some(value)) if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) => {
            Some("a value has no control characters but line feed and tab")
        }
        _ => None,
    }
}

/// What one setting comes to on the way up, the nearest account first; none where nobody says anything.
#[must_use]
pub fn effective<'p>(way_up: impl Iterator<Item = (AccountId, &'p Policy)>, name: &str) -> Option<Effective<'p>> {
    way_up
        .filter_map(|(origin, policy)| Some(stated(origin, policy.setting(name)?)))
        .fold(None, |nearer, further| Some(stronger(nearer, further)))
}

/// What all settings come to on the way up, the nearest account first.
#[must_use]
pub fn all_effective<'p>(way_up: impl Iterator<Item = (AccountId, &'p Policy)>) -> BTreeMap<&'p str, Effective<'p>> {
    let mut found: BTreeMap<&str, Effective<'_>> = BTreeMap::new();
    for (origin, policy) in way_up {
        for (name, setting) in policy.settings() {
            let further = stated(origin, setting);
            found.entry(name).and_modify(|nearer| *nearer = stronger(Some(*nearer), further)).or_insert(further);
        }
    }
    found
}

const fn stated(origin: AccountId, setting: &Setting) -> Effective<'_> {
    let value = match &setting.value {
        Some(value) => Some(value.as_str()),
        None => None,
    };
    Effective { origin, mode: setting.mode, value }
}

/// Which of two words counts, of which one was said nearer to the account.
fn stronger<'p>(nearer: Option<Effective<'p>>, further: Effective<'p>) -> Effective<'p> {
    nearer.filter(|_| further.mode != Mode::Forced).unwrap_or(further)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn policy(settings: &[(&str, Mode, &str)]) -> Policy {
        let settings = settings.iter().map(|(name, mode, value)| {
            let value = (*mode != Mode::Local).then(|| value.to_string());
            (name.to_string(), Setting { mode: *mode, value })
        });
        Policy::new(settings.collect()).unwrap()
    }

    #[test]
    fn the_highest_forced_value_counts_else_the_nearest_word_and_its_origin_is_named_acc_9() {
        let (top, middle, own) = (
            policy(&[
                ("a", Mode::Forced, "top"),
                ("b", Mode::Default, "top"),
                ("c", Mode::Default, "top"),
                ("d", Mode::Default, "top"),
            ]),
            policy(&[
                ("a", Mode::Forced, "middle"),
                ("b", Mode::Default, "middle"),
                ("c", Mode::Local, ""),
                ("e", Mode::Forced, "middle"),
            ]),
            policy(&[("a", Mode::Default, "own"), ("b", Mode::Default, "own"), ("e", Mode::Local, "")]),
        );
        let way_up = || [(AccountId(3), &own), (AccountId(2), &middle), (AccountId(1), &top)].into_iter();
        let of = |name| effective(way_up(), name).map(|found| (found.origin.0, found.mode, found.value));
        assert_eq!(of("a"), Some((1, Mode::Forced, Some("top"))), "of two forced ones the higher");
        assert_eq!(of("b"), Some((3, Mode::Default, Some("own"))), "the nearest default");
        assert_eq!(of("c"), Some((2, Mode::Local, None)), "left to the host program below a default");
        assert_eq!(of("d"), Some((1, Mode::Default, Some("top"))));
        assert_eq!(of("e"), Some((2, Mode::Forced, Some("middle"))), "what is forced is not left to anybody");
        assert_eq!(of("f"), None);
        assert_eq!(all_effective(way_up()).len(), 5);
    }

    #[test]
    fn a_host_s_own_value_counts_but_for_what_is_forced_acc_9() {
        for (told, own, expected) in [
            (Some((Mode::Forced, Some("policy"))), Some("own"), Some("policy")),
            (Some((Mode::Forced, Some("policy"))), None, Some("policy")),
            (Some((Mode::Default, Some("policy"))), Some("own"), Some("own")),
            (Some((Mode::Default, Some("policy"))), None, Some("policy")),
            (Some((Mode::Local, None)), Some("own"), Some("own")),
            (Some((Mode::Local, None)), None, None),
            (None, Some("own"), Some("own")),
            (None, None, None),
        ] {
            assert_eq!(with_own(told, own), expected, "{told:?} {own:?}");
        }
    }

    #[test]
    fn a_policy_that_is_none_is_told_by_its_setting_acc_9() {
        let long = "x".repeat(Policy::MAX_VALUE + 1);
        let value = |mode, value: &str| Setting { mode, value: Some(value.to_string()) };
        for (name, setting) in [
            ("", value(Mode::Forced, "1")),
            ("with blank", value(Mode::Forced, "1")),
            ("größe", value(Mode::Forced, "1")),
            ("a", Setting { mode: Mode::Default, value: None }),
            ("a", Setting { mode: Mode::Forced, value: None }),
            ("a", value(Mode::Local, "1")),
            ("a", value(Mode::Forced, &long)),
            ("a", value(Mode::Forced, "\u{7}")),
        ] {
            let fault = Policy::new([(name.to_string(), setting)].into()).unwrap_err();
            assert_eq!(fault.setting, name);
        }
        let many = (0..=Policy::MAX_SETTINGS).map(|at| (alloc::format!("s{at}"), value(Mode::Default, "1")));
        assert!(Policy::new(many.collect()).is_err());
    }

    proptest! {
        /// Against the rule as it is written: the forced ones from the top, then the words from below.
        #[test]
        fn what_counts_is_what_the_rule_says_acc_9(ways in prop::collection::vec(prop::collection::btree_map(0_u8..4, 0_u8..3, 0..4), 0..7)) {
            let modes = [Mode::Forced, Mode::Default, Mode::Local];
            let policies: Vec<Policy> = ways.iter().enumerate().map(|(at, settings)| {
                let settings = settings.iter().map(|(name, mode)| {
                    let mode = modes[usize::from(*mode)];
                    (name.to_string(), Setting { mode, value: (mode != Mode::Local).then(|| at.to_string()) })
                });
                Policy::new(settings.collect()).unwrap()
            }).collect();
            let way_up = || policies.iter().enumerate().map(|(at, policy)| (AccountId(u32::try_from(at).unwrap()), policy));
            let all = all_effective(way_up());
            for name in (0..4_u8).map(|name| name.to_string()) {
                let words: Vec<(usize, Mode)> =
                    policies.iter().enumerate().filter_map(|(at, policy)| Some((at, policy.setting(&name)?.mode))).collect();
                let forced = words.iter().rev().find(|(_, mode)| *mode == Mode::Forced);
                let expected = forced.or(words.first()).map(|(at, mode)| (u32::try_from(*at).unwrap(), *mode));
                let found = effective(way_up(), &name);
                prop_assert_eq!(found.map(|found| (found.origin.0, found.mode)), expected);
                prop_assert_eq!(found, all.get(name.as_str()).copied());
            }
        }
    }
}
