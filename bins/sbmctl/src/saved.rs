//! What is kept between two calls: the server that was confirmed, and the session at it (RUN-4, RUN-7).
//!
//! 1. One file a connection, of one form; `connections` says where it is.
//! 2. Only its owner may read it: it holds a session's token. One that others may read is refused, not repaired: the
//!    token may be known by now.
//! 3. It is replaced as a whole: written beside, put on disk, renamed. A call that dies leaves the old or the new one.
//! 4. No password is ever in it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use sbm_client::core::name::Name;
use sbm_client::core::time::Timestamp;
use sbm_client::core::wire::v1::ConnectionString;
use sbm_client::core::wire::v1::session::{Secret, Session};
use sbm_client::plain;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::peer::Peer;

/// The version of the file that this program writes.
const FORMAT: u32 = 1;
/// The most bytes such a file has.
const MAX_BYTES: u64 = 64 * 1024;

/// The file's content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Saved {
    format: u32,
    /// The server.
    pub(crate) connection: ConnectionString,
    /// Whether the roots of this computer vouch for it (RUN-4).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) system_roots: bool,
    /// Who last logged in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<Name>,
    /// The session's token; none after a logout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<Secret>,
    /// When the session ends at the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expires: Option<Timestamp>,
}

impl Saved {
    /// The session that was just begun.
    pub(crate) fn new(peer: Peer, session: &Session) -> Self {
        Self {
            format: FORMAT,
            connection: peer.connection,
            system_roots: peer.system_roots,
            user: Some(session.user.clone()),
            token: Some(session.token.clone()),
            expires: Some(session.expires),
        }
    }

    /// A server that was confirmed, without a session.
    pub(crate) fn confirmed(peer: Peer, user: Option<Name>) -> Self {
        let Peer { connection, system_roots } = peer;
        Self { format: FORMAT, connection, system_roots, user, token: None, expires: None }
    }

    /// The server, and what vouches for it.
    pub(crate) fn peer(&self) -> Peer {
        Peer { connection: self.connection.clone(), system_roots: self.system_roots }
    }

    /// The same server and user without a session.
    pub(crate) fn logged_out(self) -> Self {
        Self { token: None, expires: None, ..self }
    }
}

/// Where it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    path: PathBuf,
}

impl Store {
    /// In that file.
    pub(crate) const fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What was saved; nothing if nothing was.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, others may read it too, or it is not of its form.
    pub(crate) fn load(&self) -> Result<Option<Saved>, Failure> {
        let file = match plain::open(&self.path) {
            Ok(file) => file,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
            Err(error) => return Err(self.unreadable(&error)),
        };
        self.check_owner_only(&file)?;
        let mut text = Zeroizing::new(String::new());
        file.take(MAX_BYTES).read_to_string(&mut text).map_err(|error| self.unreadable(&error))?;
        let saved: Saved = serde_json::from_str(&text).map_err(|_| self.malformed("it is not of its form"))?;
        if saved.format == FORMAT {
            Ok(Some(saved))
        } else {
            Err(self.malformed("it was written by another version of `sbmctl`"))
        }
    }

    /// Replaces what was saved.
    ///
    /// # Errors
    ///
    /// When the file cannot be written; then the old one is still there.
    pub(crate) fn save(&self, saved: &Saved) -> Result<(), Failure> {
        self.replace(saved).map_err(|error| {
            Failure::file(format!("`{}` cannot be written: {error}", self.path.display()))
                .hint("name another file with `--config` or `SBMCTL_CONFIG`")
        })
    }

    fn replace(&self, saved: &Saved) -> io::Result<()> {
        let text = Zeroizing::new(serde_json::to_string_pretty(saved).map_err(io::Error::other)? + "\n");
        replace(&self.path, text.as_bytes())
    }

    /// Removes what was saved, if there is something.
    ///
    /// # Errors
    ///
    /// When the file cannot be removed.
    pub(crate) fn remove(&self) -> Result<(), Failure> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(Failure::file(format!("`{}` cannot be removed: {error}", self.path.display())))
            }
            _ => Ok(()),
        }
    }

    #[cfg(unix)]
    fn check_owner_only(&self, file: &File) -> Result<(), Failure> {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = file.metadata().map_err(|error| self.unreadable(&error))?.permissions().mode();
        if mode & 0o077 == 0 {
            return Ok(());
        }
        let path = self.path.display();
        Err(Failure::file(format!("`{path}` holds a session's token, and others may read it (mode {:03o})", mode & 0o777))
            .hint(format!("make it yours alone (`chmod 600 {path}`), log out and in again")))
    }

    /// The settings of a Windows user are his alone by the directory's own access list.
    #[cfg(not(unix))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the same signature everywhere")]
    fn check_owner_only(&self, _file: &File) -> Result<(), Failure> {
        Ok(())
    }

    fn unreadable(&self, error: &io::Error) -> Failure {
        Failure::file(format!("`{}` cannot be read: {error}", self.path.display()))
    }

    fn malformed(&self, why: &str) -> Failure {
        let path = self.path.display();
        Failure::file(format!("`{path}` cannot be used: {why}")).hint("remove it and log in again with `sbmctl login sbm://…`")
    }
}

