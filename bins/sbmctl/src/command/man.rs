//! `sbmctl man`: a manual page for every command, from the same words as its help.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory as _};
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
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    // The whole command's closing words are the sections below.
    if !is_whole && command.get_after_help().is_some() {
        man.render_extra_section(&mut page)?;
    }
    page.extend(closing().into_bytes());
    pages.push((format!("{name}.1"), page));
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        collect(sub, pages)?;
    }
    Ok(())
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

    #[test]
    fn the_pages_are_written_into_a_directory_that_is_made() {
        let directory = tempfile::tempdir().unwrap();
        let (mut out, seen, _) = Output::captured(false);
        run(&ManPages { directory: directory.path().join("man").join("man1") }, &mut out).unwrap();
        assert!(directory.path().join("man").join("man1").join("sbmctl-login.1").is_file());
        assert!(seen.text().starts_with("wrote "), "{}", seen.text());
    }
}
