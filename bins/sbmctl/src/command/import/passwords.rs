//! The file with the passwords of those who are added.
//!
//! It is its owner's alone and written line by line as the users come to be, so that no password is lost when something goes
//! wrong midway. The line of a user whom the server refused is taken out again, and so is a file with nobody in it; where no
//! answer came, the line stays, for the user may be there.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use sbm_client::core::name::Name;
use sbm_client::core::sheet::written;
use sbm_client::core::wire::v1::session::Secret;

use crate::failure::Failure;
use crate::output::sheet::csv_line;

pub(super) struct Passwords {
    file: File,
    path: PathBuf,
    /// Where the last line begins.
    last: u64,
    /// How many users are in it.
    users: usize,
}

impl Passwords {
    pub(super) fn begin(path: &Path) -> Result<Self, Failure> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => {
                Failure::file(format!("there is a file `{}` already", path.display())).hint("name another one for the passwords")
            }
            _ => Failure::file(format!("`{}` cannot be written: {error}", path.display())),
        })?;
        let mut passwords = Self { file, path: path.to_owned(), last: 0, users: 0 };
        passwords.line(&["name".to_owned(), "password".to_owned()])?;
        Ok(passwords)
    }

    /// First the password to disk, then the user: one without the other is harmless, the other without the one is not.
    pub(super) fn add(&mut self, user: &Name, password: &Secret) -> Result<(), Failure> {
        self.line(&[written(user.as_str()).into_owned(), password.reveal().to_owned()])?;
        self.users += 1;
        Ok(())
    }

    /// Takes the last line out again.
    pub(super) fn take_back(&mut self) -> Result<(), Failure> {
        self.users = self.users.saturating_sub(1);
        self.cut().map_err(|error| {
            Failure::file(format!("`{}` has a line too many that cannot be taken out: {error}", self.path.display()))
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A file with nobody in it is not left behind.
    pub(super) fn end(self) -> Result<(), Failure> {
        let Self { file, path, users, .. } = self;
        drop(file);
        if users > 0 {
            return Ok(());
        }
        fs::remove_file(&path).map_err(|error| Failure::file(format!("`{}` cannot be removed: {error}", path.display())))
    }

    fn cut(&mut self) -> std::io::Result<()> {
        self.file.set_len(self.last)?;
        self.file.seek(SeekFrom::Start(self.last))?;
        self.file.sync_data()
    }

    fn line(&mut self, fields: &[String]) -> Result<(), Failure> {
        let line = csv_line(fields)?;
        self.file
            .stream_position()
            .and_then(|last| {
                self.last = last;
                self.file.write_all(&line)
            })
            .and_then(|()| self.file.sync_data())
            .map_err(|error| Failure::file(format!("`{}` cannot be written: {error}", self.path.display())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_whoever_was_refused_is_taken_out_of_the_passwords_con_1() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("p.csv");
        let [carol, dave, erin] = ["carol", "dave", "=erin"].map(|name| Name::new(name).unwrap());
        let mut passwords = Passwords::begin(&path).unwrap();
        passwords.add(&carol, &Secret::new("a")).unwrap();
        passwords.add(&dave, &Secret::new("b")).unwrap();
        passwords.take_back().unwrap();
        passwords.add(&erin, &Secret::new("c")).unwrap();
        assert!(Passwords::begin(&path).is_err(), "nobody's passwords are written over");
        passwords.end().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "name,password\r\ncarol,a\r\n'=erin,c\r\n");

        let empty = directory.path().join("empty.csv");
        let mut passwords = Passwords::begin(&empty).unwrap();
        passwords.add(&carol, &Secret::new("a")).unwrap();
        passwords.take_back().unwrap();
        passwords.end().unwrap();
        assert!(!empty.exists());
    }
}
