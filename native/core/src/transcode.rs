// SPDX-License-Identifier: Apache-2.0
//! Text in an encoding of one byte a character, as UTF-8.

/// Bytes that are looked at together: most are ASCII and are copied as they are.
const TOGETHER: usize = 16;

/// The longest character in UTF-8 that a byte can be.
const LONGEST: usize = 3;

/// An encoding: for each byte how many bytes of UTF-8 its character has, and these. A
/// length of 0 means that the encoding does not have the byte.
#[derive(Clone, Debug)]
pub struct Table([[u8; 1 + LONGEST]; 256]);

impl Table {
    /// Takes a table of 256 times 4 bytes; `None` if it is none, or an ASCII byte is not
    /// itself.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let (entries, rest) = bytes.as_chunks();
        let entries: [[u8; 1 + LONGEST]; 256] = entries.try_into().ok()?;
        let fits = entries.iter().all(|entry| usize::from(entry[0]) <= LONGEST);
        let ascii_is_itself = (0..128).all(|byte: u8| entries[usize::from(byte)][..2] == [1, byte]);
        (rest.is_empty() && fits && ascii_is_itself).then_some(Self(entries))
    }

    /// Appends a text of at most [`TOGETHER`] bytes up to the first that the encoding does
    /// not have, and counts the bytes before that.
    #[inline]
    fn append(&self, text: &[u8], out: &mut Vec<u8>) -> usize {
        let mut utf8 = [0; LONGEST * TOGETHER];
        let (mut end, mut good) = (0, 0);
        for &byte in text {
            let [length, character @ ..] = self.0[usize::from(byte)];
            if length == 0 {
                break;
            }
            // What stands behind a shorter character is written over by the next.
            utf8[end..end + LONGEST].copy_from_slice(&character);
            end += usize::from(length);
            good += 1;
        }
        // A copy of a fixed length and a cut take less time than a copy of any length.
        let whole = out.len() + end;
        out.extend_from_slice(&utf8);
        out.truncate(whole);
        good
    }
}

/// Gives a text in UTF-8 up to the first byte that the encoding does not have, and how many
/// bytes stand before that.
#[must_use]
pub fn transcode(text: &[u8], table: &Table) -> (Vec<u8>, usize) {
    // Swedish text grows by a thirtieth; what grows more makes room once or twice.
    let mut out = Vec::with_capacity(text.len() + text.len() / 16 + LONGEST * TOGETHER);
    let (chunks, rest) = text.as_chunks::<TOGETHER>();
    for (number, chunk) in chunks.iter().enumerate() {
        if chunk.is_ascii() {
            out.extend_from_slice(chunk);
            continue;
        }
        let good = table.append(chunk, &mut out);
        if good < TOGETHER {
            return (out, TOGETHER * number + good);
        }
    }
    let good = table.append(rest, &mut out);
    (out, text.len() - rest.len() + good)
}

/// How many bytes of a text are UTF-8: up to the first that cannot be, or that begins a
/// character which is cut off.
#[must_use]
pub fn valid_utf8(text: &[u8]) -> usize {
    match str::from_utf8(text) {
        Ok(_) => text.len(),
        Err(error) => error.valid_up_to(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Latin-1 without its highest character.
    fn table() -> Vec<u8> {
        let mut table = Vec::new();
        for byte in 0..=u8::MAX {
            let mut entry = [0; 4];
            let length = char::from(byte).encode_utf8(&mut entry[1..]).len();
            entry[0] = if byte == u8::MAX {
                0
            } else {
                u8::try_from(length).unwrap()
            };
            table.extend(entry);
        }
        table
    }

    #[test]
    fn characters_of_one_byte_become_utf8_wherever_they_stand() {
        let table = Table::new(&table()).unwrap();
        for before in 0..40 {
            let text = [&vec![b'x'; before][..], b"\xe5\xe4;\xf6", &[b'y'; 20]].concat();
            let expected = format!("{}åä;ö{}", "x".repeat(before), "y".repeat(20));
            assert_eq!(
                transcode(&text, &table),
                (expected.into_bytes(), text.len())
            );
        }
    }

    #[test]
    fn a_byte_that_is_not_in_the_encoding_ends_the_text() {
        let table = Table::new(&table()).unwrap();
        for before in 0..40 {
            let text = [&vec![b'x'; before][..], b"\xff\xe5"].concat();
            assert_eq!(transcode(&text, &table), (vec![b'x'; before], before));
        }
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let good = table();
        assert!(Table::new(&good[1..]).is_none());
        assert!(Table::new(&[&good[..], &[0; 4]].concat()).is_none());
        for (place, value) in [(4 * 200, 4), (4 * 65, 0), (4 * 65 + 1, b'B')] {
            let mut bad = good.clone();
            bad[place] = value;
            assert!(Table::new(&bad).is_none());
        }
    }

    #[test]
    fn utf8_is_good_up_to_what_cannot_be_or_is_cut_off() {
        assert_eq!(valid_utf8("åäö".as_bytes()), 6);
        assert_eq!(valid_utf8(b"a\xff"), 1);
        assert_eq!(valid_utf8(b"a\xe2\x82"), 1);
    }
}
