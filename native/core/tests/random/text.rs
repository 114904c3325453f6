// SPDX-License-Identifier: Apache-2.0
//! Blocks of text, framed and transcoded.

use pseudo_kernel::frame::frame;
use pseudo_kernel::transcode::{Table, transcode, valid_utf8};

use crate::chance::{ROUNDS, Random};

/// Bytes that mean something to a frame, and one that does not.
const FRAMING: &[u8] = b"\"\"\r\n\n;;aaa";

fn block(random: &mut Random) -> Vec<u8> {
    (0..random.below(300))
        .map(|_| FRAMING[random.below(FRAMING.len())])
        .collect()
}

#[test]
fn random_blocks_have_records_in_order() {
    let mut random = Random(0x6a09_e667_f3bc_c908);
    let mut records = 0;
    for _ in 0..ROUNDS {
        let block = [block(&mut random), random.bytes(20)].concat();
        for last in [false, true] {
            let framed = frame(&block, b';', last);
            let mut before = 0;
            for record in &framed.records {
                assert!(before <= record.start && record.start < record.end);
                assert!(record.fields > 0 && record.fields <= 1 + record.end - record.start);
                before = record.end;
            }
            assert!(before <= framed.consumed && framed.consumed <= block.len() as u64);
            let quote = framed
                .open_quote
                .and_then(|place| usize::try_from(place).ok());
            assert!(quote.is_none_or(|place| block.get(place) == Some(&b'"')));
            records += framed.records.len();
        }
    }
    assert!(records > 0);
}

#[test]
fn random_bytes_are_transcoded_up_to_the_first_that_is_none() {
    let mut random = Random(0xbb67_ae85_84ca_a73b);
    for _ in 0..ROUNDS {
        let text = random.bytes(280);
        let table = table(&mut random);
        let (utf8, good) = transcode(&text, &Table::new(table.as_flattened()).unwrap());
        let has = |byte: &u8| table[usize::from(*byte)][0] > 0;
        assert_eq!(good, text.iter().take_while(|byte| has(byte)).count());
        let utf8 = String::from_utf8(utf8).unwrap();
        assert_eq!(utf8.chars().count(), good);
        assert!(Table::new(&random.bytes(1100)).is_none());
    }
}

/// An encoding that has ASCII, and of the other bytes some.
fn table(random: &mut Random) -> [[u8; 4]; 256] {
    std::array::from_fn(|byte| {
        let signs = ['\u{e5}', '\u{20ac}', '\u{fb01}'];
        let sign = match u8::try_from(byte) {
            Ok(byte) if byte.is_ascii() => char::from(byte),
            _ if random.below(9) == 0 => return [0; 4],
            _ => signs[random.below(3)],
        };
        let mut entry = [0; 4];
        entry[0] = u8::try_from(sign.len_utf8()).unwrap();
        sign.encode_utf8(&mut entry[1..]);
        entry
    })
}

#[test]
fn random_bytes_are_utf8_to_the_end_of_the_last_good_character() {
    let mut random = Random(0x3c6e_f372_fe94_f82b);
    for _ in 0..ROUNDS {
        let mut text = random.text().into_bytes();
        if !text.is_empty() && random.below(2) == 0 {
            let place = random.below(text.len());
            text[place] ^= 1 << random.below(8);
        }
        let good = valid_utf8(&text);
        assert!(str::from_utf8(&text[..good]).is_ok());
        // No character more, which has at most four bytes.
        let further = (good + 1..=text.len()).take(4);
        assert!(
            further
                .into_iter()
                .all(|end| str::from_utf8(&text[..end]).is_err())
        );
    }
}
