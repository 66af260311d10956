//! How strong a password is, and which named sets of rules it conforms to (RUN-9).
//!
//! 1. Both inform and neither blocks: what a server refuses is another rule (RUN-6).
//! 2. The meter counts what trying every password of that kind would take, and counts little for a character that repeats the
//!    one before or follows it in order. It knows no words: a sentence of a book is rated too high.
//! 3. A set of rules is data, with the source that it was taken from. There is none of PGSSI-S: its rules for passwords could
//!    not be had from a source that can be named here, and a mark that nobody can check is none.

use serde::{Deserialize, Serialize};

/// How long guessing takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Below 40 bits.
    Weak,
    /// From 40 bits on.
    Fair,
    /// From 60 bits on.
    Good,
    /// From 80 bits on.
    Strong,
}

impl Strength {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Weak => "weak",
            Self::Fair => "fair",
            Self::Good => "good",
            Self::Strong => "strong",
        }
    }

    /// What so many bits come to.
    #[must_use]
    pub const fn of(bits: u32) -> Self {
        match bits {
            0..40 => Self::Weak,
            40..60 => Self::Fair,
            60..80 => Self::Good,
            _ => Self::Strong,
        }
    }
}

/// A kind of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Small letters.
    Lower,
    /// Capital letters.
    Upper,
    /// Digits.
    Digit,
    /// All else: marks, blanks, letters that are neither small nor capital.
    Special,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Lower, Self::Upper, Self::Digit, Self::Special];

    /// The kind of a character.
    #[must_use]
    pub fn of(c: char) -> Self {
        match c {
            c if c.is_lowercase() => Self::Lower,
            c if c.is_uppercase() => Self::Upper,
            c if c.is_numeric() => Self::Digit,
            _ => Self::Special,
        }
    }
}

/// One way to conform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The fewest characters.
    pub characters: usize,
    /// The kinds of characters of which there is one each at least.
    pub classes: &'static [Class],
    /// The fewest words, parted by blanks or marks.
    pub words: usize,
}

impl Rule {
    fn holds(&self, password: &str) -> bool {
        let has = |class: &Class| password.chars().any(|c| Class::of(c) == *class);
        let words = password.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1).count();
        password.chars().count() >= self.characters && self.classes.iter().all(has) && words >= self.words
    }
}

/// A named set of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleSet {
    /// What it is known by.
    pub name: &'static str,
    /// What it is.
    pub title: &'static str,
    /// Where its rules are from.
    pub source: &'static str,
    /// Whoever keeps one of these conforms.
    pub any_of: &'static [Rule],
}

/// The sets of rules that are known.
pub const RULE_SETS: &[RuleSet] = &[
    RuleSet {
        name: "cnil-2022",
        title: "CNIL (France), recommendation on passwords of 2022, for a password alone",
        source: "https://www.cnil.fr/fr/mots-de-passe-une-nouvelle-recommandation-pour-maitriser-sa-securite",
        any_of: &[
            Rule { characters: 12, classes: &Class::ALL, words: 0 },
            Rule { characters: 14, classes: &[Class::Lower, Class::Upper, Class::Digit], words: 0 },
            Rule { characters: 0, classes: &[], words: 7 },
        ],
    },
    RuleSet {
        name: "nist-800-63b-4",
        title: "NIST SP 800-63B, revision 4, section 3.1.1.2, for a password alone",
        source: "https://pages.nist.gov/800-63-4/sp800-63b.html",
        any_of: &[Rule { characters: 15, classes: &[], words: 0 }],
    },
];

impl RuleSet {
    /// Whether a password conforms.
    #[must_use]
    pub fn holds(&self, password: &str) -> bool {
        self.any_of.iter().any(|rule| rule.holds(password))
    }
}

