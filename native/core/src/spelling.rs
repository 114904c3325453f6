// SPDX-License-Identifier: Apache-2.0
//! From a spelling to its parts: date, separator, last four
//! (`pseudo/identity/spelling.py`).

use crate::digits::{are_digits, padded};
use crate::reason::Reason;
use crate::unicode::{decimal, is_blank, is_dash, is_plus};

/// Characters, outer blanks removed, beyond which no text is an identity number.
const LONGEST: usize = 64;
const LAST_FOUR: usize = 4;
const SHORT_HEAD: usize = 6;
const LONG_HEAD: usize = 8;
/// `00` at the place of the century.
const NO_CENTURY: u64 = 0x3030;
/// Stands for any character that no spelling has.
const OTHER: u8 = 0;

/// What stands between the date and the last four.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// Nothing, or blanks.
    None,
    /// Any hyphen, dash or minus sign.
    Dash,
    /// A plus sign.
    Plus,
}

/// An identity number taken apart, before anything is known about its truth.
///
/// The characters stay in two machine words, each with the first in its lowest byte, so
/// that they can be checked and counted all at once (see [`crate::digits`]).
#[derive(Clone, Copy)]
pub struct Spelled {
    /// Eight digits in ASCII; the first two are `00` where no century was written.
    pub date: u64,
    /// The last four characters: digits or capital letters, in ASCII.
    pub last: u32,
    /// Whether a century was written.
    pub has_century: bool,
    /// What stands before the last four.
    pub separator: Separator,
}

/// Reads 10 or 12 ASCII digits, bare or with `-`, `+` or a blank before the last four.
#[expect(clippy::inline_always, reason = "a call costs as much as reading does")]
#[inline(always)]
#[must_use]
pub fn ordinary(text: &[u8]) -> Option<Spelled> {
    let has_century = match text.len() {
        10 | 11 => false,
        12 | 13 => true,
        _ => return None,
    };
    let (first, last) = (text.first_chunk()?, text.last_chunk()?);
    let separator = match text.get(text.len() - LAST_FOUR - 1)? {
        _ if text.len().is_multiple_of(2) => Separator::None,
        b' ' => Separator::None,
        b'-' => Separator::Dash,
        b'+' => Separator::Plus,
        _ => return None,
    };
    let first = u64::from_le_bytes(*first);
    let date = if has_century {
        first
    } else {
        first << 16 | NO_CENTURY
    };
    let last = u32::from_le_bytes(*last);
    (are_digits(date) && are_digits(padded(last))).then_some(Spelled {
        date,
        last,
        has_century,
        separator,
    })
}

/// Takes any text apart, or says why it cannot be.
///
/// # Errors
///
/// `Blank`, `BadForm`, `LossyNumber` or `WrongLength`. What is not UTF-8 has a bad form.
pub fn read(text: &[u8], pad_zeros: bool) -> Result<Spelled, Reason> {
    let text = str::from_utf8(text).map_err(|_| Reason::BadForm)?;
    let text = text.trim_matches(is_blank);
    if text.is_empty() {
        return Err(Reason::Blank);
    }
    // Blanks around an ordinary spelling are the commonest of what is read here.
    if let Some(spelled) = ordinary(text.as_bytes()) {
        return Ok(spelled);
    }
    let mut plain = [OTHER; LONGEST];
    let mut length = 0;
    for character in text.chars() {
        *plain.get_mut(length).ok_or(Reason::BadForm)? = ascii(character);
        length += 1;
    }
    taken_apart(&plain[..length], pad_zeros)
}

/// Writes digits, dashes, blanks and letters of any script's spelling in ASCII.
fn ascii(character: char) -> u8 {
    if is_blank(character) {
        return b' ';
    }
    if is_dash(character) {
        return b'-';
    }
    if is_plus(character) {
        return b'+';
    }
    if let Some(value) = decimal(character) {
        return b'0' + value;
    }
    u8::try_from(character)
        .ok()
        .filter(u8::is_ascii)
        .map_or(OTHER, |byte| byte.to_ascii_uppercase())
}

fn taken_apart(plain: &[u8], pad_zeros: bool) -> Result<Spelled, Reason> {
    let (whole, rest) = digits_first(plain);
    if rest.is_empty() {
        return bare(whole, pad_zeros);
    }
    if let Some(fraction) = fraction(whole, rest) {
        if fraction.iter().any(|digit| *digit != b'0') {
            return Err(Reason::LossyNumber);
        }
        return bare(whole, pad_zeros);
    }
    let spelled = parts(plain, LONG_HEAD).or_else(|| parts(plain, SHORT_HEAD));
    if let Some(spelled) = spelled {
        return Ok(spelled);
    }
    if is_scientific(whole, rest) {
        return Err(Reason::LossyNumber);
    }
    Err(if is_numberlike(whole, rest) {
        Reason::WrongLength
    } else {
        Reason::BadForm
    })
}

