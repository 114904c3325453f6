// SPDX-License-Identifier: Apache-2.0
//! Random numbers, bytes, texts and columns from a fixed seed.

use pseudo_kernel::column::{Layout, Malformed, Texts};

/// How often each test tries.
pub const ROUNDS: usize = if cfg!(debug_assertions) { 500 } else { 200_000 };
/// Rows that a column has at most.
pub const ROWS: usize = 16;
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
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    pub fn bytes(&mut self, most: usize) -> Vec<u8> {
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

    pub fn text(&mut self) -> String {
        (0..self.below(12))
            .map(|_| SIGNS[self.below(SIGNS.len())])
            .collect()
    }
}

/// Makes a column of any layout from random buffers, most of which hold none, and hands it on.
pub fn column<T>(
    random: &mut Random,
    used: impl FnOnce(Result<Texts<'_>, Malformed>, &mut Random) -> T,
) -> T {
    let (main, data, inner) = (random.bytes(280), random.bytes(99), random.bytes(40));
    let bits = random.bytes(4);
    let (offsets, data) = (main.as_slice(), data.as_slice());
    let layout = match random.below(4) {
        0 => Ok(Layout::Utf8 { offsets, data }),
        1 => Ok(Layout::LargeUtf8 { offsets, data }),
        2 => Ok(Layout::View {
            views: &main,
            data: vec![data, &inner],
        }),
        _ => {
            let offsets = inner.as_slice();
            let values = Texts::new(Layout::Utf8 { offsets, data }, None, 0, random.below(9));
            values.map(|values| Layout::Dictionary {
                indices: &main,
                values: Box::new(values),
            })
        }
    };
    let bits = (random.below(2) == 0).then_some(bits.as_slice());
    let (offset, len) = (random.below(3), random.below(ROWS));
    used(
        layout.and_then(|layout| Texts::new(layout, bits, offset, len)),
        random,
    )
}

/// Makes a column of random texts and hands it on with all their bytes.
pub fn texts<T>(random: &mut Random, used: impl FnOnce(Texts<'_>, &str, &mut Random) -> T) -> T {
    let (mut data, mut offsets) = (String::new(), 0_i32.to_le_bytes().to_vec());
    for _ in 0..ROWS {
        data += &random.text();
        offsets.extend(i32::try_from(data.len()).unwrap().to_le_bytes());
    }
    let layout = Layout::Utf8 {
        offsets: &offsets,
        data: data.as_bytes(),
    };
    used(Texts::new(layout, None, 0, ROWS).unwrap(), &data, random)
}
