// SPDX-License-Identifier: Apache-2.0
//! Framed records, split into columns of texts.
//!
//! Two passes: the first finds where every field ends, the second copies one column after
//! the other. The grammar is that of [`crate::frame`], and a record that turns out to have
//! another number of fields than it was framed with is refused, so that each pass is a
//! check of the other.

mod quotes;

use crate::masks::{LANES, Lanes, equal, lowest};
use quotes::{QUOTE, Quoted, unquoted};

/// Short texts are copied in one step of so many bytes, whatever their length.
const STEP: usize = 16;

/// What cannot be split: a record lies outside the text or has another number of fields, a
/// column that is not there, or a buffer that is too short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsplit;

/// Where the records of a text are, and what sets their fields apart.
#[derive(Clone, Copy, Debug)]
pub struct Records<'a> {
    /// The text.
    pub text: &'a [u8],
    /// First byte of each record: 64-bit numbers in the machine's order.
    pub starts: &'a [u8],
    /// The byte after the last of each record, likewise.
    pub ends: &'a [u8],
    /// The byte between fields; not a quote, CR or LF.
    pub delimiter: u8,
    /// Fields of every record, at least 1.
    pub width: usize,
}

/// Where every field of every record ends.
pub struct Borders<'a> {
    text: &'a [u8],
    rows: usize,
    /// Where each record begins, and then where each of its fields ends: the places of all
    /// records stand together.
    places: Vec<u32>,
    /// How far it is from one such column of places to the next.
    stride: usize,
    /// Whether any record holds a quote.
    quotes: bool,
}

impl<'a> Borders<'a> {
    /// Finds them.
    ///
    /// # Errors
    ///
    /// A record lies outside the text or has another number of fields, or the text is
    /// longer than 32 bits can count.
    pub fn find(records: &Records<'a>) -> Result<Self, Unsplit> {
        let (starts, _) = records.starts.as_chunks::<8>();
        let (ends, _) = records.ends.as_chunks::<8>();
        let rows = starts.len();
        u32::try_from(records.text.len()).map_err(|_| Unsplit)?;
        // Every record has a delimiter behind each of its fields but the last.
        let delimiters = records.width.checked_sub(1).ok_or(Unsplit)?;
        let least = rows.checked_mul(delimiters).ok_or(Unsplit)?;
        if rows != ends.len() || least > records.text.len() {
            return Err(Unsplit);
        }
        let stride = stride(rows);
        let mut borders = Self {
            text: records.text,
            rows,
            places: vec![0; stride * (records.width + 1)],
            stride,
            quotes: false,
        };
        for (row, (start, end)) in starts.iter().zip(ends).enumerate() {
            let place = |bytes| usize::try_from(u64::from_ne_bytes(bytes)).map_err(|_| Unsplit);
            borders.pass(row, place(*start)?, place(*end)?, records)?;
        }
        Ok(borders)
    }

