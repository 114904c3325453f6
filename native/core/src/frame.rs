// SPDX-License-Identifier: Apache-2.0
//! Where the records of a block of text begin and end, and how many fields they have.
//!
//! One pass, 64 bytes at a time. The grammar is that of `pseudo/kernel/frame.py`: a record
//! ends at LF, CR LF or a lone CR outside quotes; a quote opens only as a field's first
//! byte; a quote right behind the closing one opens it again, which makes `""` a quote.

use crate::masks::{LANES, Lanes, equal, lowest};

const LF: u8 = b'\n';
const CR: u8 = b'\r';
const QUOTE: u8 = b'"';

/// A complete record; places are counted in bytes from the block's beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its first byte.
    pub start: u64,
    /// The byte after its last, its line end not included.
    pub end: u64,
    /// Line ends in the block before it, those inside quotes too.
    pub line: u64,
    /// Its fields, at least 1.
    pub fields: u64,
}

/// The complete records of a block; blank lines are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Framed {
    /// The records, in their order.
    pub records: Vec<Record>,
    /// Bytes that they, their line ends and the blank lines take up.
    pub consumed: u64,
    /// Line ends among them.
    pub consumed_lines: u64,
    /// Lines of no bytes among them.
    pub blank: u64,
    /// Where the quote stands that is still open at the block's end.
    pub open_quote: Option<u64>,
}

impl Framed {
    /// Whether any of the records holds a line end inside quotes.
    #[must_use]
    pub fn multiline(&self) -> bool {
        self.consumed_lines > self.records.len() as u64 + self.blank
    }
}

/// Finds the records of a block of text, whose fields a delimiter sets apart.
///
/// Unless the block is the `last`, a CR at its very end ends nothing yet, since an LF may
/// follow. In the last, what has no line end is a record too, unless a quote is open.
#[must_use]
pub fn frame(block: &[u8], delimiter: u8, last: bool) -> Framed {
    let block = match block {
        [before @ .., CR] if !last => before,
        _ => block,
    };
    let mut framer = Framer::new(block, delimiter);
    let (whole, rest) = block.as_chunks::<LANES>();
    for lanes in whole {
        framer.pass(&Marks::of(lanes, delimiter), LANES);
    }
    let mut padded = [0; LANES];
    padded[..rest.len()].copy_from_slice(rest);
    framer.pass(&Marks::of(&padded, delimiter).first(rest.len()), rest.len());
    framer.finish(last)
}

/// The bytes among 64 that mean something, as bits.
struct Marks {
    delimiters: u64,
    feeds: u64,
    returns: u64,
    quotes: u64,
}

impl Marks {
    #[inline]
    fn of(lanes: &Lanes, delimiter: u8) -> Self {
        Self {
            delimiters: equal(lanes, delimiter),
            feeds: equal(lanes, LF),
            returns: equal(lanes, CR),
            quotes: equal(lanes, QUOTE),
        }
    }

    /// Those of the first bytes only; the others are padding.
    fn first(self, count: usize) -> Self {
        let there = lowest(count);
        Self {
            delimiters: self.delimiters & there,
            feeds: self.feeds & there,
            returns: self.returns & there,
            quotes: self.quotes & there,
        }
    }
}

/// How far the pass has come, and what of a line lies behind it.
struct Framer<'a> {
    block: &'a [u8],
    delimiter: u8,
    framed: Framed,
    /// Bytes passed.
    passed: usize,
    /// Line ends passed, those inside quotes too.
    lines: u64,
    /// First byte of the line that is open.
    start: usize,
    /// Delimiters passed in it.
    delimiters: u64,
    /// Whether the last byte passed is a CR, to which an LF would belong.
    after_return: bool,
    /// Whether a quote is open.
    quoted: bool,
    /// The quote that is open, or was last.
    quote: usize,
    /// The byte behind the quote that was closed last.
    closed: usize,
}

impl<'a> Framer<'a> {
    fn new(block: &'a [u8], delimiter: u8) -> Self {
        Self {
            block,
            delimiter,
            framed: Framed::default(),
            passed: 0,
            lines: 0,
            start: 0,
            delimiters: 0,
            after_return: false,
            quoted: false,
            quote: 0,
            closed: 0,
        }
    }

    /// Passes the next `count` bytes.
    #[inline]
    fn pass(&mut self, marks: &Marks, count: usize) {
        let seconds = marks.returns << 1 | u64::from(self.after_return);
        let ends = marks.returns | marks.feeds & !seconds;
        if marks.quotes != 0 {
            self.pass_each(marks, ends);
        } else if self.quoted {
            self.lines += u64::from(ends.count_ones());
        } else {
            self.pass_plain(marks.delimiters, ends);
        }
        self.passed += count;
        self.after_return = self.block[..self.passed].last() == Some(&CR);
    }

