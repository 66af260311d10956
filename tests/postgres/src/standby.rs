//! A second cluster that follows a first one, and takes its place.

use std::time::Instant;

use crate::cluster::{PATIENCE, check};
use crate::home::Home;
use crate::programs::Programs;
use crate::{Cluster, Options};

impl Cluster {
    /// A stand-by of this cluster: a copy that follows it, for reading only. From here on whatever the first one
    /// acknowledges is in the stand-by, too.
    ///
    /// # Panics
    ///
    /// When it does not follow.
    #[must_use]
    pub fn standby(&self, options: Options) -> Self {
        let programs = Programs::find();
        let home = Home::new(&programs, options.fsync);
        let mut command = programs.command("pg_basebackup");
        // Among the files are the certificate and its key.
        command.arg("-D").arg(home.directory.join("data")).arg("-h").arg(self.socket_directory());
        command.args(["-p", &self.port().to_string(), "-U", "postgres", "--write-recovery-conf", "--checkpoint=fast"]);
        check(command.env("PGPASSWORD", self.password()));
        std::fs::copy(self.ca(), home.directory.join("ca.pem")).unwrap();
        let mut standby = Self::new(programs, options, home, self.password().to_owned());
        standby.find_port();
        let mut admin = self.admin("postgres");
        admin.batch_execute("ALTER SYSTEM SET synchronous_standby_names = '*'").unwrap();
        admin.batch_execute("SELECT pg_reload_conf()").unwrap();
        let begun = Instant::now();
        let follows = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming'";
        while admin.query_one(follows, &[]).unwrap().get::<_, i64>(0) == 0 {
            assert!(begun.elapsed() < PATIENCE, "the stand-by does not follow");
            std::thread::yield_now();
        }
        standby
    }

    /// Makes a stand-by the one that can be written to; it can when this is done.
    ///
    /// # Panics
    ///
    /// When it does not become that.
    pub fn promote(&self) {
        let mut admin = self.admin("postgres");
        // It waits for none, whatever the one of before did.
        admin.batch_execute("ALTER SYSTEM RESET synchronous_standby_names").unwrap();
        let promoted = admin.query_one("SELECT pg_promote(true, 60)", &[]).unwrap();
        assert!(promoted.get::<_, bool>(0), "the stand-by is not promoted");
        admin.batch_execute("SELECT pg_reload_conf()").unwrap();
    }
}
