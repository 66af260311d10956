//! Arguments become values once, with a sentence for what is none.

use std::ffi::OsStr;
use std::str::FromStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command};
use sbm_client::core::account::{AccountPath, Level};
use sbm_client::core::id::{Guid, InstallationId, RunId};
use sbm_client::core::name::{Name, Text};
use sbm_client::core::permission::{Action, Right, Role, Task, TaskAccess};
use sbm_client::core::run::{ProfileKind, RunResult};
use sbm_client::core::wire::v1::ConnectionString;

use crate::connections::ConnectionName;
use crate::output::moment::{self, When};

/// The name of a user, group, security profile or managed profile.
pub(crate) fn name(text: &str) -> Result<Name, String> {
    Name::new(text).map_err(|_| Name::fault(text).unwrap_or_default())
}

/// A description or comment.
pub(crate) fn description(text: &str) -> Result<Text, String> {
    Text::new(text).map_err(|_| Text::fault(text).unwrap_or_default())
}

/// The full name of an account.
pub(crate) fn account(text: &str) -> Result<AccountPath, String> {
    text.parse().map_err(|_| {
        let rule = "an account's full name is 1 to 32 names joined by `>`, such as `root>Acme>pc-1`";
        format!("{rule}; none of them is empty or longer than {} characters", Name::MAX_CHARS)
    })
}

/// The level of an organisation by its name.
pub(crate) fn level() -> Named<Level> {
    Named { names: Level::ALL.iter().map(|level| level.name()).collect(), from_name: Level::from_name }
}

/// A number of bytes with a decimal unit, as quotas count (ACC-5).
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let told = || "a size is a number with a unit of 1,000 each: `B`, `kB`, `MB`, `GB`, `TB` or `PB`, such as `500GB`".to_owned();
    let text = text.trim();
    if text.starts_with('-') {
        return Err("a size is not below 0; say a number with a unit, such as `500GB`".to_owned());
    }
    let (number, unit) = text.split_at(text.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(told)?);
    let power = ["b", "kb", "mb", "gb", "tb", "pb"].iter().position(|known| unit.eq_ignore_ascii_case(known)).ok_or_else(told)?;
    let unit = 1_000_u64.pow(u32::try_from(power).map_err(|_| told())?);
    let number: u64 = number.trim_end().parse().map_err(|_| told())?;
    number
        .checked_mul(unit)
        .filter(|bytes| i64::try_from(*bytes).is_ok())
        .ok_or_else(|| format!("`{text}` is more than anything stores"))
}

/// A GUID, with or without dashes and braces.
pub(crate) fn guid(text: &str) -> Result<Guid, String> {
    text.parse().map_err(|_| "a GUID is 32 hexadecimal digits, with or without dashes and braces".to_owned())
}

/// A connection string.
pub(crate) fn connection(text: &str) -> Result<ConnectionString, String> {
    text.parse()
        .map_err(|_| "it is not of the form sbm://host:port#ca-sha256=…; the server prints its own when it starts".to_owned())
}

/// The name of a connection.
pub(crate) fn connection_name(text: &str) -> Result<ConnectionName, String> {
    text.parse()
}

/// A moment: a date, a time, or how long ago.
pub(crate) fn when(text: &str) -> Result<When, String> {
    moment::when(text)
}

/// A moment to come: a date, a time, or in how long.
pub(crate) fn end(text: &str) -> Result<When, String> {
    match moment::when(text).map_err(|told| told.replace("how long ago", "in how long"))? {
        When::Ago(span) => Ok(When::Ago(-span)),
        when => Ok(when),
    }
}

/// A task on the server, and how far: `users=read`.
pub(crate) fn allowed(text: &str) -> Result<(Task, TaskAccess), String> {
    let (task, access) = text.split_once('=').ok_or("say a task and `read` or `write`, such as `users=read`")?;
    let named = Task::from_name(&task.trim().replace('-', "_")).ok_or_else(|| {
        let names: Vec<&str> = Task::ALL.into_iter().map(Task::name).collect();
        format!("there is no task `{}`; the tasks are: {}", task.trim(), names.join(", "))
    })?;
    match access.trim() {
        "read" => Ok((named, TaskAccess::Read)),
        "write" => Ok((named, TaskAccess::Write)),
        other => Err(format!("`{other}` is neither `read` nor `write`")),
    }
}

