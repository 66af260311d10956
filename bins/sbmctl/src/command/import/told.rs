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
            Verdict::Refused(why) => format!("refused{name}: {}", short(why)),
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
        let stays = if found.only_there == 1 { "it stays as it is" } else { "they stay as they are" };
        text.push_str(&format!("{} on the server and not in the file; {stays}\n", of(found.only_there, one)));
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
    let shown = |value: &Value| kind.field(change.field).map(|field| short(&field.form.shown(value))).unwrap_or_default();
    format!("{} {} -> {}", change.field, shown(&change.old), shown(&change.new))
}

/// So much of a text as a line has room for. JSON has all of it.
fn short(text: &str) -> String {
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The most characters of one value or reason.
const MOST: usize = 300;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::difference::difference;
    use crate::exchange::reading::lines;

    fn lines_of(text: &str) -> Vec<crate::exchange::Line> {
        lines(text, Kind::Groups, None).unwrap()
    }

    #[test]
    fn what_a_file_comes_to_is_told_line_by_line_and_moves_no_cursor_con_1() {
        let there = [json!({"name": "a", "description": "old\nline"}), json!({"name": "b"}), json!({"name": "c"})];
        let rows: Vec<_> = there.into_iter().filter_map(|group| Kind::Groups.row(group)).collect();
        let file = format!("name,description\na,new\nb,\n{}\u{1b}[2J,\nd,x\n", "y".repeat(2_000));
        let found = difference(Kind::Groups, &rows, lines(&file, Kind::Groups, None).unwrap(), |_, _| None);
        let shown = text(&found, Some(&["groups"]));
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "line 2: change `a`: description `old line` -> `new`");
        assert!(
            lines[1].starts_with("line 4: refused: column 1, `name`: `yyy") && lines[1].chars().count() < 350,
            "{}",
            lines[1]
        );
        let rest = [
            "line 5: add `d`",
            "1 to add, 1 to change, 1 already so, 1 refused",
            "1 group on the server and not in the file; it stays as it is",
            "not checked, for you may not list them: groups",
        ];
        assert_eq!(lines[2..], rest);
        assert!(!shown.contains('\u{1b}'));
        let many = difference(Kind::Groups, &rows, lines_of("name\nd\n"), |_, _| None);
        assert!(text(&many, None).contains("\n3 groups on the server and not in the file; they stay as they are\n"));
        let object = object(&found, None);
        assert_eq!((&object["ok"], &object["lines"].as_array().unwrap().len()), (&json!(false), &3));
        assert_eq!(object["lines"][0]["changes"][0], json!({"field": "description", "old": "old\nline", "new": "new"}));
        assert!(object["lines"][1]["reason"].as_str().unwrap().len() > 2_000 && object.get("not_checked").is_none());
    }
}
