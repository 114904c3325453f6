// SPDX-License-Identifier: Apache-2.0
//! Numbers inside a text, as `pseudo.identity.finding` describes them.
//!
//! The reference tries every place that a number could begin at. Here each run of digits is
//! asked whether a number ends with it: a number's parts are runs that no further digit
//! touches, so its last run says where it begins, and numbers end in the order they begin in.

use crate::find::alphabet::{Alphabet, Class};
use crate::find::person::Number;
use crate::find::runs::Run;

/// Characters between head and last four inside a text.
const WIDEST: usize = 7;
/// The same in a cell that holds nothing else.
const WIDEST_WHOLE: usize = 9;
/// Characters between the parts of a date, and before the last four of one, that the
/// reference's first look at a cell takes for a number's.
const WIDEST_IN_DATE: usize = 3;

/// How a number is written; the codes are those of `pseudo.identity.finding.Shape`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// 8-4 or 6-4 with a dash or a plus.
    Separated = 1,
    /// 12 digits otherwise.
    Twelve = 2,
    /// 10 digits otherwise.
    Ten = 3,
    /// 7 to 9 digits of a number that lost its zeros.
    Short = 4,
}

/// A spelling of a number in a text.
#[derive(Clone, Copy)]
pub struct Spelling {
    /// Its first byte.
    pub start: usize,
    /// What is written.
    pub number: Number,
    /// How.
    pub shape: Shape,
    /// Whether a cell that holds it is one that [`is_candidate`].
    pub sure: bool,
}

/// What stands between two runs of digits.
struct Gap {
    start: usize,
    characters: usize,
    numbers: usize,
    blanks: usize,
    dashes: usize,
    pluses: usize,
}

impl Gap {
    /// The gap before `end`, where a digit stands before it and no letter inside.
    #[inline]
    fn before<A: Alphabet>(text: &[u8], end: usize, widest: usize) -> Option<Self> {
        let mut gap = Self {
            start: end,
            characters: 0,
            numbers: 0,
            blanks: 0,
            dashes: 0,
            pluses: 0,
        };
        while gap.start > 0 {
            let (class, start) = A::before(text, gap.start);
            match class {
                Class::Digit => return Some(gap),
                Class::Letter => return None,
                Class::Number => gap.numbers += 1,
                Class::Blank => gap.blanks += 1,
                Class::Dash => gap.dashes += 1,
                Class::Plus => gap.pluses += 1,
                Class::Other => {}
            }
            gap.characters += 1;
            if gap.characters > widest {
                return None;
            }
            gap.start = start;
        }
        None
    }

    /// The same without superscripts and fractions, which are letters to the reference.
    #[inline]
    fn plain<A: Alphabet>(text: &[u8], end: usize, widest: usize) -> Option<Self> {
        Self::before::<A>(text, end, widest).filter(|gap| gap.numbers == 0)
    }

    /// Whether one dash or plus stands here with nothing but blanks around.
    fn proves(&self) -> bool {
        self.dashes + self.pluses == 1 && self.blanks + 1 == self.characters
    }

    fn is_blank(&self) -> bool {
        self.blanks == self.characters
    }
}

/// The spelling inside a text that ends with a run of digits.
#[inline]
#[must_use]
pub fn ending_with<A: Alphabet>(text: &[u8], run: Run) -> Option<Spelling> {
    match run.len {
        4 => {
            let gap = Gap::plain::<A>(text, run.start, WIDEST)?;
            match digits_before(text, gap.start) {
                head @ (6 | 8) => Some(parted(text, &gap, head, run)),
                2 => dated::<A>(text, &gap, run),
                _ => None,
            }
        }
        10 | 12 => {
            let head = run.start..run.start + run.len - 4;
            let number = bare(value(&text[head.clone()]), run.len == 12, text, head.end);
            Some(spelling(run.start, number, true))
        }
        _ => None,
    }
}

