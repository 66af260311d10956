//! The commands: one file for each noun.

mod allow;
mod audit;
mod device;
mod explain;
mod group;
mod history;
mod keys;
mod login;
mod logout;
mod profile;
mod security_profile;
mod setup;
mod status;
mod test;
mod user;

use clap::Subcommand;

use crate::context::Context;
use crate::failure::Failure;

/// What to do.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Set up a fresh server on its own machine: make it yours and log in
    Setup(setup::Setup),
    /// Log in to a server and keep its connection
    Login(login::Login),
    /// End the session; the connection is kept
    Logout,
    /// Show whether the server is up, its version, and who is logged in here
    Status(status::Status),
    /// Check the way to a server, one thing after the other
    Test(test::Test),
    /// Users: who may log in, with which rights and roles
    #[command(subcommand, alias = "users")]
    User(user::User),
    /// Security profiles: named sets of rights in the backup program
    #[command(subcommand, alias = "security-profiles")]
    SecurityProfile(security_profile::SecurityProfile),
    /// Groups: which users get which managed profiles
    #[command(subcommand, alias = "groups")]
    Group(group::Group),
    /// The allowlist: which addresses reach the server at all
    #[command(subcommand)]
    Allow(allow::Allow),
    /// Managed profiles: upload, assign, withdraw
    #[command(subcommand, alias = "profiles")]
    Profile(profile::Profile),
    /// History: what ran, where, and how it ended
    #[command(subcommand)]
    History(history::History),
    /// Say whether a user may do something, and why
    Explain(explain::Explain),
    /// Devices: the installations that report to the server
    #[command(subcommand, alias = "devices")]
    Device(device::Device),
    /// The audit log: who did what on the server
    #[command(subcommand)]
    Audit(audit::Audit),
    /// The server's signing keys
    #[command(subcommand)]
    Keys(keys::Keys),
}

/// Does what was said.
pub(crate) fn run(command: Command, context: &mut Context) -> Result<(), Failure> {
    match command {
        Command::Setup(command) => setup::run(command, context),
        Command::Login(command) => login::run(command, context),
        Command::Logout => logout::run(context),
        Command::Status(command) => status::run(command, context),
        Command::Test(command) => test::run(command, context),
        Command::User(command) => user::run(command, context),
        Command::SecurityProfile(command) => security_profile::run(command, context),
        Command::Group(command) => group::run(command, context),
        Command::Allow(command) => allow::run(command, context),
        Command::Profile(command) => profile::run(command, context),
        Command::History(command) => history::run(command, context),
        Command::Explain(command) => explain::run(command, context),
        Command::Device(command) => device::run(&command, context),
        Command::Audit(command) => audit::run(&command, context),
        Command::Keys(command) => keys::run(&command, context),
    }
}
