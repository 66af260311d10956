//! `sbmctl allow` (NET-2 to NET-7).

use clap::{ArgGroup, Args, Subcommand};
use sbm_client::admin::Admin;
use sbm_client::core::allowlist::AllowKind;
use sbm_client::core::code::Code;
use sbm_client::core::id::AllowId;
use sbm_client::core::name::Text;
use sbm_client::core::wire::v1::admin::{AllowEntry, AllowFinding, AllowTest, AllowVerdict, ListQuery, NewAllowEntry};

use crate::cells;
use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, columns};
use crate::output::table::{Cell, Column, Row, Tone, long, number, text};
use crate::output::text::{joined, or_dash};
use crate::parse;
use crate::prompt::Consent;

#[derive(Subcommand, Debug)]
pub(crate) enum Allow {
    /// Admit an address, a range of them, or host names
    Add(Add),
    /// List who is admitted
    List(List),
    /// Remove an entry; it counts from the next request on
    Remove(Remove),
    /// Say whether a client with this address would be admitted, and by what
    Test(Test),
    /// Look for entries that are risky or useless
    Lint(Lint),
}

#[derive(Args, Debug)]
#[command(after_help = "\
Addresses:
  192.168.1.7     this address
  192.168         every address that begins so, at whole parts: 192.168.x.x
  192.168.0.0/16  the same as a network
  2001:db8::/32   a network of IPv6
  literal:192.16  every address whose text begins so, 192.160.x.x too; for lists from elsewhere
  localhost       the server's own machine
  '*'             every address

Host names, with --name; a client's name is looked up and must lead back to its address:
  =desk-7.example   exactly this name
  .example          every name below it
  mys               every name that begins so, which is weak
  '*'               every name

An address OR a name admits. `sbmctl allow lint` tells what deserves a look.")]
pub(crate) struct Add {
    /// Address, leading part of one, network, or `*`; with --name a host name
    #[arg(required = true, value_name = "PATTERN")]
    patterns: Vec<String>,
    /// The patterns are of host names
    #[arg(short, long)]
    name: bool,
    /// What to say of it
    #[arg(short, long, value_name = "TEXT", value_parser = parse::description)]
    comment: Option<Text>,
}

#[derive(Args, Debug)]
#[command(after_help = columns::<AllowEntry>())]
pub(crate) struct List {
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
#[command(after_help = "Exit code 0: admitted. 4: not admitted.")]
pub(crate) struct Test {
    /// Address of the client
    address: String,
    /// Take this for its confirmed name, in place of a look-up
    #[arg(short, long, value_name = "HOST")]
    name: Option<String>,
}

#[derive(Args, Debug)]
#[command(after_help = columns::<AllowFinding>())]
pub(crate) struct Lint {
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("entry").required(true).args(["pattern", "id"]))]
pub(crate) struct Remove {
    /// Pattern of the entry, as the list shows it
    pattern: Option<String>,
    /// Number of the entry instead
    #[arg(long, value_name = "ID", value_parser = parse::number::<u32>)]
    id: Option<u32>,
    /// Remove it even if it admits this machine; it answers every question
    #[arg(long)]
    confirm: bool,
    #[command(flatten)]
    consent: Consent,
}

impl Row for AllowEntry {
    const COLUMNS: &'static [Column] = &[number("ID"), text("KIND"), text("PATTERN"), long("COMMENT")];

    fn cells(&self) -> Vec<Cell> {
        cells![self.id.0, kind(self.kind), &self.pattern, &self.comment]
    }
}

impl Row for AllowFinding {
    const COLUMNS: &'static [Column] =
        &[number("ID"), text("KIND"), text("PATTERN").of("entry"), text("FINDING"), long("WHAT TO DO").of("sentence")];

    fn cells(&self) -> Vec<Cell> {
        let entry = &self.entry;
        cells![entry.id.0, kind(entry.kind), &entry.pattern, &self.finding, &self.sentence]
    }
}

const fn kind(kind: AllowKind) -> &'static str {
    match kind {
        AllowKind::Address => "address",
        AllowKind::Name => "name",
    }
}

