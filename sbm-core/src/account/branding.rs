//! How host programs look: a name, colours, a logo and icons (ACC-3).
//!
//! 1. The nearest branding on the way up counts, as a whole: nothing of one further up is mixed in.
//! 2. It travels in the list of a device, images by their hashes; a device fetches them as it fetches contents, by hash.
//! 3. An image is what its first bytes say. SVG is none: it is a program, which runs in whoever shows it, and names what is
//!    elsewhere.

use alloc::collections::BTreeMap;
use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::id::Hash;
use crate::name::Name;

/// How host programs look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Branding {
    /// What the host program calls itself.
    pub name: Name,
    /// Colours by their use, as `#rrggbb`; at most [`MAX_COLOURS`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub colours: BTreeMap<String, Colour>,
    /// The logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Image>,
    /// Icons by their use, such as `tray`; at most [`MAX_ICONS`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub icons: BTreeMap<String, Image>,
}

/// An image, told apart by its hash; its bytes are elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Image {
    /// Its bytes.
    pub hash: Hash,
    /// What it is.
    pub format: ImageFormat,
    /// How many bytes it has, from 1 to [`Image::MAX_BYTES`].
    pub size: u64,
}

/// What an image may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImageFormat {
    /// Portable Network Graphics.
    Png,
    /// An icon of Windows, with images of several sizes in it.
    Ico,
}

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// The most colours of a branding.
pub const MAX_COLOURS: usize = 16;

/// The most icons of a branding.
pub const MAX_ICONS: usize = 8;

impl Branding {
    /// A branding of which only the name is said.
    #[must_use]
    pub const fn new(name: Name) -> Self {
        Self { name, colours: BTreeMap::new(), logo: None, icons: BTreeMap::new() }
    }

    /// What is wrong with it and what to do, in a sentence; nothing if it is as it may be.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        if self.colours.len() > MAX_COLOURS {
            return Some(alloc::format!("{} colours are more than {MAX_COLOURS}; leave some out", self.colours.len()));
        }
        if self.icons.len() > MAX_ICONS {
            return Some(alloc::format!("{} icons are more than {MAX_ICONS}; take one away first", self.icons.len()));
        }
        odd(self.colours.keys(), "a colour").or_else(|| odd(self.icons.keys(), "an icon"))
    }

    /// Its images, the logo first.
    pub fn images(&self) -> impl Iterator<Item = &Image> {
        self.logo.iter().chain(self.icons.values())
    }

    /// The image of that hash.
    #[must_use]
    pub fn image(&self, hash: &Hash) -> Option<&Image> {
        self.images().find(|image| image.hash == *hash)
    }
}

/// The first name that is none.
fn odd<'n>(mut names: impl Iterator<Item = &'n String>, of: &str) -> Option<String> {
    let is_plain = |name: &str| (1..=32).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let odd = names.find(|name| !is_plain(name))?;
    Some(alloc::format!("`{}` is no use of {of}: 1 to 32 letters, digits and `_`", odd.escape_debug()))
}

impl Image {
    /// The most bytes of an image: 128 KiB.
    pub const MAX_BYTES: usize = 128 * 1024;
    /// The most pixels of a side.
    pub const MAX_SIDE: u32 = 2_048;

    /// What these bytes are, by their beginning.
    ///
    /// # Errors
    ///
    /// Why they are no image that may be shown, and what to do, in a sentence.
    pub fn of(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > Self::MAX_BYTES {
            let (size, most) = (bytes.len().div_ceil(1_024), Self::MAX_BYTES / 1_024);
            return Err(alloc::format!("the image has {size} KiB, and at most {most} KiB are taken; make it smaller"));
        }
        let Some(format) = ImageFormat::of(bytes) else {
            let known = "this is neither a PNG nor an ICO file; save the image as one of them (SVG is not shown, since it may \
                         hold scripts)";
            return Err(String::from(known));
        };
        if let (ImageFormat::Png, Some((width, height))) = (format, png_sides(bytes)) {
            let most = Self::MAX_SIDE;
            if !(1..=most).contains(&width) || !(1..=most).contains(&height) {
                return Err(alloc::format!("the image is {width} by {height} pixels; each side has 1 to {most}"));
            }
        }
        Ok(Self { hash: Hash::of(bytes), format, size: bytes.len() as u64 })
    }
}

