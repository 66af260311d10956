//! What the programs do with managed profiles, and what they show.

use std::fs;
use std::process::Command;

use sbm_client::core::code::Code;
use sbm_client::core::permission::Right;
use sbm_client::core::wire::v1::admin::{HolderState, SecurityProfilePatch, Upload};
use sbm_tests::fixture::{GUID, add_user, guid, name, office, upload};
use sbm_tests::minibackup::{Desk, Told, programs};
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};

/// An office whose managed profile is what the desk's program understands.
fn office_of(desk: &Desk) -> (TestServer, sbm_client::admin::Admin) {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    admin.upload_profile(&upload(desk.body().as_bytes(), 1)).unwrap();
    (server, admin)
}

fn profile(desk: &Desk, name: &str) -> String {
    fs::read_to_string(desk.path("home/profiles").join(format!("{name}.profile"))).unwrap_or_default()
}

#[test]
fn a_managed_profile_takes_the_name_and_the_local_one_keeps_its_data_under_another_pro_8() {
    for program in programs() {
        let desk = Desk::new(program, "carol");
        let (server, _admin) = office_of(&desk);
        fs::write(desk.path("home/profiles/Finance documents.profile"), "source=/mine\ndest=/mine\n").unwrap();
        fs::write(desk.path("home/profiles/Finance documents (local).profile"), "source=/older\ndest=/older\n").unwrap();
        let mine = profile(&desk, "mine");
        desk.ask(&["login", &server.connection().to_string(), "carol"]).is(0).says("Finance documents: installed");

        assert!(profile(&desk, "Finance documents").ends_with(&format!("managed={GUID}\n")), "the GUID wins the name");
        assert_eq!(profile(&desk, "Finance documents (local 2)"), "source=/mine\ndest=/mine\n");
        assert_eq!(profile(&desk, "Finance documents (local)"), "source=/older\ndest=/older\n", "not touched");
        assert_eq!(profile(&desk, "mine"), mine, "not touched");
        let listed = desk
            .ask(&["list"])
            .is(0)
            .says(&format!("(managed {GUID})"))
            .says("Finance documents (local 2): /mine -> /mine (local)");
        assert_eq!(listed.out.matches("(managed ").count(), 1);
        desk.ask(&["show", "Finance documents"]).is(0).says("managed by the server").says("version 26, revision 2: every night");
        desk.ask(&["show", "mine"]).is(0).says("mine: local");
    }
}

#[test]
fn a_running_profile_is_changed_after_the_run_and_removed_after_the_run_pro_8() {
    for program in programs() {
        let desk = Desk::new(program, "carol");
        let (server, admin) = office_of(&desk);
        desk.ask(&["login", &server.connection().to_string(), "carol"]).is(0);
        desk.furnish();

        for (revision, what) in [(3, "updated"), (4, "removed")] {
            // The copy is written into a pipe that nobody reads yet: the run goes on until somebody does.
            let pipe = desk.path("copies/today.txt.partial");
            drop(fs::remove_file(desk.path("copies/today.txt")));
            assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
            let running = desk.begin(&["run", "Finance documents"]);
            wait_until_it_runs(&desk);

            if what == "updated" {
                admin.upload_profile(&upload(format!("{}exclude=*.tmp\n", desk.body()).as_bytes(), revision - 1)).unwrap();
            } else {
                admin.mark_profile(&guid(), true).unwrap();
            }
            let before = profile(&desk, "Finance documents");
            let told = desk.ask(&["sync"]).is(0);
            assert!(!told.out.contains(what), "{}", told.out);
            assert_eq!(profile(&desk, "Finance documents"), before);

            assert_eq!(fs::read(&pipe).unwrap(), b"what happened today");
            Told::from(running.wait_with_output().unwrap()).says("Finance documents: ");
            desk.ask(&["sync"]).is(0).says(&format!("Finance documents: {what}"));
            drop(fs::remove_file(pipe));
        }
        assert!(!desk.path("home/profiles/Finance documents.profile").exists());
        assert!(desk.path("documents/today.txt").exists() && desk.path("copies/yesterday.txt").exists(), "the user's files stay");
    }
}

