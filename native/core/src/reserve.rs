// SPDX-License-Identifier: Apache-2.0
//! The verdict on the regions' reserve numbers (`pseudo/identity/reserve.py`).

use crate::dates::Date;
use crate::digits::{padded, values, weighted};
use crate::kind::Kind;
use crate::reason::Reason;
use crate::spelling::{Separator, Spelled};
use crate::verdict::Verdict;

/// The digit that each letter counts as.
const VGR_DIGITS: [(u8, u8); 3] = [(b'K', b'5'), (b'M', b'7'), (b'X', b'8')];
/// Without the first four digits.
const FROM_FIFTH: u64 = !0xffff_ffff;
const CENTURIES: [i32; 3] = [18, 19, 20];

/// Judges a reserve number of a scheme; another kind has none.
///
/// # Errors
///
/// The reason why it is none.
pub fn judge(kind: Kind, spelled: &Spelled, reference: Date) -> Result<Verdict, Reason> {
    if !spelled.has_century {
        return Err(Reason::WrongLength);
    }
    if spelled.separator == Separator::Plus {
        return Err(Reason::BadForm);
    }
    match kind {
        Kind::Stockholm => stockholm(spelled),
        Kind::Vgr => vgr(spelled, reference),
        Kind::Varmland => varmland(spelled, reference),
        Kind::Carelink => carelink(spelled, reference),
        Kind::Nrid => nrid(spelled, reference),
        Kind::Skane => skane(spelled, reference),
        _ => Err(Reason::BadForm),
    }?;
    Ok(Verdict::new(kind, spelled, 0))
}

/// `99yyyyNNNNNC`: any year, Luhn on positions 5 to 11.
fn stockholm(spelled: &Spelled) -> Result<(), Reason> {
    if spelled.date().year / 100 != 99 || !spelled.has_digits_only() {
        return Err(Reason::BadForm);
    }
    let total =
        weighted(values(spelled.date) & FROM_FIFTH) + weighted(values(padded(spelled.last)));
    checked(total.is_multiple_of(10))
}

/// `yyyymmddGggC`: G of K, M, X counts 5, 7, 8.
fn vgr(spelled: &Spelled, reference: Date) -> Result<(), Reason> {
    let [letter, ..] = spelled.last_four();
    let known = VGR_DIGITS.iter().find(|(known, _)| *known == letter);
    let (_, digit) = known.ok_or(Reason::BadForm)?;
    let numeric = spelled.with_digit(*digit);
    if !numeric.has_digits_only() {
        return Err(Reason::BadForm);
    }
    let dated = spelled.date().judge(reference);
    first_in_order(dated, checked(numeric.check_digit_holds()))
}

/// `yyyymmddABNC`: A is S, B of F U X P L.
fn varmland(spelled: &Spelled, reference: Date) -> Result<(), Reason> {
    let [first, second, third, check] = spelled.last_four();
    let letters = first == b'S' && b"FUXPL".contains(&second);
    if !letters || !third.is_ascii_digit() || !check.is_ascii_digit() {
        return Err(Reason::BadForm);
    }
    spelled.date().judge(reference)
}

/// `yyyymmxxNNNC`: xx 32 to 59 in place of the day.
fn carelink(spelled: &Spelled, reference: Date) -> Result<(), Reason> {
    let written = spelled.date();
    if !spelled.has_digits_only() || !(32..=59).contains(&written.day) {
        return Err(Reason::BadForm);
    }
    let dated = Date { day: 1, ..written }.judge(reference);
    first_in_order(dated, checked(spelled.check_digit_holds()))
}

/// `XXYYMMDDNNGC`: XX the century + 3, or 00; NN letters without I O Q V W.
fn nrid(spelled: &Spelled, reference: Date) -> Result<(), Reason> {
    let [first, second, third, check] = spelled.last_four();
    let is_letter = |byte: u8| byte.is_ascii_uppercase() && !b"IOQVW".contains(&byte);
    let letters = is_letter(first) && is_letter(second);
    if !letters || !third.is_ascii_digit() || !check.is_ascii_digit() {
        return Err(Reason::BadForm);
    }
    let written = spelled.date();
    let in_century = |century: i32| {
        let year = century * 100 + written.year % 100;
        Date { year, ..written }.judge(reference)
    };
    match written.year / 100 {
        // The century is not known, so the date must exist in one of them.
        0 => CENTURIES
            .map(in_century)
            .into_iter()
            .min_by_key(|dated| dated.err())
            .unwrap_or(Err(Reason::BadCentury)),
        prefix => in_century(prefix - 3),
    }
}

/// `yyyymmdd` and four characters with a letter among them.
fn skane(spelled: &Spelled, reference: Date) -> Result<(), Reason> {
    if spelled.has_digits_only() {
        return Err(Reason::BadForm);
    }
    spelled.date().judge(reference)
}

fn checked(holds: bool) -> Result<(), Reason> {
    if holds {
        return Ok(());
    }
    Err(Reason::BadCheckDigit)
}

/// Of two checks, gives the reason that stands first in the order of checks.
fn first_in_order(dated: Result<(), Reason>, checked: Result<(), Reason>) -> Result<(), Reason> {
    match (dated, checked) {
        (Err(one), Err(other)) => Err(one.min(other)),
        _ => dated.and(checked),
    }
}
