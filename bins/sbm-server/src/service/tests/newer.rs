//! A newer program raises the schema while this one runs (DOOR-4).

use rusqlite::Connection;

use super::*;
use crate::store::servers::SCHEMA;

/// What the next program would write when it migrates.
async fn migrate(world: &World, version: u32, min_program: u32) {
    let row = format!("(version, min_program, sha256) VALUES ({version}, {min_program}, 'x')");
    match &world.url {
        None => {
            let file = Connection::open(world.opened.data_dir.path().join(crate::store::sqlite::FILE)).unwrap();
            file.execute_batch(&format!("INSERT INTO migrations {row}")).unwrap();
        }
        Some(url) => {
            let database = url.database.clone();
            let insert = move || Cluster::shared().admin(&database).batch_execute(&format!("INSERT INTO sbm.migrations {row}"));
            tokio::task::spawn_blocking(insert).await.unwrap().unwrap();
        }
    }
}

fn may_answer(service: &Service) -> Result<(), Code> {
    service.may_answer().map_err(|error| error.code())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_newer_schema_that_admits_this_program_changes_nothing_for_it_door_4() {
    for place in BOTH {
        let mut world = World::claimed(place, 2).await;
        migrate(&world, SCHEMA + 1, SCHEMA).await;
        for server in 0..2 {
            world.at(server).keep_up(true).await.unwrap();
            assert_eq!(may_answer(world.at(server)), Ok(()), "{place:?}");
        }
        let token = world.log_in(0, "admin", PASSWORD).await.unwrap();
        assert!(world.ask(1, &token, Audience::Console).await.is_ok());
        world.change(1).await;
        world.add().await.unwrap();
        assert_eq!(
            world.at(2).facts().revision(),
            world.at(0).facts().revision(),
            "{place:?}: one that starts later goes by the same"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_newer_schema_that_does_not_admit_this_program_stops_it_and_refuses_the_next_start_door_4() {
    for place in BOTH {
        let mut world = World::claimed(place, 2).await;
        migrate(&world, SCHEMA + 1, SCHEMA + 1).await;
        for server in 0..2 {
            let refused = world.at(server).keep_up(true).await.unwrap_err();
            assert!(matches!(refused.code, Code::StoreNewer | Code::ServerBehind), "{place:?}: {refused:?}");
            assert_eq!(may_answer(world.at(server)), Err(Code::ServerBehind), "{place:?}");
            // It does not come back.
            assert!(world.at(server).keep_up(true).await.is_err());
        }
        assert_eq!(world.opened.store.members().await.unwrap(), [], "{place:?}: nobody waits for them");
        let refused = match place {
            Place::Postgres => world.add().await.unwrap_err(),
            Place::Sqlite => {
                let World { servers, opened, .. } = &mut world;
                servers.iter().for_each(|member| member.step.abort());
                let path = opened.data_dir.path().to_owned();
                let error = Sqlite::open_beside(&path).map(drop).unwrap_err();
                Refusal { code: error.code(), message: error.to_string() }
            }
        };
        assert_eq!(refused.code, Code::StoreNewer, "{place:?}");
        assert!(
            refused.message.contains(&format!("schema {}", SCHEMA + 1)) || refused.message == Code::StoreNewer.text(),
            "{}",
            refused.message
        );
    }
}
