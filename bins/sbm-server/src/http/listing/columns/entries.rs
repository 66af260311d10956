//! Columns of what was written down: the allowlist, history, the audit log (CON-1).

use sbm_core::wire::v1::admin::{AllowEntry, AllowFinding, AuditEntry, Run};

use super::super::{Cell, Column, List};
use super::{hex, installation, run_id, shown, word};

/// The allowlist (NET-2).
pub static ALLOWLIST: List<AllowEntry> = List {
    name: "allowlist entries",
    columns: columns! { AllowEntry:
        "id" => |entry| entry.id.0,
        "kind" => |entry| word(&entry.kind),
        "pattern" => |entry| &entry.pattern,
        "comment" => |entry| &entry.comment,
    },
    key: |entry| format!("{:010}", entry.id.0),
    usual: "id",
    filters: &[],
};

/// What the linter has to say of the allowlist (NET-4, NET-5).
pub static FINDINGS: List<AllowFinding> = List {
    name: "findings",
    columns: columns! { AllowFinding:
        "entry" => |finding| &finding.entry.pattern,
        "finding" => |finding| &finding.finding,
        "sentence" => |finding| &finding.sentence,
    },
    key: |finding| format!("{:010} {}", finding.entry.id.0, finding.finding),
    usual: "entry",
    filters: &[],
};

/// Runs, as a file shows them (HIS-1, HIS-5). The store filters and sorts them.
pub static RUNS: &[Column<Run>] = columns! { Run:
    "id" => |run| run_id(&run.record.id),
    "profile_start" => |run| run.record.start.profile_start,
    "end" => |run| run.record.finish.end,
    "result" => |run| run.record.finish.result.name(),
    "user" => |run| &run.record.user,
    "computer" => |run| &run.record.computer,
    "os_user" => |run| &run.record.start.os_user,
    "profile" => |run| &run.record.start.profile.name,
    "profile_guid" => |run| run.record.start.profile.guid.as_ref().map(shown),
    "profile_version" => |run| run.record.start.profile.version,
    "profile_revision" => |run| run.record.start.profile.revision,
    "kind" => |run| run.record.start.kind.name(),
    "kind_text" => |run| &run.record.start.kind_text,
    "trigger" => |run| run.record.start.trigger.name(),
    "restore" => |run| run.record.start.restore,
    "thread_start" => |run| run.record.start.thread_start,
    "group_start" => |run| run.record.start.group_start,
    "utc_offset" => |run| run.record.start.utc_offset,
    "files_copied" => |run| run.record.finish.files_copied,
    "files_deleted" => |run| run.record.finish.files_deleted,
    "files_failed" => |run| run.record.finish.files_failed,
    "bytes_copied" => |run| run.record.finish.bytes_copied,
    "bytes_deleted" => |run| run.record.finish.bytes_deleted,
    "bytes_failed" => |run| run.record.finish.bytes_failed,
    "bytes_stored" => |run| run.record.finish.bytes_stored,
    "error" => |run| &run.record.finish.error,
    "installation" => |run| installation(&run.record.installation),
    "sequence" => |run| run.record.sequence,
    "gap_count" => |run| run.record.gap.map(|gap| gap.count),
    "gap_failed" => |run| run.record.gap.map(|gap| gap.failed),
    "gap_first" => |run| run.record.gap.map(|gap| gap.first),
    "received" => |run| run.received,
};

/// Entries of the audit log, as a file shows them (RUN-12). The store filters them.
pub static AUDIT: &[Column<AuditEntry>] = columns! { AuditEntry:
    "number" => |entry| entry.number,
    "at" => |entry| entry.entry.at,
    "account" => |entry| entry.entry.account.0,
    "actor" => |entry| &entry.entry.actor,
    "address" => |entry| &entry.entry.address,
    "act" => |entry| &entry.entry.act,
    "object" => |entry| &entry.entry.object,
    "outcome" => |entry| &entry.entry.outcome,
    "detail" => |entry| &entry.entry.detail,
    "hash" => |entry| hex(&entry.hash),
};
