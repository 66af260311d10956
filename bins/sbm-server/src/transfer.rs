//! `sbm-server move`: what is asked for, and how far it is (DOOR-2).

use std::io::{IsTerminal as _, Write as _};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Arg, ArgAction, ArgMatches, Command};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sbm_core::code::Code;
use sbm_core::directory::Refusal;
use sbm_server::clock::SystemClock;
use sbm_server::config::{Config, Sources};
use sbm_server::relocate::{Done, Move, Step, Undone, how_to_drop, relocate, undo};
use sbm_server::store::StoreUrl;

/// The setting that says where the database is.
const STORE: &str = "store";
/// What is told without a terminal: no more lines than these, however many rows there are.
const LINES: u64 = 50;
/// What takes less time than that shows no bar.
const SHORT: Duration = Duration::from_millis(400);

/// What counts for a move, besides its own options. Names and certificate stand in the epoch that it publishes.
pub(super) const SETTINGS: &[&str] =
    &["config", "data_dir", "store_password_file", "key_file", "names", "tls.certificate", "tls.key"];

pub(super) fn command() -> Command {
    let url = |name: &'static str, help: &'static str| Arg::new(name).long(name).value_name("URL").help(help);
    let flag = |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    Command::new("move")
        .about(
            "Moves everything to another database: `sqlite:`, `sqlite:PATH` or `postgres://…`. No server may run on either. \
             Broken off, the same command goes on; the database that was left stays as it is, and no server starts on it",
        )
        .override_usage("sbm-server move [OPTIONS] --from <URL> --to <URL>\n       sbm-server move [OPTIONS] --from <URL> --undo")
        .arg(url("from", "The database that is moved").required(true))
        .arg(url("to", "Where to: one that no server was ever started on").required_unless_present("undo"))
        .arg(flag("no-verify", "Does not compare both databases at the end").conflicts_with("undo"))
        .arg(
            flag("undo", "Takes a move back, begun or done: servers start on --from again. Never let any start on the other one")
                .conflicts_with("to"),
        )
}

pub(super) fn run(mut sources: Sources, asked: &ArgMatches) -> ExitCode {
    match done(&mut sources, asked) {
        Ok(Ok(told)) => {
            say(&told);
            ExitCode::SUCCESS
        }
        Ok(Err(refused)) => super::failed(&format!("{} [{}]", refused.message, refused.code)),
        Err(failed) => failed,
    }
}

/// Wrong settings are told all at once, as with every command.
fn done(sources: &mut Sources, asked: &ArgMatches) -> Result<Result<String, Refusal>, ExitCode> {
    let urls = (url(asked, "from"), url(asked, "to"));
    let (from, to) = match urls {
        (Ok(Some(from)), Ok(to)) => (from, to),
        (Err(refused), _) | (_, Err(refused)) => return Ok(Err(refused)),
        (Ok(None), Ok(_)) => return Ok(Err(Code::InvalidArgument.into())),
    };
    // Password and key file are those of a PostgreSQL, whichever of both it is.
    let places = [("from", Some(&from)), ("to", to.as_ref())];
    if let Some((name, _)) = places.iter().find(|(_, url)| url.is_some_and(|url| url.postgres().is_some())) {
        let text = asked.get_one::<String>(name).cloned().unwrap_or_default();
        sources.flags.retain(|(key, _)| key != STORE);
        sources.flags.push((STORE.to_owned(), text));
    }
    let config = Config::check(sources).map_err(|errors| super::all_failed(&errors))?;
    Ok(match to {
        None => undo(&config, &from, &SystemClock).map(|Undone { epoch, from, to }| {
            let drop = how_to_drop(&to);
            format!("servers start on `{from}` again, with epoch {epoch}; never let any start on `{to}`: {drop}")
        }),
        Some(to) => moved(&config, from, to, !asked.get_flag("no-verify")),
    })
}