pub(crate) fn run(command: Allow, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Allow::Add(add) => add_all(&add, &admin, context),
        Allow::List(list) => {
            let none = "no entry fits; without any, only this machine itself is admitted";
            list.listing.show::<AllowEntry>(&admin, ListQuery::default(), context, none)
        }
        Allow::Remove(remove) => remove_one(&remove, &admin, context),
        Allow::Test(test) => {
            let verdict = admin.test_allow(&AllowTest { address: test.address, name: test.name })?;
            context.out.facts(&verdict, &facts(&verdict))?;
            // What is wrong has been said; the exit code says it too.
            if verdict.admitted { Ok(()) } else { Err(Failure::new(Code::DeniedAddress, verdict.sentence).quietly()) }
        }
        Allow::Lint(lint) => {
            let none = "nothing about the allowlist deserves a second look";
            if lint.listing.is_sorted() {
                let query = lint.listing.query::<AllowFinding>(ListQuery::default());
                return lint.listing.show_rows(admin.allowlist_finding_rows(&query), context, none);
            }
            let query = lint.listing.whole_query::<AllowFinding>(ListQuery::default());
            let mut findings = admin.allowlist_finding_rows(&query).collect::<Result<Vec<_>, _>>()?;
            findings.sort_by_key(|finding| (severity(&finding.finding), finding.entry.id));
            lint.listing.show_rows(findings.into_iter().map(Ok), context, none)
        }
    }
}

/// What comes first: what admits nobody or everybody, then what is wider than it looks, then what is only needless. What this
/// program does not know may be anything.
fn severity(finding: &str) -> usize {
    const ORDER: [&str; 9] = [
        "not_a_pattern",
        "opens_to_all",
        "literal_is_wider",
        "leading_part_of_name",
        "wide_suffix",
        "readings_differ",
        "covered",
        "literal_is_needless",
        "text_would_widen",
    ];
    ORDER.iter().position(|known| *known == finding).map_or(0, |place| place + 1)
}

fn add_all(add: &Add, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let kind = if add.name { AllowKind::Name } else { AllowKind::Address };
    let comment = add.comment.clone().unwrap_or_default();
    let mut entries = Vec::new();
    for pattern in &add.patterns {
        let new = NewAllowEntry { kind, pattern: pattern.clone(), comment: comment.clone() };
        entries.push(admin.add_allow(&new).map_err(|error| {
            Failure::from(error)
                .hint_for(Code::InvalidPattern, "`sbmctl allow add --help` shows the forms; `--name` is for host names")
                .after(entries.len(), "added")
        })?);
    }
    let sentence =
        format!("admitted {}", joined(entries.iter().map(|entry| format!("`{}` (entry {})", entry.pattern, entry.id.0))));
    match entries.as_slice() {
        [one] => context.out.changed(one, &sentence)?,
        several => context.out.changed(&several, &sentence)?,
    }
    // What deserves a look is told at once; a server that cannot tell keeps nothing from being done.
    let findings = admin.lint_allowlist().unwrap_or_default();
    let is_added = |finding: &&AllowFinding| entries.iter().any(|entry| entry.id == finding.entry.id);
    // A whole address means what it says here; that a textual reading would widen it is for `lint`.
    let is_risk = |finding: &&AllowFinding| finding.finding != "text_would_widen";
    for finding in findings.iter().filter(is_added).filter(is_risk) {
        context.out.note(&format!("Note: {}", finding.sentence))?;
    }
    Ok(())
}

fn remove_one(remove: &Remove, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let entry = find(admin.allowlist()?, remove)?;
    if !remove.confirm {
        remove.consent.ask(&format!("remove `{}` (entry {}) from the allowlist?", entry.pattern, entry.id.0))?;
    }
    let removed = match admin.remove_allow(entry.id, remove.confirm) {
        Err(error) if error.code() == Code::ConfirmationNeeded => {
            let question = "this entry admits the machine you are at; without it you are shut out. Remove it all the same?";
            if Consent::ask_beyond(question)? { admin.remove_allow(entry.id, true) } else { Err(error) }
        }
        done => done,
    };
    removed.map_err(|error| {
        Failure::from(error).hint_for(
            Code::ConfirmationNeeded,
            "this entry admits the machine you are at; add `--confirm` to remove it all the same",
        )
    })?;
    context.out.done(&format!("`{}` is not admitted any more (entry {})", entry.pattern, entry.id.0))
}

