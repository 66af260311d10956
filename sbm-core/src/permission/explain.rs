//! The long form of a decision (DEC-3): which rule and objects decided, the smallest change that would turn it round,
//! and one plain sentence.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::action::Action;
use super::decision::{Decision, Effect};
use super::engine::Resource;
use super::gate::Gate;
use crate::code::Code;

/// An object that had a part in a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectRef {
    /// `user`, `security_profile`, `group`, `profile`, `account`, `head`.
    pub kind: String,
    /// The name people know it by.
    pub name: String,
}

/// A decision with everything there is to say about it; this is also its JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// What it comes to.
    pub effect: Effect,
    /// The gate that refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<Gate>,
    /// The reason's number.
    pub number: i32,
    /// The reason's name.
    pub code: String,
    /// The rule of the specification.
    pub rule: String,
    /// The objects that decided.
    #[serde(default)]
    pub decided_by: Vec<ObjectRef>,
    /// The smallest change that would turn the decision round; none for what is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    /// One plain sentence.
    pub sentence: String,
}

/// The names that the explanation may use, as far as they are known where it is made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'a> {
    /// The user's login name.
    pub user: Option<&'a str>,
    /// The user's security profile.
    pub security_profile: Option<&'a str>,
    /// The managed profile.
    pub profile: Option<&'a str>,
}

/// Explains a decision of [`decide`](super::engine::decide).
#[must_use]
pub fn explain(decision: Decision, action: Action, resource: Resource, names: Names<'_>) -> Explanation {
    let guid = match resource {
        Resource::Managed(guid) => Some(format!("{guid}")),
        Resource::Local => None,
    };
    let profile = names.profile.map(ToOwned::to_owned).or(guid);
    Explanation {
        effect: decision.effect,
        gate: decision.gate,
        number: decision.code.number(),
        code: decision.code.name().to_owned(),
        rule: rule(decision).to_owned(),
        decided_by: objects(decision, names, profile.as_deref()),
        change: change(decision, action, names, profile.as_deref()),
        sentence: sentence(decision, action, names, profile.as_deref()),
    }
}

const fn rule(decision: Decision) -> &'static str {
    match (decision.effect, decision.gate) {
        (Effect::Unmanaged, _) => "DEC-6",
        (Effect::Allow, _) | (_, None) => "DEC-1",
        (_, Some(gate)) => match gate {
            Gate::Floor => "OFF-3",
            Gate::Network => "NET-1",
            Gate::Authentication => "RUN-7",
            Gate::SecondFactor => "RUN-8",
            Gate::AccountState => "ACC-6",
            Gate::Role => "USR-5",
            Gate::Module => "ACC-3",
            Gate::Right => "USR-3",
            Gate::Entitlement => "PRO-1",
            Gate::Quota => "ACC-5",
            Gate::Job => "JOB-1",
        },
    }
}

fn objects(decision: Decision, names: Names<'_>, profile: Option<&str>) -> Vec<ObjectRef> {
    let object = |kind: &str, name: Option<&str>| name.map(|name| ObjectRef { kind: kind.to_owned(), name: name.to_owned() });
    let parts = match decision.gate {
        Some(Gate::Right) => [object("user", names.user), object("security_profile", names.security_profile)],
        Some(Gate::Entitlement) => [object("user", names.user), object("profile", profile)],
        Some(_) | None => [object("user", names.user), None],
    };
    parts.into_iter().flatten().collect()
}

fn change(decision: Decision, action: Action, names: Names<'_>, profile: Option<&str>) -> Option<String> {
    let user = names.user.unwrap_or("the user");
    let profile = profile.unwrap_or("the profile");
    let right = action.right().map_or("", super::right::Right::name);
    Some(match decision.code {
        Code::Ok => return None,
        Code::DeniedRight => match names.security_profile {
            Some(name) => format!("give the right `{right}` to the security profile `{name}`"),
            None => format!("give the right `{right}` to the user's security profile"),
        },
        Code::DeniedNoSecurityProfile => format!("give `{user}` a security profile with the right `{right}`"),
        Code::DeniedEntitlement => format!("put `{user}` and `{profile}` into one group"),
        Code::DeniedMarkedForDeletion => format!("clear the mark for deletion of `{profile}`"),
        Code::DeniedAccountDisabled => "enable the account".to_owned(),
        Code::DeniedAccountSupervisor => "take the supervisor mark off the account".to_owned(),
        Code::DeniedAccountDeletion => "cancel the account's deletion".to_owned(),
        Code::DeniedQuota => "raise the quota or free some room".to_owned(),
        Code::DeniedOfflineAge => "let this computer reach the server once".to_owned(),
        Code::UnknownCriticalFeature => "update this program".to_owned(),
        Code::UserDisabled => format!("enable `{user}` on the server"),
        Code::TokenRefused | Code::WrongCredentials | Code::DeviceRemoved => "log in to the server again".to_owned(),
        _ => "let this computer reach the server once, or log in again".to_owned(),
    })
}

fn sentence(decision: Decision, action: Action, names: Names<'_>, profile: Option<&str>) -> String {
    let who = names.user.map_or_else(|| "this user".to_owned(), |name| format!("`{name}`"));
    let what = action.phrase();
    let on = profile.map(|name| format!(" (`{name}`)")).unwrap_or_default();
    match decision.effect {
        Effect::Unmanaged => "this installation is not managed: the backup program decides".to_owned(),
        Effect::Allow => format!("{who} may {what}{on}"),
        Effect::Deny => {
            let because = match (decision.code, names.security_profile) {
                (Code::DeniedRight, Some(name)) => format!(
                    "the security profile `{name}` does not have the right `{}`",
                    action.right().map_or("", super::right::Right::name)
                ),
                (code, _) => code.text().to_owned(),
            };
            format!("{who} may not {what}{on}: {because}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Guid;

    #[test]
    fn a_denial_names_what_decided_and_the_way_round_dec_3() {
        let names = Names { user: Some("carol"), security_profile: Some("End user"), profile: None };
        let told = explain(Decision::deny(Gate::Right, Code::DeniedRight), Action::Create, Resource::Local, names);
        assert_eq!(
            told.sentence,
            "`carol` may not create profiles: the security profile `End user` does not have the right `create`"
        );
        assert_eq!(told.change.as_deref(), Some("give the right `create` to the security profile `End user`"));
        assert_eq!(told.rule, "USR-3");
        assert_eq!(told.decided_by.len(), 2);
    }

    #[test]
    fn every_denial_has_a_way_round_and_every_allowance_none_dec_3() {
        let resource = Resource::Managed(Guid::from_bytes([1; 16]));
        for code in Code::ALL.iter().filter(|code| **code != Code::Ok) {
            let told = explain(Decision::deny(Gate::Floor, *code), Action::Restore, resource, Names::default());
            assert!(told.change.is_some_and(|change| !change.is_empty()), "{code}");
        }
        assert_eq!(explain(Decision::ALLOW, Action::Restore, resource, Names::default()).change, None);
    }
}
