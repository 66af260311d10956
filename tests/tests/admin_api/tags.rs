//! Tags: nobody's change is lost, and who has an answer is not sent it again (trust.md 10, OFF-3).

use std::sync::Arc;

use sbm_client::admin::{Admin, Tag};
use sbm_client::core::code::Code;
use sbm_client::core::name::Text;
use sbm_client::core::wire::v1::admin::{GroupPatch, NewGroup, ProfilePatch, SecurityProfilePatch, ServerPatch, UserPatch};
use sbm_client::core::wire::v1::path;
use sbm_tests::fixture::{PASSWORD, guid, name, office, upload};
use sbm_tests::raw::{Answer, request};
use sbm_tests::server::TestServer;
use sbm_tests::stronghold::{INSTALLATION, Stronghold, log_in};

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

#[test]
fn a_change_a_deletion_and_an_upload_are_for_the_state_that_was_read_err_1() {
    let hold = Stronghold::new();
    let admin = &hold.admin;
    let described = |word: &str| UserPatch { description: Some(text(word)), ..UserPatch::default() };
    type Read = fn(&Admin) -> Tag;
    type Act = fn(&Admin) -> Result<(), sbm_client::Error>;
    let objects: [(&str, Read, Act, Act); 6] = [
        (
            "user",
            |a| a.tagged(|a| a.user(&name("dave"))).unwrap().tag,
            |a| a.modify_user(&name("dave"), &UserPatch { description: Some(text("x")), ..UserPatch::default() }).map(drop),
            |a| a.delete_user(&name("dave")),
        ),
        (
            "group",
            |a| a.tagged(|a| a.group(&name("Spare"))).unwrap().tag,
            |a| a.modify_group(&name("Spare"), &GroupPatch { description: Some(text("x")), ..GroupPatch::default() }).map(drop),
            |a| a.delete_group(&name("Spare"), false),
        ),
        (
            "security profile",
            |a| a.tagged(|a| a.security_profile(&name("Spare"))).unwrap().tag,
            |a| {
                let patch = SecurityProfilePatch { description: Some(text("x")), ..SecurityProfilePatch::default() };
                a.modify_security_profile(&name("Spare"), &patch).map(drop)
            },
            |a| a.delete_security_profile(&name("Spare")),
        ),
        (
            "managed profile",
            |a| a.tagged(|a| a.profile(&guid())).unwrap().tag,
            |a| a.modify_profile(&guid(), &ProfilePatch { import_schedule: Some(true), ..ProfilePatch::default() }).map(drop),
            |a| a.delete_profile(&guid()),
        ),
        (
            "upload",
            |a| a.tagged(|a| a.profile(&"00000000000000000000000000000002".parse().unwrap())).unwrap().tag,
            |a| {
                let guid = "00000000000000000000000000000002".parse().unwrap();
                let again = sbm_client::core::wire::v1::admin::Upload { guid, ..upload(b"two", 1) };
                a.upload_profile(&again).map(drop)
            },
            |a| a.delete_profile(&"00000000000000000000000000000002".parse().unwrap()),
        ),
        (
            "server",
            |a| a.tagged(Admin::server_settings).unwrap().tag,
            |a| a.modify_server(&ServerPatch { max_offline: Some(Some(7_200)), ..ServerPatch::default() }).map(drop),
            |a| a.modify_server(&ServerPatch { max_offline: Some(None), ..ServerPatch::default() }).map(drop),
        ),
    ];
    admin.add_group(&NewGroup::new(name("Spare"))).unwrap();
    let spare = sbm_client::core::wire::v1::admin::NewSecurityProfile::new(name("Spare"), Default::default());
    admin.add_security_profile(&spare).unwrap();
    let second = sbm_client::core::wire::v1::admin::Upload {
        guid: "00000000000000000000000000000002".parse().unwrap(),
        ..upload(b"one", 0)
    };
    admin.upload_profile(&second).unwrap();
    for (what, read, change, delete) in objects {
        let before = read(admin);
        assert_eq!(read(admin), before, "{what}: reading changes nothing");
        change(&admin.if_match(&before)).unwrap();
        let after = read(admin);
        assert_ne!(after, before, "{what}");
        let fingerprint = hold.fingerprint();
        for act in [change, delete] {
            let refused = act(&admin.if_match(&before)).unwrap_err();
            assert!(matches!(refused.code(), Code::PreconditionFailed | Code::Stale), "{what}: {refused}");
            if refused.code() == Code::PreconditionFailed {
                let state = after.to_string();
                let state = state.trim_matches('"').split('-').next().unwrap().to_owned();
                assert!(refused.message().contains(&state), "{what}: {refused} names {state}");
            }
        }
        assert_eq!(hold.fingerprint(), fingerprint, "{what}: nothing changed");
        delete(&admin.if_match(&after)).unwrap();
    }
    // Without a condition nobody is asked for one.
    admin.modify_user(&name("carol"), &described("free")).unwrap();
}

