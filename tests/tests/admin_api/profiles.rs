//! Managed profiles over time: revisions, content, the way back, who has which, and what is left (PRO-2 to PRO-7).

use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::admin::{AuditQuery, HolderState, ListQuery, ProfilePatch, RollBack, Upload};
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::Secret;
use sbm_tests::fixture::{client_of, guid, name, office, take_over, upload};
use sbm_tests::raw::spelt;
use sbm_tests::server::TestServer;
use sbm_tests::stronghold::Stronghold;

fn second() -> Upload {
    Upload { version: 27, schedule: Some(b"daily".to_vec()), ..upload(b"revision two", 1) }
}

#[test]
fn each_revision_is_kept_and_the_way_back_is_a_new_one_pro_3_pro_4() {
    let (_server, admin) = TestServer::claimed();
    office(&admin);
    admin.upload_profile(&second()).unwrap();
    let back = admin.roll_back_profile(&guid(), &RollBack { revision: 1, based_on: 2 }).unwrap();
    assert_eq!((back.revision, back.version, back.has_schedule), (3, 26, false));
    assert_eq!(back.groups, [name("Finance")], "groups and flags stay");
    let revisions = admin.profile_revisions(&guid()).unwrap();
    assert_eq!(revisions.iter().map(|old| (old.revision, old.version)).collect::<Vec<_>>(), [(1, 26), (2, 27), (3, 26)]);
    assert_eq!(revisions[0].body, revisions[2].body);
    for (to, code) in [
        (RollBack { revision: 1, based_on: 2 }, Code::Stale),
        (RollBack { revision: 4, based_on: 3 }, Code::NotFound),
        (RollBack { revision: 0, based_on: 3 }, Code::NotFound),
    ] {
        assert_eq!(admin.roll_back_profile(&guid(), &to).unwrap_err().code(), code, "{to:?}");
    }
    assert_eq!(admin.profile(&guid()).unwrap().revision, 3);
}

#[test]
fn the_content_of_a_revision_is_for_uploaders_and_leaves_an_entry_in_the_audit_log_err_5() {
    let hold = Stronghold::new();
    let admin = &hold.admin;
    admin.upload_profile(&second()).unwrap();
    let body = |revision: Option<u64>| {
        let mut bytes = Vec::new();
        admin.download_body(&guid(), revision, &mut bytes, &mut |_| {}).map(|_| bytes)
    };
    let schedule = |revision: Option<u64>| {
        let mut bytes = Vec::new();
        admin.download_schedule(&guid(), revision, &mut bytes, &mut |_| {}).map(|_| bytes)
    };
    assert_eq!(body(None).unwrap(), b"revision two");
    assert_eq!(body(Some(1)).unwrap(), b"revision one");
    assert_eq!(schedule(None).unwrap(), b"daily");
    assert_eq!(schedule(Some(1)).unwrap_err().code(), Code::NotFound);
    assert_eq!(body(Some(3)).unwrap_err().code(), Code::NotFound);
    let of = format!("{}/{}/body", path::PROFILES, guid());
    let refused = hold.ask("GET", &of, Some(&hold.carol), None);
    assert_eq!(refused.code(), Some(Code::DeniedRole));
    assert!(!String::from_utf8_lossy(&refused.body).contains("revision two"));
    let query = AuditQuery { act: Some("profile.export".into()), ..AuditQuery::default() };
    let entries = admin.audit_log(&query).unwrap().items;
    let told: Vec<(&str, &str, &str)> = entries
        .iter()
        .map(|entry| (entry.entry.actor.as_str(), entry.entry.outcome.as_str(), entry.entry.detail.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("carol", "denied_role", ""),
            ("admin", "ok", "the schedule of revision 2"),
            ("admin", "ok", "the body of revision 1"),
            ("admin", "ok", "the body of revision 2"),
        ]
    );
    assert!(entries.iter().all(|entry| entry.entry.object == guid().to_string()));
}

