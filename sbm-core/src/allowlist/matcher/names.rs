//! The list of host names, compiled: three sorted lists, asked by binary search.
//!
//! A text that another one of its list begins is left out, so that the only text that can begin a name is the greatest one
//! that is not above it. Suffixes are kept back to front, as leading parts of the name back to front.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::allowlist::name::{Form, NamePattern, PeerName};

/// Texts of which none begins another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::allowlist) struct Beginnings(Box<[Box<[u8]>]>);

impl Beginnings {
    pub(in crate::allowlist) fn new(mut texts: Vec<Box<[u8]>>) -> Self {
        texts.sort_unstable();
        let mut apart: Vec<Box<[u8]>> = Vec::with_capacity(texts.len());
        for text in texts {
            if !apart.last().is_some_and(|before| text.starts_with(before)) {
                apart.push(text);
            }
        }
        Self(apart.into_boxed_slice())
    }

    pub(in crate::allowlist) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them begins this text.
    pub(in crate::allowlist) fn begin(&self, text: &[u8]) -> bool {
        let below = self.0.partition_point(|begin| **begin <= *text);
        below.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|begin| text.starts_with(begin))
    }

    /// Whether each text that one of the others begins is begun by one of these too.
    pub(in crate::allowlist) fn cover(&self, others: &Self) -> bool {
        others.0.iter().all(|text| self.begin(text))
    }
}

/// Which names are admitted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    leading: Beginnings,
    exact: Box<[Box<str>]>,
    suffixes: Beginnings,
}

impl Names {
    /// Compiles these; `*` is not here, since it asks for no name.
    pub(super) fn new(patterns: &[NamePattern]) -> Self {
        let (mut leading, mut exact, mut suffixes) = (Vec::new(), Vec::new(), Vec::new());
        for pattern in patterns {
            match &pattern.0 {
                Form::All => {}
                Form::Leading(part) => leading.push(part.as_bytes().into()),
                Form::Exact(name) => exact.push(name.clone()),
                Form::Suffix(end) => suffixes.push(end.bytes().rev().collect()),
            }
        }
        exact.sort_unstable();
        exact.dedup();
        Self { leading: Beginnings::new(leading), exact: exact.into_boxed_slice(), suffixes: Beginnings::new(suffixes) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.leading.is_empty() && self.exact.is_empty() && self.suffixes.is_empty()
    }

    pub(super) fn admit(&self, name: &PeerName) -> bool {
        self.admit_text(name.as_str())
    }

    fn admit_text(&self, name: &str) -> bool {
        self.leading.begin(name.as_bytes())
            || self.exact.binary_search_by(|exact| (**exact).cmp(name)).is_ok()
            || self.suffixes.begin(reversed(name, &mut [0; 256]))
    }

    /// Whether whatever the others admit is admitted by these too.
    pub(super) fn cover(&self, others: &Self) -> bool {
        self.leading.cover(&others.leading)
            && others.exact.iter().all(|name| self.admit_text(name))
            && self.suffixes.cover(&others.suffixes)
    }
}

/// The name back to front. One that is longer than any name has no suffix.
fn reversed<'a>(name: &str, buffer: &'a mut [u8; 256]) -> &'a [u8] {
    let Some(place) = buffer.get_mut(..name.len()) else { return &[] };
    place.copy_from_slice(name.as_bytes());
    place.reverse();
    place
}
