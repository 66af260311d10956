//! `sbmctl server`: what holds for all clients of the server (OFF-3).

use clap::{ArgGroup, Args, Subcommand};
use sbm_client::core::factor::FactorRule;
use sbm_client::core::permission::{Role, RoleSet};
use sbm_client::core::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};
use sbm_client::core::wire::v1::admin::{ServerEntry, ServerPatch, ServerSettings};

use super::factor::Lacking;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::moment::span;
use crate::output::table::{Cell, Tone};
use crate::output::text::duration;
use crate::prompt::Consent;

#[derive(Subcommand, Debug)]
pub(crate) enum Server {
    /// Show what holds for all clients
    Show,
    /// Change it
    Set(Set),
}

#[derive(Args, Debug)]
#[command(override_usage = "sbmctl server set [OPTIONS]", group = ArgGroup::new("change").multiple(true).required(true))]
pub(crate) struct Set {
    /// Longest time without contact until a client has only the floor left: 30d, 12h, or `none` for no limit
    #[arg(long, value_name = "TIME", group = "change", value_parser = max_offline)]
    max_offline: Option<Limit>,
    /// Of whom a second factor is asked: roles with commas between them, `everyone`, or `nobody`
    #[arg(long, value_name = "WHO", group = "change", value_parser = second_factor)]
    second_factor: Option<FactorRule>,
    #[command(flatten)]
    consent: Consent,
}

/// A limit, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Limit(Option<u64>);

fn max_offline(text: &str) -> Result<Limit, String> {
    if matches!(text, "none" | "never" | "off") {
        return Ok(Limit(None));
    }
    let seconds = span(text).and_then(|millis| u64::try_from(millis / SECOND).ok());
    match seconds {
        Some(seconds @ 3_600..=31_622_400) => Ok(Limit(Some(seconds))),
        Some(_) => Err("it is from an hour (1h) to a leap year (366d)".to_owned()),
        None => Err("say a number with `d`, `h` or `m`, such as 30d, or `none`".to_owned()),
    }
}

fn second_factor(text: &str) -> Result<FactorRule, String> {
    match text {
        "nobody" => Ok(FactorRule::default()),
        "everyone" => Ok(FactorRule { everyone: true, ..FactorRule::default() }),
        roles => {
            let role = |name: &str| Role::from_name(name).ok_or_else(|| format!("`{name}` is not a role"));
            let roles = roles.split(',').map(|name| role(name.trim())).collect::<Result<RoleSet, _>>()?;
            Ok(FactorRule { everyone: false, roles })
        }
    }
}

pub(crate) fn run(command: &Server, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Server::Show => {
            let settings = admin.server_settings()?;
            context.out.facts(&settings, &facts(&settings))
        }
        Server::Set(set) => {
            let before = admin.server_settings()?;
            if let Some(rule) = &set.second_factor {
                let of = who(rule).replacen("asked of ", "", 1);
                Lacking::by(rule, &before.second_factor, &admin)?.ask(&of, set.consent, context)?;
            }
            let patch = ServerPatch { max_offline: set.max_offline.map(|limit| limit.0), second_factor: set.second_factor };
            let after = admin.modify_server(&patch)?;
            let offline = set.max_offline.map(|_| sentence(&before, &after));
            let factor = set.second_factor.map(|_| asked(&after.second_factor));
            let told: Vec<String> = offline.into_iter().chain(factor).collect();
            context.out.changed(&after, &told.join("; "))
        }
    }
}

fn facts(settings: &ServerSettings) -> Vec<(&'static str, Cell)> {
    let mut facts = vec![("longest time offline", length(settings.max_offline).into())];
    if !settings.second_factor.is_nobody() {
        facts.push(("second factor", who(&settings.second_factor).into()));
    }
    facts.extend(settings.servers.iter().map(|server| ("server", entry(server))));
    let Some(backup) = &settings.backup else {
        facts.push(("backups", "none; set `backup.dir` on the server".into()));
        return facts;
    };
    let moment = |at: Option<Timestamp>| at.map_or("never".to_owned(), Timestamp::to_rfc3339);
    facts.push(("backups", format!("every {}", length(Some(backup.every_hours.saturating_mul(3_600)))).into()));
    facts.push(("last backup", moment(backup.last_success).into()));
    // A failure that was made good since is no news.
    if backup.last_failure > backup.last_success {
        facts.push(("backup failed", moment(backup.last_failure).into()));
        facts.push(("because", backup.failure.clone().unwrap_or_default().into()));
    }
    facts
}

fn who(rule: &FactorRule) -> String {
    let roles: Vec<&str> = rule.roles.iter().map(Role::name).collect();
    match (rule.everyone, roles.as_slice()) {
        (true, _) => "asked of everyone".to_owned(),
        (false, []) => "asked of nobody".to_owned(),
        (false, roles) => format!("asked of {}", roles.join(", ")),
    }
}

fn asked(rule: &FactorRule) -> String {
    let end = if rule.is_nobody() { "" } else { "; who has none can only enrol one, with `sbmctl factor enrol`" };
    format!("a second factor is {}{end}", who(rule))
}

