// SPDX-License-Identifier: Apache-2.0
//! Pseudonyms from their 16 bytes (`pseudo/pseudonym.py`).

use crate::mac::Raw;

const ONES: u64 = 0x0101_0101_0101_0101;

/// How the 16 bytes of a pseudonym are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// RFC 4648, upper case, without padding.
    Base32,
    /// Lower-case hexadecimal digits.
    Hex,
    /// An RFC 9562 UUID of version 8.
    Uuid,
}

impl Form {
    /// The format of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "base32" => Some(Self::Base32),
            "hex" => Some(Self::Hex),
            "uuid" => Some(Self::Uuid),
            _ => None,
        }
    }

    /// Characters of every pseudonym.
    #[inline]
    #[must_use]
    pub fn width(self) -> usize {
        match self {
            Self::Base32 => 26,
            Self::Hex => 32,
            Self::Uuid => 36,
        }
    }

    /// Writes a pseudonym into its place, which is as wide as the format.
    #[inline]
    pub fn write(self, raw: Raw, place: &mut [u8]) {
        match self {
            Self::Base32 => place.copy_from_slice(&base32(raw)),
            Self::Hex => place.copy_from_slice(&hex(raw)),
            Self::Uuid => uuid(raw, place),
        }
    }
}

#[inline]
fn base32(raw: Raw) -> [u8; 26] {
    let (high, low) = halves(raw);
    let mut characters = [0; 26];
    characters[..8].copy_from_slice(&eight_of_32(high >> 24));
    characters[8..16].copy_from_slice(&eight_of_32(high << 16 | low >> 48));
    characters[16..24].copy_from_slice(&eight_of_32(low >> 8));
    // The last 8 bits are written as 5 and, with two zeros behind them, 3.
    characters[24..].copy_from_slice(&eight_of_32(low << 32)[..2]);
    characters
}

#[inline]
fn halves(raw: Raw) -> (u64, u64) {
    let (words, _) = raw.as_chunks::<8>();
    (u64::from_be_bytes(words[0]), u64::from_be_bytes(words[1]))
}

/// Writes the low 40 bits as eight characters, five bits each.
#[inline]
fn eight_of_32(bits: u64) -> [u8; 8] {
    // The bits are spread over the word in halves: by twenties, tens and fives.
    let twenties = (bits & 0xff_fff0_0000) << 12 | bits & 0xf_ffff;
    let tens = (twenties & 0x000f_fc00_000f_fc00) << 6 | twenties & 0x0000_03ff_0000_03ff;
    let fives = (tens & 0x03e0_03e0_03e0_03e0) << 3 | tens & 0x001f_001f_001f_001f;
    // From 26 on digits follow, which stand 41 before where letters would.
    let digits = (fives + (0x80 - 26) * ONES) >> 7 & ONES;
    (fives + 0x41 * ONES - 41 * digits).to_be_bytes()
}

#[inline]
fn hex(raw: Raw) -> [u8; 32] {
    let mut characters = [0; 32];
    let (words, _) = raw.as_chunks::<4>();
    let (places, _) = characters.as_chunks_mut::<8>();
    for (place, word) in places.iter_mut().zip(words) {
        *place = eight_of_16(u64::from(u32::from_be_bytes(*word)));
    }
    characters
}

/// Writes 32 bits as eight characters, four bits each.
#[inline]
fn eight_of_16(bits: u64) -> [u8; 8] {
    let sixteens = (bits & 0xffff_0000) << 16 | bits & 0xffff;
    let eights = (sixteens & 0x0000_ff00_0000_ff00) << 8 | sixteens & 0x0000_00ff_0000_00ff;
    let fours = (eights & 0x00f0_00f0_00f0_00f0) << 4 | eights & 0x000f_000f_000f_000f;
    // From 10 on letters follow, which stand 39 behind where digits would.
    let letters = (fours + (0x80 - 10) * ONES) >> 7 & ONES;
    (fours + 0x30 * ONES + 39 * letters).to_be_bytes()
}

#[inline]
fn uuid(mut raw: Raw, place: &mut [u8]) {
    raw[6] = raw[6] & 0x0f | 0x80;
    raw[8] = raw[8] & 0x3f | 0x80;
    let digits = hex(raw);
    place.fill(b'-');
    for (from, to) in [
        (0..8, 0),
        (8..12, 9),
        (12..16, 14),
        (16..20, 19),
        (20..32, 24),
    ] {
        place[to..to + from.len()].copy_from_slice(&digits[from]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(form: Form, raw: Raw) -> String {
        let mut place = vec![0; form.width()];
        form.write(raw, &mut place);
        String::from_utf8(place).unwrap()
    }

    #[test]
    fn every_format_writes_what_its_standard_says() {
        let raw = *b"foobarfoobarfoob";
        assert_eq!(written(Form::Base32, raw), "MZXW6YTBOJTG633CMFZGM33PMI");
        assert_eq!(written(Form::Hex, raw), "666f6f626172666f6f626172666f6f62");
        assert_eq!(
            written(Form::Uuid, [0xff; 16]),
            "ffffffff-ffff-8fff-bfff-ffffffffffff"
        );
    }
}
