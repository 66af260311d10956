//! Guessing at many servers is no faster than at one (RUN-6).

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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn guessing_at_eight_servers_is_no_faster_than_at_one_run_6() {
    for place in BOTH {
        for count in [1, 2, 8] {
            let world = Arc::new(World::claimed(place, count).await);
            // Six are free for one address, and the sixth makes the next one wait for a second: a slow machine may take that.
            let through = guess(&world, 64, |_| stranger(1)).await;
            assert!((6..=8).contains(&through), "{place:?}: {through} of 64 at {count} servers");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_owner_gets_in_at_another_server_while_others_guess_run_6() {
    for place in BOTH {
        let world = Arc::new(World::claimed(place, 2).await);
        let home = IpAddr::from([198, 51, 100, 1]);
        let log_in = async |server: usize, address: IpAddr| {
            let login = Login { user: "admin".to_owned(), password: Secret::new(PASSWORD) };
            world.at(server).log_in(login, address).await.map(drop).map_err(|not_in| not_in.refusal.code)
        };
        assert_eq!(log_in(0, home).await, Ok(()));
        // So many addresses guess that the name is slow for every stranger, at both.
        guess(&world, 48, |number| stranger(u8::try_from(number / 2).unwrap())).await;
        for server in 0..2 {
            assert_eq!(log_in(server, stranger(200)).await, Err(Code::Throttled), "{place:?} at {server}");
            assert_eq!(log_in(server, home).await, Ok(()), "{place:?} at {server}");
        }
        // A server that comes later knows it too.
        let mut world = Arc::into_inner(world).unwrap();
        world.add().await.unwrap();
        let login = || Login { user: "admin".to_owned(), password: Secret::new(PASSWORD) };
        let strangers = world.at(2).log_in(login(), stranger(201)).await.map_err(|not_in| not_in.refusal.code);
        assert_eq!(strangers.map(drop), Err(Code::Throttled), "{place:?}");
        assert!(world.at(2).log_in(login(), home).await.is_ok(), "{place:?}");
    }
}
