//! `sbm_decision`: the answer to one "may …?", with everything there is to say about it (DEC-3).

use std::ffi::{CString, c_char};

use ::sbm_client::core::code::Code;
use ::sbm_client::core::permission::{Action, Effect, Explanation, Gate};

use crate::boundary;
use crate::error::Failure;
use crate::status::sbm_status;
use crate::text;

/// What a host program asks about. Given to functions as int32_t. Since 0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum sbm_action {
    /// Create a profile.
    Create = 1,
    /// Delete a profile.
    Delete = 2,
    /// Modify a profile.
    Modify = 3,
    /// Export a profile.
    Export = 4,
    /// Import a profile.
    Import = 5,
    /// Rename a profile.
    Rename = 6,
    /// Modify the program's global settings.
    ModifyGlobalSettings = 7,
    /// Modify the program's own login settings.
    ModifyLoginSettings = 8,
    /// Run a profile by hand.
    RunManually = 9,
    /// Run a profile to restore.
    Restore = 10,
    /// Run a profile by its schedule. It needs no right.
    RunScheduled = 11,
}

/// What a decision comes to. Since 0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum sbm_effect {
    /// Go on.
    Allow = 1,
    /// Do not do it, and tell the user why: sbm_client_explain().
    Deny = 2,
    /// This installation was never connected to a server: SBM has no say, the host program decides.
    Unmanaged = 3,
}

/// Where a decision was taken, in the order in which the gates are asked. Since 0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum sbm_gate {
    /// No gate refused.
    None = -1,
    /// Is there a permission document that can be trusted?
    Floor = 0,
    /// Is the address on the allowlist?
    Network = 1,
    /// Is somebody logged in?
    Authentication = 2,
    /// Was the second factor given?
    SecondFactor = 3,
    /// Does the account's state allow it?
    AccountState = 4,
    /// Does a role allow it on the server?
    Role = 5,
    /// Does the account's level have the module?
    Module = 6,
    /// Does the security profile have the right?
    Right = 7,
    /// Do the user and the managed profile share a group?
    Entitlement = 8,
    /// Is there room for new data?
    Quota = 9,
    /// Do the job, its schedule and the bandwidth allow a run now?
    Job = 10,
}

/// A decision with its reasons.
///
/// Threads: one at a time; it may move between threads. Since 0.1.
pub struct sbm_decision {
    effect: sbm_effect,
    gate: sbm_gate,
    code: sbm_status,
    sentence: CString,
    change: CString,
    rule: CString,
    json: CString,
}

impl sbm_decision {
    pub(crate) fn new(explanation: &Explanation) -> Result<Self, Failure> {
        let json = serde_json::to_string(explanation)
            .map_err(|error| Failure::new(Code::Internal, format!("a decision could not be written as JSON: {error}")))?;
        Ok(Self {
            effect: explanation.effect.into(),
            gate: explanation.gate.into(),
            code: explanation.number,
            sentence: text::to_c(&explanation.sentence),
            change: text::to_c(explanation.change.as_deref().unwrap_or_default()),
            rule: text::to_c(&explanation.rule),
            json: text::to_c(&json),
        })
    }
}

impl From<Effect> for sbm_effect {
    #[inline]
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::Allow => Self::Allow,
            Effect::Deny => Self::Deny,
            Effect::Unmanaged => Self::Unmanaged,
        }
    }
}

impl From<Option<Gate>> for sbm_gate {
    fn from(gate: Option<Gate>) -> Self {
        match gate {
            None => Self::None,
            Some(Gate::Floor) => Self::Floor,
            Some(Gate::Network) => Self::Network,
            Some(Gate::Authentication) => Self::Authentication,
            Some(Gate::SecondFactor) => Self::SecondFactor,
            Some(Gate::AccountState) => Self::AccountState,
            Some(Gate::Role) => Self::Role,
            Some(Gate::Module) => Self::Module,
            Some(Gate::Right) => Self::Right,
            Some(Gate::Entitlement) => Self::Entitlement,
            Some(Gate::Quota) => Self::Quota,
            Some(Gate::Job) => Self::Job,
        }
    }
}

