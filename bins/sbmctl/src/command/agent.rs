//! `sbmctl agent`: reports runs of programs that cannot link the library, from files in a folder (HIS-1).
//!
//! It is an installation of its own, with a cache of its own; the folder is [`sbm_client::spool`].

mod duty;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use sbm_client::core::wire::v1::ConnectionString;
use sbm_client::spool::Spool;
use sbm_client::{Client, Config, Rollout};

use self::duty::{Duty, Stop};
use crate::args::Global;
use crate::failure::Failure;
use crate::output::Output;
use crate::parse;
use crate::peer::Roots;
use crate::prompt;

/// The folder in the spool folder that holds the cache, where no other is named.
const CACHE: &str = "cache";

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sbmctl agent --spool /var/spool/sbm --rollout /etc/sbm/agent.toml
  sbmctl agent --spool /var/spool/sbm --server sbm://backup.example:8100#ca-sha256=…
    --code-file /etc/sbm/code.txt
  sbmctl agent --spool D:\\spool --server sbm://backup.example:8100#ca-sha256=… --user carol
    --password-file D:\\password.txt --once

A program that cannot link the library writes a file for each run, under a name that ends in
.tmp, and renames it to NAME.json when it is whole: one JSON object, with the fields of
docs/spool.schema.json. The agent takes it, keeps the run in its cache, and sends it. What is no
run goes to the folder `bad` in the spool folder, with the reason beside it.

The agent logs in once and is a device of its own. Settings of the login come from here, else from
SBM_CONNECTION, SBM_ROOTS, SBM_USER, SBM_PASSWORD_FILE and SBM_MANAGED, else from the roll-out
file, and count only while no server is known.

It ends with ^C or SIGTERM. With --once it exits with 1 if a file was set aside, and with 3 or 4
if runs are kept and could not be sent.")]
pub(crate) struct Agent {
    /// The folder where files are dropped; it is made if it is missing
    #[arg(long, value_name = "DIR")]
    spool: PathBuf,
    /// Keep the cache of this installation here [default: the folder `cache` in the spool folder]
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,
    /// Take what is there, send it, and end
    #[arg(long)]
    once: bool,
    /// Log in anew, as the same user at the same server
    #[arg(long)]
    login: bool,
    /// Connection string of the server, as it printed it: sbm://host:port#ca-sha256=…
    #[arg(long, value_name = "CONNECTION", value_parser = parse::connection)]
    server: Option<ConnectionString>,
    /// Become a device with the enrolment code or passphrase in the first line of this file; no user and no password is needed
    /// then
    #[arg(long, value_name = "FILE", requires = "server", conflicts_with_all = ["user", "password_file", "rollout", "login"])]
    code_file: Option<PathBuf>,
    /// Name of the user whose device this is
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
    /// Read his password from this file, which nobody but its owner may read
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    #[command(flatten)]
    roots: Roots,
    /// Read the settings of the login from this file, in TOML
    #[arg(long, value_name = "FILE")]
    rollout: Option<PathBuf>,
}

impl Agent {
    fn rollout(&self) -> Result<Rollout, Failure> {
        let mut said = Rollout::new();
        if let Some(server) = &self.server {
            said = said.connection(server.clone());
        }
        if let Some(user) = &self.user {
            said = said.user(user);
        }
        if let Some(file) = &self.password_file {
            said = said.password_file(file);
        }
        if self.roots.are_the_systems() {
            said = said.system_roots(true);
        }
        let rollout = said.over(Rollout::from_env()?);
        Ok(match &self.rollout {
            Some(file) => rollout.over(Rollout::from_file(file)?),
            None => rollout,
        })
    }
}

pub(crate) fn run(command: &Agent, global: &Global, out: &mut Output) -> Result<(), Failure> {
    if let Some(name) = &global.connection {
        let sentence = format!("the agent has a connection of its own, and no use for `--connection {name}`");
        return Err(Failure::usage(sentence).hint("say `--server sbm://…` for its first login"));
    }
    let rollout = command.rollout()?;
    let spool = Spool::open(&command.spool)?;
    let directory = match &command.directory {
        Some(directory) => directory.clone(),
        None => spool.own(CACHE)?,
    };
    let config = Config::new(directory)
        .program(concat!("sbmctl agent ", env!("CARGO_PKG_VERSION")))
        .timeout(global.timeout())
        .rollout(&rollout);
    let client = Arc::new(Client::open(config)?);
    let code = command.code_file.as_deref().map(prompt::from_file).transpose()?;
    let enrolment = command.server.clone().zip(code);
    let mut duty = Duty::new(spool, Arc::clone(&client), rollout, command.login, enrolment, out);
    if command.once { duty.once() } else { duty.until_stopped(&Stop::take(&client)?) }
}
