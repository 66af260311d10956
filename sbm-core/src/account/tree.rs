//! The tree of accounts: names, virtual parents, levels (ACC-1 to ACC-3).
//!
//! 1. An account is a node, and so is a part of a name that nobody made an account of: `a>b>c` may exist without `a>b`, which
//!    is *virtual* then. A virtual node keeps its id when it becomes an account, so that what is below it is at once below
//!    that account. An account that is removed and has children leaves a virtual node of another id: whatever is kept by the
//!    id of an account is that account's alone, and a later one of its name gets none of it. A virtual node without children
//!    goes.
//! 2. An organisation never ranks above the nearest organisation above it. Whoever makes, moves or changes one is judged by
//!    what is above and by what is below.
//! 3. A rule is asked of any [`Nodes`] and answers with the rows that change. Nothing is changed in here.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::level::Level;
use super::path::AccountPath;
use crate::code::Code;
use crate::id::AccountId;
use crate::name::Name;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A part of a name; no account.
    Virtual,
    /// The silo of one machine, which may have accounts below it.
    Backup,
    /// An organisation.
    Organisation(Level),
}

impl Kind {
    /// The level, if it has one.
    #[must_use]
    pub const fn level(self) -> Option<Level> {
        match self {
            Self::Organisation(level) => Some(level),
            Self::Virtual | Self::Backup => None,
        }
    }
}

/// A node of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The node above; none for a root.
    pub parent: Option<AccountId>,
    /// Its part of the name.
    pub name: Name,
    /// What it is.
    pub kind: Kind,
}

/// A node where it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeRef<'a> {
    /// The node above; none for a root.
    pub parent: Option<AccountId>,
    /// Its part of the name.
    pub name: &'a Name,
    /// What it is.
    pub kind: Kind,
}

impl NodeRef<'_> {
    fn to_node(self) -> Node {
        Node { parent: self.parent, name: self.name.clone(), kind: self.kind }
    }
}

/// A tree, as far as its rules ask.
pub trait Nodes {
    /// The node of that id.
    fn node(&self, id: AccountId) -> Option<NodeRef<'_>>;
    /// The child of a node with a name of that key ([`Name::key`]); a root, without a node.
    fn child(&self, of: Option<AccountId>, key: &str) -> Option<AccountId>;
    /// The children of a node.
    fn children(&self, of: AccountId) -> Vec<AccountId>;
    /// The first id that nobody ever had.
    fn next(&self) -> AccountId;
}

/// What changes: nodes that are put, and nodes that go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Nodes to put, those above first.
    pub put: Vec<(AccountId, Node)>,
    /// Nodes to remove, those below first.
    pub removed: Vec<AccountId>,
}

/// Why a change of the tree is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such account.
    NotFound,
    /// There is an account of that name already.
    NameTaken,
    /// An organisation would rank above one that it stands below.
    Level {
        /// The one below.
        below: Level,
        /// The one above.
        above: Level,
    },
    /// An account would stand below itself.
    Cycle,
    /// A name would have more parts than there may be.
    TooDeep,
    /// It still has accounts below it.
    HasChildren,
}

impl Refused {
    /// Its code in the one table.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::NotFound,
            Self::NameTaken => Code::NameTaken,
            Self::Level { .. } | Self::Cycle | Self::TooDeep => Code::InvalidAccount,
            Self::HasChildren => Code::InUse,
        }
    }
}

/// The account of that full name; a virtual node is none.
#[must_use]
pub fn find(nodes: &impl Nodes, path: &AccountPath) -> Option<AccountId> {
    let id = path.parts().iter().try_fold(None, |above, part| nodes.child(above, &part.key()).map(Some)).flatten()?;
    nodes.node(id).filter(|node| node.kind != Kind::Virtual).map(|_| id)
}

