// SPDX-License-Identifier: Apache-2.0
//! The search for identity numbers in a column of texts that should hold none.

pub mod alphabet;
pub mod bytes;
pub mod decimal;
pub mod embedded;
pub mod latin;
pub mod numbers;
pub mod other;
pub mod own;
pub mod person;
pub mod runs;
pub mod words;

use crate::column::{Malformed, Texts};
use alphabet::{Alphabet, Bytes, Unicode, is_known};
use decimal::{Decimals, beyond_ascii};
use embedded::{Shape, Spelling, ending_with, is_candidate, wide_whole};
use latin::is_latin;
use other::inside;
use person::{Number, ScanRule};
use runs::{Glance, Runs, glance};

/// Digits that the shortest spelling of a number has, and of a number that lost its zeros.
const FEWEST: usize = 10;
const FEWEST_SHORT: usize = 7;

/// What was found where; each finding is one entry in every list.
#[derive(Default)]
pub struct Findings {
    /// Rows of a column, or places in bytes.
    pub places: Vec<i64>,
    /// Ranks of the numbers.
    pub ranks: Vec<i64>,
    /// Codes of the spellings' shapes.
    pub shapes: Vec<u8>,
}

/// A row or a place as Python has it.
#[allow(
    clippy::cast_possible_wrap,
    reason = "no column or buffer has 2^63 places"
)]
#[must_use]
pub fn index(place: usize) -> i64 {
    place as i64
}

impl Findings {
    /// Adds one.
    #[inline]
    pub fn push(&mut self, place: usize, rank: i64, shape: Shape) {
        self.places.push(index(place));
        self.ranks.push(rank);
        self.shapes.push(shape as u8);
    }
}

/// What a column holds.
#[derive(Default)]
pub struct Found {
    /// The numbers, by row.
    pub findings: Findings,
    /// Rows that the reference must search, ascending; they are in no finding.
    pub deferred: Vec<i64>,
    /// Cells that hold anything at all.
    pub cells: usize,
    /// Cells in which six digits stand together.
    pub digit_cells: usize,
    /// Cells with any digit.
    pub any_digit: usize,
}

/// Searches a column.
///
/// # Errors
///
/// The buffers do not hold what the column claims, or a cell is not UTF-8.
pub fn find(column: &Texts<'_>, rule: &ScanRule) -> Result<Found, Malformed> {
    let mut found = Found::default();
    // Counted here, where they stay in registers.
    let (mut cells, mut digit_cells, mut any_digit) = (0, 0, 0);
    column.each(|row, cell| {
        let mut seen = glance(cell);
        if !seen.ascii {
            seen = found.look_wider(row, cell.text(), seen, rule)?;
        } else if seen.digits >= FEWEST {
            found.search::<Bytes>(row, cell.text(), seen, rule);
        } else if seen.digits >= FEWEST_SHORT && seen.digits == cell.len() {
            found.short(row, cell.text(), rule);
        }
        cells += 1;
        digit_cells += usize::from(seen.six);
        any_digit += usize::from(seen.digits > 0);
        Ok(())
    })?;
    Ok(Found {
        cells,
        digit_cells,
        any_digit,
        ..found
    })
}

impl Found {
    /// Looks into a cell that is not all ASCII, and tells of all its digits.
    #[inline(never)]
    fn look_wider(
        &mut self,
        row: usize,
        cell: &[u8],
        mut seen: Glance,
        rule: &ScanRule,
    ) -> Result<Glance, Malformed> {
        if !is_latin(cell) {
            let text = std::str::from_utf8(cell).map_err(|_| Malformed)?;
            if let Some(Decimals { digits, six }) = beyond_ascii(text) {
                if digits >= FEWEST {
                    self.deferred.push(index(row));
                }
                (seen.digits, seen.six) = (digits, six);
                return Ok(seen);
            }
        }
        if seen.digits >= FEWEST {
            self.search_known(row, cell, seen, rule);
        }
        Ok(seen)
    }

    /// Searches a cell in which all digits are ASCII's, if all that matters in it is known.
    fn search_known(&mut self, row: usize, cell: &[u8], seen: Glance, rule: &ScanRule) {
        if !Runs::seen(cell, seen).any(|run| matches!(run.len, 4 | 10 | 12)) {
            return;
        }
        if is_known(cell) {
            self.search::<Unicode>(row, cell, seen, rule);
        } else {
            self.deferred.push(index(row));
        }
    }

    /// Searches a cell for numbers with all their digits.
    #[inline(never)]
    fn search<A: Alphabet>(&mut self, row: usize, cell: &[u8], seen: Glance, rule: &ScanRule) {
        for run in Runs::seen(cell, seen) {
            let spelling = ending_with::<A>(cell, run).or_else(|| wide_whole::<A>(cell, run));
            if let Some(spelling) = spelling
                && let Some(rank) = rule.rank(spelling.number)
                && stands::<A>(cell, spelling)
            {
                self.findings.push(row, rank, spelling.shape);
            }
        }
    }

    /// Judges a cell of seven to nine digits as a number that lost its zeros.
    #[inline(never)]
    fn short(&mut self, row: usize, cell: &[u8], rule: &ScanRule) {
        let digit = |value, byte: &u8| value * 10 + u64::from(byte - b'0');
        if let Some(rank) = rule.rank(ten(cell.iter().fold(0, digit))) {
            self.findings.push(row, rank, Shape::Short);
        }
    }
}

/// Whether the reference finds a spelling in this cell, given that it is a number's.
fn stands<A: Alphabet>(cell: &[u8], spelling: Spelling) -> bool {
    let looked_into = spelling.sure || Runs::of(cell).any(|run| is_candidate::<A>(cell, run));
    looked_into && !inside(cell, spelling.start)
}

/// An integer below 10^10 as ten bare digits.
#[allow(clippy::cast_possible_truncation, reason = "the head has few digits")]
#[must_use]
pub fn ten(value: u64) -> Number {
    Number {
        head: (value / 10_000) as u32,
        wide: false,
        plus: false,
        tail: (value % 10_000) as u32,
    }
}
