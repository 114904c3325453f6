// SPDX-License-Identifier: Apache-2.0
//! Why a text is no identifier (`pseudo/identity/reasons.py`).

/// The reason of a text that was accepted.
pub const OK: u8 = 0;

/// One reason for each way to be wrong; a higher one means that more of the text made sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
#[allow(missing_docs, reason = "pseudo/identity/reasons.py documents them")]
pub enum Reason {
    Blank = 1,
    BadForm = 2,
    LossyNumber = 3,
    WrongLength = 4,
    TooLong = 5,
    ScopeMissing = 6,
    BadCentury = 7,
    CenturyConflict = 8,
    BadDate = 9,
    BadSerial = 10,
    BadCheckDigit = 11,
    FutureDate = 12,
    WrongKind = 13,
    Placeholder = 14,
}
