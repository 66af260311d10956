//! Whether a value is what a schema says: the part of JSON Schema (2020-12) that the wire's schemas are made of.
//!
//! A keyword that is not known here is a fault of the test, not passed over. A schema that allows more properties than it
//! names does so for whoever reads; here, whatever is not named is a fault, so that a schema cannot fall behind its type.

use serde_json::{Map, Value};

/// Keywords that say nothing of the value.
const SILENT: [&str; 6] = ["description", "title", "default", "format", "contentEncoding", "examples"];

/// Checks a value against the schema of that name.
///
/// # Errors
///
/// Where it differs, and how.
pub fn check(components: &Map<String, Value>, name: &str, value: &Value) -> Result<(), String> {
    let schema = components.get(name).ok_or_else(|| format!("there is no schema `{name}`"))?;
    Checker { components }.fits(schema, value, name)
}

struct Checker<'a> {
    components: &'a Map<String, Value>,
}

impl Checker<'_> {
    fn fits(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        let Value::Object(keywords) = schema else {
            return if schema == &Value::Bool(true) { Ok(()) } else { Err(format!("{at}: `{schema}` is no schema")) };
        };
        for (keyword, said) in keywords {
            self.keyword(keywords, keyword, said, value, at)?;
        }
        Ok(())
    }

    fn keyword(&self, all: &Map<String, Value>, keyword: &str, said: &Value, value: &Value, at: &str) -> Result<(), String> {
        let wrong = |what: &str| Err(format!("{at}: `{value}` {what} `{said}`"));
        match keyword {
            _ if SILENT.contains(&keyword) || keyword.starts_with("x-") => Ok(()),
            "$ref" => {
                let name = said.as_str().and_then(|to| to.strip_prefix("#/components/schemas/")).ok_or("a strange reference")?;
                check(self.components, name, value).map_err(|fault| format!("{at} > {fault}"))
            }
            "type" if !is_of(said, value) => wrong("is not of type"),
            "type" => Ok(()),
            "enum" if !said.as_array().unwrap().contains(value) => wrong("is none of"),
            "const" if said != value => wrong("is not"),
            "enum" | "const" => Ok(()),
            "minimum" if value.as_f64().is_some_and(|number| number < said.as_f64().unwrap()) => wrong("is less than"),
            "maximum" if value.as_f64().is_some_and(|number| number > said.as_f64().unwrap()) => wrong("is more than"),
            "minLength" if length(value).is_some_and(|length| length < said.as_u64().unwrap()) => wrong("is shorter than"),
            "maxLength" if length(value).is_some_and(|length| length > said.as_u64().unwrap()) => wrong("is longer than"),
            "minimum" | "maximum" | "minLength" | "maxLength" => Ok(()),
            "pattern" if !value.as_str().is_none_or(|text| is_like(text, said.as_str().unwrap())) => wrong("is not like"),
            "pattern" => Ok(()),
            "uniqueItems" => {
                let items = value.as_array().map_or(&[][..], Vec::as_slice);
                let twice = items.iter().enumerate().any(|(index, item)| items.iter().take(index).any(|before| before == item));
                if twice { wrong("has something twice, and unique is") } else { Ok(()) }
            }
            "items" => {
                let items = value.as_array().map_or(&[][..], Vec::as_slice);
                items.iter().enumerate().try_for_each(|(index, item)| self.fits(said, item, &format!("{at}[{index}]")))
            }
            "properties" => self.properties(all, said.as_object().unwrap(), value, at),
            "required" => {
                let missing = said.as_array().unwrap().iter().find(|name| value.get(name.as_str().unwrap()).is_none());
                missing.filter(|_| value.is_object()).map_or(Ok(()), |name| Err(format!("{at}: {name} is missing")))
            }
            // Judged with the properties.
            "additionalProperties" => Ok(()),
            "anyOf" | "oneOf" => {
                let fits = said.as_array().unwrap().iter().filter(|one| self.fits(one, value, at).is_ok()).count();
                let right = if keyword == "oneOf" { fits == 1 } else { fits > 0 };
                if right { Ok(()) } else { Err(format!("{at}: `{value}` fits {fits} of {keyword}")) }
            }
            "allOf" => said.as_array().unwrap().iter().try_for_each(|one| self.fits(one, value, at)),
            other => Err(format!("{at}: the keyword `{other}` is not known to this test")),
        }
    }

    fn properties(&self, all: &Map<String, Value>, named: &Map<String, Value>, value: &Value, at: &str) -> Result<(), String> {
        let Value::Object(fields) = value else { return Ok(()) };
        for (name, field) in fields {
            match named.get(name) {
                Some(schema) => self.fits(schema, field, &format!("{at}.{name}"))?,
                None if all.get("additionalProperties").is_some_and(Value::is_object) => {}
                None => return Err(format!("{at}: the property `{name}` is not in the schema")),
            }
        }
        Ok(())
    }
}

