//! The commands: one file for each noun.

mod account;
mod agent;
mod allow;
mod audit;
mod communication;
mod completions;
mod connection;
mod device;
mod enrolment;
mod erase;
mod exit_codes;
mod explain;
mod export;
mod factor;
mod grant;
mod group;
mod history;
mod import;
mod keys;
mod login;
mod logout;
mod man;
mod profile;
mod role;
mod security_profile;
mod server;
mod session;
mod setup;
mod status;
mod test;
mod token;
mod user;

use clap::Subcommand;

use crate::args::Global;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::Output;

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
    /// Connections: several servers, each under a name, with its own session
    #[command(subcommand, alias = "connections")]
    Connection(connection::Connection),
    /// Accounts: the tree of companies, departments and machines
    #[command(subcommand, alias = "accounts")]
    Account(account::Account),
    /// Communications: what was said to customers, and is to be said
    #[command(subcommand, alias = "communications")]
    Communication(communication::Communication),
    /// Users: who may log in, with which rights and roles
    #[command(subcommand, alias = "users")]
    User(user::User),
    /// Sessions: who is logged in, and an end to it
    #[command(subcommand, alias = "sessions")]
    Session(session::Session),
    /// Your second factor: codes of an authenticator behind the password
    #[command(subcommand)]
    Factor(factor::Factor),
    /// Tokens: for programs that act as you, as far as you let them
    #[command(subcommand, alias = "tokens")]
    Token(token::Token),
    /// Security profiles: named sets of rights in the backup program
    #[command(subcommand, alias = "security-profiles")]
    SecurityProfile(security_profile::SecurityProfile),
    /// Roles: what one may do on the server
    #[command(subcommand, alias = "roles")]
    Role(role::Role),
    /// Grants: who has which role at an account below his own
    #[command(subcommand, alias = "grants")]
    Grant(grant::Grant),
    /// Groups: which users get which managed profiles
    #[command(subcommand, alias = "groups")]
    Group(group::Group),
    /// The allowlist: which addresses and host names reach the server at all
    #[command(subcommand)]
    Allow(allow::Allow),
    /// Managed profiles: upload, assign, withdraw, roll back
    #[command(subcommand, alias = "profiles")]
    Profile(profile::Profile),
    /// History: what ran, where, and how it ended
    #[command(subcommand)]
    History(history::History),
    /// Say whether a user may do something, or who may, and why
    Explain(explain::Explain),
    /// Devices: the installations that report to the server
    #[command(subcommand, alias = "devices")]
    Device(device::Device),
    /// Enrolment: codes and passphrases for devices, and devices that wait to be let in
    #[command(subcommand, alias = "enrolments")]
    Enrolment(enrolment::Enrolment),
    /// Erase orders: what the storage was told to erase of deleted accounts
    #[command(subcommand)]
    Erase(erase::Erase),
    /// Report the runs of programs that cannot link the library, from files in a folder
    Agent(agent::Agent),
    /// Write users, groups, accounts or the allowlist into a file that can be imported
    #[command(subcommand)]
    Export(export::Export),
    /// Add and change users, groups, accounts or the allowlist as a file says; --dry-run shows it first
    #[command(subcommand)]
    Import(import::Import),
    /// The audit log: who did what on the server
    #[command(subcommand)]
    Audit(audit::Audit),
    /// The server's signing keys
    #[command(subcommand)]
    Keys(keys::Keys),
    /// What holds for all clients of the server
    #[command(subcommand)]
    Server(server::Server),
    /// Print a script that completes commands in your shell
    Completions(completions::Completions),
    /// Write the manual pages
    Man(man::ManPages),
    /// What the exit codes mean
    ExitCodes(exit_codes::ExitCodes),
}

/// Does what was said.
pub(crate) fn run(command: Command, global: Global) -> Result<(), Failure> {
    match command {
        // These need nothing that was saved, and no place to save it.
        Command::Completions(command) => completions::run(&command, &mut output(&global)),
        Command::Man(command) => man::run(&command, &mut output(&global)),
        Command::ExitCodes(_) => exit_codes::run(&mut output(&global)),
        Command::Agent(command) => agent::run(&command, &global, &mut output(&global)),
        command => {
            let mut context = Context::new(global)?;
            with_context(command, &mut context).map_err(|failure| context.hinted(failure).at(context.named()))
        }
    }
}

fn output(global: &Global) -> Output {
    Output::standard(global.json, global.quiet)
}

fn with_context(command: Command, context: &mut Context) -> Result<(), Failure> {
    match command {
        Command::Setup(command) => setup::run(command, context),
        Command::Login(command) => login::run(command, context),
        Command::Logout => logout::run(context),
        Command::Status(command) => status::run(command, context),
        Command::Test(command) => test::run(command, context),
        Command::Connection(command) => connection::run(command, context),
        Command::Account(command) => account::run(command, context),
        Command::Communication(command) => communication::run(command, context),
        Command::User(command) => user::run(command, context),
        Command::Session(command) => session::run(command, context),
        Command::Factor(command) => factor::run(&command, context),
        Command::Token(command) => token::run(command, context),
        Command::SecurityProfile(command) => security_profile::run(command, context),
        Command::Role(command) => role::run(command, context),
        Command::Grant(command) => grant::run(command, context),
        Command::Group(command) => group::run(command, context),
        Command::Allow(command) => allow::run(command, context),
        Command::Profile(command) => profile::run(command, context),
        Command::History(command) => history::run(command, context),
        Command::Explain(command) => explain::run(command, context),
        Command::Device(command) => device::run(command, context),
        Command::Enrolment(command) => enrolment::run(command, context),
        Command::Erase(command) => erase::run(command, context),
        Command::Export(command) => export::run(command, context),
        Command::Import(command) => import::run(command, context),
        Command::Audit(command) => audit::run(command, context),
        Command::Keys(command) => keys::run(&command, context),
        Command::Server(command) => server::run(&command, context),
        Command::Agent(_) | Command::Completions(_) | Command::Man(_) | Command::ExitCodes(_) => Ok(()),
    }
}
