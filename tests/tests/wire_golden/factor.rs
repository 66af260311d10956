//! Examples of what came with the capabilities `second_factor` and `factor_channels`.

use sbm_core::code::Code;
use sbm_core::factor::{Channel, FactorRule};
use sbm_core::permission::{Role, RoleSet};
use sbm_core::wire::v1::Problem;
use sbm_core::wire::v1::admin::{AccountPatch, ServerPatch, ServerSettings, Unlock};
use sbm_core::wire::v1::factor::{
    ChannelBegin, ChannelOffer, ChannelRemove, ChannelState, ChannelTicket, CodeSent, DeviceSecondStep, FactorBegin, FactorCode,
    FactorConfirm, FactorEnrolled, FactorOffer, FactorState, HalfSession, RecoveryCodes, SecondStep, SendCode, SendLoginCode,
};
use sbm_core::wire::v1::session::{Secret, Session};

use super::cache::installation;
use super::examples::{Direction, Example, example, name, now};

pub fn examples() -> Vec<Example> {
    let mut all = enrolled();
    all.extend(sent());
    all
}

/// Codes by mail and short message.
fn sent() -> Vec<Example> {
    use Direction::{Answer, Request};
    let secret = Secret::new;
    let address = || "a…@example.org".to_owned();
    let offered = ChannelOffer { channel: Channel::Email, address: address() };
    let half = HalfSession { token: secret("sbmh_token"), expires: now(), channels: vec![offered], sent_only: true };
    let sent = CodeSent { channel: Channel::Sms, address: "+49…67".to_owned(), expires: now() };
    let state = FactorState {
        enrolled: false,
        since: None,
        recovery_codes: 0,
        required: true,
        channels: vec![ChannelState { channel: Channel::Email, address: address(), since: now() }],
        offers: Channel::ALL.to_vec(),
    };
    let begin = ChannelBegin {
        password: secret("correct horse battery"),
        channel: Channel::Email,
        address: "anna@example.org".to_owned(),
        code: Some(secret("755224")),
    };
    vec![
        example("ChannelOffer", "channel_offer", Answer, half.channels[0].clone()),
        example("ChannelState", "channel_state", Answer, state.channels[0].clone()),
        example("HalfSession", "half_session_with_channels", Answer, half),
        example(
            "SendLoginCode",
            "send_login_code",
            Request,
            SendLoginCode { login: secret("sbmh_token"), channel: Channel::Sms },
        ),
        example("SendCode", "send_code", Request, SendCode { channel: Channel::Email }),
        example("CodeSent", "code_sent", Answer, sent.clone()),
        example("ChannelBegin", "channel_begin", Request, begin),
        example("ChannelTicket", "channel_ticket", Answer, ChannelTicket { ticket: secret("ticket"), sent }),
        example("ChannelRemove", "channel_remove", Request, ChannelRemove { channel: Channel::Sms, code: secret("01234567") }),
        example("FactorState", "factor_state_with_channels", Answer, state),
        example(
            "FactorBegin",
            "factor_begin_with_code",
            Request,
            FactorBegin { password: secret("correct horse battery"), issuer: None, code: Some(secret("01234567")) },
        ),
        example(
            "AccountPatch",
            "account_patch_second_factor",
            Request,
            AccountPatch { second_factor: Some(true), ..AccountPatch::default() },
        ),
    ]
}

fn enrolled() -> Vec<Example> {
    use Direction::{Answer, Request};
    let secret = Secret::new;
    let half = HalfSession { token: secret("sbmh_token"), expires: now(), channels: vec![], sent_only: false };
    let asks = Problem {
        second_step: Some(half.clone()),
        ..Problem::new(Code::DeniedSecondFactor, "the password is right; the code of the second factor is missing")
    };
    let step = SecondStep { login: secret("sbmh_token"), code: secret("755224") };
    let device = DeviceSecondStep {
        login: secret("sbmh_token"),
        code: secret("755224"),
        installation: installation(),
        computer: "PC-1".to_owned(),
        program: "MiniBackup 1.0".to_owned(),
        take_over: false,
    };
    let none = FactorState { enrolled: false, since: None, recovery_codes: 0, required: false, channels: vec![], offers: vec![] };
    let state = FactorState { enrolled: true, since: Some(now()), recovery_codes: 9, required: true, ..none.clone() };
    let begin =
        FactorBegin { password: secret("correct horse battery"), issuer: Some("backup.example:8100".to_owned()), code: None };
    let offer = FactorOffer {
        ticket: secret("ticket"),
        key: secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
        address: secret("otpauth://totp/backup.example%3A8100:root%3Ecarol?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
        expires: now(),
    };
    let codes = vec![secret("abcdef-ghijkm-npqrst-uvwxyz")];
    let session =
        Session { token: secret("token"), user: name("carol"), roles: RoleSet::NONE.with(Role::Manager), expires: now() };
    let rule = FactorRule { everyone: false, roles: RoleSet::NONE.with(Role::Superuser).with(Role::Manager) };
    let unlock = Unlock {
        user: "admin".to_owned(),
        password: secret("correct horse battery"),
        installation: installation(),
        computer: "PC-1".to_owned(),
        code: Some(secret("755224")),
    };
    vec![
        example("HalfSession", "half_session", Answer, half),
        example("Problem", "problem_second_step", Answer, asks),
        example("SecondStep", "second_step", Request, step),
        example("DeviceSecondStep", "device_second_step", Request, device.clone()),
        example("DeviceSecondStep", "device_second_step_take_over", Request, DeviceSecondStep { take_over: true, ..device }),
        example("FactorState", "factor_state", Answer, state),
        example("FactorState", "factor_state_none", Answer, none),
        example("FactorBegin", "factor_begin", Request, begin),
        example("FactorOffer", "factor_offer", Answer, offer),
        example("FactorConfirm", "factor_confirm", Request, FactorConfirm { ticket: secret("ticket"), code: secret("755224") }),
        example("FactorEnrolled", "factor_enrolled", Answer, FactorEnrolled { session, recovery_codes: codes.clone() }),
        example("FactorCode", "factor_code", Request, FactorCode { code: secret("755224") }),
        example("RecoveryCodes", "recovery_codes", Answer, RecoveryCodes { recovery_codes: codes }),
        example(
            "ServerSettings",
            "server_settings_with_second_factor",
            Answer,
            ServerSettings { second_factor: rule, ..ServerSettings::default() },
        ),
        example(
            "ServerPatch",
            "server_patch_second_factor",
            Request,
            ServerPatch { second_factor: Some(rule), ..ServerPatch::default() },
        ),
        example("Unlock", "unlock_with_code", Request, unlock),
    ]
}
