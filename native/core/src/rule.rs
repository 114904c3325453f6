// SPDX-License-Identifier: Apache-2.0
//! What a column's numbers are and by what day they are judged
//! (`pseudo/identity/kinds.py`).

use crate::dates::Date;
use crate::kind::Kind;

/// The rule by which a column of numbers is judged.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Accepted kinds in order; of several the first that accepts a text wins.
    pub kinds: Vec<Kind>,
    /// Centuries are told and births judged by this day.
    pub reference: Date,
    /// Placeholders.
    pub denied: Denied,
    /// Whether 7 to 9 digits lost their leading zeros.
    pub pad_zeros: bool,
    /// Which persons' numbers are accepted, where nothing else is.
    pub persons: Option<Persons>,
}

impl Rule {
    /// Makes a rule of kinds in their order.
    #[must_use]
    pub fn new(kinds: Vec<Kind>, reference: Date, denied: Denied, pad_zeros: bool) -> Self {
        let persons = Persons {
            personnummer: kinds.contains(&Kind::Personnummer),
            samordningsnummer: kinds.contains(&Kind::Samordningsnummer),
        };
        let others = kinds
            .iter()
            .any(|kind| !matches!(kind, Kind::Personnummer | Kind::Samordningsnummer));
        Self {
            kinds,
            reference,
            denied,
            pad_zeros,
            persons: (!others).then_some(persons),
        }
    }
}

/// Which of the two kinds of persons' numbers are accepted.
#[derive(Clone, Copy, Debug)]
pub struct Persons {
    /// Those with a true day of birth.
    pub personnummer: bool,
    /// Those whose day is 60 more.
    pub samordningsnummer: bool,
}

impl Persons {
    /// Both.
    pub const BOTH: Self = Self {
        personnummer: true,
        samordningsnummer: true,
    };
}

/// Placeholders: numbers of 10 digits, of any century, or of 12.
#[derive(Clone, Debug, Default)]
pub struct Denied {
    ten: Vec<u64>,
    twelve: Vec<u64>,
    /// A bit for each remainder of 64 that a placeholder's last ten digits leave, so that
    /// hardly any number needs to be looked for.
    remainders: u64,
}

impl Denied {
    /// Takes the entries that are 10 or 12 digits; others cannot be any number's.
    pub fn new<'a>(entries: impl IntoIterator<Item = &'a str>) -> Self {
        let mut denied = Self::default();
        for entry in entries {
            if !entry.bytes().all(|byte| byte.is_ascii_digit()) {
                continue;
            }
            match (entry.len(), entry.parse()) {
                (10, Ok(number)) => denied.ten.push(number),
                (12, Ok(number)) => denied.twelve.push(number),
                _ => {}
            }
        }
        for number in denied.ten.iter().chain(&denied.twelve) {
            denied.remainders |= 1 << (number % TEN_DIGITS % 64);
        }
        denied
    }

    /// Whether a number of ten digits is a placeholder, by itself or in its century.
    #[inline]
    #[must_use]
    pub fn holds(&self, century: i32, ten: u64) -> bool {
        self.remainders >> (ten % 64) & 1 == 1 && self.is_listed(century, ten)
    }

    #[inline(never)]
    fn is_listed(&self, century: i32, ten: u64) -> bool {
        // No century is below 0, since it is written or the reference date's.
        let twelve = u64::try_from(century).unwrap_or_default() * TEN_DIGITS + ten;
        self.ten.contains(&ten) || self.twelve.contains(&twelve)
    }
}

const TEN_DIGITS: u64 = 10_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_ten_digits_hold_in_any_century() {
        let denied = Denied::new(["1010101010", "191212121212", "12", "x010101010"]);
        assert!(denied.holds(19, 1_010_101_010));
        assert!(denied.holds(20, 1_010_101_010));
        assert!(denied.holds(19, 1_212_121_212));
        assert!(!denied.holds(20, 1_212_121_212));
        assert!(!denied.holds(0, 12));
    }
}
