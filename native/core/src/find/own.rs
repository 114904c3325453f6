// SPDX-License-Identifier: Apache-2.0
//! The search for the last ten digits of a row's own number, whatever stands around them.
//!
//! See `pseudo.kernel.own_digits`. A cell's letters and digits are read without what stands
//! between them, and compared with the ten digits as a number.

use crate::column::{Malformed, Texts};
use crate::find::alphabet::{Alphabet, Bytes, Class, Unicode, is_known};
use crate::find::decimal::beyond_ascii;
use crate::find::index;
use crate::find::latin::is_latin;
use crate::find::person::ten_digits;
use crate::find::runs::{Glance, glance};

const TEN: usize = 10;
const TEN_DIGITS: u64 = 1_000_000_000;
const BEYOND: u64 = 10_000_000_000;

/// Which rows hold their own numbers.
#[derive(Default)]
pub struct Own {
    /// Rows that do, ascending.
    pub rows: Vec<i64>,
    /// Rows that the reference must look at, ascending.
    pub deferred: Vec<i64>,
}

/// What is known about one row.
#[derive(Clone, Copy)]
enum Verdict {
    Holds,
    HoldsNot,
    Deferred,
}

impl Own {
    fn add(&mut self, row: usize, verdict: Verdict) {
        match verdict {
            Verdict::Holds => self.rows.push(index(row)),
            Verdict::HoldsNot => {}
            Verdict::Deferred => self.deferred.push(index(row)),
        }
    }
}

/// Searches a column of texts for the numbers of its rows.
///
/// `ranks` holds the ranks of each identifier column as 64-bit integers in the machine's
/// order of bytes, one a row.
///
/// # Errors
///
/// The buffers do not hold what the column claims, a cell is not UTF-8, or there are fewer
/// ranks than rows.
pub fn find_own(column: &Texts<'_>, ranks: &[&[u8]]) -> Result<Own, Malformed> {
    let mut own = Own::default();
    column.each(|row, cell| {
        let seen = glance(cell);
        if seen.digits >= TEN || !seen.ascii {
            own.add(row, in_cell(cell.text(), seen, row, ranks)?);
        }
        Ok(())
    })?;
    Ok(own)
}

/// Searches the decimal digits of 64-bit numbers without their signs.
///
/// # Errors
///
/// There are fewer ranks than rows.
pub fn find_own_integers(values: &[u8], ranks: &[&[u8]]) -> Result<Own, Malformed> {
    let mut own = Own::default();
    for (row, value) in values.as_chunks::<8>().0.iter().enumerate() {
        let value = u64::from_ne_bytes(*value);
        if value >= TEN_DIGITS {
            own.add(row, any(row, ranks, |ten| holds(value, ten))?);
        }
    }
    Ok(own)
}

/// Searches a cell that has ten ASCII digits or is not all ASCII.
fn in_cell(cell: &[u8], seen: Glance, row: usize, ranks: &[&[u8]]) -> Result<Verdict, Malformed> {
    if seen.ascii {
        return any(row, ranks, |ten| packed_holds::<Bytes>(cell, ten));
    }
    if !is_latin(cell) {
        let text = std::str::from_utf8(cell).map_err(|_| Malformed)?;
        if let Some(all) = beyond_ascii(text) {
            let few = all.digits < TEN;
            return Ok(if few {
                Verdict::HoldsNot
            } else {
                Verdict::Deferred
            });
        }
    }
    if seen.digits < TEN {
        return Ok(Verdict::HoldsNot);
    }
    if !is_known(cell) {
        return Ok(Verdict::Deferred);
    }
    any(row, ranks, |ten| packed_holds::<Unicode>(cell, ten))
}

/// Asks for each of a row's numbers.
#[inline]
fn any(row: usize, ranks: &[&[u8]], holds: impl Fn(u64) -> bool) -> Result<Verdict, Malformed> {
    for column in ranks {
        let rank = column.as_chunks::<8>().0.get(row).ok_or(Malformed)?;
        let rank = i64::from_ne_bytes(*rank);
        if rank < 0 {
            continue;
        }
        match ten_digits(rank) {
            None => return Ok(Verdict::Deferred),
            Some(ten) if holds(ten) => return Ok(Verdict::Holds),
            Some(_) => {}
        }
    }
    Ok(Verdict::HoldsNot)
}

/// Whether ten digits stand together in a text once all but letters and digits is gone.
fn packed_holds<A: Alphabet>(text: &[u8], ten: u64) -> bool {
    // Read from behind, a digit stands before those that were read.
    let (mut window, mut digits, mut end) = (0, 0, text.len());
    while end > 0 {
        let (class, start) = A::before(text, end);
        match class {
            Class::Digit => {
                window = window / 10 + u64::from(text[start] - b'0') * TEN_DIGITS;
                digits += 1;
                if digits >= TEN && window == ten {
                    return true;
                }
            }
            Class::Letter => (window, digits) = (0, 0),
            _ => {}
        }
        end = start;
    }
    false
}

/// Whether ten digits stand together in a number's.
fn holds(mut value: u64, ten: u64) -> bool {
    while value >= TEN_DIGITS {
        if value % BEYOND == ten {
            return true;
        }
        value /= 10;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: u64 = 1_212_121_212;

    #[test]
    fn digits_are_found_whatever_stands_between_them() {
        for text in [
            "1212121212",
            "00 12-12-12.1212",
            "SE121212121201",
            "1 2 1 2 1 2 1 2 1 2",
        ] {
            assert!(packed_holds::<Bytes>(text.as_bytes(), NUMBER));
            assert!(packed_holds::<Unicode>(text.as_bytes(), NUMBER));
        }
        assert!(packed_holds::<Unicode>(
            "1212²12\u{2013}1212".as_bytes(),
            NUMBER
        ));
    }

    #[test]
    fn a_letter_between_them_or_a_digit_too_few_is_no_number() {
        for text in ["121212121", "12121x21212", "12121å21212", ""] {
            assert!(!packed_holds::<Unicode>(text.as_bytes(), NUMBER));
        }
    }

    #[test]
    fn numbers_are_searched_for_windows_of_ten_digits() {
        assert!(holds(191_212_121_212_000, NUMBER));
        assert!(holds(10_000_000_000, 0));
        assert!(!holds(1_000_000_000, 0));
        assert!(!holds(121_212_121, 121_212_121));
        assert!(!holds(u64::MAX, NUMBER));
    }
}