/// Makes an account of that full name.
///
/// # Errors
///
/// [`Refused::NameTaken`], [`Refused::Level`].
pub fn create(nodes: &impl Nodes, path: &AccountPath, kind: Kind) -> Result<(AccountId, Changes), Refused> {
    let (mut above, mut put) = (None, Vec::new());
    let mut fresh = nodes.next().0;
    let last = path.parts().len() - 1;
    for (at, part) in path.parts().iter().enumerate() {
        let existing = if put.is_empty() { nodes.child(above, &part.key()) } else { None };
        let kind = if at == last { kind } else { Kind::Virtual };
        let id = match existing.and_then(|id| Some((id, nodes.node(id)?))) {
            Some((id, node)) if at == last => {
                if node.kind != Kind::Virtual {
                    return Err(Refused::NameTaken);
                }
                put.push((id, Node { kind, ..node.to_node() }));
                id
            }
            Some((id, _)) => id,
            None => {
                let id = AccountId(fresh);
                fresh += 1;
                put.push((id, Node { parent: above, name: part.clone(), kind }));
                id
            }
        };
        above = Some(id);
    }
    let id = above.ok_or(Refused::NotFound)?;
    let parent = put.iter().find_map(|(_, node)| node.parent.filter(|parent| nodes.node(*parent).is_some()));
    check_levels(nodes, parent, kind, &nodes.children(id))?;
    Ok((id, Changes { put, removed: Vec::new() }))
}

/// Makes an account what it is not: another level, none, or its first.
///
/// # Errors
///
/// [`Refused::NotFound`], [`Refused::Level`].
pub fn change(nodes: &impl Nodes, id: AccountId, kind: Kind) -> Result<Changes, Refused> {
    let node = account(nodes, id)?;
    check_levels(nodes, node.parent, kind, &nodes.children(id))?;
    Ok(Changes { put: vec![(id, Node { kind, ..node.to_node() })], removed: Vec::new() })
}

/// Gives an account another name in its place.
///
/// # Errors
///
/// [`Refused::NotFound`], [`Refused::NameTaken`], also by a virtual node: its children would change their owner.
pub fn rename(nodes: &impl Nodes, id: AccountId, name: Name) -> Result<Changes, Refused> {
    let node = account(nodes, id)?;
    check_free(nodes, node.parent, &name, id)?;
    Ok(Changes { put: vec![(id, Node { name, ..node.to_node() })], removed: Vec::new() })
}

/// Puts an account and all that is below it below another one, or makes it a root.
///
/// # Errors
///
/// [`Refused::NotFound`], [`Refused::Cycle`], [`Refused::NameTaken`], [`Refused::TooDeep`], [`Refused::Level`].
pub fn relocate(nodes: &impl Nodes, id: AccountId, to: Option<AccountId>) -> Result<Changes, Refused> {
    let node = account(nodes, id)?;
    if let Some(to) = to {
        account(nodes, to)?;
        if way_up(nodes, Some(to)).any(|above| above == id) {
            return Err(Refused::Cycle);
        }
    }
    if node.parent == to {
        return Ok(Changes::default());
    }
    check_free(nodes, to, node.name, id)?;
    if way_up(nodes, to).count() + height(nodes, id) > AccountPath::MAX_DEPTH {
        return Err(Refused::TooDeep);
    }
    check_levels(nodes, to, node.kind, &nodes.children(id))?;
    let moved = Node { parent: to, ..node.to_node() };
    Ok(Changes { put: vec![(id, moved)], removed: emptied(nodes, node.parent, id) })
}

