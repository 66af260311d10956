mod cases;

use std::net::IpAddr;
use std::sync::mpsc;

use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};

use super::share::{OF_NAME, OF_NETWORK};
use super::*;

fn passwords(parallel: usize, waiting: usize) -> Passwords {
    Passwords::new(Hashing { parallel, waiting, cost: Cost::STANDARD }).unwrap()
}

#[tokio::test]
async fn a_password_is_verified_with_its_exact_bytes_run_6() {
    let passwords = passwords(2, 8);
    for text in ["Xk4!pq7z_9aB", "  blanks count  ", "Äpfel und Birnen", "nul\0is a character"] {
        let hash = passwords.hash_new(For::Act, &Secret::new(text)).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(passwords.verify(For::Act, Some(&hash), &Secret::new(text)).await, Ok(Verified { needs_upgrade: false }));
        for other in [text.to_lowercase() + "x", text.trim().to_owned() + " ", text.replace('\0', ""), String::new()] {
            if other != text {
                assert_eq!(passwords.verify(For::Act, Some(&hash), &Secret::new(other)).await, Err(Code::WrongCredentials));
            }
        }
    }
}

#[tokio::test]
async fn two_hashes_of_one_password_differ() {
    let passwords = passwords(2, 8);
    let secret = Secret::new("Xk4!pq7z_9aB");
    assert_ne!(passwords.hash_new(For::Act, &secret).await, passwords.hash_new(For::Act, &secret).await);
}

#[tokio::test]
async fn weaker_parameters_ask_for_an_upgrade_run_6() {
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8 * 1024, 1, 1, None).unwrap());
    let old: PasswordHash = weak.hash_password(b"Xk4!pq7z_9aB").unwrap();
    let passwords = passwords(2, 8);
    let secret = Secret::new("Xk4!pq7z_9aB");
    assert_eq!(passwords.verify(For::Act, Some(&old.to_string()), &secret).await, Ok(Verified { needs_upgrade: true }));
    let new = passwords.hash_again(For::Act, &secret).await.unwrap();
    assert_eq!(passwords.verify(For::Act, Some(&new), &secret).await, Ok(Verified { needs_upgrade: false }));
}

#[tokio::test]
async fn nobody_has_any_password_and_costs_the_same_work_run_6() {
    let passwords = passwords(1, 8);
    for text in ["", "Xk4!pq7z_9aB"] {
        assert_eq!(passwords.verify(For::Act, None, &Secret::new(text)).await, Err(Code::WrongCredentials));
    }
    // Nobody's hash is a real one with today's parameters, so that the same work is done.
    let stored = PasswordHash::new(&passwords.0.nobody).unwrap();
    let real = PasswordHash::new(&Cost::STANDARD.hash(b"x").unwrap()).unwrap();
    assert_eq!(stored.params, real.params);
    assert_eq!(Params::try_from(&stored).unwrap(), Params::new(19 * 1024, 2, 1, Some(32)).unwrap());
    assert_eq!((stored.algorithm, stored.version), (real.algorithm, real.version));
    assert_eq!(Cost::STANDARD.verify(&passwords.0.nobody, b"x"), Err(Code::WrongCredentials));
    assert_eq!((stored.hash.unwrap().len(), stored.salt.unwrap().len()), (real.hash.unwrap().len(), real.salt.unwrap().len()));
}

#[tokio::test]
async fn a_damaged_or_hostile_hash_lets_nobody_in() {
    let passwords = passwords(2, 8);
    let good = passwords.hash_new(For::Act, &Secret::new("Xk4!pq7z_9aB")).await.unwrap();
    let cut = good.rsplit_once('$').unwrap().0.to_owned();
    for phc in [
        "",
        "$",
        "plain text",
        &cut,
        "$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo",
        &good.replace("t=2", "t=4000"),
    ] {
        assert_eq!(passwords.verify(For::Act, Some(phc), &Secret::new("Xk4!pq7z_9aB")).await, Err(Code::StoreDamaged), "{phc}");
    }
}

#[tokio::test]
async fn a_password_that_is_too_long_is_refused_without_work() {
    let passwords = passwords(1, 0);
    let _turn = passwords.line(For::Act).turn().await.unwrap();
    assert_eq!(passwords.verify(For::Act, None, &Secret::new("x".repeat(1_025))).await, Err(Code::WrongCredentials));
    assert_eq!(passwords.hash_new(For::Act, &Secret::new("x".repeat(1_025))).await, Err(Code::PasswordTooLong));
}

