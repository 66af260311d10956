use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::ToString as _;

use super::*;
use proptest::prelude::*;

/// A tree as the server holds it.
#[derive(Clone, Debug, Default)]
struct Held {
    nodes: BTreeMap<u32, Node>,
    next: u32,
}

impl Nodes for Held {
    fn node(&self, id: AccountId) -> Option<NodeRef<'_>> {
        self.nodes.get(&id.0).map(|node| NodeRef { parent: node.parent, name: &node.name, kind: node.kind })
    }

    fn child(&self, of: Option<AccountId>, key: &str) -> Option<AccountId> {
        self.nodes.iter().find(|(_, node)| node.parent == of && node.name.key() == key).map(|(id, _)| AccountId(*id))
    }

    fn children(&self, of: AccountId) -> Vec<AccountId> {
        self.nodes.iter().filter(|(_, node)| node.parent == Some(of)).map(|(id, _)| AccountId(*id)).collect()
    }

    fn next(&self) -> AccountId {
        AccountId(self.next + 1)
    }
}

impl Held {
    fn apply(&mut self, changes: Changes) {
        for (id, node) in changes.put {
            assert!(node.parent.is_none_or(|parent| self.nodes.contains_key(&parent.0)), "those above come first");
            self.next = self.next.max(id.0);
            self.nodes.insert(id.0, node);
        }
        for id in changes.removed {
            assert!(self.children(id).is_empty(), "those below go first");
            self.nodes.remove(&id.0);
        }
    }

    fn make(&mut self, name: &str, kind: Kind) -> Result<AccountId, Refused> {
        let (id, changes) = create(self, &path(name), kind)?;
        self.apply(changes);
        Ok(id)
    }

    fn id(&self, name: &str) -> AccountId {
        find(self, &path(name)).unwrap()
    }

    /// The accounts by their full names.
    fn accounts(&self) -> BTreeMap<String, Kind> {
        let accounts = self.nodes.iter().filter(|(_, node)| node.kind != Kind::Virtual);
        accounts.map(|(id, node)| (full_name(self, AccountId(*id)).to_lowercase(), node.kind)).collect()
    }
}

