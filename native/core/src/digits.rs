// SPDX-License-Identifier: Apache-2.0
//! Decimal digits eight at a time: one in each byte of a machine word, the first in the
//! lowest. Four digits stand in the lower half of a word whose upper half is filled.

const ONES: u64 = 0x0101_0101_0101_0101;
const ASCII_ZEROS: u64 = 0x30 * ONES;

/// Four characters as eight, zeros behind them.
#[inline]
#[must_use]
pub fn padded(four: u32) -> u64 {
    u64::from(four) | ASCII_ZEROS << 32
}

/// Whether all eight characters are ASCII digits.
#[inline]
#[must_use]
pub fn are_digits(characters: u64) -> bool {
    let high = 0xf0 * ONES;
    // Six more than a digit still has the high half of a digit; six more than what follows
    // `9` has not. What begins with another half is refused whatever it carries over.
    let more = characters.wrapping_add(0x06 * ONES);
    (characters & high) | ((more & high) >> 4) == 0x33 * ONES
}

/// The values of eight digits, each still in its byte.
#[inline]
#[must_use]
pub fn values(characters: u64) -> u64 {
    characters ^ ASCII_ZEROS
}

/// The number that eight values are, the first of them the highest.
#[inline]
#[must_use]
pub fn number(values: u64) -> u64 {
    // Neighbours are joined: to pairs, to fours, to eight.
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff
}

/// The weighted sum of eight values that Luhn's check digit makes a multiple of ten; the
/// first and every second after it count double.
#[inline]
#[must_use]
pub fn weighted(values: u64) -> u64 {
    let doubled = 2 * (values & 0x00ff_00ff_00ff_00ff);
    let carried = (doubled + 0x06 * ONES) >> 4 & ONES;
    // A number of two digits counts as their sum, which is nine less.
    let counted = doubled - 9 * carried + (values & 0xff00_ff00_ff00_ff00);
    counted.wrapping_mul(ONES) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: [u8; 8]) -> u64 {
        u64::from_le_bytes(text)
    }

    #[test]
    fn only_digits_are_digits_whatever_stands_beside_them() {
        assert!(are_digits(word(*b"09182736")));
        for place in 0..8 {
            for byte in 0..=u8::MAX {
                for other in [b'0', b'9', 0xff] {
                    let mut text = [other; 8];
                    text[place] = byte;
                    assert_eq!(are_digits(word(text)), text.iter().all(u8::is_ascii_digit));
                }
            }
        }
    }

    #[test]
    fn digits_are_the_number_that_they_write() {
        for number_ in [0, 1, 19_850_709, 99_999_999, 10_203_040] {
            let text: [u8; 8] = format!("{number_:08}").into_bytes().try_into().unwrap();
            assert_eq!(number(values(word(text))), number_);
        }
        let four = u32::from_le_bytes(*b"9805");
        assert_eq!(number(values(padded(four))), 98_050_000);
    }

    #[test]
    fn weights_are_those_of_luhn() {
        for number_ in 0..100_000_u64 {
            let digits: Vec<u64> = format!("{number_:08}")
                .bytes()
                .map(|byte| u64::from(byte - b'0'))
                .collect();
            let expected: u64 = digits
                .iter()
                .enumerate()
                .map(|(place, digit)| match place % 2 {
                    0 => 2 * digit / 10 + 2 * digit % 10,
                    _ => *digit,
                })
                .sum();
            let text: [u8; 8] = format!("{number_:08}").into_bytes().try_into().unwrap();
            assert_eq!(weighted(values(word(text))), expected);
        }
    }
}
