// SPDX-License-Identifier: Apache-2.0
//! The decimal digits of all scripts, as the reference counts them (RE2's `\p{Nd}`).

/// The first of ten digits that follow each other, of every script but Latin.
const ZEROS: [u32; 67] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6,
    0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50,
    0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650,
    0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x11f50, 0x16a60, 0x16ac0,
    0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e950,
    0x1fbf0,
];

/// The first byte that a digit of another script can begin with (U+0660 is `D9 A0`).
const FIRST_BYTE: u8 = 0xd9;

/// The decimal digits of a text, those of ASCII included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimals {
    /// How many there are.
    pub digits: usize,
    /// Whether six stand together.
    pub six: bool,
}

/// Counts decimal digits, or gives `None` where ASCII's are the only ones.
#[must_use]
pub fn beyond_ascii(text: &str) -> Option<Decimals> {
    if text.bytes().all(|byte| byte < FIRST_BYTE) || !text.chars().any(is_foreign) {
        return None;
    }
    let mut seen = Decimals {
        digits: 0,
        six: false,
    };
    let mut together = 0;
    for character in text.chars() {
        if character.is_ascii_digit() || is_foreign(character) {
            seen.digits += 1;
            together += 1;
            seen.six |= together >= 6;
        } else {
            together = 0;
        }
    }
    Some(seen)
}

/// Whether a character is a decimal digit that ASCII does not have.
fn is_foreign(character: char) -> bool {
    let code = u32::from(character);
    if code < ZEROS[0] {
        return false;
    }
    let behind = ZEROS.partition_point(|zero| *zero <= code);
    code - ZEROS[behind - 1] < 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tens_stand_in_order_and_do_not_overlap() {
        assert!(ZEROS.is_sorted_by(|one, two| one + 10 <= *two));
    }

    #[test]
    fn every_code_point_that_is_a_digit_is_one_of_the_tens() {
        let foreign = ('\u{80}'..=char::MAX).filter(|code| is_foreign(*code));
        let count = foreign.inspect(|code| assert!(code.is_numeric())).count();
        assert_eq!(count, 670);
    }

    #[test]
    fn digits_of_any_script_count_and_stand_together() {
        assert_eq!(beyond_ascii("åäö – 123456"), None);
        let (digits, six) = (6, true);
        assert_eq!(beyond_ascii("12٣٤56"), Some(Decimals { digits, six }));
        let (digits, six) = (7, false);
        assert_eq!(beyond_ascii("12٣x٤567"), Some(Decimals { digits, six }));
    }
}
