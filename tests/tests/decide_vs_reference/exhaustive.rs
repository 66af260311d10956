//! Small worlds, all of them.

use sbm_tests::reference::doors::{Door, Plain};
use sbm_tests::reference::worlds::{ACCOUNTS, ACTS, GROUPS, PROFILES, REASONS, RIGHTS, STATES};
use sbm_tests::reference::{Fact, Question, Word, answer};

const ANN: Word = "ann";
const FINANCE: Word = "finance";
const PHOTOS: Word = "photos";

/// No security profile, an empty one, each right alone and each pair; all access is among them.
fn small_sets_of_rights() -> Vec<Option<Vec<Word>>> {
    let pairs = RIGHTS.iter().enumerate().flat_map(|(at, one)| RIGHTS.iter().skip(at + 1).map(|other| vec![*one, *other]));
    let sets = [vec![]].into_iter().chain(RIGHTS.iter().map(|right| vec![*right])).chain(pairs);
    [None].into_iter().chain(sets.map(Some)).collect()
}

#[test]
fn every_small_world_of_rights_states_entitlements_and_standings_agrees_dec_1() {
    let floors = REASONS.into_iter().flat_map(|code| [Some(Fact::Floor(code)), Some(Fact::Bare(code))]);
    let standings: Vec<Option<Fact>> =
        [None, Some(Fact::Unmanaged), Some(Fact::Disabled(ANN))].into_iter().chain(floors).collect();
    let states: Vec<Option<Word>> = [None].into_iter().chain(STATES.map(Some)).collect();
    let entitlements: [&[Fact]; 4] = [
        &[],
        &[Fact::Marked(FINANCE)],
        &[Fact::Member(ANN, "crew"), Fact::Shared(FINANCE, "crew")],
        &[Fact::Member(ANN, "crew"), Fact::Shared(FINANCE, "crew"), Fact::Marked(FINANCE)],
    ];
    let mut asked = 0_u32;
    for rights in small_sets_of_rights() {
        for (state, standing) in states.iter().flat_map(|state| standings.iter().map(move |standing| (state, standing))) {
            for entitlement in entitlements {
                for room in [None, Some(0), Some(10)] {
                    let mut facts = vec![Fact::Belongs(ANN, "pc-1"), Fact::Below("pc-1", "acme")];
                    if let Some(rights) = &rights {
                        facts.push(Fact::Has(ANN, "keeper"));
                        facts.extend(rights.iter().map(|right| Fact::Grants("keeper", right)));
                    }
                    facts.extend(state.map(|state| Fact::State("pc-1", state)));
                    facts.extend(*standing);
                    facts.extend(entitlement);
                    facts.extend(room.map(|room| Fact::Room("acme", room)));
                    asked += compare_one_profile(&facts);
                }
            }
        }
    }
    assert_eq!(asked, 68 * 4 * 13 * 4 * 3 * (9 * 2 + 2 * 2 * 3));
}

/// Every act on no profile and on one managed profile; backups with an estimate below, at and above the room.
fn compare_one_profile(facts: &[Fact]) -> u32 {
    let plain = Plain::new(facts, ANN);
    let mut asked = 0;
    for act in ACTS {
        let estimates: &[u64] = if act.starts_with("run_") { &[0, 10, 11] } else { &[11] };
        for profile in [None, Some(FINANCE)] {
            for estimate in estimates {
                let question = Question { user: ANN, act, profile, estimate: *estimate, at: 0 };
                assert_eq!(plain.ask(&question), answer(facts, &question), "{question:?} in {facts:?}");
                asked += 1;
            }
        }
    }
    asked
}

/// What a user is in the backup program: nobody, somebody with two rights, somebody with all.
const ROLES: [&[Fact]; 3] = [
    &[],
    &[Fact::Has(ANN, "end user"), Fact::Grants("end user", "run_manually"), Fact::Grants("end user", "restore")],
    &[Fact::Has(ANN, "keeper"), Fact::Grants("keeper", "all_access")],
];

/// Every set of the groups, as facts.
fn subsets(make: fn(Word) -> Fact) -> Vec<Vec<Fact>> {
    let chosen = |bits: u8| GROUPS.into_iter().enumerate().filter(move |(at, _)| bits & (1 << at) != 0);
    (0..8).map(|bits| chosen(bits).map(|(_, group)| make(group)).collect()).collect()
}

/// The account of the user and those above it.
fn path(depth: usize) -> Vec<Fact> {
    let path = ACCOUNTS.get(..depth).unwrap();
    let below = path.windows(2).map(|pair| Fact::Below(pair[1], pair[0]));
    below.chain(path.last().map(|account| Fact::Belongs(ANN, account))).collect()
}

