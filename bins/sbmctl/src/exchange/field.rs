//! The fields of a row: how each looks in a cell and in JSON, and when two of them say the same.

use std::collections::BTreeMap;

use sbm_client::core::account::policy::Setting;
use sbm_client::core::account::{About, AccountPath, AccountState, Level, Policy};
use sbm_client::core::allowlist::AllowKind;
use sbm_client::core::name::{Name, key};
use sbm_client::core::permission::RoleSet;
use sbm_client::core::wire::v1::admin::AccountPatch;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::names;
use crate::parse;

/// A field of a kind of objects.
#[derive(Debug)]
pub(crate) struct Field {
    /// Its name, in the head of a file and in JSON.
    pub(crate) name: &'static str,
    pub(crate) form: Form,
    /// Why no import changes it, where none does.
    pub(crate) fixed: Option<&'static str>,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Name,
    /// A name, or nothing.
    NameOrNone,
    Names,
    Text,
    Flag,
    Roles,
    Account,
    Level,
    State,
    /// A number of bytes, or nothing.
    Size,
    /// What people want to know of an organisation.
    About,
    Policy,
    AllowKind,
    /// An entry of the allowlist, as it was typed.
    Pattern,
}

impl Form {
    /// What it holds where nobody said anything.
    pub(crate) fn nothing(self) -> Value {
        match self {
            Self::Name | Self::NameOrNone | Self::Account | Self::Level | Self::Size => Value::Null,
            Self::Names | Self::Roles => json!([]),
            Self::Text | Self::Pattern => json!(""),
            Self::Flag => json!(false),
            Self::State => json!(AccountState::Active),
            Self::AllowKind => json!(AllowKind::Address),
            Self::About | Self::Policy => json!({}),
        }
    }

    /// The value as every equal one is written.
    pub(crate) fn value(self, said: &Value) -> Result<Value, String> {
        if said.is_null() {
            return Ok(self.nothing());
        }
        match self {
            Self::Name | Self::NameOrNone => parsed(said, parse::name),
            Self::Text => parsed(said, parse::description),
            Self::Account => parsed(said, parse::account),
            Self::Pattern => parsed(said, |text| Ok(text.trim().to_owned())),
            Self::Flag => typed::<bool>(said, "`true` or `false`"),
            Self::Names => named(said),
            Self::Roles => typed::<RoleSet>(said, "a list of roles"),
            Self::Level => typed::<Level>(said, &format!("a level: {}", Level::ALL.map(Level::name).join(", "))),
            Self::State => typed::<AccountState>(said, "`active`, `disabled` or `supervisor`"),
            Self::AllowKind => typed::<AllowKind>(said, "`address` or `name`"),
            Self::Size => match said.as_u64().filter(|bytes| i64::try_from(*bytes).is_ok()) {
                Some(bytes) => Ok(json!(bytes)),
                None => Err(format!("{said} is no number of bytes")),
            },
            Self::About => about(said),
            Self::Policy => policy(said),
        }
    }

    /// The value of a cell of a sheet.
    pub(crate) fn of_cell(self, cell: &str) -> Result<Value, String> {
        let text = cell.trim();
        let said = match self {
            // Some programs end a line in a cell as they end one of the file.
            Self::Text => json!(cell.replace("\r\n", "\n")),
            _ if text.is_empty() => return Ok(self.nothing()),
            Self::Name | Self::NameOrNone | Self::Account | Self::Pattern => json!(text),
            Self::Flag => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" => json!(true),
                "false" | "no" => json!(false),
                _ => json!(text),
            },
            Self::Names => json!(names::split(text)?),
            Self::Roles => json!(names::split(text)?.iter().map(|role| word(role)).collect::<Vec<_>>()),
            Self::Level if text == BACKUP => Value::Null,
            Self::Level | Self::State | Self::AllowKind => json!(word(text)),
            Self::Size => match text.parse::<u64>() {
                Ok(bytes) => json!(bytes),
                Err(_) => json!(parse::size(text)?),
            },
            Self::About | Self::Policy => {
                serde_json::from_str(text).map_err(|error| format!("`{text}` is no object in JSON: {error}"))?
            }
        };
        self.value(&said)
    }

    /// How a value stands in a cell; [`of_cell`](Self::of_cell) reads it back.
    pub(crate) fn cell(self, value: &Value) -> String {
        match (self, value) {
            (Self::Level, Value::Null) => BACKUP.to_owned(),
            (_, Value::Null) => String::new(),
            (_, Value::String(text)) => text.clone(),
            (_, Value::Array(names)) => names::joined(names.iter().filter_map(Value::as_str)),
            (_, Value::Object(parts)) if parts.is_empty() => String::new(),
            (_, value) => value.to_string(),
        }
    }

    /// Whether both say the same: names are compared as the server compares them.
    pub(crate) fn is_same(self, one: &Value, other: &Value) -> bool {
        let folded = |value: &Value| value.as_str().map(key);
        match self {
            Self::NameOrNone | Self::Account => folded(one) == folded(other),
            Self::Names => {
                let keys = |value: &Value| -> Vec<_> { value.as_array().into_iter().flatten().map(folded).collect() };
                keys(one) == keys(other)
            }
            _ => one == other,
        }
    }

    /// How a person reads it.
    pub(crate) fn shown(self, value: &Value) -> String {
        let text = self.cell(value);
        if text.is_empty() { "nothing".to_owned() } else { format!("`{text}`") }
    }
}

/// What a level is called where there is none.
const BACKUP: &str = "backup";

/// Words may be joined by blanks or `-` too.
fn word(text: &str) -> String {
    text.to_lowercase().replace(['-', ' '], "_")
}

