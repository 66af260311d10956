//! The login of an account with a secret of its own, among the users (ACC-12): it is listed as `account 17`, and people name it by the
//! account.

use sbm_client::admin::Admin;
use sbm_client::core::account::AccountPath;
use sbm_client::core::code::Code;
use sbm_client::core::name::{Name, key};
use sbm_client::core::wire::v1::admin::{ListQuery, User};

use crate::failure::Failure;
use crate::parse;

/// Who is meant: a user by his name, or whoever logs in like that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Login {
    Name(Name),
    Full(AccountPath),
}

impl Login {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.contains('>') { parse::account(text).map(Self::Full) } else { parse::name(text).map(Self::Name) }
    }

    /// The name that this user is listed by.
    pub(crate) fn name(&self, admin: &Admin) -> Result<Name, Failure> {
        let path = match self {
            Self::Name(name) => return Ok(name.clone()),
            Self::Full(path) => path.to_string(),
        };
        if let Some((above, name)) = path.rsplit_once('>')
            && let Ok(name) = Name::new(name)
            && let Ok(user) = admin.user(&name)
            && key(&user.account) == key(above)
        {
            return Ok(user.name);
        }
        let query = ListQuery { account: Some(path.clone()), ..ListQuery::default() };
        let own = match admin.rows::<User>(&query).find(|user| user.as_ref().map_or(true, |user| is_of(user, &path))) {
            Some(Err(error)) if error.code() != Code::NotFound => return Err(error.into()),
            Some(Ok(user)) if has_secret(&path, admin) => Some(user.name),
            _ => None,
        };
        own.ok_or_else(|| {
            let sentence = format!("nobody logs in as `{path}`: there is no such user, and no account with a secret of its own");
            Failure::new(Code::NotFound, sentence).hint("`sbmctl user list` shows the users")
        })
    }
}

/// Whether an account's own login may be listed by this name.
pub(in crate::command) fn is_listed_so(name: &str) -> bool {
    name.strip_prefix("account ").is_some_and(|number| number.starts_with(|sign: char| sign.is_ascii_digit()))
}

/// Whether he logs in with the full name of his account, and not with a name behind it.
pub(in crate::command) fn is_own(user: &User, admin: &Admin) -> bool {
    is_listed_so(user.name.as_str()) && has_secret(&user.account, admin)
}

fn is_of(user: &User, path: &str) -> bool {
    is_listed_so(user.name.as_str()) && key(&user.account) == key(path)
}

fn has_secret(path: &str, admin: &Admin) -> bool {
    path.parse().is_ok_and(|path: AccountPath| admin.account(&path).is_ok_and(|account| account.own_secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_named_by_his_name_or_his_login_acc_12() {
        assert!(matches!(Login::parse("account 6"), Ok(Login::Name(_))));
        assert!(matches!(Login::parse("root>Acme>pc-1"), Ok(Login::Full(_))));
        assert!(Login::parse("root>>pc-1").is_err() && Login::parse("").is_err());
        assert!(is_listed_so("account 17") && !is_listed_so("account of Ann") && !is_listed_so("accountant"));
    }
}
