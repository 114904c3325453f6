// SPDX-License-Identifier: Apache-2.0
//! Bytes eight at a time, without instructions that not every machine has.

/// One in every byte.
pub const LANES: u64 = 0x0101_0101_0101_0101;
/// The high bit of every byte.
pub const HIGH: u64 = 0x80 * LANES;

/// The low bit of every byte of a word that is a digit.
#[inline]
#[must_use]
pub fn digits_of(word: u64) -> u64 {
    // '0' to '9' become 0 to 9, everything else more; only 10 and more reach the high bit.
    let values = word ^ (0x30 * LANES);
    (!(((values & !HIGH) + 0x76 * LANES) | values) & HIGH) >> 7
}

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

/// The first bytes of a word, by their count.
const FIRST: [u64; 9] = {
    let mut masks = [u64::MAX; 9];
    let mut count = 0;
    while count < 8 {
        masks[count] = !(u64::MAX << (8 * count));
        count += 1;
    }
    masks
};

/// The first `len` of 16 bytes as two words, zeros above them.
#[inline]
#[must_use]
pub fn pair(bytes: &[u8; 16], len: usize) -> [u64; 2] {
    let (words, _) = bytes.as_chunks::<8>();
    let (first, second) = (len.min(8), len.saturating_sub(8).min(8));
    [
        u64::from_le_bytes(words[0]) & FIRST[first],
        u64::from_le_bytes(words[1]) & FIRST[second],
    ]
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

    #[test]
    fn up_to_sixteen_bytes_make_two_words_with_zeros_above() {
        let bytes = *b"0123456789abcdef";
        for len in 0..=16 {
            let mut words = [0; 16];
            words[..len].copy_from_slice(&bytes[..len]);
            let wanted = words
                .as_chunks()
                .0
                .iter()
                .map(|word| u64::from_le_bytes(*word));
            assert!(wanted.eq(pair(&bytes, len)));
        }
    }
}