fn url(asked: &ArgMatches, name: &str) -> Result<Option<StoreUrl>, Refusal> {
    let Some(text) = asked.get_one::<String>(name) else { return Ok(None) };
    let wrong = |error| Refusal { code: Code::InvalidArgument, message: format!("--{name}: {error}") };
    text.parse().map(Some).map_err(wrong)
}

fn moved(config: &Config, from: StoreUrl, to: StoreUrl, verify: bool) -> Result<String, Refusal> {
    let mut shown = Shown::new(std::io::stderr().is_terminal());
    let done = relocate(config, &Move { from, to, verify }, &SystemClock, &mut |step| {
        shown.show(step);
        ControlFlow::Continue(())
    });
    shown.clear();
    let Done { rows, sha256, before, from, to, in_clear } = done?;
    let compared = sha256.map_or_else(String::new, |sha256| format!(", compared row by row (sha256 {sha256})"));
    let told = if before { "had been moved before" } else { "were moved" };
    Ok(format!(
        "{rows} rows {told} to `{to}`{compared}; set `store` to it and start the server. No server starts on `{from}` any more{}",
        to_destroy(&in_clear)
    ))
}

/// What is sealed at the new place lies in clear at the old one until somebody sees to it.
fn to_destroy(in_clear: &[PathBuf]) -> String {
    if in_clear.is_empty() {
        return String::new();
    }
    let files: Vec<_> = in_clear.iter().map(|file| format!("`{}`", file.display())).collect();
    format!(
        ".\nThe keys still lie there in clear. When the move is not to be taken back any more, destroy {} (with its `-wal` and `-shm`)",
        files.join(", ")
    )
}

fn say(text: &str) {
    // Without a place to tell it, the exit code has to do.
    let _ = writeln!(std::io::stderr(), "sbm-server: {text}");
}

/// What a person sees of it: a bar on a terminal, else now and then a line.
struct Shown {
    bar: Option<ProgressBar>,
    begun: Instant,
    /// The last line that was told: of what, and at which part of it.
    told: Option<(&'static str, u64)>,
}

impl Shown {
    fn new(seen: bool) -> Self {
        let bar = seen.then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
            let style = ProgressStyle::with_template("{msg} [{bar:30}] {human_pos}/{human_len} ({per_sec}, {eta} left)");
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "))
        });
        Self { bar, begun: Instant::now(), told: None }
    }

    fn show(&mut self, step: Step) {
        match step {
            Step::Watching => self.line("a server did not say that it stopped; for some seconds it is watched whether it runs"),
            Step::Epoch(epoch) => {
                self.line(&format!("epoch {epoch} was published; no server starts on the old database any more"))
            }
            Step::Secrets(count) => self.line(&format!("{count} secrets are at the new place")),
            Step::Rows(moved) => self.at("moved", moved.rows, moved.all),
            Step::Compared { rows, all } => self.at("compared", rows, all),
        }
    }

    fn at(&mut self, what: &'static str, done: u64, all: u64) {
        let part = done.saturating_mul(LINES).checked_div(all).unwrap_or(LINES);
        match &self.bar {
            None if self.told == Some((what, part)) => {}
            None => {
                self.told = Some((what, part));
                self.line(&format!("{what} {done} of {all} rows"));
            }
            Some(bar) => {
                bar.set_message(what);
                bar.set_length(all);
                bar.set_position(done);
                if bar.is_hidden() && self.begun.elapsed() >= SHORT {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                }
            }
        }
    }

    fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) if !bar.is_hidden() => bar.println(format!("sbm-server: {text}")),
            _ => say(text),
        }
    }

    fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_name_what_is_to_be_destroyed_err_5() {
        assert_eq!(to_destroy(&[]), "");
        let told = to_destroy(&["/d/ca.pem", "/d/root.key", "/d/sbm.db"].map(PathBuf::from));
        assert!(told.contains("destroy `/d/ca.pem`, `/d/root.key`, `/d/sbm.db` (with its `-wal` and `-shm`)"), "{told}");
    }
}