/// Three roles, three groups with the user and two managed profiles in any of them, marked or not, three depths: each of
/// these worlds through each door, with every question.
#[test]
fn every_small_world_of_roles_groups_profiles_and_depths_agrees_at_every_door_dec_1_dec_4_pro_1_pro_6() {
    let marks: [&[Fact]; 4] =
        [&[], &[Fact::Marked(FINANCE)], &[Fact::Marked(PHOTOS)], &[Fact::Marked(FINANCE), Fact::Marked(PHOTOS)]];
    let (members, finance, photos) = (
        subsets(|group| Fact::Member(ANN, group)),
        subsets(|group| Fact::Shared(FINANCE, group)),
        subsets(|group| Fact::Shared(PHOTOS, group)),
    );
    let mut asked = 0_u32;
    for (depth, role) in (1..=3).flat_map(|depth| ROLES.iter().map(move |role| (depth, *role))) {
        for (member, finance) in members.iter().flat_map(|member| finance.iter().map(move |finance| (member, finance))) {
            for (photos, marks) in photos.iter().flat_map(|photos| marks.iter().map(move |marks| (photos, *marks))) {
                let mut facts = path(depth);
                facts.extend(role.iter().chain(member).chain(finance).chain(photos).chain(marks));
                asked += compare_doors(&facts);
            }
        }
    }
    assert_eq!(asked, 3 * 3 * 8 * 8 * 8 * 4 * 44);
}

fn compare_doors(facts: &[Fact]) -> u32 {
    let (plain, door) = (Plain::new(facts, ANN), Door::new(facts));
    let client = door.client(ANN);
    let mut asked = 0;
    for profile in PROFILES.map(Some).into_iter().chain([None]) {
        for act in ACTS {
            let question = Question { user: ANN, act, profile, estimate: 0, at: 0 };
            let expected = answer(facts, &question);
            assert_eq!(plain.ask(&question), expected, "the engine, asked {question:?} in {facts:?}");
            assert_eq!(door.ask(&question), expected, "the server, asked {question:?} in {facts:?}");
            assert_eq!(client.ask(&question), expected, "the client, asked {question:?} in {facts:?}");
            asked += 1;
        }
    }
    asked
}

/// Every state of every account of the path, and every room: one's own state counts, and the tightest room (ACC-5, ACC-6).
#[test]
fn every_small_world_of_states_and_rooms_along_the_path_agrees_dec_1_acc_5_acc_6() {
    let states: Vec<Option<Word>> = [None].into_iter().chain(STATES.map(Some)).collect();
    let mut asked = 0_u32;
    for (depth, at) in (1..=3_u32).flat_map(|depth| (0..12_usize.pow(depth)).map(move |at| (depth, at))) {
        let mut facts = path(depth as usize);
        facts.extend(ROLES[1].iter().chain(&[Fact::Member(ANN, "crew"), Fact::Shared(FINANCE, "crew")]));
        let mut rest = at;
        for account in &ACCOUNTS[..depth as usize] {
            facts.extend(states[rest % 4].map(|state| Fact::State(account, state)));
            facts.extend([None, Some(0), Some(10)][rest / 4 % 3].map(|room| Fact::Room(account, room)));
            rest /= 12;
        }
        asked += compare_one_profile(&facts);
    }
    assert_eq!(asked, (12 + 144 + 1_728) * (9 * 2 + 2 * 2 * 3));
}

/// A contact, a clock that was seen later, and the moment of the question, around the edge of a longest time offline.
#[test]
fn every_small_age_agrees_at_the_client_and_at_the_engine_off_3() {
    let edge = [0, 1, 3_599, 3_600, 3_601, 7_200];
    for (limit, contact) in [None, Some(3_600)].into_iter().flat_map(|limit| [0, 1, 3_600].map(move |contact| (limit, contact))) {
        for (clock, at) in [None, Some(0), Some(3_601), Some(7_201)].into_iter().flat_map(|clock| edge.map(move |at| (clock, at)))
        {
            for disabled in [false, true] {
                let mut facts = path(2);
                facts.extend(ROLES[2].iter().chain(&[Fact::Member(ANN, "crew"), Fact::Shared(FINANCE, "crew")]));
                facts.extend(limit.map(Fact::Limit).into_iter().chain([Fact::Contact(contact)]).chain(clock.map(Fact::Clock)));
                facts.extend(disabled.then_some(Fact::Disabled(ANN)));
                let (plain, client) = (Plain::new(&facts, ANN), Door::new(&facts).client(ANN));
                for (act, profile) in ACTS.into_iter().flat_map(|act| [None, Some(FINANCE)].map(|profile| (act, profile))) {
                    let question = Question { user: ANN, act, profile, estimate: 0, at };
                    let expected = answer(&facts, &question);
                    assert_eq!(plain.ask(&question), expected, "{question:?} in {facts:?}");
                    assert_eq!(client.ask(&question), expected, "the client, asked {question:?} in {facts:?}");
                }
            }
        }
    }
}
