//! What people want to know of an organisation: service type, company, contacts, branding (ACC-3).

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::name::{Name, Text};

/// All of it; empty where nobody said anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct About {
    /// What it is served with, in the words of whoever serves it.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub service_type: Text,
    /// The company.
    #[serde(skip_serializing_if = "is_default")]
    pub company: Company,
    /// Whom to ask; at most [`MAX_CONTACTS`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// How its host programs look; the nearest one on the way up counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branding: Option<Branding>,
}

/// A company.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Company {
    /// Where it is.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub address: Text,
    /// Its website.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub website: Text,
    /// How it is billed.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub billing: Text,
}

/// Somebody to ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Contact {
    /// The name.
    pub name: Name,
    /// What he is there for.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub role: Text,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub email: Text,
    /// The telephone number.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub phone: Text,
}

/// How host programs look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Branding {
    /// What the host program calls itself.
    pub name: Name,
    /// Colours by their use, as `#rrggbb`; at most [`MAX_COLOURS`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub colours: BTreeMap<String, Colour>,
}

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// The most contacts of an organisation.
pub const MAX_CONTACTS: usize = 32;

/// The most colours of a branding.
pub const MAX_COLOURS: usize = 16;

impl About {
    /// Whether nobody said anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What is wrong with it and what to do, in a sentence; nothing if it is as it may be. Texts and names were checked when
    /// they were read.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        if self.contacts.len() > MAX_CONTACTS {
            return Some(alloc::format!("{} contacts are more than {MAX_CONTACTS}; leave some out", self.contacts.len()));
        }
        let branding = self.branding.as_ref()?;
        if branding.colours.len() > MAX_COLOURS {
            return Some(alloc::format!("{} colours are more than {MAX_COLOURS}; leave some out", branding.colours.len()));
        }
        let plain = |name: &str| (1..=32).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let odd = branding.colours.keys().find(|name| !plain(name))?;
        Some(alloc::format!("`{}` is no use of a colour: 1 to 32 letters, digits and `_`", odd.escape_debug()))
    }
}

fn is_default(company: &Company) -> bool {
    *company == Company::default()
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl core::str::FromStr for Colour {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(())?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(());
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).map_err(drop)?.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl Serialize for Colour {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let told = || serde::de::Error::custom(alloc::format!("`{}` is no colour; write `#rrggbb`", text.escape_debug()));
        text.parse().map_err(|()| told())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    #[test]
    fn what_was_said_is_kept_and_what_was_not_takes_no_room_acc_3() {
        let text = r##"{"service_type":"Premium","company":{"website":"https://acme.example"},"contacts":[{"name":"Ann","phone":"+49 30 1"}],"branding":{"name":"Acme Backup","colours":{"accent":"#00ff7f"}}}"##;
        let about: About = serde_json::from_str(text).unwrap();
        assert_eq!((serde_json::to_string(&about).unwrap().as_str(), about.fault()), (text, None));
        assert_eq!(serde_json::to_string(&About::default()).unwrap(), "{}");
        assert!(About::default().is_empty() && !about.is_empty());
    }

    #[test]
    fn too_much_and_odd_colours_are_told_by_their_value_acc_3() {
        for odd in ["red", "#00ff7", "#00ff7ff", "#00ff7g", "#+0ff7f", "00ff7f", ""] {
            assert_eq!(odd.parse::<Colour>(), Err(()), "{odd:?}");
        }
        let contact =
            Contact { name: Name::new("x").unwrap(), role: Text::default(), email: Text::default(), phone: Text::default() };
        let many = About { contacts: alloc::vec![contact; MAX_CONTACTS + 1], ..About::default() };
        assert!(many.fault().unwrap().starts_with("33 contacts"));
        let branded = |names: &[String]| {
            let colours = names.iter().map(|name| (name.clone(), Colour([0; 3]))).collect();
            About { branding: Some(Branding { name: Name::new("x").unwrap(), colours }), ..About::default() }.fault()
        };
        let names: Vec<String> = (0..=MAX_COLOURS).map(|at| alloc::format!("c{at}")).collect();
        assert!(branded(&names).unwrap().starts_with("17 colours"));
        assert_eq!(branded(&names[1..]), None);
        for odd in ["", "a b", "größe"] {
            assert!(branded(&[odd.to_string()]).unwrap().contains("no use of a colour"));
        }
    }
}
