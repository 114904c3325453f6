// SPDX-License-Identifier: Apache-2.0
//! A column of texts as numbers, truth values, dates or times, cell by cell judged.
//!
//! What each form means is in `pseudo/kernel/texts.py`. White space around a text does not
//! count, and what of it is beyond ASCII is not known here: a text that begins or ends so
//! is left to the reference. No form holds anything beyond ASCII within.

pub mod number;
pub mod time;

use crate::column::{Malformed, Texts};

/// A cell that is null or was converted.
pub const SETTLED: u8 = 0;
/// A cell that holds something else than the column should.
pub const INVALID: u8 = 1;
/// A cell for the reference to judge.
pub const DEFERRED: u8 = 2;

/// How many cells came out without a value, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cells that were null.
    pub nulls: usize,
    /// Cells that are [`INVALID`].
    pub invalid: usize,
    /// Cells that are [`DEFERRED`].
    pub deferred: usize,
}

/// A value as an Arrow array holds it.
pub trait Value {
    /// Bytes that the values of so many rows take up.
    fn bytes(rows: usize) -> usize;

    /// Writes the value of a row into bytes that are zero there.
    fn put(self, row: usize, values: &mut [u8]);
}

macro_rules! fixed_width {
    ($($kind:ty),*) => {$(
        impl Value for $kind {
            fn bytes(rows: usize) -> usize {
                rows * size_of::<Self>()
            }

            #[inline]
            fn put(self, row: usize, values: &mut [u8]) {
                const WIDTH: usize = size_of::<$kind>();
                values[WIDTH * row..WIDTH * (row + 1)].copy_from_slice(&self.to_ne_bytes());
            }
        }
    )*};
}

fixed_width!(i32, i64, f64);

impl Value for bool {
    fn bytes(rows: usize) -> usize {
        rows.div_ceil(8)
    }

    #[inline]
    fn put(self, row: usize, values: &mut [u8]) {
        values[row / 8] |= u8::from(self) << (row % 8);
    }
}

/// The buffers of a converted column; each as long as its rows need.
pub struct Target<'a> {
    /// The values; zero where there is none.
    pub values: &'a mut [u8],
    /// A bit for each row, set where there is a value.
    pub validity: &'a mut [u8],
    /// One of [`SETTLED`], [`INVALID`] and [`DEFERRED`] for each row.
    pub states: &'a mut [u8],
}

/// Converts a column by what `read` makes of a text without the blanks around it.
///
/// # Errors
///
/// The offsets point outside the data, or a text is not UTF-8.
pub fn convert<T: Value>(
    texts: &Texts<'_>,
    read: impl Fn(&[u8]) -> Option<T>,
    target: &mut Target<'_>,
) -> Result<Tally, Malformed> {
    target.values.fill(0);
    target.validity.fill(0);
    target.states.fill(SETTLED);
    let mut tally = Tally::default();
    let mut present = 0;
    texts.each(|row, text| {
        present += 1;
        let text = trimmed(text.text());
        if let Some(value) = read(text) {
            value.put(row, target.values);
            true.put(row, target.validity);
        } else if is_ascii_outside(text)? {
            tally.invalid += 1;
            target.states[row] = INVALID;
        } else {
            tally.deferred += 1;
            target.states[row] = DEFERRED;
        }
        Ok(())
    })?;
    tally.nulls = texts.len() - present;
    Ok(tally)
}

/// Takes the blanks of ASCII off both ends of a text: those that Unicode calls so.
#[inline]
fn trimmed(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text
        && is_blank(*first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && is_blank(*last)
    {
        text = rest;
    }
    text
}

#[inline]
fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | 0x1C..=b' ')
}

/// Whether a text begins and ends with a character of ASCII, or is empty.
#[inline]
fn is_ascii_outside(text: &[u8]) -> Result<bool, Malformed> {
    if text.is_ascii() {
        return Ok(true);
    }
    str::from_utf8(text).map_err(|_| Malformed)?;
    Ok(text.first().is_none_or(u8::is_ascii) && text.last().is_none_or(u8::is_ascii))
}

/// Reads a truth value.
#[inline]
#[must_use]
pub fn boolean(text: &[u8]) -> Option<bool> {
    match text {
        b"true" | b"True" | b"TRUE" | b"1" => Some(true),
        b"false" | b"False" | b"FALSE" | b"0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::Layout;

    #[test]
    fn each_cell_is_converted_invalid_deferred_or_null() {
        let offsets: Vec<u8> = [0_i32, 3, 4, 6, 8]
            .iter()
            .flat_map(|place| place.to_le_bytes())
            .collect();
        let layout = Layout::Utf8 {
            offsets: &offsets,
            data: b" 1\tx\xc2\xa0??",
        };
        let texts = Texts::new(layout, Some(&[0b0111]), 0, 4).unwrap();
        let (mut values, mut validity, mut states) = ([9; 1], [9; 1], [9; 4]);
        let mut target = Target {
            values: &mut values,
            validity: &mut validity,
            states: &mut states,
        };
        let tally = convert(&texts, boolean, &mut target).unwrap();
        assert_eq!((values, validity), ([1], [1]));
        assert_eq!(states, [SETTLED, INVALID, DEFERRED, SETTLED]);
        assert_eq!((tally.nulls, tally.invalid, tally.deferred), (1, 1, 1));
    }

    #[test]
    fn the_blanks_of_ascii_are_taken_off_and_nothing_else() {
        let blanks: Vec<u8> = (0..=u8::MAX)
            .filter(|&byte| trimmed(&[byte]).is_empty())
            .collect();
        assert_eq!(blanks, b"\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f ");
        assert_eq!(trimmed(b"\t a b \n"), b"a b");
    }
}
