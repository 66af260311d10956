//! Silent roll-out: the settings of the management connection, without a person at the keyboard (USR-9).
//!
//! 1. They come from arguments, from the environment and from a file, in this order of precedence, setting by setting.
//! 2. They count only while nothing is locked: what a person or an earlier roll-out set up is never overwritten.
//! 3. A connection names the server's CA by its fingerprint, or says in so many words that the system's roots are to vouch;
//!    one that does neither is refused (RUN-4).
//! 4. The password logs in once and is kept nowhere. What holds it is for its owner's eyes alone; a file without one may be
//!    read by all, and changed by its owner alone, who is root or the user of this program.
//! 5. Whoever demands that the installation is managed has the last word, whatever another source says (DEC-6).

mod source;

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use sbm_core::code::Code;
use sbm_core::wire::v1::ConnectionString;
use sbm_core::wire::v1::session::Secret;
use serde::Deserialize;
use source::Source;

use crate::error::Error;

/// The environment's setting for the connection string.
pub const CONNECTION: &str = "SBM_CONNECTION";
/// The environment's setting for the roots: `pinned` or `system`.
pub const ROOTS: &str = "SBM_ROOTS";
/// The environment's setting for the login name.
pub const USER: &str = "SBM_USER";
/// The environment's setting for the file with the password. A password itself has no place in an environment.
pub const PASSWORD_FILE: &str = "SBM_PASSWORD_FILE";
/// The environment's setting for whether this installation must be managed: `required` or `optional`.
pub const MANAGED: &str = "SBM_MANAGED";

/// What the file is called in messages.
const WHAT: &str = "roll-out file";

/// Settings of the management connection, as far as one source knows them.
///
/// # Examples
///
/// ```
/// use sbm_client::Rollout;
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("rollout.toml");
/// # std::fs::write(&path, "connection = \"sbm://backup.example\"\nroots = \"system\"\nuser = \"carol\"\n")?;
/// # #[cfg(unix)]
/// # std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
/// // What the command line says, over the environment, over the file.
/// let arguments = Rollout::new().user("dora");
/// let rollout = arguments.over(Rollout::from_env()?).over(Rollout::from_file(&path)?);
/// assert_eq!(rollout.login_name(), Some("dora"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Rollout {
    connection: Option<ConnectionString>,
    system_roots: Option<bool>,
    user: Option<String>,
    password: Option<Password>,
    managed_required: Option<bool>,
}

#[derive(Clone, PartialEq, Eq)]
enum Password {
    Here(Secret),
    In(PathBuf),
}

/// The file, in TOML.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    connection: Option<String>,
    roots: Option<String>,
    user: Option<String>,
    password: Option<Secret>,
    password_file: Option<PathBuf>,
    managed: Option<String>,
}

/// What is needed to log in.
pub(crate) struct Settings {
    pub(crate) connection: ConnectionString,
    pub(crate) system_roots: bool,
    pub(crate) user: String,
    pub(crate) password: Secret,
}

