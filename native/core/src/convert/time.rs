// SPDX-License-Identifier: Apache-2.0
//! Texts that are dates and times of day as ISO 8601 writes them, in years 1 to 9999.

use crate::dates::Date;

/// Reads a date, `YYYY-MM-DD`: days since 1970-01-01.
#[inline]
#[must_use]
pub fn date(text: &[u8]) -> Option<i32> {
    day(text.try_into().ok()?)
}

/// Reads a date and time, `YYYY-MM-DDTHH:MM` and perhaps `:SS`, with a blank for the `T` if
/// so: microseconds since 1970-01-01.
#[inline]
#[must_use]
pub fn datetime(text: &[u8]) -> Option<i64> {
    let (date, rest) = text.split_first_chunk::<10>()?;
    let (time, seconds) = rest.split_first_chunk::<6>()?;
    let &[b'T' | b' ', h1, h2, b':', m1, m2] = time else {
        return None;
    };
    let second = match *seconds {
        [] => 0,
        [b':', s1, s2] => two(s1, s2)?,
        _ => return None,
    };
    let (hour, minute) = (two(h1, h2)?, two(m1, m2)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let of_the_day = 3600 * i64::from(hour) + 60 * i64::from(minute) + i64::from(second);
    Some((86_400 * i64::from(day(date)?) + of_the_day) * 1_000_000)
}

#[inline]
fn day(text: &[u8; 10]) -> Option<i32> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else {
        return None;
    };
    let day = Date {
        year: 100 * i32::from(two(y1, y2)?) + i32::from(two(y3, y4)?),
        month: two(m1, m2)?.into(),
        day: two(d1, d2)?.into(),
    };
    (day.year > 0 && day.exists()).then(|| since_1970(day))
}

/// The number that two digits are.
#[inline]
fn two(tens: u8, ones: u8) -> Option<u8> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens <= 9 && ones <= 9).then(|| 10 * tens + ones)
}

/// Days since 1970-01-01 of a day that exists. Years begin in March here, so that the day
/// that only some years have is their last.
#[inline]
fn since_1970(day: Date) -> i32 {
    let early = i32::from(day.month <= 2);
    let (year, month) = (day.year - early, day.month + 12 * early - 3);
    let of_the_year = (153 * month + 2) / 5 + day.day - 1;
    365 * year + year / 4 - year / 100 + year / 400 + of_the_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_of_all_years_follow_each_other() {
        let mut expected = date(b"0001-01-01").unwrap();
        assert_eq!(expected, -719_162);
        for year in 1..=9999 {
            for month in 1..=12 {
                for day in 1..=31 {
                    let found = date(format!("{year:04}-{month:02}-{day:02}").as_bytes());
                    let exists = Date { year, month, day }.exists();
                    assert_eq!(found, exists.then_some(expected));
                    expected += i32::from(exists);
                }
            }
        }
        assert_eq!(date(b"1970-01-01"), Some(0));
        assert_eq!(date(b"2000-02-29"), Some(11_016));
    }

    #[test]
    fn days_that_do_not_exist_and_other_forms_are_none() {
        for text in [
            "",
            "0000-01-01",
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-01",
            "2024-01-00",
            "2024-01-32",
            "2024-1-1",
            "20240101",
            "2024/01/01",
            "2024-01-01 ",
            "2024-01-0:",
        ] {
            assert_eq!(date(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn times_have_minutes_and_perhaps_seconds() {
        assert_eq!(datetime(b"1970-01-01T00:01"), Some(60_000_000));
        assert_eq!(datetime(b"1969-12-31 23:59:59"), Some(-1_000_000));
        for text in [
            "1970-01-01",
            "1970-01-01T24:00",
            "1970-01-01T23:60",
            "1970-01-01T23:59:60",
            "1970-01-01T00:00:",
            "1970-01-01T00:00:0",
            "1970-01-01TT0:00",
            "1970-01-01t00:00",
            "1970-01-01T00:00Z",
            "1970-01-01T00:00:00.0",
            "1970-02-30T00:00",
        ] {
            assert_eq!(datetime(text.as_bytes()), None, "{text}");
        }
    }
}
