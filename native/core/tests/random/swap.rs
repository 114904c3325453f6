// SPDX-License-Identifier: Apache-2.0
//! The swap: every column is swapped or refused.

use pseudo_kernel::column::{Malformed, Texts};
use pseudo_kernel::dates::Date;
use pseudo_kernel::encode::Form;
use pseudo_kernel::kind::Kind;
use pseudo_kernel::mac::PreparedKey;
use pseudo_kernel::numbers::Numbers;
use pseudo_kernel::opaque::{Opaque, Scope, beyond_latin};
use pseudo_kernel::rule::{Denied, Rule};
use pseudo_kernel::swap::{Outputs, Swap, Tally, swap};

use crate::chance::{ROUNDS, ROWS, Random, column, texts};

fn swapped<S: Swap>(texts: &Texts<'_>, by: &S, form: Form) -> Result<Tally, Malformed> {
    let rows = texts.len();
    let mut data = vec![0; rows * form.width()];
    let (mut offsets, mut validity) = (vec![0; 4 * (rows + 1)], vec![0; rows.div_ceil(8)]);
    let (mut reasons, mut ranks) = (vec![0; rows], vec![0; 8 * rows]);
    let out = Outputs {
        data: &mut data,
        offsets: &mut offsets,
        validity: &mut validity,
        reasons: &mut reasons,
        ranks: &mut ranks,
    };
    let tally = swap(texts, by, form, out, 1)?;
    let refused = reasons.iter().filter(|reason| **reason != 0).count();
    let valid: u32 = validity.iter().map(|byte| byte.count_ones()).sum();
    assert_eq!(tally.nulls, refused);
    assert_eq!(valid as usize, rows - refused);
    assert_eq!(tally.used, (rows - refused) * form.width());
    assert!(data[..tally.used].is_ascii() && !data[..tally.used].contains(&0));
    Ok(tally)
}

fn rule(random: &mut Random) -> Rule {
    let kinds = (0..=random.below(4))
        .map(|_| Kind::ALL[random.below(Kind::ALL.len())])
        .collect();
    let reference = Date {
        year: 1947 + i32::try_from(random.below(153)).unwrap(),
        month: 11,
        day: 22,
    };
    let denied = Denied::new(["1010101010", "198507099805"]);
    Rule::new(kinds, reference, denied, random.below(2) == 0)
}

fn form(random: &mut Random) -> Form {
    [Form::Base32, Form::Hex, Form::Uuid][random.below(3)]
}

#[test]
fn random_buffers_are_swapped_or_refused() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let key = PreparedKey::new(&[3; 32]);
    let mut refused = 0;
    for _ in 0..ROUNDS {
        let done = column(&mut random, |texts, random| {
            let rule = rule(random);
            let by = Numbers::new(&rule, &key).unwrap();
            texts.and_then(|texts| swapped(&texts, &by, form(random)))
        });
        refused += usize::from(done.is_err());
    }
    // Both happen, so both were tried.
    assert!(refused > ROUNDS / 100 && refused < ROUNDS - ROUNDS / 100);
}

#[test]
fn random_texts_are_swapped_by_every_rule() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let key = PreparedKey::new(&[3; 32]);
    let mut accepted = 0;
    for _ in 0..ROUNDS {
        accepted += texts(&mut random, |texts, data, random| {
            let rule = rule(random);
            let by = Numbers::new(&rule, &key).unwrap();
            let refused = swapped(&texts, &by, form(random)).unwrap().nulls;
            let (codes, values) = (random.bytes(8 * ROWS + 8), random.bytes(40));
            let wrong = vec![0; ROWS];
            let scope = Scope::new(ROWS, &codes, &wrong, &values, data.as_bytes());
            let scopes = scope.into_iter().collect();
            let by = Opaque::new(&key, "opaque:a", random.below(201), scopes).unwrap();
            swapped(&texts, &by, form(random)).unwrap();
            beyond_latin(&texts, &mut [0; ROWS]).unwrap();
            ROWS - refused
        });
    }
    assert!(accepted > 0);
}
