// SPDX-License-Identifier: Apache-2.0
//! All texts of a column in turn, each with what follows it in its buffer.
//!
//! Most cells are shorter than a machine word. Where a word can be read beyond a text's end,
//! its bytes are had without a branch for every length.

use super::{Layout, Malformed, Texts};

/// A text and what follows it in its buffer.
#[derive(Clone, Copy)]
pub struct Open<'a> {
    bytes: &'a [u8],
    len: usize,
}

impl<'a> Open<'a> {
    /// The text.
    #[inline]
    #[must_use]
    pub fn text(self) -> &'a [u8] {
        &self.bytes[..self.len]
    }

    /// The text and the bytes that follow it, as many as there are.
    #[inline]
    #[must_use]
    pub fn beyond(self) -> &'a [u8] {
        self.bytes
    }

    /// Bytes of the text.
    #[inline]
    #[must_use]
    pub fn len(self) -> usize {
        self.len
    }

    /// Whether the text has no bytes.
    #[inline]
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}

impl<'a> From<&'a [u8]> for Open<'a> {
    #[inline]
    fn from(bytes: &'a [u8]) -> Self {
        let len = bytes.len();
        Self { bytes, len }
    }
}

impl<'a> Texts<'a> {
    /// Calls `look` with every row that is not null, in order.
    ///
    /// # Errors
    ///
    /// What `look` gives, or an offset points outside the data.
    pub fn each(
        &self,
        mut look: impl FnMut(usize, Open<'a>) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        match self.layout {
            _ if self.is_empty() => Ok(()),
            Layout::Utf8 { offsets, data } => {
                let place = |offset| usize::try_from(i32::from_le_bytes(offset));
                self.each_between(
                    offsets.as_chunks().0,
                    data,
                    |offset| place(offset).ok(),
                    look,
                )
            }
            Layout::LargeUtf8 { offsets, data } => {
                let place = |offset| usize::try_from(i64::from_le_bytes(offset));
                self.each_between(
                    offsets.as_chunks().0,
                    data,
                    |offset| place(offset).ok(),
                    look,
                )
            }
            Layout::View { .. } | Layout::Dictionary { .. } => {
                for row in 0..self.len() {
                    if let Some(text) = self.get(row)? {
                        look(row, text.into())?;
                    }
                }
                Ok(())
            }
        }
    }

    #[inline]
    fn each_between<const N: usize>(
        &self,
        offsets: &'a [[u8; N]],
        data: &'a [u8],
        place: impl Fn([u8; N]) -> Option<usize>,
        mut look: impl FnMut(usize, Open<'a>) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        let offsets = offsets.get(self.offset..=self.offset + self.len);
        let (first, ends) = offsets.and_then(<[_]>::split_first).ok_or(Malformed)?;
        let mut start = place(*first).ok_or(Malformed)?;
        for (row, end) in ends.iter().enumerate() {
            let end = place(*end).ok_or(Malformed)?;
            let len = end.checked_sub(start).ok_or(Malformed)?;
            let bytes = data.get(start..).ok_or(Malformed)?;
            if len > bytes.len() {
                return Err(Malformed);
            }
            if self.is_valid(row) {
                look(row, Open { bytes, len })?;
            }
            start = end;
        }
        Ok(())
    }

    #[inline]
    fn is_valid(&self, row: usize) -> bool {
        let place = self.offset + row;
        self.validity
            .is_none_or(|bits| bits[place / 8] >> (place % 8) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (usize, Vec<u8>);

    fn rows(column: &Texts<'_>) -> Result<Vec<Row>, Malformed> {
        let mut rows = Vec::new();
        column.each(|row, text| {
            assert!(text.beyond().starts_with(text.text()));
            assert_eq!(text.len(), text.text().len());
            rows.push((row, text.text().to_vec()));
            Ok(())
        })?;
        Ok(rows)
    }

    fn utf8<'a>(offsets: &'a [u8], data: &'a [u8]) -> Layout<'a> {
        Layout::Utf8 { offsets, data }
    }

    fn bytes(offsets: &[i32]) -> Vec<u8> {
        offsets
            .iter()
            .flat_map(|offset| offset.to_le_bytes())
            .collect()
    }

    #[test]
    fn the_rows_of_a_slice_come_in_order_without_nulls() {
        let offsets = bytes(&[0, 2, 5, 5, 7]);
        let layout = utf8(&offsets, b"abcdefg");
        let column = Texts::new(layout, Some(&[0b1011]), 1, 3).unwrap();
        let wanted = vec![(0, b"cde".to_vec()), (2, b"fg".to_vec())];
        assert_eq!(rows(&column), Ok(wanted));
    }

    #[test]
    fn every_layout_gives_the_same_rows() {
        let offsets = bytes(&[0, 2, 5]);
        let wide: Vec<u8> = [0_i64, 2, 5]
            .iter()
            .flat_map(|offset| offset.to_le_bytes())
            .collect();
        let (narrow, data) = (utf8(&offsets, b"abcde"), &b"abcde"[..]);
        let column = Texts::new(narrow, None, 0, 2).unwrap();
        let wanted = rows(&column);
        let large = Layout::LargeUtf8 {
            offsets: &wide,
            data,
        };
        assert_eq!(rows(&Texts::new(large, None, 0, 2).unwrap()), wanted);
        let indices: Vec<u8> = [0_i64, 1]
            .iter()
            .flat_map(|index| index.to_le_bytes())
            .collect();
        let values = Box::new(column);
        let dictionary = Layout::Dictionary {
            indices: &indices,
            values,
        };
        assert_eq!(rows(&Texts::new(dictionary, None, 0, 2).unwrap()), wanted);
    }

    #[test]
    fn offsets_beyond_the_data_backwards_or_below_zero_are_refused() {
        for bad in [[0, 9], [3, 1], [-1, 2], [9, 9], [i32::MAX, i32::MAX]] {
            let offsets = bytes(&bad);
            // Those of a null no less, as Arrow's own check has it.
            for validity in [None, Some(&[0][..])] {
                let column = Texts::new(utf8(&offsets, b"abcde"), validity, 0, 1).unwrap();
                assert_eq!(rows(&column), Err(Malformed));
            }
        }
    }

    #[test]
    fn a_column_without_rows_needs_no_offsets() {
        let column = Texts::new(utf8(&[], b""), None, 0, 0).unwrap();
        assert_eq!(rows(&column), Ok(vec![]));
    }
}
