//! Requests are strict all the way down, answers lenient (DOOR-4): a type that stands in both is read strictly here.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString as _};

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::account::policy::Setting;
use crate::account::{About, Quota};

/// What there may be in a value: its fields; the one thing that its list or its map has, as often as it likes; anything.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Fields(&'static [(&'static str, Self)]),
    Many(&'static Self),
    Anything,
}

/// A type whose fields are known.
pub(super) trait Shaped: DeserializeOwned {
    #[expect(private_interfaces, reason = "nobody else has a shape")]
    const SHAPE: Shape;
}

const CONTACT: Shape = Shape::Fields(&[
    ("name", Shape::Anything),
    ("role", Shape::Anything),
    ("email", Shape::Anything),
    ("phone", Shape::Anything),
]);
const COMPANY: Shape = Shape::Fields(&[("address", Shape::Anything), ("website", Shape::Anything), ("billing", Shape::Anything)]);

const IMAGE: Shape = Shape::Fields(&[("hash", Shape::Anything), ("format", Shape::Anything), ("size", Shape::Anything)]);
const BRANDING: Shape =
    Shape::Fields(&[("name", Shape::Anything), ("colours", Shape::Anything), ("logo", IMAGE), ("icons", Shape::Many(&IMAGE))]);

impl Shaped for About {
    #[expect(private_interfaces, reason = "nobody else has a shape")]
    const SHAPE: Shape = Shape::Fields(&[
        ("service_type", Shape::Anything),
        ("company", COMPANY),
        ("contacts", Shape::Many(&CONTACT)),
        ("branding", BRANDING),
    ]);
}

impl Shaped for Quota {
    #[expect(private_interfaces, reason = "nobody else has a shape")]
    const SHAPE: Shape = Shape::Fields(&[("hard", Shape::Anything), ("soft", Shape::Anything)]);
}

impl Shaped for BTreeMap<String, Setting> {
    #[expect(private_interfaces, reason = "nobody else has a shape")]
    const SHAPE: Shape = Shape::Many(&Shape::Fields(&[("mode", Shape::Anything), ("value", Shape::Anything)]));
}

/// Reads a value whose every field is known.
pub(super) fn strict<'de, T: Shaped, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    if let Some(odd) = unknown(&value, T::SHAPE) {
        return Err(D::Error::custom(format!("unknown field `{}`", odd.escape_debug())));
    }
    serde_json::from_value(value).map_err(D::Error::custom)
}

/// The same where it may be missing.
pub(super) fn strict_or_none<'de, T: Shaped, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    strict(deserializer).map(Some)
}

fn unknown(value: &Value, shape: Shape) -> Option<String> {
    match (value, shape) {
        (Value::Object(fields), Shape::Fields(known)) => {
            fields.iter().find_map(|(name, value)| match known.iter().find(|(known, _)| known == name) {
                Some((_, shape)) => unknown(value, *shape),
                None => Some(name.to_string()),
            })
        }
        (Value::Object(fields), Shape::Many(each)) => fields.values().find_map(|value| unknown(value, *each)),
        (Value::Array(items), Shape::Many(each)) => items.iter().find_map(|value| unknown(value, *each)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::wire::v1::admin::{AccountPatch, NewAccount};

    #[test]
    fn what_nobody_knows_is_refused_however_deep_it_stands_door_4() {
        let whole = r##"{"account":"a","quota":{"hard":2,"soft":1},"policy":{"x":{"mode":"forced","value":"1"}},"about":{"service_type":"s",
            "company":{"address":"a","website":"w","billing":"b"},"contacts":[{"name":"n","role":"r","email":"e","phone":"p"}],
            "branding":{"name":"n","colours":{"accent":"#00ff7f"},"logo":{"hash":"HASH","format":"png","size":9},
            "icons":{"tray":{"hash":"HASH","format":"ico","size":8}}}}}"##
            .replace("HASH", &"0".repeat(64));
        assert!(serde_json::from_str::<NewAccount>(&whole).is_ok());
        for (place, odd) in [
            (r#""hard":2"#, r#""odd":1,"hard":2"#),
            (r#""mode":"forced""#, r#""odd":1,"mode":"forced""#),
            (r#""service_type""#, r#""odd":1,"service_type""#),
            (r#""address""#, r#""odd":1,"address""#),
            (r#""role""#, r#""odd":1,"role""#),
            (r#""colours""#, r#""odd":1,"colours""#),
            (r#""format":"png""#, r#""odd":1,"format":"png""#),
            (r#""format":"ico""#, r#""odd":1,"format":"ico""#),
        ] {
            let error = serde_json::from_str::<NewAccount>(&whole.replacen(place, odd, 1)).unwrap_err();
            assert!(alloc::string::ToString::to_string(&error).contains("unknown field `odd`"), "{place}: {error}");
        }
        assert!(serde_json::from_str::<AccountPatch>(r#"{"quota":{"hart":1}}"#).is_err());
        assert!(serde_json::from_str::<AccountPatch>(r#"{"quota":{"hard":1}}"#).unwrap().quota.is_some());
    }
}
