// SPDX-License-Identifier: Apache-2.0
//! Where the ASCII digits of a text are, 64 bytes at a time.
//!
//! Nearly all cells, and nearly all of a file, hold too few digits to hold a number. So
//! digits are turned into the bits of a word, and runs of them are told by shifts.

use crate::column::Open;
use crate::find::words::{HIGH, LANES, begin};

/// Bytes that one word of bits stands for.
const BLOCK: usize = 64;

/// Digits of a run that is counted.
const SIX: usize = 6;
/// The shortest run that a number ends in.
const SHORTEST: u32 = 4;

/// What the digits of a text make possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glance {
    /// ASCII digits in the text.
    pub digits: usize,
    /// Whether six of them stand together.
    pub six: bool,
    /// Whether all bytes are ASCII.
    pub ascii: bool,
}

/// Looks over a text, and a second time if it has enough digits.
#[inline]
#[must_use]
pub fn glance(text: Open<'_>) -> Glance {
    if text.len() > BLOCK {
        return glance_at_long(text.text());
    }
    let (digits, ascii) = tally(text.beyond(), text.len());
    let six = digits >= SIX && six_together(bits(text.beyond(), text.len()));
    Glance { digits, six, ascii }
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
    Glance { digits, six, ascii }
}

/// A run of ASCII digits that no further ASCII digit touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its first byte.
    pub start: usize,
    /// Its digits. A run of more than 64 may be told as its last 64 or more.
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

    /// Reads the next block; a last one, which may be empty, ends the runs before it.
    fn read(&mut self) -> Option<()> {
        let rest = self.text.get(self.next..)?;
        let digits = bits(rest, rest.len().min(BLOCK));
        self.next += BLOCK;
        self.digits = history(last(self.digits), digits);
        let pairs = self.digits & self.digits << 1;
        let ended = (pairs & pairs << 2) << 1;
        self.ends = last(ended) & !digits;
        Some(())
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
        let len = (self.digits << (64 - place)).leading_ones();
        debug_assert!(len >= SHORTEST);
        let end = self.next - BLOCK + place as usize;
        let len = len as usize;
        let start = end - len;
        Some(Run { start, len })
    }
}

/// Two blocks' bits, the later block's above.
#[inline]
fn history(before: u64, digits: u64) -> u128 {
    u128::from(digits) << 64 | u128::from(before)
}

/// The later block's bits.
#[inline]
fn last(bits: u128) -> u64 {
    (bits >> 64) as u64
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
    let count = (counts.wrapping_mul(LANES) >> 56) as usize;
    (count, all & HIGH == 0)
}

/// One bit for each of the first `len` bytes, up to 64, set where it is a digit.
#[inline]
fn bits(bytes: &[u8], len: usize) -> u64 {
    let mut bits = 0;
    each_word(bytes, len, |word, place| {
        // The low bit of byte i is moved to bit 56 + i; no two meet on the way.
        bits |= digits_of(word).wrapping_mul(0x0102_0408_1020_4080) >> 56 << place;
    });
    bits
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

/// The low bit of every byte of a word that is a digit.
#[inline]
fn digits_of(word: u64) -> u64 {
    // '0' to '9' become 0 to 9, everything else more; only 10 and more reach the high bit.
    let values = word ^ (0x30 * LANES);
    (!(((values & !HIGH) + 0x76 * LANES) | values) & HIGH) >> 7
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
                let len = end - start;
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
                    if behind > 0 || len < 58 {
                        assert_eq!(Runs::of(&text).collect::<Vec<_>>(), slow(&text));
                    }
                    let seen = glance(text[..].into());
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
        assert_eq!(runs.len(), 2);
        assert!(runs[0].len >= 64);
        assert_eq!(
            runs[1],
            Run {
                start: 1001,
                len: 4
            }
        );
    }
}
