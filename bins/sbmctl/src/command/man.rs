//! `sbmctl man`: a manual page for every command, from the same words as its help.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, Args, CommandFactory as _, Id};
use clap_mangen::Man;
use serde_json::json;

use crate::args;
use crate::exit::{CODES, ENVIRONMENT, FILES};
use crate::failure::Failure;
use crate::output::Output;
use crate::output::text::count;

#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  sbmctl man ~/.local/share/man/man1 && man sbmctl-user-add")]
pub(crate) struct ManPages {
    /// Directory to write the pages into; it is made if it is not there
    directory: PathBuf,
}

pub(crate) fn run(command: &ManPages, out: &mut Output) -> Result<(), Failure> {
    let directory = &command.directory;
    let unwritable = |error: io::Error| Failure::file(format!("`{}` cannot be written: {error}", directory.display()));
    fs::create_dir_all(directory).map_err(unwritable)?;
    let pages = pages()?;
    for (name, page) in &pages {
        fs::write(directory.join(Path::new(name)), page).map_err(unwritable)?;
    }
    let sentence = format!("wrote {} into `{}`", count(pages.len(), "page"), directory.display());
    out.changed(&json!({"ok": true, "pages": pages.len()}), &sentence)
}

/// Every page with the name of its file.
fn pages() -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut command = args::Args::command().disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    collect(&command, &mut pages)?;
    Ok(pages)
}

fn collect(command: &clap::Command, pages: &mut Vec<(String, Vec<u8>)>) -> Result<(), Failure> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let is_whole = !name.contains('-');
    // A page is known by its whole name: `sbmctl-user-add`.
    let man = Man::new(command.clone().name(name.clone()))
        .section("1")
        .manual("SBM")
        .source(format!("sbmctl {}", env!("CARGO_PKG_VERSION")));
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    page.extend(synopsis(command).into_bytes());
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    // The whole command's closing words are the sections below.
    if let Some(words) = command.get_after_help().filter(|_| !is_whole) {
        page.extend(sections(&words.to_string()).into_bytes());
    }
    page.extend(closing().into_bytes());
    pages.push((format!("{name}.1"), page));
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        collect(sub, pages)?;
    }
    Ok(())
}

/// The command in one line a form: its own options with their values, what every command knows as one word.
fn synopsis(command: &clap::Command) -> String {
    let mut text = String::from(".SH SYNOPSIS\n");
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let mut words: Vec<String> = Vec::new();
    let is_whole = command.has_subcommands();
    let own = |arg: &&Arg| !arg.is_hide_set() && !arg.is_global_set() && !matches!(arg.get_id().as_str(), "help" | "version");
    let grouped: Vec<&Id> =
        command.get_groups().filter(|group| group.is_required_set()).flat_map(clap::ArgGroup::get_args).collect();
    let is_grouped = |arg: &Arg| grouped.contains(&arg.get_id());
    for arg in command.get_arguments().filter(own).filter(|arg| !arg.is_positional() && !is_grouped(arg)) {
        let word = option(arg);
        words.push(if arg.is_required_set() { word } else { format!("[{word}]") });
    }
    words.push("[\\fIGLOBAL OPTIONS\\fR]".to_owned());
    let options = words.join(" ");
    let positionals: Vec<String> = command.get_positionals().filter(own).filter(|arg| !is_grouped(arg)).map(positional).collect();
    let choice: Vec<String> = command
        .get_arguments()
        .filter(|arg| is_grouped(arg))
        .map(|arg| if arg.is_positional() { value(arg) } else { option(arg) })
        .collect();
    let mut line = vec![format!("\\fB{}\\fR", escaped(name)), options];
    line.extend(positionals);
    if !choice.is_empty() {
        line.push(format!("{{{}}}", choice.join(" | ")));
    }
    if is_whole {
        line.push("\\fICOMMAND\\fR".to_owned());
    }
    text.push_str(&line.join(" "));
    text.push('\n');
    text
}

