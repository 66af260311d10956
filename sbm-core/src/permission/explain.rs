//! The long form of a decision (DEC-3): which rule and objects decided, the smallest change that would turn it round,
//! and one plain sentence.
//!
//! 1. The change is the smallest one for the gate that refused; a later gate may refuse then, and says so itself.
//! 2. What was set above the account of who is told is told as just that, without a name or a figure.
//! 3. Names stand in backticks; whoever follows the change needs nothing else.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::action::{Action, Task, TaskAccess};
use super::ceiling::Ceiling;
use super::decision::{Decision, Effect};
use super::engine::Resource;
use super::gate::Gate;
use super::right::Right;
use super::role::Role;
use crate::code::Code;

/// An object that had a part in a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ObjectRef {
    /// `user`, `security_profile`, `group`, `profile`, `account`, `role`, `head`.
    pub kind: String,
    /// The name people know it by.
    pub name: String,
}

/// A decision with everything there is to say about it; this is also its JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
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
    /// Whether what refused was set above the account of who is told.
    pub above: bool,
    /// Whether it was asked at an account that is neither the user's own nor below it, where no role of his counts (ACC-4).
    pub outside: bool,
    /// How far the token goes at most that is asked with (RUN-11).
    pub token: Option<Ceiling>,
    /// The role that allows it on the server, and the account at which the user has it (USR-5).
    pub by: Option<(&'a str, &'a str)>,
}

/// What is said instead of what was set above the account of who is told.
const ABOVE: &str = "set above your account";

/// Explains a decision of [`decide`](super::engine::decide).
#[must_use]
pub fn explain(decision: Decision, action: Action, resource: Resource, names: Names<'_>) -> Explanation {
    let guid = match resource {
        Resource::Managed(guid) => Some(format!("{guid}")),
        Resource::Local => None,
    };
    let profile = names.profile.map(ToOwned::to_owned).or(guid);
    let on = profile.as_deref().map(|name| format!(" (`{name}`)")).unwrap_or_default();
    let asked = Asked {
        decision,
        names,
        profile: profile.as_deref(),
        needed: Needed::Right(action.right().map_or("", Right::name)),
        phrase: format!("{}{on}", action.phrase()),
    };
    asked.explanation()
}

/// Explains a decision of [`decide_server`](super::engine::decide_server).
#[must_use]
pub fn explain_server(decision: Decision, task: Task, access: TaskAccess, names: Names<'_>) -> Explanation {
    // The roles come from the widest to the narrowest: the last that suffices grants the least.
    let role = Role::ALL.into_iter().rev().find(|role| role.access(task) >= access);
    let asked = Asked {
        decision,
        names,
        profile: None,
        needed: Needed::Role(role.map_or("", Role::name)),
        phrase: format!("{} on the server", task.phrase(access)),
    };
    asked.explanation()
}

/// What the subject would need.
#[derive(Clone, Copy)]
enum Needed {
    Right(&'static str),
    Role(&'static str),
}

/// A question with its answer and all that may be told.
struct Asked<'a> {
    decision: Decision,
    names: Names<'a>,
    profile: Option<&'a str>,
    needed: Needed,
    phrase: String,
}

impl Asked<'_> {
    fn explanation(&self) -> Explanation {
        let decision = self.decision;
        Explanation {
            effect: decision.effect,
            gate: decision.gate,
            number: decision.code.number(),
            code: decision.code.name().to_owned(),
            rule: rule(decision).to_owned(),
            decided_by: self.objects(),
            change: self.change(),
            sentence: self.sentence(),
        }
    }

    fn is_above(&self) -> bool {
        self.names.above && self.decision.effect == Effect::Deny
    }

    fn objects(&self) -> Vec<ObjectRef> {
        let object = |kind: &str, name: Option<&str>| name.map(|name| ObjectRef { kind: kind.to_owned(), name: name.to_owned() });
        let user = object("user", self.names.user);
        if let (Effect::Allow, Some((role, account))) = (self.decision.effect, self.names.by) {
            return [user, object("role", Some(role)), object("account", Some(account))].into_iter().flatten().collect();
        }
        let second = match self.decision.gate {
            _ if self.is_above() => None,
            Some(Gate::Right) => object("security_profile", self.names.security_profile),
            Some(Gate::Entitlement) => object("profile", self.profile),
            Some(_) | None => None,
        };
        [user, second].into_iter().flatten().collect()
    }

