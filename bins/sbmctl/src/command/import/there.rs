//! What a line needs that is there or not: groups, security profiles, accounts, and the roles of whoever imports.
//!
//! What the server would refuse is found out before the first act. What whoever asks may not list is not checked, and a dry run
//! says so; the server judges it all the same.

use std::collections::{BTreeSet, HashMap, HashSet};

use sbm_client::admin::Admin;
use sbm_client::core::account::{AccountPath, Level, Quota};
use sbm_client::core::allowlist::{AllowKind, Rule};
use sbm_client::core::code::Code;
use sbm_client::core::name::{Name, key};
use sbm_client::core::permission::RoleSet;
use sbm_client::core::wire::v1::admin::ListQuery;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::context::Context;
use crate::exchange::difference::{Change, Difference, Verdict, applied};
use crate::exchange::field;
use crate::exchange::kind::Kind;
use crate::exchange::{Fields, Line, Row};
use crate::failure::{Failure, may_not_be_listed};

/// Names by their keys; nothing where they may not be listed, or nobody asked.
type Known = Option<HashSet<String>>;

#[derive(Default)]
pub(super) struct There {
    groups: Known,
    security_profiles: Known,
    accounts: Known,
    /// The roles of whoever imports.
    own: Option<RoleSet>,
    /// Whoever imports, if it is a person.
    myself: Option<Name>,
    /// Whether groups that are not there are made.
    pub(super) new_groups: bool,
    unchecked: Vec<&'static str>,
}

impl There {
    /// Looks at what the lines name.
    pub(super) fn look(kind: Kind, lines: &[Line], new_groups: bool, admin: &Admin, context: &Context) -> Result<Self, Failure> {
        let mut there = Self { new_groups, ..Self::default() };
        if !matches!(kind, Kind::Users | Kind::Groups) {
            return Ok(there);
        }
        there.myself = context.person();
        let is_said = |field: &str| {
            let said = lines.iter().filter_map(|line| line.said.as_ref().ok()?.get(field));
            said.into_iter().any(|value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()))
        };
        if is_said("groups") {
            there.groups = keys(admin.groups(), |group| &group.name)?;
            if new_groups && there.groups.is_none() {
                return Err(Failure::new(Code::DeniedRole, "you may not list groups, so it is not known which are to be made")
                    .hint("leave `--new-groups` out"));
            }
        }
        if is_said("security_profile") {
            there.security_profiles = keys(admin.security_profiles(), |profile| &profile.name)?;
        }
        if is_said("account") {
            there.accounts = match crate::command::export::rows(Kind::Accounts, None, admin, context) {
                Ok(rows) => Some(rows.into_iter().map(|row| row.key).collect()),
                Err(failure) if may_not_be_listed(failure.code()) => None,
                Err(failure) => return Err(failure),
            };
        }
        if is_said("roles") {
            there.own = context.person().and_then(|name| own_roles(&name, admin));
        }
        let lists = [
            ("groups", "groups", there.groups.is_none()),
            ("security_profile", "security profiles", there.security_profiles.is_none()),
            ("account", "accounts", there.accounts.is_none()),
            ("roles", "your own roles", there.own.is_none()),
        ];
        there.unchecked =
            lists.into_iter().filter(|(field, _, unknown)| *unknown && is_said(field)).map(|(_, list, _)| list).collect();
        Ok(there)
    }

    /// What was not looked at.
    pub(super) fn unchecked(&self) -> Vec<&'static str> {
        self.unchecked.clone()
    }

    /// Whether a group has to be made first.
    pub(super) fn is_new(&self, group: &Name) -> bool {
        self.new_groups && lacks(self.groups.as_ref(), group)
    }

    /// Why a line that makes sense cannot be.
    pub(super) fn refusal(&self, kind: Kind, said: &Fields, before: Option<&Row>) -> Option<String> {
        match kind {
            Kind::Users => self.of_user(said, before),
            Kind::Groups => self.of_place(said),
            Kind::Accounts => of_account(said, before),
            Kind::Allowlist => {
                let kind: AllowKind = said.get("kind").and_then(typed).unwrap_or_default();
                let pattern = said.get("pattern").and_then(Value::as_str).unwrap_or_default();
                Rule::parse(kind, pattern).err().map(|error| error.to_string())
            }
        }
    }

    fn of_user(&self, said: &Fields, before: Option<&Row>) -> Option<String> {
        let is_me = |name: Name| self.myself.as_ref().is_some_and(|myself| myself.key() == name.key());
        if said.get("disabled").and_then(Value::as_bool) == Some(true) && field::name(said.get("name")).is_some_and(is_me) {
            return Some("this is you, and nobody shuts himself out; have somebody else do it".to_owned());
        }
        let changes_roles = |before: &Row| said.contains_key("roles") && roles_in(said) != roles_in(&before.fields);
        if before.is_some_and(changes_roles) && field::name(said.get("name")).is_some_and(is_me) {
            return Some("this is you, and nobody changes his own roles by a file; have somebody else do it".to_owned());
        }
        let beyond = |roles: RoleSet| self.own.and_then(|own| roles.iter().find(|role| !own.cover(*role)));
        if let Some(role) = before.and_then(|row| beyond(roles_in(&row.fields))) {
            return Some(format!("this user has the role `{}`, with which one may do what you may not", role.name()));
        }
        if let Some(role) = beyond(roles_in(said)) {
            return Some(format!("with the role `{}` one may do what you may not, so you cannot give it", role.name()));
        }
        if !roles_in(said).may_hold_together() {
            return Some("the role `security_officer` is an add-on to another role; give one of those too".to_owned());
        }
        if let Some(profile) =
            field::name(said.get("security_profile")).filter(|name| lacks(self.security_profiles.as_ref(), name))
        {
            return Some(format!("there is no security profile `{profile}`; `sbmctl security-profile add` makes one"));
        }
        let groups: Vec<Name> = said.get("groups").and_then(typed).unwrap_or_default();
        if let Some(group) = groups.iter().find(|group| !self.new_groups && lacks(self.groups.as_ref(), group)) {
            return Some(format!("there is no group `{group}`; import the groups first, or add `--new-groups`"));
        }
        self.of_place(said)
    }

    fn of_place(&self, said: &Fields) -> Option<String> {
        let account = field::account(said.get("account"))?;
        let is_missing = self.accounts.as_ref().is_some_and(|known| !known.contains(&account.key()));
        is_missing.then(|| format!("there is no account `{account}`; import the accounts first"))
    }
}