/// An option with its value: `-u|--user NAME`.
fn option(arg: &Arg) -> String {
    let names = [arg.get_short().map(|short| format!("-{short}")), arg.get_long().map(|long| format!("--{long}"))];
    let names: Vec<String> = names.into_iter().flatten().map(|name| format!("\\fB{}\\fR", escaped(&name))).collect();
    let names = names.join("|");
    if arg.get_action().takes_values() { format!("{names} {}", value(arg)) } else { names }
}

fn positional(arg: &Arg) -> String {
    if arg.is_required_set() { value(arg) } else { format!("[{}]", value(arg)) }
}

fn value(arg: &Arg) -> String {
    let named = arg.get_value_names().and_then(|names| names.first()).map(|name| name.to_string());
    let dots = if arg.is_positional() && matches!(arg.get_action(), ArgAction::Append) { " ..." } else { "" };
    let name = named.unwrap_or_else(|| arg.get_id().as_str().to_uppercase());
    format!("\\fI{}\\fR{dots}", escaped(&name))
}

/// The closing words of a help page as sections: each under the name that it begins with, anything else under NOTES. What is
/// set in columns or indented stays as it is.
fn sections(words: &str) -> String {
    let (mut named, mut notes) = (String::new(), String::new());
    for paragraph in words.split("\n\n") {
        let (first, rest) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
        let (title, body) = match first.split_once(':') {
            // Every page ends with these.
            Some(("Exit codes", _)) => continue,
            Some(("Example" | "Examples", "")) => ("EXAMPLES".to_owned(), rest.to_owned()),
            Some((title, "")) if !title.contains([' ', ',']) => (title.to_uppercase(), rest.to_owned()),
            Some(("Columns", text)) => ("COLUMNS".to_owned(), format!("{}\n{rest}", text.trim_start())),
            _ => (String::new(), paragraph.to_owned()),
        };
        if title.is_empty() {
            if !notes.is_empty() {
                notes.push_str(".PP\n");
            }
            notes.push_str(&set(&body));
        } else {
            named.push_str(&format!(".SH {title}\n{}", set(&body)));
        }
    }
    if !notes.is_empty() {
        named.push_str(&format!(".SH NOTES\n{notes}"));
    }
    named
}

/// Lines of a paragraph; those that are indented keep their ends.
fn set(text: &str) -> String {
    let (mut set, mut is_table) = (String::new(), false);
    for line in text.lines().filter(|line| !line.is_empty()) {
        let is_row = line.starts_with("  ");
        if is_row != is_table {
            set.push_str(if is_row { ".RS 4\n.nf\n" } else { ".fi\n.RE\n" });
            is_table = is_row;
        }
        set.push_str(&escaped(line.strip_prefix("  ").unwrap_or(line)));
        set.push('\n');
    }
    if is_table {
        set.push_str(".fi\n.RE\n");
    }
    set
}

/// What holds for every command.
fn closing() -> String {
    let mut text = String::from(".SH \"EXIT STATUS\"\n");
    for (exit, meaning) in CODES {
        text.push_str(&format!(".TP\n\\fB{}\\fR\n{}\n", *exit as u8, escaped(meaning)));
    }
    for (title, rows) in [("ENVIRONMENT", ENVIRONMENT), ("FILES", FILES)] {
        text.push_str(&format!(".SH {title}\n"));
        for (name, meaning) in rows {
            text.push_str(&format!(".TP\n\\fB{}\\fR\n{}\n", escaped(name), escaped(meaning)));
        }
    }
    text
}

