//! Codes that are sent, on a clock that is moved, by a gateway of this test's (RUN-8).

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::mpsc::{Receiver, channel};

use sbm_core::factor::totp::Totp;
use sbm_core::time::{HOUR, MINUTE};
use sbm_core::wire::v1::factor::{FactorBegin, HalfSession, SecondStep};
use sbm_core::wire::v1::session::{Claim, DeviceLogin, Login, Secret, Session};
use tempfile::TempDir;

use super::*;
use crate::auth::password::Cost;
use crate::clock::ManualClock;
use crate::config::{Config, Sources};
use crate::server::Server;

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const PASSWORD: &str = "marble kettle 7 orbit";
const ADMIN: UserId = UserId(1);
const NUMBER: &str = "+49 170 1234567";

struct World {
    _directory: TempDir,
    _server: Server,
    service: Arc<Service>,
    clock: Arc<ManualClock>,
    /// What the gateway got: number and text.
    came: Receiver<(String, String)>,
}

/// A gateway that answers each request with the status that the number asks for, `+49…4xx`, else with 200.
fn gateway() -> (String, Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/send", listener.local_addr().unwrap());
    let (tell, came) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut bytes) = (stream.unwrap(), Vec::new());
            let content = loop {
                let mut some = [0; 1_024];
                let count = stream.read(&mut some).unwrap();
                bytes.extend_from_slice(&some[..count]);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let Some((head, content)) = text.split_once("\r\n\r\n") else { continue };
                let length =
                    head.to_ascii_lowercase().split("content-length: ").nth(1).unwrap().lines().next().unwrap().parse::<usize>();
                if content.len() >= length.unwrap() {
                    break content.to_owned();
                }
            };
            let json: serde_json::Value = serde_json::from_str(&content).unwrap();
            let (number, text) = (json["to"].as_str().unwrap().to_owned(), json["text"].as_str().unwrap().to_owned());
            let status = if number.ends_with("500") {
                "500 Broken"
            } else if number.ends_with("400") {
                "400 Bad"
            } else {
                "200 OK"
            };
            stream.write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
            if tell.send((number, text)).is_err() {
                return;
            }
        }
    });
    (url, came)
}

impl World {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data").display().to_string();
        let (url, came) = gateway();
        let flags = [
            ("data_dir", data.as_str()),
            ("listen", "127.0.0.1:0"),
            ("sms.url", &url),
            ("sms.body", r#"{"to": "{number}", "text": "{text}"}"#),
            ("sms.prefixes", "+49"),
        ];
        let flags = flags.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let mut config = Config::load(&Sources { file: None, environment: vec![], flags }).unwrap();
        config.hashing.cost = Cost { memory_kib: 1_024, passes: 1 };
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_800_000_000_000)));
        let server = Server::open(config, Arc::clone(&clock) as Arc<dyn crate::clock::Clock>).await.unwrap();
        let service = server.service();
        let code = std::fs::read_to_string(directory.path().join("data/setup-code")).unwrap();
        service.claim(Claim { code: Secret::new(code.trim()), password: Secret::new(PASSWORD) }, HOME).await.unwrap();
        Self { _directory: directory, _server: server, service, clock, came }
    }

    fn actor() -> Actor {
        Actor::user(ADMIN, HOME.to_string())
    }

    async fn begin(&self, address: &str, password: &str, code: Option<Secret>) -> Result<ChannelTicket, Refusal> {
        let asked = ChannelBegin { password: Secret::new(password), channel: Channel::Sms, address: address.to_owned(), code };
        self.service.begin_channel(&Self::actor(), asked, HOME).await.map_err(|not_in| not_in.refusal)
    }

    async fn confirm(&self, ticket: &Secret, code: &Secret) -> Result<FactorEnrolled, Refusal> {
        let asked = FactorConfirm { ticket: ticket.clone(), code: code.clone() };
        self.service.confirm_channel(Self::actor(), asked, HOME).await.map_err(|not_in| not_in.refusal)
    }

    /// The code that came to the number last.
    fn code(&self) -> Secret {
        let (number, text) = self.came.recv().unwrap();
        assert_eq!(number, "+491701234567");
        Secret::new(text.split(' ').next().unwrap())
    }

    /// Confirms the number, and lets the time pass until the next code may be sent.
    async fn enrol(&self) {
        let begun = self.begin(NUMBER, PASSWORD, None).await.unwrap();
        self.confirm(&begun.ticket, &self.code()).await.unwrap();
        self.clock.advance(sent::GAP);
    }

    async fn half(&self) -> HalfSession {
        let login = Login { user: "admin".to_owned(), password: Secret::new(PASSWORD) };
        let refused = self.service.log_in(login, HOME).await.unwrap_err();
        assert_eq!(refused.refusal.code, Code::DeniedSecondFactor);
        refused.half.unwrap()
    }

    async fn send(&self, half: &HalfSession) -> Result<CodeSent, Refusal> {
        let asked = SendLoginCode { login: half.token.clone(), channel: Channel::Sms };
        self.service.send_login_code(&asked, HOME).await.map_err(|not_in| not_in.refusal)
    }

    async fn finish(&self, half: &HalfSession, code: &Secret) -> Result<Session, Refusal> {
        let step = SecondStep { login: half.token.clone(), code: code.clone() };
        self.service.finish_login(step, HOME).await.map_err(|not_in| not_in.refusal)
    }
}

