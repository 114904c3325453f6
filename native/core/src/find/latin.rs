// SPDX-License-Identifier: Apache-2.0
//! Text of the Latin, Greek, Cyrillic and other near alphabets, told by its bytes alone.
//!
//! Swedish text is ASCII with a few letters of two bytes. For such text it is told eight
//! bytes at a time that it is UTF-8, and that it holds no other script's digits.

use crate::find::words::{HIGH, LANES, short};

/// Whether a text is UTF-8 that holds nothing from U+0640 on, where other digits begin.
#[must_use]
pub fn is_latin(text: &[u8]) -> bool {
    let (words, rest) = text.as_chunks::<8>();
    let (mut open, mut wrong) = (0, 0);
    let mut take = |word: u64| {
        let (first, second) = (word & word << 1 & HIGH, word & !(word << 1) & HIGH);
        // Every first byte, and nothing else, is followed by a second one.
        wrong |= second ^ (first << 8 | open) | beyond(word) & first;
        open = first >> 56;
    };
    for word in words {
        take(u64::from_le_bytes(*word));
    }
    // Behind the text stands a zero, which is no second byte.
    take(short(rest));
    wrong == 0
}

/// The high bit of every byte of which the low seven bits are not 42 to 58: of those that
/// begin a character, all but C2 to D8.
#[inline]
fn beyond(word: u64) -> u64 {
    let low = word & !HIGH;
    (low + (0x80 - 0x59) * LANES) | !(low + (0x80 - 0x42) * LANES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_latin_below_other_digits_and_none_above() {
        for code in '\0'..=char::MAX {
            for before in [0, 6, 7, 8] {
                let text = "x".repeat(before) + &code.to_string();
                assert_eq!(is_latin(text.as_bytes()), code < '\u{640}');
                assert_eq!(is_latin((text + "å1").as_bytes()), code < '\u{640}');
            }
        }
    }

    #[test]
    fn whatever_is_not_utf_8_is_not_latin() {
        for one in 0..=u8::MAX {
            for two in 0..=u8::MAX {
                for before in [0, 6, 7] {
                    let text = [vec![b'x'; before], vec![one, two]].concat();
                    if is_latin(&text) {
                        assert!(std::str::from_utf8(&text).is_ok());
                    }
                    let text = [&text[..], b"bcdefgh"].concat();
                    if is_latin(&text) {
                        assert!(std::str::from_utf8(&text).is_ok());
                    }
                }
            }
        }
    }
}
