// SPDX-License-Identifier: Apache-2.0
//! What all judges read of a spelling: date, century, last four, check digit.

use crate::dates::{Date, birth_year, could_be_over_100, has_century};
use crate::digits::{are_digits, number, padded, values, weighted};
use crate::reason::Reason;
use crate::spelling::{Separator, Spelled};
use crate::verdict::CENTURY_AMBIGUOUS;

/// Without the century, which no check digit depends on.
const WITHOUT_CENTURY: u64 = !0xffff;

impl Spelled {
    /// Whether the last four are digits.
    #[inline]
    #[must_use]
    pub fn has_digits_only(&self) -> bool {
        are_digits(padded(self.last))
    }

    /// The last four characters.
    #[inline]
    #[must_use]
    pub fn last_four(&self) -> [u8; 4] {
        self.last.to_le_bytes()
    }

    /// The date as it is written; the year has a century only if one was written.
    #[inline]
    #[must_use]
    pub fn date(&self) -> Date {
        // Eight digits are less than 2^31.
        let written = i32::try_from(number(values(self.date))).unwrap_or_default();
        Date {
            year: written / 10_000,
            month: written / 100 % 100,
            day: written % 100,
        }
    }

    /// The birth year: as written, or else as reference date and separator have it.
    #[inline]
    #[must_use]
    pub fn year(&self, written: Date, reference: Date) -> i32 {
        if self.has_century {
            return written.year;
        }
        birth_year(written.year, reference, self.separator == Separator::Plus)
    }

    /// Checks the birth year and gives the flags that follow from it.
    ///
    /// # Errors
    ///
    /// `BadCentury` or `CenturyConflict`.
    #[inline]
    pub fn century_flags(&self, year: i32, reference: Date) -> Result<u8, Reason> {
        if !has_century(year) {
            return Err(Reason::BadCentury);
        }
        if self.has_century && self.separator == Separator::Plus && reference.year - year < 100 {
            return Err(Reason::CenturyConflict);
        }
        let bare = !self.has_century && self.separator == Separator::None;
        Ok(if bare && could_be_over_100(year, reference) {
            CENTURY_AMBIGUOUS
        } else {
            0
        })
    }

    /// The same number with the century of its birth year written.
    #[inline]
    #[must_use]
    pub fn in_century_of(&self, year: i32) -> Self {
        let century: u64 = match year / 100 {
            18 => 0x3831,
            19 => 0x3931,
            _ => 0x3032,
        };
        Self {
            date: self.date & WITHOUT_CENTURY | century,
            ..*self
        }
    }

    /// The last ten digits as a number.
    #[inline]
    #[must_use]
    pub fn ten(&self) -> u64 {
        number(values(self.date) & WITHOUT_CENTURY) * 10_000
            + number(values(padded(self.last))) / 10_000
    }

    /// Whether the last of the last ten digits is the check digit of the others.
    #[inline]
    #[must_use]
    pub fn check_digit_holds(&self) -> bool {
        (weighted(values(self.date) & WITHOUT_CENTURY) + weighted(values(padded(self.last))))
            .is_multiple_of(10)
    }

    /// The same number with a digit in place of the first of the last four.
    #[must_use]
    pub fn with_digit(&self, digit: u8) -> Self {
        let [_, rest @ ..] = self.last_four();
        let [first, second, third] = rest;
        Self {
            last: u32::from_le_bytes([digit, first, second, third]),
            ..*self
        }
    }
}