/// Another code of the same form.
fn other(code: &Secret) -> Secret {
    let number: u64 = code.reveal().parse().unwrap();
    Secret::new(format!("{:08}", (number + 1) % 100_000_000).as_str())
}

#[tokio::test]
async fn a_number_counts_when_its_code_came_back_and_then_a_login_asks_for_one_run_8() {
    let world = World::new().await;
    let begun = world.begin(NUMBER, PASSWORD, None).await.unwrap();
    assert_eq!((begun.sent.address.as_str(), begun.sent.expires), ("+49…67", world.service.now().plus(10 * MINUTE)));
    let code = world.code();
    let login = Login { user: "admin".to_owned(), password: Secret::new(PASSWORD) };
    assert!(world.service.log_in(login, HOME).await.is_ok(), "it is none yet");
    let wrong = world.confirm(&begun.ticket, &other(&code)).await.unwrap_err();
    assert!(wrong.code == Code::SecondFactorWrong && wrong.message.contains("tries left: 9"), "{}", wrong.message);
    assert_eq!(world.confirm(&Secret::new("AAAA"), &code).await.unwrap_err().code, Code::TokenRefused);
    let enrolled = world.confirm(&begun.ticket, &code).await.unwrap();
    assert!(enrolled.session.token.reveal().starts_with("sbmc_") && enrolled.recovery_codes.is_empty());
    assert_eq!(world.confirm(&begun.ticket, &code).await.unwrap_err().code, Code::TokenRefused, "it works once");
    let state = world.service.factor_state(&World::actor()).await.unwrap();
    assert_eq!((state.enrolled, state.channels[0].address.as_str(), state.offers), (false, "+49…67", vec![Channel::Sms]));

    world.clock.advance(sent::GAP);
    let half = world.half().await;
    let offered = ChannelOffer { channel: Channel::Sms, address: "+49…67".to_owned() };
    assert_eq!((half.channels.as_slice(), half.sent_only), (&[offered][..], true));
    let sent = world.send(&half).await.unwrap();
    assert_eq!((sent.address.as_str(), sent.expires), ("+49…67", half.expires));
    let code = world.code();
    assert_eq!(world.finish(&half, &other(&code)).await.unwrap_err().code, Code::SecondFactorWrong);
    assert!(world.finish(&half, &code).await.unwrap().token.reveal().starts_with("sbmc_"));
    assert_eq!(world.finish(&half, &code).await.unwrap_err().code, Code::TokenRefused);
}

