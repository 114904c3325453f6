// SPDX-License-Identifier: Apache-2.0
//! Random buffers and texts from a fixed seed: every column is swapped or refused, and
//! nothing panics. An optimised build tries a few million rows, another a few thousand.

use pseudo_kernel::column::{Layout, Malformed, Texts};
use pseudo_kernel::dates::Date;
use pseudo_kernel::encode::Form;
use pseudo_kernel::kind::Kind;
use pseudo_kernel::mac::PreparedKey;
use pseudo_kernel::numbers::Numbers;
use pseudo_kernel::opaque::{Opaque, Scope, beyond_latin};
use pseudo_kernel::rule::{Denied, Rule};
use pseudo_kernel::swap::{Outputs, Swap, Tally, swap};

const ROUNDS: usize = if cfg!(debug_assertions) { 500 } else { 200_000 };
const ROWS: usize = 16;
const SIGNS: &[&str] = &[
    "0",
    "1",
    "2",
    "5",
    "9",
    "19",
    "20",
    "850709",
    "9805",
    "00",
    "-",
    "+",
    " ",
    ".",
    ",",
    "E",
    "T",
    "k",
    "\u{2212}",
    "\u{a0}",
    "\u{660}",
    "\u{1fbf9}",
    "\u{feff}",
    "\u{301}",
    "\u{e5}",
    "\0",
];

/// Marsaglia's xorshift with 64 bits.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        // Small and large bytes alike: offsets that fit are small.
        let mask = [0x00, 0x03, 0x1f, 0xff][self.below(4)];
        (0..self.below(most + 1))
            .map(|place| {
                let byte = self.next().to_le_bytes()[0];
                if place % 4 == 0 {
                    byte & mask
                } else {
                    byte & mask & 1
                }
            })
            .collect()
    }

    fn text(&mut self) -> String {
        (0..self.below(12))
            .map(|_| SIGNS[self.below(SIGNS.len())])
            .collect()
    }
}

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
        let (main, data, inner) = (random.bytes(280), random.bytes(99), random.bytes(40));
        let bits = random.bytes(4);
        let layout = match random.below(4) {
            0 => Layout::Utf8 {
                offsets: &main,
                data: &data,
            },
            1 => Layout::LargeUtf8 {
                offsets: &main,
                data: &data,
            },
            2 => Layout::View {
                views: &main,
                data: vec![&data, &inner],
            },
            _ => {
                let layout = Layout::Utf8 {
                    offsets: &inner,
                    data: &data,
                };
                let Ok(values) = Texts::new(layout, None, 0, random.below(9)) else {
                    continue;
                };
                Layout::Dictionary {
                    indices: &main,
                    values: Box::new(values),
                }
            }
        };
        let bits = (random.below(2) == 0).then_some(bits.as_slice());
        let texts = Texts::new(layout, bits, random.below(3), random.below(ROWS));
        let rule = rule(&mut random);
        let by = Numbers::new(&rule, &key).unwrap();
        let done = texts.and_then(|texts| swapped(&texts, &by, form(&mut random)));
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
        let (mut data, mut offsets) = (String::new(), 0_i32.to_le_bytes().to_vec());
        for _ in 0..ROWS {
            data += &random.text();
            offsets.extend(i32::try_from(data.len()).unwrap().to_le_bytes());
        }
        let layout = Layout::Utf8 {
            offsets: &offsets,
            data: data.as_bytes(),
        };
        let texts = Texts::new(layout, None, 0, ROWS).unwrap();
        let rule = rule(&mut random);
        let by = Numbers::new(&rule, &key).unwrap();
        accepted += ROWS - swapped(&texts, &by, form(&mut random)).unwrap().nulls;
        let (codes, values) = (random.bytes(8 * ROWS + 8), random.bytes(40));
        let wrong = vec![0; ROWS];
        let scope = Scope::new(ROWS, &codes, &wrong, &values, data.as_bytes());
        let scopes = scope.into_iter().collect();
        let by = Opaque::new(&key, "opaque:a", random.below(201), scopes).unwrap();
        swapped(&texts, &by, form(&mut random)).unwrap();
        beyond_latin(&texts, &mut [0; ROWS]).unwrap();
    }
    assert!(accepted > 0);
}
