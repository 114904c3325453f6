// SPDX-License-Identifier: Apache-2.0
//! The verdict on personnummer and samordningsnummer (`judge._person` of the reference).

use crate::dates::Date;
use crate::digits::{number, padded, values};
use crate::kind::Kind;
use crate::rank::rank;
use crate::reason::Reason;
use crate::rule::{Persons, Rule};
use crate::spelling::Spelled;
use crate::verdict::{INCOMPLETE_DATE, Verdict};

/// What is added to the day of a samordningsnummer.
pub const COORDINATION: i32 = 60;

/// Judges a number as a person's; the first check that fails gives the reason.
///
/// # Errors
///
/// The reason why it is none.
#[inline]
pub fn judge(spelled: &Spelled, rule: &Rule, takes: Persons) -> Result<Verdict, Reason> {
    if !spelled.has_digits_only() {
        return Err(Reason::BadForm);
    }
    let written = spelled.date();
    let year = spelled.year(written, rule.reference);
    if rule.denied.holds(year / 100, spelled.ten()) {
        return Err(Reason::Placeholder);
    }
    let flags = spelled.century_flags(year, rule.reference)?;
    let Born {
        date: born,
        coordination,
        incomplete,
    } = Born::of(Date { year, ..written }).ok_or(Reason::BadDate)?;
    let serial = serial(spelled);
    if serial == 0 {
        return Err(Reason::BadSerial);
    }
    if !spelled.check_digit_holds() {
        return Err(Reason::BadCheckDigit);
    }
    if born.is_after(rule.reference) {
        return Err(Reason::FutureDate);
    }
    let kind = takes.kind(coordination).ok_or(Reason::WrongKind)?;
    let flags = flags | if incomplete { INCOMPLETE_DATE } else { 0 };
    Ok(Verdict {
        rank: rank(born, serial, coordination),
        ..Verdict::new(kind, &spelled.in_century_of(year), flags)
    })
}

/// A date of birth as a number has it.
#[derive(Clone, Copy)]
pub struct Born {
    /// The day as it is in the calendar, whatever the number adds to it.
    pub date: Date,
    /// Whether the number is a samordningsnummer.
    pub coordination: bool,
    /// Whether month or day is not known.
    pub incomplete: bool,
}

impl Born {
    /// Reads a date as it is written, or `None` where no number has it.
    #[inline]
    pub fn of(written: Date) -> Option<Self> {
        let coordination = written.day >= COORDINATION;
        let day = written.day - if coordination { COORDINATION } else { 0 };
        let date = Date { day, ..written };
        let incomplete = is_incomplete(date, coordination);
        (incomplete || date.exists()).then_some(Self {
            date,
            coordination,
            incomplete,
        })
    }
}

/// Whether a samordningsnummer lacks month or day and its date is right else.
#[inline]
fn is_incomplete(born: Date, coordination: bool) -> bool {
    coordination && (born.month == 0 || born.day == 0) && born.month <= 12 && born.day <= 31
}

#[inline]
fn serial(spelled: &Spelled) -> i32 {
    // Three digits, behind which one and the four of the padding stand.
    i32::try_from(number(values(padded(spelled.last))) / 100_000).unwrap_or_default()
}

impl Persons {
    #[inline]
    fn kind(self, coordination: bool) -> Option<Kind> {
        if coordination {
            self.samordningsnummer.then_some(Kind::Samordningsnummer)
        } else {
            self.personnummer.then_some(Kind::Personnummer)
        }
    }
}
