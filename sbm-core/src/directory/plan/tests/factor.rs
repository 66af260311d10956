//! Second factors: of whom one is asked, and who takes one away (RUN-8, USR-10, DEC-1).

use super::*;
use crate::factor::{Channel, KeptAddress};
use crate::permission::{Ceiling, Task, TaskAccess};

fn kept() -> Kept {
    Kept { step: 7, recovery: vec![crate::id::Hash::of(b"one")], ..Kept::default() }
}

fn asked_of(everyone: bool, roles: &[Role]) -> Command {
    let rule = FactorRule { everyone, roles: roles.iter().copied().collect() };
    Command::ModifyServer(crate::wire::v1::admin::ServerPatch { second_factor: Some(rule), ..Default::default() })
}

fn remove(user: &str) -> Command {
    Command::RemoveFactor { name: Some(user.into()) }
}

/// `admin`, `manager` and `supporter` with those roles, and `carol` without any.
fn staffed() -> World {
    let mut world = World::new();
    for role in [Role::Administrator, Role::Manager, Role::Supporter] {
        let user = NewUser {
            name: name(role.name()),
            account: None,
            description: Text::default(),
            roles: RoleSet::NONE.with(role),
            security_profile: None,
            groups: vec![],
            new_groups: vec![],
        };
        world.act(Command::CreateUser { user, phc: phc() }).unwrap();
    }
    world.user("carol", None, &[]);
    world
}

fn may_see(world: &World, user: &str) -> Result<(), Code> {
    let actor = world.as_user(user, "10.0.0.5");
    authorise(&world.0, &actor, Task::Accounts, TaskAccess::Read).map_err(|refused| refused.code)
}

#[test]
fn who_is_asked_for_a_factor_and_has_none_may_only_enrol_one_dec_1_run_8() {
    let mut world = staffed();
    world.act(asked_of(false, &[Role::Manager])).unwrap();
    assert_eq!(may_see(&world, "manager"), Err(Code::DeniedSecondFactor));
    assert_eq!((may_see(&world, "admin"), may_see(&world, "supporter")), (Ok(()), Ok(())), "nobody asked them");
    assert_eq!(may_see(&world, "carol"), Err(Code::DeniedRole));
    let actor = world.as_user("manager", "10.0.0.5");
    let manager = ServerSubject::new(Subject::new(&world.0, world.0.user_named(AccountId::ROOT, "manager").unwrap()));
    let decision = manager.decide(Task::Devices, TaskAccess::Write);
    assert_eq!((decision.gate, decision.code), (Some(Gate::SecondFactor), Code::DeniedSecondFactor));
    let by_token = manager.limited(Some(Ceiling::default().with(Task::Devices, TaskAccess::Write)));
    assert_eq!(by_token.decide(Task::Devices, TaskAccess::Write), Decision::ALLOW, "tokens for programs are exempt");
    assert!(plan(&world.0, &actor, &Command::EnrolFactor(kept()), Timestamp::from_millis(5)).is_ok());

    assert_eq!(world.act_as("manager", Command::EnrolFactor(kept())), Ok(1));
    assert_eq!(may_see(&world, "manager"), Ok(()));
    world.act(asked_of(true, &[])).unwrap();
    assert_eq!(may_see(&world, "carol"), Err(Code::DeniedSecondFactor), "this gate comes before the roles");
    assert_eq!(may_see(&world, "admin"), Err(Code::DeniedSecondFactor), "also for who said so");
    assert_eq!(may_see(&world, "manager"), Ok(()));
    assert_eq!(world.act_as("admin", Command::EnrolFactor(kept())), Ok(1));
    assert_eq!(world.act(asked_of(false, &[])), Ok(1));
    assert_eq!((may_see(&world, "carol"), may_see(&world, "supporter")), (Err(Code::DeniedRole), Ok(())));
    assert_eq!(world.act(asked_of(false, &[])), Ok(0), "it was so already");
}

