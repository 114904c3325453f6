// SPDX-License-Identifier: Apache-2.0
//! The characters that count as digits, blanks and signs: the frozen tables of
//! `pseudo/identity/spelling.py`.
//!
//! They are Unicode 16's and stay so: a table that grew with a compiler's or an
//! interpreter's version would change which cells are read, and with that pseudonyms.

/// The zeros of all runs of decimal digits, ascending; nine digits follow each.
const ZEROS: [u32; 76] = [
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
    0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80,
    0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
    0xFF10, 0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450,
    0x114D0, 0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0, 0x11950, 0x11BF0, 0x11C50,
    0x11D50, 0x11DA0, 0x11F50, 0x16130, 0x16A60, 0x16AC0, 0x16B50, 0x16D70, 0x1CCF0, 0x1D7CE,
    0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0,
];

/// The value of a decimal digit of any script.
#[must_use]
pub fn decimal(character: char) -> Option<u8> {
    let code = u32::from(character);
    let after = ZEROS.partition_point(|zero| *zero <= code);
    let zero = ZEROS.get(after.checked_sub(1)?)?;
    u8::try_from(code - zero).ok().filter(|value| *value <= 9)
}

/// Whether a character has Unicode's property `White_Space`: what is removed around an
/// opaque identifier.
#[must_use]
pub fn is_white_space(character: char) -> bool {
    matches!(
        character,
        '\t'..='\r'
            | ' '
            | '\u{85}'
            | '\u{a0}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200a}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202f}'
            | '\u{205f}'
            | '\u{3000}'
    )
}

/// Whether a character is removed around a number, and read as a blank inside of one.
#[must_use]
pub fn is_blank(character: char) -> bool {
    is_white_space(character)
        || matches!(
            character,
            '\u{1c}'..='\u{1f}' | '\u{200b}' | '\u{2060}' | '\u{feff}'
        )
}

/// Whether a character is read as `-`.
#[must_use]
pub fn is_dash(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{ad}' | '\u{2010}'
            ..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
    )
}

/// Whether a character is read as `+`.
#[must_use]
pub fn is_plus(character: char) -> bool {
    matches!(character, '+' | '\u{ff0b}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_ascending_and_do_not_touch() {
        assert!(ZEROS.windows(2).all(|pair| pair[0] + 10 <= pair[1]));
    }

    #[test]
    fn every_digit_of_a_run_has_its_value_and_its_neighbours_have_none() {
        assert_eq!(decimal('/'), None);
        assert_eq!(decimal(':'), None);
        assert_eq!(decimal('\0'), None);
        for (value, character) in "０１２３４５６７８９".chars().enumerate() {
            assert_eq!(decimal(character).map(usize::from), Some(value));
        }
        assert_eq!(decimal('\u{10FFFF}'), None);
    }

    #[test]
    fn the_tables_have_as_many_characters_as_those_of_the_specification() {
        let count = |holds: fn(char) -> bool| ('\0'..=char::MAX).filter(|c| holds(*c)).count();
        assert_eq!(count(is_white_space), 25);
        assert_eq!(count(is_blank), 32);
        assert_eq!(count(is_dash), 12);
        assert_eq!(count(is_plus), 2);
        assert_eq!(count(|c| decimal(c).is_some()), 760);
    }
}
