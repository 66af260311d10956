//! Relays and gateways (RUN-8, RUN-1).

use super::*;
use crate::config::codes::MailTls;

const MAIL: &[(&str, &str)] = &[("mail.host", "relay.example"), ("mail.from", "sbm@example.org")];
const SMS: &[(&str, &str)] =
    &[("sms.url", "https://gateway.example/send"), ("sms.body", r#"{"to": "{number}", "text": ["{text}"]}"#)];

fn with(base: &[(&str, &str)], more: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::load(&Sources { flags: pairs(&[base, more].concat()), ..Sources::default() })
}

#[test]
fn without_a_relay_and_a_gateway_no_codes_are_sent_run_8() {
    let plan = Config::load(&Sources::default()).unwrap().codes;
    assert_eq!((plan.mail, plan.sms, plan.most.user, plan.most.account), (None, None, 6, 100));
}

#[test]
fn a_relay_is_sealed_unless_it_is_on_this_machine_run_8() {
    let mail = with(MAIL, &[]).unwrap().codes.mail.unwrap();
    assert_eq!((mail.tls, mail.port, mail.login), (MailTls::StartTls, 587, None));
    let login = [("mail.user", "sbm"), ("mail.password_file", "/run/password"), ("mail.tls", "implicit"), ("mail.port", "465")];
    let mail = with(MAIL, &login).unwrap().codes.mail.unwrap();
    assert_eq!((mail.tls, mail.port, mail.login), (MailTls::Implicit, 465, Some(("sbm".to_owned(), "/run/password".into()))));
    for host in ["localhost", "127.0.0.1", "::1"] {
        let plan = with(MAIL, &[("mail.tls", "none"), ("mail.host", host)]).unwrap().codes;
        assert_eq!(plan.mail.unwrap().tls, MailTls::None, "{host}");
    }
}

#[test]
fn a_gateway_is_told_number_and_text_and_may_reach_some_countries_only_run_8() {
    let sms = with(SMS, &[("sms.prefixes", "+49, +43")]).unwrap().codes.sms.unwrap();
    let reaches = |number| sms.reaches(&sbm_core::factor::Address::parse(sbm_core::factor::Channel::Sms, number).unwrap());
    assert!(reaches("+491701234567") && reaches("+431234567") && !reaches("+881612345678"));
    let in_address = [("sms.url", "http://127.0.0.1:9/send?to={number}&text={text}"), ("sms.body", "")];
    assert_eq!(with(&[], &in_address).unwrap().codes.sms.unwrap().body, None);
}

#[test]
fn what_is_wrong_about_relays_and_gateways_is_named_err_1_run_8() {
    for (base, key, value) in [
        (MAIL, "mail.host", "relay.example:25"),
        (MAIL, "mail.host", "relay example"),
        (MAIL, "mail.from", ""),
        (MAIL, "mail.from", "SBM <sbm@example.org>"),
        (MAIL, "mail.from", "sbm@example.org\r\nBcc: all@example.org"),
        (MAIL, "mail.tls", "none"),
        (MAIL, "mail.tls", "opportunistic"),
        (MAIL, "mail.user", "sbm"),
        (MAIL, "mail.password_file", "/run/password"),
        (MAIL, "mail.port", "0"),
        (MAIL, "mail.timeout_seconds", "0"),
        (SMS, "sms.url", "http://gateway.example/send"),
        (SMS, "sms.url", "https://gateway.example/{number}"),
        (SMS, "sms.body", "to={number}"),
        (SMS, "sms.body", r#"{"to": "{number}"}"#),
        (SMS, "sms.body", r#"{"{number}": "{text}"}"#),
        (SMS, "sms.body", ""),
        (SMS, "sms.prefixes", "49"),
        (SMS, "sms.prefixes", "+49,+"),
        (SMS, "codes.user_per_hour", "0"),
    ] {
        let error = with(base, &[(key, value)]).unwrap_err();
        assert_eq!(error.code(), Code::ConfigInvalid, "{key}={value}: {error}");
        assert!(
            error.to_string().contains("`mail.") || error.to_string().contains("`sms.") || error.to_string().contains("`codes."),
            "{error}"
        );
    }
}