#[tokio::test]
async fn one_more_than_may_wait_is_busy_and_the_others_get_their_turn_err_3() {
    let passwords = passwords(1, 2);
    let (hold, held) = mpsc::channel::<()>();
    let first = tokio::spawn({
        let passwords = passwords.clone();
        async move { passwords.run(For::Act, move || held.recv().map_err(|_| Code::Internal)).await }
    });
    while passwords.0.acts.turns.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    let waiting: Vec<_> = (0..2)
        .map(|number| {
            let passwords = passwords.clone();
            tokio::spawn(async move { passwords.run(For::Act, move || Ok(number)).await })
        })
        .collect();
    while passwords.0.acts.waiting.load(Ordering::Acquire) < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(passwords.run(For::Act, || Ok(9)).await, Err(Code::Busy));
    hold.send(()).unwrap();
    first.await.unwrap().unwrap();
    for (number, task) in waiting.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), Ok(number));
    }
    assert_eq!(passwords.0.acts.waiting.load(Ordering::Acquire), 0);
    assert_eq!(passwords.run(For::Act, || Ok(9)).await, Ok(9));
}

#[tokio::test]
async fn a_caller_who_leaves_gives_his_place_back_and_keeps_his_turn_until_the_work_ends() {
    let passwords = passwords(1, 1);
    let (hold, held) = mpsc::channel::<()>();
    let first = tokio::spawn({
        let passwords = passwords.clone();
        async move { passwords.run(For::Act, move || held.recv().map_err(|_| Code::Internal)).await }
    });
    while passwords.0.acts.turns.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    first.abort();
    let _ = first.await;
    assert_eq!(passwords.0.acts.turns.available_permits(), 0);
    let second = tokio::spawn({
        let passwords = passwords.clone();
        async move { passwords.run(For::Act, || Ok(())).await }
    });
    while passwords.0.acts.waiting.load(Ordering::Acquire) < 1 {
        tokio::task::yield_now().await;
    }
    second.abort();
    let _ = second.await;
    assert_eq!(passwords.0.acts.waiting.load(Ordering::Acquire), 0);
    hold.send(()).unwrap();
    drop(passwords.line(For::Act).turn().await.unwrap());
}

#[tokio::test]
async fn one_name_and_one_network_have_their_share_and_acts_have_a_line_of_their_own_err_3_run_6() {
    let passwords = passwords(2, 64);
    let (hold, held) = mpsc::channel::<()>();
    let held = Arc::new(std::sync::Mutex::new(held));
    let mut waiting = Vec::new();
    let mut begin = |whose: For| {
        let (passwords, held) = (passwords.clone(), Arc::clone(&held));
        let waits = move || held.lock().unwrap().recv().map_err(|_| Code::Internal);
        waiting.push(tokio::spawn(async move { passwords.run(whose, waits).await }));
    };
    let from = |last: u8| IpAddr::from([10, 0, 0, last]);
    let taken = |passwords: &Passwords| {
        2 - passwords.0.logins.turns.available_permits() + passwords.0.logins.waiting.load(Ordering::Acquire)
    };
    // One user has his share, from as many addresses as he likes.
    (0..OF_NAME).for_each(|at| begin(For::login("root>dave", from(u8::try_from(at).unwrap()))));
    while taken(&passwords) < OF_NAME {
        tokio::task::yield_now().await;
    }
    assert_eq!(passwords.run(For::login("root>dave", from(200)), || Ok(())).await, Err(Code::Busy));
    // One network has its own, with as many names as it likes.
    (0..OF_NETWORK).for_each(|name| begin(For::login(&format!("root>{name}"), from(201))));
    while taken(&passwords) < OF_NAME + OF_NETWORK {
        tokio::task::yield_now().await;
    }
    assert_eq!(passwords.run(For::login("root>another", from(201)), || Ok(())).await, Err(Code::Busy));
    // An act does not wait for any of them.
    assert_eq!(passwords.run(For::Act, || Ok(7)).await, Ok(7));
    // And somebody else comes into the line.
    begin(For::login("root>erin", from(202)));
    while taken(&passwords) < OF_NAME + OF_NETWORK + 1 {
        tokio::task::yield_now().await;
    }
    for _ in 0..=OF_NAME + OF_NETWORK {
        hold.send(()).unwrap();
    }
    for task in waiting {
        task.await.unwrap().unwrap();
    }
    assert!(passwords.0.shares.is_empty(), "every share came back");
}

#[test]
fn a_made_up_password_passes_the_rules_and_is_new_each_time() {
    let (one, two) = (generate().unwrap(), generate().unwrap());
    assert_ne!(one, two);
    assert_eq!(one.reveal().len(), 23);
    rule::check(one.reveal()).unwrap();
}