fn text_of(said: &Value) -> Result<&str, String> {
    said.as_str().ok_or_else(|| format!("{said} is no text"))
}

fn parsed<T: ToString>(said: &Value, parse: impl Fn(&str) -> Result<T, String>) -> Result<Value, String> {
    let text = text_of(said)?;
    parse(text).map(|value| json!(value.to_string())).map_err(|told| format!("`{text}`: {told}"))
}

fn typed<T: DeserializeOwned + Serialize>(said: &Value, wanted: &str) -> Result<Value, String> {
    let value: T = serde_json::from_value(said.clone()).map_err(|error| match said {
        Value::Array(_) => error.to_string(),
        said => format!("`{}` is not {wanted}", said.as_str().map_or_else(|| said.to_string(), str::to_owned)),
    })?;
    Ok(json!(value))
}

/// A set of names: sorted, each once.
fn named(said: &Value) -> Result<Value, String> {
    let list = said.as_array().ok_or_else(|| format!("{said} is no list of names"))?;
    let mut sorted = BTreeMap::new();
    for said in list {
        let text = text_of(said)?;
        let name = parse::name(text).map_err(|told| format!("`{text}`: {told}"))?;
        sorted.entry(name.key()).or_insert(name);
    }
    Ok(json!(sorted.into_values().collect::<Vec<Name>>()))
}

/// Read as a request has it, where a field that nobody knows is one that somebody mistyped.
fn strictly(field: &str, said: &Value) -> Result<AccountPatch, String> {
    if !said.is_object() {
        return Err(format!("{said} is no object, as `sbmctl export accounts --json` has it"));
    }
    serde_json::from_value(json!({field: said})).map_err(|error| error.to_string().replace("struct ", ""))
}

fn about(said: &Value) -> Result<Value, String> {
    let about: About = strictly("about", said)?.about.unwrap_or_default();
    about.fault().map_or_else(|| Ok(json!(about)), Err)
}

fn policy(said: &Value) -> Result<Value, String> {
    let settings: BTreeMap<String, Setting> = strictly("policy", said)?.policy.unwrap_or_default();
    match Policy::new(settings.clone()) {
        Ok(_) => Ok(json!(settings)),
        Err(fault) => Err(format!("the setting `{}`: {}", fault.setting.escape_debug(), fault.rule)),
    }
}

/// The name in a field.
pub(crate) fn name(value: Option<&Value>) -> Option<Name> {
    value.and_then(Value::as_str).and_then(|text| Name::new(text).ok())
}

/// The account in a field.
pub(crate) fn account(value: Option<&Value>) -> Option<AccountPath> {
    value.and_then(Value::as_str).and_then(|text| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_says_what_json_says_con_1() {
        for (form, cell, value) in [
            (Form::Name, " carol ", json!("carol")),
            (Form::Text, " two\nlines ", json!(" two\nlines ")),
            (Form::Text, " ", json!(" ")),
            (Form::Flag, "TRUE", json!(true)),
            (Form::Flag, "no", json!(false)),
            (Form::Flag, "", json!(false)),
            (Form::Names, "b; \"a;c\"; B", json!(["a;c", "b"])),
            (Form::Roles, "Security-Officer; admin", json!(["admin", "security_officer"])),
            (Form::NameOrNone, "", Value::Null),
            (Form::Account, " a > b", json!("a>b")),
            (Form::Level, "end customer", json!("end_customer")),
            (Form::Level, "backup", Value::Null),
            (Form::State, "Disabled", json!("disabled")),
            (Form::Size, "500GB", json!(500_000_000_000_u64)),
            (Form::Size, "17", json!(17)),
            (Form::Size, "", Value::Null),
            (Form::About, "{\"service_type\":\"x\"}", json!({"service_type": "x"})),
            (Form::About, "", json!({})),
            (Form::Policy, "{\"a\":{\"mode\":\"forced\",\"value\":\"1\"}}", json!({"a": {"mode": "forced", "value": "1"}})),
            (Form::AllowKind, "name", json!("name")),
            (Form::Pattern, "10. ", json!("10.")),
        ] {
            let read = form.of_cell(cell).unwrap();
            assert_eq!(read, value, "{form:?} {cell:?}");
            assert_eq!(form.of_cell(&form.cell(&read)).unwrap(), read, "{form:?} {cell:?}");
            assert_eq!(form.value(&read).unwrap(), read, "{form:?} {cell:?}");
        }
    }

    #[test]
    fn what_is_no_value_is_named_with_what_would_be_one_con_1() {
        for (form, cell, told) in [
            (Form::Name, "a>b", "`a>b`: a name has"),
            (Form::Flag, "perhaps", "`perhaps` is not `true` or `false`"),
            (Form::Roles, "king", "king"),
            (Form::Level, "king", "`king` is not a level: distributor,"),
            (Form::State, "gone", "`active`, `disabled` or `supervisor`"),
            (Form::Size, "-1", "unit"),
            (Form::Size, "99999999999999999999", "unit"),
            (Form::Size, "9999999999999999999", "no number of bytes"),
            (Form::About, "x", "no object in JSON"),
            (Form::About, "[]", "no object"),
            (Form::About, "{\"adress\":\"x\"}", "unknown field `adress`"),
            (Form::Policy, "{\"a\":{\"mode\":\"forced\"}}", "the setting `a`: a forced or a default setting needs a value"),
            (Form::Account, "a>>b", "joined by `>`"),
            (Form::AllowKind, "host", "`address` or `name`"),
        ] {
            let failure = form.of_cell(cell).unwrap_err();
            assert!(failure.contains(told), "{form:?} {cell:?}: {failure}");
        }
        assert!(Form::Text.value(&json!(5)).unwrap_err().contains("5 is no text"));
    }
}
