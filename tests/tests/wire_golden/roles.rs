//! Examples of what came with the capability `roles`.

use sbm_core::name::Text;
use sbm_core::permission::{Ceiling, Task, TaskAccess};
use sbm_core::wire::v1::admin::{
    Able, AbleUser, Because, CustomRole, ExplainServer, Grant, NewGrant, NewRole, RolePatch, WhoCan,
};

use super::examples::{Direction, Example, example, name};

fn tasks() -> Ceiling {
    Ceiling::NONE.with(Task::Users, TaskAccess::Read).with(Task::Devices, TaskAccess::Write)
}

fn text() -> Text {
    Text::new("for the desk").unwrap()
}

pub fn examples() -> Vec<Example> {
    use Direction::{Answer, Request};
    let (account, role) = (|| "root>Acme".to_owned(), || name("Helpdesk"));
    let made =
        CustomRole { name: role(), description: text(), tasks: tasks(), built_in: false, account: Some(account()), users: 2 };
    let built_in = CustomRole { account: None, built_in: true, name: name("manager"), ..made.clone() };
    let grant = Grant { id: 7, user: name("carol"), role: role(), account: account(), counts: true };
    let able = Able {
        users: vec![AbleUser {
            name: name("carol"),
            account: "root".to_owned(),
            because: vec![Because { role: "Helpdesk".to_owned(), account: account() }],
            tokens: vec!["0000000000000007".to_owned()],
        }],
        above: true,
        next: Some(name("carol")),
    };
    let patch = RolePatch { name: Some(name("Desk")), description: Some(text()), tasks: Some(tasks()) };
    let asked = || account().parse().unwrap();
    vec![
        example("CustomRole", "role", Answer, made),
        example("CustomRole", "role_built_in", Answer, built_in),
        example("Grant", "grant", Answer, grant),
        example("Because", "because", Answer, able.users[0].because[0].clone()),
        example("AbleUser", "able_user", Answer, able.users[0].clone()),
        example("Able", "able", Answer, able),
        example(
            "NewRole",
            "new_role",
            Request,
            NewRole { name: role(), description: text(), tasks: tasks(), account: Some(asked()) },
        ),
        example("RolePatch", "role_patch", Request, patch),
        example("NewGrant", "new_grant", Request, NewGrant { user: "carol".to_owned(), role: role(), account: asked() }),
        example(
            "WhoCan",
            "who_can",
            Request,
            WhoCan { task: Task::Users, write: true, account: asked(), after: Some(name("bert")) },
        ),
        example(
            "ExplainServer",
            "explain_server_at_account",
            Request,
            ExplainServer { user: "carol".to_owned(), task: Task::Devices, write: true, token: None, account: Some(asked()) },
        ),
    ]
}