    /// Finds where the fields of one record end.
    #[inline]
    fn pass(
        &mut self,
        row: usize,
        start: usize,
        end: usize,
        records: &Records<'_>,
    ) -> Result<(), Unsplit> {
        if start > end || end > self.text.len() {
            return Err(Unsplit);
        }
        let (text, last) = (self.text, self.stride * records.width + row);
        let mut place = row;
        self.put(place, start);
        let mut state = Quoted::new(start);
        for first in (start..end).step_by(LANES) {
            let count = LANES.min(end - first);
            let lanes = lanes(text, first);
            let there = lowest(count);
            let quotes = equal(&lanes, QUOTE) & there;
            let mut delimiters = equal(&lanes, records.delimiter) & there;
            if quotes != 0 || state.open {
                self.quotes = true;
                delimiters = state.outside(text, first, delimiters, quotes, records.delimiter);
            }
            while delimiters != 0 {
                let bit = delimiters.trailing_zeros() as usize;
                delimiters &= delimiters - 1;
                place += self.stride;
                if place >= last {
                    return Err(Unsplit);
                }
                self.put(place, first + bit);
            }
        }
        if state.open || place + self.stride != last {
            return Err(Unsplit);
        }
        self.put(last, end);
        Ok(())
    }

    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "places lie in the text, whose length fits"
    )]
    fn put(&mut self, place: usize, byte: usize) {
        self.places[place] = byte as u32;
    }

    /// Bytes that offsets and validity of a column take up.
    #[must_use]
    pub fn sizes(&self) -> (usize, usize) {
        (4 * (self.rows + 1), self.rows.div_ceil(8))
    }

    /// Copies a column, and gives the bytes that it took and how many of its cells are null.
    ///
    /// # Errors
    ///
    /// There is no such column, it has 2 GiB, or a buffer is too short.
    pub fn copy(&self, column: usize, out: Column<'_>) -> Result<(usize, usize), Unsplit> {
        let first = column.checked_mul(self.stride).ok_or(Unsplit)?;
        let before = self.places.get(first..first + self.rows).ok_or(Unsplit)?;
        let next = first + self.stride;
        let after = self.places.get(next..next + self.rows).ok_or(Unsplit)?;
        let (offsets, _) = out.offsets.as_chunks_mut::<4>();
        let (begin, offsets) = offsets.split_first_mut().ok_or(Unsplit)?;
        if offsets.len() < self.rows || out.validity.len() < self.rows.div_ceil(8) {
            return Err(Unsplit);
        }
        *begin = [0; 4];
        let skipped = usize::from(column > 0);
        let (mut used, mut nulls) = (0, 0);
        let eights = before.chunks(8).zip(after.chunks(8));
        for (((before, after), offsets), valid) in
            eights.zip(offsets.chunks_mut(8)).zip(out.validity)
        {
            let mut bits = 0;
            for (bit, ((&before, &after), offset)) in
                before.iter().zip(after).zip(offsets).enumerate()
            {
                let (start, end) = (before as usize + skipped, after as usize);
                let size = self.field(start, end, out.data, used)?;
                used += size;
                bits |= u8::from(size > 0) << bit;
                nulls += usize::from(size == 0);
                *offset = i32::try_from(used).map_err(|_| Unsplit)?.to_ne_bytes();
            }
            *valid = bits;
        }
        Ok((used, nulls))
    }

    /// Copies a field to where the next text belongs, and gives the bytes that it took.
    #[inline]
    fn field(
        &self,
        start: usize,
        end: usize,
        data: &mut [u8],
        at: usize,
    ) -> Result<usize, Unsplit> {
        let size = end - start;
        if self.quotes && self.text[start..end].first() == Some(&QUOTE) {
            return unquoted(&self.text[start + 1..end], data, at);
        }
        if size <= STEP
            && let Some(from) = self.text.get(start..start + STEP)
            && let Some(to) = data.get_mut(at..at + STEP)
        {
            // What is copied beyond the text is overwritten by the next one.
            to.copy_from_slice(from);
            return Ok(size);
        }
        let to = data.get_mut(at..at + size).ok_or(Unsplit)?;
        to.copy_from_slice(&self.text[start..end]);
        Ok(size)
    }
}

/// The buffers of a column of texts; the data may be longer than the column needs.
pub struct Column<'a> {
    /// The texts, one behind the other.
    pub data: &'a mut [u8],
    /// One more offset than there are rows.
    pub offsets: &'a mut [u8],
    /// A bit for each row, set where there is a text.
    pub validity: &'a mut [u8],
}

/// Places from one column to the next: so many that not all of a record's places compete
/// for the same lines of the cache.
fn stride(rows: usize) -> usize {
    const LINE: usize = 16;
    (rows.div_ceil(LINE) | 1) * LINE
}

/// The 64 bytes from a place on; behind the text there are zeros.
#[inline]
fn lanes(text: &[u8], first: usize) -> Lanes {
    let rest = &text[first..];
    if let Some(lanes) = rest.first_chunk() {
        return *lanes;
    }
    let mut padded = [0; LANES];
    padded[..rest.len()].copy_from_slice(rest);
    padded
}

#[cfg(test)]
mod tests;
