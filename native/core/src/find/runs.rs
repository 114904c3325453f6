// SPDX-License-Identifier: Apache-2.0
//! Where the ASCII digits of a text are, 64 bytes at a time.
//!
//! Nearly all cells, and nearly all of a file, hold too few digits to hold a number. So
//! digits are turned into the bits of a word, and runs of them are told by shifts.

use crate::column::Open;
use crate::find::words::{HIGH, LANES, begin, digits_of, pair};

/// Bytes that one word of bits stands for.
const BLOCK: usize = 64;

/// Digits of a run that is counted.
const SIX: usize = 6;
/// The longest run that is told from longer ones.
const LONGEST: u32 = u16::BITS;

/// What the digits of a text make possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glance {
    /// ASCII digits in the text.
    pub digits: usize,
    /// Whether six of them stand together.
    pub six: bool,
    /// Whether all bytes are ASCII.
    pub ascii: bool,
    /// Where the digits are, if that was looked at.
    bits: Option<u64>,
}

/// Looks over a text, and over a longer one a second time if it has enough digits.
#[inline]
#[must_use]
pub fn glance(text: Open<'_>) -> Glance {
    match text.beyond().first_chunk() {
        Some(bytes) if text.len() <= bytes.len() => return glance_at_short(bytes, text.len()),
        _ if text.len() > BLOCK => return glance_at_long(text.text()),
        _ => {}
    }
    let (digits, ascii) = tally(text.beyond(), text.len());
    let bits = (digits >= SIX).then(|| bits(text.beyond(), text.len()));
    Glance {
        digits,
        six: bits.is_some_and(six_together),
        ascii,
        bits,
    }
}

/// Looks at up to 16 bytes without a branch for every length.
#[inline]
fn glance_at_short(bytes: &[u8; 16], len: usize) -> Glance {
    let words = pair(bytes, len);
    let [first, second] = words.map(digits_of);
    let bits = packed(first) | packed(second) << 8;
    Glance {
        digits: total(first + second),
        six: six_together(bits),
        ascii: (words[0] | words[1]) & HIGH == 0,
        bits: Some(bits),
    }
}

#[inline(never)]
fn glance_at_long(text: &[u8]) -> Glance {
    let (mut digits, mut ascii) = (0, true);
    for block in text.chunks(BLOCK) {
        let (more, plain) = tally(block, block.len());
        digits += more;
        ascii &= plain;
    }
    let six = digits >= SIX && Runs::of(text).any(|run| run.len >= SIX);
    Glance {
        digits,
        six,
        ascii,
        bits: None,
    }
}

/// A run of ASCII digits that no further ASCII digit touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its first byte.
    pub start: usize,
    /// Its digits. A run of more than 16 is told as its last 16.
    pub len: usize,
}

/// All runs of four digits or more of a text, in order.
pub struct Runs<'a> {
    text: &'a [u8],
    /// Where the next block begins.
    next: usize,
    /// Digits of the block before the last and of the last that was read.
    digits: u128,
    /// Places of the last block that a run ends before, those still to be given.
    ends: u64,
}

impl<'a> Runs<'a> {
    /// The runs of a text.
    #[must_use]
    pub fn of(text: &'a [u8]) -> Self {
        Self {
            text,
            next: 0,
            digits: 0,
            ends: 0,
        }
    }

    /// The runs of a text that was looked over.
    #[inline]
    #[must_use]
    pub fn seen(text: &'a [u8], seen: Glance) -> Self {
        let mut runs = Self::of(text);
        if let Some(bits) = seen.bits {
            runs.add(bits);
        }
        runs
    }

    /// Reads the next block; a last one, which may be empty, ends the runs before it.
    fn read(&mut self) -> Option<()> {
        let rest = self.text.get(self.next..)?;
        self.add(bits(rest, rest.len().min(BLOCK)));
        Some(())
    }

    #[inline]
    fn add(&mut self, bits: u64) {
        self.next += BLOCK;
        self.digits = u128::from(bits) << 64 | self.digits >> 64;
        let pairs = self.digits & self.digits << 1;
        let ended = (pairs & pairs << 2) << 1;
        self.ends = (ended >> 64) as u64 & !bits;
    }
}

impl Iterator for Runs<'_> {
    type Item = Run;

    #[inline]
    fn next(&mut self) -> Option<Run> {
        while self.ends == 0 {
            self.read()?;
        }
        let place = self.ends.trailing_zeros();
        self.ends &= self.ends - 1;
        #[allow(clippy::cast_possible_truncation, reason = "the digits before the end")]
        let before = (self.digits >> (64 + place - LONGEST)) as u16;
        let len = before.leading_ones() as usize;
        let start = self.next - BLOCK + place as usize - len;
        Some(Run { start, len })
    }
}

