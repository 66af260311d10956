//! Logos and icons of a branding (ACC-3).
//!
//! 1. An image is put with its bytes, which say what it is; afterwards the branding names it by its hash.
//! 2. A patch of the company profile keeps images, moves them to another use or leaves them out. It brings none: what a branding
//!    names is there.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;

use super::{Act, Outcome, Refusal};
use crate::account::branding::Image;
use crate::account::{About, AccountPath, Branding};
use crate::code::Code;
use crate::directory::change::Change;
use crate::directory::rows::Account;

impl Act<'_> {
    /// Puts an image in the place of the logo, or of the icon of that use.
    pub(super) fn put_image(&self, path: &AccountPath, icon: Option<&String>, bytes: &Arc<[u8]>) -> Outcome {
        let row = self.seen_account(path)?;
        self.check_stays(row)?;
        let image = Image::of(bytes).map_err(|fault| Refusal::new(Code::InvalidArgument, fault))?;
        let mut about = row.about.as_deref().cloned().unwrap_or_default();
        let Some(branding) = &mut about.branding else {
            let message = format!("`{path}` has no branding yet; say first what the host program calls itself");
            return Err(Refusal::new(Code::InvalidArgument, message));
        };
        let what = match icon {
            Some(use_of_it) => {
                branding.icons.insert(use_of_it.clone(), image.clone());
                format!("new icon `{}`", use_of_it.escape_debug())
            }
            None => {
                branding.logo = Some(image.clone());
                String::from("new logo")
            }
        };
        if let Some(fault) = about.fault() {
            return Err(Refusal::new(Code::InvalidArgument, fault));
        }
        let detail = format!("{what}, {} of {} bytes", image.format.name(), image.size);
        if row.about.as_deref() == Some(&about) {
            return Ok((vec![], detail));
        }
        let bytes = Change::Image { account: row.id, hash: image.hash, bytes: Arc::clone(bytes) };
        Ok((vec![Change::Account(Account { about: Some(Box::new(about)), ..row.clone() }), bytes], detail))
    }
}

/// What of a company profile names an image that nobody put there, in a sentence.
pub(super) fn unknown_image(old: Option<&About>, new: &About) -> Option<String> {
    let of = |about: Option<&About>| about.and_then(|about| about.branding.clone());
    let (old, new) = (of(old), of(Some(new))?);
    let is_there = |image: &&Image| old.as_ref().and_then(|old: &Branding| old.image(&image.hash)) == Some(*image);
    let unknown = new.images().find(|image| !is_there(image))?;
    Some(format!("`{}` is no image that the account has; put the image there with its bytes", unknown.hash))
}