#[tokio::test]
async fn a_code_is_for_its_login_and_for_a_time_and_the_next_one_voids_it_run_8() {
    let world = World::new().await;
    world.enrol().await;
    let (one, two) = (world.half().await, world.half().await);
    world.send(&one).await.unwrap();
    let first = world.code();
    assert_eq!(world.finish(&two, &first).await.unwrap_err().code, Code::SecondFactorWrong, "it was sent for the other login");
    let early = world.send(&one).await.unwrap_err();
    assert!(early.code == Code::Throttled && early.message.contains("in 31 s"), "{}", early.message);
    world.clock.advance(sent::GAP);
    world.send(&two).await.unwrap();
    let second = world.code();
    assert_eq!(world.finish(&one, &first).await.unwrap_err().code, Code::SecondFactorWrong, "it is void");
    world.finish(&two, &second).await.unwrap();
    world.clock.advance(MINUTE);
    let late = world.half().await;
    world.send(&late).await.unwrap();
    let code = world.code();
    world.clock.advance(10 * MINUTE);
    assert_eq!(world.finish(&late, &code).await.unwrap_err().code, Code::TokenRefused);
    assert_eq!(world.send(&late).await.unwrap_err().code, Code::TokenRefused);
}

#[tokio::test]
async fn only_so_many_codes_are_sent_and_none_to_where_the_operator_pays_too_much_run_8() {
    let world = World::new().await;
    world.enrol().await;
    let half = world.half().await;
    let mut sent = 1;
    let refused = loop {
        match world.send(&half).await {
            Ok(_) => sent += 1,
            Err(refused) => break refused,
        }
        world.clock.advance(sent::GAP);
    };
    assert_eq!((sent, refused.code), (6, Code::Throttled));
    let code = std::iter::from_fn(|| world.came.try_recv().ok()).last().unwrap().1;
    world.finish(&half, &Secret::new(code.split(' ').next().unwrap())).await.unwrap();
    for bad in ["+88 1612345678", "+1 900 1234567", "0170 1234567", "+49 170\r\nX: 1", "anna@example.org", ""] {
        assert_eq!(world.begin(bad, PASSWORD, None).await.unwrap_err().code, Code::InvalidArgument, "{bad:?}");
    }
    let asked = ChannelBegin {
        password: Secret::new(PASSWORD),
        channel: Channel::Email,
        address: "anna@example.org".to_owned(),
        code: None,
    };
    let refused = world.service.begin_channel(&World::actor(), asked, HOME).await.unwrap_err().refusal;
    assert_eq!(refused.code, Code::CapabilityMissing, "this server has no relay");
    // A number that was confirmed when there were no such prefixes.
    let foreign = Address::parse(Channel::Sms, "+431234567").unwrap();
    let sealed = world.service.factor_key(true).await.unwrap().seal_address(ADMIN, &foreign).unwrap();
    let kept = KeptAddress { nonce: sealed.nonce, sealed: sealed.bytes, since: world.service.now() };
    let command = Command::ConfirmChannel { channel: Channel::Sms, kept, shown: foreign.masked() };
    world.service.act(World::actor(), command, Vec::new()).await.unwrap();
    world.clock.advance(HOUR);
    let refused = world.send(&world.half().await).await.unwrap_err();
    assert!(refused.code == Code::CapabilityMissing && refused.message.contains("+43"), "{}", refused.message);
    assert!(world.came.try_recv().is_err());
}

#[tokio::test]
async fn a_gateway_that_fails_or_refuses_is_told_by_a_code_of_its_own_run_8_err_1() {
    let world = World::new().await;
    for (number, told) in [("+49 170 1234500", "tried again"), ("+49 170 1234400", "refused")] {
        let refused = world.begin(number, PASSWORD, None).await.unwrap_err();
        assert_eq!(refused.code, Code::CodeNotSent);
        assert!(refused.message.contains(told) && !refused.message.contains("17012345"), "{}", refused.message);
        world.clock.advance(sent::GAP);
    }
    let refused = world.begin(NUMBER, "not the password 7", None).await.unwrap_err();
    assert_eq!(refused.code, Code::WrongCredentials);
}

