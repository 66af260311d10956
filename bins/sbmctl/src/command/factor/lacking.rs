//! Who has no second factor yet and would be asked for one: from then on he can only enrol one (RUN-8).

use std::collections::BTreeSet;

use sbm_client::admin::{Admin, Listed};
use sbm_client::core::code::Code;
use sbm_client::core::factor::FactorRule;
use sbm_client::core::name::key;
use sbm_client::core::permission::{Role, RoleSet};
use sbm_client::core::wire::v1::admin::{CustomRole, Grant, ListQuery, User};

use super::super::user::own::is_listed_so;
use crate::context::Context;
use crate::failure::{Failure, may_not_be_listed};
use crate::output::text::joined;
use crate::prompt::Consent;

/// So many are named one by one.
const MOST_NAMED: usize = 10;

/// Those who lack one; nothing if who asks may not see users.
pub(in crate::command) struct Lacking(Option<Vec<String>>);

impl Lacking {
    /// Those of an account and below, and those who have a role there (RUN-8).
    pub(in crate::command) fn within(account: &str, admin: &Admin) -> Result<Self, Failure> {
        let (account, whose) = (key(account), ListQuery { account: Some(account.to_owned()), ..ListQuery::default() });
        let given: BTreeSet<String> = rows::<Grant>(&whose, admin)?.into_iter().map(|grant| grant.user.to_string()).collect();
        let stands_there = |user: &User| {
            let below = key(&user.account).strip_prefix(&account).map(str::to_owned);
            below.is_some_and(|below| below.is_empty() || below.starts_with('>'))
        };
        Self::of(|user| stands_there(user) || given.contains(user.name.as_str()), admin)
    }

    /// Those of whom the new rule asks one and the old one did not. A role counts at whatever account somebody has it.
    pub(in crate::command) fn by(new: &FactorRule, old: &FactorRule, admin: &Admin) -> Result<Self, Failure> {
        let given = if new.everyone { Vec::new() } else { rows::<Grant>(&ListQuery::default(), admin)? };
        // With a role that somebody made one is asked as with that which is built in and goes as far.
        let made = if given.is_empty() { Vec::new() } else { rows::<CustomRole>(&ListQuery::default(), admin)? };
        let newly = |user: &User| {
            let at_accounts = || given.iter().filter(|grant| grant.user == user.name);
            let built_in = at_accounts().filter_map(|grant| Role::from_name(grant.role.as_str()));
            let roles: RoleSet = user.roles.iter().chain(built_in).collect();
            let is_his = |role: &&CustomRole| !role.built_in && at_accounts().any(|grant| grant.role == role.name);
            let asks = |rule: &FactorRule| rule.asks(roles) || made.iter().filter(is_his).any(|role| rule.asks_made(role.tasks));
            asks(new) && !asks(old)
        };
        Self::of(newly, admin)
    }

    fn of(asked: impl Fn(&User) -> bool, admin: &Admin) -> Result<Self, Failure> {
        let mut lacking = Vec::new();
        for user in admin.rows::<User>(&ListQuery::default()) {
            match user {
                Ok(user) if user.second_factor || user.disabled || !asked(&user) => {}
                // An account's own login is known by the account.
                Ok(user) if is_listed_so(user.name.as_str()) => lacking.push(user.account),
                Ok(user) => lacking.push(user.name.to_string()),
                Err(error) if may_not_be_listed(error.code()) => return Ok(Self(None)),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Self(Some(lacking)))
    }

    /// Asks whether it is meant, unless nobody lacks one.
    pub(in crate::command) fn ask(self, of: &str, consent: Consent, context: &Context) -> Result<(), Failure> {
        let own = context.person();
        match self.sentence(own.as_ref().map(|own| own.as_str())) {
            None => Ok(()),
            Some(who) => consent.ask(&format!("ask a second factor of {of}? {who}")),
        }
    }

    fn sentence(self, own: Option<&str>) -> Option<String> {
        const THEN: &str = "can do nothing then but enrol one, with `sbmctl factor enrol`";
        let Some(mut names) = self.0 else { return Some(format!("Who has none {THEN}; you may not see who that is")) };
        if names.is_empty() {
            return None;
        }
        // Oneself first: that is what hurts first.
        names.sort_by_key(|name| Some(name.as_str()) != own);
        let shown = names.iter().take(MOST_NAMED).map(|name| {
            let you = if Some(name.as_str()) == own { " (you)" } else { "" };
            format!("`{name}`{you}")
        });
        let (shown, have) = (joined(shown), if names.len() == 1 { "has" } else { "have" });
        let more = names.len().saturating_sub(MOST_NAMED);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        Some(format!("{shown}{more} {have} none yet and {THEN}"))
    }
}

/// The rows of a list; none where a server of before has none, or whoever asks may not look.
fn rows<T: Listed<Query = ListQuery>>(query: &ListQuery, admin: &Admin) -> Result<Vec<T>, Failure> {
    match admin.rows::<T>(query).collect::<Result<Vec<_>, _>>() {
        Err(error) if may_not_be_listed(error.code()) || error.code() == Code::CapabilityMissing => Ok(Vec::new()),
        rows => Ok(rows?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_would_be_left_with_enrolling_is_named_oneself_first_run_8() {
        let told = |names: &[&str]| Lacking(Some(names.iter().map(|name| (*name).to_owned()).collect())).sentence(Some("mike"));
        let then = "can do nothing then but enrol one, with `sbmctl factor enrol`";
        assert_eq!(told(&[]), None);
        assert_eq!(told(&["carol"]).unwrap(), format!("`carol` has none yet and {then}"));
        assert_eq!(told(&["carol", "mike"]).unwrap(), format!("`mike` (you), `carol` have none yet and {then}"));
        let many = told(&["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"]).unwrap();
        assert!(many.contains("`j` and 2 more have none yet") && !many.contains("`k`"), "{many}");
        assert!(Lacking(None).sentence(None).unwrap().contains("you may not see who"));
    }
}
