// SPDX-License-Identifier: Apache-2.0
//! The conversion: each cell has a value, or a reason why it has none.

use pseudo_kernel::column::{Malformed, Texts};
use pseudo_kernel::convert::number::{integer, number};
use pseudo_kernel::convert::time::{date, datetime};
use pseudo_kernel::convert::{DEFERRED, INVALID, SETTLED, Target, Value, boolean, convert};

use crate::chance::{ROUNDS, Random, column, texts};

/// Converts a column and counts its values.
fn converted<T: Value>(
    texts: &Texts<'_>,
    read: impl Fn(&[u8]) -> Option<T>,
) -> Result<usize, Malformed> {
    let rows = texts.len();
    let (mut values, mut validity) = (vec![9; T::bytes(rows)], vec![9; bool::bytes(rows)]);
    let mut states = vec![9; rows];
    let mut target = Target {
        values: &mut values,
        validity: &mut validity,
        states: &mut states,
    };
    let tally = convert(texts, read, &mut target)?;
    let count = |wanted: u8| {
        states
            .iter()
            .map(|state| usize::from(*state == wanted))
            .sum()
    };
    let valid: u32 = validity.iter().map(|byte| byte.count_ones()).sum();
    assert_eq!(
        (tally.invalid, tally.deferred),
        (count(INVALID), count(DEFERRED))
    );
    assert_eq!(valid as usize + tally.nulls, count(SETTLED));
    assert_eq!(count(SETTLED) + tally.invalid + tally.deferred, rows);
    Ok(valid as usize)
}

fn converted_to_all(texts: &Texts<'_>) -> Result<[usize; 5], Malformed> {
    Ok([
        converted(texts, integer)?,
        converted(texts, |text| number(text, b','))?,
        converted(texts, boolean)?,
        converted(texts, date)?,
        converted(texts, datetime)?,
    ])
}

#[test]
fn random_buffers_are_converted_or_refused() {
    let mut random = Random(0xabc9_8388_fb8f_ac03);
    let mut refused = 0;
    for _ in 0..ROUNDS {
        let done = column(&mut random, |texts, _| converted_to_all(&texts?));
        refused += usize::from(done.is_err());
    }
    assert!(refused > ROUNDS / 100 && refused < ROUNDS - ROUNDS / 100);
}

#[test]
fn random_texts_are_converted() {
    let mut random = Random(0x139f_a8c4_6d2b_70e5);
    let mut values = [0; 5];
    for _ in 0..ROUNDS {
        let more = texts(&mut random, |texts, _, _| converted_to_all(&texts).unwrap());
        for (sum, more) in values.iter_mut().zip(more) {
            *sum += more;
        }
    }
    // Dates of these signs are too rare to be counted on.
    assert!(values[..3].iter().all(|count| *count > 0));
}
