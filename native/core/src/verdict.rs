// SPDX-License-Identifier: Apache-2.0
//! The verdict on a number that was accepted.

use crate::kind::Kind;
use crate::rank;
use crate::spelling::Spelled;

/// A ten-digit form without separator that could be of somebody over 100.
pub const CENTURY_AMBIGUOUS: u8 = 1;
/// A samordningsnummer without month or day of birth.
pub const INCOMPLETE_DATE: u8 = 2;

/// A number that was accepted.
#[derive(Clone, Copy)]
pub struct Verdict {
    /// What it is hashed as.
    pub kind: Kind,
    /// The number in its canonical form; an orgnr is all but the first two characters.
    pub canonical: [u8; 12],
    /// What is worth counting about it.
    pub flags: u8,
    /// Its rank, or [`rank::NONE`].
    pub rank: i64,
}

impl Verdict {
    /// The verdict on a number as it was written, with its century.
    #[inline]
    #[must_use]
    pub fn new(kind: Kind, spelled: &Spelled, flags: u8) -> Self {
        let mut canonical = [0; 12];
        canonical[..8].copy_from_slice(&spelled.date.to_le_bytes());
        canonical[8..].copy_from_slice(&spelled.last.to_le_bytes());
        Self {
            kind,
            canonical,
            flags,
            rank: rank::NONE,
        }
    }
}