#[inline]
fn six_together(digits: u64) -> bool {
    let pairs = digits & digits << 1;
    let fours = pairs & pairs << 2;
    fours & fours << 2 != 0
}

/// Counts the digits among the first `len` bytes, up to 64, and tells whether those are
/// ASCII. More bytes may follow.
#[inline]
fn tally(bytes: &[u8], len: usize) -> (usize, bool) {
    let (mut counts, mut all) = (0, 0);
    each_word(bytes, len, |word, _| {
        counts += digits_of(word);
        all |= word;
    });
    (total(counts), all & HIGH == 0)
}

/// One bit for each of the first `len` bytes, up to 64, set where it is a digit.
#[inline]
fn bits(bytes: &[u8], len: usize) -> u64 {
    let mut bits = 0;
    each_word(bytes, len, |word, place| {
        bits |= packed(digits_of(word)) << place;
    });
    bits
}

/// The sum of a word's bytes, which is below 256.
#[inline]
fn total(counts: u64) -> usize {
    (counts.wrapping_mul(LANES) >> 56) as usize
}

/// The low bits of a word's bytes beside each other; all other bits are zero.
#[inline]
fn packed(flags: u64) -> u64 {
    // That of byte i is moved to bit 56 + i; no two meet on the way.
    flags.wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Calls `take` with eight bytes and the first one's place, again and again.
#[allow(
    clippy::inline_always,
    reason = "measured: a call costs as much as a short cell"
)]
#[inline(always)]
fn each_word(bytes: &[u8], len: usize, mut take: impl FnMut(u64, usize)) {
    let (words, _) = bytes[..len].as_chunks::<8>();
    for (word, place) in words.iter().zip((0..).step_by(8)) {
        take(u64::from_le_bytes(*word), place);
    }
    let rest = len % 8;
    if rest > 0 {
        take(begin(&bytes[len - rest..], rest), len - rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow(text: &[u8]) -> Vec<Run> {
        let mut runs = Vec::new();
        let mut start = 0;
        for end in 0..=text.len() {
            if text.get(end).is_some_and(u8::is_ascii_digit) {
                continue;
            }
            if end - start >= 4 {
                let len = (end - start).min(16);
                let start = end - len;
                runs.push(Run { start, len });
            }
            start = end + 1;
        }
        runs
    }

    #[test]
    fn every_byte_is_told_at_every_place() {
        for byte in 0..=u8::MAX {
            for len in 1..=64 {
                for place in 0..len {
                    let mut block = vec![b'/'; len];
                    block[place] = byte;
                    let digit = u64::from(byte.is_ascii_digit()) << place;
                    let wanted = (digit.count_ones() as usize, byte.is_ascii());
                    assert_eq!(bits(&block, len), digit);
                    assert_eq!(tally(&block, len), wanted);
                }
            }
        }
    }

    #[test]
    fn runs_of_every_length_are_told_wherever_blocks_meet() {
        for before in 0..140 {
            for len in 0..64 {
                for behind in [0, 1, 70] {
                    let text = [
                        vec![b'a'; before],
                        vec![b'7'; len],
                        vec![b':'; behind],
                        b"123456".to_vec(),
                    ];
                    let text = text.concat();
                    let seen = glance(text[..].into());
                    assert_eq!(Runs::of(&text).collect::<Vec<_>>(), slow(&text));
                    assert_eq!(Runs::seen(&text, seen).collect::<Vec<_>>(), slow(&text));
                    assert_eq!((seen.digits, seen.ascii), (len + 6, true));
                }
            }
        }
    }

    #[test]
    fn six_digits_together_are_seen_wherever_blocks_meet() {
        for before in 0..140 {
            for len in 0..9 {
                let text = [vec![b'a'; before], vec![b'7'; len], vec![b'b'; 3]].concat();
                assert_eq!(glance(text[..].into()).six, len >= 6);
            }
        }
    }

    #[test]
    fn a_very_long_run_is_told_as_a_long_one() {
        let text = [vec![b'1'; 1000], b"x1234".to_vec()].concat();
        let runs: Vec<_> = Runs::of(&text).collect();
        assert_eq!(runs, slow(&text));
        let lengths: Vec<_> = runs.iter().map(|run| run.len).collect();
        assert_eq!(lengths, [16, 4]);
    }
}
