//! Roles and grants as the administrator sees them, and who can do what there (USR-5, DEC-3).

use std::collections::{BTreeMap, HashMap};

use sbm_core::directory::rights::Held;
use sbm_core::directory::{Refusal, View, rows};
use sbm_core::id::{AccountId, UserId};
use sbm_core::name::{Name, Text};
use sbm_core::permission::{Role, TaskAccess};
use sbm_core::wire::v1::admin::{Able, AbleUser, Because, CustomRole, Grant, WhoCan};

use super::session::shown;
use super::{Service, store_refusal};

/// How many users one answer has at most.
const MOST_ABLE: usize = 500;

/// All roles that are seen: those that are built in, in the order of the matrix, then those that somebody made. How often each
/// is held is counted once for all; only who is seen counts.
#[must_use]
pub fn all(sees: View<'_>) -> Vec<CustomRole> {
    let facts = sees.facts();
    let mut held: HashMap<&str, usize> = HashMap::new();
    for entry in sees.users().flat_map(|user| facts.held(user)) {
        *held.entry(entry.role.name()).or_default() += 1;
    }
    let count = |name: &str| held.get(name).copied().unwrap_or(0);
    let built_in = Role::ALL.into_iter().filter_map(|role| built_in(role, count(role.name())));
    built_in.chain(sees.roles().map(|row| made(sees, row, count(row.name.as_str())))).collect()
}

/// The role of that name, and its stamp; one that is built in never changes.
#[must_use]
pub fn named(sees: View<'_>, name: &str) -> Option<(CustomRole, u64)> {
    let is_it = |role: &Role| Name::new(name).is_ok_and(|name| name.key() == role.name());
    let count = |wanted: &str| {
        let held = sees.users().flat_map(|user| sees.facts().held(user));
        held.filter(|entry| entry.role.name() == wanted).count()
    };
    if let Some(role) = Role::ALL.into_iter().find(is_it) {
        return Some((built_in(role, count(role.name()))?, 0));
    }
    let row = sees.role(name)?;
    Some((made(sees, row, count(row.name.as_str())), row.stamp))
}

fn built_in(role: Role, users: usize) -> Option<CustomRole> {
    let name = Name::new(role.name()).ok()?;
    Some(CustomRole { name, description: Text::default(), tasks: role.row(), built_in: true, account: None, users })
}

fn made(sees: View<'_>, row: &rows::CustomRole, users: usize) -> CustomRole {
    CustomRole {
        name: row.name.clone(),
        description: row.description.clone(),
        tasks: row.tasks,
        built_in: false,
        account: sees.contains(row.account).then(|| sees.facts().account_name(row.account)),
        users,
    }
}

/// The grants of users who are seen.
#[must_use]
pub fn grants(sees: View<'_>) -> Vec<Grant> {
    let of = |user| sees.facts().grants_of(user).iter();
    sees.users().flat_map(|user| of(user.id).filter_map(|row| grant(sees, user, row))).collect()
}

/// The grant of that user, role and account that was just given.
#[must_use]
pub fn just_given(sees: View<'_>, login: &str, role: &Name, account: AccountId) -> Option<Grant> {
    let user = sees.user(login)?;
    let at = |row: &&rows::Grant| row.account == account;
    let mut rows = sees.facts().grants_of(user.id).iter().filter(at).filter_map(|row| grant(sees, user, row));
    rows.find(|grant| grant.role.key() == role.key())
}

fn grant(sees: View<'_>, user: &rows::User, row: &rows::Grant) -> Option<Grant> {
    let facts = sees.facts();
    let role = match row.role {
        rows::GrantedRole::BuiltIn(role) => Held::BuiltIn(role),
        rows::GrantedRole::Custom(id) => Held::Custom(facts.role(id)?),
    };
    let counts = facts.held(user).any(|entry| entry.account == row.account && entry.role == role);
    let account = facts.account_name(row.account);
    Some(Grant { id: row.id.0, user: user.name.clone(), role: Name::new(role.name()).ok()?, account, counts })
}

impl Service {
    /// Who can do that at an account which the asker sees, by their names, with the tokens that can do it too (RUN-11).
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn able(&self, sees: View<'_>, account: AccountId, asked: &WhoCan) -> Result<Able, Refusal> {
        let access = if asked.write { TaskAccess::Write } else { TaskAccess::Read };
        let facts = sees.facts();
        let mut tokens: BTreeMap<UserId, Vec<String>> = BTreeMap::new();
        for token in self.store.api_tokens(self.now()).await.map_err(|error| store_refusal(&error))? {
            let goes = token.api.as_ref().is_some_and(|api| {
                let reaches = |below| facts.chain(account).any(|above| above.id == below);
                api.limit.ceiling().allows(asked.task, access) && api.limit.below.is_none_or(reaches)
            });
            if goes {
                tokens.entry(token.user).or_default().push(shown(token.id));
            }
        }
        let able = sees.able(asked.task, access, account);
        let from = asked.after.as_ref().map(Name::key);
        let mut behind = able.seen.into_iter().filter(|able| from.as_ref().is_none_or(|from| able.user.name.key() > *from));
        let users: Vec<AbleUser> = behind.by_ref().take(MOST_ABLE).map(|able| told(sees, &able, &tokens)).collect();
        let next = behind.next().and_then(|_| users.last()).map(|last| last.name.clone());
        Ok(Able { users, above: able.above, next })
    }
}

fn told(sees: View<'_>, able: &sbm_core::directory::who::Able<'_>, tokens: &BTreeMap<UserId, Vec<String>>) -> AbleUser {
    let facts = sees.facts();
    let because = able
        .because
        .iter()
        .map(|entry| Because { role: entry.role.name().to_owned(), account: facts.account_name(entry.account) });
    AbleUser {
        name: able.user.name.clone(),
        account: facts.account_name(able.user.account),
        because: because.collect(),
        tokens: tokens.get(&able.user.id).cloned().unwrap_or_default(),
    }
}