/// A group of one's own account is listed without an account: a line that names it says the same. One that is new is made where its
/// line says, whatever else one has roles for.
pub(super) fn leave_own_out(kind: Kind, rows: &[Row], lines: &mut [Line], admin: &Admin, context: &Context) {
    let of_own: HashSet<&str> = rows.iter().filter(|row| account_of(&row.fields).is_none()).map(|row| row.key.as_str()).collect();
    let mut said: Vec<&mut Fields> = lines.iter_mut().filter_map(|line| line.said.as_mut().ok()).collect();
    said.retain(|said| account_of(said).is_some() && kind.key(said).is_some_and(|key| of_own.contains(key.as_str())));
    if kind != Kind::Groups || said.is_empty() {
        return;
    }
    let Some(own) = context.person().and_then(|name| admin.user(&name).ok()) else { return };
    let own = key(&own.account);
    for said in said.into_iter().filter(|said| account_of(said).is_some_and(|account| account.key() == own)) {
        said.insert("account", Value::Null);
    }
}

fn account_of(fields: &Fields) -> Option<AccountPath> {
    field::account(fields.get("account"))
}

/// The roles of whoever imports; nothing where they do not tell how far he goes, since he has others at accounts (USR-5).
fn own_roles(name: &Name, admin: &Admin) -> Option<RoleSet> {
    let roles = admin.user(name).ok()?.roles;
    let query = ListQuery { user: Some(name.to_string()), limit: Some(1), ..ListQuery::default() };
    let goes_further = match admin.grants_page(&query) {
        Ok(page) => !page.items.is_empty(),
        Err(error) => error.code() != Code::CapabilityMissing,
    };
    (!goes_further).then_some(roles)
}

fn roles_in(fields: &Fields) -> RoleSet {
    fields.get("roles").and_then(typed).unwrap_or_default()
}

fn of_account(said: &Fields, before: Option<&Row>) -> Option<String> {
    let state = |fields: &Fields| fields.get("state").and_then(Value::as_str).map(str::to_owned);
    if before.and_then(|row| state(&row.fields)).as_deref() == Some("deletion_pending") {
        return Some("it is about to be deleted; `sbmctl account keep` keeps it".to_owned());
    }
    if state(said).as_deref() == Some("deletion_pending") {
        return Some("an import deletes nothing; `sbmctl account delete` does".to_owned());
    }
    let bytes = |field: &str| said.get(field).or_else(|| before?.fields.get(field)).and_then(Value::as_u64);
    Quota { soft: bytes("warning"), hard: bytes("quota") }.fault()
}

