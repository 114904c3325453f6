// SPDX-License-Identifier: Apache-2.0
//! What the characters of a text mean to the search for numbers, read from behind.
//!
//! A number is found by its last four digits, so what stands before them is read backwards:
//! raw bytes one by one, texts character by character.

/// What a character is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// An ASCII digit.
    Digit,
    /// A letter, which no number has inside.
    Letter,
    /// A superscript or a fraction: a number to Python, neither letter nor digit to RE2.
    Number,
    /// A blank as `pseudo.identity.spelling.BLANKS` has them.
    Blank,
    /// What is read as `-`.
    Dash,
    /// What is read as `+`.
    Plus,
    /// Anything else that may stand between the parts of a number.
    Other,
}

/// How a text is made of characters.
pub trait Alphabet {
    /// The class of the character that ends before `end`, which is above 0, and its first
    /// byte.
    fn before(text: &[u8], end: usize) -> (Class, usize);

    /// Whether the text holds nothing but blanks.
    #[must_use]
    fn is_blank(text: &[u8]) -> bool {
        let mut end = text.len();
        while end > 0 {
            let (class, start) = Self::before(text, end);
            if class != Class::Blank {
                return false;
            }
            end = start;
        }
        true
    }
}

/// Raw bytes, and ASCII text: what is not ASCII counts as a letter.
pub struct Bytes;

impl Alphabet for Bytes {
    #[inline]
    fn before(text: &[u8], end: usize) -> (Class, usize) {
        (ASCII[usize::from(text[end - 1])], end - 1)
    }
}

/// Text in UTF-8 of which every character is known ([`is_known`]).
pub struct Unicode;

impl Alphabet for Unicode {
    #[inline]
    fn before(text: &[u8], end: usize) -> (Class, usize) {
        let mut start = end - 1;
        if text[start].is_ascii() {
            return (ASCII[usize::from(text[start])], start);
        }
        while start > 0 && text[start] & 0xC0 == 0x80 {
            start -= 1;
        }
        let character = std::str::from_utf8(&text[start..end])
            .ok()
            .and_then(|text| text.chars().next());
        let class = character.and_then(class);
        (class.unwrap_or(Class::Letter), start)
    }
}

/// Whether every character of a text is one that the reference's tables, Python's and
/// RE2's, and this one agree about.
#[must_use]
pub fn is_known(text: &[u8]) -> bool {
    let mut beyond = text.split(u8::is_ascii).filter(|part| !part.is_empty());
    beyond.all(|part| {
        std::str::from_utf8(part).is_ok_and(|part| part.chars().all(|one| class(one).is_some()))
    })
}

/// The class of a character, or `None` where it is not known here.
fn class(character: char) -> Option<Class> {
    if character.is_ascii() {
        return Some(ASCII[character as usize]);
    }
    Some(match character {
        '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => {
            Class::Dash
        }
        '\u{ff0b}' => Class::Plus,
        '\u{85}'
        | '\u{a0}'
        | '\u{2000}'..='\u{200b}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{202f}'
        | '\u{205f}'
        | '\u{2060}'
        | '\u{3000}'
        | '\u{feff}' => Class::Blank,
        '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{bc}'..='\u{be}' => Class::Number,
        '\u{aa}'
        | '\u{b5}'
        | '\u{ba}'
        | '\u{c0}'..='\u{d6}'
        | '\u{d8}'..='\u{f6}'
        | '\u{f8}'..='\u{24f}' => Class::Letter,
        // Signs of Latin-1, accents of decomposed letters, punctuation, currencies, arrows,
        // mathematics, and what stands for a character that was lost.
        '\u{80}'..='\u{f7}'
        | '\u{300}'..='\u{36f}'
        | '\u{2016}'..='\u{2064}'
        | '\u{20a0}'..='\u{20bf}'
        | '\u{2190}'..='\u{23ff}'
        | '\u{fffd}' => Class::Other,
        _ => return None,
    })
}

/// What each byte is to [`Bytes`].
const ASCII: [Class; 256] = {
    let mut classes = [Class::Letter; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'0'..=b'9' => Class::Digit,
            b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'\t'..=b'\r' | 0x1c..=0x1f | b' ' => Class::Blank,
            b'-' => Class::Dash,
            b'+' => Class::Plus,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_characters_agree_about_ascii() {
        for byte in 0..=0x7f {
            let text = [b'x', byte];
            assert_eq!(Bytes::before(&text, 2), Unicode::before(&text, 2));
        }
    }

    #[test]
    fn characters_of_every_width_are_read_from_behind() {
        let text = "å\u{2013}\u{fffd}";
        assert_eq!(Unicode::before(text.as_bytes(), 8), (Class::Other, 5));
        assert_eq!(Unicode::before(text.as_bytes(), 5), (Class::Dash, 2));
        assert_eq!(Unicode::before(text.as_bytes(), 2), (Class::Letter, 0));
    }

    #[test]
    fn bytes_that_are_no_character_are_read_without_harm() {
        for end in 1..4 {
            assert_eq!(Unicode::before(b"\x80\xbf\xff", end).0, Class::Letter);
        }
        assert_eq!(Bytes::before(b"\xff", 1), (Class::Letter, 0));
    }

    #[test]
    fn what_the_tables_may_disagree_about_is_not_known() {
        for text in ["٣", "\u{ff11}", "文", "\u{2460}", "\u{1f600}", "\u{378}"] {
            assert!(!is_known(text.as_bytes()));
        }
        assert!(is_known("Åsa, 1 m² – “så” 5 €".as_bytes()));
    }

    #[test]
    fn blanks_alone_are_blank() {
        assert!(Unicode::is_blank("".as_bytes()));
        assert!(Unicode::is_blank(" \u{a0}\t\u{feff}".as_bytes()));
        assert!(!Unicode::is_blank(" x ".as_bytes()));
        assert!(!Bytes::is_blank("\u{a0}".as_bytes()));
    }
}
