// SPDX-License-Identifier: Apache-2.0
//! A column of texts as Arrow lays it out, read without trusting it.
//!
//! Buffers come from outside and may be cut short or hold offsets that point anywhere, so
//! every access is checked against the buffer's size. See the Arrow columnar format,
//! "Physical Memory Layout".

mod open;

pub use open::Open;

/// A column whose buffers do not hold what its length and offsets claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// How the texts of a column are laid out in its buffers.
#[derive(Clone, Debug)]
pub enum Layout<'a> {
    /// `utf8`: 32-bit offsets into one buffer of data.
    Utf8 {
        /// One more offset than there are rows.
        offsets: &'a [u8],
        /// The texts, one behind the other.
        data: &'a [u8],
    },
    /// `large_utf8`: 64-bit offsets into one buffer of data.
    LargeUtf8 {
        /// One more offset than there are rows.
        offsets: &'a [u8],
        /// The texts, one behind the other.
        data: &'a [u8],
    },
    /// `string_view`: 16 bytes a row, which hold a short text or say where a long one is.
    View {
        /// The views.
        views: &'a [u8],
        /// The buffers that views point into.
        data: Vec<&'a [u8]>,
    },
    /// A dictionary: 64-bit indices into a column of texts.
    Dictionary {
        /// One index a row.
        indices: &'a [u8],
        /// What the indices point to; its nulls are nulls.
        values: Box<Texts<'a>>,
    },
}

/// A column of texts: a layout, a validity bitmap, and the slice of them that is meant.
#[derive(Clone, Debug)]
pub struct Texts<'a> {
    layout: Layout<'a>,
    validity: Option<&'a [u8]>,
    offset: usize,
    len: usize,
}

impl<'a> Texts<'a> {
    /// Puts a column together.
    ///
    /// # Errors
    ///
    /// A buffer is shorter than `offset + len` rows need.
    pub fn new(
        layout: Layout<'a>,
        validity: Option<&'a [u8]>,
        offset: usize,
        len: usize,
    ) -> Result<Self, Malformed> {
        let end = offset.checked_add(len).ok_or(Malformed)?;
        let (buffer, width, extra) = match &layout {
            Layout::Utf8 { offsets, .. } => (*offsets, 4, 1),
            Layout::LargeUtf8 { offsets, .. } => (*offsets, 8, 1),
            Layout::View { views, .. } => (*views, 16, 0),
            Layout::Dictionary { indices, .. } => (*indices, 8, 0),
        };
        if len > 0 && buffer.len() / width < end.checked_add(extra).ok_or(Malformed)? {
            return Err(Malformed);
        }
        if len > 0 && validity.is_some_and(|bits| bits.len() < end.div_ceil(8)) {
            return Err(Malformed);
        }
        Ok(Self {
            layout,
            validity,
            offset,
            len,
        })
    }

    /// Rows of the column.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the column has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The text of a row, or `None` where it is null. It need not be UTF-8.
    ///
    /// # Errors
    ///
    /// There is no such row, or its offsets point outside the data.
    #[inline]
    pub fn get(&self, row: usize) -> Result<Option<&'a [u8]>, Malformed> {
        if row >= self.len {
            return Err(Malformed);
        }
        let place = self.offset + row;
        if let Some(bits) = self.validity
            && bits[place / 8] >> (place % 8) & 1 == 0
        {
            return Ok(None);
        }
        match &self.layout {
            Layout::Utf8 { offsets, data } => {
                let (start, end) = (word(offsets, place)?, word(offsets, place + 1)?);
                slice(data, start, end).map(Some)
            }
            Layout::LargeUtf8 { offsets, data } => {
                let (start, end) = (double(offsets, place)?, double(offsets, place + 1)?);
                slice(data, start, end).map(Some)
            }
            Layout::View { views, data } => view(views, data, place).map(Some),
            Layout::Dictionary { indices, values } => values.get(double(indices, place)?),
        }
    }
}

/// The signed 32-bit number at a place, which must not be negative.
#[inline]
fn word(buffer: &[u8], place: usize) -> Result<usize, Malformed> {
    let bytes = buffer.get(4 * place..4 * place + 4).ok_or(Malformed)?;
    let four = [bytes[0], bytes[1], bytes[2], bytes[3]];
    usize::try_from(i32::from_le_bytes(four)).map_err(|_| Malformed)
}

