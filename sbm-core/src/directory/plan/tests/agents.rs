//! Agents, which serve many accounts, and the images of brandings (ACC-3, ACC-10).

use super::*;
use crate::account::branding::{Branding, Image};
use crate::account::{About, AccountPath};
use crate::id::Hash;
use crate::wire::v1::admin::{AccountPatch, NewAccount};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

fn path(text: &str) -> AccountPath {
    text.parse().unwrap()
}

fn make(account: &str, level: Option<Level>) -> Command {
    let new = alloc::format!(r#"{{"account":"{account}"}}"#);
    Command::CreateAccount(NewAccount { level, ..serde_json::from_str(&new).unwrap() })
}

fn assign(account: &str, agent: &str) -> Command {
    Command::AssignAgent { account: path(account), agent: agent.into() }
}

fn unassign(account: &str) -> Command {
    Command::UnassignAgent { account: path(account) }
}

fn enrol(account: &str) -> Command {
    let installation = InstallationId::from_bytes([7; 16]);
    Command::EnrolAgent { account: path(account), installation, computer: "cloud".into(), program: "c2c 1".into() }
}

/// Two customers with an account each below them, and an agent at the top.
fn world() -> World {
    let mut world = World::new();
    world.act(make("root>acme", Some(Level::EndCustomer))).unwrap();
    world.act(make("root>acme>mail", None)).unwrap();
    world.act(make("root>globex", Some(Level::EndCustomer))).unwrap();
    world.user("c2c", Some("AllAccess"), &[]);
    world.user("other", None, &[]);
    world
}

impl World {
    fn id(&self, account: &str) -> AccountId {
        self.0.account_named(&path(account)).unwrap().id
    }

    fn served(&self, agent: &str) -> Vec<String> {
        let agent = self.0.user_named(AccountId::ROOT, agent).unwrap();
        let mut names: Vec<String> = self.0.served_by(agent).map(|row| self.0.account_name(row.id)).collect();
        names.sort();
        names
    }

    fn devices(&self) -> Vec<String> {
        self.0.devices().map(|device| self.0.account_name(device.account)).collect()
    }
}

#[test]
fn an_agent_is_a_device_of_the_accounts_that_it_serves_and_of_no_other_acc_10_dev_2() {
    let mut world = world();
    assert_eq!(world.act_as("c2c", enrol("root>acme>mail")), Err(Code::NotFound), "it serves none yet");
    world.act(assign("root>acme>mail", "c2c")).unwrap();
    world.act(assign("root>globex", "c2c")).unwrap();
    assert_eq!(world.act(assign("root>globex", "c2c")), Ok(0), "it does already");
    assert_eq!(world.act(assign("root>globex", "other")), Err(Code::InUse), "one account, one agent");
    assert_eq!(world.served("c2c"), ["root>acme>mail", "root>globex"]);
    for served in ["root>acme>mail", "root>globex"] {
        assert!(world.act_as("c2c", enrol(served)).is_ok());
    }
    assert!(world.act_as("c2c", enrol("root>globex")).is_ok(), "the same installation again");
    for not in ["root>acme", "root", "root>nothing"] {
        assert_eq!(world.act_as("c2c", enrol(not)), Err(Code::NotFound), "{not}");
    }
    assert_eq!(world.act_as("other", enrol("root>globex")), Err(Code::NotFound), "nobody else is its agent");
    let by_token = Actor {
        limit: Some(Limit { most: crate::permission::Ceiling::from_bits(u64::MAX), below: None }),
        ..world.as_user("c2c", "")
    };
    let refused = plan(&world.0, &by_token, &enrol("root>globex"), Timestamp::default()).unwrap_err();
    assert_eq!(refused.code, Code::DeniedToken, "a token makes no other (RUN-11)");
    let device = world.0.device_of(world.id("root>globex"), &InstallationId::from_bytes([7; 16])).unwrap();
    assert_eq!(world.0.head_for(device).unwrap().head.state, AccountState::Active);
}

#[test]
fn one_installation_of_several_accounts_is_meant_with_its_account_or_not_at_all_dev_1_acc_10_acc_11() {
    let mut world = world();
    for served in ["root>globex", "root>acme>mail"] {
        world.act(assign(served, "c2c")).unwrap();
        world.act_as("c2c", enrol(served)).unwrap();
    }
    let installation = InstallationId::from_bytes([7; 16]);
    let remove = |account: Option<&str>| Command::RemoveDevice { installation, account: account.map(path) };
    let release = |account: Option<&str>| Command::ReleaseDevice { installation, account: account.map(path) };
    let meant = |world: &World, account: Option<&str>| {
        let sees = world.0.seen_by(&world.as_user("admin", ""));
        device_meant(sees, &installation, account.map(path).as_ref()).map(|device| world.0.account_name(device.account))
    };
    // Without an account nothing is done to either; the sentence says what to do.
    let refused = meant(&world, None).unwrap_err();
    assert_eq!(refused.code, Code::InvalidArgument);
    let named = ["`root>globex`", "`root>acme>mail`", "2 accounts", "`account`"];
    assert!(named.iter().all(|part| refused.message.contains(part)), "{}", refused.message);
    assert_eq!(world.act(remove(None)), Err(Code::InvalidArgument));
    assert_eq!(world.devices().len(), 2);
    for there in ["root>globex", "root>acme>mail"] {
        assert_eq!(meant(&world, Some(there)).unwrap(), there);
    }
    for not in ["root>acme", "root", "root>nothing"] {
        assert_eq!(meant(&world, Some(not)).unwrap_err().code, Code::NotFound, "{not}");
        assert_eq!(world.act(remove(Some(not))), Err(Code::NotFound), "{not}");
    }
    // What is released is what has a backup account: the organisation has none.
    assert_eq!(world.act(release(Some("root>globex"))), Err(Code::NothingToChange));
    let holds = |world: &World| world.0.account(world.id("root>acme>mail")).unwrap().silo.lease.holder.is_some();
    assert!(holds(&world));
    world.act(release(None)).unwrap();
    assert!(!holds(&world));
    // Of whom one is left, it is meant.
    world.act(remove(Some("root>acme>mail"))).unwrap();
    assert_eq!((world.devices(), meant(&world, None).unwrap()), (vec!["root>globex".into()], "root>globex".into()));
    world.act(remove(None)).unwrap();
    assert!(world.devices().is_empty());
}

#[test]
fn a_served_account_that_is_disabled_is_not_backed_up_by_its_agent_either_acc_6_acc_10() {
    let mut world = world();
    world.act(assign("root>acme>mail", "c2c")).unwrap();
    world.act_as("c2c", enrol("root>acme>mail")).unwrap();
    let head = |world: &World| {
        let device = world.0.devices().next().unwrap();
        world.0.head_for(device).unwrap().head
    };
    let before = head(&world);
    let wish = crate::account::life::Wish::Stand(crate::account::life::Standing::Disabled);
    world.act(Command::LiveAccounts { accounts: vec![path("root>acme>mail")], wish }).unwrap();
    let after = head(&world);
    assert_eq!((before.state, after.state), (AccountState::Active, AccountState::Disabled));
    assert!(after.revision > before.revision, "the device hears of it");
}

#[test]
fn where_an_agent_is_assigned_no_more_its_devices_are_gone_acc_10() {
    let ready = || {
        let mut world = world();
        for served in ["root>acme>mail", "root>globex"] {
            world.act(assign(served, "c2c")).unwrap();
            world.act_as("c2c", enrol(served)).unwrap();
        }
        world
    };
    let mut world = ready();
    world.act(unassign("root>globex")).unwrap();
    assert_eq!((world.served("c2c"), world.devices()), (vec!["root>acme>mail".into()], vec!["root>acme>mail".into()]));
    assert_eq!(world.act(unassign("root>globex")), Err(Code::NotFound));
    assert_eq!(world.act_as("c2c", enrol("root>globex")), Err(Code::NotFound));
    // Either side goes.
    let mut world = ready();
    world.act(Command::DeleteUser { name: "c2c".into() }).unwrap();
    assert_eq!((world.devices(), world.0.accounts().filter(|row| row.agent.is_some()).count()), (vec![], 0));
    let mut world = ready();
    world.act(unassign("root>globex")).unwrap();
    let wish = crate::account::life::Wish::Delete(Timestamp::from_millis(crate::time::DAY));
    world.act(Command::LiveAccounts { accounts: vec![path("root>globex")], wish }).unwrap();
    assert_eq!(world.served("c2c"), ["root>acme>mail"]);
    // Disabled it serves nobody, and enabled again it does.
    let patch = |disabled| UserPatch { disabled: Some(disabled), ..UserPatch::default() };
    world.act(Command::ModifyUser { name: "c2c".into(), patch: patch(true), phc: None }).unwrap();
    assert_eq!(world.served("c2c"), Vec::<String>::new());
    assert_eq!(world.act(assign("root>acme>mail", "other")), Ok(2), "with the device that the other one left");
    assert_eq!(world.devices(), Vec::<String>::new());
}

#[test]
fn an_account_that_is_moved_from_below_its_agent_is_served_by_it_no_more_acc_10() {
    let mut world = world();
    let at_acme = NewUser {
        name: name("own"),
        account: Some(path("root>acme")),
        description: Text::default(),
        roles: RoleSet::NONE,
        security_profile: None,
        groups: vec![],
        new_groups: vec![],
    };
    world.act(Command::CreateUser { user: at_acme, phc: Zeroizing::new("x".into()) }).unwrap();
    assert_eq!(world.act(assign("root>globex", "own")), Err(Code::InvalidArgument), "that does not stand below it");
    world.act(assign("root>acme>mail", "own")).unwrap();
    world.act_as("own", enrol("root>acme>mail")).unwrap();
    let moved = AccountPatch { parent: Some(path("root>globex")), ..AccountPatch::default() };
    world.act(Command::ModifyAccount { account: path("root>acme>mail"), patch: moved }).unwrap();
    assert_eq!((world.served("own"), world.devices()), (vec![], vec![]));
    let row = world.0.account(world.id("root>globex>mail")).unwrap();
    assert_eq!(row.agent, None, "moved back it does not come back by itself");
}

fn png(rest: &[u8]) -> Arc<[u8]> {
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10".as_slice(), rest].concat().into()
}

fn branded(branding: Option<Branding>) -> Command {
    let about = Some(About { branding, ..About::default() });
    Command::ModifyAccount { account: path("root>acme"), patch: AccountPatch { about, ..AccountPatch::default() } }
}

#[test]
fn an_image_is_put_with_its_bytes_and_a_patch_names_only_what_is_there_acc_3() {
    let mut world = world();
    let put = |icon: Option<&str>, bytes: &Arc<[u8]>| Command::PutImage {
        account: path("root>acme"),
        icon: icon.map(String::from),
        bytes: bytes.clone(),
    };
    assert_eq!(world.act(put(None, &png(b"one"))), Err(Code::InvalidArgument), "there is no branding yet");
    world.act(branded(Some(Branding::new(name("Acme Backup"))))).unwrap();
    assert_eq!(world.act(put(None, &png(b"one"))), Ok(2), "the row and the bytes");
    assert_eq!(world.act(put(None, &png(b"one"))), Ok(0));
    assert_eq!(world.act(put(Some("tray"), &png(b"two"))), Ok(2));
    assert_eq!(world.act(put(Some("a b"), &png(b"two"))), Err(Code::InvalidArgument));
    assert_eq!(world.act(put(None, &Arc::from(b"<svg/>".as_slice()))), Err(Code::InvalidArgument));
    let now = |world: &World| world.0.branding_of(world.id("root>acme>mail")).unwrap().1.clone();
    let branding = now(&world);
    assert_eq!(branding.images().map(|image| image.hash).collect::<Vec<_>>(), [Hash::of(&png(b"one")), Hash::of(&png(b"two"))]);
    // Kept, put to another use, left out; and never one that nobody put there, or that says something else of itself.
    let swapped = Branding { logo: branding.icons.get("tray").cloned(), icons: [].into(), ..branding.clone() };
    world.act(branded(Some(swapped))).unwrap();
    let foreign = Image::of(&png(b"three")).unwrap();
    let lying = Image { size: 1, ..now(&world).logo.unwrap() };
    for image in [foreign, lying, branding.logo.unwrap()] {
        let odd = Branding { logo: Some(image), ..now(&world) };
        assert_eq!(world.act(branded(Some(odd))), Err(Code::InvalidArgument));
    }
}

#[test]
fn the_nearest_branding_counts_and_its_devices_hear_of_it_acc_3() {
    let mut world = world();
    world.act(assign("root>acme>mail", "c2c")).unwrap();
    world.act_as("c2c", enrol("root>acme>mail")).unwrap();
    let head = |world: &World| world.0.head_for(world.0.devices().next().unwrap()).unwrap();
    let named = |world: &World| {
        let list: crate::cache::List = serde_json::from_slice(&head(world).list).unwrap();
        list.branding.map(|branding| branding.name.to_string())
    };
    let origin = |world: &World| world.0.branding_of(world.id("root>acme>mail")).map(|(id, _)| world.0.account_name(id));
    let at = |account: &str, text: &str| {
        let about = Some(About { branding: Some(Branding::new(name(text))), ..About::default() });
        Command::ModifyAccount { account: path(account), patch: AccountPatch { about, ..AccountPatch::default() } }
    };
    assert_eq!((named(&world), origin(&world)), (None, None));
    let mut before = head(&world).head.revision;
    for (account, text) in [("root", "House"), ("root>acme", "Acme"), ("root>acme>mail", "Mail")] {
        world.act(at(account, text)).unwrap();
        assert_eq!((named(&world).as_deref(), origin(&world).as_deref()), (Some(text), Some(account)));
        let now = head(&world).head.revision;
        assert!(now > before, "{account}");
        before = now;
    }
    world.act(at("root>globex", "Globex")).unwrap();
    assert_eq!(head(&world).head.revision, before, "what is beside does not concern it");
}