/// The spelling that a cell holds beside blanks alone, where head and last four are further
/// apart than [`ending_with`] takes for one.
#[must_use]
pub fn wide_whole<A: Alphabet>(text: &[u8], run: Run) -> Option<Spelling> {
    if run.len != 4 {
        return None;
    }
    let gap = Gap::plain::<A>(text, run.start, WIDEST_WHOLE)?;
    let head = digits_before(text, gap.start);
    let fits = matches!(head, 6 | 8) && gap.characters > WIDEST;
    let alone = A::is_blank(&text[..gap.start - head]) && A::is_blank(&text[run.start + run.len..]);
    (fits && alone && (gap.proves() || gap.is_blank())).then(|| parted(text, &gap, head, run))
}

/// Six or eight digits, something, and four digits.
fn parted(text: &[u8], gap: &Gap, head: usize, run: Run) -> Spelling {
    let start = gap.start - head;
    let mut number = bare(value(&text[start..gap.start]), head == 8, text, run.start);
    if !gap.proves() {
        return spelling(start, number, true);
    }
    number.plus = gap.pluses == 1;
    let shape = Shape::Separated;
    let sure = true;
    Spelling {
        start,
        number,
        shape,
        sure,
    }
}

/// A date in three parts, something, and four digits.
fn dated<A: Alphabet>(text: &[u8], gap: &Gap, run: Run) -> Option<Spelling> {
    let day = gap.start - 2;
    let month = part_before::<A>(text, day)?;
    if digits_before(text, month.end) != 2 {
        return None;
    }
    let year = part_before::<A>(text, month.start)?;
    let wide = match digits_before(text, year.end) {
        2 => false,
        4 => true,
        _ => return None,
    };
    let start = year.end - if wide { 4 } else { 2 };
    let year = value(&text[start..year.end]);
    let month = value(&text[month.start..month.end]);
    let head = (year * 100 + month) * 100 + value(&text[day..gap.start]);
    let number = bare(head, wide, text, run.start);
    Some(spelling(start, number, gap.characters <= WIDEST_IN_DATE))
}

/// Two digits that end where a gap inside of a date begins.
struct Part {
    start: usize,
    end: usize,
}

fn part_before<A: Alphabet>(text: &[u8], end: usize) -> Option<Part> {
    let end = Gap::plain::<A>(text, end, WIDEST_IN_DATE)?.start;
    let start = end.checked_sub(2)?;
    Some(Part { start, end })
}

fn bare(head: u32, wide: bool, text: &[u8], tail: usize) -> Number {
    let tail = value(&text[tail..tail + 4]);
    let plus = false;
    Number {
        head,
        wide,
        plus,
        tail,
    }
}

fn spelling(start: usize, number: Number, sure: bool) -> Spelling {
    let shape = if number.wide {
        Shape::Twelve
    } else {
        Shape::Ten
    };
    Spelling {
        start,
        number,
        shape,
        sure,
    }
}

/// Whether a run makes the cell one that the reference looks into: its pattern `CANDIDATE`.
#[must_use]
pub fn is_candidate<A: Alphabet>(text: &[u8], run: Run) -> bool {
    if run.len >= 10 {
        return true;
    }
    let Some(gap) = Gap::before::<A>(text, run.start, WIDEST_WHOLE) else {
        return false;
    };
    let head = digits_before(text, gap.start);
    if head >= 6 || gap.characters > WIDEST_IN_DATE || head != 2 {
        return head >= 6;
    }
    let before = |end| Gap::before::<A>(text, end, WIDEST_IN_DATE);
    before(gap.start - 2)
        .filter(|gap| digits_before(text, gap.start) == 2)
        .and_then(|gap| before(gap.start - 2))
        .is_some_and(|gap| digits_before(text, gap.start) >= 2)
}

/// Digits that end before a place: up to nine, since no part of a number has as many.
#[inline]
fn digits_before(text: &[u8], end: usize) -> usize {
    let digits = text[..end].iter().rev().take(9);
    digits.take_while(|byte| byte.is_ascii_digit()).count()
}

/// The number that an even count of ASCII digits makes.
#[inline]
fn value(digits: &[u8]) -> u32 {
    let digit = |digit: u8| u32::from(digit & 0xf);
    digits.as_chunks().0.iter().fold(0, |value, [tens, ones]| {
        value * 100 + digit(*tens) * 10 + digit(*ones)
    })
}