    /// Passes bytes outside quotes that hold none.
    #[inline]
    fn pass_plain(&mut self, mut delimiters: u64, mut ends: u64) {
        while ends != 0 {
            let bit = ends.trailing_zeros() as usize;
            let before = lowest(bit);
            self.delimiters += u64::from((delimiters & before).count_ones());
            delimiters &= !before;
            self.end_line(self.passed + bit);
            ends &= ends - 1;
        }
        self.delimiters += u64::from(delimiters.count_ones());
    }

    /// Passes bytes that may hold anything, from mark to mark.
    fn pass_each(&mut self, marks: &Marks, ends: u64) {
        let mut ahead = marks.quotes | marks.delimiters | ends;
        while ahead != 0 {
            let bit = ahead & ahead.wrapping_neg();
            let place = self.passed + ahead.trailing_zeros() as usize;
            if marks.quotes & bit != 0 {
                self.pass_quote(place);
            } else if self.quoted {
                self.lines += u64::from(ends & bit != 0);
            } else if ends & bit != 0 {
                self.end_line(place);
            } else {
                self.delimiters += 1;
            }
            ahead ^= bit;
        }
    }

    #[inline]
    fn pass_quote(&mut self, place: usize) {
        if self.quoted {
            self.quoted = false;
            self.closed = place + 1;
        } else if place == self.start || self.block[place - 1] == self.delimiter {
            self.quoted = true;
            self.quote = place;
        } else if place == self.closed {
            self.quoted = true;
        }
    }

    /// Ends the open line before the line end at `place`.
    #[inline]
    fn end_line(&mut self, place: usize) {
        self.lines += 1;
        if place > self.start {
            self.framed.records.push(Record {
                start: self.start as u64,
                end: place as u64,
                line: self.framed.consumed_lines,
                fields: self.delimiters + 1,
            });
        } else {
            self.framed.blank += 1;
        }
        let paired = self.block[place..].starts_with(b"\r\n");
        self.start = place + 1 + usize::from(paired);
        self.delimiters = 0;
        self.framed.consumed_lines = self.lines;
    }

    fn finish(mut self, last: bool) -> Framed {
        let size = self.block.len();
        if last && !self.quoted && self.start < size {
            self.end_line(size);
            self.start = size;
        }
        self.framed.consumed = self.start as u64;
        self.framed.open_quote = self.quoted.then_some(self.quote as u64);
        self.framed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(framed: &Framed) -> Vec<(u64, u64, u64, u64)> {
        framed
            .records
            .iter()
            .map(|record| (record.start, record.end, record.line, record.fields))
            .collect()
    }

    #[test]
    fn every_kind_of_line_end_ends_a_record() {
        let framed = frame(b"a;b\nc\r\nd\re", b';', true);
        assert_eq!(
            columns(&framed),
            [(0, 3, 0, 2), (4, 5, 1, 1), (7, 8, 2, 1), (9, 10, 3, 1)]
        );
        assert_eq!((framed.consumed, framed.consumed_lines), (10, 4));
        assert!(!framed.multiline());
    }

    #[test]
    fn blank_lines_are_counted_and_are_no_records() {
        let framed = frame(b"\n\r\n\ra\n\n", b';', false);
        assert_eq!(columns(&framed), [(4, 5, 3, 1)]);
        assert_eq!((framed.blank, framed.consumed), (4, 7));
    }

    #[test]
    fn a_return_at_the_end_ends_a_record_only_in_the_last_block() {
        assert_eq!(frame(b"a\r", b';', false).consumed, 0);
        assert_eq!(frame(b"a\r", b';', true).consumed, 2);
        assert_eq!(frame(b"", b';', true), Framed::default());
    }

    #[test]
    fn a_quote_opens_only_as_the_first_byte_of_a_field() {
        let framed = frame(b"a\";\"x;\n\"\"y\";b\"\n", b';', false);
        assert_eq!(columns(&framed), [(0, 14, 0, 3)]);
        assert!(framed.multiline());
        assert_eq!(frame(b"a;\"\n", b';', true).open_quote, Some(2));
    }

    #[test]
    fn what_stands_before_a_border_of_lanes_counts_behind_it() {
        for before in 60..70 {
            let text = [&vec![b'x'; before][..], b";\"\"\"\r\n;\"\"\";y\r\nz;\r"].concat();
            let framed = frame(&text, b';', false);
            let end = before as u64 + 12;
            assert_eq!(columns(&framed), [(0, end, 0, 3)]);
            assert_eq!((framed.consumed, framed.consumed_lines), (end + 2, 2));
        }
    }
}
