// SPDX-License-Identifier: Apache-2.0
//! Birth dates: which exist, which century is meant, and which lie in the future
//! (`pseudo/identity/dates.py`).

use crate::reason::Reason;

/// Nobody registered in Sweden has grown older.
const OLDEST_AGE: i32 = 120;
const DAYS: [i32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// A day, whose month or day of the month may be 0 where it is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// The year.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: i32,
    /// The day of the month, from 1.
    pub day: i32,
}

impl Date {
    /// Whether the calendar has this day.
    #[inline]
    #[must_use]
    pub fn exists(self) -> bool {
        let Some(days) = usize::try_from(self.month - 1)
            .ok()
            .and_then(|month| DAYS.get(month))
        else {
            return false;
        };
        1 <= self.day && (self.day <= *days || self.is_leap_day())
    }

    #[inline]
    fn is_leap_day(self) -> bool {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        self.month == 2 && self.day == 29 && leap
    }

    /// Whether a birth on this day is after `reference`; an incomplete date is only if
    /// every day that it could mean is.
    #[inline]
    #[must_use]
    pub fn is_after(self, reference: Self) -> bool {
        let day = if self.month == 0 { 0 } else { self.day };
        // An unknown month or day stands as 0 and so makes no date later than it is.
        let packed = |date: Self, day: i32| (date.year * 100 + date.month) * 100 + day;
        packed(self, day) > packed(reference, reference.day)
    }

    /// Judges a complete birth date.
    ///
    /// # Errors
    ///
    /// `BadCentury`, `BadDate` or `FutureDate`.
    pub fn judge(self, reference: Self) -> Result<(), Reason> {
        if !has_century(self.year) {
            return Err(Reason::BadCentury);
        }
        if !self.exists() {
            return Err(Reason::BadDate);
        }
        if self.is_after(reference) {
            return Err(Reason::FutureDate);
        }
        Ok(())
    }
}

/// Whether numbers of this birth year exist (Skatteverket 330245).
#[inline]
#[must_use]
pub fn has_century(year: i32) -> bool {
    (1800..2100).contains(&year)
}

/// The birth year of a form without century (folkbokföringslagen 18 §).
#[inline]
#[must_use]
pub fn birth_year(two_digits: i32, reference: Date, plus: bool) -> i32 {
    let latest = reference.year - if plus { 100 } else { 0 };
    latest - (latest - two_digits).rem_euclid(100)
}

/// Whether a year read from a form without separator could be a century earlier.
#[inline]
#[must_use]
pub fn could_be_over_100(year: i32, reference: Date) -> bool {
    reference.year - (year - 100) <= OLDEST_AGE
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFERENCE: Date = date(2026, 11, 22);

    const fn date(year: i32, month: i32, day: i32) -> Date {
        Date { year, month, day }
    }

    #[test]
    fn the_calendar_is_gregorian() {
        assert!(date(2000, 2, 29).exists());
        assert!(date(2024, 2, 29).exists());
        for wrong in [
            date(1900, 2, 29),
            date(2023, 2, 29),
            date(2026, 4, 31),
            date(2026, 0, 1),
            date(2026, 13, 1),
            date(2026, 1, 0),
        ] {
            assert!(!wrong.exists());
        }
    }

    #[test]
    fn an_incomplete_date_is_future_only_if_all_it_could_mean_is() {
        assert!(!date(2026, 0, 40).is_after(REFERENCE));
        assert!(date(2027, 0, 0).is_after(REFERENCE));
        assert!(!date(2026, 11, 0).is_after(REFERENCE));
        assert!(date(2026, 12, 0).is_after(REFERENCE));
        assert!(!REFERENCE.is_after(REFERENCE));
        assert!(date(2026, 11, 23).is_after(REFERENCE));
    }

    #[test]
    fn the_century_follows_from_reference_and_sign() {
        assert_eq!(birth_year(26, REFERENCE, false), 2026);
        assert_eq!(birth_year(27, REFERENCE, false), 1927);
        assert_eq!(birth_year(26, REFERENCE, true), 1926);
        assert_eq!(birth_year(27, REFERENCE, true), 1827);
        assert!(could_be_over_100(2006, REFERENCE));
        assert!(!could_be_over_100(2005, REFERENCE));
    }
}
