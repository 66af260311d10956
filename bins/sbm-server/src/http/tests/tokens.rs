//! Who gets through, and with which token.

use super::*;

#[tokio::test]
async fn each_policy_takes_its_own_tokens_and_no_other_run_7() {
    let bench = bench();
    let forged = bench.console.replace("sbmc_", "sbmd_");
    let api = bench.world.give(3, Audience::Api, None);
    for (path, token, expected) in [
        ("/STATUS", "", None),
        ("/STATUS", "nonsense", None),
        ("/v1/users", "", Some(Code::NotLoggedIn)),
        ("/v1/users", "nonsense", Some(Code::TokenRefused)),
        ("/v1/users", &forged, Some(Code::TokenRefused)),
        ("/v1/users", &bench.device, Some(Code::WrongAudience)),
        ("/v1/users", &bench.console, None),
        ("/v1/device/x", "", Some(Code::NotLoggedIn)),
        ("/v1/device/x", &forged, Some(Code::TokenRefused)),
        ("/v1/device/x", &bench.console, Some(Code::WrongAudience)),
        ("/v1/device/x", &bench.device, None),
        ("/v1/users", &api, Some(Code::WrongAudience)),
        ("/v1/device/x", &api, Some(Code::WrongAudience)),
        ("/v1/groups", "", Some(Code::NotLoggedIn)),
        ("/v1/groups", "sbma_", Some(Code::TokenRefused)),
        ("/v1/groups", &forged, Some(Code::TokenRefused)),
        ("/v1/groups", &bench.console.replace("sbmc_", "sbma_"), Some(Code::TokenRefused)),
        ("/v1/groups", &api.replace("sbma_", "sbmc_"), Some(Code::TokenRefused)),
        ("/v1/groups", &bench.device, Some(Code::WrongAudience)),
        ("/v1/groups", &bench.console, None),
        ("/v1/groups", &api, None),
    ] {
        let value = format!("Bearer {token}");
        let headers = [LOCAL, ("authorization", value.as_str())];
        let answer = bench.get(path, if token.is_empty() { &headers[..1] } else { &headers }).await;
        assert_eq!(code(&answer), expected, "{path} {token}");
    }
    bench.world.sessions.revoke(1);
    let value = format!("Bearer {}", bench.console);
    assert_eq!(code(&bench.get("/v1/users", &[LOCAL, ("authorization", &value)]).await), Some(Code::TokenRefused));
}

#[tokio::test]
async fn who_was_shut_out_while_his_answer_was_read_does_not_get_it_run_7() {
    let Bench { world, console, .. } = bench();
    let edge = Edge {
        door: Door::new(Arc::clone(&world) as _),
        authenticator: Arc::clone(&world) as _,
        clock: Arc::new(ManualClock::at(NOW)),
        hosts: HostNames::new(&[], None),
        limits: limits(),
    };
    // A reset or a logout comes while the store is read.
    let read = {
        let world = Arc::clone(&world);
        async move || {
            tokio::task::yield_now().await;
            world.sessions.revoke(1);
            "the secret of the house"
        }
    };
    let router = Routes::new(edge)
        .route(MethodFilter::GET, "/v1/slow", Access::Console, read.clone())
        .route(MethodFilter::POST, "/v1/slow", Access::Console, read)
        .into_router(());
    let bench = Bench { world, router, console, device: String::new() };
    let value = format!("Bearer {}", bench.console);
    let headers = [LOCAL, ("authorization", value.as_str())];
    let answer = bench.get("/v1/slow", &headers).await;
    assert_eq!(code(&answer), Some(Code::TokenRefused), "{answer:?}");
    // What was done is answered, also where it ended one's own session.
    let value = format!("Bearer {}", bench.world.log_in(1, None));
    assert_eq!(code(&bench.post("/v1/slow", &[("authorization", &value)], Body::empty()).await), None);
}

#[tokio::test]
async fn a_server_that_lost_touch_with_the_others_answers_nothing_but_its_status_run_7() {
    let bench = bench();
    let value = format!("Bearer {}", bench.console);
    let headers = [LOCAL, ("authorization", value.as_str())];
    assert_eq!(code(&bench.get("/v1/users", &headers).await), None);
    bench.world.behind.store(true, Ordering::Relaxed);
    for path in ["/v1/users", "/list"] {
        let answer = bench.get(path, &headers).await;
        assert_eq!(code(&answer), Some(Code::ServerBehind), "{path}: {answer:?}");
    }
    assert_eq!(code(&bench.get("/STATUS", &[LOCAL]).await), None);
    bench.world.behind.store(false, Ordering::Relaxed);
    assert_eq!(code(&bench.get("/v1/users", &headers).await), None, "and again by itself");
}

