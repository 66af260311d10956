//! The table: what each route can name, or why it names nothing of an account.

use sbm_client::core::wire::v1::path;
use serde_json::{Value, json};

use super::world::Target;

/// A request.
#[derive(Clone, Debug)]
pub struct Ask {
    pub method: &'static str,
    pub path: String,
    pub content: Option<String>,
    pub by: By,
    /// Whether it reaches one's own account only, and none below.
    pub is_own_only: bool,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Somebody at a console, in each role.
    Person,
    /// The device of one's own account.
    Device,
}

/// What a route can name.
pub enum Row {
    /// Objects, which are answered as what never was if they are outside of one's scope.
    Objects(Vec<Ask>),
    /// Nothing, but it shows what there is: only what one sees, above all what this function names of an account.
    List { path: String, shows: fn(&Target) -> String },
    /// A name or GUID that is to be one's own from now on, and is taken in the root account; and objects, if it names any.
    Names { names: Vec<Ask>, objects: Vec<Ask> },
    /// What is the server's own, and so its operator's.
    Server(Vec<Ask>),
    /// Nothing; and why.
    Nothing(#[expect(dead_code, reason = "it is written for who reads the table")] &'static str),
}

impl Row {
    /// The requests that name objects.
    #[must_use]
    pub fn objects(self) -> Vec<Ask> {
        match self {
            Self::Objects(asks) | Self::Names { objects: asks, .. } => asks,
            Self::List { .. } | Self::Server(_) | Self::Nothing(_) => Vec::new(),
        }
    }

