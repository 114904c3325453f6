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
    /// Dashes and pluses among them.
    signs: usize,
    /// One bit for each class that occurs.
    classes: u8,
}

impl Gap {
    /// The gap before `end`, where a digit stands before it and no letter inside.
    #[inline]
    fn before<A: Alphabet>(text: &[u8], end: usize, widest: usize) -> Option<Self> {
        let (mut start, mut characters, mut signs, mut classes) = (end, 0, 0, 0);
        while start > 0 {
            let (class, before) = A::before(text, start);
            if class == Class::Digit {
                return Some(Self {
                    start,
                    characters,
                    signs,
                    classes,
                });
            }
            characters += 1;
            if class == Class::Letter || characters > widest {
                return None;
            }
            signs += usize::from(matches!(class, Class::Dash | Class::Plus));
            classes |= 1 << class as u8;
            start = before;
        }
        None
    }

    /// The same without superscripts and fractions, which are letters to the reference.
    #[inline]
    fn plain<A: Alphabet>(text: &[u8], end: usize, widest: usize) -> Option<Self> {
        Self::before::<A>(text, end, widest).filter(|gap| !gap.has(Class::Number))
    }

    #[inline]
    fn has(&self, class: Class) -> bool {
        self.classes >> class as u8 & 1 == 1
    }

    /// Whether one dash or plus stands here with nothing but blanks around.
    #[inline]
    fn proves(&self) -> bool {
        self.signs == 1 && !self.has(Class::Number) && !self.has(Class::Other)
    }

    fn is_blank(&self) -> bool {
        self.classes & !(1 << Class::Blank as u8) == 0
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
            let tail = run.start + run.len - 4;
            let number = bare(
                head_before(text, tail, run.len == 12),
                run.len == 12,
                text,
                tail,
            );
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
    let wide = head == 8;
    let mut number = bare(head_before(text, gap.start, wide), wide, text, run.start);
    if !gap.proves() {
        return spelling(start, number, true);
    }
    number.plus = gap.has(Class::Plus);
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
    let century = if wide { two(text, start) } else { 0 };
    let head = (century * 100 + two(text, year.end - 2)) * 10_000
        + two(text, month.start) * 100
        + two(text, day);
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
    let tail = two(text, tail) * 100 + two(text, tail + 2);
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

/// The six or eight digits that end before a place.
#[inline]
fn head_before(text: &[u8], end: usize, wide: bool) -> u32 {
    let century = if wide { two(text, end - 8) } else { 0 };
    (century * 100 + two(text, end - 6)) * 10_000 + two(text, end - 4) * 100 + two(text, end - 2)
}

/// The number that two digits make.
#[inline]
fn two(text: &[u8], place: usize) -> u32 {
    let digit = |place: usize| u32::from(text[place] & 0xf);
    digit(place) * 10 + digit(place + 1)
}
