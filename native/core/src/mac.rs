// SPDX-License-Identifier: Apache-2.0
//! HMAC-SHA256 (RFC 2104) with the two padded keys already hashed.
//!
//! Nearly every message fits into one block together with its padding, so that a MAC is
//! two compressions and nothing else. Longer messages go the ordinary way.

use std::slice;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sha2::block_api::compress256;
use zeroize::Zeroizing;

/// Bytes of a key.
pub const KEY: usize = 32;
/// Bytes that pseudonyms are made of: the first of each MAC.
pub const RAW: usize = 16;
/// Bytes that SHA-256 works on at a time.
pub const BLOCK: usize = 64;
const DIGEST: usize = 32;
/// The longest message that has room for its padding in one block.
pub const SHORT: usize = BLOCK - 9;

/// The first 16 bytes of a MAC.
pub type Raw = [u8; RAW];
type State = [u32; 8];

/// SHA-256's initial state (FIPS 180-4, 5.3.3).
const INITIAL: State = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// A key after both of its paddings were hashed; the key itself is not kept.
///
/// The states are overwritten when they are dropped, and so is every copy of the key that is
/// made here. What is left behind is beyond the reach of this code: the library pads the key
/// in a variable of its own that it does not overwrite, and hands its state back by a move;
/// and a compression leaves on the stack and in registers what it worked on. Whoever reads
/// the memory of this process meanwhile has the key; see `docs/explanation/threats.md`.
pub struct PreparedKey {
    // Boxed before they are filled, since a move would leave a copy behind.
    inner: Box<Zeroizing<State>>,
    outer: Box<Zeroizing<State>>,
    streamed: Hmac<Sha256>,
}

impl PreparedKey {
    /// Prepares a key.
    #[must_use]
    pub fn new(key: &[u8; KEY]) -> Self {
        let mut padded = Zeroizing::new([0; BLOCK]);
        padded[..KEY].copy_from_slice(key);
        let mut prepared = Self {
            inner: Box::new(Zeroizing::new(INITIAL)),
            outer: Box::new(Zeroizing::new(INITIAL)),
            streamed: Hmac::new((&*padded).into()),
        };
        absorb(&mut prepared.inner, &padded, 0x36);
        absorb(&mut prepared.outer, &padded, 0x5c);
        prepared
    }

    /// The MACs of messages that were written into blocks, as many as both lists have.
    ///
    /// Many at a time are faster than one by one: the processor works on the next message
    /// while one is not done, which the two halves of a single MAC do not let it.
    pub fn of_blocks(&self, blocks: &mut [[u8; BLOCK]], raws: &mut [Raw]) {
        for block in &mut *blocks {
            let mut state = **self.inner;
            compress256(&mut state, slice::from_ref(block));
            *block = [0; BLOCK];
            words(state, block);
            finish(block, DIGEST);
        }
        for (block, raw) in blocks.iter().zip(raws) {
            let mut state = **self.outer;
            compress256(&mut state, slice::from_ref(block));
            words(state, raw);
        }
    }

    /// The MAC of a message in parts.
    #[must_use]
    pub fn of_parts<'a>(&self, parts: impl Iterator<Item = &'a [u8]>) -> Raw {
        let mut mac = self.streamed.clone();
        for part in parts {
            mac.update(part);
        }
        let mut raw = [0; RAW];
        raw.copy_from_slice(&mac.finalize().into_bytes()[..RAW]);
        raw
    }
}

/// Hashes a padded key into a state where it stands.
fn absorb(state: &mut State, padded: &[u8; BLOCK], pad: u8) {
    let mut block = Zeroizing::new([pad; BLOCK]);
    for (byte, of_key) in block.iter_mut().zip(padded) {
        *byte ^= of_key;
    }
    compress256(state, slice::from_ref(&*block));
}

/// Writes the words of a state, as many as there is room for.
#[inline]
fn words(state: State, place: &mut [u8]) {
    let (words, _) = place.as_chunks_mut::<4>();
    for (bytes, word) in words.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
}