#[test]
fn a_login_and_another_object_s_name_stand_in_nobody_s_way() {
    let hold = Stronghold::new();
    let admin = &hold.admin;
    let before = admin.tagged(|admin| admin.user(&name("carol"))).unwrap().tag;
    log_in(&hold.raw, "carol", PASSWORD);
    let rename = GroupPatch { name: Some(name("Treasury")), ..GroupPatch::default() };
    admin.modify_group(&name("Finance"), &rename).unwrap();
    let after = admin.tagged(|admin| admin.user(&name("carol"))).unwrap();
    assert_ne!(after.tag, before, "what is shown is something else");
    assert_eq!(after.value.groups, [name("Treasury")]);
    let patch = UserPatch { description: Some(text("still hers")), ..UserPatch::default() };
    admin.if_match(&before).modify_user(&name("carol"), &patch).unwrap();
}

#[test]
fn who_has_an_answer_gets_304_and_nothing_more() {
    let hold = Stronghold::new();
    let ask = |path: &str, condition: Option<&str>| -> Answer {
        let plain = String::from_utf8(request("GET", path, Some(&hold.console), None)).unwrap();
        let asked = match condition {
            Some(tag) => plain.replacen("\r\n", &format!("\r\nif-none-match: {tag}\r\n"), 1),
            None => plain,
        };
        hold.raw.ask(asked.as_bytes()).unwrap()
    };
    for path in [
        format!("{}/dave", path::USERS),
        format!("{}/Finance", path::GROUPS),
        format!("{}/End%20user", path::SECURITY_PROFILES),
        format!("{}/{}", path::PROFILES, guid()),
        format!("{}/{}/body", path::PROFILES, guid()),
        format!("{}/{INSTALLATION}", path::DEVICES),
        path::SERVER.to_owned(),
    ] {
        let first = ask(&path, None);
        let tag = first.head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned();
        assert!(first.status == 200 && tag.starts_with('"') && tag.ends_with('"'), "{path}: {tag}");
        let again = ask(&path, Some(&tag));
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        assert!(again.head.contains(&tag), "{path}");
        assert_eq!(ask(&path, Some("\"another\"")).status, 200, "{path}");
        assert_eq!(ask(&path, Some("no tag")).code(), Some(Code::MalformedRequest), "{path}");
    }
}

/// Two consoles edit one user, each adding a letter to what is there: without the tag one would undo the other.
#[test]
fn of_two_who_edit_one_user_neither_undoes_the_other() {
    const EACH: usize = 60;
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let edit = |letter: char| {
        let admin = server.admin();
        for _ in 0..EACH {
            loop {
                let seen = admin.tagged(|admin| admin.user(&name("carol"))).unwrap();
                let longer = format!("{}{letter}", seen.value.description);
                let patch = UserPatch { description: Some(text(&longer)), ..UserPatch::default() };
                match admin.if_match(&seen.tag).modify_user(&name("carol"), &patch) {
                    Ok(_) => break,
                    Err(error) => assert_eq!(error.code(), Code::PreconditionFailed),
                }
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| edit('a'));
        scope.spawn(|| edit('b'));
    });
    let written = admin.user(&name("carol")).unwrap().description.to_string();
    let count = |letter: char| written.chars().filter(|c| *c == letter).count();
    assert_eq!((count('a'), count('b')), (EACH, EACH), "{written}");
}

/// A server that came back from an older copy gives the same revision to another state; its mark tells the two apart.
#[test]
fn no_tag_comes_again_when_an_older_copy_of_the_server_does_off_3() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let copy = tempfile::tempdir().unwrap();
    let (directory, port) = server.stop();
    let data = directory.path().join("server");
    let files = |from: &std::path::Path, to: &std::path::Path| {
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    };
    files(&data, copy.path());
    let server = TestServer::restart((Arc::clone(&directory), port));
    let patch = |word: &str| UserPatch { description: Some(text(word)), ..UserPatch::default() };
    let told = |server: &TestServer, word: &str| {
        let admin = server.admin();
        admin.modify_user(&name("carol"), &patch(word)).unwrap();
        (server.service().facts().revision(), admin.tagged(|admin| admin.user(&name("carol"))).unwrap().tag)
    };
    let (revision, lost) = told(&server, "the same");
    let (directory, port) = server.stop();
    for entry in std::fs::read_dir(&data).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    files(copy.path(), &data);
    let server = TestServer::restart((directory, port));
    let (again, found) = told(&server, "the same");
    assert_eq!(again, revision, "the number comes again");
    assert_ne!(found, lost, "its tag does not");
    let refused = server.admin().if_match(&lost).modify_user(&name("carol"), &patch("x")).unwrap_err();
    assert_eq!(refused.code(), Code::PreconditionFailed);
}