/// Removes an account. One of a machine leaves those below it where they are, below a node of another id; an organisation has
/// to be free of them.
///
/// # Errors
///
/// [`Refused::NotFound`], [`Refused::HasChildren`].
pub fn remove(nodes: &impl Nodes, id: AccountId) -> Result<Changes, Refused> {
    let node = account(nodes, id)?;
    if nodes.children(id).is_empty() {
        let mut removed = vec![id];
        removed.extend(emptied(nodes, node.parent, id));
        return Ok(Changes { put: Vec::new(), removed });
    }
    if node.kind.level().is_some() {
        return Err(Refused::HasChildren);
    }
    let left = nodes.next();
    let below = nodes.children(id).into_iter();
    let below = below.filter_map(|child| Some((child, Node { parent: Some(left), ..nodes.node(child)?.to_node() })));
    let put = [(left, Node { kind: Kind::Virtual, ..node.to_node() })].into_iter().chain(below).collect();
    Ok(Changes { put, removed: vec![id] })
}

/// The level that counts for an account: its own, or that of the nearest organisation above it (ACC-3).
#[must_use]
pub fn effective_level(nodes: &impl Nodes, id: AccountId) -> Option<Level> {
    way_up(nodes, Some(id)).find_map(|id| nodes.node(id)?.kind.level())
}

/// The full name of a node.
#[must_use]
pub fn full_name(nodes: &impl Nodes, id: AccountId) -> String {
    let mut parts: Vec<&str> = way_up(nodes, Some(id)).filter_map(|id| Some(nodes.node(id)?.name.as_str())).collect();
    parts.reverse();
    parts.join(">")
}

fn account(nodes: &impl Nodes, id: AccountId) -> Result<NodeRef<'_>, Refused> {
    nodes.node(id).filter(|node| node.kind != Kind::Virtual).ok_or(Refused::NotFound)
}

/// A node and those above it.
fn way_up(nodes: &impl Nodes, from: Option<AccountId>) -> impl Iterator<Item = AccountId> {
    core::iter::successors(from, |id| nodes.node(*id)?.parent).take(AccountPath::MAX_DEPTH + 1)
}

fn check_free(nodes: &impl Nodes, below: Option<AccountId>, name: &Name, own: AccountId) -> Result<(), Refused> {
    match nodes.child(below, &name.key()) {
        Some(other) if other != own => Err(Refused::NameTaken),
        _ => Ok(()),
    }
}

/// Whether something of that kind may stand there: below what is above, above the organisations that are nearest below.
fn check_levels(nodes: &impl Nodes, parent: Option<AccountId>, kind: Kind, children: &[AccountId]) -> Result<(), Refused> {
    let above = parent.and_then(|parent| effective_level(nodes, parent));
    let Some(above) = kind.level().or(above) else { return Ok(()) };
    let own = parent.and_then(|parent| effective_level(nodes, parent)).zip(kind.level());
    if let Some((above, below)) = own.filter(|(above, below)| !below.may_stand_below(*above)) {
        return Err(Refused::Level { below, above });
    }
    let mut look: Vec<AccountId> = children.to_vec();
    while let Some(id) = look.pop() {
        match nodes.node(id).and_then(|node| node.kind.level()) {
            Some(below) if !below.may_stand_below(above) => return Err(Refused::Level { below, above }),
            // Those further below were judged by this one.
            Some(_) => {}
            None => look.extend(nodes.children(id)),
        }
    }
    Ok(())
}

/// How many nodes there are on the longest way down, the node itself included.
fn height(nodes: &impl Nodes, id: AccountId) -> usize {
    let (mut level, mut height) = (vec![id], 0);
    while !level.is_empty() {
        height += 1;
        level = level.into_iter().flat_map(|id| nodes.children(id)).collect();
    }
    height
}

/// Virtual nodes from there up that hold up nothing any more when that child has gone.
fn emptied(nodes: &impl Nodes, from: Option<AccountId>, child: AccountId) -> Vec<AccountId> {
    let (mut gone, mut last) = (Vec::new(), child);
    for id in way_up(nodes, from) {
        let is_virtual = nodes.node(id).is_some_and(|node| node.kind == Kind::Virtual);
        if !is_virtual || nodes.children(id).iter().any(|other| *other != last) {
            break;
        }
        gone.push(id);
        last = id;
    }
    gone
}

#[cfg(test)]
mod tests;