#[test]
fn a_deleted_record_leaves_a_tombstone_until_every_device_has_removed_it_pro_7() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let client = client_of(&server, home.path());
    client.sync().unwrap();
    take_over(&client);
    client.sync().unwrap();
    let holders = admin.profile_holders(&guid()).unwrap();
    assert_eq!(
        holders.iter().map(|holder| (holder.user.as_str(), holder.state)).collect::<Vec<_>>(),
        [("carol", HolderState::Installed)]
    );
    let page = admin.profile_holders_page(&guid(), &ListQuery { user: Some("dave".into()), ..ListQuery::default() }).unwrap();
    assert!(page.items.is_empty());
    let mut file = Vec::new();
    admin.export_profile_holders(&guid(), &ListQuery::default(), &mut file, &mut |_| {}).unwrap();
    assert!(String::from_utf8(file).unwrap().contains(",pc-17,carol,installed,1,"));

    admin.delete_profile(&guid()).unwrap();
    assert_eq!(admin.profile(&guid()).unwrap_err().code(), Code::NotFound);
    let left = admin.tombstones().unwrap();
    assert_eq!((left.len(), left[0].holders, left[0].gone, left[0].left.len()), (1, 1, 0, 1));
    assert_eq!(admin.profile_revisions(&guid()).unwrap().len(), 1, "its revisions can still be looked at");
    client.sync().unwrap();
    take_over(&client);
    client.sync().unwrap();
    assert!(admin.tombstones().unwrap().is_empty());
    assert_eq!(admin.profile_holders(&guid()).unwrap()[0].state, HolderState::Removed);
    let again = admin.upload_profile(&upload(b"revision two", 0)).unwrap();
    assert_eq!(again.revision, 2, "a revision names one content for ever");
}

#[test]
fn profiles_are_found_by_group_and_mark_and_changed_in_groups_and_flags_only_pro_5_pro_6() {
    let (_server, admin) = TestServer::claimed();
    office(&admin);
    let other = Upload { guid: "00000000000000000000000000000002".parse().unwrap(), ..upload(b"other", 0) };
    admin.upload_profile(&other).unwrap();
    let found = |query: ListQuery| admin.profiles_page(&query).unwrap().items.len();
    assert_eq!(found(ListQuery { group: Some("Finance".into()), ..ListQuery::default() }), 1);
    admin.mark_profile(&guid(), true).unwrap();
    assert_eq!(found(ListQuery { delete: Some(true), ..ListQuery::default() }), 1);
    assert_eq!(found(ListQuery { delete: Some(false), ..ListQuery::default() }), 1);
    let patch = ProfilePatch { new_groups: vec![name("Branch")], ..ProfilePatch::default() };
    let changed = admin.modify_profile(&other.guid, &patch).unwrap();
    assert_eq!((changed.groups.as_slice(), changed.revision), (&[name("Branch")][..], 1));
    assert_eq!(admin.group(&name("branch")).unwrap().profiles, 1);
}

/// Who may not upload is told so before the twelve megabytes come: nothing of them was sent here.
#[test]
fn an_upload_is_judged_by_its_role_before_it_is_read_pro_2() {
    let hold = Stronghold::new();
    let before = hold.fingerprint();
    let bearer = format!("authorization: Bearer {}", hold.carol);
    let headers = ["host: localhost", &bearer, "content-type: application/json", "content-length: 12000000"];
    let mut wire = hold.raw.connect();
    wire.send(&spelt("POST", path::PROFILES, &headers, ""));
    assert_eq!(wire.answer().unwrap().code(), Some(Code::DeniedRole));
    assert_eq!(hold.fingerprint(), before);
    assert_eq!(hold.audited("profile.upload", "denied_role"), 1);
}

#[test]
fn a_large_upload_tells_how_far_it_is_and_who_may_not_hears_why_pro_2_err_1() {
    let hold = Stronghold::new();
    let large = Upload { body: vec![7; 4 * 1024 * 1024], ..upload(b"", 1) };
    let mut told: Vec<(u64, u64)> = Vec::new();
    let profile = hold.admin.upload_profile_with(&large, &mut |sent, of| told.push((sent, of))).unwrap();
    assert_eq!((profile.revision, profile.size), (2, 4 * 1024 * 1024));
    assert!(told.len() > 10 && told.windows(2).all(|pair| pair[0].0 < pair[1].0), "{}", told.len());
    let (sent, of) = *told.last().unwrap();
    assert!(sent == of && of > 5 * 1024 * 1024, "{sent} of {of}");
    let mut body = Vec::new();
    let mut pieces = 0;
    hold.admin.download_body(&guid(), None, &mut body, &mut |_| pieces += 1).unwrap();
    assert!(body == large.body && pieces > 10, "{pieces}");
    let carol = hold.server.anybody().with_token(Secret::new(hold.carol.as_str()));
    let refused = carol.upload_profile_with(&Upload { based_on: 2, ..large.clone() }, &mut |_, _| {}).unwrap_err();
    assert_eq!(refused.code(), Code::DeniedRole, "{refused}");
    let too_large = Upload { body: vec![7; 4 * 1024 * 1024 + 1], based_on: 2, ..large };
    assert_eq!(hold.admin.upload_profile(&too_large).unwrap_err().code(), Code::TooLarge);
}
