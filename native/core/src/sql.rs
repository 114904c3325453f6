// SPDX-License-Identifier: Apache-2.0
//! Rows of `INSERT … VALUES`: found in a text, and taken apart into columns.
//!
//! Only what dumps hold in nearly every row is read here: brackets, commas, blanks, numbers,
//! words and strings in single quotes. At anything else (comments, quoted names, strings with
//! a mark before them) it stops, and the reference goes on.

mod values;

pub use values::{Column, Values, values};

/// What a backslash is in a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backslash {
    /// A letter like any other.
    Letter,
    /// An escape, as in `MySQL`.
    MySql,
    /// An escape, as in `PostgreSQL`.
    PostgreSql,
    /// Not known: no row that has one is taken.
    Unknown,
}

/// What differs between the dialects; see `pseudo.kernel.sql_grammar`.
#[derive(Clone, Copy, Debug)]
pub struct Grammar {
    /// What a backslash is in a string.
    pub backslash: Backslash,
    /// Whether `E'…'` has escapes, and a dollar may begin a string.
    pub prefixed: bool,
    /// Whether `[…]` is a name.
    pub brackets: bool,
    /// Whether `#` begins a comment.
    pub hashes: bool,
}

/// Brackets in brackets that a row may have, its own among them.
const DEEPEST: usize = 5;

/// Where a row is: its opening bracket, and the byte after its closing one.
pub type Place = (usize, usize);

pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

fn blanks(text: &[u8], mut at: usize) -> usize {
    while text.get(at).copied().is_some_and(is_blank) {
        at += 1;
    }
    at
}

/// Finds whole rows from a place on, up to the first that is not of the usual kind.
#[must_use]
pub fn rows(
    text: &[u8],
    begin: usize,
    grammar: Grammar,
    head: &[u8],
    first: bool,
) -> (Vec<Place>, usize) {
    let special = specials(grammar);
    let (mut found, mut after, mut first) = (Vec::new(), begin, first);
    loop {
        let start = if first {
            Some(blanks(text, after))
        } else {
            next(text, after, head)
        };
        first = false;
        let Some(start) = start else { break };
        let Some(end) = row(text, start, grammar, &special) else {
            break;
        };
        found.push((start, end));
        after = end;
    }
    (found, after)
}

/// Passes what stands between two rows.
fn next(text: &[u8], after: usize, head: &[u8]) -> Option<usize> {
    let mut at = blanks(text, after);
    if text.get(at) == Some(&b',') {
        return Some(blanks(text, at + 1));
    }
    if text.get(at) == Some(&b';') {
        at = blanks(text, at + 1);
    }
    while text.get(at..)?.starts_with(b"GO")
        && matches!(text.get(at.wrapping_sub(1)), Some(b'\r' | b'\n'))
    {
        at += 2;
        while matches!(text.get(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        if !matches!(text.get(at), Some(b'\r' | b'\n')) {
            return None;
        }
        at = blanks(text, at + 1);
    }
    let rest = text.get(at..)?;
    rest.starts_with(head)
        .then(|| blanks(text, at + head.len()))
}

/// The bytes that mean something outside of strings.
pub(crate) fn specials(grammar: Grammar) -> [bool; 256] {
    let mut special = [false; 256];
    for byte in *b"'\"`/-()" {
        special[usize::from(byte)] = true;
    }
    special[usize::from(b'#')] = grammar.hashes;
    special[usize::from(b'[')] = grammar.brackets;
    special[usize::from(b'$')] = grammar.prefixed;
    special
}

/// Finds the end of a row that begins at a place.
fn row(text: &[u8], start: usize, grammar: Grammar, special: &[bool; 256]) -> Option<usize> {
    if text.get(start) != Some(&b'(') {
        return None;
    }
    let (mut at, mut depth) = (start + 1, 1);
    loop {
        let byte = *text.get(at)?;
        if !special[usize::from(byte)] {
            at += 1;
            continue;
        }
        match byte {
            b'\'' => at = string(text, at, grammar)?,
            b'(' if depth < DEEPEST => {
                depth += 1;
                at += 1;
            }
            b')' if depth == 1 => return Some(at + 1),
            b')' => {
                depth -= 1;
                at += 1;
            }
            b'-' if *text.get(at + 1)? != b'-' => at += 1,
            _ => return None,
        }
    }
}

/// Finds the end of a string; None where it has none, or is of a kind that is not read here.
pub(crate) fn string(text: &[u8], quote: usize, grammar: Grammar) -> Option<usize> {
    if grammar.prefixed && marked(text, quote) {
        return None;
    }
    let mut at = quote + 1;
    loop {
        match *text.get(at)? {
            b'\'' if text.get(at + 1) == Some(&b'\'') => at += 2,
            b'\'' => return Some(at + 1),
            b'\\' => match grammar.backslash {
                Backslash::Letter => at += 1,
                Backslash::MySql | Backslash::PostgreSql => at += 2,
                Backslash::Unknown => return None,
            },
            _ => at += 1,
        }
    }
}

/// Whether the quote has an E before it.
fn marked(text: &[u8], quote: usize) -> bool {
    let before = |back: usize| quote.checked_sub(back).map(|place| text[place]);
    matches!(before(1), Some(b'e' | b'E')) && before(2).is_some_and(|byte| !is_word(byte))
}

#[cfg(test)]
mod tests;
