// SPDX-License-Identifier: Apache-2.0
//! The rank of a number, and sets of ranks as bitmaps (`pseudo/identity/rank.py`).

use crate::column::Malformed;
use crate::dates::Date;

/// The rank of what is neither personnummer nor samordningsnummer.
pub const NONE: i64 = -1;

const FIRST_YEAR: i32 = 1800;
const YEARS: i32 = 300;
const MONTHS: i32 = 13;
const DAYS: i32 = 32;
const SERIALS: i32 = 1000;
const HALF: i32 = YEARS * MONTHS * DAYS * SERIALS;

/// The rank of a number from its parts, of a year that has numbers; the day is without the 60
/// of a samordningsnummer.
#[inline]
#[must_use]
pub fn rank(born: Date, serial: i32, coordination: bool) -> i64 {
    let slot = ((born.year - FIRST_YEAR) * MONTHS + born.month) * DAYS + born.day;
    i64::from(slot * SERIALS + serial + if coordination { HALF } else { 0 })
}

/// The parts of the number that has a rank, as [`rank`] takes them, or `None` where none has.
#[inline]
#[must_use]
pub fn parts(rank: i64) -> Option<(Date, i32, bool)> {
    let rank = i32::try_from(rank).ok()?;
    if !(0..2 * HALF).contains(&rank) {
        return None;
    }
    let (slot, serial) = (rank % HALF / SERIALS, rank % SERIALS);
    let born = Date {
        year: FIRST_YEAR + slot / (MONTHS * DAYS),
        month: slot / DAYS % MONTHS,
        day: slot % DAYS,
    };
    Some((born, serial, rank >= HALF))
}

/// Puts ranks, 64-bit numbers, into a bitmap; those below 0 are passed over.
///
/// # Errors
///
/// A rank lies outside of the bitmap. Nothing was put into it then.
pub fn mark(bits: &mut [u8], ranks: &[u8]) -> Result<(), Malformed> {
    let outside = |rank: i64| place(rank).is_some_and(|(byte, _)| byte >= bits.len());
    if numbers(ranks).any(outside) {
        return Err(Malformed);
    }
    for (byte, bit) in numbers(ranks).filter_map(place) {
        bits[byte] |= bit;
    }
    Ok(())
}

/// Writes for each rank whether it is in a bitmap; those below 0 are not.
///
/// # Errors
///
/// A rank lies outside of the bitmap, or there is too little room for the answers.
pub fn marked(bits: &[u8], ranks: &[u8], found: &mut [u8]) -> Result<(), Malformed> {
    let found = found.get_mut(..ranks.len() / WIDTH).ok_or(Malformed)?;
    for (answer, rank) in found.iter_mut().zip(numbers(ranks)) {
        *answer = match place(rank) {
            Some((byte, bit)) => u8::from(bits.get(byte).ok_or(Malformed)? & bit != 0),
            None => 0,
        };
    }
    Ok(())
}

const WIDTH: usize = size_of::<i64>();

fn numbers(bytes: &[u8]) -> impl Iterator<Item = i64> {
    let (numbers, _) = bytes.as_chunks::<WIDTH>();
    numbers.iter().map(|bytes| i64::from_ne_bytes(*bytes))
}

fn place(rank: i64) -> Option<(usize, u8)> {
    let rank = usize::try_from(rank).ok()?;
    Some((rank / 8, 1 << (rank % 8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(ranks: &[i64]) -> Vec<u8> {
        ranks.iter().flat_map(|rank| rank.to_ne_bytes()).collect()
    }

    #[test]
    fn ranks_fill_their_space_from_end_to_end() {
        let date = |year, month, day| Date { year, month, day };
        assert_eq!(rank(date(1800, 0, 0), 0, false), 0);
        assert_eq!(rank(date(2099, 12, 31), 999, true), i64::from(2 * HALF) - 1);
        assert_eq!(rank(date(2099, 12, 31), 999, false), i64::from(HALF) - 1);
    }

    #[test]
    fn a_rank_has_the_parts_that_it_was_made_of() {
        for place in (0..2 * HALF)
            .step_by(997)
            .chain([HALF - 1, HALF, 2 * HALF - 1])
        {
            let (born, serial, coordination) = parts(place.into()).unwrap();
            assert_eq!(rank(born, serial, coordination), place.into());
        }
        for outside in [i64::MIN, -1, i64::from(2 * HALF), 1 << 32, i64::MAX] {
            assert!(parts(outside).is_none());
        }
    }

    #[test]
    fn what_was_put_in_is_found_and_nothing_else() {
        let mut bits = [0; 2];
        mark(&mut bits, &bytes(&[-1, 0, 9, 9, i64::MIN])).unwrap();
        assert_eq!(bits, [1, 2]);
        let mut found = [9; 4];
        marked(&bits, &bytes(&[0, 1, 9, -1]), &mut found).unwrap();
        assert_eq!(found, [1, 0, 1, 0]);
    }

    #[test]
    fn a_rank_outside_is_refused_and_changes_nothing() {
        let mut bits = [0; 2];
        for outside in [16, i64::MAX] {
            assert!(mark(&mut bits, &bytes(&[3, outside])).is_err());
            assert!(marked(&bits, &bytes(&[3, outside]), &mut [0; 2]).is_err());
        }
        assert_eq!(bits, [0; 2]);
        assert!(marked(&bits, &bytes(&[3, 4]), &mut [0; 1]).is_err());
    }
}
