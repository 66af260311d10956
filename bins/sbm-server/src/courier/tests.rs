//! Letters, their bounds and their attempts (RUN-8).

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

use sbm_core::factor::{Address, SentCode};

use super::*;

/// A carrier that does as it is told, one attempt after the other, and tells of each.
struct Told {
    orders: Mutex<Receiver<Result<(), Failure>>>,
    begun: Mutex<Sender<()>>,
}

fn told() -> (Courier, Sender<Result<(), Failure>>, Receiver<()>) {
    let ((order, orders), (begun, begins)) = (channel(), channel());
    let carrier = Told { orders: Mutex::new(orders), begun: Mutex::new(begun) };
    let courier = Courier { email: Some(Lane::new(Arc::new(carrier))), sms: None, patience: PATIENCE };
    (courier, order, begins)
}

impl Carrier for Told {
    fn carry(&self, _: &Letter) -> Result<(), Failure> {
        let _gone = self.begun.lock().unwrap().send(());
        let order = self.orders.lock().unwrap().recv();
        order.unwrap_or_else(|_| Err(failure(true)))
    }
}

fn failure(is_final: bool) -> Failure {
    Failure { why: "told so".to_owned(), is_final }
}

fn letter(channel: Channel) -> Letter {
    let to = match channel {
        Channel::Email => Address::parse(channel, "anna@example.org"),
        Channel::Sms => Address::parse(channel, "+491701234567"),
    };
    Letter::with_code(to.unwrap(), "root>anna", "backup.example", &SentCode::from_random([7; 8]))
}

#[tokio::test]
async fn who_waits_is_told_of_the_first_attempt_and_another_one_is_made_run_8() {
    let (courier, order, begins) = told();
    for (answer, expected) in
        [(Ok(()), Ok(())), (Err(failure(true)), Err(NotCarried::Refused)), (Err(failure(false)), Err(NotCarried::Failed))]
    {
        order.send(answer).unwrap();
        assert_eq!(courier.send(letter(Channel::Email), Duration::from_secs(600)).await, expected);
        begins.recv().unwrap();
    }
    assert!(begins.try_recv().is_err(), "what was refused for good is not tried again");
    assert_eq!(courier.send(letter(Channel::Sms), Duration::from_secs(600)).await, Err(NotCarried::Refused), "nobody carries it");
    assert_eq!(courier.offers(), [Channel::Email]);
}

#[tokio::test(start_paused = true)]
async fn what_failed_for_now_is_tried_twice_more_and_no_longer_than_it_is_of_use_run_8() {
    for (useful, attempts) in [(600, 3), (20, 2), (1, 1)] {
        let (courier, order, begins) = told();
        for _ in 0..5 {
            order.send(Err(failure(false))).unwrap();
        }
        assert_eq!(courier.send(letter(Channel::Email), Duration::from_secs(useful)).await, Err(NotCarried::Failed));
        // The clock of the test goes on by itself when nothing else does.
        tokio::time::sleep(Duration::from_secs(700)).await;
        assert_eq!(begins.try_iter().count(), attempts, "{useful} s");
    }
}

#[tokio::test]
async fn a_slow_carrier_holds_up_nobody_and_what_waits_has_a_bound_run_8_err_3() {
    let (courier, order, begins) = told();
    let courier = Courier { patience: Duration::ZERO, ..courier };
    for _ in 0..WAITING {
        assert_eq!(courier.send(letter(Channel::Email), Duration::from_secs(600)).await, Ok(()), "it is on its way");
    }
    assert_eq!(courier.send(letter(Channel::Email), Duration::from_secs(600)).await, Err(NotCarried::Full));
    for _ in 0..CARRIED {
        begins.recv().unwrap();
    }
    assert!(begins.try_recv().is_err(), "no more than so many are carried at once");
    drop(order);
    for _ in CARRIED..WAITING {
        tokio::task::yield_now().await;
    }
}

#[test]
fn a_letter_says_the_code_in_its_text_alone_run_8() {
    let code = SentCode::from_random([7; 8]).text();
    for channel in Channel::ALL {
        let letter = letter(channel);
        assert!(letter.text.contains(code.as_str()) && !letter.subject.contains(code.as_str()));
        assert!(!format!("{letter:?}").contains(code.as_str()) && !format!("{letter:?}").contains("anna@"));
        assert!(channel == Channel::Email || letter.text.len() <= 160, "a short message is one: {}", letter.text.len());
    }
}