/// The signed 64-bit number at a place, which must not be negative.
#[inline]
fn double(buffer: &[u8], place: usize) -> Result<usize, Malformed> {
    let bytes = buffer.get(8 * place..8 * place + 8).ok_or(Malformed)?;
    let mut eight = [0; 8];
    eight.copy_from_slice(bytes);
    usize::try_from(i64::from_le_bytes(eight)).map_err(|_| Malformed)
}

#[inline]
fn slice(data: &[u8], start: usize, end: usize) -> Result<&[u8], Malformed> {
    data.get(start..end).ok_or(Malformed)
}

const INLINE: usize = 12;

#[inline]
fn view<'a>(views: &'a [u8], data: &[&'a [u8]], place: usize) -> Result<&'a [u8], Malformed> {
    let view = views.get(16 * place..16 * place + 16).ok_or(Malformed)?;
    let len = word(view, 0)?;
    if len <= INLINE {
        let (text, padding) = view[4..].split_at(len);
        return if padding.iter().all(|&byte| byte == 0) {
            Ok(text)
        } else {
            Err(Malformed)
        };
    }
    let buffer = data.get(word(view, 2)?).ok_or(Malformed)?;
    let start = word(view, 3)?;
    let text = slice(buffer, start, start.checked_add(len).ok_or(Malformed)?)?;
    // The first bytes stand in the view too, and readers go by them.
    if text.starts_with(&view[4..8]) {
        Ok(text)
    } else {
        Err(Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets(values: &[i32]) -> Vec<u8> {
        values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect()
    }

    #[test]
    fn rows_are_read_from_the_slice_that_is_meant() {
        let offsets = offsets(&[0, 2, 5, 5]);
        let layout = Layout::Utf8 {
            offsets: &offsets,
            data: b"abcde",
        };
        let column = Texts::new(layout, Some(&[0b101]), 1, 2).unwrap();
        assert_eq!(column.get(0), Ok(None));
        assert_eq!(column.get(1), Ok(Some(&b""[..])));
        assert_eq!(column.get(2), Err(Malformed));
    }

    #[test]
    fn offsets_beyond_the_data_backwards_or_below_zero_are_refused() {
        for bad in [[0, 9], [3, 1], [-1, 2]] {
            let offsets = offsets(&bad);
            let layout = Layout::Utf8 {
                offsets: &offsets,
                data: b"abcde",
            };
            let column = Texts::new(layout, None, 0, 1).unwrap();
            assert_eq!(column.get(0), Err(Malformed));
        }
    }

    #[test]
    fn buffers_shorter_than_the_rows_are_refused() {
        let offsets = offsets(&[0, 2]);
        let layout = Layout::Utf8 {
            offsets: &offsets,
            data: b"ab",
        };
        assert!(Texts::new(layout.clone(), None, 0, 2).is_err());
        assert!(Texts::new(layout.clone(), None, usize::MAX, 1).is_err());
        assert!(Texts::new(layout, Some(&[]), 0, 1).is_err());
    }

    #[test]
    fn views_hold_short_texts_and_point_to_long_ones() {
        let mut short = [0; 16];
        short[0] = 3;
        short[4..7].copy_from_slice(b"abc");
        let mut long = [0; 16];
        long[0] = 13;
        long[4..8].copy_from_slice(b"thir");
        long[12] = 1;
        let (mut padded, mut other) = (short, long);
        padded[7] = b'd';
        other[7] = b'n';
        let views = [short, long, padded, other].concat();
        let data = b".thirteen byte".to_vec();
        let layout = Layout::View {
            views: &views,
            data: vec![&data],
        };
        let column = Texts::new(layout, None, 0, 4).unwrap();
        assert_eq!(column.get(0), Ok(Some(&b"abc"[..])));
        assert_eq!(column.get(1), Ok(Some(&b"thirteen byte"[..])));
        // What a view says twice it says in the same way, or it is none.
        assert_eq!(column.get(2), Err(Malformed));
        assert_eq!(column.get(3), Err(Malformed));
        let layout = Layout::View {
            views: &views,
            data: vec![],
        };
        assert_eq!(
            Texts::new(layout, None, 0, 2).unwrap().get(1),
            Err(Malformed)
        );
    }
}