/// The mark of a run is on disk before it begins; there is no other sign of it from outside.
fn wait_until_it_runs(desk: &Desk) {
    let cache = desk.path("home/sbm/cache.db");
    let connection = rusqlite::Connection::open_with_flags(cache, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    while connection.query_row("SELECT count(*) FROM mark", [], |row| row.get::<_, i64>(0)).unwrap() == 0 {
        std::thread::yield_now();
    }
}

#[test]
fn a_profile_is_uploaded_with_an_administrator_s_password_and_a_description_pro_2_pro_4_pro_5_run_7() {
    for program in programs() {
        let desk = Desk::new(program, "carol");
        let (server, admin) = office_of(&desk);
        desk.ask(&["login", &server.connection().to_string(), "carol"]).is(0);
        fs::write(desk.path("home/profiles/mine.profile"), format!("{}schedule=daily at 3\n", desk.body())).unwrap();
        let before = profile(&desk, "mine");

        desk.ask(&["upload", "mine", "admin", ""]).is(1).says("description");
        Told::from(
            desk.command(&["upload", "mine", "admin", "for all"]).env("MINIBACKUP_ADMIN_PASSWORD", "no").output().unwrap(),
        )
        .is(1)
        .says(Code::WrongCredentials.name());
        add_user(&admin, "eve", Some("AllAccess"), &["Finance"]);
        Told::from(
            desk.command(&["upload", "mine", "eve", "x"])
                .env("MINIBACKUP_ADMIN_PASSWORD", sbm_tests::fixture::PASSWORD)
                .output()
                .unwrap(),
        )
        .is(3)
        .says(Code::DeniedRole.name());
        assert_eq!(profile(&desk, "mine"), before, "nothing was uploaded");

        let told = desk.ask(&["upload", "mine", "admin", "for all"]).is(0).says("revision 1;");
        let guid: String = told.out.split_whitespace().find(|word| word.len() >= 32).unwrap().trim_end_matches(',').to_owned();
        assert!(guid.len() == 32 && guid.chars().all(|c| c.is_ascii_digit() || ('A'..='F').contains(&c)), "{guid}");
        let uploaded = admin.profile(&guid.parse().unwrap()).unwrap();
        assert_eq!((uploaded.revision, uploaded.has_schedule, uploaded.groups.len()), (1, false, 0));
        desk.ask(&["upload", "mine", "admin", "for all", "--with-schedule"]).is(0).says(&format!("{guid}, revision 2"));
        assert!(admin.profile(&guid.parse().unwrap()).unwrap().has_schedule);
        desk.ask(&["upload", "mine", "admin", "for all", "--with-schedule"]).is(0).says("revision 2");

        // He who uploads is not logged in by it.
        desk.ask(&["list"]).is(0).says("minibackup (carol, online)");
        assert!(!desk.files().values().any(|content| String::from_utf8_lossy(content).contains(ADMIN_PASSWORD)));
        drop(server);
    }
}

#[test]
fn the_prompt_says_offline_and_goes_on_after_a_refusal_off_1_usr_3() {
    for program in programs() {
        let desk = Desk::new(program, "carol");
        let (server, _admin) = office_of(&desk);
        desk.ask(&["login", &server.connection().to_string(), "carol"]).is(0);
        desk.furnish();
        let told = desk.type_in("create fresh --source a --dest b\nnonsense\nrun 'Finance documents'\nquit\n").is(0);
        assert_eq!(told.out.matches("minibackup (carol, online)> ").count(), 4, "{}", told.out);
        told.says("may not create profiles").says("no such command").says("1 files");

        drop(server);
        let told = desk.type_in("create fresh --source a --dest b\nrun 'Finance documents'\nsync\n").is(0);
        assert_eq!(told.out.matches("minibackup (carol, offline)> ").count(), 4, "{}", told.out);
        told.says("may not create profiles")
            .says("0 failed")
            .says("offline: the server cannot be reached; 0 runs sent, 1 waiting");
        desk.ask(&["list"]).is(0).says("minibackup (carol, offline): the server cannot be reached");
    }
}

#[test]
fn a_schedule_of_one_line_may_end_with_a_newline_and_a_deleted_copy_is_gone_for_the_server_pro_5_pro_7() {
    for program in programs() {
        let desk = Desk::new(program, "carol");
        let (server, admin) = office_of(&desk);
        fs::remove_dir_all(desk.path("home/profiles")).unwrap();
        desk.ask(&["list"]).is(0).says("there are no profiles yet");
        let unmanaged = desk.ask(&["status"]).is(0);
        assert_eq!(unmanaged.out.lines().count(), 1, "one sentence says it all: {}", unmanaged.out);
        for (revision, end) in [(3, "\n"), (4, "\r\n"), (5, "")] {
            let schedule = Some(format!("daily {revision}{end}").into_bytes());
            admin.upload_profile(&Upload { schedule, ..upload(desk.body().as_bytes(), revision - 1) }).unwrap();
            admin.import_schedule(&guid(), true).unwrap();
            let words = ["login", &server.connection().to_string(), "carol"];
            desk.ask(if revision == 3 { &words[..] } else { &["sync"] }).is(0).says("Finance documents: ");
            assert!(profile(&desk, "Finance documents").contains(&format!("schedule=daily {revision}\n")), "{end:?}");
        }
        let rights = [Right::Delete].into_iter().collect();
        let patch = SecurityProfilePatch { rights: Some(rights), ..SecurityProfilePatch::default() };
        admin.modify_security_profile(&name("End user"), &patch).unwrap();
        desk.ask(&["sync"]).is(0);
        desk.ask(&["delete", "Finance documents"]).is(0);
        for _ in 0..2 {
            desk.ask(&["sync"]).is(0);
            assert_eq!(profile(&desk, "Finance documents"), "", "it is not put back");
        }
        let holders = admin.profile_holders(&guid()).unwrap();
        assert_eq!(holders.iter().map(|holder| holder.state).collect::<Vec<_>>(), [HolderState::Removed]);
        admin.upload_profile(&upload(desk.body().as_bytes(), 5)).unwrap();
        desk.ask(&["sync"]).is(0).says("Finance documents: installed");
    }
}
