// SPDX-License-Identifier: Apache-2.0
//! The verdict on one text by a rule of one or more kinds (`pseudo/identity/judge.py`).

use crate::kind::Kind;
use crate::reason::Reason;
use crate::rule::{Persons, Rule};
use crate::spelling::{Spelled, ordinary, read};
use crate::verdict::Verdict;
use crate::{others, person, reserve};

/// Judges a text: the verdict of the first kind that accepts it.
///
/// # Errors
///
/// The reason of the kind that got furthest into the text.
#[inline]
pub fn judge(text: &[u8], rule: &Rule) -> Result<Verdict, Reason> {
    match ordinary(text) {
        Some(spelled) => by_rule(&spelled, rule),
        None => unusual(text, rule),
    }
}

/// Judges what is not spelled in an ordinary way. It stays a call, so that what is common
/// never leaves the processor's registers.
#[inline(never)]
fn unusual(text: &[u8], rule: &Rule) -> Result<Verdict, Reason> {
    by_rule(&read(text, rule.pad_zeros)?, rule)
}

#[inline]
fn by_rule(spelled: &Spelled, rule: &Rule) -> Result<Verdict, Reason> {
    match rule.persons {
        Some(takes) => person::judge(spelled, rule, takes),
        None => by_kinds(spelled, rule),
    }
}

#[inline(never)]
fn by_kinds(spelled: &Spelled, rule: &Rule) -> Result<Verdict, Reason> {
    let mut furthest = Reason::BadForm;
    for kind in &rule.kinds {
        match by_kind(*kind, spelled, rule) {
            Ok(verdict) => return Ok(verdict),
            Err(reason) => furthest = furthest.max(reason),
        }
    }
    Err(furthest)
}

fn by_kind(kind: Kind, spelled: &Spelled, rule: &Rule) -> Result<Verdict, Reason> {
    match kind {
        Kind::Personnummer | Kind::Samordningsnummer => {
            let takes = Persons {
                personnummer: kind == Kind::Personnummer,
                samordningsnummer: kind == Kind::Samordningsnummer,
            };
            person::judge(spelled, rule, takes)
        }
        Kind::Interim => others::interim(spelled, rule),
        Kind::Orgnr => others::orgnr(spelled, rule),
        _ => reserve::judge(kind, spelled, rule.reference),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dates::Date;
    use crate::rule::Denied;

    fn rule(kinds: &[&str]) -> Rule {
        let kinds = kinds.iter().filter_map(|kind| Kind::named(kind)).collect();
        let reference = Date {
            year: 2026,
            month: 11,
            day: 22,
        };
        Rule::new(kinds, reference, Denied::new(["1010101010"]), false)
    }

    fn canonical(text: &str, kinds: &[&str]) -> Result<(Kind, String), Reason> {
        judge(text.as_bytes(), &rule(kinds)).map(|verdict| {
            let form = str::from_utf8(&verdict.canonical).unwrap();
            let length = verdict.kind.canonical_length();
            (verdict.kind, form[12 - length..].to_owned())
        })
    }

    const PERSONS: [&str; 2] = ["personnummer", "samordningsnummer"];

    #[test]
    fn published_test_numbers_are_read() {
        for (text, form) in [
            ("850709-9805", "198507099805"),
            ("811228+9874", "188112289874"),
            ("121212-1212", "201212121212"),
            ("000101+0107", "190001010107"),
        ] {
            let found = canonical(text, &PERSONS);
            assert_eq!(found, Ok((Kind::Personnummer, form.to_owned())));
        }
        for text in ["701063-2391", "191500722390", "191503882399"] {
            let (kind, _) = canonical(text, &PERSONS).unwrap();
            assert_eq!(kind, Kind::Samordningsnummer);
        }
    }

    #[test]
    fn each_way_to_be_wrong_has_its_reason() {
        for (text, reason) in [
            ("19900118+9811", Reason::CenturyConflict),
            ("194205669899", Reason::BadCheckDigit),
            ("201509160006", Reason::BadSerial),
            ("2612310017", Reason::FutureDate),
            ("101010-1010", Reason::Placeholder),
            ("219901019800", Reason::BadCentury),
            ("199902309800", Reason::BadDate),
            ("850709980", Reason::WrongLength),
        ] {
            assert_eq!(canonical(text, &PERSONS), Err(reason));
        }
        let kinds = ["personnummer"];
        assert_eq!(canonical("701063-2391", &kinds), Err(Reason::WrongKind));
    }

    #[test]
    fn other_kinds_are_judged_by_their_own_rules() {
        for (text, kind, form) in [
            ("000101-T220", "interim", "20000101T220"),
            ("556703-7485", "orgnr", "5567037485"),
            ("16556703-7485", "orgnr", "5567037485"),
            ("991981000010", "reserv:stockholm", "991981000010"),
            ("19810829m071", "reserv:vgr", "19810829M071"),
            ("198108320014", "reserv:carelink", "198108320014"),
        ] {
            let found = canonical(text, &["reserv:nrid", kind]);
            assert_eq!(found, Ok((Kind::named(kind).unwrap(), form.to_owned())));
        }
        let trader = canonical("850709-9805", &["orgnr"]);
        assert_eq!(trader.map(|(kind, _)| kind), Ok(Kind::Personnummer));
    }
}