/// Refuses accounts that are not below those of whoever imports (ACC-4), as far as that is seen in what he was shown; the operator
/// sees a root account and makes others.
pub(super) fn refuse_outside(rows: &[Row], new_roots: bool, found: &mut Difference) {
    if found.kind != Kind::Accounts || rows.is_empty() {
        return;
    }
    let there: HashSet<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    if rows.iter().filter_map(|row| account_of(&row.fields)).any(|path| path.parts().len() < 2) {
        if !new_roots {
            refuse_new_roots(&there, found);
        }
        return;
    }
    for line in &mut found.lines {
        let Some(path) = field::account(line.said.get("account")) else { continue };
        let parts: Vec<&str> = path.parts().iter().map(Name::as_str).collect();
        let stands_below = (1..parts.len())
            .any(|length| parts.get(..length).is_some_and(|above| there.contains(key(&above.join(">")).as_str())));
        let set_above = |changes: &[Change]| changes.iter().any(|change| !matches!(change.field, "comment" | "about"));
        line.verdict = match &line.verdict {
            Verdict::Add if !stands_below => {
                Verdict::Refused(format!("`{path}` does not stand below your account; `sbmctl account list` shows yours"))
            }
            Verdict::Change(changes) if !stands_below && set_above(changes) => {
                Verdict::Refused("it is your own account; whoever manages those above it changes that".to_owned())
            }
            verdict => verdict.clone(),
        };
    }
}

/// A first part that no account has is mistyped more often than meant.
fn refuse_new_roots(there: &HashSet<&str>, found: &mut Difference) {
    for line in found.lines.iter_mut().filter(|line| line.verdict == Verdict::Add) {
        let path = account_of(&line.said);
        let Some(first) = path.as_ref().and_then(|path| path.parts().first()) else { continue };
        if !there.contains(first.key().as_str()) {
            let told = format!("no account is called `{first}`, which would be a new root account; mend it, or add `--root`");
            line.verdict = Verdict::Refused(told);
        }
    }
}

/// Refuses accounts that would rank above the organisation they stand below (ACC-3), as the file would leave the tree.
pub(super) fn refuse_misplaced(rows: &[Row], found: &mut Difference) {
    if found.kind != Kind::Accounts {
        return;
    }
    let after = applied(rows, found);
    let levels: HashMap<&str, Level> =
        after.iter().filter_map(|row| Some((row.key.as_str(), row.fields.get("level").and_then(typed)?))).collect();
    for line in found.lines.iter_mut().filter(|line| matches!(line.verdict, Verdict::Add | Verdict::Change(_))) {
        let Some(path) = field::account(line.said.get("account")) else { continue };
        let (Some(own), Some(above)) = (levels.get(path.key().as_str()), level_above(&path, &levels)) else { continue };
        if !own.may_stand_below(above) {
            let (own, above) = (own.name(), above.name());
            let told = format!("a level `{own}` would stand below a level `{above}`, which ranks lower; choose another level");
            line.verdict = Verdict::Refused(told);
        }
    }
}

/// The level of the nearest organisation above.
fn level_above(path: &AccountPath, levels: &HashMap<&str, Level>) -> Option<Level> {
    let parts: Vec<&str> = path.parts().iter().map(Name::as_str).collect();
    (1..parts.len()).rev().find_map(|length| levels.get(key(&parts.get(..length)?.join(">")).as_str()).copied())
}

fn lacks(known: Option<&HashSet<String>>, name: &Name) -> bool {
    known.is_some_and(|known| !known.contains(&name.key()))
}

fn typed<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

/// The keys of a list; nothing if it may not be seen.
fn keys<T>(list: Result<Vec<T>, sbm_client::Error>, name: impl Fn(&T) -> &Name) -> Result<Known, Failure> {
    match list {
        Ok(rows) => Ok(Some(rows.iter().map(|row| name(row).key()).collect())),
        Err(error) if may_not_be_listed(error.code()) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The groups that lines make along the way, once each.
#[derive(Default)]
pub(super) struct Made(BTreeSet<String>);

impl Made {
    /// Whether it is made by now; from now on it is.
    pub(super) fn has(&self, group: &Name) -> bool {
        self.0.contains(&group.key())
    }

    pub(super) fn add(&mut self, groups: &[Name]) {
        self.0.extend(groups.iter().map(Name::key));
    }
}