fn bare(digits: &[u8], pad_zeros: bool) -> Result<Spelled, Reason> {
    let mut padded = [b'0'; 10];
    if pad_zeros && (7..=9).contains(&digits.len()) && digits[0] != b'0' {
        padded[10 - digits.len()..].copy_from_slice(digits);
        return ordinary(&padded).ok_or(Reason::WrongLength);
    }
    match digits.len() {
        10 | 12 => ordinary(digits).ok_or(Reason::WrongLength),
        _ => Err(Reason::WrongLength),
    }
}

/// Reads a head of so many digits, a separator among blanks, and the last four.
fn parts(plain: &[u8], head: usize) -> Option<Spelled> {
    let (date, rest) = plain.split_at_checked(head)?;
    let (separator, tail) = separated(rest);
    let fits = date.iter().all(u8::is_ascii_digit)
        && tail.len() == LAST_FOUR
        && tail
            .iter()
            .all(|character| character.is_ascii_digit() || character.is_ascii_uppercase());
    if !fits {
        return None;
    }
    let mut eight = [b'0'; LONG_HEAD];
    eight[LONG_HEAD - head..].copy_from_slice(date);
    Some(Spelled {
        date: u64::from_le_bytes(eight),
        last: u32::from_le_bytes(*tail.first_chunk()?),
        has_century: head == LONG_HEAD,
        separator,
    })
}

/// Splits off blanks, at most one sign, and blanks.
fn separated(rest: &[u8]) -> (Separator, &[u8]) {
    let rest = without_blanks(rest);
    match rest {
        [b'-', rest @ ..] => (Separator::Dash, without_blanks(rest)),
        [b'+', rest @ ..] => (Separator::Plus, without_blanks(rest)),
        _ => (Separator::None, rest),
    }
}

fn without_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|byte| **byte == b' ').count();
    &text[blanks..]
}

fn digits_first(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

/// What stands behind the point of a decimal number.
fn fraction<'a>(whole: &[u8], rest: &'a [u8]) -> Option<&'a [u8]> {
    match rest {
        [b'.' | b',', fraction @ ..] if !whole.is_empty() && is_digits(fraction) => Some(fraction),
        _ => None,
    }
}

fn is_digits(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// Digits, perhaps a fraction, `E`, perhaps a sign, digits.
fn is_scientific(whole: &[u8], rest: &[u8]) -> bool {
    let exponent = match rest {
        [b'.' | b',', rest @ ..] => {
            let (fraction, rest) = digits_first(rest);
            if fraction.is_empty() {
                return false;
            }
            rest
        }
        _ => rest,
    };
    match exponent {
        [b'E', b'+' | b'-', digits @ ..] | [b'E', digits @ ..] => {
            !whole.is_empty() && is_digits(digits)
        }
        _ => false,
    }
}

/// Two runs of digits with nothing but blanks and at most one sign between them.
fn is_numberlike(whole: &[u8], rest: &[u8]) -> bool {
    !whole.is_empty() && is_digits(separated(rest).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str) -> Option<Reason> {
        read(text.as_bytes(), false).err()
    }

    #[test]
    fn one_number_in_many_spellings() {
        for text in [
            "198507099805",
            "19850709-9805",
            " 19850709 - 9805\u{a0}",
            "19850709\u{2212}9805",
            "１９８５０７０９９８０５",
            "198507099805.000",
            "198507099805,0",
        ] {
            let spelled = read(text.as_bytes(), false).ok().unwrap();
            assert_eq!(&spelled.date.to_le_bytes(), b"19850709");
            assert_eq!(&spelled.last.to_le_bytes(), b"9805");
            assert!(spelled.has_century);
        }
    }

    #[test]
    fn what_is_no_number_has_its_reason() {
        assert_eq!(reason(" \u{feff}\t"), Some(Reason::Blank));
        assert_eq!(reason("1.98507E+11"), Some(Reason::LossyNumber));
        assert_eq!(reason("123E4"), Some(Reason::LossyNumber));
        assert_eq!(reason("8507099805.5"), Some(Reason::LossyNumber));
        assert_eq!(reason("12345678901"), Some(Reason::WrongLength));
        assert_eq!(reason("1 - 2"), Some(Reason::WrongLength));
        assert_eq!(reason("850709--9805"), Some(Reason::BadForm));
        assert_eq!(reason("8507099805."), Some(Reason::BadForm));
        assert_eq!(reason("E5"), Some(Reason::BadForm));
        assert_eq!(reason(&"1".repeat(65)), Some(Reason::BadForm));
        assert_eq!(read(b"850709\xff9805", false).err(), Some(Reason::BadForm));
    }

    #[test]
    fn zeros_are_given_back_only_where_that_was_asked_for() {
        assert_eq!(read(b"1010101", false).err(), Some(Reason::WrongLength));
        let padded = read(b"1010101", true).ok().unwrap();
        assert_eq!(&padded.date.to_le_bytes(), b"00000101");
        assert_eq!(&padded.last.to_le_bytes(), b"0101");
        assert_eq!(read(b"0101010", true).err(), Some(Reason::WrongLength));
        assert_eq!(read(b"101010", true).err(), Some(Reason::WrongLength));
    }
}
