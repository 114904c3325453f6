// SPDX-License-Identifier: Apache-2.0
//! The judgement of one number that was found, and the place that it has among all.
//!
//! The rule is that of `pseudo.identity.finding.scan_rule`: personnummer and
//! samordningsnummer, but no placeholders, of any birth until the year's end.

use crate::dates::{Date, birth_year, has_century};
use crate::person::{Born, COORDINATION};
use crate::rank::{parts, rank};
use crate::rule::Denied;

/// Years that a reference date may lie in, as `pseudo.identity.kinds` has them.
const YEARS: std::ops::RangeInclusive<i32> = 1947..=2099;

/// What two digits add to the sum that is a multiple of ten: twice the first, of which the
/// digits are added, and the second.
const WEIGHTS: [u8; 100] = {
    let mut weights = [0; 100];
    let mut two = 0_u8;
    while two < 100 {
        let doubled = two / 10 * 2;
        weights[two as usize] = doubled / 10 + doubled % 10 + two % 10;
        two += 1;
    }
    weights
};

/// A number as it is written, before anything is known about its truth.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// The first six or eight digits.
    pub head: u32,
    /// Whether they are eight: the year is written with its century.
    pub wide: bool,
    /// Whether a plus stands behind them.
    pub plus: bool,
    /// The last four digits.
    pub tail: u32,
}

/// The rule by which numbers are found.
#[derive(Clone, Debug)]
pub struct ScanRule {
    reference: Date,
    denied: Denied,
}

impl ScanRule {
    /// The rule of a reference year and of placeholders, or `None` where no rule has such a
    /// year.
    #[must_use]
    pub fn of(year: i64, denied: Denied) -> Option<Self> {
        let year = i32::try_from(year).ok()?;
        let reference = Date {
            year,
            month: 12,
            day: 31,
        };
        YEARS.contains(&year).then_some(Self { reference, denied })
    }

    /// The rank of a number (`pseudo.identity.rank`), or `None` where it is nobody's.
    #[must_use]
    pub fn rank(&self, number: Number) -> Option<i64> {
        let (month, day) = (number.head / 100 % 100, number.head % 100);
        if month > 12 {
            return None; // Most of what only looks like a number ends here.
        }
        let year = self.birth_year(number)?;
        let born = Born::of(Date {
            year,
            month: month.cast_signed(),
            day: day.cast_signed(),
        })?;
        let (head, serial) = (number.head % 1_000_000, number.tail / 10);
        if serial == 0
            || !weight(head, number.tail).is_multiple_of(10)
            || self.denied.holds(year / 100, ten(head, number.tail))
        {
            return None;
        }
        Some(rank(born.date, serial.cast_signed(), born.coordination))
    }

    /// The birth year, or `None` where it is not known, in conflict or in the future.
    fn birth_year(&self, number: Number) -> Option<i32> {
        let written = (number.head / 10_000).cast_signed();
        let year = if number.wide {
            written
        } else {
            birth_year(written, self.reference, number.plus)
        };
        let conflict = number.wide && number.plus && self.reference.year - year < 100;
        (has_century(year) && year <= self.reference.year && !conflict).then_some(year)
    }
}

/// The last ten digits of the number that has this rank, or `None` where none has.
#[must_use]
pub fn ten_digits(rank: i64) -> Option<u64> {
    let (born, serial, coordination) = parts(rank)?;
    let day = born.day + if coordination { COORDINATION } else { 0 };
    let head = ((born.year % 100 * 100 + born.month) * 100 + day).cast_unsigned();
    let tail = serial.cast_unsigned() * 10;
    let check_digit = (100 - weight(head, tail)) % 10;
    Some(ten(head, tail + check_digit))
}

/// Six and four digits as ten.
#[inline]
fn ten(head: u32, tail: u32) -> u64 {
    u64::from(head) * 10_000 + u64::from(tail)
}

/// The sum of ten digits, every second of them doubled from the first: at most 90.
#[inline]
fn weight(head: u32, tail: u32) -> u32 {
    let two = |digits: u32| u32::from(WEIGHTS[(digits % 100) as usize]);
    two(head / 10_000) + two(head / 100) + two(head) + two(tail / 100) + two(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(head: u32, wide: bool, plus: bool, tail: u32) -> Number {
        Number {
            head,
            wide,
            plus,
            tail,
        }
    }

    fn rank(year: i64, number: Number) -> Option<i64> {
        let denied = Denied::new(["1010101010", "201212121212"]);
        ScanRule::of(year, denied).unwrap().rank(number)
    }

    #[test]
    fn a_number_has_one_rank_in_every_spelling() {
        let wide = rank(2026, number(19_121_212, true, false, 1212)).unwrap();
        assert_eq!(wide, ((112 * 13 + 12) * 32 + 12) * 1000 + 121);
        assert_eq!(rank(2026, number(121_212, false, true, 1212)), Some(wide));
        assert_eq!(rank(2026, number(19_121_212, true, true, 1212)), Some(wide));
        assert_eq!(rank(1999, number(121_212, false, false, 1212)), Some(wide));
        assert_eq!(rank(2026, number(121_212, false, false, 1212)), None);
    }

    #[test]
    fn wrong_digits_dates_serials_centuries_and_placeholders_are_nobodys() {
        for wrong in [
            number(19_121_212, true, false, 1213),
            number(19_121_312, true, false, 1211),
            number(20_150_916, true, false, 6),
            number(17_121_212, true, false, 1212),
            number(21_121_212, true, false, 1212),
            number(101_010, false, false, 1010),
            number(19_900_118, true, true, 9811),
            number(0, false, false, 0),
            number(20_121_212, true, false, 1212),
        ] {
            assert_eq!(rank(2026, wrong), None);
        }
    }

    #[test]
    fn incomplete_dates_are_samordningsnummers_alone() {
        assert!(rank(2026, number(19_150_072, true, false, 2390)).is_some());
        assert!(rank(2026, number(19_150_388, true, false, 2399)).is_some());
        for tail in 0..10_000 {
            assert_eq!(rank(2026, number(19_150_012, true, false, tail)), None);
            assert_eq!(rank(2026, number(19_151_300, true, false, tail)), None);
            assert_eq!(rank(2026, number(19_150_092, true, false, tail)), None);
        }
    }

    #[test]
    fn births_count_until_the_end_of_the_year() {
        let born = (0..10_000).filter(|tail| {
            let number = number(20_261_231, true, false, *tail);
            assert_eq!(rank(2025, number), None);
            rank(2026, number).is_some()
        });
        assert_eq!(born.count(), 999);
    }

    #[test]
    fn years_without_a_rule_are_told() {
        for year in [i64::MIN, -1, 0, 1946, 2100, i64::MAX] {
            assert!(ScanRule::of(year, Denied::default()).is_none());
        }
    }

    #[test]
    fn a_rank_gives_its_last_ten_digits_back() {
        for (head, tail) in [(19_121_212, 1212), (19_701_063, 2391), (19_150_072, 2390)] {
            let rank = rank(2026, number(head, true, false, tail)).unwrap();
            let ten = u64::from(head % 1_000_000) * 10_000 + u64::from(tail);
            assert_eq!(ten_digits(rank), Some(ten));
        }
        for none in [-1, i64::MIN, 249_600_000, i64::MAX] {
            assert_eq!(ten_digits(none), None);
        }
    }
}