fn facts(verdict: &AllowVerdict) -> Vec<(&'static str, Cell)> {
    let answer = if verdict.admitted { Cell::toned("yes", Tone::Good) } else { Cell::toned("no", Tone::Bad) };
    let by = joined(verdict.by.iter().map(|entry| format!("`{}` ({}, entry {})", entry.pattern, kind(entry.kind), entry.id.0)));
    vec![
        ("admitted", answer),
        ("reason", (&verdict.sentence).into()),
        ("by", by.into()),
        ("name", or_dash(verdict.name.as_deref().unwrap_or_default()).into()),
    ]
}

fn find(entries: Vec<AllowEntry>, wanted: &Remove) -> Result<AllowEntry, Failure> {
    let id = wanted.id.map(AllowId);
    let fits = |entry: &AllowEntry| match (&wanted.pattern, id) {
        (Some(pattern), _) => entry.pattern == pattern.trim(),
        (None, id) => Some(entry.id) == id,
    };
    let named = match (&wanted.pattern, wanted.id) {
        (Some(pattern), _) => format!("`{pattern}`"),
        (None, id) => format!("number `{}`", id.unwrap_or_default()),
    };
    let not_found = || {
        Failure::new(Code::NotFound, format!("the allowlist has no entry {named}")).hint("`sbmctl allow list` shows the entries")
    };
    // A number alone is a pattern too, the leading part of addresses; so it is not taken for an id unasked.
    let meant = wanted.pattern.as_deref().and_then(|pattern| pattern.trim().parse().ok()).map(AllowId);
    let meant = entries.iter().find(|entry| Some(entry.id) == meant).map(|entry| (entry.id.0, entry.pattern.clone()));
    entries.into_iter().find(fits).ok_or_else(|| match meant {
        Some((id, pattern)) => not_found().hint(format!("`--id {id}` names the entry with that number, `{pattern}`")),
        None => not_found(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<AllowEntry> {
        let entry = |id, pattern: &str| AllowEntry {
            kind: AllowKind::Address,
            id: AllowId(id),
            pattern: pattern.to_owned(),
            comment: Text::default(),
        };
        vec![entry(1, "127.0.0.0/8"), entry(2, "10"), entry(10, "192.168")]
    }

    #[test]
    fn every_finding_has_its_place_net_4() {
        use sbm_client::core::allowlist::lint::Finding;
        let places: std::collections::BTreeSet<usize> = Finding::ALL.iter().map(|finding| severity(finding.name())).collect();
        assert_eq!(places.into_iter().collect::<Vec<_>>(), (1..=9).collect::<Vec<_>>());
        assert!(severity("opens_to_all") < severity("text_would_widen") && severity("of a later server") == 0);
    }

    #[test]
    fn an_entry_is_found_by_its_pattern_or_by_its_number_never_by_both() {
        let found = |pattern: Option<&str>, id| {
            find(entries(), &Remove { pattern: pattern.map(str::to_owned), id, confirm: false, consent: Consent::default() })
                .map(|entry| entry.id.0)
        };
        assert_eq!(found(Some("10"), None).unwrap(), 2);
        assert_eq!(found(None, Some(10)).unwrap(), 10);
        assert_eq!(found(Some("192.168"), None).unwrap(), 10);
        assert_eq!(found(Some("192"), None).unwrap_err().code(), Code::NotFound);
        assert_eq!(found(None, Some(3)).unwrap_err().code(), Code::NotFound);
        let told = |pattern| format!("{:?}", found(Some(pattern), None).unwrap_err());
        assert!(told("1").contains("`--id 1` names the entry with that number, `127.0.0.0/8`"), "{}", told("1"));
        assert!(!told("7").contains("--id"), "there is none of that number");
    }
}