/// Puts a file that its owner alone may read into the place of the one before, as a whole.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = directory_of(path);
    let name = path.file_name().ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "it is not the name of a file"))?;
    create_directory(directory)?;
    let mut beside = name.to_os_string();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = directory.join(beside);
    let written = write_new(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // Nothing more can be done about a leftover than to try.
        let _ = fs::remove_file(&beside);
    }
    written?;
    sync_directory(directory)
}

/// Where a file is.
pub(crate) fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a directory and what is above it, for its owner alone.
pub(crate) fn create_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A rename is on disk only when the directory is.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature everywhere")]
fn sync_directory(_directory: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use sbm_client::core::permission::RoleSet;

    use super::*;

    fn session() -> Session {
        Session {
            token: Secret::new("t-1"),
            user: Name::new("admin").unwrap(),
            roles: RoleSet::NONE,
            expires: Timestamp::from_millis(5),
        }
    }

    fn saved() -> Saved {
        Saved::new(Peer { connection: "sbm://localhost:8100".parse().unwrap(), system_roots: false }, &session())
    }

    fn store(directory: &Path) -> Store {
        Store::new(directory.join("deep").join("connection.json"))
    }

    #[test]
    fn what_was_saved_comes_back() {
        let directory = tempfile::tempdir().unwrap();
        let store = store(directory.path());
        assert_eq!(store.load().unwrap(), None);
        store.save(&saved()).unwrap();
        assert_eq!(store.load().unwrap(), Some(saved()));
        store.save(&saved().logged_out()).unwrap();
        let after = store.load().unwrap().unwrap();
        assert_eq!((after.token, after.expires, after.user), (None, None, Some(Name::new("admin").unwrap())));
        assert_eq!(fs::read_dir(store.path().parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_in_its_place_is_refused_and_not_waited_for() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("connection.json");
        assert!(std::process::Command::new("mkfifo").arg("-m600").arg(&path).status().unwrap().success());
        let refused = Store::new(path).load().unwrap_err();
        assert!(format!("{refused:?}").contains("it is not a file"), "{refused:?}");
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_may_read_it_run_7() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let store = store(directory.path());
        store.save(&saved()).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(store.path()), mode(store.path().parent().unwrap())), (0o600, 0o700));
        for open in [0o640, 0o604, 0o620, 0o666] {
            fs::set_permissions(store.path(), fs::Permissions::from_mode(open)).unwrap();
            assert!(store.load().is_err(), "{open:o}");
        }
        // A save does not write into what others hold open: it makes a new file.
        store.save(&saved()).unwrap();
        assert_eq!(mode(store.path()), 0o600);
    }

    #[test]
    fn a_file_that_is_not_of_its_form_is_an_error_and_not_an_empty_one() {
        let directory = tempfile::tempdir().unwrap();
        let store = store(directory.path());
        for text in [
            "",
            "{}",
            "[]",
            "{\"format\":1}",
            "{\"format\":2,\"connection\":\"sbm://a\"}",
            "{\"format\":1,\"connection\":\"https://a\"}",
            "\u{0}",
        ] {
            fs::create_dir_all(store.path().parent().unwrap()).unwrap();
            let _ = fs::remove_file(store.path());
            write_new(store.path(), text.as_bytes()).unwrap();
            assert!(store.load().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_save_that_fails_leaves_the_old_one() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::new(directory.path().join("taken"));
        fs::create_dir_all(store.path().join("inside")).unwrap();
        assert!(store.save(&saved()).is_err());
        assert!(store.path().join("inside").is_dir());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn the_file_in_full() {
        let text = serde_json::to_string(&saved()).unwrap();
        assert_eq!(text, r#"{"format":1,"connection":"sbm://localhost:8100","user":"admin","token":"t-1","expires":5}"#);
        let by_roots = Saved { system_roots: true, ..saved() };
        let text = serde_json::to_string(&by_roots).unwrap();
        let expected =
            r#"{"format":1,"connection":"sbm://localhost:8100","system_roots":true,"user":"admin","token":"t-1","expires":5}"#;
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<Saved>(expected).unwrap(), by_roots);
    }
}
