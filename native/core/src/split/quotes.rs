// SPDX-License-Identifier: Apache-2.0
//! What quotes mean in a record, and what a text is without them.

use crate::split::Unsplit;

/// The only quote there is.
pub const QUOTE: u8 = b'"';

/// Copies the text of a field that began with a quote, which is not in it any more.
pub fn unquoted(field: &[u8], data: &mut [u8], mut at: usize) -> Result<usize, Unsplit> {
    let begin = at;
    let mut rest = field;
    loop {
        let closing = rest.iter().position(|&byte| byte == QUOTE).ok_or(Unsplit)?;
        let doubled = rest.get(closing + 1) == Some(&QUOTE);
        // Of two quotes one is part of the text; behind a single one quotes mean nothing.
        let part = &rest[..closing + usize::from(doubled)];
        put_at(data, &mut at, part)?;
        if !doubled {
            put_at(data, &mut at, &rest[closing + 1..])?;
            return Ok(at - begin);
        }
        rest = &rest[closing + 2..];
    }
}

#[inline]
fn put_at(data: &mut [u8], at: &mut usize, part: &[u8]) -> Result<(), Unsplit> {
    let to = data.get_mut(*at..*at + part.len()).ok_or(Unsplit)?;
    to.copy_from_slice(part);
    *at += part.len();
    Ok(())
}

/// What of a record lies in quotes, on the way through it.
pub struct Quoted {
    /// Whether a quote is open.
    pub open: bool,
    /// Where a quote opens: the record's first byte, and then the one behind the quote that
    /// was closed last. It also does behind a delimiter.
    opens: usize,
}

impl Quoted {
    /// Begins a record.
    pub fn new(start: usize) -> Self {
        Self {
            open: false,
            opens: start,
        }
    }

    /// Gives those of 64 delimiters that are outside quotes.
    pub fn outside(
        &mut self,
        text: &[u8],
        first: usize,
        delimiters: u64,
        quotes: u64,
        delimiter: u8,
    ) -> u64 {
        let mut outside = 0;
        let mut ahead = delimiters | quotes;
        while ahead != 0 {
            let bit = ahead & ahead.wrapping_neg();
            let place = first + ahead.trailing_zeros() as usize;
            if quotes & bit == 0 {
                outside |= if self.open { 0 } else { bit };
            } else if self.open {
                self.open = false;
                self.opens = place + 1;
            } else {
                self.open = place == self.opens || text[place - 1] == delimiter;
            }
            ahead ^= bit;
        }
        outside
    }
}
