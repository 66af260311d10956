//! Codes by mail, through a relay that is none of ours: aiosmtpd, with STARTTLS and a login (RUN-8).

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use sbm_client::core::account::AccountPath;
use sbm_client::core::code::Code;
use sbm_client::core::factor::Channel;
use sbm_client::core::time::SECOND;
use sbm_client::core::wire::v1::admin::{AccountPatch, NewAccount, NewUser};
use sbm_client::core::wire::v1::factor::ChannelBegin;
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::{Client, Error};
use sbm_server::clock::{Clock as _, ManualClock, SystemClock};
use sbm_server::names::SystemResolver;
use sbm_tests::fixture::{PASSWORD, add_user, config, name};
use sbm_tests::relay::{Relay, files, settings};
use sbm_tests::server::TestServer;

use super::oathtool;

const ADDRESS: &str = "carol.b@example.org";

/// A server that sends mails by the relay at that port, and its clock.
fn server(files: &Path, port: u16) -> (TestServer, Arc<ManualClock>) {
    let settings = settings(files, port);
    let settings: Vec<(&str, &str)> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let directory = Arc::new(tempfile::tempdir().unwrap());
    let server = TestServer::start_among(directory, 0, Arc::clone(&clock) as _, &settings, Arc::new(SystemResolver));
    (server, clock)
}

fn begin(admin: &sbm_client::admin::Admin, code: Option<Secret>) -> Result<Secret, Error> {
    let (password, channel, address) = (Secret::new(PASSWORD), Channel::Email, ADDRESS.to_owned());
    admin.begin_channel(&ChannelBegin { password, channel, address, code }).map(|begun| begun.ticket)
}

#[test]
fn a_code_that_came_by_mail_lets_its_owner_in_and_the_mail_crossed_tls_behind_a_login_run_8() {
    let files = files();
    let mut relay = Relay::start(files.path(), "take");
    let (server, clock) = server(files.path(), relay.port);
    let admin = server.claim();
    add_user(&admin, "carol", None, &[]);
    let mut carol = server.anybody();
    carol.login("carol", &Secret::new(PASSWORD)).unwrap();
    let ticket = begin(&carol, None).unwrap();
    let mail = relay.mail();
    assert_eq!((&mail["tls"], &mail["user"], &mail["from"]), (&true.into(), &"sbm".into(), &"sbm@example.org".into()));
    let (head, text) = mail["text"].as_str().unwrap().split_once("\r\n\r\n").unwrap();
    for header in
        ["From: sbm@example.org", "To: carol.b@example.org", "Subject: Your code for the backup server", "Date: ", "Message-ID: "]
    {
        assert!(head.lines().any(|line| line.starts_with(header)), "{header}: {head}");
    }
    assert!(text.contains("`root>carol`"), "{text}");
    let code = text.lines().map(str::trim).find(|line| line.len() == 8 && line.parse::<u32>().is_ok()).unwrap();
    assert!(!head.contains(code), "no code in a header");
    carol.confirm_channel(&ticket, &Secret::new(code)).unwrap();
    assert_eq!(carol.factor().unwrap().channels[0].address, "c…@example.org");
    assert!(admin.users().unwrap().iter().any(|user| user.name == name("carol") && user.second_factor));

    clock.advance(30 * SECOND);
    let mut person = server.anybody();
    let refused = person.login("carol", &Secret::new(PASSWORD)).unwrap_err();
    let half = refused.second_step().unwrap().clone();
    assert_eq!((half.channels[0].address.as_str(), half.sent_only), ("c…@example.org", true));
    assert_eq!(person.send_login_code(&half, Channel::Sms).unwrap_err().code(), Code::NotFound);
    person.send_login_code(&half, Channel::Email).unwrap();
    person.finish_login(&half, &relay.code(ADDRESS)).unwrap();
    assert!(!person.sessions().unwrap().is_empty());

    clock.advance(30 * SECOND);
    let home = tempfile::tempdir().unwrap();
    let client = Client::open(config(home.path())).unwrap();
    let (at, password) = (server.connection(), Secret::new(PASSWORD));
    let sent = client.send_login_code(at, "carol", &password, Channel::Email).unwrap().unwrap();
    assert_eq!(sent.address, "c…@example.org");
    let code = relay.code(ADDRESS);
    let wrong = client.login_with_code(at, "carol", &password, &Secret::new("00000000x")).unwrap_err();
    assert_eq!(wrong.code(), Code::SecondFactorWrong);
    client.login_with_code(at, "carol", &password, &code).unwrap();
    assert_eq!(client.state().user(), Some("carol"));

    // The log of the server and its database know neither code nor address.
    for file in std::fs::read_dir(server.data_dir()).unwrap() {
        let Ok(content) = std::fs::read(file.unwrap().path()) else { continue };
        let has = |what: &str| content.windows(what.len()).any(|window| window == what.as_bytes());
        assert!(!has(code.reveal()) && !has("carol.b@"), "it is in the data directory");
    }
    let entries = admin.audit(0, 1_000).unwrap().items;
    assert!(entries.iter().any(|entry| entry.entry.act == "factor.enrol" && entry.entry.detail.contains("c…@example.org")));
    assert!(entries.iter().all(|entry| !entry.entry.detail.contains("carol.b@")));
}