    /// The requests that would take a name.
    #[must_use]
    pub fn names(self) -> Vec<Ask> {
        if let Self::Names { names, .. } = self { names } else { Vec::new() }
    }
}

fn get(path: &str, behind: &str) -> Ask {
    Ask { method: "GET", path: format!("{path}{behind}"), content: None, by: By::Person, is_own_only: false }
}

fn delete(path: &str, behind: &str) -> Ask {
    Ask { method: "DELETE", ..get(path, behind) }
}

fn post(path: &str, behind: &str, content: Value) -> Ask {
    Ask { method: "POST", content: Some(content.to_string()), ..get(path, behind) }
}

fn patch(path: &str, behind: &str, content: Value) -> Ask {
    Ask { method: "PATCH", ..post(path, behind, content) }
}

fn list(path: &str, shows: fn(&Target) -> String) -> Row {
    Row::List { path: path.to_owned(), shows }
}

const NEW_PASSWORD: &str = "violet staircase 43";
/// The beginning of a PNG, in base64.
pub const IMAGE: &str = "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQ";
/// The managed profile of one's own account.
const OWN_GUID: &str = "A103000000004000800000000000A103";

/// The row of a route, with the names of an account in it; none if nobody wrote one.
#[must_use]
pub fn row(id: &str, target: &Target) -> Option<Row> {
    doors(id, target)
        .or_else(|| accounts(id, target))
        .or_else(|| people(id, target))
        .or_else(|| profiles(id, target))
        .or_else(|| records(id, target))
        .or_else(|| whole_server(id))
}

fn doors(id: &str, target: &Target) -> Option<Row> {
    let device = |behind: &str| Ask { by: By::Device, is_own_only: true, ..get(behind, "") };
    Some(match id {
        "root" | "status" | "ready" | "show_interface" => Row::Nothing("it says nothing of any account"),
        "claim" => Row::Nothing("there is one account yet"),
        "log_in" | "log_in_device" | "enrol_device" | "second_step" | "device_second_step" | "send_login_code" => {
            Row::Nothing("who proves a password or a code is told of none without it (RUN-6)")
        }
        "unlock_connection" => Row::Nothing("who proves a password is told of none without it (RUN-6)"),
        "log_out"
        | "log_out_device"
        | "change_password"
        | "show_second_factor"
        | "begin_second_factor"
        | "confirm_second_factor"
        | "remove_second_factor"
        | "renew_recovery_codes"
        | "send_code"
        | "begin_channel"
        | "confirm_channel"
        | "remove_channel" => Row::Nothing("it is about whoever asks"),
        "judge_password" => Row::Nothing("it is about a password that is nobody's"),
        "check_in" | "upload_history" | "report_stored" | "reserve_room" | "give_room_back" => {
            Row::Nothing("a device speaks of itself (DEV-2)")
        }
        "device_list" => Row::Objects(vec![device(&format!("{}/{}", path::LISTS, target.list))]),
        "device_body" => Row::Objects(vec![device(&format!("{}/{}", path::BODIES, target.body))]),
        "list_sessions" => list(path::SESSIONS, |target| target.session.clone()),
        "end_session" => Row::Objects(vec![delete(path::SESSIONS, &format!("/{}", target.session))]),
        "create_token" => {
            let content = json!({
                "name": "mine", "allows": {"users": "read"}, "account": target.account, "password": "not the password 7",
            });
            Row::Objects(vec![post(path::NEW_TOKEN, "", content)])
        }
        "list_tokens" => list(path::TOKENS, |target| target.token.clone()),
        "revoke_token" => Row::Objects(vec![delete(path::TOKENS, &format!("/{}", target.token))]),
        _ => return None,
    })
}

fn accounts(id: &str, target: &Target) -> Option<Row> {
    let behind = format!("/{}", target.account_in_path);
    let act = |act: &str| post(path::ACCOUNT_ACTS, "", json!({"accounts": [target.account], "act": act}));
    Some(match id {
        "list_accounts" => list(path::ACCOUNTS, |target| target.account.clone()),
        "show_account" => Row::Objects(vec![get(path::ACCOUNTS, &behind)]),
        "account_policy" => Row::Objects(vec![get(path::ACCOUNTS, &format!("{behind}/policy"))]),
        "create_account" => Row::Objects(vec![
            post(path::ACCOUNTS, "", json!({"account": format!("{}>new", target.account)})),
            post(path::ACCOUNTS, "", json!({"account": format!("{}>safe", target.account), "secret": NEW_PASSWORD})),
        ]),
        "modify_account" => Row::Objects(vec![
            patch(path::ACCOUNTS, &behind, json!({"comment": "seen"})),
            patch(path::ACCOUNTS, &behind, json!({"quota": {"hard": 5_000_000_000_u64}})),
            Ask {
                is_own_only: true,
                ..patch(path::ACCOUNTS, "/root%3Enorth%3Eclient%3Esite", json!({"parent": target.account}))
            },
        ]),
        "account_branding" => Row::Objects(vec![get(path::ACCOUNTS, &format!("{behind}/branding"))]),
        "put_image" => {
            Row::Objects(vec![post(path::ACCOUNTS, &format!("{behind}/images"), json!({"icon": "tray", "content": IMAGE}))])
        }
        "show_image" => Row::Objects(vec![get(path::ACCOUNTS, &format!("{behind}/images/{}", target.image))]),
        "open_console" => {
            Row::Objects(vec![Ask { content: None, ..post(path::ACCOUNTS, &format!("{behind}/console"), json!({})) }])
        }
        "list_communications" => list(path::COMMUNICATIONS, |target| target.user.clone()),
        "create_communication" => {
            Row::Objects(vec![post(path::COMMUNICATIONS, "", json!({"account": target.account, "kind": "call", "at": 1}))])
        }
        "modify_communication" => {
            Row::Objects(vec![patch(path::COMMUNICATIONS, &format!("/{}", target.communication), json!({"text": "seen"}))])
        }
        "delete_communication" => Row::Objects(vec![delete(path::COMMUNICATIONS, &format!("/{}", target.communication))]),
        "list_agents" => list(path::AGENTS, |target| target.account.clone()),
        "assign_agent" => Row::Objects(vec![
            post(path::AGENTS, "", json!({"account": target.account, "agent": "user-ownnn"})),
            post(path::AGENTS, "", json!({"account": "root>north>client>site", "agent": target.login})),
        ]),
        "list_served_accounts" => Row::Nothing("it is about whoever asks"),
        // `boss-ownnn` serves `ownnn` and `below`; nobody else of this test serves anything.
        "enrol_agent" => Row::Objects(vec![post(
            path::AGENT_DEVICES,
            "",
            json!({"account": target.account, "installation": "c".repeat(32), "computer": "cloud", "program": "tests 1.0"}),
        )]),
        "unassign_agent" => Row::Objects(vec![delete(path::AGENTS, &behind)]),
        "act_on_accounts" => Row::Objects(vec![act("disable"), act("enable"), act("supervise"), act("keep"), act("delete")]),
        _ => return None,
    })
}

fn people(id: &str, target: &Target) -> Option<Row> {
    let (user, group) = (format!("/{}", target.user), format!("/{}", target.group));
    let rights = format!("/{}", target.security_profile);
    let login = format!("/{}", target.login.replace('>', "%3E"));
    let described = || json!({"description": "seen"});
    // Somebody of one's own, to whom something of the account is given.
    let own = "/user-ownnn";
    Some(match id {
        "list_users" => list(path::USERS, |target| target.user.clone()),
        "create_user" => Row::Names {
            names: vec![
                post(path::USERS, "", json!({"name": target.user, "password": NEW_PASSWORD})),
                post(path::USERS, "", json!({"name": "fresh", "password": NEW_PASSWORD, "new_groups": [target.group]})),
            ],
            objects: vec![
                post(
                    path::USERS,
                    "",
                    json!({"name": format!("a friend of {}", target.user), "password": NEW_PASSWORD, "groups": [target.group]}),
                ),
                post(
                    path::USERS,
                    "",
                    json!({"name": format!("somebody at {}", target.user), "password": NEW_PASSWORD, "account": target.account}),
                ),
                post(
                    path::USERS,
                    "",
                    json!({"name": format!("a guest of {}", target.user), "password": NEW_PASSWORD, "security_profile": target.security_profile}),
                ),
            ],
        },
        "show_user" => Row::Objects(vec![get(path::USERS, &user), get(path::USERS, &login)]),
        "modify_user" => Row::Names {
            names: vec![
                patch(path::USERS, own, json!({"name": target.user})),
                patch(path::USERS, own, json!({"new_groups": [target.group]})),
            ],
            objects: vec![
                patch(path::USERS, &user, described()),
                patch(path::USERS, &login, described()),
                patch(path::USERS, own, json!({"add_groups": [target.group]})),
                patch(path::USERS, own, json!({"remove_groups": [target.group]})),
                patch(path::USERS, own, json!({"groups": [target.group]})),
                patch(path::USERS, own, json!({"security_profile": target.security_profile})),
            ],
        },
        "reset_second_factor" => Row::Objects(vec![delete(path::USERS, &format!("{user}/second-factor"))]),
        "delete_user" => Row::Objects(vec![delete(path::USERS, &user)]),
        "list_groups" => list(path::GROUPS, |target| target.group.clone()),
        "create_group" => Row::Names {
            names: vec![post(path::GROUPS, "", json!({"name": target.group}))],
            objects: vec![post(path::GROUPS, "", json!({"name": format!("made at {}", target.user), "account": target.account}))],
        },
        "show_group" => Row::Objects(vec![get(path::GROUPS, &group)]),
        "modify_group" => Row::Names {
            names: vec![patch(path::GROUPS, "/group-ownnn", json!({"name": target.group}))],
            objects: vec![patch(path::GROUPS, &group, described())],
        },
        "delete_group" => Row::Objects(vec![delete(path::GROUPS, &format!("{group}?detach=true"))]),
        "list_security_profiles" => list(path::SECURITY_PROFILES, |target| target.security_profile.clone()),
        "create_security_profile" => Row::Names {
            names: vec![post(path::SECURITY_PROFILES, "", json!({"name": target.security_profile}))],
            objects: vec![post(
                path::SECURITY_PROFILES,
                "",
                json!({"name": format!("made at {}", target.user), "account": target.account}),
            )],
        },
        "show_security_profile" => Row::Objects(vec![get(path::SECURITY_PROFILES, &rights)]),
        "modify_security_profile" => Row::Names {
            names: vec![patch(path::SECURITY_PROFILES, "/rights-ownnn", json!({"name": target.security_profile}))],
            objects: vec![patch(path::SECURITY_PROFILES, &rights, described())],
        },
        // In use, its deletion is refused as such: also an answer that it is there.
        "delete_security_profile" => Row::Objects(vec![delete(path::SECURITY_PROFILES, &rights)]),
        "explain" => Row::Objects(vec![
            post(path::EXPLAIN, "", json!({"user": target.user, "action": "restore"})),
            post(path::EXPLAIN, "", json!({"user": target.login, "action": "restore"})),
            post(path::EXPLAIN, "", json!({"user": "user-ownnn", "action": "restore", "device": target.installation})),
        ]),
        "explain_server" => Row::Objects(vec![
            post(path::EXPLAIN_SERVER, "", json!({"user": target.user, "task": "users", "write": false})),
            post(path::EXPLAIN_SERVER, "", json!({"user": target.login, "task": "users", "write": false})),
            post(
                path::EXPLAIN_SERVER,
                "",
                json!({"user": "user-ownnn", "task": "users", "write": false, "account": target.account}),
            ),
        ]),
        _ => return roles(id, target),
    })
}

fn roles(id: &str, target: &Target) -> Option<Row> {
    let (role, grant) = (format!("/{}", target.role), format!("/{}", target.grant));
    let tasks = || json!({"history_read": "read"});
    let give =
        |user: &str, role: &str, account: &str| post(path::GRANTS, "", json!({"user": user, "role": role, "account": account}));
    Some(match id {
        "list_roles" => list(path::ROLES, |target| target.role.clone()),
        "create_role" => Row::Names {
            names: vec![post(path::ROLES, "", json!({"name": target.role, "tasks": tasks()}))],
            objects: vec![post(path::ROLES, "", json!({"name": "elsewhere", "tasks": tasks(), "account": target.account}))],
        },
        "show_role" => Row::Objects(vec![get(path::ROLES, &role)]),
        "modify_role" => Row::Names {
            names: vec![patch(path::ROLES, "/role-ownnn", json!({"name": target.role}))],
            objects: vec![patch(path::ROLES, &role, json!({"description": "seen"}))],
        },
        // In use, its deletion is refused as such: also an answer that it is there.
        "delete_role" => Row::Objects(vec![delete(path::ROLES, &role)]),
        "list_grants" => list(path::GRANTS, |target| target.user.clone()),
        "grant_role" => Row::Objects(vec![
            give(&target.user, "role-ownnn", "root>north>client"),
            give(&target.login, "role-ownnn", "root>north>client"),
            give("user-ownnn", &target.role, "root>north>client>site"),
            give("user-ownnn", "role-ownnn", &target.account),
        ]),
        "revoke_grant" => Row::Objects(vec![delete(path::GRANTS, &grant)]),
        "explain_who" => {
            let asked = json!({"task": "users", "write": false, "account": target.account});
            Row::Objects(vec![post(path::EXPLAIN_WHO, "", asked)])
        }
        _ => return None,
    })
}

fn profiles(id: &str, target: &Target) -> Option<Row> {
    let behind = |more: &str| format!("/{}{more}", target.guid);
    let of = path::PROFILES;
    let own = format!("/{}", OWN_GUID);
    Some(match id {
        "list_profiles" => list(of, |target| target.guid.clone()),
        "upload_profile" => Row::Names {
            names: [(&target.guid, 0), (&target.guid, 2), (&target.buried, 0), (&target.buried, 1)]
                .map(|(guid, based_on)| {
                    let content = json!({
                        "guid": guid, "name": "mine", "description": "d", "version": 1, "body": "AAAA", "based_on": based_on,
                    });
                    post(of, "", content)
                })
                .to_vec(),
            objects: vec![post(
                of,
                "",
                json!({
                    "guid": target.guid.replace("A1", "A7"), "name": "mine", "description": "d", "body": "AAAA",
                    "account": target.account,
                }),
            )],
        },
        "show_profile" => Row::Objects(vec![get(of, &behind(""))]),
        "modify_profile" => Row::Names {
            names: vec![patch(of, &own, json!({"new_groups": [target.group]}))],
            objects: vec![
                patch(of, &behind(""), json!({"import_schedule": true})),
                patch(of, &own, json!({"add_groups": [target.group]})),
                patch(of, &own, json!({"remove_groups": [target.group]})),
            ],
        },
        "delete_profile" => Row::Objects(vec![delete(of, &behind(""))]),
        "list_revisions" => Row::Objects(vec![get(of, &behind("/revisions")), get(of, &format!("/{}/revisions", target.buried))]),
        "list_holders" => Row::Objects(vec![get(of, &behind("/holders")), get(of, &format!("/{}/holders", target.buried))]),
        "download_body" => Row::Objects(vec![
            get(of, &behind("/body")),
            get(of, &behind("/body?revision=1")),
            get(of, &format!("/{}/body", target.buried)),
        ]),
        "download_schedule" => Row::Objects(vec![get(of, &behind("/schedule"))]),
        "roll_back_profile" => Row::Objects(vec![post(of, &behind("/rollback"), json!({"revision": 1, "based_on": 2}))]),
        "list_tombstones" => list(path::TOMBSTONES, |target| target.buried.clone()),
        _ => return None,
    })
}

fn records(id: &str, target: &Target) -> Option<Row> {
    let device = format!("/{}", target.installation);
    let run = format!("/{}", target.run);
    Some(match id {
        "list_devices" => list(path::DEVICES, |target| target.installation.clone()),
        "show_device" => Row::Objects(vec![get(path::DEVICES, &device)]),
        "remove_device" => Row::Objects(vec![delete(path::DEVICES, &device)]),
        "release_device" => {
            let release = Ask { method: "POST", ..get(path::DEVICES, &format!("{device}/release")) };
            Row::Objects(vec![release])
        }
        "list_enrolments" => list(path::ENROLMENTS, |target| target.user.clone()),
        "create_enrolment" => Row::Objects(vec![
            post(path::ENROLMENTS, "", json!({"kind": "code", "user": target.user})),
            post(path::ENROLMENTS, "", json!({"kind": "code", "user": target.login})),
            post(path::ENROLMENTS, "", json!({"kind": "code", "user": "user-ownnn", "account": target.account})),
        ]),
        "revoke_enrolment" => Row::Objects(vec![delete(path::ENROLMENTS, &format!("/{}", target.enrolment))]),
        "list_waiting_devices" => list(path::WAITING, |target| target.waiting[0].clone()),
        "approve_device" => Row::Objects(vec![post(path::WAITING, &format!("/{}/approve", target.waiting[0]), json!({}))]),
        "reject_device" => Row::Objects(vec![post(path::WAITING, &format!("/{}/reject", target.waiting[1]), json!({}))]),
        "list_audit" => list(path::AUDIT, |target| target.buried.clone()),
        "list_history" => list(path::HISTORY, |target| target.run.clone()),
        "show_run" => Row::Objects(vec![
            get(path::HISTORY, &run),
            get(path::HISTORY, &format!("{run}?installation={}", target.installation)),
        ]),
        "delete_run" => Row::Objects(vec![delete(path::HISTORY, &run)]),
        _ => return None,
    })
}

fn whole_server(id: &str) -> Option<Row> {
    let asks = match id {
        "list_allowlist" => vec![get(path::ALLOWLIST, "")],
        "add_allow" => vec![post(path::ALLOWLIST, "", json!({"pattern": "10.0.0.0/8"}))],
        "remove_allow" => vec![delete(path::ALLOWLIST, "/1?confirm=true"), delete(path::ALLOWLIST, "/99")],
        "test_allow" => vec![post(path::ALLOWLIST_TEST, "", json!({"address": "192.0.2.1"}))],
        "lint_allowlist" => vec![get(path::ALLOWLIST_LINT, "")],
        "show_server" => vec![get(path::SERVER, "")],
        "modify_server" => vec![patch(path::SERVER, "", json!({"max_offline": 7_200}))],
        "rotate_keys" => vec![post(path::ROTATE_KEYS, "", json!({}))],
        "list_erase_orders" => vec![get(path::ERASE_ORDERS, "")],
        "show_erase_order" => vec![get(path::ERASE_ORDERS, "/0a0b0c0d0e0f0001020304050607ffff")],
        "retry_erase_order" => vec![post(path::ERASE_ORDERS, "/0a0b0c0d0e0f0001020304050607ffff/retry", json!({}))],
        "show_erase_key" => vec![get(path::ERASE_KEY, "")],
        "verify_audit" => vec![get(path::AUDIT, "/verify")],
        _ => return None,
    };
    Some(Row::Server(asks))
}