    fn change(&self) -> Option<String> {
        if self.is_above() {
            return Some("ask whoever manages the accounts above yours".to_owned());
        }
        let user = self.names.user.unwrap_or("the user");
        let profile = self.profile.unwrap_or("the profile");
        let (Needed::Right(needed) | Needed::Role(needed)) = self.needed;
        Some(match self.decision.code {
            Code::Ok => return None,
            Code::DeniedRight => match self.names.security_profile {
                Some(name) => format!("give the right `{needed}` to the security profile `{name}`"),
                None => format!("give the right `{needed}` to the user's security profile"),
            },
            Code::DeniedNoSecurityProfile => format!("give `{user}` a security profile with the right `{needed}`"),
            Code::DeniedEntitlement => format!("put `{user}` and `{profile}` into one group"),
            Code::DeniedMarkedForDeletion => format!("clear the mark for deletion of `{profile}`"),
            Code::DeniedAccountDisabled => "enable the account".to_owned(),
            Code::DeniedAccountSupervisor => "take the supervisor mark off the account".to_owned(),
            Code::DeniedAccountDeletion => "cancel the account's deletion".to_owned(),
            Code::DeniedQuota => "raise the quota or free some room".to_owned(),
            Code::DeniedJobDisabled => "enable the job".to_owned(),
            Code::DeniedSchedule => "wait for the next time of the schedule, or run the job by hand".to_owned(),
            Code::DeniedBandwidth => "run the job by hand, or lower the speed that it asks for".to_owned(),
            Code::DeniedRole if self.names.outside => "ask somebody whose account is that one, or above it".to_owned(),
            Code::DeniedRole => format!("give `{user}` the role `{needed}`"),
            Code::DeniedToken => "use a token that goes further, or log in".to_owned(),
            Code::DeniedModule => "give the account a level that has the module".to_owned(),
            Code::DeniedAddress | Code::AddressRefused => "put the address on the allowlist".to_owned(),
            Code::DeniedAuthentication | Code::NotLoggedIn => "log in".to_owned(),
            Code::DeniedSecondFactor => "give the second factor".to_owned(),
            Code::UnknownCriticalFeature | Code::CacheNewer => "update this program".to_owned(),
            Code::UserDisabled => format!("enable `{user}` on the server"),
            Code::TokenRefused | Code::WrongCredentials | Code::DeviceRemoved => "log in to the server again".to_owned(),
            Code::OtherMachine => {
                "log in on this computer and take the account over, or go on at the machine that has it".to_owned()
            }
            Code::DeniedOfflineAge => "let this computer reach the server once".to_owned(),
            // Nobody knows what may go on: neither schedule nor restore.
            Code::CacheMissing | Code::CacheDamaged | Code::CacheOtherMachine | Code::CacheRolledBack => {
                "let this computer reach the server once, or log in again; nothing goes on until then".to_owned()
            }
            _ => "let this computer reach the server once, or log in again".to_owned(),
        })
    }

    /// What stands against it in the token that is asked with.
    fn limit(&self) -> String {
        self.names.token.map_or_else(|| Code::DeniedToken.text().to_owned(), |most| format!("this token is limited to {most}"))
    }

    fn sentence(&self) -> String {
        let who = self.names.user.map_or_else(|| "this user".to_owned(), |name| format!("`{name}`"));
        let what = &self.phrase;
        match self.decision.effect {
            Effect::Unmanaged => "this installation is not managed: the backup program decides".to_owned(),
            Effect::Allow => match self.names.by {
                Some((role, account)) => format!("{who} may {what}: by the role `{role}` at `{account}`"),
                None => format!("{who} may {what}"),
            },
            Effect::Deny if self.names.above => format!("{who} may not {what}: {ABOVE}"),
            Effect::Deny => {
                let because = match (self.decision.code, self.names.security_profile, self.needed) {
                    (Code::DeniedRight, Some(name), Needed::Right(right)) => {
                        format!("the security profile `{name}` does not have the right `{right}`")
                    }
                    (Code::DeniedToken, ..) => self.limit(),
                    (Code::DeniedRole, ..) if self.names.outside => {
                        "that account is neither the user's own nor below it, where no role counts".to_owned()
                    }
                    (code, ..) => code.text().to_owned(),
                };
                format!("{who} may not {what}: {because}")
            }
        }
    }
}