/// A column to order by, `-` before it for the other way round.
pub(crate) fn sort(text: &str) -> Result<String, String> {
    let text = text.trim();
    let (sign, column) = text.strip_prefix('-').map_or(("", text), |column| ("-", column));
    if column.is_empty() {
        return Err("say a column, as its head in JSON; `-` before it turns the order round".to_owned());
    }
    Ok(format!("{sign}{}", column.to_lowercase().replace(['-', ' '], "_")))
}

/// The id of a run.
pub(crate) fn run_id(text: &str) -> Result<RunId, String> {
    text.parse()
        .map_err(|_| "a run's id is 32 hexadecimal digits; `sbmctl history list --columns id,start` shows them".to_owned())
}

/// What a device calls its own installation.
pub(crate) fn installation(text: &str) -> Result<InstallationId, String> {
    text.parse().map_err(|_| "an installation is 32 hexadecimal digits".to_owned())
}

/// A right by its name.
pub(crate) fn right() -> Named<Right> {
    Named { names: Right::ALL.iter().map(|right| right.name()).collect(), from_name: Right::from_name }
}

/// A role by its name.
pub(crate) fn role() -> Named<Role> {
    Named { names: Role::ALL.iter().map(|role| role.name()).collect(), from_name: Role::from_name }
}

/// A role for a user, by its name; who says one that somebody made is told how that is given.
pub(crate) fn role_of_user() -> impl TypedValueParser<Value = Role> {
    BuiltIn(role())
}

#[derive(Clone)]
struct BuiltIn(Named<Role>);

impl TypedValueParser for BuiltIn {
    type Value = Role;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Role, clap::Error> {
        self.0.parse_ref(command, arg, value).map_err(|mut error| {
            let tip =
                "one that you made yourself is given at an account, the user's own too: `sbmctl grant add USER ROLE ACCOUNT`";
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
            error
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        self.0.possible_values()
    }
}

/// A number as a list shows it.
pub(crate) fn number<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "a number is meant, as the list shows it, such as 7".to_owned())
}

/// An act of a backup program by its name.
pub(crate) fn action() -> Named<Action> {
    Named { names: Action::ALL.iter().map(|action| action.name()).collect(), from_name: Action::from_name }
}

/// A task on the server by its name.
pub(crate) fn task() -> Named<Task> {
    Named {
        names: TASKS.iter().map(|(name, _)| *name).collect(),
        from_name: |name| Some(TASKS.iter().find(|task| task.0 == name)?.1),
    }
}

/// The tasks, as the wire spells them.
const TASKS: [(&str, Task); 10] = [
    ("users", Task::Users),
    ("accounts", Task::Accounts),
    ("devices", Task::Devices),
    ("groups", Task::Groups),
    ("profiles", Task::Profiles),
    ("history_read", Task::HistoryRead),
    ("history_delete", Task::HistoryDelete),
    ("alerts", Task::Alerts),
    ("server", Task::Server),
    ("passphrases", Task::Passphrases),
];

/// A type of profile by its name.
pub(crate) fn kind() -> Named<ProfileKind> {
    let from_name = |name: &str| ProfileKind::ALL.iter().copied().find(|kind| kind.name() == name);
    Named { names: ProfileKind::ALL.iter().map(|kind| kind.name()).collect(), from_name }
}

/// The result of a run by its name.
pub(crate) fn result() -> Named<RunResult> {
    let from_name = |name: &str| RunResult::ALL.iter().copied().find(|result| result.name() == name);
    Named { names: RunResult::ALL.iter().map(|result| result.name()).collect(), from_name }
}

