//! `sbmctl account tree`: the accounts as a tree, with what each may store.

use std::collections::BTreeMap;

use clap::Args;
use sbm_client::admin::Admin;
use sbm_client::core::account::{AccountPath, AccountState};
use sbm_client::core::wire::v1::admin::{Account, ListQuery};

use super::level_name;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::text::{bytes, clean};
use crate::parse;

#[derive(Args, Debug)]
pub(crate) struct Tree {
    /// Only this account and those below it
    #[arg(value_name = "ACCOUNT", value_parser = parse::account)]
    below: Option<AccountPath>,
}

/// A node of the drawing; a part of names that nobody made an account of has none.
#[derive(Default)]
struct Node<'a> {
    account: Option<&'a Account>,
    /// By their keys, so that they stand in the order of their names; with the name as it is written.
    below: BTreeMap<String, (&'a str, Node<'a>)>,
}

pub(super) fn run(tree: &Tree, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let below = tree.below.as_ref().map(ToString::to_string);
    if let Some(below) = &tree.below {
        admin.account(below).map_err(super::unknown)?;
    }
    let query = ListQuery { account: below, limit: Some(500), ..ListQuery::default() };
    let accounts: Vec<Account> = admin.rows::<Account>(&query).collect::<Result<_, _>>()?;
    let text = drawn(&accounts);
    context.out.text(&accounts, &text)
}

/// The tree of these accounts, a line each.
fn drawn(accounts: &[Account]) -> String {
    let mut root = Node::default();
    for account in accounts {
        let node = account.account.split('>').fold(&mut root, |node, part| {
            let (_, below) = node.below.entry(sbm_client::core::name::key(part)).or_insert_with(|| (part, Node::default()));
            below
        });
        node.account = Some(account);
    }
    // What stands above one's own account is a part of its name and no node to draw.
    let mut prefix = String::new();
    while let [(_, (name, _))] = root.below.iter().collect::<Vec<_>>().as_slice()
        && root.below.values().all(|(_, node)| node.account.is_none())
    {
        prefix = format!("{prefix}{name}>");
        root = root.below.into_values().next().map(|(_, node)| node).unwrap_or_default();
    }
    let mut lines = Vec::new();
    for (name, node) in root.below.values() {
        draw(&format!("{prefix}{name}"), node, "", "", &mut lines);
    }
    let width = lines.iter().map(|(name, _): &(String, String)| name.chars().count()).max().unwrap_or_default();
    let lines = lines.into_iter().map(|(name, told)| {
        let gap = " ".repeat(width - name.chars().count() + 2);
        format!("{name}{gap}{told}").trim_end().to_owned() + "\n"
    });
    lines.collect()
}

fn draw(name: &str, node: &Node<'_>, before: &str, branch: &str, lines: &mut Vec<(String, String)>) {
    let shown = match node.account {
        Some(_) => clean(name),
        // In brackets, since it is none.
        None => format!("({})", clean(name)),
    };
    lines.push((format!("{before}{branch}{shown}"), node.account.map(told).unwrap_or_default()));
    let indent = match branch {
        "" => before.to_owned(),
        "└─ " => format!("{before}   "),
        _ => format!("{before}│  "),
    };
    let last = node.below.len();
    for (at, (name, below)) in node.below.values().enumerate() {
        draw(name, below, &indent, if at + 1 == last { "└─ " } else { "├─ " }, lines);
    }
}

/// What is to be said of an account beside its name.
fn told(account: &Account) -> String {
    let mut parts = vec![level_name(account.level).to_owned()];
    match account.state {
        AccountState::Active => {}
        AccountState::Disabled => parts.push("disabled".to_owned()),
        AccountState::Supervisor => parts.push("supervisor".to_owned()),
        AccountState::DeletionPending => parts.push("to be deleted".to_owned()),
    }
    match account.quota.hard {
        Some(hard) => parts.push(format!("{} {} of {}", bar(account.stored, hard), bytes(account.stored), bytes(hard))),
        None if account.stored > 0 => parts.push(bytes(account.stored)),
        None => {}
    }
    match account.devices {
        0 => {}
        devices => parts.push(crate::output::text::count(devices, "device")),
    }
    if !account.comment.is_empty() {
        parts.push(clean(account.comment.as_str()).replace('\n', " "));
    }
    parts.join(", ")
}

/// How full a quota is, in ten steps; the last one only where it is full.
fn bar(stored: u64, hard: u64) -> String {
    let full = if stored >= hard { 10 } else { (u128::from(stored) * 10 / u128::from(hard)) as usize };
    format!("[{}{}]", "#".repeat(full), ".".repeat(10 - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(account: &str, more: &str) -> Account {
        let text = format!(r#"{{"account":"{account}","state":"active"{more}}}"#);
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn the_tree_is_drawn_in_the_order_of_names_with_what_is_no_account_in_brackets_acc_1_acc_2() {
        let accounts = [
            account("root", r#","level":"reseller""#),
            account("root>Zoo", ""),
            account("root>acme", r#","level":"end_customer","quota":{"hard":500000000000},"stored":260000000000,"devices":2"#),
            account("root>acme>North>pc-1", r#","comment":"call Ann""#),
            account("root>acme>pc-2", r#","stored":1500"#),
        ];
        assert_eq!(
            drawn(&accounts),
            "root           reseller\n\
             ├─ acme        end_customer, [#####.....] 260 GB of 500 GB, 2 devices\n\
             │  ├─ (North)\n\
             │  │  └─ pc-1  backup, call Ann\n\
             │  └─ pc-2     backup, 1.5 kB\n\
             └─ Zoo         backup\n"
        );
    }

    #[test]
    fn a_bar_is_full_when_the_quota_is_and_not_before_acc_5() {
        let bars = [(0, 10), (1, 10), (9_999, 10_000), (10, 10), (99, 10), (0, 0), (u64::MAX - 1, u64::MAX)]
            .map(|(stored, hard)| bar(stored, hard));
        let [empty, one, nearly, full] = ["[..........]", "[#.........]", "[#########.]", "[##########]"];
        assert_eq!(bars, [empty, one, nearly, full, full, full, nearly]);
    }

    #[test]
    fn what_stands_above_ones_own_account_is_a_part_of_its_name_acc_4() {
        let accounts = [account("root>acme", ""), account("root>acme>pc", "")];
        assert_eq!(drawn(&accounts), "root>acme  backup\n└─ pc      backup\n");
        assert_eq!(drawn(&[]), "");
    }
}
