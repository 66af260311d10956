//! What an import comes to, or came to: a line for each that is not so already, and the sums.

use serde_json::{Value, json};

use crate::context::Context;
use crate::exchange::difference::{Change, Difference, Judged, Verdict};
use crate::exchange::kind::Kind;
use crate::failure::Failure;
use crate::output::text::{clean, count};

/// Shows a difference: what would be done, and what was not checked for that; else what was done.
pub(super) fn show(found: &Difference, unchecked: Option<&[&str]>, context: &mut Context) -> Result<(), Failure> {
    let text = text(found, unchecked);
    context.out.text(&object(found, unchecked), &text)
}

fn text(found: &Difference, unchecked: Option<&[&str]>) -> String {
    let (add, change) = if unchecked.is_some() { ("add", "change") } else { ("added", "changed") };
    let mut text = String::new();
    for line in &found.lines {
        let name = if line.name.is_empty() { String::new() } else { format!(" `{}`", line.name) };
        let told = match &line.verdict {
            Verdict::Same => continue,
            Verdict::Add => format!("{add}{name}"),
            Verdict::Change(changes) => {
                let told: Vec<String> = changes.iter().map(|change| changed(found.kind, change)).collect();
                format!("{change}{name}: {}", told.join(", "))
            }
            Verdict::Refused(why) => format!("refused{name}: {why}"),
        };
        text.push_str(&clean(&format!("line {}: {told}", line.line)));
        text.push('\n');
    }
    let counts = found.counts();
    let (one, all) = (found.kind.one(), found.lines.len());
    text.push_str(&if counts.unchanged == all {
        format!("nothing to do: {} as the file has it already", of(all, one))
    } else {
        let stays = format!("{} already so, {} refused", counts.unchanged, counts.refused);
        match unchecked {
            Some(_) => format!("{} to add, {} to change, {stays}", counts.added, counts.changed),
            None => format!("{} added, {} changed, {stays}", counts.added, counts.changed),
        }
    });
    text.push('\n');
    if found.only_there > 0 {
        text.push_str(&format!("{} on the server and not in the file; it stays as it is\n", of(found.only_there, one)));
    }
    if let Some(unchecked @ [_, ..]) = unchecked {
        text.push_str(&format!("not checked, for you may not list them: {}\n", unchecked.join(", ")));
    }
    text
}

/// `3 users`, also of what has an odd plural.
fn of(number: usize, one: &str) -> String {
    if one == "entry" && number != 1 { format!("{number} entries") } else { count(number, one) }
}

fn changed(kind: Kind, change: &Change) -> String {
    let shown = |value: &Value| kind.field(change.field).map(|field| field.form.shown(value)).unwrap_or_default();
    format!("{} {} -> {}", change.field, shown(&change.old), shown(&change.new))
}

fn object(found: &Difference, unchecked: Option<&[&str]>) -> Value {
    let counts = found.counts();
    let lines: Vec<Value> = found.lines.iter().filter_map(line).collect();
    let mut object = json!({
        "ok": counts.refused == 0,
        "dry_run": unchecked.is_some(),
        "added": counts.added,
        "changed": counts.changed,
        "unchanged": counts.unchanged,
        "refused": counts.refused,
        "not_in_file": found.only_there,
        "lines": lines,
    });
    if let (Some(unchecked), Some(fields)) = (unchecked, object.as_object_mut()) {
        fields.insert("not_checked".to_owned(), json!(unchecked));
    }
    object
}

fn line(line: &Judged) -> Option<Value> {
    let (number, name) = (line.line, &line.name);
    Some(match &line.verdict {
        Verdict::Same => return None,
        Verdict::Add => json!({"line": number, "name": name, "verdict": "add"}),
        Verdict::Change(changes) => {
            let one = |change: &Change| json!({"field": change.field, "old": change.old, "new": change.new});
            json!({"line": number, "name": name, "verdict": "change", "changes": changes.iter().map(one).collect::<Vec<_>>()})
        }
        Verdict::Refused(why) => json!({"line": number, "name": name, "verdict": "refuse", "reason": why}),
    })
}
