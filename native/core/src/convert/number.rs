// SPDX-License-Identifier: Apache-2.0
//! Texts that are numbers.

/// Digits that an integer may have: every such one fits into 64 bits.
const LONGEST_INTEGER: usize = 18;

/// Digits whose number has 64 bits at most, whatever they are.
const MOST_DIGITS: usize = 19;

/// Up to here a float holds every whole number exactly.
const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;

/// The powers of ten that a float holds exactly.
const EXACT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// Reads an integer: at most one sign and 1 to 18 digits.
#[inline]
#[must_use]
pub fn integer(text: &[u8]) -> Option<i64> {
    let (negative, digits) = signed(text);
    if digits.is_empty() || digits.len() > LONGEST_INTEGER {
        return None;
    }
    let mut value = 0;
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = 10 * value + i64::from(digit);
    }
    Some(if negative { -value } else { value })
}

/// Reads a number with the decimal mark `mark`, rounded to the nearest float.
///
/// At least one digit before or behind the mark, and an exponent of at most 3 digits; what
/// is beyond the largest float is none.
#[inline]
#[must_use]
pub fn number(text: &[u8], mark: u8) -> Option<f64> {
    let (negative, rest) = signed(text);
    let (whole, rest) = leading_digits(rest);
    let (fraction, rest) = match rest {
        [first, rest @ ..] if *first == mark => leading_digits(rest),
        _ => (&[][..], rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let exponent = exponent(rest)?;
    let Some(value) = exact(whole, fraction, exponent) else {
        return rounded(text, mark);
    };
    Some(if negative { -value } else { value })
}

/// A sign, if there is one, and what follows it.
#[inline]
fn signed(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

#[inline]
fn leading_digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit());
    text.split_at(end.unwrap_or(text.len()))
}

/// The exponent that a whole text is; 0 where there is none.
#[inline]
fn exponent(text: &[u8]) -> Option<i32> {
    let [b'e' | b'E', rest @ ..] = text else {
        return text.is_empty().then_some(0);
    };
    let (negative, digits) = signed(rest);
    if digits.is_empty() || digits.len() > 3 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits
        .iter()
        .fold(0, |value, digit| 10 * value + i32::from(digit - b'0'));
    Some(if negative { -value } else { value })
}

/// The value where digits and power of ten are both exact, so that one operation rounds it
/// as it must be (Clinger, How to Read Floating Point Numbers Accurately, 1990).
#[inline]
#[expect(clippy::cast_precision_loss, reason = "such a number is held exactly")]
fn exact(whole: &[u8], fraction: &[u8], exponent: i32) -> Option<f64> {
    if whole.len() + fraction.len() > MOST_DIGITS {
        return None;
    }
    let digits = whole.iter().chain(fraction);
    let value = digits.fold(0, |value, digit| 10 * value + u64::from(digit - b'0'));
    let power = exponent - i32::try_from(fraction.len()).ok()?;
    let scale = EXACT_POWERS.get(power.unsigned_abs() as usize)?;
    let scaled = if power < 0 {
        value as f64 / scale
    } else {
        value as f64 * scale
    };
    (value <= EXACT).then_some(scaled)
}

/// The value of any text that has the form of a number.
#[cold]
fn rounded(text: &[u8], mark: u8) -> Option<f64> {
    let mut pointed = text.to_vec();
    if let Some(place) = text.iter().position(|&byte| byte == mark) {
        pointed[place] = b'.';
    }
    let value: f64 = str::from_utf8(&pointed).ok()?.parse().ok()?;
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_have_a_sign_at_most_and_up_to_18_digits() {
        assert_eq!(integer(b"+007"), Some(7));
        assert_eq!(integer(b"-999999999999999999"), Some(1 - 10_i64.pow(18)));
        for text in ["", "-", "+-1", "1000000000000000000", "1.0", "1 0", "1\0"] {
            assert_eq!(integer(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn the_quick_way_and_the_library_give_the_same_bits() {
        for text in [
            "0.1",
            "-0",
            "5.",
            ".5",
            "1e22",
            "123456789012345e-22",
            "+8.25E+2",
        ] {
            let value = number(text.as_bytes(), b'.').unwrap();
            assert_eq!(
                value.to_bits(),
                text.parse::<f64>().unwrap().to_bits(),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_finite_number_is_none() {
        for text in [
            "", ".", "-", "1e", "1e1000", "1e999", "1..5", "nan", "inf", "0x1", "1e+-1",
        ] {
            assert_eq!(number(text.as_bytes(), b'.'), None, "{text}");
        }
        assert_eq!(number(b"1,5", b','), Some(1.5));
        assert_eq!(number(b"1.5", b','), None);
        assert_eq!(
            number(b"123456789012345678,5", b','),
            Some(123_456_789_012_345_680.0)
        );
    }
}
