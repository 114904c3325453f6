// SPDX-License-Identifier: Apache-2.0
//! Bytes eight at a time, without instructions that not every machine has.

/// One in every byte.
pub const LANES: u64 = 0x0101_0101_0101_0101;
/// The high bit of every byte.
pub const HIGH: u64 = 0x80 * LANES;

/// Up to seven bytes as a word, zeros above them.
#[inline]
#[must_use]
pub fn short(bytes: &[u8]) -> u64 {
    let len = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let last = u64::from(u32::from_le_bytes(*last));
        return u64::from(u32::from_le_bytes(*first)) | last << (8 * (len - 4));
    }
    let byte = |place: usize| u64::from(bytes[place]) << (8 * place);
    if len == 0 {
        return 0;
    }
    byte(0) | byte(len / 2) | byte(len - 1)
}

/// The first `len` bytes, up to seven, as a word. The more there are, the fewer branches.
#[inline]
#[must_use]
pub fn begin(bytes: &[u8], len: usize) -> u64 {
    match bytes.first_chunk::<8>() {
        Some(word) => u64::from_le_bytes(*word) & !(u64::MAX << (8 * len)),
        None => short(&bytes[..len]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_bytes_make_a_word_with_zeros_above() {
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8];
        for len in 0..8 {
            let mut word = [0; 8];
            word[..len].copy_from_slice(&bytes[..len]);
            let word = u64::from_le_bytes(word);
            assert_eq!(short(&bytes[..len]), word);
            assert_eq!(begin(&bytes, len), word);
            assert_eq!(begin(&bytes[..7], len), word);
        }
    }
}