#[test]
fn a_relay_that_is_down_busy_refusing_silent_or_a_stranger_is_told_and_another_factor_lets_in_run_8_err_1() {
    let (files, others) = (files(), files());
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let down = {
        let gone = TcpListener::bind("127.0.0.1:0").unwrap();
        gone.local_addr().unwrap().port()
    };
    let (busy, refusing) = (Relay::start(files.path(), "busy"), Relay::start(files.path(), "refuse"));
    let stranger = Relay::start(others.path(), "take");
    for (what, port, told) in [
        ("down", down, "tried again"),
        ("silent", silent.local_addr().unwrap().port(), "tried again"),
        ("busy", busy.port, "tried again"),
        ("refusing", refusing.port, "refused"),
        ("a stranger", stranger.port, "sent"),
    ] {
        let (server, clock) = server(files.path(), port);
        let admin = server.claim();
        add_user(&admin, "carol", None, &[]);
        let mut carol = server.anybody();
        carol.login("carol", &Secret::new(PASSWORD)).unwrap();
        let refused = begin(&carol, None).unwrap_err();
        assert_eq!(refused.code(), Code::CodeNotSent, "{what}: {refused}");
        assert!(refused.to_string().contains(told) && !refused.to_string().contains("carol.b"), "{what}: {refused}");
        if what == "down" {
            let offer = carol.begin_factor(&Secret::new(PASSWORD), "localhost").unwrap();
            carol.confirm_factor(&offer.ticket, &oathtool(offer.key.reveal(), clock.now())).unwrap();
            clock.advance(30 * SECOND);
            let mut person = server.anybody();
            let half = person.login("carol", &Secret::new(PASSWORD)).unwrap_err().second_step().unwrap().clone();
            person.finish_login(&half, &oathtool(offer.key.reveal(), clock.now())).unwrap();
        }
    }
}

#[test]
fn an_account_asks_a_second_factor_of_all_below_and_nobody_there_lifts_it_run_8_acc_4() {
    let files = files();
    let mut relay = Relay::start(files.path(), "take");
    let (server, _) = server(files.path(), relay.port);
    let admin = server.claim();
    let path = |text: &str| text.parse::<AccountPath>().unwrap();
    for (account, of) in [("root>acme", "end_customer"), ("root>acme>berlin", "site"), ("root>other", "end_customer")] {
        let new: NewAccount = serde_json::from_value(serde_json::json!({"account": account, "level": of})).unwrap();
        admin.add_account(&new).unwrap();
    }
    for (user, account) in [("boss", "root>acme"), ("anna", "root>acme>berlin"), ("olga", "root>other")] {
        let new = serde_json::json!({"name": user, "password": PASSWORD, "account": account, "roles": ["administrator"]});
        admin.add_user(&serde_json::from_value::<NewUser>(new).unwrap()).unwrap();
    }
    let log_in = |user: &str| {
        let mut session = server.anybody();
        session.login(user, &Secret::new(PASSWORD)).map(|_| session).unwrap()
    };
    let (boss, mut anna, olga) = (log_in("boss"), log_in("anna"), log_in("olga"));
    anna.users().unwrap();
    let asks = |asks: bool| AccountPatch { second_factor: Some(asks), ..AccountPatch::default() };
    // More may be asked of oneself, never less.
    assert!(boss.modify_account(&path("root>acme"), &asks(true)).unwrap().second_factor);
    for session in [&boss, &anna] {
        assert_eq!(session.users().unwrap_err().code(), Code::DeniedSecondFactor);
        assert!(session.factor().unwrap().required);
    }
    olga.users().unwrap();
    admin.users().unwrap();
    assert!(!olga.factor().unwrap().required);
    let ticket = begin(&anna, None).unwrap();
    anna.confirm_channel(&ticket, &relay.code(ADDRESS)).unwrap();
    anna.users().unwrap();
    assert!(admin.modify_account(&path("root>acme>berlin"), &asks(true)).unwrap().second_factor);
    assert_eq!(anna.modify_account(&path("root>acme>berlin"), &asks(false)).unwrap_err().code(), Code::DeniedRole);
    assert!(!admin.modify_account(&path("root>acme>berlin"), &asks(false)).unwrap().second_factor);
    assert!(anna.factor().unwrap().required, "the account above asks");
    assert!(!admin.modify_account(&path("root>acme"), &asks(false)).unwrap().second_factor);
    boss.users().unwrap();
    assert!(!anna.factor().unwrap().required);
}
