// SPDX-License-Identifier: Apache-2.0
//! Rows, taken apart into columns of texts.

use super::{Backslash, Grammar, Place, is_blank, specials, string};

/// A column of texts as its buffers.
#[derive(Debug, Default)]
pub struct Column {
    /// The texts, one behind the other.
    pub data: Vec<u8>,
    /// One more offset than there are rows, in the machine's order.
    pub offsets: Vec<u8>,
    /// A bit for each row, set where there is a text.
    pub validity: Vec<u8>,
    /// Rows without a text.
    pub nulls: usize,
    /// Rows whose text is the value as it is written, for it is no plain literal.
    pub deferred: Vec<usize>,
}

/// What rows hold.
#[derive(Debug)]
pub struct Values {
    /// The chosen columns.
    pub columns: Vec<Column>,
    /// Values of each row; 0 where it is broken.
    pub fields: Vec<i64>,
    /// Rows in the columns: those of the asked width.
    pub rows: usize,
}

/// Takes rows apart; None where one has what is not read here, or is longer than can be
/// counted.
#[must_use]
pub fn values(
    text: &[u8],
    places: &[Place],
    grammar: Grammar,
    width: usize,
    chosen: &[usize],
) -> Option<Values> {
    let special = specials(grammar);
    let mut columns: Vec<Column> = chosen.iter().map(|_| Column::begun(places.len())).collect();
    let (mut fields, mut rows) = (Vec::with_capacity(places.len()), 0);
    let mut parts = Vec::with_capacity(width);
    for &(start, end) in places {
        // What stands before the row tells what its first quote is.
        let inside = text.get(..end.checked_sub(1)?)?;
        let whole = split(inside, start.checked_add(1)?, grammar, &special, &mut parts)?;
        fields.push(if whole {
            i64::try_from(parts.len()).ok()?
        } else {
            0
        });
        if whole && parts.len() == width {
            for (column, &number) in columns.iter_mut().zip(chosen) {
                let &(from, to) = parts.get(number)?;
                column.add(rows, &inside[from..to], grammar.backslash)?;
            }
            rows += 1;
        }
    }
    Some(Values {
        columns,
        fields,
        rows,
    })
}

/// Finds the values of a row that begins there and ends with the text, and tells whether each has anything in it.
fn split(
    inside: &[u8],
    start: usize,
    grammar: Grammar,
    special: &[bool; 256],
    parts: &mut Vec<Place>,
) -> Option<bool> {
    parts.clear();
    let (mut at, mut begin, mut depth, mut whole) = (start, start, 0_usize, true);
    while let Some(&byte) = inside.get(at) {
        if byte == b',' && depth == 0 {
            whole &= at > begin;
            parts.push((begin, at));
            at += 1;
            begin = at;
        } else if !special[usize::from(byte)] {
            at += 1;
        } else {
            match byte {
                b'\'' => at = string(inside, at, grammar)?,
                b'(' => {
                    depth += 1;
                    at += 1;
                }
                b')' => {
                    depth = depth.checked_sub(1)?;
                    at += 1;
                }
                b'-' if *inside.get(at + 1)? != b'-' => at += 1,
                _ => return None,
            }
        }
    }
    whole &= at > begin;
    parts.push((begin, at));
    (depth == 0).then_some(whole)
}

