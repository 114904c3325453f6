// SPDX-License-Identifier: Apache-2.0
//! The verdict on interim numbers and organisationsnummer (`pseudo/identity/judge.py`).

use crate::dates::Date;
use crate::kind::Kind;
use crate::person;
use crate::reason::Reason;
use crate::rule::{Persons, Rule};
use crate::spelling::{Separator, Spelled};
use crate::verdict::Verdict;

const INTERIM_LETTERS: &[u8] = b"TRSUWXJKLMN";
/// What stands before an organisationsnummer where there is room for a century.
const CENTURY: i32 = 16;

/// Judges an interim number, whose letter counts as 1 in the check digit.
///
/// # Errors
///
/// The reason why it is none.
pub fn interim(spelled: &Spelled, rule: &Rule) -> Result<Verdict, Reason> {
    let [letter, ..] = spelled.last_four();
    let numeric = spelled.with_digit(b'1');
    if !INTERIM_LETTERS.contains(&letter) || !numeric.has_digits_only() {
        return Err(Reason::BadForm);
    }
    let written = spelled.date();
    let year = spelled.year(written, rule.reference);
    let flags = spelled.century_flags(year, rule.reference)?;
    let dated = Date { year, ..written }.judge(rule.reference);
    // A bad check digit is said before a date to come, and after one that never comes.
    if dated != Err(Reason::BadDate) && !numeric.check_digit_holds() {
        return Err(Reason::BadCheckDigit);
    }
    dated?;
    Ok(Verdict::new(
        Kind::Interim,
        &spelled.in_century_of(year),
        flags,
    ))
}

/// Judges an organisationsnummer; a sole trader's is the owner's personnummer.
///
/// # Errors
///
/// The reason why it is none.
pub fn orgnr(spelled: &Spelled, rule: &Rule) -> Result<Verdict, Reason> {
    if !spelled.has_digits_only() {
        return Err(Reason::BadForm);
    }
    let written = spelled.date();
    // The third digit of a personnummer is the month's first.
    if written.month < 20 {
        return person::judge(spelled, rule, Persons::BOTH);
    }
    if spelled.has_century && written.year / 100 != CENTURY {
        return Err(Reason::BadCentury);
    }
    if spelled.separator == Separator::Plus {
        return Err(Reason::BadForm);
    }
    if rule.denied.holds(CENTURY, spelled.ten()) {
        return Err(Reason::Placeholder);
    }
    if !spelled.check_digit_holds() {
        return Err(Reason::BadCheckDigit);
    }
    Ok(Verdict::new(Kind::Orgnr, spelled, 0))
}
