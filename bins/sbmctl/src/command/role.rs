//! `sbmctl role` (USR-5): what one may do on the server, as a row of tasks.

use clap::{Args, Subcommand};
use sbm_client::core::account::AccountPath;
use sbm_client::core::code::Code;
use sbm_client::core::name::{Name, Text};
use sbm_client::core::permission::{Ceiling, Task, TaskAccess};
use sbm_client::core::wire::v1::admin::{CustomRole as Shown, ListQuery, NewRole, RolePatch};

use super::token::ceiling;
use super::user::named;
use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, columns};
use crate::output::table::{Cell, Column, Row, long, number, text};
use crate::output::text::{or_dash, yes_no};
use crate::parse;
use crate::prompt::Consent;

#[derive(Subcommand, Debug)]
pub(crate) enum Role {
    /// Add a role: tasks with `read` or `write`
    Add(Add),
    /// List the roles, those that are built in among them
    List(List),
    /// Show one role
    Show(Named),
    /// Change a role; it counts at the next request of all who have it
    Modify(Modify),
    /// Delete a role that nobody has
    Delete(Delete),
}

#[derive(Args, Debug)]
pub(crate) struct Named {
    /// Name of the role
    #[arg(value_parser = parse::name)]
    name: Name,
}

#[derive(Args, Debug)]
#[command(after_help = columns::<Shown>())]
pub(crate) struct List {
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sbmctl role add Helpdesk --task users=read --task devices=write
  sbmctl role add 'Reports north' --task history_read=read --account 'root>north'
  sbmctl grant add carol Helpdesk 'root>north'

Nobody makes a role that goes further than he does himself at that account.")]
pub(crate) struct Add {
    /// Name of the role
    #[arg(value_parser = parse::name)]
    name: Name,
    /// What it is for
    #[arg(short, long, value_name = "TEXT", value_parser = parse::description)]
    description: Option<Text>,
    /// What it may do: a task with `read` or `write`; several one after the other
    #[arg(short, long = "task", required = true, value_name = "TASK=HOW", value_parser = parse::allowed)]
    tasks: Vec<(Task, TaskAccess)>,
    /// For users of this account and below, by its full name [default: your own]
    #[arg(long, value_name = "ACCOUNT", value_parser = parse::account)]
    account: Option<AccountPath>,
}

#[derive(Args, Debug)]
pub(crate) struct Modify {
    /// Name of the role
    #[arg(id = "ROLE", value_name = "NAME", value_parser = parse::name)]
    role: Name,
    /// New name
    #[arg(long, value_name = "NEW", value_parser = parse::name)]
    name: Option<Name>,
    /// New description
    #[arg(short, long, value_name = "TEXT", value_parser = parse::description)]
    description: Option<Text>,
    /// What it may do from now on, and nothing else: a task with `read` or `write`; several one after the other
    #[arg(short, long = "task", value_name = "TASK=HOW", value_parser = parse::allowed)]
    tasks: Vec<(Task, TaskAccess)>,
}

#[derive(Args, Debug)]
pub(crate) struct Delete {
    /// Name of the role; several one after the other
    #[arg(required = true, value_name = "NAME", value_parser = parse::name)]
    names: Vec<Name>,
    #[command(flatten)]
    consent: Consent,
}

impl Row for Shown {
    const COLUMNS: &'static [Column] = &[
        text("NAME"),
        long("DESCRIPTION").least(12).extra(),
        long("TASKS"),
        long("ACCOUNT").least(16),
        number("USERS"),
        text("BUILT IN").rare(),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            (&self.name).into(),
            (&self.description).into(),
            Cell::measured(grouped(&self.tasks), self.tasks),
            or_dash(self.account.as_deref().unwrap_or_default()).into(),
            self.users.into(),
            Cell::flag(self.built_in),
        ]
    }
}

/// The tasks by how far they go, which is shorter than the same word behind each.
fn grouped(tasks: &Ceiling) -> String {
    let of = |wanted| {
        let names = tasks.iter().filter(|(_, access)| *access == wanted).map(|(task, _)| task.name());
        let names: Vec<&str> = names.collect();
        (!names.is_empty()).then(|| format!("{} {}", wanted.name(), names.join(", ")))
    };
    let told: Vec<String> = [TaskAccess::Write, TaskAccess::Read].into_iter().filter_map(of).collect();
    or_dash(&told.join("; "))
}

fn tasks(said: &[(Task, TaskAccess)]) -> Result<Ceiling, Failure> {
    ceiling("--task", said)
}

pub(crate) fn run(command: Role, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Role::Add(add) => {
            let tasks = tasks(&add.tasks)?;
            let description = add.description.unwrap_or_default();
            let role =
                admin.add_role(&NewRole { name: add.name, description, tasks, account: add.account }).map_err(no_account)?;
            let sentence = format!("added the role `{}`: {}", role.name, role.tasks);
            context.out.changed(&role, &sentence)
        }
        Role::List(list) => list.listing.show::<Shown>(&admin, ListQuery::default(), context, "no role fits"),
        Role::Show(named) => {
            let role = admin.role(&named.name).map_err(own)?;
            context.out.facts(&role, &facts(&role))
        }
        Role::Modify(modify) => {
            if modify.name.is_none() && modify.description.is_none() && modify.tasks.is_empty() {
                return Err(Failure::usage("say what is to change").hint("`sbmctl role modify --help` lists it"));
            }
            let tasks = (!modify.tasks.is_empty()).then(|| tasks(&modify.tasks)).transpose()?;
            let patch = RolePatch { name: modify.name, description: modify.description, tasks };
            let role = admin.modify_role(&modify.role, &patch).map_err(own)?;
            context.out.changed(&role, &format!("the role `{}` is now: {}", role.name, role.tasks))
        }
        Role::Delete(delete) => {
            delete.consent.ask(&format!("delete {}?", named("role", &delete.names)))?;
            for (done, name) in delete.names.iter().enumerate() {
                admin.delete_role(name).map_err(|error| own(error).after(done, "deleted"))?;
            }
            context.out.done(&format!("deleted {}", named("role", &delete.names)))
        }
    }
}

/// What a refusal of a new role means: what is missing is the account.
fn no_account(error: sbm_client::Error) -> Failure {
    own(error).hint_for(Code::NotFound, "`sbmctl account list` shows the accounts that you see")
}

/// What a refusal means here.
fn own(error: sbm_client::Error) -> Failure {
    Failure::from(error)
        .hint_for(Code::InUse, "`sbmctl grant list` shows who has it")
        .hint_for(Code::NotFound, "`sbmctl role list` shows them")
        .hint_for(Code::BuiltIn, "make one of your own with `sbmctl role add`")
}

fn facts(role: &Shown) -> Vec<(&'static str, Cell)> {
    vec![
        ("name", (&role.name).into()),
        ("description", or_dash(role.description.as_str()).into()),
        ("tasks", role.tasks.to_string().into()),
        ("account", or_dash(role.account.as_deref().unwrap_or_default()).into()),
        ("users", role.users.into()),
        ("built in", yes_no(role.built_in).into()),
    ]
}
