//! What the accounts above say of a host program: settings of their policies, and how it is to look (ACC-3, ACC-9).
//!
//! All of it comes with the list of profiles and is read from memory, images from the cache; nothing is sent. It says nothing of
//! what the user may do.

use std::collections::BTreeMap;

use sbm_core::account::branding::{Colour, ImageFormat};
use sbm_core::account::policy::{Mode, with_own};
use sbm_core::name::Name;

use super::Client;
use crate::error::Error;

/// What a setting comes to for this host program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Setting {
    /// The value that counts; none if nobody has one.
    pub value: Option<String>,
    /// How it is handed down; none if no policy has it. What is not forced is the host's to change.
    pub mode: Option<Mode>,
    /// The account whose policy says so, by its full name; none if it stands above the user's own, and where no policy has it.
    pub origin: Option<String>,
}

/// How the host program is to look.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Look {
    /// What it calls itself.
    pub name: Name,
    /// Colours by their use, such as `accent`.
    pub colours: BTreeMap<String, Colour>,
    /// Images by their use: `logo`, and icons by their names. One that was not fetched yet is not there.
    pub images: BTreeMap<String, Picture>,
}

/// An image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// What it is.
    pub format: ImageFormat,
    /// Its bytes, at most 128 KiB.
    pub bytes: Vec<u8>,
}

impl Client {
    /// What a setting comes to, where the host has that value of its own, or none: what is forced counts whatever the host has,
    /// and a default counts where it has none.
    ///
    /// # Offline
    ///
    /// As of the last contact.
    #[must_use]
    pub fn setting(&self, name: &str, own: Option<&str>) -> Setting {
        self.shared.refresh();
        let view = self.shared.view();
        let told = view.list().and_then(|list| list.settings.get(name));
        Setting {
            value: with_own(told.map(|told| (told.mode, told.value.as_deref())), own).map(str::to_owned),
            mode: told.map(|told| told.mode),
            origin: told.and_then(|told| told.origin.clone()),
        }
    }

    /// The names of all settings that policies above this installation have.
    #[must_use]
    pub fn settings(&self) -> Vec<String> {
        self.shared.refresh();
        self.shared.view().list().map(|list| list.settings.keys().cloned().collect()).unwrap_or_default()
    }

    /// How the host program is to look; none if nobody above says anything.
    ///
    /// # Errors
    ///
    /// When the cache cannot be read.
    ///
    /// # Offline
    ///
    /// As of the last contact.
    pub fn look(&self) -> Result<Option<Look>, Error> {
        self.shared.refresh();
        let view = self.shared.view();
        let Some(branding) = view.list().and_then(|list| list.branding.as_ref()) else { return Ok(None) };
        let logo = branding.logo.iter().map(|image| ("logo", image));
        let mut images = BTreeMap::new();
        for (usage, image) in branding.icons.iter().map(|(usage, image)| (usage.as_str(), image)).chain(logo) {
            if let Some(bytes) = self.shared.store.body(&image.hash)? {
                images.insert(usage.to_owned(), Picture { format: image.format, bytes });
            }
        }
        Ok(Some(Look { name: branding.name.clone(), colours: branding.colours.clone(), images }))
    }
}
