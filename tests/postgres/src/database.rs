//! The databases of tests.

use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering};

use postgres::{Client, Config, NoTls};

use crate::{Cluster, ROLE};

/// A database of a test's own, removed when this is dropped, so that it takes no more room; by its URL.
#[derive(Debug)]
pub struct Lent {
    url: String,
    admin: Config,
}

impl Deref for Lent {
    type Target = str;

    fn deref(&self) -> &str {
        &self.url
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let text = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", Cluster::name_of(&self.url));
        // A connection waits for what it does, and that is not to be done within a runtime. A database that cannot be
        // removed goes with its cluster.
        std::thread::scope(|scope| {
            let removed = scope.spawn(|| self.admin.connect(NoTls).map(|mut admin| admin.batch_execute(&text)));
            drop(removed.join());
        });
    }
}

/// How a database compares texts by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locale {
    /// By their bytes.
    C,
    /// As English does: `a` before `B`. What the store asks for must not depend on it.
    English,
}

impl Cluster {
    /// An empty database of a test's own, in UTF-8: its URL, over TLS.
    #[must_use]
    pub fn database(&self) -> String {
        self.database_in(Locale::C)
    }

    /// The same, with that locale.
    #[must_use]
    pub fn database_in(&self, locale: Locale) -> String {
        let locale = match locale {
            Locale::C => "LOCALE 'C'",
            Locale::English => "LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'",
        };
        self.create(&format!("TEMPLATE template0 ENCODING 'UTF8' {locale}"))
    }

    /// An empty database in another encoding than UTF-8.
    #[must_use]
    pub fn database_not_in_utf8(&self) -> String {
        self.create("TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    }

    /// A copy of a database that nobody uses at the moment, by its URL.
    #[must_use]
    pub fn copy(&self, url: &str) -> String {
        self.create(&format!("TEMPLATE {}", Self::name_of(url)))
    }

    /// The database of that URL, for as long as it is needed; then it is removed, whoever still has a connection to it.
    #[must_use]
    pub fn lend(&self, url: String) -> Lent {
        Lent { url, admin: self.to("postgres") }
    }

    /// A database as the text that makes it, for whichever version of PostgreSQL.
    ///
    /// # Panics
    ///
    /// When it cannot be told.
    #[must_use]
    pub fn dump(&self, url: &str) -> String {
        let mut command = self.programs().command("pg_dump");
        command.args(["--inserts", "--no-owner", "--no-privileges", "--no-comments", "-U", "postgres", "-h"]);
        command.arg(self.socket_directory()).args(["-p", &self.port().to_string(), Self::name_of(url)]);
        let output = command.env("PGPASSWORD", self.password()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let told = String::from_utf8(output.stdout).unwrap();
        // What its own programs are told, and settings that older versions do not know.
        let is_kept = |line: &&str| !["\\", "--", "SET "].iter().any(|start| line.starts_with(start)) && !line.is_empty();
        told.lines().filter(is_kept).map(|line| format!("{line}\n")).collect()
    }

    /// The name of the database in such a URL.
    #[must_use]
    pub fn name_of(url: &str) -> &str {
        let path = url.rsplit_once('/').map_or("", |_| url.split('/').nth(3).unwrap_or_default());
        path.split('?').next().unwrap_or_default()
    }

    /// The URL of a database, for that role with that password.
    #[must_use]
    pub fn url(&self, role: &str, password: &str, database: &str) -> String {
        let (port, ca) = (self.port, self.ca());
        format!("postgres://{role}:{password}@127.0.0.1:{port}/{database}?sslmode=verify-full&sslrootcert={}", ca.display())
    }

    /// A connection of the superuser to a database, over the unix socket.
    #[must_use]
    pub fn admin(&self, database: &str) -> Client {
        self.to(database).connect(NoTls).unwrap_or_else(|error| panic!("PostgreSQL lets nobody in: {error}"))
    }

    fn to(&self, database: &str) -> Config {
        let mut config = Config::new();
        config.host_path(self.socket_directory()).port(self.port()).dbname(database);
        config.user("postgres").password(self.password());
        config
    }

    fn create(&self, how: &str) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::AcqRel));
        self.admin("postgres").batch_execute(&format!("CREATE DATABASE {name} OWNER {ROLE} {how}")).unwrap();
        self.url(ROLE, self.password(), &name)
    }
}
