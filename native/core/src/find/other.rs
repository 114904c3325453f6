// SPDX-License-Identifier: Apache-2.0
//! UUIDs, hashes in hexadecimal and times of day: digits inside one are no number.
//!
//! The reference (`pseudo.identity.finding`) searches a text for them from its beginning,
//! none overlapping another. Here it is asked of one place, which comes to the same: a
//! UUID or a hash begins and ends where runs of letters and digits do, and none has a run
//! inside that another could begin with. Only a time can begin inside of one, in its last
//! two digits, and is none then. How far around a place that looks is written down in
//! `pseudo.kernel.bytes_finder`, for those who search in chunks.

use std::ops::Range;

/// Hexadecimal digits of the usual hashes.
const HASHES: [usize; 6] = [32, 40, 56, 64, 96, 128];
const LONGEST: usize = 128;

/// Where the groups of a UUID begin and how long they are, its dashes and its length.
const GROUPS: [(usize, usize); 5] = [(0, 8), (9, 4), (14, 4), (19, 4), (24, 12)];
const DASHES: [usize; 4] = [8, 13, 18, 23];
const UUID: usize = 36;

/// Where the runs of digits in `12:34:56.123456` begin, and its length.
const PARTS: [usize; 4] = [0, 3, 6, 9];
const TIME: usize = 15;
const OFFSET: usize = 5;

/// Whether the run of digits that begins at `place` stands in what is no number.
#[must_use]
pub fn inside(text: &[u8], place: usize) -> bool {
    inside_word(text, place) || inside_time(text, place)
}

fn inside_word(text: &[u8], place: usize) -> bool {
    let (start, end) = word(text, place);
    match end - start {
        len if HASHES.contains(&len) => text[start..end].iter().all(u8::is_ascii_hexdigit),
        len => GROUPS
            .iter()
            .filter(|(_, group)| *group == len)
            .filter_map(|(before, _)| start.checked_sub(*before))
            .any(|start| is_uuid(text, start)),
    }
}

/// The run of ASCII letters and digits around a place, or enough of it to be no hash.
fn word(text: &[u8], place: usize) -> (usize, usize) {
    let before = text[..place].iter().rev().take(LONGEST);
    let behind = text[place..].iter().take(LONGEST + 1);
    let is_letter = |byte: &&u8| byte.is_ascii_alphanumeric();
    let start = place - before.take_while(is_letter).count();
    (start, place + behind.take_while(is_letter).count())
}

fn is_uuid(text: &[u8], start: usize) -> bool {
    let Some(uuid) = text.get(start..start + UUID) else {
        return false;
    };
    let digits = |(start, len): (usize, usize)| &uuid[start..start + len];
    let touched = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    DASHES.iter().all(|place| uuid[*place] == b'-')
        && GROUPS
            .iter()
            .all(|group| digits(*group).iter().all(u8::is_ascii_hexdigit))
        && !touched(text[..start].last())
        && !touched(text.get(start + UUID))
}

fn inside_time(text: &[u8], place: usize) -> bool {
    PARTS
        .iter()
        .filter_map(|part| place.checked_sub(*part))
        .any(|start| is_time(text, start) && !inside_word(text, start))
}

/// Whether a time with microseconds and an offset from UTC begins here.
fn is_time(text: &[u8], start: usize) -> bool {
    let Some(time) = text.get(start..start + TIME + OFFSET) else {
        return false;
    };
    // The signs first: hardly anything has them.
    let signs = time[2] == b':'
        && time[5] == b':'
        && matches!(time[8], b'.' | b',')
        && matches!(time[TIME], b'-' | b'+');
    let digits = |range: Range<usize>| time[range].iter().all(u8::is_ascii_digit);
    let touched = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    signs
        && [0..2, 3..5, 6..8, 9..TIME, TIME + 1..TIME + OFFSET]
            .into_iter()
            .all(digits)
        && !touched(text[..start].last())
        && !touched(text.get(start + TIME + OFFSET))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside_at(text: &str, part: &str) -> bool {
        inside(text.as_bytes(), text.find(part).unwrap())
    }

    #[test]
    fn groups_of_a_uuid_are_inside_it_wherever_it_stands() {
        let uuid = "12345678-1212-4abc-8abc-0123456789ab";
        for text in [uuid.to_string(), format!("id {uuid}."), format!("å{uuid}ö")] {
            assert!(inside_at(&text, "12345678"));
            assert!(inside_at(&text, "1212"));
        }
        assert!(!inside_at(&format!("x{uuid}"), "12345678"));
        assert!(!inside_at(&format!("{uuid}0"), "12345678"));
        assert!(!inside_at(&uuid[..35], "12345678"));
    }

    #[test]
    fn hashes_have_the_usual_lengths_and_no_other() {
        for len in 0..300 {
            let text = format!("g {}1212 z", "a".repeat(len));
            assert_eq!(inside_at(&text, "1212"), HASHES.contains(&(len + 4)));
            let text = format!("g 1212{} z", "a".repeat(len));
            assert_eq!(inside_at(&text, "1212"), HASHES.contains(&(len + 4)));
        }
        assert!(!inside_at(&format!("{}1212", "g".repeat(28)), "1212"));
    }

    #[test]
    fn a_time_needs_its_offset() {
        assert!(inside_at("T10:30:00.123456+0200", "123456"));
        assert!(inside_at("10:30:00,123456-0800", "10"));
        assert!(!inside_at("10:30:00.123456+02:00", "123456"));
        assert!(!inside_at("10:30:00.123456+02001", "123456"));
        assert!(!inside_at("110:30:00.123456+0200", "123456"));
        assert!(!inside_at("10:30:00.123456", "123456"));
    }

    #[test]
    fn a_time_that_begins_inside_a_hash_is_none() {
        let text = format!("{}10:30:00.123456+0200", "a".repeat(30));
        assert!(!inside_at(&text, "123456"));
        let text = format!("{}10:30:00.123456+0200", "a".repeat(31));
        assert!(inside_at(&text, "123456"));
    }
}