/// C's numbers are the core's.
const _: () = {
    assert!(sbm_action::Create as i32 == Action::Create as i32);
    assert!(sbm_action::Delete as i32 == Action::Delete as i32);
    assert!(sbm_action::Modify as i32 == Action::Modify as i32);
    assert!(sbm_action::Export as i32 == Action::Export as i32);
    assert!(sbm_action::Import as i32 == Action::Import as i32);
    assert!(sbm_action::Rename as i32 == Action::Rename as i32);
    assert!(sbm_action::ModifyGlobalSettings as i32 == Action::ModifyGlobalSettings as i32);
    assert!(sbm_action::ModifyLoginSettings as i32 == Action::ModifyLoginSettings as i32);
    assert!(sbm_action::RunManually as i32 == Action::RunManually as i32);
    assert!(sbm_action::Restore as i32 == Action::Restore as i32);
    assert!(sbm_action::RunScheduled as i32 == Action::RunScheduled as i32);
    assert!(Action::ALL.len() == 11);
};

/// The act that C means.
#[inline]
pub(crate) fn action(number: i32) -> Result<Action, Failure> {
    Action::from_number(number).ok_or_else(|| Failure::value(Code::InvalidArgument, "action", number, "give one of SBM_ACTION_*"))
}

/// What it comes to. SBM_EFFECT_DENY for NULL. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_decision_effect(decision: *const sbm_decision) -> sbm_effect {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(sbm_effect::Deny, |call| Ok(call.object(decision, "decision")?.effect)) }
}

/// The gate that refused; SBM_GATE_NONE if none did, and for NULL. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_decision_gate(decision: *const sbm_decision) -> sbm_gate {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(sbm_gate::None, |call| Ok(call.object(decision, "decision")?.gate)) }
}

/// The reason as a status: SBM_OK if nothing refused, else mostly SBM_STATUS_DENIED_*. SBM_STATUS_NULL_ARGUMENT for NULL. It
/// cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_decision_code(decision: *const sbm_decision) -> sbm_status {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(Code::NullArgument.number(), |call| Ok(call.object(decision, "decision")?.code)) }
}

/// One plain sentence to show to the user. Borrowed: valid until the decision is freed. Never NULL; "" for NULL. It cannot
/// fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_decision_sentence(decision: *const sbm_decision) -> *const c_char {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(text::EMPTY, |call| Ok(call.object(decision, "decision")?.sentence.as_ptr())) }
}

/// The smallest change that would turn the decision round, for an administrator; "" if it allows. Borrowed: valid until the
/// decision is freed. Never NULL. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_decision_change(decision: *const sbm_decision) -> *const c_char {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(text::EMPTY, |call| Ok(call.object(decision, "decision")?.change.as_ptr())) }
}

/// The id of the rule that decided, such as "USR-3". Borrowed: valid until the decision is freed. Never NULL. It cannot
/// fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_decision_rule(decision: *const sbm_decision) -> *const c_char {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(text::EMPTY, |call| Ok(call.object(decision, "decision")?.rule.as_ptr())) }
}

/// All of it as JSON, the same that the server and the command line give. Borrowed: valid until the decision is freed. Never
/// NULL; "" for NULL. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_decision_json(decision: *const sbm_decision) -> *const c_char {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(text::EMPTY, |call| Ok(call.object(decision, "decision")?.json.as_ptr())) }
}

/// Frees a decision and its texts. NULL is fine. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_decision_free(decision: *mut sbm_decision) {
    // SAFETY: the pointer is C's, which gives the decision back.
    unsafe { boundary::free(decision) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_the_cores() {
        for gate in Gate::ORDER {
            assert_eq!(sbm_gate::from(Some(gate)) as i32, gate as i32);
        }
        for effect in [Effect::Allow, Effect::Deny, Effect::Unmanaged] {
            assert_eq!(sbm_effect::from(effect) as i32, effect as i32);
        }
        assert_eq!(sbm_gate::from(None) as i32, -1);
    }

    #[test]
    fn an_act_that_does_not_exist_is_refused_with_its_number() {
        for number in [i32::MIN, -1, 0, 12, i32::MAX] {
            let failure = action(number).unwrap_err();
            assert_eq!(failure.code, Code::InvalidArgument);
            assert!(failure.message.contains(&number.to_string()));
        }
    }
}