/// One of a closed list of names. Words may be joined by `-` too, as is usual on a command line.
#[derive(Clone)]
pub(crate) struct Named<T> {
    names: Vec<&'static str>,
    from_name: fn(&str) -> Option<T>,
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Named<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<T, clap::Error> {
        let joined = value.to_string_lossy().replace('-', "_");
        // clap's own list says what is wrong, and which name was perhaps meant.
        let name = PossibleValuesParser::new(&self.names).parse_ref(command, arg, OsStr::new(&joined))?;
        (self.from_name)(&name).ok_or_else(|| clap::Error::new(clap::error::ErrorKind::InvalidValue))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.names.iter().map(PossibleValue::new)))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use crate::args::Args;

    fn parses(line: &str) -> bool {
        Args::try_parse_from(line.split(' ')).is_ok()
    }

    #[test]
    fn names_of_rights_and_acts_are_read_with_either_joint() {
        for line in [
            "sbmctl security-profile add S --right run_manually",
            "sbmctl security-profile add S --right run-manually --right restore",
            "sbmctl security-profile add S --right create,delete",
            "sbmctl security-profile add S --all-access",
            "sbmctl explain carol modify-global-settings",
            "sbmctl history list --result failure",
        ] {
            assert!(parses(line), "{line}");
        }
        for line in [
            "sbmctl security-profile add S --right fly",
            "sbmctl security-profile add S --right create --all-access",
            "sbmctl explain carol all_access",
            "sbmctl history list --result good",
        ] {
            assert!(!parses(line), "{line}");
        }
    }

    fn told(line: &str) -> String {
        Args::try_parse_from(line.split(' ')).unwrap_err().to_string()
    }

    #[test]
    fn what_is_no_number_and_no_built_in_role_is_told_with_what_to_say_usr_5() {
        for line in ["grant revoke abc", "communication modify abc --done", "communication remove -- -1", "allow remove --id x"] {
            assert!(told(&format!("sbmctl {line}")).contains("a number is meant, as the list shows it"), "{line}");
        }
        for line in ["user modify carol --role Helpdesk", "user add carol --role Helpdesk"] {
            assert!(told(&format!("sbmctl {line}")).contains("sbmctl grant add USER ROLE ACCOUNT"), "{line}");
        }
        let told = told("sbmctl server set");
        assert!(told.contains("--max-offline") && told.contains("--second-factor"), "{told}");
    }

    #[test]
    fn a_password_is_never_an_argument() {
        for line in [
            "sbmctl login sbm://a --password x",
            "sbmctl user add carol --password x",
            "sbmctl user passwd carol x",
            "sbmctl setup --password x",
            "sbmctl login sbm://a --password-stdin=x",
        ] {
            assert!(!parses(line), "{line}");
        }
    }

    #[test]
    fn what_is_no_value_is_refused_before_anything_is_sent() {
        for line in [
            "sbmctl login https://backup.example",
            "sbmctl login sbm://a#ca-sha256=00",
            "sbmctl user add a>b",
            "sbmctl profile upload f --name F --description d --guid 123",
            "sbmctl profile upload f --name F",
            "sbmctl profile upload f --description d",
            "sbmctl profile import-schedule F maybe",
            "sbmctl profile assign F",
            "sbmctl user modify carol --enable --disable",
            "sbmctl user modify carol --security-profile S --no-security-profile",
            "sbmctl allow remove",
            "sbmctl allow remove 10. --id 3",
            "sbmctl history list --limit 0",
            "sbmctl status --timeout 0",
            "sbmctl",
        ] {
            assert!(!parses(line), "{line}");
        }
    }

    #[test]
    fn what_the_help_says_is_read() {
        for line in [
            "sbmctl setup --data-dir d --password-stdin",
            "sbmctl login sbm://a:9 --user admin --yes --password-stdin",
            "sbmctl --json user list",
            "sbmctl user list --json --color never --timeout 5 --config f",
            "sbmctl user add carol --description d --role admin --security-profile S --group a --group b,c --password-stdin",
            "sbmctl user modify carol --name kate --add-group a --remove-group b --enable",
            "sbmctl group delete g --detach -y",
            "sbmctl allow remove 192.168 --confirm",
            "sbmctl allow remove --id 3",
            "sbmctl profile upload f --name F --description d --guid {94D3D1C1-7472-4DC9-A5E9-9EE763E23159} --schedule s --version -3 --based-on 2",
            "sbmctl profile import-schedule F on",
            "sbmctl profile assign F --group a --group b",
            "sbmctl explain carol restore --profile F",
            "sbmctl device list --state replaced",
            "sbmctl audit list --after 5 --limit 10",
            "sbmctl keys rotate --yes",
        ] {
            assert!(parses(line), "{line}");
        }
    }
}