fn path(text: &str) -> AccountPath {
    text.parse().unwrap()
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

const RESELLER: Kind = Kind::Organisation(Level::Reseller);
const CUSTOMER: Kind = Kind::Organisation(Level::EndCustomer);
const SITE: Kind = Kind::Organisation(Level::Site);

#[test]
fn a_parent_is_optional_and_keeps_its_children_when_it_comes_and_when_it_goes_acc_2() {
    let mut tree = Held::default();
    let c = tree.make("a>b>c", Kind::Backup).unwrap();
    assert_eq!(find(&tree, &path("a>b")), None, "nobody made it");
    assert_eq!(find(&tree, &path("A > B>c")), Some(c), "matched whole, without regard to case");
    assert_eq!((find(&tree, &path("b>c")), find(&tree, &path("c"))), (None, None), "never by a suffix");
    let b = tree.make("a>b", Kind::Backup).unwrap();
    assert_eq!(tree.node(c).unwrap().parent, Some(b));
    assert_eq!(tree.make("A>B", Kind::Backup), Err(Refused::NameTaken));
    tree.apply(remove(&tree, b).unwrap());
    assert_eq!((find(&tree, &path("a>b")), find(&tree, &path("a>b>c"))), (None, Some(c)), "the children live on");
    assert_eq!(tree.node(b), None, "and nothing of it does");
    let again = tree.make("a>b", Kind::Backup).unwrap();
    assert!(again > b && tree.node(c).unwrap().parent == Some(again));
    tree.apply(remove(&tree, again).unwrap());
    tree.apply(remove(&tree, c).unwrap());
    assert!(tree.nodes.is_empty(), "what held up nothing is gone");
    assert!(tree.make("a", Kind::Backup).unwrap() > c, "an id is never given out twice");
}

#[test]
fn an_organisation_never_ranks_above_one_that_it_stands_below_acc_3() {
    let mut tree = Held::default();
    tree.make("acme", CUSTOMER).unwrap();
    assert_eq!(tree.make("acme>north", RESELLER), Err(Refused::Level { below: Level::Reseller, above: Level::EndCustomer }));
    let north = tree.make("acme>desk>north", SITE).unwrap();
    assert_eq!(
        change(&tree, tree.id("acme"), Kind::Organisation(Level::Site)).map(|_| ()),
        Ok(()),
        "a site may stand below a site"
    );
    assert_eq!(
        tree.make("acme>desk>north>inner", CUSTOMER),
        Err(Refused::Level { below: Level::EndCustomer, above: Level::Site })
    );
    // What stands between counts by what is nearest below it.
    let other = tree.make("other>far>inner", CUSTOMER).unwrap();
    assert!(matches!(tree.make("other", SITE), Err(Refused::Level { below: Level::EndCustomer, above: Level::Site })));
    assert!(matches!(relocate(&tree, other, Some(north)), Err(Refused::Level { .. })));
    assert_eq!(effective_level(&tree, tree.id("acme>desk>north")), Some(Level::Site));
    let pc = tree.make("acme>pc-1", Kind::Backup).unwrap();
    assert_eq!(effective_level(&tree, pc), Some(Level::EndCustomer), "its nearest organisation's");
}

#[test]
fn a_move_makes_no_circle_takes_no_name_and_is_never_too_deep_acc_3() {
    let mut tree = Held::default();
    let a = tree.make("a", Kind::Backup).unwrap();
    let deep = tree.make("a>x>y", Kind::Backup).unwrap();
    tree.make("b>y", Kind::Backup).unwrap();
    let b = tree.make("b", Kind::Backup).unwrap();
    assert_eq!(relocate(&tree, a, Some(deep)), Err(Refused::Cycle));
    assert_eq!(relocate(&tree, a, Some(a)), Err(Refused::Cycle));
    assert_eq!(relocate(&tree, deep, Some(b)), Err(Refused::NameTaken));
    assert_eq!(rename(&tree, b, name("A")), Err(Refused::NameTaken));
    let root = relocate(&tree, deep, None).unwrap();
    assert_eq!(root.removed.len(), 1, "`a>x` held up nothing else");
    tree.apply(root);
    assert_eq!(full_name(&tree, deep), "y");
    tree.apply(rename(&tree, deep, name("Z")).unwrap());
    assert_eq!(find(&tree, &path("z")), Some(deep), "the id stays");

    let long = vec!["p"; AccountPath::MAX_DEPTH].join(">");
    let bottom = tree.make(&long, Kind::Backup).unwrap();
    assert_eq!(relocate(&tree, a, Some(bottom)), Err(Refused::TooDeep));
    assert_eq!(remove(&tree, AccountId(999)), Err(Refused::NotFound));
    let acme = tree.make("acme", RESELLER).unwrap();
    tree.make("acme>pc", Kind::Backup).unwrap();
    assert_eq!(remove(&tree, acme), Err(Refused::HasChildren), "an organisation has to be free of them");
}

#[derive(Clone, Debug)]
enum Step {
    Create(Vec<u8>, u8),
    Remove(usize),
    Rename(usize, u8),
    Relocate(usize, Option<usize>),
    Change(usize, u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (prop::collection::vec(0_u8..3, 1..5), 0_u8..6).prop_map(|(parts, kind)| Step::Create(parts, kind)),
        1 => any::<usize>().prop_map(Step::Remove),
        1 => (any::<usize>(), 0_u8..4).prop_map(|(at, name)| Step::Rename(at, name)),
        1 => (any::<usize>(), prop::option::of(any::<usize>())).prop_map(|(at, to)| Step::Relocate(at, to)),
        1 => (any::<usize>(), 0_u8..6).prop_map(|(at, kind)| Step::Change(at, kind)),
    ]
}

fn kind(number: u8) -> Kind {
    Level::from_number(number).map_or(Kind::Backup, Kind::Organisation)
}

/// The same as a set of names: nothing is virtual there, since a name is all there is.
type Names = BTreeMap<String, Kind>;

fn ranks(names: &Names) -> bool {
    names.iter().filter_map(|(name, kind)| Some((name, kind.level()?))).all(|(name, below)| {
        let above = names.iter().filter(|(other, _)| name.starts_with(&alloc::format!("{other}>")));
        above.filter_map(|(_, kind)| kind.level()).all(|above| below.may_stand_below(above))
    })
}

fn below<'n>(names: &'n Names, name: &'n str) -> impl Iterator<Item = &'n String> {
    names.keys().filter(move |other| **other != name && other.starts_with(&alloc::format!("{name}>")))
}

/// Whether a name or a part of one stands there.
fn is_there(names: &Names, name: &str) -> bool {
    names.contains_key(name) || below(names, name).next().is_some()
}

fn moved(names: &Names, from: &str, to: &str) -> Names {
    let renamed = |name: &String| match name.strip_prefix(from) {
        Some(rest) if rest.is_empty() || rest.starts_with('>') => alloc::format!("{to}{rest}"),
        _ => name.clone(),
    };
    names.iter().map(|(name, kind)| (renamed(name), *kind)).collect()
}

fn naive(names: &Names, step: &Step) -> Option<Names> {
    let all: Vec<&String> = names.keys().collect();
    let pick = |at: usize| (!all.is_empty()).then(|| all[at % all.len()].clone());
    let parent = |name: &str| name.rsplit_once('>').map(|(parent, _)| parent.to_string());
    let after = match step {
        Step::Create(parts, number) => {
            let name = parts.iter().map(|part| alloc::format!("n{part}")).collect::<Vec<_>>().join(">");
            if names.contains_key(&name) {
                return None;
            }
            let mut after = names.clone();
            after.insert(name, kind(*number));
            after
        }
        Step::Remove(at) => {
            let name = pick(*at)?;
            if names[&name].level().is_some() && below(names, &name).next().is_some() {
                return None;
            }
            let mut after = names.clone();
            after.remove(&name);
            after
        }
        Step::Rename(at, part) => {
            let name = pick(*at)?;
            let new = parent(&name).map_or_else(|| alloc::format!("n{part}"), |parent| alloc::format!("{parent}>n{part}"));
            if new != name && is_there(names, &new) {
                return None;
            }
            moved(names, &name, &new)
        }
        Step::Relocate(at, to) => {
            let name = pick(*at)?;
            let to = to.and_then(pick);
            let own = name.rsplit('>').next().unwrap();
            let new = to.as_ref().map_or_else(|| own.to_string(), |to| alloc::format!("{to}>{own}"));
            if to.as_ref().is_some_and(|to| *to == name || to.starts_with(&alloc::format!("{name}>"))) {
                return None;
            }
            if new != name && is_there(names, &new) {
                return None;
            }
            moved(names, &name, &new)
        }
        Step::Change(at, number) => {
            let name = pick(*at)?;
            let mut after = names.clone();
            after.insert(name, kind(*number));
            after
        }
    };
    ranks(&after).then_some(after)
}

proptest! {
    #[test]
    fn the_tree_is_what_the_set_of_its_names_is_acc_1_acc_2_acc_3(steps in prop::collection::vec(step(), 0..40)) {
        let (mut tree, mut names) = (Held::default(), Names::new());
        for step in steps {
            let all: Vec<String> = names.keys().cloned().collect();
            let pick = |at: usize| (!all.is_empty()).then(|| tree.id(&all[at % all.len()]));
            let changes = match &step {
                Step::Create(parts, number) => {
                    let name = parts.iter().map(|part| alloc::format!("N{part}")).collect::<Vec<_>>().join(" > ");
                    Some(create(&tree, &path(&name), kind(*number)).map(|(_, changes)| changes))
                }
                Step::Remove(at) => pick(*at).map(|id| remove(&tree, id)),
                Step::Rename(at, part) => pick(*at).map(|id| rename(&tree, id, name(&alloc::format!("n{part}")))),
                Step::Relocate(at, to) => pick(*at).map(|id| relocate(&tree, id, to.and_then(pick))),
                Step::Change(at, number) => pick(*at).map(|id| change(&tree, id, kind(*number))),
            };
            let expected = naive(&names, &step);
            prop_assert_eq!(changes.as_ref().is_some_and(Result::is_ok), expected.is_some(), "{:?} in {:?}: {:?}", step, names, changes);
            if let (Some(Ok(changes)), Some(after)) = (changes, expected) {
                tree.apply(changes);
                names = after;
            }
            prop_assert_eq!(tree.accounts(), names.clone());
            // Nothing virtual is left that holds up nothing.
            let parents: BTreeSet<AccountId> = tree.nodes.values().filter_map(|node| node.parent).collect();
            for (id, node) in &tree.nodes {
                prop_assert!(node.kind != Kind::Virtual || parents.contains(&AccountId(*id)), "{:?}", node);
            }
        }
    }
}