#[test]
fn a_factor_is_enrolled_once_and_gone_when_it_is_removed_run_8() {
    let mut world = staffed();
    let carol = world.0.user_named(AccountId::ROOT, "carol").unwrap().id;
    for code in [Command::RemoveFactor { name: None }, Command::NewRecoveryCodes { hashes: vec![] }] {
        assert_eq!(world.act_as("carol", code), Err(Code::NotFound));
    }
    assert_eq!(world.act_as("carol", Command::EnrolFactor(kept())), Ok(1));
    assert_eq!(world.act_as("carol", Command::EnrolFactor(kept())), Err(Code::InUse));
    assert_eq!(world.act_as("carol", Command::NewRecoveryCodes { hashes: vec![] }), Ok(1));
    assert!(world.0.has_factor(carol));
    assert_eq!(world.act_as("carol", Command::RemoveFactor { name: None }), Ok(1));
    assert!(!world.0.has_factor(carol));
    assert_eq!(world.act_as("carol", Command::EnrolFactor(kept())), Ok(1));
    world.act(Command::DeleteUser { name: "carol".into() }).unwrap();
    assert!(!world.0.has_factor(carol), "it goes with its user");
}

#[test]
fn somebody_else_s_factor_is_removed_by_who_reaches_him_usr_10_run_8() {
    for (actor, user, expected) in [
        ("admin", "carol", Ok(1)),
        ("admin", "administrator", Ok(1)),
        ("administrator", "carol", Ok(1)),
        ("administrator", "admin", Err(Code::DeniedRole)),
        ("administrator", "manager", Err(Code::DeniedRole)),
        ("manager", "carol", Err(Code::DeniedRole)),
        ("carol", "supporter", Err(Code::DeniedRole)),
        ("admin", "nobody", Err(Code::NotFound)),
    ] {
        let mut world = staffed();
        for owner in ["admin", "administrator", "manager", "supporter", "carol"] {
            world.act_as(owner, Command::EnrolFactor(kept())).unwrap();
        }
        assert_eq!(world.act_as(actor, remove(user)), expected, "{actor} removes {user}'s");
    }
    assert_eq!(staffed().act(remove("carol")), Err(Code::NotFound));
}

#[test]
fn an_address_takes_the_place_of_the_one_before_and_goes_with_all_others_when_they_are_reset_run_8_usr_10() {
    let mut world = staffed();
    let carol = world.0.user_named(AccountId::ROOT, "carol").unwrap().id;
    let confirm = |channel| Command::ConfirmChannel { channel, kept: KeptAddress::default(), shown: "…".into() };
    for channel in [Channel::Email, Channel::Sms, Channel::Email] {
        assert_eq!(world.act_as("carol", confirm(channel)), Ok(1));
    }
    assert!(world.0.has_factor(carol) && !world.0.has_authenticator(carol));
    assert_eq!(world.act_as("carol", Command::RemoveFactor { name: None }), Err(Code::NotFound), "she has no authenticator");
    assert_eq!(world.act_as("carol", Command::NewRecoveryCodes { hashes: vec![] }), Err(Code::NotFound));
    assert_eq!(world.act_as("carol", Command::EnrolFactor(kept())), Ok(1), "beside her addresses");
    assert_eq!(world.act_as("carol", Command::RemoveChannel { channel: Channel::Sms }), Ok(1));
    assert_eq!(world.act_as("manager", remove("carol")), Err(Code::DeniedRole));
    assert_eq!(world.act(remove("carol")), Ok(2));
    assert!(!world.0.has_factor(carol) && !world.0.has_factors());
    assert_eq!(world.act_as("carol", confirm(Channel::Sms)), Ok(1));
    world.act(Command::DeleteUser { name: "carol".into() }).unwrap();
    assert!(!world.0.has_factors(), "it goes with its user");
}

#[test]
fn the_log_of_changes_tells_other_servers_who_has_a_factor_and_nothing_of_it_run_8() {
    let user = UserId(7);
    let hashes = kept().recovery;
    let changes = [Change::Factor { user, kept: kept() }, Change::DropFactor(user), Change::RecoveryCodes { user, hashes }];
    let address =
        Change::Channel { user, channel: Channel::Email, kept: KeptAddress { sealed: vec![7], ..KeptAddress::default() } };
    assert_eq!(serde_json::to_string(&address).unwrap(), r#"{"channel":{"user":7,"channel":"email"}}"#);
    let texts: Vec<String> = changes.iter().map(|change| serde_json::to_string(change).unwrap()).collect();
    assert_eq!(texts, [r#"{"factor":{"user":7}}"#, r#"{"drop_factor":7}"#, r#"{"recovery_codes":{"user":7}}"#]);
    let read: Change = serde_json::from_str(&texts[0]).unwrap();
    let facts = fresh();
    assert!(facts.apply(2, core::slice::from_ref(&read)).has_factor(user));
    assert!(!facts.apply(2, &[read]).apply(3, &[Change::DropFactor(user)]).has_factor(user));
}
