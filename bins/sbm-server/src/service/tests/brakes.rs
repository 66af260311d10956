//! Guessing at many servers is no faster than at one (RUN-6).

use std::ops::Range;
use std::time::Instant;

use super::*;

/// How many of so many guesses at once are let through.
async fn guess(world: &Arc<World>, guesses: usize, address: impl Fn(usize) -> IpAddr) -> usize {
    let count = world.servers.len();
    let tried = (0..guesses).map(|number| {
        let (world, address) = (Arc::clone(world), address(number));
        tokio::spawn(async move {
            let login = Login { user: "admin".to_owned(), password: Secret::new(format!("guess {number} at it")) };
            loop {
                match world.at(number % count).log_in(login.clone(), address).await.unwrap_err().refusal.code {
                    Code::WrongCredentials => return true,
                    Code::Throttled => return false,
                    Code::Busy => tokio::task::yield_now().await,
                    other => panic!("{other:?}"),
                }
            }
        })
    });
    let mut through = 0;
    for tried in tried.collect::<Vec<_>>() {
        through += usize::from(tried.await.unwrap());
    }
    through
}

fn stranger(number: u8) -> IpAddr {
    IpAddr::from([192, 0, 2, number])
}

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));

/// So many addresses guess, other ones in each round, that the name is slow for every stranger: for a second in the first
/// round, for twice as long in each after it. Gives a moment before that.
async fn make_slow(world: &Arc<World>, round: u8) -> Instant {
    loop {
        let begun = Instant::now();
        let address = |number: usize| IpAddr::from([203, 0, round, u8::try_from(number / 2).unwrap()]);
        // None of them is let through as long as it is slow for what was guessed in the round before.
        if guess(world, 48, address).await > 0 {
            return begun;
        }
    }
}

/// Whether a stranger who has the right password is made to wait at each of these servers. He must be for as long as the name
/// is slow, which a slow machine may need for asking; and the owner gets in all the while.
async fn is_slow_at(world: &World, servers: Range<usize>, round: u8, begun: Instant) -> bool {
    let log_in = async |server: usize, address: IpAddr| {
        let login = Login { user: "admin".to_owned(), password: Secret::new(PASSWORD) };
        world.at(server).log_in(login, address).await.map(drop).map_err(|not_in| not_in.refusal.code)
    };
    let mut is_slow = true;
    for server in servers {
        // Where one gets in he is a stranger no more.
        let said = log_in(server, stranger(16 * round + u8::try_from(server).unwrap())).await;
        if said != Err(Code::Throttled) {
            assert_eq!(said, Ok(()), "at {server}");
            assert!(begun.elapsed() >= Duration::from_secs(1 << round), "a stranger gets in at {server}, in round {round}");
            is_slow = false;
        }
        assert_eq!(log_in(server, HOME).await, Ok(()), "at {server}");
    }
    is_slow
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn guessing_at_eight_servers_is_no_faster_than_at_one_run_6() {
    for place in BOTH {
        for count in [1, 2, 8] {
            let world = Arc::new(World::claimed(place, count).await);
            let begun = Instant::now();
            let through = guess(&world, 64, |_| stranger(1)).await;
            // Six are free for one address, and the sixth makes the next one wait for a second, that one for four, and so on:
            // a slow machine may take that.
            let waited = |next: &u32| begun.elapsed().as_secs() >= (0..*next).map(|wait| 4_u64.pow(wait)).sum();
            let most = 6 + (1..16).take_while(waited).count();
            assert!((6..=most).contains(&through), "{place:?}: {through} of 64 at {count} servers");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_owner_gets_in_at_another_server_while_others_guess_run_6() {
    for place in BOTH {
        let mut world = Arc::new(World::claimed(place, 2).await);
        let login = Login { user: "admin".to_owned(), password: Secret::new(PASSWORD) };
        assert!(world.at(0).log_in(login, HOME).await.is_ok());
        for round in 0.. {
            assert!(round < 7, "{place:?}: a machine that needs longer than a minute for this");
            let begun = make_slow(&world, round).await;
            if is_slow_at(&world, 0..2, round, begun).await {
                // A server that comes later knows it too.
                Arc::get_mut(&mut world).unwrap().add().await.unwrap();
                let last = world.servers.len() - 1;
                if is_slow_at(&world, last..last + 1, round, begun).await {
                    break;
                }
            }
        }
    }
}
