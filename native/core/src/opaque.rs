// SPDX-License-Identifier: Apache-2.0
//! Opaque identifiers, hashed behind their scope's values (`pseudo/kernel/scope.py`).
//!
//! Texts come in NFC. [`beyond_latin`] tells which may not be: below U+0300 nothing
//! combines and nothing is composed, so that such a text is in NFC whatever the version
//! of Unicode.

use std::iter;

use crate::column::{Malformed, Texts};
use crate::mac::{BLOCK, Block, PreparedKey, Raw, framed};
use crate::rank;
use crate::reason::{OK, Reason};
use crate::swap::{Accepted, Swap};
use crate::unicode::is_white_space;

/// Characters an opaque identifier may have.
const LONGEST: usize = 200;
/// The first byte of U+0300 in UTF-8; no character below it has one as high.
const FIRST_BEYOND: u8 = 0xcc;
const ZEROS: [u8; LONGEST] = [b'0'; LONGEST];

/// Marks the texts that have a character from U+0300 on, and counts them.
///
/// # Errors
///
/// The column's buffers do not hold what it claims, or there is too little room.
pub fn beyond_latin(texts: &Texts<'_>, marks: &mut [u8]) -> Result<usize, Malformed> {
    let marks = marks.get_mut(..texts.len()).ok_or(Malformed)?;
    let mut count = 0;
    for (row, mark) in marks.iter_mut().enumerate() {
        let text = texts.get(row)?.unwrap_or_default();
        let beyond = text.iter().any(|byte| *byte >= FIRST_BEYOND);
        *mark = u8::from(beyond);
        count += usize::from(beyond);
    }
    Ok(count)
}

/// One column of scope values, brought to their form and told apart.
pub struct Scope<'a> {
    codes: &'a [u8],
    wrong: &'a [u8],
    offsets: &'a [u8],
    values: &'a [u8],
}

impl<'a> Scope<'a> {
    /// Puts a scope together.
    ///
    /// `codes` has a 64-bit number for each of `rows`, which value it has; `wrong` what is
    /// wrong with it, if anything is; `offsets` where each value begins and the last ends
    /// in `values`, where each is framed.
    ///
    /// # Errors
    ///
    /// There are fewer codes than rows.
    pub fn new(
        rows: usize,
        codes: &'a [u8],
        wrong: &'a [u8],
        offsets: &'a [u8],
        values: &'a [u8],
    ) -> Result<Self, Malformed> {
        if codes.len() / 8 < rows || wrong.len() < rows {
            return Err(Malformed);
        }
        Ok(Self {
            codes,
            wrong,
            offsets,
            values,
        })
    }

    /// The framed value of a row, or why it has none.
    fn get(&self, row: usize) -> Result<&'a [u8], Reason> {
        match self.wrong.get(row) {
            Some(&OK) => self.value(row).ok_or(Reason::ScopeMissing),
            Some(wrong) if *wrong == Reason::TooLong as u8 => Err(Reason::TooLong),
            Some(wrong) if *wrong == Reason::BadForm as u8 => Err(Reason::BadForm),
            _ => Err(Reason::ScopeMissing),
        }
    }

    fn value(&self, row: usize) -> Option<&'a [u8]> {
        let code = number(self.codes, row)?;
        let start = number(self.offsets, code)?;
        let end = number(self.offsets, code.checked_add(1)?)?;
        self.values.get(start..end)
    }
}

fn number(numbers: &[u8], place: usize) -> Option<usize> {
    let (numbers, _) = numbers.as_chunks::<8>();
    usize::try_from(i64::from_ne_bytes(*numbers.get(place)?)).ok()
}

/// The swap of opaque identifiers.
pub struct Opaque<'a> {
    key: &'a PreparedKey,
    prefix: Vec<u8>,
    width: usize,
    scopes: Vec<Scope<'a>>,
}

impl<'a> Opaque<'a> {
    /// Prepares the swap of identifiers of a kind, padded with zeros to a width.
    ///
    /// # Errors
    ///
    /// The width is more than an identifier may have.
    pub fn new(
        key: &'a PreparedKey,
        kind: &str,
        width: usize,
        scopes: Vec<Scope<'a>>,
    ) -> Result<Self, Malformed> {
        if width > LONGEST {
            return Err(Malformed);
        }
        Ok(Self {
            key,
            prefix: framed(kind.as_bytes()).ok_or(Malformed)?,
            width,
            scopes,
        })
    }

