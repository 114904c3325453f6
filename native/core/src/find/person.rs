// SPDX-License-Identifier: Apache-2.0
//! The judgement of one number that was found, and the place that it has among all.
//!
//! The rule is that of `pseudo.identity.finding.scan_rule`: personnummer and
//! samordningsnummer, the ordinary placeholders, any birth until the year's end.

/// Years that a reference date may lie in, as `pseudo.identity.kinds` has them.
const YEARS: std::ops::RangeInclusive<u32> = 1947..=2099;
const CENTURIES: std::ops::RangeInclusive<u32> = 18..=20;
/// Their first six and last four digits.
const PLACEHOLDERS: [(u32, u32); 4] = [(0, 0), (101_010, 1010), (111_111, 1111), (999_999, 9999)];

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

/// Days of the months, from the one that is not known.
const DAYS_IN: [u32; 13] = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const FIRST_YEAR: u32 = 1800;
const YEARS_RANKED: u32 = 300;
const MONTHS: u32 = 13;
const DAYS: u32 = 32;
const SERIALS: u32 = 1000;
const HALF: u32 = YEARS_RANKED * MONTHS * DAYS * SERIALS;

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
#[derive(Clone, Copy, Debug)]
pub struct ScanRule {
    year: u32,
}

impl ScanRule {
    /// The rule of a reference year, or `None` where no rule has such a year.
    #[must_use]
    pub fn of(year: i64) -> Option<Self> {
        let year = u32::try_from(year).ok()?;
        YEARS.contains(&year).then_some(Self { year })
    }

    /// The rank of a number (`pseudo.identity.rank`), or `None` where it is nobody's.
    #[must_use]
    pub fn rank(self, number: Number) -> Option<i64> {
        let (month, day) = (number.head / 100 % 100, number.head % 100);
        if month > 12 {
            return None; // Most of what only looks like a number ends here.
        }
        let (half, day) = if day >= 60 {
            (HALF, day - 60)
        } else {
            (0, day)
        };
        let incomplete = half > 0 && (month == 0 || day == 0) && day <= 31;
        let year = self.birth_year(number)?;
        let serial = number.tail / 10;
        let ten = (number.head % 1_000_000, number.tail);
        if !(incomplete || is_date(year, month, day))
            || serial == 0
            || !weight(ten.0, ten.1).is_multiple_of(10)
            || PLACEHOLDERS.contains(&ten)
        {
            return None;
        }
        let slot = ((year - FIRST_YEAR) * MONTHS + month) * DAYS + day;
        // The largest rank is below 2 × HALF, which 32 bits hold.
        Some(i64::from(slot * SERIALS + serial + half))
    }

    /// The birth year, or `None` where it is not known, in conflict or in the future.
    fn birth_year(self, number: Number) -> Option<u32> {
        if !number.wide {
            let latest = self.year - if number.plus { 100 } else { 0 };
            let two_digits = number.head / 10_000;
            let year = latest - (latest - two_digits) % 100;
            return CENTURIES.contains(&(year / 100)).then_some(year);
        }
        let year = number.head / 10_000;
        let past = CENTURIES.contains(&(year / 100)) && year <= self.year;
        let conflict = number.plus && past && self.year - year < 100;
        (past && !conflict).then_some(year)
    }
}

/// The last ten digits of the number that has this rank, or `None` where none has.
#[must_use]
pub fn ten_digits(rank: i64) -> Option<u64> {
    let rank = u32::try_from(rank).ok().filter(|rank| *rank < 2 * HALF)?;
    let coordination = rank / HALF;
    let (slot, serial) = (rank % HALF / SERIALS, rank % SERIALS);
    let year = (FIRST_YEAR + slot / (MONTHS * DAYS)) % 100;
    let (month, day) = (slot / DAYS % MONTHS, slot % DAYS + 60 * coordination);
    let (head, tail) = ((year * 100 + month) * 100 + day, serial * 10);
    let check_digit = (100 - weight(head, tail)) % 10;
    Some(u64::from(head) * 10_000 + u64::from(tail + check_digit))
}

/// The sum of ten digits, every second of them doubled from the first: at most 90.
#[inline]
fn weight(head: u32, tail: u32) -> u32 {
    let two = |digits: u32| u32::from(WEIGHTS[(digits % 100) as usize]);
    two(head / 10_000) + two(head / 100) + two(head) + two(tail / 100) + two(tail)
}

fn is_date(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = DAYS_IN[month as usize] + u32::from(leap && month == 2);
    (1..=days).contains(&day)
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
        ScanRule::of(year).unwrap().rank(number)
    }

    #[test]
    fn a_number_has_one_rank_in_every_spelling() {
        let wide = rank(2026, number(19_121_212, true, false, 1212)).unwrap();
        assert_eq!(wide, ((112 * 13 + 12) * 32 + 12) * 1000 + 121);
        assert_eq!(rank(2026, number(121_212, false, true, 1212)), Some(wide));
        assert_eq!(rank(2026, number(19_121_212, true, true, 1212)), Some(wide));
        assert_eq!(rank(1999, number(121_212, false, false, 1212)), Some(wide));
        assert_ne!(rank(2026, number(121_212, false, false, 1212)), Some(wide));
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
            assert!(ScanRule::of(year).is_none());
        }
    }

    #[test]
    fn a_rank_gives_its_last_ten_digits_back() {
        for (head, tail) in [(19_121_212, 1212), (19_701_063, 2391), (19_150_072, 2390)] {
            let rank = rank(2026, number(head, true, false, tail)).unwrap();
            let ten = u64::from(head % 1_000_000) * 10_000 + u64::from(tail);
            assert_eq!(ten_digits(rank), Some(ten));
        }
        for none in [-1, i64::MIN, i64::from(HALF) * 2, i64::MAX] {
            assert_eq!(ten_digits(none), None);
        }
    }
}
