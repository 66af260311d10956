//! Named connections: files, choice, and two processes at once.

use sbm_client::core::name::Name;

use super::*;
use crate::peer::Peer;

fn connections(directory: &std::path::Path) -> Connections {
    Connections::new(Some(directory.join("sbm").join("connection.json"))).unwrap()
}

fn name(text: &str) -> ConnectionName {
    text.parse().unwrap()
}

fn saved(host: &str, token: Option<&str>) -> Saved {
    let peer = Peer { connection: format!("sbm://{host}:8100").parse().unwrap(), system_roots: false };
    let mut saved = Saved::confirmed(peer, Some(Name::new("admin").unwrap()));
    saved.token = token.map(Secret::new);
    saved
}

#[test]
fn a_name_is_a_name_of_a_file_on_every_system_con_2() {
    for (text, expected) in
        [("office", "office"), (" Sales-2 ", "sales-2"), ("a.b_c", "a.b_c"), ("9", "9"), ("default", "default")]
    {
        assert_eq!(name(text).to_string(), expected);
    }
    for text in ["", " ", ".", "..", ".hidden", "-x", "a/b", "a\\b", "a b", "büro", "a.", "nul", "com1", "con.x", &"x".repeat(65)]
    {
        assert!(text.parse::<ConnectionName>().is_err(), "{text:?}");
    }
}

#[test]
fn the_file_of_before_is_the_connection_default_without_loss_con_2() {
    let directory = tempfile::tempdir().unwrap();
    let all = connections(directory.path());
    let before = r#"{"format":1,"connection":"sbm://backup.example:8100","user":"admin","token":"t-1","expires":5}"#;
    let path = directory.path().join("sbm").join("connection.json");
    replace(&path, before.as_bytes()).unwrap();
    assert_eq!(all.names().unwrap(), [ConnectionName::default_one()]);
    assert_eq!(all.chosen().unwrap(), ConnectionName::default_one());
    let kept = all.store(&ConnectionName::default_one()).load().unwrap().unwrap();
    assert_eq!(serde_json::to_string(&kept).unwrap(), before);
    all.add(&name("sales"), &saved("sales.example", None)).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), before, "another connection leaves it alone");
}

#[test]
fn each_connection_has_its_own_pin_and_session_con_2() {
    let directory = tempfile::tempdir().unwrap();
    let all = connections(directory.path());
    for (name_, host, token) in [("default", "a", "t-1"), ("office", "b", "t-2"), ("sales", "c", "t-3")] {
        assert_eq!(all.save(&name(name_), &saved(host, Some(token))).unwrap(), None);
    }
    all.end_session(&name("office"), &Secret::new("t-2")).unwrap();
    let token = |text: &str| all.store(&name(text)).load().unwrap().unwrap().token;
    assert_eq!(token("default"), Some(Secret::new("t-1")));
    assert_eq!((token("office"), token("sales")), (None, Some(Secret::new("t-3"))));
    assert_eq!(all.store(&name("office")).load().unwrap().unwrap(), saved("b", None));
    let names: Vec<String> = all.names().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["default", "office", "sales"]);
}

#[test]
fn the_connection_of_a_command_is_never_guessed_between_two_con_2() {
    let directory = tempfile::tempdir().unwrap();
    let all = connections(directory.path());
    assert_eq!(all.chosen().unwrap().to_string(), "default", "nothing is there yet");
    all.add(&name("office"), &saved("a", None)).unwrap();
    assert_eq!(all.chosen().unwrap().to_string(), "office", "there is but one");
    all.add(&name("sales"), &saved("b", None)).unwrap();
    assert_eq!(all.chosen().unwrap_err().code(), Code::InvalidArgument);
    all.choose(&name("sales")).unwrap();
    assert_eq!(all.chosen().unwrap().to_string(), "sales");
    all.save(&ConnectionName::default_one(), &saved("c", None)).unwrap();
    assert_eq!(all.chosen().unwrap().to_string(), "sales", "what was chosen stays chosen");
    all.remove(&name("sales")).unwrap();
    assert_eq!(all.chosen().unwrap().to_string(), "default", "what is gone is not in use");
    assert_eq!(all.choose(&name("sales")).unwrap_err().code(), Code::NotFound);
    assert_eq!(all.remove(&name("sales")).unwrap_err().code(), Code::NotFound);
    assert_eq!(all.add(&name("office"), &saved("d", None)).unwrap_err().code(), Code::NameTaken);
}

#[test]
fn a_session_that_another_process_began_is_not_forgotten_con_2() {
    let directory = tempfile::tempdir().unwrap();
    let all = connections(directory.path());
    all.save(&name("office"), &saved("a", Some("new"))).unwrap();
    all.end_session(&name("office"), &Secret::new("old")).unwrap();
    assert_eq!(all.store(&name("office")).load().unwrap().unwrap().token, Some(Secret::new("new")));
    assert_eq!(all.save(&name("office"), &saved("a", Some("third"))).unwrap().unwrap().token, Some(Secret::new("new")));
}

#[cfg(unix)]
#[test]
fn every_file_is_its_owners_alone_con_2() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let all = connections(directory.path());
    all.save(&name("default"), &saved("a", Some("t"))).unwrap();
    all.save(&name("office"), &saved("b", Some("t"))).unwrap();
    all.choose(&name("office")).unwrap();
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let sbm = directory.path().join("sbm");
    for (path, expected) in [
        (sbm.clone(), 0o700),
        (sbm.join("connection.json"), 0o600),
        (sbm.join("connection.d"), 0o700),
        (sbm.join("connection.d").join("office.json"), 0o600),
        (sbm.join("connection.d").join("in-use"), 0o600),
        (sbm.join("connection.d").join("lock"), 0o600),
    ] {
        assert_eq!(mode(path.clone()), expected, "{}", path.display());
    }
    fs::set_permissions(sbm.join("connection.d").join("office.json"), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(all.store(&name("office")).load().is_err(), "others may know the token by now");
}

#[test]
fn writers_at_once_leave_one_whole_file_and_every_session_is_somebodys_con_2() {
    let directory = tempfile::tempdir().unwrap();
    let all = connections(directory.path());
    let office = name("office");
    let mut replaced: Vec<String> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let (all, office) = (&all, &office);
                scope.spawn(move || {
                    let write = |round| all.save(office, &saved("a", Some(&format!("t-{writer}-{round}")))).unwrap();
                    (0..25).filter_map(write).filter_map(|before| Some(before.token?.reveal().to_owned())).collect::<Vec<_>>()
                })
            })
            .collect();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    // Each session was replaced by exactly one writer, who can end it, but for the last one, which is kept.
    replaced.push(all.store(&office).load().unwrap().unwrap().token.unwrap().reveal().to_owned());
    replaced.sort();
    let mut made: Vec<String> = (0..4).flat_map(|writer| (0..25).map(move |round| format!("t-{writer}-{round}"))).collect();
    made.sort();
    assert_eq!(replaced, made);
}