    /// Writes the message of a row into a block, or gives its MAC where it has no room.
    fn message(
        &self,
        row: usize,
        last: [&[u8]; 3],
        block: &mut [u8; BLOCK],
    ) -> Result<Option<Raw>, Reason> {
        let mut message = Block::empty().and(&self.prefix);
        for scope in &self.scopes {
            let value = scope.get(row)?;
            message = message.and_then(|message| message.and(value));
        }
        for part in last {
            message = message.and_then(|message| message.and(part));
        }
        if let Some(message) = message {
            *block = message.padded();
            return Ok(None);
        }
        let scopes = self.scopes.iter().flat_map(|scope| scope.get(row));
        let parts = iter::once(self.prefix.as_slice()).chain(scopes).chain(last);
        Ok(Some(self.key.of_parts(parts)))
    }
}

impl Swap for Opaque<'_> {
    fn key(&self) -> &PreparedKey {
        self.key
    }

    fn judge(&self, row: usize, text: &[u8], block: &mut [u8; BLOCK]) -> Result<Accepted, Reason> {
        let text = str::from_utf8(text).map_err(|_| Reason::BadForm)?;
        let canonical = text.trim_matches(is_white_space);
        let zeros = &ZEROS[..self.width.saturating_sub(characters(canonical)?)];
        let length = u32::try_from(zeros.len() + canonical.len()).map_err(|_| Reason::TooLong)?;
        let last = [&length.to_be_bytes()[..], zeros, canonical.as_bytes()];
        Ok(Accepted {
            flags: 0,
            rank: rank::NONE,
            raw: self.message(row, last, block)?,
        })
    }
}

/// Counts characters, of which there must be some and not too many.
fn characters(canonical: &str) -> Result<usize, Reason> {
    // A longer text is not counted to its end.
    match canonical.chars().take(LONGEST + 1).count() {
        0 => Err(Reason::Blank),
        length if length <= LONGEST => Ok(length),
        _ => Err(Reason::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mac::{KEY, RAW};

    fn swapped(text: &str, width: usize) -> Result<Raw, Reason> {
        let key = PreparedKey::new(&[1; KEY]);
        let opaque = Opaque::new(&key, "opaque:a", width, vec![]).unwrap();
        let mut blocks = [[0; BLOCK]];
        let accepted = opaque.judge(0, text.as_bytes(), &mut blocks[0])?;
        let mut raws = [[0; RAW]];
        key.of_blocks(&mut blocks, &mut raws);
        Ok(accepted.raw.unwrap_or(raws[0]))
    }

    #[test]
    fn outer_white_space_and_lost_zeros_make_no_difference() {
        assert_eq!(swapped("\u{3000}7 ", 4), swapped("0007", 0));
        assert_ne!(swapped("7", 0), swapped("0007", 0));
        assert_eq!(swapped("12345", 4), swapped("12345", 0));
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        assert_eq!(swapped("\u{a0}\t", 4), Err(Reason::Blank));
        assert_eq!(swapped(&"å".repeat(201), 0), Err(Reason::TooLong));
        assert!(swapped(&"å".repeat(200), 0).is_ok());
    }

    #[test]
    fn a_message_longer_than_a_block_is_hashed_all_the_same() {
        let key = PreparedKey::new(&[1; KEY]);
        let text = "x".repeat(100);
        let message = [&b"\0\0\0\x08opaque:a\0\0\0\x64"[..], text.as_bytes()];
        assert_eq!(swapped(&text, 0), Ok(key.of_parts(message.into_iter())));
    }

    #[test]
    fn a_scope_whose_codes_point_nowhere_is_missing() {
        let codes: Vec<u8> = [0_i64, 1, -1, i64::MAX]
            .iter()
            .flat_map(|code| code.to_ne_bytes())
            .collect();
        let offsets: Vec<u8> = [0_i64, 2, 9]
            .iter()
            .flat_map(|offset| offset.to_ne_bytes())
            .collect();
        let scope = Scope::new(4, &codes, &[0; 4], &offsets, b"ab").unwrap();
        assert_eq!(scope.get(0), Ok(&b"ab"[..]));
        for row in 1..5 {
            assert_eq!(scope.get(row), Err(Reason::ScopeMissing));
        }
        assert!(Scope::new(5, &codes, &[0; 5], &offsets, b"ab").is_err());
    }
}
