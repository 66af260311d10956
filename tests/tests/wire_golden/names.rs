//! The tables of codes, numbers and spellings.

use sbm_core::account::{AccountPath, AccountState};
use sbm_core::cache::{Number, SigningKey};
use sbm_core::code::Code;
use sbm_core::id::{Guid, Hash, InstallationId, RunId};
use sbm_core::permission::{Action, Effect, Gate, Right, Role, Task, TaskAccess};
use sbm_core::profile::ChangeKind;
use sbm_core::run::{ProfileKind, RunResult, Trigger};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::device::Fate;
use sbm_core::wire::v1::session::Audience;
use sbm_core::wire::v1::{Capability, ConnectionString};
use serde::Serialize;
use zeroize::Zeroizing;

/// Number, name, HTTP status and whether to try again, of every code.
pub fn codes() -> String {
    let line = |code: &Code| {
        let retry = if code.is_retryable() { "retry" } else { "final" };
        format!("{} {} {} {retry}\n", code.number(), code.name(), code.status())
    };
    Code::ALL.iter().map(line).collect()
}

/// The numbers of the C ABI and of bit sets, with the names that the wire uses.
pub fn numbers() -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut row = |kind: &str, number: i64, name: &str| lines.push(format!("{kind} {number} {name}\n"));
    for action in Action::ALL {
        assert_eq!(word(&action), action.name());
        row("action", action as i64, action.name());
    }
    for effect in [Effect::Allow, Effect::Deny, Effect::Unmanaged] {
        row("effect", effect as i64, &word(&effect));
    }
    for gate in Gate::ORDER {
        assert_eq!(word(&gate), gate.name());
        row("gate", gate as i64, gate.name());
    }
    for right in Right::ALL {
        row("right", right as i64, right.name());
    }
    for role in Role::ALL {
        row("role", role as i64, role.name());
    }
    for kind in [ChangeKind::Install, ChangeKind::Update, ChangeKind::Remove] {
        assert_eq!(word(&kind), kind.name());
        row("change", kind as i64, kind.name());
    }
    for kind in ProfileKind::ALL {
        assert_eq!(word(kind), kind.name());
        row("profile_kind", *kind as i64, kind.name());
    }
    for result in RunResult::ALL {
        assert_eq!(word(result), result.name());
        row("run_result", *result as i64, result.name());
    }
    for trigger in Trigger::ALL {
        assert_eq!(word(trigger), trigger.name());
        row("trigger", *trigger as i64, trigger.name());
    }
    lines.concat() + &words()
}

/// Words without numbers.
fn words() -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut row = |kind: &str, name: &str| lines.push(format!("{kind} - {name}\n"));
    for state in [AccountState::Active, AccountState::Disabled, AccountState::Supervisor, AccountState::DeletionPending] {
        row("account_state", &word(&state));
    }
    for task in Task::ALL {
        row("task", &word(&task));
    }
    for access in [TaskAccess::None, TaskAccess::Read, TaskAccess::Write] {
        row("task_access", &word(&access));
    }
    for audience in [Audience::Console, Audience::Device, Audience::Api] {
        row("audience", &word(&audience));
    }
    for fate in [Fate::Accepted, Fate::Duplicate, Fate::Deleted, Fate::SetAside] {
        row("fate", &word(&fate));
    }
    for capability in Capability::ALL {
        row("capability", capability.name());
    }
    lines.concat()
}

/// How ids and other short values are written; each line is read back.
pub fn spellings() -> String {
    let bytes: [u8; 16] = std::array::from_fn(|at| u8::try_from(at * 17).unwrap());
    let guid = Guid::from_bytes(bytes);
    let run = RunId::v7(Timestamp::from_millis(1_795_291_485_123), [0xa5; 10]);
    let installation = InstallationId::from_bytes(bytes);
    let hash = Hash::of(b"abc");
    let path: AccountPath = " Acme > North>pc-1 ".parse().unwrap();
    let connection: ConnectionString = format!("sbm://backup.example#ca-sha256={hash}").parse().unwrap();
    let plain: ConnectionString = "sbm://[2001:db8::1]:9000".parse().unwrap();
    assert_eq!(guid.to_string().parse(), Ok(guid));
    assert_eq!(run.to_string().parse(), Ok(run));
    assert_eq!(installation.to_string().parse(), Ok(installation));
    assert_eq!(hash.to_string().parse(), Ok(hash));
    assert_eq!(path.to_string().parse(), Ok(path.clone()));
    assert_eq!(connection.to_string().parse(), Ok(connection.clone()));
    let rows = [
        ("guid", guid.to_string()),
        ("run", run.to_string()),
        ("installation", installation.to_string()),
        ("hash", hash.to_string()),
        ("key", SigningKey::from_seed(&Zeroizing::new([1; 32])).verifying_key().id().as_str().to_owned()),
        ("number", Number::new(3, 1_048_576).to_string()),
        ("account", path.to_string()),
        ("account_key", path.key()),
        ("connection", connection.to_string()),
        ("connection", plain.to_string()),
        ("time", Timestamp::from_millis(1_795_291_485_123).to_rfc3339()),
    ];
    rows.map(|(kind, text)| format!("{kind} {text}\n")).concat()
}

/// The word that a value without fields is on the wire.
fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}