#[tokio::test]
async fn who_has_a_second_factor_proves_it_before_he_gets_another_one_run_8() {
    let world = World::new().await;
    world.enrol().await;
    assert_eq!(world.begin("+49 170 7654321", PASSWORD, None).await.unwrap_err().code, Code::DeniedSecondFactor);
    let authenticator = |code: Option<Secret>| {
        let asked = FactorBegin { password: Secret::new(PASSWORD), issuer: None, code };
        let service = Arc::clone(&world.service);
        async move { service.begin_factor(&World::actor(), asked, HOME).await.map_err(|not_in| not_in.refusal) }
    };
    assert_eq!(authenticator(None).await.unwrap_err().code, Code::DeniedSecondFactor);
    world.service.send_own_code(&World::actor(), SendCode { channel: Channel::Sms }).await.unwrap();
    let code = world.code();
    let offer = authenticator(Some(code.clone())).await.unwrap();
    assert_eq!(authenticator(Some(code)).await.unwrap_err().code, Code::SecondFactorWrong, "it was used");
    let key: Vec<u8> = {
        let bits: String = offer
            .key
            .reveal()
            .chars()
            .map(|sign| format!("{:05b}", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(sign).unwrap()))
            .collect();
        (0..bits.len() / 8).map(|at| u8::from_str_radix(&bits[at * 8..at * 8 + 8], 2).unwrap()).collect()
    };
    let shows = || Secret::new(Totp::COMMON.code(&key, Totp::COMMON.step(world.service.now())).as_str());
    let asked = FactorConfirm { ticket: offer.ticket, code: shows() };
    let enrolled = world.service.confirm_factor(World::actor(), asked, HOME).await.unwrap();
    assert_eq!(enrolled.recovery_codes.len(), 10);
    world.clock.advance(MINUTE);
    // Either lets in now, and so does a recovery code while no code can be sent.
    let half = world.half().await;
    assert!(!half.sent_only && half.channels.len() == 1);
    world.finish(&half, &shows()).await.unwrap();
    world.finish(&world.half().await, &enrolled.recovery_codes[0]).await.unwrap();
    // The authenticator's code takes the number away, and what is left goes on.
    world.clock.advance(MINUTE);
    let remove = ChannelRemove { channel: Channel::Sms, code: shows() };
    world.service.remove_channel(World::actor(), remove.clone(), HOME).await.unwrap();
    world.clock.advance(MINUTE);
    let again = ChannelRemove { code: shows(), ..remove };
    assert_eq!(world.service.remove_channel(World::actor(), again, HOME).await.unwrap_err().refusal.code, Code::NotFound);
    let half = world.half().await;
    assert_eq!(world.send(&half).await.unwrap_err().code, Code::NotFound);
}

#[tokio::test]
async fn one_sent_code_fifty_times_at_once_lets_one_in_and_a_backup_program_too_run_8() {
    let world = World::new().await;
    world.enrol().await;
    for round in 0..u8::try_from(crate::store::rounds()).unwrap() {
        let half = world.half().await;
        world.send(&half).await.unwrap();
        let code = world.code();
        let tries: Vec<_> = (1..=50_u8)
            .map(|number| {
                let step = SecondStep { login: half.token.clone(), code: code.clone() };
                // Each from an address of its own: the brake is another test's.
                let (service, from) = (Arc::clone(&world.service), IpAddr::V4(Ipv4Addr::new(10, round, 0, number)));
                tokio::spawn(async move { service.finish_login(step, from).await.is_ok() })
            })
            .collect();
        let mut won = 0;
        for one in tries {
            won += usize::from(one.await.unwrap());
        }
        assert_eq!(won, 1, "round {round}");
        // Codes and failures of this hour are forgotten.
        world.clock.advance(120 * MINUTE);
    }
    let installation = sbm_core::id::InstallationId::from_bytes([7; 16]);
    let (computer, program) = ("pc".to_owned(), "minibackup 1".to_owned());
    let login = DeviceLogin {
        user: "admin".to_owned(),
        password: Secret::new(PASSWORD),
        installation,
        computer: computer.clone(),
        program: program.clone(),
        take_over: false,
    };
    let half = world.service.log_in_device(login, HOME).await.unwrap_err().half.unwrap();
    world.send(&half).await.unwrap();
    let step = sbm_core::wire::v1::factor::DeviceSecondStep {
        login: half.token,
        code: world.code(),
        installation,
        computer,
        program,
        take_over: false,
    };
    assert!(world.service.finish_device_login(step, HOME).await.unwrap().token.reveal().starts_with("sbmd_"));
}
