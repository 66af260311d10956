//! Good files, hostile files, a server that goes away and comes back, and `kill -9`.

use sbm_client::core::enrolment::EnrolmentKind;
use sbm_client::core::name::Text;
use sbm_client::core::wire::v1::admin::{ListQuery, NewEnrolment};
use sbm_tests::process::{kills, random};
use serde_json::Value;

use super::*;

/// Thirty files that are no runs, each in its own way.
#[cfg(unix)]
fn hostile(place: &Place) -> usize {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let good = run("hostile");
    let outside = place.home.path().join("outside.json");
    fs::write(&outside, &good).unwrap();
    let field = |name: &str, value: &str| good.replacen('{', &format!("{{\"{name}\": {value}, "), 1);
    let with = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        good.replace(from, to)
    };
    let contents: Vec<Vec<u8>> = vec![
        b"".into(),
        b"{".into(),
        b"not json".into(),
        b"[]".into(),
        b"null".into(),
        b"\xff\xfe{\0}\0".into(),
        b"{\"error\": \"\xc3\x28\"}".into(),
        vec![0; 1_000],
        vec![b'['; 60_000],
        vec![b' '; 70_000],
        good[..good.len() - 1].into(),
        format!("{good}{good}").into(),
        field("colour", "1").into(),
        field("end", "1").into(),
        field("files_deleted", "-1").into(),
        field("files_deleted", "1e400").into(),
        field("bytes_stored", "18446744073709551615").into(),
        field("kind", "\"\\u001b[2J\\u202e\"").into(),
        field("restore", "1").into(),
        with("\"warning\"", "\"fine\"").into(),
        with("2026-11-17T21:10:00+01:00", "9999-12-31T23:59:59Z").into(),
        with("2026-11-17T21:10:00+01:00", "1970-01-01T00:00:00Z").into(),
        with("2026-11-17T21:10:00+01:00", "yesterday").into(),
    ];
    for (number, content) in contents.iter().enumerate() {
        place.put(&format!("hostile-{number:02}.json"), content);
    }
    symlink(&outside, place.path("link.json")).unwrap();
    symlink("/dev/zero", place.path("endless.json")).unwrap();
    symlink("loop.json", place.path("loop.json")).unwrap();
    fs::create_dir(place.path("folder.json")).unwrap();
    assert!(Command::new("mkfifo").arg(place.path("pipe.json")).status().unwrap().success());
    place.put("\u{1b}]0;x\u{7}\n.json", "{}");
    fs::File::create(place.path("huge.json")).unwrap().set_len(1 << 40).unwrap();
    fs::set_permissions(&outside, fs::Permissions::from_mode(0o600)).unwrap();
    contents.len() + 7
}

#[cfg(unix)]
#[test]
fn fifty_runs_among_thirty_hostile_files_arrive_once_with_the_server_away_and_back_his_1_his_3_off_4() {
    let (server, admin) = server();
    let place = Place::new(&server);
    let mut agent = place.start();
    place.put("first.json", run("first"));
    until("the first run at the server", || history(&admin).len() == 1);
    // The server goes; the agent goes on.
    let stopped = server.stop();
    let hostile = hostile(&place);
    assert_eq!(hostile, 30);
    for number in 0..50 {
        place.put(&format!("{number:02}.json"), run(&format!("good {number}")));
    }
    until("an empty folder", || place.is_empty());
    // Another one is dropped after the server is back, and takes the others along at once.
    let server = TestServer::restart(stopped);
    place.put("last.json", run("last"));
    let admin = server.admin();
    until("every run at the server", || history(&admin).len() >= 52);
    check(&history(&admin), 52);
    let bad: BTreeSet<String> =
        fs::read_dir(place.path("bad")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(bad.len(), 2 * hostile, "{bad:?}");
    for name in bad.iter().filter_map(|name| name.strip_suffix(".reason.txt")) {
        assert!(bad.contains(name) && !name.chars().any(char::is_control), "{name:?}");
        let reason = fs::read_to_string(place.path("bad").join(format!("{name}.reason.txt"))).unwrap();
        assert!(reason.lines().count() == 1 && (10..=401).contains(&reason.len()), "{name}: {reason}");
        assert!(!reason.trim_end().chars().any(char::is_control), "{name}: {reason:?}");
    }
    // It ends in order when it is asked to, and says what it did.
    assert!(Command::new("sh").args(["-c", &format!("kill -TERM {}", agent.0.id())]).status().unwrap().success());
    assert!(agent.0.wait().unwrap().success());
    check(&history(&admin), 52);
}

#[test]
fn an_agent_that_is_killed_loses_and_doubles_no_run_his_1_his_3() {
    let (server, admin) = server();
    let place = Place::new(&server);
    let mut dropped = 0;
    for _ in 0..kills() {
        let agent = place.start();
        let so_far = dropped + 20;
        while dropped < so_far {
            place.put(&format!("{dropped}.json"), run(&format!("run {dropped}")));
            dropped += 1;
        }
        // Somewhere among them: it has begun, and may be at any of them, or sending.
        let left = random(20) as usize;
        until("some of them taken", || {
            let here = fs::read_dir(place.path(""))
                .unwrap()
                .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|extension| extension == "json"));
            here.count() <= left
        });
        drop(agent);
    }
    let output = place.once(&["--json"]);
    assert!(output.status.success(), "{output:?}");
    check(&history(&admin), dropped);
    assert!(place.is_empty());
}