/// Writes the padding behind a message of so many bytes that follows one block.
#[inline]
fn finish(block: &mut [u8; BLOCK], length: usize) {
    block[length] = 0x80;
    let bits = 8 * (BLOCK + length) as u64;
    block[BLOCK - 8..].copy_from_slice(&bits.to_be_bytes());
}

/// A message under construction that is short enough for one block.
#[derive(Clone, Copy)]
pub struct Block {
    bytes: [u8; BLOCK],
    length: usize,
}

impl Block {
    /// A message of no bytes.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            bytes: [0; BLOCK],
            length: 0,
        }
    }

    /// The message and these bytes, or nothing where they would be too many.
    #[must_use]
    pub fn and(mut self, part: &[u8]) -> Option<Self> {
        let end = self.length.checked_add(part.len())?;
        if end > SHORT {
            return None;
        }
        self.bytes[self.length..end].copy_from_slice(part);
        self.length = end;
        Some(self)
    }

    /// The block, its padding written.
    #[must_use]
    pub fn padded(mut self) -> [u8; BLOCK] {
        finish(&mut self.bytes, self.length);
        self.bytes
    }
}

/// What is hashed for every number of one kind: the block of a message whose last bytes
/// are filled in.
#[derive(Clone, Copy)]
pub struct Template {
    block: [u8; BLOCK],
    start: usize,
    end: usize,
}

impl Template {
    /// The message `LP(name, canonical)` for canonical forms of one length, or nothing where
    /// it is too long for a block.
    #[must_use]
    pub fn new(name: &str, canonical: usize) -> Option<Self> {
        let prefix = framed(name.as_bytes())?;
        let length = u32::try_from(canonical).ok()?.to_be_bytes();
        let begun = Block::empty().and(&prefix)?.and(&length)?;
        let whole = begun.and([0; BLOCK].get(..canonical)?)?;
        Some(Self {
            block: whole.padded(),
            start: begun.length,
            end: whole.length,
        })
    }

    /// Writes the block of one canonical form, whose end is taken where it is longer.
    #[inline]
    pub fn write(&self, canonical: &[u8; 12], block: &mut [u8; BLOCK]) {
        *block = self.block;
        // A copy of a known length is a few instructions, and one of any length a call.
        match block.get_mut(self.start..self.end) {
            Some(place) if place.len() == canonical.len() => place.copy_from_slice(canonical),
            Some(place) => place.copy_from_slice(&canonical[canonical.len() - place.len()..]),
            None => {}
        }
    }
}

/// LP of one part: its length in four bytes, then the part (`pseudo/framing.py`).
#[must_use]
pub fn framed(part: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(part.len()).ok()?;
    Some([&length.to_be_bytes(), part].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_block(key: &PreparedKey, block: [u8; BLOCK]) -> Raw {
        let mut raws = [[0; RAW]];
        key.of_blocks(&mut [block], &mut raws);
        raws[0]
    }

    fn oracle(key: &[u8], message: &[u8]) -> Raw {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
        mac.update(message);
        mac.finalize().into_bytes()[..RAW].try_into().unwrap()
    }

    #[test]
    fn a_block_and_a_stream_are_what_the_library_computes() {
        let key = std::array::from_fn(|place| u8::try_from(place * 7 % 256).unwrap());
        let prepared = PreparedKey::new(&key);
        for length in 0..=200 {
            let message: Vec<u8> = (0..length).map(|place| place ^ 0x5a).collect();
            let expected = oracle(&key, &message);
            let parts = message.chunks(7);
            assert_eq!(prepared.of_parts(parts), expected);
            match Block::empty().and(&message) {
                Some(block) => assert_eq!(of_block(&prepared, block.padded()), expected),
                None => assert!(message.len() > SHORT),
            }
        }
    }

    #[test]
    fn a_template_is_the_framed_message() {
        let prepared = PreparedKey::new(&[7; KEY]);
        let template = Template::new("orgnr", 10).unwrap();
        let message = b"\0\0\0\x05orgnr\0\0\0\x0a5567037485";
        let mut block = [1; BLOCK];
        template.write(b"165567037485", &mut block);
        let raw = of_block(&prepared, block);
        assert_eq!(raw, oracle(&[7; KEY], message));
        assert!(Template::new(&"x".repeat(36), 12).is_none());
    }
}