/// One of the servers on the database.
fn entry(server: &ServerEntry) -> Cell {
    let ServerEntry { name, version, started, lives, revision } = server;
    let since = started.to_rfc3339();
    if *lives {
        format!("{name}, version {version}, since {since}, at revision {revision}").into()
    } else {
        Cell::toned(format!("{name}, version {version}, since {since}: gone, ended without a word"), Tone::Uneasy)
    }
}

fn length(seconds: Option<u64>) -> String {
    let Some(seconds) = seconds else { return "no limit".to_owned() };
    let millis = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(SECOND);
    match (millis % DAY, millis % HOUR, millis % MINUTE) {
        (0, ..) if millis == DAY => "1 day".to_owned(),
        (0, ..) => format!("{} days", millis / DAY),
        (_, 0, _) if millis == HOUR => "1 hour".to_owned(),
        (_, 0, _) => format!("{} hours", millis / HOUR),
        _ => duration(millis),
    }
}

fn sentence(before: &ServerSettings, after: &ServerSettings) -> String {
    match after.max_offline {
        same if same == before.max_offline => format!("nothing to change: the longest time offline is {} already", length(same)),
        None => "clients may be offline for as long as it takes; they hear it at their next check".to_owned(),
        limit => format!(
            "after {} without contact a client has only the floor left; clients hear it at their next check",
            length(limit)
        ),
    }
}

#[cfg(test)]
mod tests {
    use sbm_client::core::wire::v1::admin::BackupState;

    use super::*;

    #[test]
    fn of_whom_a_factor_is_asked_is_typed_as_it_is_shown_run_8() {
        for (text, shown) in [
            ("nobody", "asked of nobody"),
            ("everyone", "asked of everyone"),
            ("admin", "asked of admin"),
            ("admin, manager", "asked of admin, manager"),
        ] {
            assert_eq!(who(&second_factor(text).unwrap()), shown);
        }
        for text in ["", "admins", "admin,", "everyone,admin"] {
            assert!(second_factor(text).is_err(), "{text}");
        }
        assert_eq!(asked(&FactorRule::default()), "a second factor is asked of nobody");
    }

    #[test]
    fn a_limit_is_typed_in_days_or_hours_and_shown_so_off_3() {
        for (text, seconds, shown) in [
            ("30d", Some(2_592_000), "30 days"),
            ("1d", Some(86_400), "1 day"),
            ("36h", Some(129_600), "36 hours"),
            ("1h", Some(3_600), "1 hour"),
            ("90m", Some(5_400), "1 h 30 min"),
            ("366d", Some(31_622_400), "366 days"),
            ("none", None, "no limit"),
        ] {
            assert_eq!((max_offline(text), length(seconds).as_str()), (Ok(Limit(seconds)), shown), "{text}");
        }
        for text in ["", "59m", "367d", "30", "30x", "-1d", "99999999999999999999d"] {
            assert!(max_offline(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_failed_backup_is_shown_until_one_succeeds_door_2() {
        let at = |millis| Some(Timestamp::from_millis(millis));
        let shown = |last_success, last_failure| {
            let failure = Some("the disk is full".to_owned());
            let backup = Some(BackupState { every_hours: 24, last_success, last_failure, failure });
            facts(&ServerSettings { backup, ..ServerSettings::default() }).into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(shown(at(5), at(4)), ["longest time offline", "backups", "last backup"]);
        assert_eq!(shown(at(5), at(6)), ["longest time offline", "backups", "last backup", "backup failed", "because"]);
        assert_eq!(shown(None, at(6)).len(), 5);
        assert_eq!(facts(&ServerSettings::default()).len(), 2);
    }

    #[test]
    fn the_servers_on_the_database_are_shown_with_who_lives_run_7() {
        let server = |name: &str, lives| ServerEntry {
            name: name.to_owned(),
            version: "0.2.0".to_owned(),
            started: Timestamp::from_millis(1_795_291_485_123),
            lives,
            revision: 7,
        };
        let settings = ServerSettings { servers: vec![server("box1", true), server("box2", false)], ..ServerSettings::default() };
        let shown: Vec<String> =
            facts(&settings).iter().filter(|(name, _)| *name == "server").map(|(_, cell)| cell.texts().0.to_owned()).collect();
        let since = Timestamp::from_millis(1_795_291_485_123).to_rfc3339();
        assert_eq!(
            shown,
            [
                format!("box1, version 0.2.0, since {since}, at revision 7"),
                format!("box2, version 0.2.0, since {since}: gone, ended without a word"),
            ]
        );
    }

    #[test]
    fn a_change_that_changes_nothing_says_so() {
        let settings = |max_offline| ServerSettings { max_offline, ..ServerSettings::default() };
        assert!(sentence(&settings(None), &settings(None)).starts_with("nothing to change"));
        assert!(sentence(&settings(Some(3_600)), &settings(Some(3_600))).contains("1 hour already"));
        assert!(sentence(&settings(None), &settings(Some(86_400))).starts_with("after 1 day without contact"));
    }
}