#[tokio::test]
async fn a_token_of_another_server_is_looked_for_once_and_then_known_run_7() {
    let bench = bench();
    let token = bench.world.log_in(77, None);
    let session = bench.world.sessions.get(77, NOW).unwrap();
    let hash = bench.world.key.parse(&token).unwrap().hash;
    bench.world.sessions.revoke(77);
    bench.world.elsewhere.lock().unwrap().insert(77, NewSession { session, hash });
    let value = format!("Bearer {token}");
    for _ in 0..3 {
        assert_eq!(code(&bench.get("/v1/users", &[LOCAL, ("authorization", &value)]).await), None);
    }
    assert_eq!(bench.world.looked_for.load(Ordering::Relaxed), 1);
    // One that nobody knows is refused, a forged one without a look.
    bench.world.sessions.revoke(77);
    assert_eq!(code(&bench.get("/v1/users", &[LOCAL, ("authorization", &value)]).await), Some(Code::TokenRefused));
    assert_eq!(bench.world.looked_for.load(Ordering::Relaxed), 2);
    let forged = format!("Bearer {}A", token.get(..token.len() - 1).unwrap());
    let forged = if forged == value { value.replace('A', "B") } else { forged };
    assert_eq!(code(&bench.get("/v1/users", &[LOCAL, ("authorization", &forged)]).await), Some(Code::TokenRefused));
    assert_eq!(bench.world.looked_for.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_head_is_as_large_as_it_may_be_and_no_larger_err_3() {
    let bench = bench();
    let of = |bytes: usize| "x".repeat(bytes);
    assert_eq!(code(&bench.get("/STATUS", &[LOCAL, ("x-long", &of(31 * 1024))]).await), None);
    assert_eq!(code(&bench.get("/STATUS", &[LOCAL, ("x-long", &of(32 * 1024))]).await), Some(Code::TooLarge));
    let path = format!("/STATUS?{}", of(32 * 1024));
    assert_eq!(code(&bench.get(&path, &[LOCAL]).await), Some(Code::TooLarge));
}

#[tokio::test]
async fn the_handler_is_told_who_is_asking_dev_2() {
    let bench = bench();
    let (console, device) = (format!("bearer {}", bench.console), format!("BEARER {}", bench.device));
    let (_, told) = bench.get("/v1/users", &[LOCAL, ("authorization", &console)]).await;
    assert_eq!(
        told,
        format!("{:?}", Caller { session: 1, account: AccountId::ROOT, user: UserId(7), device: None, limit: None, task: None })
    );
    let api = format!("Bearer {}", bench.world.give(3, Audience::Api, None));
    let (_, told) = bench.get("/v1/groups", &[LOCAL, ("authorization", &api)]).await;
    let program = Caller { session: 3, account: AccountId::ROOT, user: UserId(7), device: None, limit: Some(LIMIT), task: None };
    assert_eq!(told, format!("{program:?}"));
    let (_, told) = bench.get("/v1/device/x", &[LOCAL, ("authorization", &device)]).await;
    assert_eq!(
        told,
        format!("{:?}", DeviceCaller { session: 2, account: AccountId::ROOT, user: UserId(7), device: DeviceId(9) })
    );
}

#[tokio::test]
async fn a_token_stands_in_one_header_of_one_form_run_7() {
    let bench = bench();
    let good = format!("Bearer {}", bench.console);
    for (values, expected) in [
        (&[good.as_str(), good.as_str()][..], Code::MalformedRequest),
        (&[&bench.console], Code::NotLoggedIn),
        (&["Basic YWRtaW46"], Code::NotLoggedIn),
        (&["Bearer"], Code::NotLoggedIn),
        (&["Bearer "], Code::TokenRefused),
    ] {
        let headers: Vec<_> = std::iter::once(LOCAL).chain(values.iter().map(|value| ("authorization", *value))).collect();
        assert_eq!(code(&bench.get("/v1/users", &headers).await), Some(expected), "{values:?}");
    }
}

#[tokio::test]
async fn a_handler_that_asks_for_more_than_its_policy_gives_gets_nothing() {
    let bench = bench();
    let value = format!("Bearer {}", bench.console);
    assert_eq!(code(&bench.get("/wrong-policy", &[LOCAL, ("authorization", &value)]).await), Some(Code::Internal));
}
