//! What most tests begin with: a group, an end user in it, a managed profile assigned to it, and a client of that user.

use std::path::Path;
use std::time::Duration;

use sbm_client::admin::Admin;
use sbm_client::core::id::Guid;
use sbm_client::core::name::{Name, Text};
use sbm_client::core::permission::{Right, RightSet, RoleSet};
use sbm_client::core::run::{RunEnd, RunResult, RunStart, Trigger};
use sbm_client::core::time::Timestamp;
use sbm_client::core::wire::v1::admin::{NewGroup, NewSecurityProfile, NewUser, Upload};
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::{Client, Config};

use crate::server::TestServer;

/// The password of every user but `admin`.
pub const PASSWORD: &str = "violet staircase 42";
/// The managed profile.
pub const GUID: &str = "94D3D1C174724DC9A5E99EE763E23159";

/// A checked name.
#[must_use]
pub fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

/// The managed profile's GUID.
#[must_use]
pub fn guid() -> Guid {
    GUID.parse().unwrap()
}

/// Makes the group `Finance`, the security profile `End user` (run by hand, restore), the user `carol`, and the managed
/// profile at revision 1, assigned.
pub fn office(admin: &Admin) {
    admin.add_group(&NewGroup::new(name("Finance"))).unwrap();
    let rights: RightSet = [Right::RunManually, Right::Restore].into_iter().collect();
    admin.add_security_profile(&NewSecurityProfile::new(name("End user"), rights)).unwrap();
    add_user(admin, "carol", Some("End user"), &["Finance"]);
    admin.upload_profile(&upload(b"revision one", 0)).unwrap();
    admin.assign_profile(&guid(), &[name("Finance")]).unwrap();
}

/// Adds a user with [`PASSWORD`].
pub fn add_user(admin: &Admin, user: &str, security_profile: Option<&str>, groups: &[&str]) {
    let user = NewUser {
        name: name(user),
        account: None,
        description: Text::default(),
        password: Secret::new(PASSWORD),
        roles: RoleSet::NONE,
        security_profile: security_profile.map(name),
        groups: groups.iter().map(|group| name(group)).collect(),
        new_groups: Vec::new(),
    };
    admin.add_user(&user).unwrap();
}

/// An upload of the managed profile.
#[must_use]
pub fn upload(body: &[u8], based_on: u64) -> Upload {
    Upload {
        guid: guid(),
        name: name("Finance documents"),
        description: Text::new("every night").unwrap(),
        version: 26,
        body: body.to_vec(),
        schedule: None,
        based_on,
        account: None,
    }
}

/// A backup program's configuration with its cache in that directory.
#[must_use]
pub fn config(directory: &Path) -> Config {
    Config::new(directory).program("tests 1.0").computer("pc-17").os_user("carol").timeout(Duration::from_secs(10))
}

/// A client of `carol`'s, logged in.
#[must_use]
pub fn client_of(server: &TestServer, directory: &Path) -> Client {
    let client = Client::open(config(directory)).unwrap();
    client.login(server.connection(), "carol", &Secret::new(PASSWORD)).unwrap();
    client
}

/// The beginning of a run of the managed profile, by hand.
#[must_use]
pub fn start(trigger: Trigger) -> RunStart {
    let mut start: RunStart =
        serde_json::from_str(r#"{"profile":{"name":"Finance documents"},"thread_start":0,"profile_start":0}"#).unwrap();
    start.profile.guid = Some(guid());
    start.trigger = trigger;
    start.restore = trigger == Trigger::Restore;
    start.profile_start = Timestamp::from_millis(1_795_000_000_000);
    start.thread_start = start.profile_start;
    start
}

/// The end of a run that went well.
#[must_use]
pub fn end() -> RunEnd {
    let mut end: RunEnd = serde_json::from_str(r#"{"result":"success","end":1795000001000}"#).unwrap();
    end.result = RunResult::Success;
    end.files_copied = 3;
    end.bytes_copied = 4_096;
    end
}

/// Takes over every waiting change; gives how many there were.
pub fn take_over(client: &Client) -> usize {
    std::iter::from_fn(|| client.next_change().unwrap().map(|change| change.done().unwrap())).count()
}
