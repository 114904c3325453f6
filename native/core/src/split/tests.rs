// SPDX-License-Identifier: Apache-2.0
//! Records split, plain and quoted, and what is refused.

use super::*;
use crate::frame::frame;

type Cells = Vec<Vec<String>>;

/// Splits what was framed, as far as it has the width, and gives it column by column.
fn split(text: &[u8], width: usize) -> Result<Cells, Unsplit> {
    let framed = frame(text, b';', true);
    let fits = || framed.records.iter().filter(|r| r.fields == width as u64);
    let starts: Vec<u8> = fits().flat_map(|r| r.start.to_ne_bytes()).collect();
    let ends: Vec<u8> = fits().flat_map(|r| r.end.to_ne_bytes()).collect();
    let borders = Borders::find(&Records {
        text,
        starts: &starts,
        ends: &ends,
        delimiter: b';',
        width,
    })?;
    (0..width).map(|column| copied(&borders, column)).collect()
}

fn copied(borders: &Borders<'_>, column: usize) -> Result<Vec<String>, Unsplit> {
    let (offsets, validity) = borders.sizes();
    let mut data = vec![b'?'; borders.text.len()];
    let (mut offsets, mut validity) = (vec![9; offsets], vec![9; validity]);
    let out = Column {
        data: &mut data,
        offsets: &mut offsets,
        validity: &mut validity,
    };
    let (used, nulls) = borders.copy(column, out)?;
    let (places, _) = offsets.as_chunks::<4>();
    let places: Vec<_> = places
        .iter()
        .map(|place| usize::try_from(i32::from_ne_bytes(*place)).unwrap())
        .collect();
    assert_eq!(places.last(), Some(&used));
    let texts: Vec<_> = places
        .windows(2)
        .map(|span| String::from_utf8(data[span[0]..span[1]].to_vec()).unwrap())
        .collect();
    let empty = texts.iter().filter(|text| text.is_empty()).count();
    let valid: u32 = validity.iter().map(|bits| bits.count_ones()).sum();
    assert_eq!((empty, valid as usize), (nulls, texts.len() - nulls));
    Ok(texts)
}

#[test]
fn quotes_are_taken_off_where_they_mean_something() {
    let cells = split(b"\"a\"\"b\";c\"\"d\n\"x\"y\"z\"\";\"\"\n;\"p;\nq\"\n", 2).unwrap();
    assert_eq!(cells[0], ["a\"b", "xy\"z\"\"", ""]);
    assert_eq!(cells[1], ["c\"\"d", "", "p;\nq"]);
}

#[test]
fn records_of_another_width_and_blank_lines_are_passed_over() {
    let cells = split(b"1;2\n\n3\r\n4;5;6\r7;8", 2).unwrap();
    assert_eq!(cells, [["1", "7"], ["2", "8"]]);
    assert_eq!(split(b"", 3).unwrap(), vec![Vec::<String>::new(); 3]);
}

#[test]
fn a_border_of_lanes_may_stand_anywhere() {
    for before in 0..140 {
        let long = "x".repeat(before);
        let text = format!("{long};\"y;\"\"{long}\";z\n;{long}{long};\"\"");
        let cells = split(text.as_bytes(), 3).unwrap();
        assert_eq!(cells[0], [long.clone(), String::new()]);
        assert_eq!(cells[1], [format!("y;\"{long}"), long.repeat(2)]);
        assert_eq!(cells[2], ["z", ""]);
    }
}

#[test]
fn what_was_framed_otherwise_is_refused() {
    let find = |starts: u64, ends: u64, width| {
        Borders::find(&Records {
            text: b"a;\"b;c\";d",
            starts: &starts.to_ne_bytes(),
            ends: &ends.to_ne_bytes(),
            delimiter: b';',
            width,
        })
        .map(|_| ())
    };
    assert_eq!(find(0, 9, 3), Ok(()));
    for (start, end, width) in [
        (0, 9, 2),
        (0, 9, 4),
        (0, 9, 0),
        (0, 9, usize::MAX),
        (0, 5, 3),
        (0, 5, 2),
        (0, 10, 3),
        (5, 4, 1),
        (u64::MAX, u64::MAX, 1),
    ] {
        assert_eq!(find(start, end, width), Err(Unsplit));
    }
}

#[test]
fn a_buffer_that_is_too_short_is_refused() {
    let (start, end) = (0_u64.to_ne_bytes(), 5_u64.to_ne_bytes());
    let borders = Borders::find(&Records {
        text: b"ab;cd",
        starts: &start,
        ends: &end,
        delimiter: b';',
        width: 2,
    })
    .unwrap();
    for (column, data, offsets, validity) in [
        (0, 1, 8, 1),
        (0, 2, 7, 1),
        (0, 2, 8, 0),
        (0, 2, 0, 1),
        (2, 2, 8, 1),
        (usize::MAX, 2, 8, 1),
    ] {
        let out = Column {
            data: &mut vec![0; data],
            offsets: &mut vec![0; offsets],
            validity: &mut vec![0; validity],
        };
        assert_eq!(borders.copy(column, out), Err(Unsplit));
    }
}
