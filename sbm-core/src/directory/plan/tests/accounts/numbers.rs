//! Whatever is done in whatever order: the number of a head names one content for ever (OFF-3).

use alloc::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::json;

use super::*;
use crate::cache::Number;
use crate::directory::subject::HeadAndList;

/// What acts are made of: each names one of few things, so that they meet.
#[derive(Clone, Debug)]
struct Step {
    act: usize,
    actor: usize,
    picks: [Index; 3],
    flag: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0_usize..16, 0_usize..3, any::<[Index; 3]>(), any::<bool>());
    prop::collection::vec(step.prop_map(|(act, actor, picks, flag)| Step { act, actor, picks, flag }), 1..60)
}

const GROUPS: [&str; 3] = ["Finance", "Sales", "Office"];
const RIGHTS: [&str; 2] = ["End user", "Guest"];
const PLACES: [&str; 6] =
    ["root>acme", "root>acme>north", "root>acme>north>pc-1", "root>other", "root>other>lab", "root>other>lab>pc-2"];

/// An account above with people and an account beside it, machines in both, and in each something that the others have.
fn estate() -> World {
    let mut world = peopled();
    world.act(make("root>other>lab>pc-2", None)).unwrap();
    for (account, user) in [("root>acme", "ann"), ("root>other", "olga"), ("root>acme>north", "nina"), ("root>other", "otto")] {
        world.staff(account, user, Role::Superuser);
    }
    for (user, number) in [("ann", 1), ("olga", 2), ("nina", 3)] {
        let id = world.0.user_named(AccountId::ROOT, user).unwrap().id;
        world.act_by(id, &enrols(number)).unwrap();
    }
    shared(&mut world);
    world
}

/// A yard whose profile is in a group of the account above, and whose group has a profile of that one.
fn shared(world: &mut World) {
    world.act(make("root>acme>yard", Some(Level::Site))).unwrap();
    let yara = world.staff("root>acme>yard", "yara", Role::Superuser);
    let group = |group: &str| Command::CreateGroup(of_json(json!({"name": group})));
    let Command::Upload(own) = upload("one", 0) else { unreachable!() };
    world.act_by(yara, &group("Yard")).unwrap();
    world.act_by(yara, &Command::Upload(Upload { guid: Guid::from_bytes([8; 16]), ..own })).unwrap();
    world.act(group("Finance")).unwrap();
    world.act(upload("one", 0)).unwrap();
    let member = UserPatch { add_groups: vec![name("Finance")], ..UserPatch::default() };
    world.act(Command::ModifyUser { name: "ann".into(), patch: member, phc: None }).unwrap();
    for (guid, groups) in [(8, vec![name("Finance")]), (9, vec![name("Finance"), name("Yard")])] {
        let (guid, patch) = (Guid::from_bytes([guid; 16]), ProfilePatch { add_groups: groups, ..ProfilePatch::default() });
        world.act(Command::ModifyProfile { guid, patch }).unwrap();
    }
}

fn enrols(number: u8) -> Command {
    Command::Enrol { installation: InstallationId::from_bytes([number; 16]), computer: "pc".into(), program: "x 1".into() }
}