/// What a value is.
enum Read<'a> {
    Null,
    Text(&'a [u8]),
    Quoted(&'a [u8]),
    Deferred(&'a [u8]),
}

impl Column {
    fn begun(rows: usize) -> Self {
        let mut column = Self {
            offsets: Vec::with_capacity(4 * (rows + 1)),
            validity: vec![0; rows.div_ceil(8)],
            ..Self::default()
        };
        column.offsets.extend_from_slice(&[0; 4]);
        column
    }

    fn add(&mut self, row: usize, raw: &[u8], backslash: Backslash) -> Option<()> {
        let before = self.data.len();
        let mut valid = false;
        match read(raw, backslash) {
            Read::Null => {}
            Read::Text(text) => self.data.extend_from_slice(text),
            Read::Quoted(text) => unquoted(text, backslash, &mut self.data),
            Read::Deferred(text) => {
                self.data.extend_from_slice(text);
                self.deferred.push(row);
                valid = true;
            }
        }
        if valid || self.data.len() > before {
            self.validity[row / 8] |= 1 << (row % 8);
        } else {
            self.nulls += 1;
        }
        let used = i32::try_from(self.data.len()).ok()?;
        self.offsets.extend_from_slice(&used.to_ne_bytes());
        Some(())
    }
}

fn trimmed(mut raw: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = raw
        && is_blank(*first)
    {
        raw = rest;
    }
    while let [rest @ .., last] = raw
        && is_blank(*last)
    {
        raw = rest;
    }
    raw
}

fn read(raw: &[u8], backslash: Backslash) -> Read<'_> {
    let raw = trimmed(raw);
    let marked = matches!(raw, [b'N' | b'n', b'\'', ..]);
    let bare = if marked { &raw[1..] } else { raw };
    if bare.first() == Some(&b'\'') {
        return quoted(raw, bare, backslash);
    }
    if is_number(raw) {
        return Read::Text(raw.strip_prefix(b"+").unwrap_or(raw));
    }
    if raw.eq_ignore_ascii_case(b"NULL") {
        return Read::Null;
    }
    if raw.eq_ignore_ascii_case(b"TRUE") {
        return Read::Text(b"true");
    }
    if raw.eq_ignore_ascii_case(b"FALSE") {
        return Read::Text(b"false");
    }
    Read::Deferred(raw)
}

/// Tells of what begins with a quote whether it is one string and nothing else.
fn quoted<'a>(raw: &'a [u8], bare: &'a [u8], backslash: Backslash) -> Read<'a> {
    let (mut at, mut plain) = (1, true);
    loop {
        match bare.get(at) {
            Some(b'\'') if at + 1 == bare.len() => break,
            Some(b'\'') if bare[at + 1] == b'\'' => at += 2,
            Some(b'\\') if backslash == Backslash::MySql => at += 2,
            Some(b'\\') if backslash != Backslash::Letter => return Read::Deferred(raw),
            None | Some(b'\'') => return Read::Deferred(raw),
            Some(_) => {
                at += 1;
                continue;
            }
        }
        plain = false;
    }
    let inside = &bare[1..at];
    if plain {
        Read::Text(inside)
    } else {
        Read::Quoted(inside)
    }
}

/// Copies a string without its quotes, each pair as what it stands for.
fn unquoted(inside: &[u8], backslash: Backslash, out: &mut Vec<u8>) {
    let mut rest = inside;
    loop {
        rest = match rest {
            [] => return,
            [b'\'', b'\'', rest @ ..] => {
                out.push(b'\'');
                rest
            }
            [b'\\', letter, rest @ ..] if backslash == Backslash::MySql => {
                match letter {
                    b'0' => out.push(0),
                    b'b' => out.push(8),
                    b'n' => out.push(b'\n'),
                    b'r' => out.push(b'\r'),
                    b't' => out.push(b'\t'),
                    b'Z' => out.push(0x1A),
                    b'%' | b'_' => out.extend_from_slice(&[b'\\', *letter]),
                    other => out.push(*other),
                }
                rest
            }
            [byte, rest @ ..] => {
                out.push(*byte);
                rest
            }
        };
    }
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn is_number(raw: &[u8]) -> bool {
    let mut rest = raw
        .strip_prefix(b"-")
        .or(raw.strip_prefix(b"+"))
        .unwrap_or(raw);
    let whole = digits(rest);
    rest = &rest[whole..];
    let mut fraction = 0;
    if let Some(after) = rest.strip_prefix(b".") {
        fraction = digits(after);
        rest = &after[fraction..];
    }
    if whole + fraction == 0 {
        return false;
    }
    if let [b'e' | b'E', after @ ..] = rest {
        let after = after
            .strip_prefix(b"-")
            .or(after.strip_prefix(b"+"))
            .unwrap_or(after);
        let exponent = digits(after);
        return exponent > 0 && exponent == after.len();
    }
    rest.is_empty()
}
