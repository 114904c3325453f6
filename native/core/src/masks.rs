// SPDX-License-Identifier: Apache-2.0
//! Which of 64 bytes are a certain one, as the bits of one word.
//!
//! Safe Rust has no instruction that gathers flags of bytes into bits. So the flags are
//! combined such that the compiler compares and combines with the vectors that every
//! processor of the target has, and eight by eight bits are turned at the end. Measured
//! against multiplying each eight flags together, it takes less than half the time.

/// Bytes that a word has bits for.
pub const LANES: usize = 64;

/// As many bytes as a word has bits.
pub type Lanes = [u8; LANES];

/// The bit of each byte's flag: its number among the eights.
const FLAGS: Lanes = {
    let mut flags = [0; LANES];
    let mut place = 0;
    while place < LANES {
        flags[place] = 1 << (place / 8);
        place += 1;
    }
    flags
};

/// Tells which bytes are `wanted`: the first byte is the lowest bit.
#[inline]
#[must_use]
pub fn equal(lanes: &Lanes, wanted: u8) -> u64 {
    let mut flags = [0; LANES];
    for ((flag, &byte), bit) in flags.iter_mut().zip(lanes).zip(FLAGS) {
        *flag = if byte == wanted { bit } else { 0 };
    }
    let (eights, _) = flags.as_chunks::<8>();
    let columns = |bits, &eight| bits | u64::from_le_bytes(eight);
    turned(eights.iter().fold(0, columns))
}

/// Swaps rows and columns of eight by eight bits (Warren, Hacker's Delight, 7-3).
#[inline]
fn turned(bits: u64) -> u64 {
    let bits = swapped(bits, 7, 0x00AA_00AA_00AA_00AA);
    let bits = swapped(bits, 14, 0x0000_CCCC_0000_CCCC);
    swapped(bits, 28, 0x0000_0000_F0F0_F0F0)
}

/// Swaps the chosen bits with those so many places higher.
#[inline]
fn swapped(bits: u64, places: u32, chosen: u64) -> u64 {
    let different = (bits ^ bits >> places) & chosen;
    bits ^ different ^ different << places
}

/// The lowest `count` bits, at most all.
#[inline]
#[must_use]
pub fn lowest(count: usize) -> u64 {
    if count < LANES {
        (1 << count) - 1
    } else {
        u64::MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_bit() {
        for place in 0..LANES {
            let mut lanes = [b'x'; LANES];
            lanes[place] = b';';
            assert_eq!(equal(&lanes, b';'), 1 << place);
            assert_eq!(equal(&lanes, b'x'), !(1 << place));
        }
    }

    #[test]
    fn every_byte_is_told_from_every_other() {
        for wanted in 0..=u8::MAX {
            let mut other = wanted;
            let lanes = [(); LANES].map(|()| {
                other = other.wrapping_add(1);
                other
            });
            assert_eq!(equal(&lanes, wanted), 0);
            assert_eq!(equal(&lanes, lanes[9]), 1 << 9);
        }
    }

    #[test]
    fn the_lowest_bits_are_at_most_all() {
        assert_eq!(lowest(0), 0);
        assert_eq!(lowest(3), 0b111);
        assert_eq!(lowest(63), u64::MAX >> 1);
        assert_eq!(lowest(64), u64::MAX);
        assert_eq!(lowest(99), u64::MAX);
    }
}
