//! The kinds of objects that are exported and imported, with their fields.

use sbm_client::core::name::key;
use serde_json::Value;

use super::field::{Field, Form};
use super::{Fields, Row};

/// What is exported and imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Users,
    Groups,
    Accounts,
    Allowlist,
}

const fn field(name: &'static str, form: Form) -> Field {
    Field { name, form, fixed: None }
}

const fn fixed(name: &'static str, form: Form, why: &'static str) -> Field {
    Field { name, form, fixed: Some(why) }
}

const USERS: &[Field] = &[
    field("name", Form::Name),
    field("description", Form::Text),
    fixed("account", Form::Account, "a user stays in his account; delete him and add him in the other one"),
    field("disabled", Form::Flag),
    field("roles", Form::Roles),
    field("security_profile", Form::NameOrNone),
    field("groups", Form::Names),
];
const GROUPS: &[Field] = &[
    field("name", Form::Name),
    field("description", Form::Text),
    fixed("account", Form::Account, "a group stays in its account; delete it and add it in the other one"),
];
const ACCOUNTS: &[Field] = &[
    field("account", Form::Account),
    field("level", Form::Level),
    field("state", Form::State),
    field("quota", Form::Size),
    field("warning", Form::Size),
    field("second_factor", Form::Flag),
    field("comment", Form::Text),
    field("about", Form::About),
    field("policy", Form::Policy),
];
const ALLOWLIST: &[Field] = &[
    field("kind", Form::AllowKind),
    field("pattern", Form::Pattern),
    fixed("comment", Form::Text, "an entry keeps its comment; remove the entry and add it with another one"),
];

impl Kind {
    /// The fields, in the order of the columns. The first is that without which there is no object, or its list.
    pub(crate) const fn fields(self) -> &'static [Field] {
        match self {
            Self::Users => USERS,
            Self::Groups => GROUPS,
            Self::Accounts => ACCOUNTS,
            Self::Allowlist => ALLOWLIST,
        }
    }

    /// What lists show besides, and nobody says of an object: an import passes it over.
    pub(crate) const fn shown_only(self) -> &'static [&'static str] {
        match self {
            Self::Users => &["second_factor", "last_login", "last_address"],
            Self::Groups => &["users", "profiles"],
            Self::Accounts => &["deletion", "stored", "reserved", "accounts", "users", "devices", "own_secret"],
            Self::Allowlist => &["id"],
        }
    }

    /// The field without which nothing is known of an object.
    pub(crate) const fn named_by(self) -> &'static str {
        match self {
            Self::Users | Self::Groups => "name",
            Self::Accounts => "account",
            Self::Allowlist => "pattern",
        }
    }

    /// What one is called.
    pub(crate) const fn one(self) -> &'static str {
        match self {
            Self::Users => "user",
            Self::Groups => "group",
            Self::Accounts => "account",
            Self::Allowlist => "entry",
        }
    }

    /// The words behind `export` and `import`.
    pub(crate) const fn list(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Groups => "groups",
            Self::Accounts => "accounts",
            Self::Allowlist => "allowlist",
        }
    }

    /// The field of that name.
    pub(crate) fn field(self, name: &str) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.name == name)
    }

    /// What the object is known by, for people; empty where it is not said.
    pub(crate) fn name(self, fields: &Fields) -> String {
        fields.get(self.named_by()).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// What the object is known by, as the server compares it; nothing where it is not said.
    pub(crate) fn key(self, fields: &Fields) -> Option<String> {
        let name = Some(self.name(fields)).filter(|name| !name.is_empty())?;
        match self {
            Self::Users | Self::Groups | Self::Accounts => Some(key(&name)),
            // Two patterns are one entry if they are typed alike (NET-6).
            Self::Allowlist => {
                let kind = fields.get("kind").map_or_else(|| Form::AllowKind.nothing(), Value::clone);
                Some(format!("{}:{name}", kind.as_str().unwrap_or_default()))
            }
        }
    }

    /// An object of the wire as a row; nothing for one that has no name.
    pub(crate) fn row(self, object: Value) -> Option<Row> {
        let object = flat(object);
        let value = |field: &Field| {
            // What a later server says and nobody here can read is kept as it is, and never nothing (DOOR-4).
            let read = |said: &Value| field.form.value(said).unwrap_or_else(|_| said.clone());
            (field.name, object.get(field.name).map_or_else(|| field.form.nothing(), read))
        };
        let fields: Fields = self.fields().iter().map(value).collect();
        Some(Row { key: self.key(&fields)?, fields })
    }
}

/// An object with a quota has its two numbers beside the other fields, as the columns of a list.
pub(crate) fn flat(mut object: Value) -> Value {
    if let Some(fields) = object.as_object_mut()
        && let Some(quota @ Value::Object(_)) = fields.get("quota").cloned()
    {
        for (name, part) in [("quota", "hard"), ("warning", "soft")] {
            fields.insert(name.to_owned(), quota.get(part).cloned().unwrap_or_default());
        }
    }
    object
}