fn is_of(kinds: &Value, value: &Value) -> bool {
    match kinds {
        Value::Array(kinds) => kinds.iter().any(|kind| is_of(kind, value)),
        kind => match kind.as_str().unwrap() {
            "string" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "object" => value.is_object(),
            "array" => value.is_array(),
            "null" => value.is_null(),
            // A type that is not known here fits nothing.
            _ => false,
        },
    }
}

fn length(value: &Value) -> Option<u64> {
    value.as_str().map(|text| text.chars().count() as u64)
}

/// Patterns are all of the form `^[…]{n}$`.
fn is_like(text: &str, pattern: &str) -> bool {
    let parts = pattern.strip_prefix("^[").and_then(|rest| rest.strip_suffix("}$")).and_then(|rest| rest.split_once("]{"));
    let (class, count) = parts.unwrap();
    let class: Vec<char> = class.chars().collect();
    let ranges: Vec<(char, char)> = class.chunks(3).map(|range| (*range.first().unwrap(), *range.last().unwrap())).collect();
    text.chars().count() == count.parse::<usize>().unwrap()
        && text.chars().all(|c| ranges.iter().any(|(from, to)| (*from..=*to).contains(&c)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_schema_does_not_say_is_a_fault() {
        let components = json!({
            "Thing": {
                "type": "object", "required": ["id", "kind"],
                "properties": {
                    "id": { "type": "string", "pattern": "^[0-9a-f]{4}$" },
                    "kind": { "enum": ["a", "b"] },
                    "count": { "type": ["integer", "null"], "minimum": 0, "maximum": 9 },
                    "name": { "$ref": "#/components/schemas/Name" },
                    "list": { "type": "array", "items": { "type": "boolean" }, "uniqueItems": true },
                    "either": { "oneOf": [{ "const": 1 }, { "const": "one" }] },
                },
            },
            "Name": { "type": "string", "minLength": 1, "maxLength": 3 },
        });
        let components = components.as_object().unwrap();
        let good = json!({ "id": "00ff", "kind": "a", "count": 3, "name": "abc", "list": [true, false], "either": "one" });
        assert_eq!(check(components, "Thing", &good), Ok(()));
        for (field, bad) in [
            ("id", json!("00fg")),
            ("id", json!("00f")),
            ("id", json!(1)),
            ("kind", json!("c")),
            ("count", json!(-1)),
            ("count", json!(10)),
            ("count", json!(1.5)),
            ("name", json!("")),
            ("name", json!("abcd")),
            ("list", json!([1])),
            ("list", json!([true, true])),
            ("either", json!(2)),
            ("of_the_future", json!(1)),
        ] {
            let mut thing = good.clone();
            thing[field] = bad.clone();
            assert!(check(components, "Thing", &thing).is_err(), "{field}: {bad}");
        }
        assert!(check(components, "Thing", &json!({ "id": "00ff" })).is_err(), "kind is missing");
        assert!(check(components, "Nothing", &good).is_err());
    }
}
