//! Codes and passphrases at several servers on one database (DEV-1, RUN-7).

use sbm_core::enrolment::EnrolmentKind;
use sbm_core::wire::v1::admin::NewEnrolment;
use sbm_core::wire::v1::session::{DeviceEnrolled, DeviceEnrolment};

use super::*;
use crate::store::rounds;

fn officer() -> Actor {
    Actor::user(UserId(1), ADDRESS.to_string())
}

fn new(kind: EnrolmentKind, approval: bool) -> NewEnrolment {
    NewEnrolment {
        kind,
        user: "admin".to_owned(),
        account: None,
        uses: None,
        valid_for: None,
        approval,
        comment: Text::default(),
    }
}

async fn make(world: &World, kind: EnrolmentKind, approval: bool) -> Secret {
    world.at(0).make_enrolment(officer(), new(kind, approval)).await.unwrap().code
}

fn comes(code: &Secret, device: u8) -> DeviceEnrolment {
    DeviceEnrolment {
        code: code.clone(),
        installation: InstallationId::from_bytes([device; 16]),
        computer: format!("pc-{device}"),
        program: "tests".to_owned(),
    }
}

/// Each from an address of its own: the brake is not what is asked about.
fn from(round: u8, device: u8) -> IpAddr {
    IpAddr::from([10, round, 0, device])
}

/// Fifty come at once, to one server after the other.
async fn fifty(world: &Arc<World>, round: u8, code: &Secret, device: impl Fn(u8) -> u8) -> Vec<Result<DeviceEnrolled, Code>> {
    let coming: Vec<_> = (1..=50_u8)
        .map(|number| {
            let (world, asked) = (Arc::clone(world), comes(code, device(number)));
            tokio::spawn(async move {
                let server = world.at(usize::from(number) % world.servers.len());
                loop {
                    match server.enrol_device(asked.clone(), from(round, number)).await {
                        Err(refused) if refused.refusal.code == Code::Busy => tokio::task::yield_now().await,
                        told => return told.map_err(|refused| refused.refusal.code),
                    }
                }
            })
        })
        .collect();
    let mut told = Vec::new();
    for one in coming {
        told.push(one.await.unwrap());
    }
    told
}

fn token(enrolled: &DeviceEnrolled) -> Secret {
    enrolled.session.as_ref().unwrap().token.clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_who_come_with_one_code_to_two_servers_one_becomes_a_device_dev_1() {
    for place in BOTH {
        let world = Arc::new(World::claimed(place, 2).await);
        for round in 1..=u8::try_from(rounds()).unwrap() {
            let code = make(&world, EnrolmentKind::Code, false).await;
            // In every second round it is one and the same device that asks fifty times.
            let told = fifty(&world, round, &code, |number| if round % 2 == 0 { 200 } else { number }).await;
            let winners: Vec<&DeviceEnrolled> = told.iter().flatten().collect();
            assert_eq!(winners.len(), 1, "{place:?}, round {round}: {told:?}");
            assert!(told.iter().filter_map(|told| told.as_ref().err()).all(|code| *code == Code::EnrolmentRefused), "{told:?}");
            for server in 0..2 {
                assert!(world.ask(server, &token(winners[0]), Audience::Device).await.is_ok(), "{place:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_waits_at_one_server_is_let_in_at_another_and_asks_at_either_dev_1() {
    for place in BOTH {
        let world = Arc::new(World::claimed(place, 2).await);
        let code = make(&world, EnrolmentKind::Code, true).await;
        let told = fifty(&world, 1, &code, |_| 7).await;
        assert!(told.iter().all(|told| told.as_ref().is_ok_and(|told| told.waiting && told.session.is_none())), "{told:?}");
        world.at(1).decide_waiting(officer(), InstallationId::from_bytes([7; 16]), true).await.unwrap();
        let told = fifty(&world, 2, &code, |_| 7).await;
        let winners: Vec<&DeviceEnrolled> = told.iter().flatten().collect();
        assert_eq!(winners.len(), 1, "{place:?}: {told:?}");
        assert_eq!(winners[0].login.as_deref(), Some("admin"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_is_enrolled_anew_loses_the_token_that_it_had_at_every_server_dev_1_run_7() {
    for place in BOTH {
        let world = Arc::new(World::claimed(place, 2).await);
        let passphrase = make(&world, EnrolmentKind::Passphrase, false).await;
        let first = world.at(0).enrol_device(comes(&passphrase, 7), from(1, 1)).await.unwrap();
        let second = world.at(1).enrol_device(comes(&passphrase, 7), from(1, 1)).await.unwrap();
        let (first, second) = (token(&first), token(&second));
        for server in 0..2 {
            assert_eq!(world.ask(server, &first, Audience::Device).await, Err(Code::TokenRefused), "{place:?}");
            assert!(world.ask(server, &second, Audience::Device).await.is_ok(), "{place:?}");
            assert_eq!(world.ask(server, &second, Audience::Console).await, Err(Code::WrongAudience), "{place:?}");
        }
        assert_eq!(world.at(0).facts().devices().count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_disabled_meanwhile_is_refused_like_anybody_and_his_code_still_counts_afterwards_dev_1() {
    let world = World::claimed(Place::Sqlite, 1).await;
    world.add_user(0, "carol").await;
    let wanted = NewEnrolment { user: "carol".to_owned(), ..new(EnrolmentKind::Code, false) };
    let code = world.at(0).make_enrolment(officer(), wanted).await.unwrap().code;
    world.disable(0, "carol", true).await;
    let refused = world.at(0).enrol_device(comes(&code, 7), from(1, 1)).await.unwrap_err();
    let wrong = world.at(0).enrol_device(comes(&Secret::new("ABCD"), 7), from(1, 2)).await.unwrap_err();
    assert_eq!(refused, wrong, "nobody is told what is the matter");
    assert_eq!(world.at(0).facts().devices().count(), 0);
    world.disable(0, "carol", false).await;
    assert!(world.at(0).enrol_device(comes(&code, 7), from(1, 1)).await.unwrap().session.is_some());
    assert!(world.at(0).enrol_device(comes(&code, 7), from(1, 1)).await.is_err(), "once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessing_at_codes_is_slowed_by_address_and_slows_nobody_else_dev_1_run_6() {
    let world = World::claimed(Place::Sqlite, 1).await;
    let mut codes = Vec::new();
    for number in 0..40_u8 {
        let guess = Secret::new(format!("guess {number}"));
        codes.push(world.at(0).enrol_device(comes(&guess, number), from(1, 1)).await.unwrap_err().refusal.code);
    }
    let let_through = codes.iter().filter(|code| **code == Code::EnrolmentRefused).count();
    assert!((10..=25).contains(&let_through), "{let_through} of 40");
    assert!(codes.iter().skip(let_through).all(|code| *code == Code::Throttled), "{codes:?}");
    let code = make(&world, EnrolmentKind::Code, true).await;
    for _ in 0..40 {
        assert!(world.at(0).enrol_device(comes(&code, 8), from(1, 2)).await.unwrap().waiting, "to ask again is no guess");
    }
}