#[test]
fn once_takes_what_is_there_and_its_exit_code_tells_err_1() {
    let (server, admin) = server();
    let place = Place::new(&server);
    let ran = |output: &Output| -> (i32, Value, String) {
        let told = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        (output.status.code().unwrap(), told, String::from_utf8(output.stderr.clone()).unwrap())
    };
    // Nobody is logged in, and nothing says where to: the files stay.
    place.put("one.json", run("one"));
    let output = Command::new(SBMCTL)
        .env_clear()
        .args(["agent", "--once", "--json", "--spool"])
        .arg(place.home.path().join("spool"))
        .output()
        .unwrap();
    let (code, _, error) = ran(&output);
    assert_eq!(code, 4, "{error}");
    assert!(error.contains("not_logged_in") && place.path("one.json").is_file(), "{error}");
    place.put("two.json", run("two"));
    let (code, told, error) = ran(&place.once(&["--json"]));
    assert_eq!((code, &told["recorded"], &told["sent"], &told["waiting"]), (0, &2.into(), &2.into(), &0.into()), "{error}");
    check(&history(&admin), 2);
    // A file that is no run: the others go, and the exit code says that somebody should look.
    place.put("three.json", run("three"));
    place.put("wrong.json", "{\"colour\": 1}");
    let (code, told, error) = ran(&place.once(&["--json"]));
    assert_eq!((code, &told["recorded"], &told["set_aside"]), (1, &1.into(), &1.into()), "{error}");
    assert!(error.contains("invalid_record") && error.contains("bad"), "{error}");
    let output = place.once(&[]);
    assert!(output.status.success());
    // Without the server the run is kept, and goes the next time.
    let stopped = server.stop();
    place.put("four.json", run("four"));
    let (code, told, error) = ran(&place.once(&["--json"]));
    assert_eq!((code, &told["recorded"], &told["waiting"]), (3, &1.into(), &1.into()), "{error}");
    assert!(place.is_empty());
    let server = TestServer::restart(stopped);
    // A login anew of the same user leaves everything as it is.
    let (code, told, error) = ran(&place.once(&["--json", "--login"]));
    assert_eq!((code, &told["recorded"], &told["waiting"]), (0, &0.into(), &0.into()), "{error}");
    check(&history(&server.admin()), 4);
    // Wrong usage is told as such.
    let output = place.once(&["--connection", "office"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_second_agent_on_the_same_folder_is_refused_and_says_why_err_1() {
    let (server, admin) = server();
    let place = Place::new(&server);
    let _agent = place.start();
    place.put("one.json", run("one"));
    until("the run at the server", || history(&admin).len() == 1);
    let output = place.once(&[]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("another process looks after the spool folder"), "{told}");
}

#[test]
fn an_agent_with_a_code_waits_until_it_is_let_in_and_needs_no_password_dev_1() {
    let (server, admin) = server();
    let new = NewEnrolment {
        kind: EnrolmentKind::Code,
        user: "carol".to_owned(),
        account: None,
        uses: None,
        valid_for: None,
        approval: true,
        comment: Text::default(),
    };
    let made = admin.create_enrolment(&new).unwrap();
    let home = tempfile::tempdir().unwrap();
    let (spool, code) = (home.path().join("spool"), home.path().join("code.txt"));
    fs::create_dir(&spool).unwrap();
    fs::write(&code, format!("{}\n", made.code.reveal())).unwrap();
    fs::write(spool.join("one.json"), run("one")).unwrap();
    let once = || {
        let mut command = Command::new(SBMCTL);
        command.env_clear().args(["agent", "--once", "--spool"]).arg(&spool);
        command.arg("--server").arg(server.connection().to_string()).arg("--code-file").arg(&code);
        let output = command.stdin(Stdio::null()).output().unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    let (done, said) = once();
    assert!(!done && said.contains("let this device in") && spool.join("one.json").is_file(), "{said}");
    let waiting = admin.waiting_devices_page(&ListQuery::default()).unwrap().items;
    admin.approve_device(&waiting[0].installation).unwrap();
    let (done, said) = once();
    assert!(done, "{said}");
    check(&history(&admin), 1);
    // It is a device now; the code is used up and asked for no more.
    fs::write(spool.join("two.json"), run("two")).unwrap();
    let (done, said) = once();
    assert!(done, "{said}");
    check(&history(&admin), 2);
}