fn of_json<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// A step as a command of the facts that there are.
fn command(world: &World, step: &Step) -> Command {
    let [one, two, three] = &step.picks;
    let pick = |all: &[&'static str], at: &Index| *at.get(all);
    let accounts = world.accounts();
    let account = || path(one.get(accounts.as_slice()).as_str());
    let users: Vec<String> = world.0.users().map(|user| user.name.to_string()).collect();
    let user = one.get(users.as_slice()).clone();
    let guid = Guid::from_bytes([if step.flag { 8 } else { 9 }; 16]);
    let group = pick(&GROUPS, two);
    match step.act {
        0 => Command::CreateGroup(of_json(json!({"name": group}))),
        1 => Command::DeleteGroup { name: group.into(), detach: step.flag },
        2 | 3 => {
            let (add, remove) = if step.act == 2 { (vec![name(group)], vec![]) } else { (vec![], vec![name(group)]) };
            let patch = UserPatch { add_groups: add, remove_groups: remove, ..UserPatch::default() };
            Command::ModifyUser { name: user, patch, phc: None }
        }
        4 => {
            let old = world.0.profile(AccountId::ROOT, &guid).map_or(0, |profile| profile.revision);
            let tombstone = world.0.tombstone(AccountId::ROOT, &guid).map_or(0, |tombstone| tombstone.revision);
            let Command::Upload(upload) = upload(if two.index(2) == 0 { "one" } else { "two" }, old.max(tombstone)) else {
                unreachable!()
            };
            Command::Upload(Upload { guid, ..upload })
        }
        5 | 6 => {
            let (add, remove) = if step.act == 5 { (vec![name(group)], vec![]) } else { (vec![], vec![name(group)]) };
            let delete = (three.index(4) == 0).then_some(step.flag);
            Command::ModifyProfile {
                guid,
                patch: ProfilePatch { add_groups: add, remove_groups: remove, delete, ..ProfilePatch::default() },
            }
        }
        7 => Command::DeleteProfile { guid },
        8 => Command::CreateSecurityProfile(of_json(json!({"name": pick(&RIGHTS, two), "rights": []}))),
        9 => Command::ModifyUser {
            name: user,
            patch: UserPatch { security_profile: Some(step.flag.then(|| name(pick(&RIGHTS, two)))), ..UserPatch::default() },
            phc: None,
        },
        10 => {
            let patch = match three.index(5) {
                0 => json!({"name": pick(&["north", "south", "pc-1"], two)}),
                1 => json!({"parent": pick(&PLACES, two)}),
                2 => json!({"policy": if step.flag { json!({"start": {"mode": "forced", "value": "1"}}) } else { json!({}) }}),
                3 => json!({"quota": if step.flag { json!({"hard": 5}) } else { json!({}) }}),
                _ => json!({"about": if step.flag { json!({"branding": {"name": "Blue"}}) } else { json!({}) }}),
            };
            Command::ModifyAccount { account: account(), patch: of_json(patch) }
        }
        11 => make(pick(&PLACES, two), (step.flag).then_some(Level::Site)),
        12 => live(
            &[&account().to_string()],
            if three.index(4) == 0 { Wish::Stand(Standing::Disabled) } else { Wish::Delete(morning()) },
        ),
        13 => enrols(u8::try_from(two.index(4)).unwrap() + 1),
        14 if step.flag => Command::DeleteUser { name: user },
        14 => Command::RemoveDevice {
            installation: InstallationId::from_bytes([u8::try_from(two.index(4)).unwrap() + 1; 16]),
            account: None,
        },
        _ => Command::AssignAgent { account: account(), agent: user },
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn equal_numbers_are_equal_heads_and_lists_whatever_is_done_off_3_pro_6(steps in steps()) {
        let mut world = estate();
        let mut said: BTreeMap<(DeviceId, Number), HeadAndList> = BTreeMap::new();
        for step in &steps {
            let actors = ["admin", "ann", "olga"];
            let Some(actor) = world.0.user_named(AccountId::ROOT, actors[step.actor]).map(|user| user.id) else { continue };
            let command = command(&world, step);
            drop(world.act_by(actor, &command));
            // What is due comes to pass at once.
            let due: Vec<AccountId> = world.0.accounts().filter(|row| row.life.is_due(morning())).map(|row| row.id).collect();
            for id in due {
                if let Ok(planned) = plan(&world.0, &Actor::system(), &drop_now(id), morning()) {
                    world.0 = world.0.apply(world.0.revision() + 1, &planned.changes);
                }
            }
            for device in world.0.devices() {
                let (number, content) = (world.0.number_for(device).unwrap(), world.0.head_for(device).unwrap());
                let before = said.entry((device.id, number)).or_insert_with(|| content.clone());
                prop_assert_eq!(&*before, &content, "{:?} at {:?} behind {:?}", device, number, command);
            }
        }
    }
}

/// Who only shares what belonged to an account that has gone hears of it.
#[test]
fn profiles_that_go_with_their_account_are_withdrawn_from_all_who_had_them_pro_6_pro_7_off_3() {
    let mut world = estate();
    let ann = world.0.user_named(AccountId::ROOT, "ann").unwrap().id;
    let told = |world: &World| {
        let device = world.0.devices().find(|device| device.user == ann).unwrap();
        (world.0.number_for(device).unwrap(), world.0.list_for(device).unwrap().profiles.len())
    };
    let before = told(&world);
    assert_eq!(before.1, 2);
    world.act(live(&["root>acme>yard"], Wish::Delete(morning()))).unwrap();
    let after = told(&world);
    assert!(after.0 > before.0 && after.1 == 1, "{before:?} {after:?}");
}