const fn rule(decision: Decision) -> &'static str {
    match (decision.effect, decision.gate) {
        (Effect::Unmanaged, _) => "DEC-6",
        (Effect::Allow, _) | (_, None) => "DEC-1",
        (_, Some(_)) if matches!(decision.code, Code::DeniedToken) => "RUN-11",
        (_, Some(_)) if matches!(decision.code, Code::OtherMachine) => "ACC-11",
        (_, Some(_)) if matches!(decision.code, Code::DeniedAccountSupervisor) => "ACC-7",
        (_, Some(_)) if matches!(decision.code, Code::DeniedAccountDeletion) => "ACC-8",
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Guid;

    const MANAGED: Resource = Resource::Managed(Guid::from_bytes([1; 16]));

    #[test]
    fn a_denial_names_what_decided_and_the_way_round_dec_3() {
        let names = Names { user: Some("carol"), security_profile: Some("End user"), ..Names::default() };
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
    fn an_act_on_the_server_is_explained_like_one_of_the_program_dec_3() {
        let names = Names { user: Some("carol"), ..Names::default() };
        let denied = Decision::deny(Gate::Role, Code::DeniedRole);
        let told = explain_server(denied, Task::Profiles, TaskAccess::Write, names);
        assert_eq!(
            told.sentence,
            "`carol` may not upload managed profiles or delete their records on the server: no role of the user allows this on the server"
        );
        assert_eq!(told.change.as_deref(), Some("give `carol` the role `admin`"));
        assert_eq!((told.rule.as_str(), told.decided_by.len()), ("USR-5", 1));
        let allowed = explain_server(Decision::ALLOW, Task::Users, TaskAccess::Read, names);
        assert_eq!(allowed.sentence, "`carol` may see users, roles and security profiles on the server");
        assert_eq!(allowed.change, None);
    }

    #[test]
    fn every_denial_has_a_sentence_and_a_way_round_and_every_allowance_none_dec_3() {
        for code in Code::ALL.iter().filter(|code| **code != Code::Ok) {
            let denied = Decision::deny(Gate::Floor, *code);
            let told = explain(denied, Action::Restore, MANAGED, Names::default());
            let on_the_server = explain_server(denied, Task::Users, TaskAccess::Write, Names::default());
            for told in [told, on_the_server] {
                assert!(told.change.is_some_and(|change| !change.is_empty()), "{code}");
                assert!(told.sentence.starts_with("this user may not ") && told.sentence.contains(code.text()), "{code}");
            }
        }
        assert_eq!(explain(Decision::ALLOW, Action::Restore, MANAGED, Names::default()).change, None);
    }

    #[test]
    fn what_was_set_above_is_told_without_name_or_figure_dec_3() {
        let names = Names {
            user: Some("carol"),
            security_profile: Some("Group-wide"),
            profile: Some("Payroll"),
            above: true,
            ..Names::default()
        };
        for decision in [
            Decision::deny(Gate::Quota, Code::DeniedQuota),
            Decision::deny(Gate::Right, Code::DeniedRight),
            Decision::deny(Gate::Module, Code::DeniedModule),
        ] {
            let told = explain(decision, Action::RunManually, Resource::Local, Names { profile: None, ..names });
            assert_eq!(told.sentence, "`carol` may not run profiles by hand: set above your account");
            assert_eq!(told.change.as_deref(), Some("ask whoever manages the accounts above yours"));
            assert_eq!(told.decided_by.len(), 1, "the user alone");
            assert!(
                explain_server(decision, Task::Server, TaskAccess::Read, names).sentence.ends_with(": set above your account")
            );
        }
        assert_eq!(explain(Decision::ALLOW, Action::Restore, MANAGED, names).change, None);
    }
}
