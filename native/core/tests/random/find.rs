// SPDX-License-Identifier: Apache-2.0
//! The searches: what is found lies where something can be, in order.

use pseudo_kernel::column::{Malformed, Texts};
use pseudo_kernel::find::bytes::find_bytes;
use pseudo_kernel::find::own::find_own;
use pseudo_kernel::find::person::ScanRule;
use pseudo_kernel::find::{Findings, find};
use pseudo_kernel::rank::parts;
use pseudo_kernel::rule::Denied;

use crate::chance::{ROUNDS, ROWS, Random, column, texts};

fn rule(random: &mut Random) -> ScanRule {
    let year = 1947 + i64::try_from(random.below(153)).unwrap();
    ScanRule::of(year, Denied::new(["1010101010"])).unwrap()
}

fn check(findings: &Findings, places: usize) -> usize {
    let count = findings.places.len();
    assert_eq!(
        (findings.ranks.len(), findings.shapes.len()),
        (count, count)
    );
    assert!(findings.places.is_sorted());
    assert!(are_places(&findings.places, places));
    assert!(findings.ranks.iter().all(|rank| parts(*rank).is_some()));
    assert!(findings.shapes.iter().all(|shape| (1..=4).contains(shape)));
    count
}

fn are_places(rows: &[i64], places: usize) -> bool {
    let mut rows = rows.iter();
    rows.all(|row| usize::try_from(*row).is_ok_and(|row| row < places))
}

fn searched(texts: &Texts<'_>, random: &mut Random) -> Result<usize, Malformed> {
    let found = find(texts, &rule(random))?;
    assert!(found.digit_cells <= found.any_digit && found.any_digit <= found.cells);
    assert!(found.cells <= texts.len());
    assert!(found.deferred.is_sorted() && are_places(&found.deferred, texts.len()));
    let both = |row| found.findings.places.contains(row);
    assert!(!found.deferred.iter().any(both));
    Ok(check(&found.findings, texts.len()))
}

fn searched_for_own(texts: &Texts<'_>, ranks: &[u8]) -> Result<(), Malformed> {
    let own = find_own(texts, &[ranks, &[0; 8 * ROWS]])?;
    for rows in [&own.rows, &own.deferred] {
        assert!(rows.is_sorted() && are_places(rows, texts.len()));
    }
    Ok(())
}

#[test]
fn random_buffers_are_searched_or_refused() {
    let mut random = Random(0xd1b5_4a32_d192_ed03);
    let mut refused = 0;
    for _ in 0..ROUNDS {
        let done = column(&mut random, |texts, random| {
            let texts = texts?;
            searched(&texts, random)?;
            searched_for_own(&texts, &random.bytes(8 * ROWS + 8))
        });
        refused += usize::from(done.is_err());
    }
    assert!(refused > ROUNDS / 100 && refused < ROUNDS - ROUNDS / 100);
}

#[test]
fn random_texts_are_searched_as_columns_and_as_bytes() {
    let mut random = Random(0x8cb9_2ba7_2f3d_8dd7);
    let (mut in_cells, mut in_bytes) = (0, 0);
    for _ in 0..ROUNDS {
        texts(&mut random, |texts, data, random| {
            in_cells += searched(&texts, random).unwrap();
            // More than there are numbers, so that some rows have one and some none.
            let ranks: Vec<u8> = (0..ROWS)
                .flat_map(|_| (random.next() >> 36).to_ne_bytes())
                .collect();
            searched_for_own(&texts, &ranks).unwrap();
            // From anywhere on, in the middle of a character too.
            let data = &data.as_bytes()[random.below(data.len() + 1)..];
            in_bytes += check(&find_bytes(data, &rule(random)), data.len());
            let noise = random.bytes(280);
            check(&find_bytes(&noise, &rule(random)), noise.len());
        });
    }
    assert!(in_cells > 0 && in_bytes > 0);
}