impl ImageFormat {
    /// What begins like that.
    fn of(bytes: &[u8]) -> Option<Self> {
        if png_sides(bytes).is_some() {
            return Some(Self::Png);
        }
        // Six bytes, among them how many images there are, sixteen about each, and something of them.
        let directory = bytes.strip_prefix(&[0, 0, 1, 0])?;
        let count = usize::from(u16::from_le_bytes([*directory.first()?, *directory.get(1)?]));
        ((1..=64).contains(&count) && bytes.len() > 6 + 16 * count).then_some(Self::Ico)
    }

    /// What an answer with such an image calls it.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Ico => "image/vnd.microsoft.icon",
        }
    }

    /// How files of it end.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Ico => "ico",
        }
    }
}

/// Width and height of a PNG, whose first chunk says them.
fn png_sides(bytes: &[u8]) -> Option<(u32, u32)> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")?;
    let side = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    Some((side(0)?, side(4)?))
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
    use alloc::vec::Vec;

    fn png(width: u32, height: u32) -> Vec<u8> {
        [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &width.to_be_bytes(), &height.to_be_bytes(), b"\x08\x06\0\0\0rest"].concat()
    }

    fn ico(count: u16, more: usize) -> Vec<u8> {
        [[0, 0, 1, 0].as_slice(), &count.to_le_bytes(), &alloc::vec![7; more]].concat()
    }

    #[test]
    fn an_image_is_what_its_first_bytes_say_and_within_its_bounds_acc_3() {
        let most = Image::MAX_SIDE;
        let long = |length: usize| [png(1, 1), alloc::vec![0; length - png(1, 1).len()]].concat();
        let of = |bytes: &[u8]| Image::of(bytes).map(|image| (image.format, image.size, image.hash == Hash::of(bytes)));
        for (bytes, format) in [
            (png(1, 1), ImageFormat::Png),
            (png(most, most), ImageFormat::Png),
            (long(Image::MAX_BYTES), ImageFormat::Png),
            (ico(1, 17), ImageFormat::Ico),
            (ico(64, 64 * 16 + 1), ImageFormat::Ico),
        ] {
            assert_eq!(of(&bytes), Ok((format, bytes.len() as u64, true)));
        }
        let odd: [(Vec<u8>, &str); 12] = [
            (Vec::new(), "neither"),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>".to_vec(), "neither"),
            (b"GIF89a".to_vec(), "neither"),
            (b"\x89PNG\r\n\x1a\n".to_vec(), "neither"),
            (png(1, 1).get(..22).unwrap().to_vec(), "neither"),
            (ico(0, 40), "neither"),
            (ico(1, 16), "neither"),
            (ico(65, 2_000), "neither"),
            (png(0, 1), "0 by 1"),
            (png(1, most + 1), "1 by 2049"),
            (png(u32::MAX, 1), "4294967295 by 1"),
            (long(Image::MAX_BYTES + 1), "129 KiB"),
        ];
        for (bytes, told) in odd {
            let said = Image::of(&bytes).unwrap_err();
            assert!(said.contains(told), "{said}");
        }
    }

    #[test]
    fn too_much_and_odd_names_are_told_by_their_value_acc_3() {
        for odd in ["red", "#00ff7", "#00ff7ff", "#00ff7g", "#+0ff7f", "00ff7f", ""] {
            assert_eq!(odd.parse::<Colour>(), Err(()), "{odd:?}");
        }
        let branding = || Branding::new(Name::new("x").unwrap());
        let coloured = |names: &[String]| {
            let colours = names.iter().map(|name| (name.clone(), Colour([0; 3]))).collect();
            Branding { colours, ..branding() }.fault()
        };
        let image = Image::of(&png(1, 1)).unwrap();
        let with_icons = |names: &[String]| {
            let icons = names.iter().map(|name| (name.clone(), image.clone())).collect();
            Branding { icons, logo: Some(image.clone()), ..branding() }.fault()
        };
        let names: Vec<String> = (0..=MAX_COLOURS).map(|at| alloc::format!("c{at}")).collect();
        assert!(coloured(&names).unwrap().starts_with("17 colours"));
        assert_eq!(coloured(&names[1..]), None);
        assert!(with_icons(&names[..=MAX_ICONS]).unwrap().starts_with("9 icons"));
        assert_eq!(with_icons(&names[..MAX_ICONS]), None);
        for odd in ["", "a b", "größe"] {
            assert!(coloured(&[odd.to_string()]).unwrap().contains("no use of a colour"));
            assert!(with_icons(&[odd.to_string()]).unwrap().contains("no use of an icon"));
        }
    }
}