/// How many bits a password has at most, rounded down.
#[must_use]
pub fn bits(password: &str) -> u32 {
    let kinds = |class: Class| password.chars().any(|c| Class::of(c) == class);
    let signs: u32 = [(Class::Lower, 26), (Class::Upper, 26), (Class::Digit, 10), (Class::Special, 33)]
        .into_iter()
        .filter(|(class, _)| kinds(*class))
        .map(|(_, signs)| signs)
        .sum();
    let before = core::iter::once(None).chain(password.chars().map(Some));
    let thousandths = before.zip(password.chars()).map(|(before, c)| match before {
        Some(before) if follows(before, c) => 1_000,
        _ => thousandth_bits(signs),
    });
    thousandths.fold(0_u32, u32::saturating_add) / 1_000
}

/// Whether a character says little behind that one: the same, or its neighbour in the order of the signs.
fn follows(before: char, c: char) -> bool {
    u32::from(before).abs_diff(u32::from(c)) <= 1
}

/// The logarithm to the base of 2 of a number of signs, in thousandths.
const fn thousandth_bits(signs: u32) -> u32 {
    match signs {
        0..10 => 0,
        10..26 => 3_321,
        26..33 => 4_700,
        33..36 => 5_044,
        36..43 => 5_169,
        43..52 => 5_426,
        52..59 => 5_700,
        59..62 => 5_882,
        62..69 => 5_954,
        69..85 => 6_108,
        85..95 => 6_409,
        _ => 6_569,
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn a_password_is_rated_by_its_signs_and_repeating_them_adds_little_run_9() {
        for (password, least, most, strength) in [
            ("", 0, 0, Strength::Weak),
            ("aaaaaaaaaaaaaaaaaaaaaaaa", 20, 30, Strength::Weak),
            ("abcdefghijklmnopqrstuvwxyz", 25, 35, Strength::Weak),
            ("123456789012", 10, 25, Strength::Weak),
            ("gkqzrxwp", 30, 37, Strength::Weak),
            ("gkqzrxwpbmtv", 50, 59, Strength::Fair),
            ("Xk4!pq7z_9aB", 70, 79, Strength::Good),
            ("hcnmqk-2x7rws-bvptz9-m4gdfe", 120, 170, Strength::Strong),
            ("violet staircase 43 over the sea", 120, 200, Strength::Strong),
        ] {
            let bits = bits(password);
            assert!((least..=most).contains(&bits), "{password:?}: {bits}");
            assert_eq!(Strength::of(bits), strength, "{password:?}: {bits}");
        }
        assert!(bits(&"x1Y!".repeat(10_000_000 / 4)) > 1_000, "it never overflows");
    }

    #[test]
    fn each_set_of_rules_says_which_passwords_conform_and_where_it_is_from_run_9() {
        for (password, expected) in [
            ("Xk4!pq7z_9a", &[][..]),
            ("Xk4!pq7z_9aB", &["cnil-2022"][..]),
            ("Xk4ppq7zz9aB", &[][..]),
            ("Xk4ppq7zz9aBmm", &["cnil-2022"][..]),
            ("xk4ppq7zz9abmm", &[][..]),
            ("xk4ppq7zz9abmmz", &["nist-800-63b-4"][..]),
            ("Xk4ppq7zz9aBmmz", &["cnil-2022", "nist-800-63b-4"][..]),
            ("violet staircase over the sea in autumn", &["cnil-2022", "nist-800-63b-4"][..]),
            ("violet staircase over the sea and", &["nist-800-63b-4"][..]),
            ("a b c d e f g h", &["nist-800-63b-4"][..]),
            ("Ünï-code-9xyz", &["cnil-2022"][..]),
        ] {
            let kept: Vec<&str> = RULE_SETS.iter().filter(|set| set.holds(password)).map(|set| set.name).collect();
            assert_eq!(kept, expected, "{password:?}");
        }
        for set in RULE_SETS {
            assert!(set.source.starts_with("https://") && !set.any_of.is_empty(), "{}", set.name);
        }
    }
}