impl Rollout {
    /// Without any setting.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a roll-out file: TOML with `connection`, `roots` (`"pinned"` or `"system"`), `user`, `password` or
    /// `password_file`, and `managed` (`"required"` or `"optional"`). It belongs to root or to the user of this program, nobody
    /// else may change it, and nobody else may read it if it holds the password.
    ///
    /// # Errors
    ///
    /// [`Code::ConfigUnreadable`] when it cannot be read, others may change it or read its password, or it is not TOML;
    /// [`Code::ConfigUnknownKey`]; [`Code::ConfigInvalid`]; [`Code::BadConnectionString`].
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let source = Source::read(path, WHAT)?;
        let file: File = basic_toml::from_str(&source.text).map_err(|error| not_understood(path, &error))?;
        if file.password.is_some() {
            source.holds_password(path, WHAT)?;
        }
        let place = format!("in `{}`", path.display());
        let password = match (file.password, file.password_file) {
            (Some(_), Some(_)) => {
                let message = format!("`password` and `password_file` both stand {place}; keep one of them");
                return Err(Error::new(Code::ConfigInvalid, message));
            }
            (Some(password), None) => Some(Password::Here(password)),
            // Beside the file, if it is not said from the root on.
            (None, Some(beside)) => Some(Password::In(path.parent().unwrap_or(Path::new("")).join(beside))),
            (None, None) => None,
        };
        Ok(Self {
            connection: file.connection.map(|text| connection(&text, &place)).transpose()?,
            system_roots: file.roots.map(|text| roots(&text, &place)).transpose()?,
            user: file.user,
            password,
            managed_required: file.managed.map(|text| managed(&text, &place)).transpose()?,
        })
    }

    /// Reads `SBM_CONNECTION`, `SBM_ROOTS`, `SBM_USER`, `SBM_PASSWORD_FILE` and `SBM_MANAGED`. One that is empty counts as
    /// not set.
    ///
    /// # Errors
    ///
    /// [`Code::ConfigInvalid`] for a value that is not allowed, [`Code::BadConnectionString`].
    pub fn from_env() -> Result<Self, Error> {
        Self::from_settings(|name| std::env::var_os(name))
    }

    /// The same from another place than this process's environment.
    ///
    /// # Errors
    ///
    /// As for [`from_env`](Self::from_env).
    pub fn from_settings(get: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let set = |name: &str| get(name).filter(|value| !value.is_empty());
        let text = |name: &str| {
            let read = |value: OsString| {
                value.into_string().map_err(|_| Error::new(Code::ConfigInvalid, format!("`{name}` is not valid UTF-8")))
            };
            set(name).map(read).transpose()
        };
        let place = "in the environment";
        Ok(Self {
            connection: text(CONNECTION)?.map(|text| connection(&text, place)).transpose()?,
            system_roots: text(ROOTS)?.map(|text| roots(&text, place)).transpose()?,
            user: text(USER)?,
            password: set(PASSWORD_FILE).map(|path| Password::In(PathBuf::from(path))),
            managed_required: text(MANAGED)?.map(|text| managed(&text, place)).transpose()?,
        })
    }

    /// The server.
    #[must_use]
    pub fn connection(mut self, connection: ConnectionString) -> Self {
        self.connection = Some(connection);
        self
    }

    /// Whether the system's roots vouch for the server, in place of a fingerprint in the connection string.
    #[must_use]
    pub const fn system_roots(mut self, yes: bool) -> Self {
        self.system_roots = Some(yes);
        self
    }

    /// The login name.
    #[must_use]
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// The password.
    #[must_use]
    pub fn password(mut self, password: Secret) -> Self {
        self.password = Some(Password::Here(password));
        self
    }

    /// The file that holds the password and nothing else; a line break at its end does not count. Nobody but its owner may
    /// read it.
    #[must_use]
    pub fn password_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.password = Some(Password::In(path.into()));
        self
    }

    /// Whether this installation must be managed: without a trustworthy cache it is on the floor, also before its first
    /// login (DEC-6).
    #[must_use]
    pub const fn managed_required(mut self, required: bool) -> Self {
        self.managed_required = Some(required);
        self
    }

    /// These settings, and where there is none the other's. That the installation must be managed stays said, whichever of
    /// the two says it: a user's environment lifts nothing that the machine's administrator wrote (DEC-6).
    #[must_use]
    pub fn over(self, other: Self) -> Self {
        Self {
            // Which roots vouch belongs to the connection that it was said of.
            system_roots: if self.connection.is_some() { self.system_roots } else { self.system_roots.or(other.system_roots) },
            connection: self.connection.or(other.connection),
            user: self.user.or(other.user),
            password: self.password.or(other.password),
            managed_required: match (self.managed_required, other.managed_required) {
                (Some(one), Some(other)) => Some(one || other),
                (one, other) => one.or(other),
            },
        }
    }

    /// Whether there is nothing to log in with: no connection was given.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.connection.is_none()
    }

    /// Whether this installation must be managed; see [`Config::managed_required`](crate::Config::managed_required).
    #[must_use]
    pub fn is_managed_required(&self) -> bool {
        self.managed_required.unwrap_or(false)
    }

    /// The server, if it was given.
    #[must_use]
    pub const fn server(&self) -> Option<&ConnectionString> {
        self.connection.as_ref()
    }

    /// The login name, if it was given.
    #[must_use]
    pub fn login_name(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// All that a login needs; the password file is read now.
    pub(crate) fn settings(&self) -> Result<Settings, Error> {
        let connection = self.connection.clone().ok_or_else(|| missing("connection", CONNECTION))?;
        let system_roots = self.system_roots.unwrap_or(false);
        if connection.ca.is_none() && !system_roots {
            let message = format!(
                "the roll-out's connection `{connection}` has no fingerprint; add `#ca-sha256=…` as the server printed it, or say `roots = \"system\"`"
            );
            return Err(Error::new(Code::UntrustedServer, message));
        }
        if connection.ca.is_some() && system_roots {
            let message =
                format!("the roll-out's connection `{connection}` has a fingerprint; the system's roots have no say then");
            return Err(Error::new(Code::ConfigInvalid, message));
        }
        let user = self.user.clone().filter(|user| !user.trim().is_empty()).ok_or_else(|| missing("user", USER))?;
        let password = match self.password.as_ref().ok_or_else(|| missing("password", PASSWORD_FILE))? {
            Password::Here(password) => password.clone(),
            Password::In(path) => password_in(path)?,
        };
        Ok(Settings { connection, system_roots, user, password })
    }
}

