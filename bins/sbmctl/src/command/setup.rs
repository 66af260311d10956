//! `sbmctl setup`: whoever owns the data directory makes the server his, without typing a secret twice over (RUN-2).
//!
//! 1. The connection string is read from the data directory, so the fingerprint need not be compared by eye.
//! 2. The one-time setup code is read from there too; that only its owner can do so is the proof.
//! 3. The claim sets the password of `admin`; then `admin` is logged in and the connection is saved.
//! 4. Of servers that share a database one has the code; the others have a note where that is.

use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::ConnectionString;
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::plain;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::failure::Failure;
use crate::peer::Roots;
use crate::prompt::PasswordFrom;
use crate::saved::Saved;

/// The built-in user that a claim gives a password.
const ADMIN: &str = "admin";
/// The server's default place for its data.
const DATA_DIR: &str = if cfg!(windows) { "C:\\ProgramData\\SBM" } else { "/var/lib/sbm" };
/// The variable that names the place, where no argument does.
const VARIABLE: &str = "SBM_DATA_DIR";
/// The file with the connection string.
const CONNECTION: &str = "connection";
/// The file with the setup code.
const SETUP_CODE: &str = "setup-code";
/// The note that another server of the same database has it.
const ELSEWHERE: &str = "setup-code-elsewhere";
/// The most bytes of either.
const MAX_BYTES: u64 = 4_096;

#[derive(Args, Debug)]
#[command(after_help = "\
Run it on the server's own machine, as the user that the server runs as, while the server runs.
It reads the connection string and the one-time setup code from the data directory, sets the
password of the user `admin` and logs in as `admin`.")]
pub(crate) struct Setup {
    // The variable is read below: one that clap reads counts as an argument that was given, and shows in usage lines.
    #[arg(long, value_name = "DIR", help = format!("The server's data directory [env: {VARIABLE}] [default: {DATA_DIR}]"))]
    data_dir: Option<PathBuf>,
    #[command(flatten)]
    password: PasswordFrom,
    #[command(flatten)]
    roots: Roots,
}

pub(crate) fn run(command: Setup, context: &mut Context) -> Result<(), Failure> {
    // What is kept there must be ours to replace; that is found out before the one-time code is used up.
    let name = context.name()?;
    context.find(&name)?;
    let data_dir = command.data_dir.or_else(from_environment).unwrap_or_else(|| PathBuf::from(DATA_DIR));
    let connection = read_connection(&data_dir)?;
    let code = read_code(&data_dir)?;
    let peer = command.roots.of(connection)?;
    let (mut admin, connection) = (context.connect(&peer)?, peer.connection.clone());
    if admin.status()?.claimed {
        let sentence = format!("the server at `{}` has been set up already", connection.authority());
        return Err(Failure::new(Code::AlreadyClaimed, sentence).hint(format!("log in with `sbmctl login {connection}`")));
    }
    let Some(code) = code else { return Err(no_code(&data_dir)?) };
    context.out.note(&format!(
        "The server at {} is not set up yet. Choose the password of `{ADMIN}`, at least 12 characters.",
        connection.authority()
    ))?;
    let password = command.password.new_for(&format!("`{ADMIN}`"))?;
    admin.claim(&code, &password).map_err(refused)?;
    let session = admin.login(ADMIN, &password).map_err(|error| {
        Failure::from(error)
            .hint(format!("the server is set up, the login failed; try `sbmctl login {connection} --user {ADMIN}`"))
    })?;
    let saved = Saved::new(peer, &session);
    context.connections.save(&name, &saved)?;
    context.out.changed(
        &super::login::Shown::of(&name, &saved, &session),
        &format!("the server is set up, and `{ADMIN}` is logged in at `{}`", saved.connection.authority()),
    )?;
    context.out.note("Next: `sbmctl user add`, `sbmctl group add`; `sbmctl allow add` lets other machines in.")
}

/// What a refusal means here: this command makes no password up, so none of its sentences proposes it.
fn refused(error: sbm_client::Error) -> Failure {
    match error.code() {
        code @ (Code::PasswordTooShort | Code::PasswordTooCommon) => {
            Failure::new(code, code.text()).hint("nothing was changed; take another one, at least 12 characters long")
        }
        _ => error.into(),
    }
}

