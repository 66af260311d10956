//! What whoever renames or moves an account is told of the logins that are others by it (ACC-3, ACC-4).

use alloc::format;
use alloc::string::String;

use super::roles::{give, person, provider, role};
use super::*;
use crate::account::AccountPath;
use crate::directory::plan::changed_logins;
use crate::wire::v1::admin::{AccountPatch, ChangedLogins};

/// What this user is told when the account is patched by somebody who may do it.
fn told(world: &World, user: &str, account: &str, patch: AccountPatch) -> Option<ChangedLogins> {
    let account: AccountPath = account.parse().unwrap();
    let id = world.0.account_named(&account).unwrap().id;
    let command = Command::ModifyAccount { account, patch };
    let planned = plan(&world.0, &world.as_user("admin", ""), &command, Timestamp::from_millis(5)).unwrap();
    let after = world.0.apply(world.0.revision() + 1, &planned.changes);
    changed_logins(&world.0, &after, &world.as_user(user, ""), id)
}

fn named(name: &str) -> AccountPatch {
    AccountPatch { name: Some(super::name(name)), ..AccountPatch::default() }
}

fn pairs(told: Option<ChangedLogins>) -> Vec<String> {
    let told = told.unwrap_or(ChangedLogins { count: 0, logins: vec![] });
    assert_eq!(told.count, told.logins.len());
    told.logins.into_iter().map(|login| format!("{} {}", login.before, login.now)).collect()
}

#[test]
fn whoever_renames_or_moves_an_account_is_told_each_login_that_breaks_and_of_none_that_he_does_not_see_acc_3_acc_4() {
    let mut world = provider();
    world.act(role("people", &[(Task::Users, TaskAccess::Read)], None)).unwrap();
    world.act(give("hand", "people", "root>north>east")).unwrap();
    world.act(person("ceo", "root>north", &[])).unwrap();
    let whole = [
        "root>north>ceo root>Nord>ceo",
        "root>north>east>eve root>Nord>east>eve",
        "root>north>nina root>Nord>nina",
        "root>north>north root>Nord>north",
    ];
    assert_eq!(pairs(told(&world, "admin", "root>north", named("Nord"))), whole);
    assert_eq!(pairs(told(&world, "watcher", "root>north", named("Nord"))), whole);
    assert_eq!(pairs(told(&world, "hand", "root>north", named("Nord"))), [whole[1]], "he was let see these users alone");
    for nothing in ["eve", "sam"] {
        assert_eq!(told(&world, nothing, "root>north", named("Nord")), None, "`{nothing}` may see no users");
    }
    let south = AccountPatch { parent: Some("root>south".parse().unwrap()), ..AccountPatch::default() };
    assert_eq!(pairs(told(&world, "admin", "root>north>east", south.clone())), ["root>north>east>eve root>south>east>eve"]);
    assert_eq!(told(&world, "north", "root>north>east", south), None, "it went where he sees nobody");
    let comment = AccountPatch { comment: Some(Text::new("call Ann").unwrap()), ..AccountPatch::default() };
    assert_eq!(told(&world, "admin", "root>north", comment), None, "no name changed");
    assert_eq!(told(&world, "admin", "root>north", named("North")), None, "a login is typed in any case");
}

#[test]
fn so_many_logins_are_named_and_all_are_counted_acc_3() {
    let mut world = provider();
    for number in 0..120 {
        world.act(person(&format!("u{number:03}"), "root>south", &[])).unwrap();
    }
    let told = told(&world, "admin", "root>south", named("Süd")).unwrap();
    assert_eq!((told.count, told.logins.len()), (121, ChangedLogins::MOST));
    let (first, last) = (&told.logins[0].before, &told.logins[99].before);
    assert_eq!((first.as_str(), last.as_str()), ("root>south>sam", "root>south>u098"));
}
