//! What people want to know of an organisation: service type, company, contacts, branding (ACC-3).

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::branding::Branding;
use crate::factor::{Address, Channel};
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
    /// Its website, which begins with `https://` or `http://`.
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

/// The most contacts of an organisation.
pub const MAX_CONTACTS: usize = 32;

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
        let contact = || self.contacts.iter().find_map(Contact::fault);
        self.company.fault().or_else(contact).or_else(|| self.branding.as_ref()?.fault())
    }
}

impl Company {
    /// What is shown as a link is a page, and nothing that a browser would run or a mail program would open.
    fn fault(&self) -> Option<String> {
        let website = self.website.as_str();
        if website.is_empty() || is_page(website) {
            return None;
        }
        let shown = website.escape_debug();
        Some(alloc::format!(
            "the website `{shown}` is no address of a page; write it as `https://www.example.org`, or with `http://`"
        ))
    }
}

impl Contact {
    fn fault(&self) -> Option<String> {
        let rule = Some(self.email.as_str()).filter(|email| !email.is_empty());
        let rule = rule.and_then(|email| Address::parse(Channel::Email, email).err())?;
        Some(alloc::format!("the e-mail address `{}` of the contact `{}`: {rule}", self.email.as_str().escape_debug(), self.name))
    }
}

/// Whether it is `http` or `https`, a host, and nothing that would end a link.
fn is_page(website: &str) -> bool {
    let Some((scheme, rest)) = website.split_once("://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let ends_link = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`' | '\\');
    ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
        && host.starts_with(|c: char| c.is_alphanumeric() || c == '[')
        && !host.contains('@')
        && !rest.contains(ends_link)
}

fn is_default(company: &Company) -> bool {
    *company == Company::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_kept_and_what_was_not_takes_no_room_acc_3() {
        let text = r##"{"service_type":"Premium","company":{"website":"https://acme.example"},"contacts":[{"name":"Ann","phone":"+49 30 1"}],"branding":{"name":"Acme Backup","colours":{"accent":"#00ff7f"}}}"##;
        let about: About = serde_json::from_str(text).unwrap();
        assert_eq!((serde_json::to_string(&about).unwrap().as_str(), about.fault()), (text, None));
        assert_eq!(serde_json::to_string(&About::default()).unwrap(), "{}");
        assert!(About::default().is_empty() && !about.is_empty());
    }

    #[test]
    fn a_website_is_a_page_and_an_e_mail_address_is_one_acc_3() {
        let website = |text: &str| About {
            company: Company { website: Text::new(text).unwrap(), ..Company::default() },
            ..About::default()
        };
        for page in ["", "https://acme.example", "HTTP://acme.example:8080/a?b=c#d", "https://bücher.example/", "https://[::1]/"]
        {
            assert_eq!(website(page).fault(), None, "{page}");
        }
        for odd in [
            "javascript:alert(1)",
            "javascript://acme.example/%0aalert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "mailto:ann@acme.example",
            "acme.example",
            "https://",
            "https:///acme.example",
            "https://acme.example@evil.example/",
            "https://acme.example/ onclick=x",
            "https://acme.example/\"><script>",
            " https://acme.example",
            "https://acme.example/\nx",
        ] {
            let told = website(odd).fault().unwrap();
            assert!(told.starts_with(&alloc::format!("the website `{}` ", odd.escape_debug())), "{told}");
        }
        let contact = |email: &str| {
            let email = Text::new(email).unwrap();
            let ann = Contact { name: Name::new("Ann").unwrap(), role: Text::default(), email, phone: Text::default() };
            About { contacts: alloc::vec![ann], ..About::default() }.fault()
        };
        assert_eq!((contact(""), contact("ann@acme.example")), (None, None));
        for odd in ["ann", "ann@", "ann at acme.example", "ann@acme.example, bert@acme.example", "javascript:x@acme.example"] {
            let told = contact(odd).unwrap();
            assert!(told.starts_with(&alloc::format!("the e-mail address `{odd}` of the contact `Ann`: it must be")), "{told}");
        }
    }

    #[test]
    fn too_much_is_told_by_its_value_acc_3() {
        let contact =
            Contact { name: Name::new("x").unwrap(), role: Text::default(), email: Text::default(), phone: Text::default() };
        let many = About { contacts: alloc::vec![contact; MAX_CONTACTS + 1], ..About::default() };
        assert!(many.fault().unwrap().starts_with("33 contacts"));
        let mut branding = Branding::new(Name::new("x").unwrap());
        branding.colours.insert(String::new(), "#000000".parse().unwrap());
        assert!(About { branding: Some(branding), ..About::default() }.fault().unwrap().contains("no use of a colour"));
    }
}
