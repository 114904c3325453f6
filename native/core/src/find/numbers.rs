// SPDX-License-Identifier: Apache-2.0
//! The same search in columns of numbers, which are written out only where they must be.

use std::io::Write;

use crate::find::alphabet::Bytes;
use crate::find::embedded::{Shape, ending_with};
use crate::find::person::{Number, ScanRule};
use crate::find::runs::Runs;
use crate::find::{Findings, index, ten};

const SEVEN_DIGITS: u64 = 1_000_000;
const TEN_DIGITS: u64 = 1_000_000_000;
const ELEVEN_DIGITS: u64 = 10_000_000_000;
const TWELVE_DIGITS: u64 = 100_000_000_000;
const THIRTEEN_DIGITS: u64 = 1_000_000_000_000;

/// Floats below this hold nothing, not even with the last four digits behind the point.
const LEAST_FLOAT: f64 = 100_000.0;
/// From here on Arrow writes a float with a fraction in powers of ten.
const POWERS: f64 = 10_000_000_000.0;
/// Below this a float holds every integer.
const EXACT_BELOW: f64 = 9_007_199_254_740_992.0;
/// More characters than any float between the two has.
const LONGEST: usize = 32;

/// Searches 64-bit integers, in the machine's order of bytes.
#[must_use]
pub fn find_integers(values: &[u8], rule: &ScanRule) -> Findings {
    let mut findings = Findings::default();
    for (row, value) in words(values).enumerate() {
        integer(&mut findings, row, i64::from_ne_bytes(value), rule);
    }
    findings
}

/// Searches 64-bit floats, and names the rows that the reference must search.
#[must_use]
pub fn find_floats(values: &[u8], rule: &ScanRule) -> (Findings, Vec<i64>) {
    let mut findings = Findings::default();
    let mut deferred = Vec::new();
    for (row, value) in words(values).enumerate() {
        let value = f64::from_ne_bytes(value);
        if value.is_nan() || value < LEAST_FLOAT {
            continue;
        }
        if value < EXACT_BELOW && value.fract() == 0.0 {
            #[allow(clippy::cast_possible_truncation, reason = "it is an integer")]
            integer(&mut findings, row, value as i64, rule);
        } else if value < POWERS {
            fraction(&mut findings, row, value, rule);
        } else {
            deferred.push(index(row));
        }
    }
    (findings, deferred)
}

fn words(values: &[u8]) -> impl Iterator<Item = [u8; 8]> {
    values.as_chunks::<8>().0.iter().copied()
}

/// Judges an integer: digits alone are a number as a whole or none.
#[inline]
fn integer(findings: &mut Findings, row: usize, value: i64, rule: &ScanRule) {
    let Ok(value @ SEVEN_DIGITS..THIRTEEN_DIGITS) = u64::try_from(value) else {
        return;
    };
    let (number, shape) = if value < TEN_DIGITS {
        (ten(value), Shape::Short)
    } else if value < ELEVEN_DIGITS {
        (ten(value), Shape::Ten)
    } else if value >= TWELVE_DIGITS {
        (twelve(value), Shape::Twelve)
    } else {
        return;
    };
    if let Some(rank) = rule.rank(number) {
        findings.push(row, rank, shape);
    }
}

fn twelve(value: u64) -> Number {
    let wide = true;
    Number { wide, ..ten(value) }
}

/// Searches a float with a fraction as the text that it is written as: `660216.0308` is a
/// number with a point between its parts.
fn fraction(findings: &mut Findings, row: usize, value: f64, rule: &ScanRule) {
    let mut buffer = [0; LONGEST];
    let mut rest = &mut buffer[..];
    // Rust writes as few digits as tell the float from its neighbours, as Arrow does.
    if write!(rest, "{value}").is_err() {
        return;
    }
    let len = LONGEST - rest.len();
    let text = &buffer[..len];
    for run in Runs::of(text) {
        if let Some(spelling) = ending_with::<Bytes>(text, run)
            && let Some(rank) = rule.rank(spelling.number)
        {
            findings.push(row, rank, spelling.shape);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Denied;

    fn rule() -> ScanRule {
        ScanRule::of(2026, Denied::default()).unwrap()
    }

    #[test]
    fn integers_are_numbers_by_their_digits() {
        let values = [
            191_212_121_212,
            1_212_121_212,
            99_999,
            -191_212_121_212,
            i64::MIN,
            i64::MAX,
            19_121_212_121,
        ];
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|value: &i64| value.to_ne_bytes())
            .collect();
        let findings = find_integers(&bytes, &rule());
        assert_eq!(findings.places, [0, 1]);
        assert_eq!(findings.shapes, [Shape::Twelve as u8, Shape::Ten as u8]);
        assert!(find_integers(&bytes[..7], &rule()).places.is_empty());
    }

    #[test]
    fn floats_are_integers_or_texts_or_deferred() {
        let values = [
            191_212_121_212.0,
            f64::NAN,
            f64::INFINITY,
            660_216.030_8,
            f64::NEG_INFINITY,
            191_212_121_212.5,
            123_456.78,
        ];
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|value: &f64| value.to_ne_bytes())
            .collect();
        let (findings, deferred) = find_floats(&bytes, &rule());
        assert_eq!(findings.places, [0, 3]);
        assert_eq!(deferred, [2, 5]);
    }

    #[test]
    fn the_longest_float_fits() {
        for value in [
            100_000.000_000_000_01_f64,
            POWERS.next_down(),
            LEAST_FLOAT.next_up(),
        ] {
            assert!(value.to_string().len() <= LONGEST);
        }
    }
}