fn from_environment() -> Option<PathBuf> {
    std::env::var_os(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn read_connection(directory: &Path) -> Result<ConnectionString, Failure> {
    let path = directory.join(CONNECTION);
    let text = read(&path)?.ok_or_else(|| no_server(directory))?;
    text.trim().parse().map_err(|_| Failure::file(format!("`{}` does not hold a connection string", path.display())))
}

fn read_code(directory: &Path) -> Result<Option<Secret>, Failure> {
    Ok(read(&directory.join(SETUP_CODE))?.map(|text| Secret::new(text.trim())))
}

/// Why a server that is not set up has no code here: another one of its database has it, or nobody has.
fn no_code(directory: &Path) -> Result<Failure, Failure> {
    let note = read(&directory.join(ELSEWHERE))?;
    let place = note.map(|note| note.trim().chars().filter(|c| !c.is_control()).take(300).collect::<String>());
    Ok(match place.filter(|place| !place.is_empty()) {
        Some(place) => Failure::new(
            Code::NotClaimed,
            format!("the server is not set up yet, and another server of its database has the setup code: {place}"),
        )
        .hint("run `sbmctl setup` there; if that server is lost, `sbm-server admin setup-code` makes a new code here"),
        None => Failure::new(
            Code::NotClaimed,
            format!("the server is not set up yet, and there is no setup code in `{}`", directory.display()),
        )
        .hint("`sbm-server admin setup-code` makes a new one here; then run `sbmctl setup` again"),
    })
}

fn read(path: &Path) -> Result<Option<Zeroizing<String>>, Failure> {
    let mut text = Zeroizing::new(String::new());
    let read = plain::open(path).and_then(|file| file.take(MAX_BYTES).read_to_string(&mut text));
    match read {
        Ok(_) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            Err(Failure::file(format!("`{}` may be read by the owner of the data directory only", path.display()))
                .hint("run `sbmctl setup` as the user that the server runs as"))
        }
        Err(error) => Err(Failure::file(format!("`{}` cannot be read: {error}", path.display()))),
    }
}

fn no_server(directory: &Path) -> Failure {
    Failure::file(format!("there is no server's data in `{}`", directory.display()))
        .hint("start the server first, or name its data directory with `--data-dir` or `SBM_DATA_DIR`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connection_and_code_are_read_from_the_data_directory_run_2() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join(CONNECTION), "sbm://localhost:8100\n").unwrap();
        std::fs::write(directory.path().join(SETUP_CODE), "ABCD-EFGH\n").unwrap();
        assert_eq!(read_connection(directory.path()).unwrap().authority(), "localhost:8100");
        assert_eq!(read_code(directory.path()).unwrap().unwrap().reveal(), "ABCD-EFGH");
    }

    #[test]
    fn a_directory_without_a_server_and_one_without_a_code_are_told_apart() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(read_connection(directory.path()).unwrap_err().code(), Code::ConfigUnreadable);
        assert!(read_code(directory.path()).unwrap().is_none());
        std::fs::write(directory.path().join(CONNECTION), "https://localhost").unwrap();
        assert_eq!(read_connection(directory.path()).unwrap_err().code(), Code::ConfigUnreadable);
    }

    #[test]
    fn who_has_no_code_is_told_which_server_has_it_or_that_nobody_has_run_2_err_1() {
        let directory = tempfile::tempdir().unwrap();
        let nobody = no_code(directory.path()).unwrap();
        assert_eq!(nobody.code(), Code::NotClaimed);
        let nobody = format!("{nobody:?}");
        assert!(nobody.contains("there is no setup code in") && nobody.contains("sbm-server admin setup-code"), "{nobody}");
        std::fs::write(directory.path().join(ELSEWHERE), "/var/lib/sbm/setup-code on first.example\n").unwrap();
        let other = format!("{:?}", no_code(directory.path()).unwrap());
        assert!(other.contains("has the setup code: /var/lib/sbm/setup-code on first.example"), "{other}");
        assert!(other.contains("run `sbmctl setup` there"), "{other}");
    }
}