impl fmt::Debug for Rollout {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Rollout");
        shown.field("connection", &self.connection).field("system_roots", &self.system_roots).field("user", &self.user);
        shown.field("managed_required", &self.managed_required).finish_non_exhaustive()
    }
}

fn missing(what: &str, variable: &str) -> Error {
    Error::new(
        Code::ConfigInvalid,
        format!("the roll-out has no `{what}`; give it as an argument, in `{variable}` or in the roll-out file"),
    )
}

fn connection(text: &str, place: &str) -> Result<ConnectionString, Error> {
    text.parse().map_err(|code| {
        let message = format!("the connection `{text}` {place} is not of the form `sbm://host:port#ca-sha256=…`");
        Error::new(code, message)
    })
}

fn roots(text: &str, place: &str) -> Result<bool, Error> {
    match text {
        "system" => Ok(true),
        "pinned" => Ok(false),
        other => Err(Error::new(Code::ConfigInvalid, format!("`roots` {place} is `{other}`; it is `pinned` or `system`"))),
    }
}

fn managed(text: &str, place: &str) -> Result<bool, Error> {
    match text {
        "required" => Ok(true),
        "optional" => Ok(false),
        other => Err(Error::new(Code::ConfigInvalid, format!("`managed` {place} is `{other}`; it is `required` or `optional`"))),
    }
}

/// The library's own text would show the line, and with it a password.
fn not_understood(path: &Path, error: &basic_toml::Error) -> Error {
    let line = error.line_col().map_or(1, |(line, _)| line + 1);
    let reason = error.to_string();
    let code = if reason.starts_with("unknown field") { Code::ConfigUnknownKey } else { Code::ConfigUnreadable };
    let told = if reason.contains("invalid type") { "a value is not of its type" } else { reason.lines().next().unwrap_or("") };
    Error::new(code, format!("the roll-out file `{}` is not understood at line {line}: {told}", path.display()))
}

fn password_in(path: &Path) -> Result<Secret, Error> {
    let source = Source::read(path, "password file")?;
    source.holds_password(path, "password file")?;
    let text = source.text.as_str();
    let password = text.strip_suffix('\n').unwrap_or(text);
    let password = password.strip_suffix('\r').unwrap_or(password);
    if password.is_empty() {
        return Err(Error::new(Code::ConfigInvalid, format!("the password file `{}` is empty", path.display())));
    }
    Ok(Secret::new(password))
}