/// A text that roff takes for nothing else.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\(rs").replace('-', "\\-").replace('~', "\\(ti");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_with_its_exit_status_con_1() {
        let pages = pages().unwrap();
        let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        for name in ["sbmctl.1", "sbmctl-user-add.1", "sbmctl-profile-who-has-it.1", "sbmctl-exit-codes.1"] {
            assert!(names.contains(&name), "{name}: {names:?}");
        }
        for (name, page) in &pages {
            let page = String::from_utf8(page.clone()).unwrap();
            for section in [".SH NAME", ".SH SYNOPSIS", ".SH \"EXIT STATUS\"", ".SH ENVIRONMENT", ".SH FILES"] {
                assert!(page.contains(section), "{name}: {section}\n{page}");
            }
        }
    }

    fn page(name: &str) -> String {
        let pages = pages().unwrap();
        let (_, page) = pages.into_iter().find(|(file, _)| file == &format!("{name}.1")).unwrap();
        String::from_utf8(page).unwrap()
    }

    /// The page without its marks, the line behind this heading.
    fn line_below(page: &str, heading: &str) -> String {
        let line = page.lines().skip_while(|line| *line != heading).nth(1).unwrap_or_default();
        ["\\fB", "\\fI", "\\fR", "\\"].iter().fold(line.to_owned(), |line, mark| line.replace(mark, ""))
    }

    #[test]
    fn a_synopsis_shows_values_and_every_form_with_what_must_come_first_con_1() {
        for (name, line) in [
            (
                "sbmctl-explain",
                "sbmctl explain [-p|--profile PROFILE] [-d|--device DEVICE] [--server TASK] [--who TASK] [--write] [--account ACCOUNT] [--token ID] [GLOBAL OPTIONS] [USER] [ACTION]",
            ),
            ("sbmctl-allow-remove", "sbmctl allow remove [--confirm] [-y|--yes] [GLOBAL OPTIONS] {PATTERN | --id ID}"),
            ("sbmctl-user-delete", "sbmctl user delete [-y|--yes] [GLOBAL OPTIONS] NAME ..."),
            (
                "sbmctl-device-list",
                "sbmctl device list [-u|--user NAME] [--account ACCOUNT] [--program PROGRAM] [--state STATE] [--seen-since WHEN] [--unseen-since WHEN] [--search TEXT] [--sort COLUMN] [-l|--limit NUMBER] [--columns COLUMN] [--csv] [-o|--output FILE] [--force] [GLOBAL OPTIONS]",
            ),
            ("sbmctl-user", "sbmctl user [GLOBAL OPTIONS] COMMAND"),
        ] {
            assert_eq!(line_below(&page(name), ".SH SYNOPSIS"), line, "{name}");
        }
    }

    #[test]
    fn tables_keep_their_lines_and_sections_are_named_by_their_content_con_1() {
        let pages = pages().unwrap();
        for (name, page) in &pages {
            let page = String::from_utf8(page.clone()).unwrap();
            assert!(!page.contains(".SH EXTRA"), "{name}");
            assert_eq!(page.matches(".SH \"EXIT STATUS\"").count(), 1, "{name}");
            assert_eq!(page.lines().filter(|line| *line == ".nf").count(), page.lines().filter(|line| *line == ".fi").count());
        }
        let completions = page("sbmctl-completions");
        assert!(completions.contains(".SH EXAMPLES\n.RS 4\n.nf\nbash        sbmctl completions bash"), "{completions}");
        let allow = page("sbmctl-allow-add");
        assert!(allow.contains(".SH ADDRESSES\n.RS 4\n.nf\n192.168.1.7     this address\n192.168 "), "{allow}");
        assert!(page("sbmctl-user-list").contains(".SH COLUMNS\nname, description, "));
        let import = page("sbmctl-import");
        assert!(import.contains(".nf\nname,description,security_profile,groups\ncarol,"), "{import}");
    }

    #[test]
    fn the_pages_are_written_into_a_directory_that_is_made() {
        let directory = tempfile::tempdir().unwrap();
        let (mut out, seen, _) = Output::captured(false);
        run(&ManPages { directory: directory.path().join("man").join("man1") }, &mut out).unwrap();
        assert!(directory.path().join("man").join("man1").join("sbmctl-login.1").is_file());
        assert!(seen.text().starts_with("wrote "), "{}", seen.text());
    }
}
