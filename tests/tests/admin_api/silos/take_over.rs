//! A login that takes a backup account over from the machine that has it (ACC-11, ACC-12).

use sbm_client::core::wire::v1::admin::{AuditEntry, NewUser};

use super::*;

fn said(admin: &Admin, act: &str) -> Vec<(String, String)> {
    let all = admin.rows(&AuditQuery::default()).map(Result::unwrap).filter(|entry: &AuditEntry| entry.entry.act == act);
    all.map(|entry| (entry.entry.outcome, entry.entry.detail)).collect()
}

#[test]
fn a_login_takes_an_account_over_for_who_says_so_and_may_and_nothing_is_lost_acc_11_acc_12_run_12() {
    let (server, admin) = TestServer::claimed();
    make(&admin, PC, SECRET).unwrap();
    let folders = [0, 1, 2].map(|_| tempfile::tempdir().unwrap());
    let [old, new, third] =
        [(0, "old-pc"), (1, "new-pc"), (2, "third-pc")].map(|(at, computer)| machine(folders[at].path(), computer));
    let log_in = |client: &Client, user: &str, secret: &str| client.login(server.connection(), user, &Secret::new(secret));
    let take = |client: &Client, user: &str, secret: &str| {
        client.take_over(server.connection(), user, &Secret::new(secret), None).map_err(|error| error.code())
    };
    let run = |client: &Client| client.begin_run(local(Trigger::Manual)).map(|run| run.finish(end()).unwrap());
    // Where no machine has it, it is a login like any other.
    take(&old, PC, SECRET).unwrap();
    run(&old).unwrap();
    old.sync().unwrap();
    let refused = log_in(&new, PC, SECRET).unwrap_err();
    assert_eq!(refused.code(), Code::OtherMachine);
    assert!(refused.to_string().contains("`old-pc`") && refused.to_string().contains("take it over"), "{refused}");
    assert_eq!(take(&new, PC, NEXT), Err(Code::WrongCredentials));
    assert_eq!((old.sync().unwrap().why, new.state().user()), (None, None), "nothing has changed on either");
    // Said so, it is done, in one act with one entry. What the old one did meanwhile is kept there.
    take(&new, PC, SECRET).unwrap();
    assert_eq!(new.state().user(), PC.rsplit('>').next(), "an account's own login is called as the account");
    run(&old).unwrap();
    run(&new).unwrap();
    new.sync().unwrap();
    assert_eq!((old.sync().unwrap().why, runs(&admin)), (Some(Code::OtherMachine), 2));
    assert_eq!(devices(&admin), [("new-pc".to_owned(), false), ("old-pc".to_owned(), true)]);
    let mut entries = said(&admin, "device.take_over");
    entries.sort();
    let done = ["`new-pc`, which takes the account, from `old-pc`", "`old-pc`, which takes the account"];
    assert_eq!(entries, done.map(|detail| ("ok".to_owned(), detail.to_owned())));
    assert_eq!(audited(&admin, "device.release", "ok"), 0);
    // The old one narrows, and still restores; its connection is its own all the same.
    let may = |action| old.may(action, Resource::Local).effect;
    assert_eq!((may(Action::RunManually), may(Action::Restore)), (Effect::Deny, Effect::Allow));
    assert_eq!(log_in(&old, PC, SECRET).unwrap_err().code(), Code::OtherMachine);
    // Taken back there, it sends what it had kept.
    take(&old, PC, SECRET).unwrap();
    old.sync().unwrap();
    assert_eq!((runs(&admin), new.sync().unwrap().why), (3, Some(Code::OtherMachine)));
    // A user of the account does so if he may change its devices, and is told who may if not.
    for (user, roles) in [("ida", json!(["manager"])), ("jon", json!(["supporter"]))] {
        let content =
            json!({ "name": user, "account": PC, "password": PASSWORD, "roles": roles, "security_profile": "AllAccess" });
        admin.add_user(&serde_json::from_value::<NewUser>(content).unwrap()).unwrap();
    }
    assert_eq!(take(&third, "root>pc>jon", PASSWORD), Err(Code::DeniedRole));
    assert_eq!(audited(&admin, "device.take_over", "denied_role"), 1);
    assert_eq!(
        (log_in(&third, "root>pc>ida", PASSWORD).unwrap_err().code(), old.sync().unwrap().why),
        (Code::OtherMachine, None)
    );
    take(&third, "root>pc>ida", PASSWORD).unwrap();
    assert_eq!((old.sync().unwrap().why, third.sync().unwrap().why), (Some(Code::OtherMachine), None));
    // In an organisation there is nothing to take over: its devices are any number.
    add_user(&admin, "erin", Some("AllAccess"), &[]);
    let [one, two] = [0, 1].map(|_| tempfile::tempdir().unwrap());
    let hers = [(&one, "erins-pc"), (&two, "erins-laptop")].map(|(folder, computer)| machine(folder.path(), computer));
    hers.iter().for_each(|client| take(client, "erin", PASSWORD).unwrap());
    assert_eq!(hers.map(|client| client.sync().unwrap().why), [None, None]);
}

#[test]
fn of_eight_that_take_over_at_once_one_has_it_in_the_end_and_is_the_only_one_that_is_heard_acc_11() {
    let (server, admin) = TestServer::claimed();
    make(&admin, PC, SECRET).unwrap();
    let folders: Vec<_> = (0..8).map(|_| tempfile::tempdir().unwrap()).collect();
    let clients: Vec<Client> =
        folders.iter().enumerate().map(|(at, folder)| machine(folder.path(), &format!("pc-{at}"))).collect();
    let take =
        |client: &Client| client.take_over(server.connection(), PC, &Secret::new(SECRET), None).map_err(|error| error.code());
    std::thread::scope(|scope| {
        for client in &clients {
            // Who was overtaken between his login and his first check-in is told so; some lost every race, or were slowed.
            scope.spawn(move || {
                assert!(take(client).map_or_else(|code| code == Code::OtherMachine || code.is_retryable(), |()| true))
            });
        }
    });
    let heard = clients.iter().filter(|client| client.state().user().is_some() && client.sync().unwrap().why.is_none()).count();
    let has_it = devices(&admin).into_iter().filter(|(_, replaced)| !replaced).count();
    assert_eq!((heard, has_it), (1, 1));
}
