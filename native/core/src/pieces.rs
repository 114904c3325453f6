// SPDX-License-Identifier: Apache-2.0
//! A column's rows on several threads, with a result that does not depend on their number.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder};

use crate::column::{Malformed, Texts};
use crate::encode::Form;
use crate::swap::{Piece, Swap, Tally};

/// Rows from which on a column is divided.
const DIVIDED: usize = 131_072;
/// Rows of a piece: a multiple of 8, so that no two share a byte of the bitmap.
const ROWS: usize = 65_536;

/// Fills a column, on as many threads as are worth it; 0 for as many as there are cores.
///
/// # Errors
///
/// The column's buffers do not hold what it claims.
pub fn fill<S: Swap>(
    mut whole: Piece<'_>,
    texts: &Texts<'_>,
    by: &S,
    threads: usize,
) -> Result<Tally, Malformed> {
    let count = worth(whole.rows, threads);
    if count <= 1 {
        return whole.fill(texts, by);
    }
    let pieces = divided(whole.reborrow());
    let tallies = on_threads(pieces, texts, by, count)?;
    Ok(close_gaps(whole.data, whole.offsets, whole.form, &tallies))
}

fn worth(rows: usize, threads: usize) -> usize {
    if rows < DIVIDED {
        return 1;
    }
    let cores = || thread::available_parallelism().map_or(1, NonZero::get);
    let most = if threads == 0 { cores() } else { threads };
    most.min(rows / ROWS)
}

fn divided(whole: Piece<'_>) -> Vec<Piece<'_>> {
    let mut pieces = Vec::with_capacity(whole.rows.div_ceil(ROWS));
    let mut rest = whole;
    while rest.rows > ROWS {
        let (piece, after) = rest.split(ROWS);
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    pieces
}

/// What became of a piece: its place among the others, its rows and their counts.
type Done = (usize, usize, Tally);

/// Fills all pieces, each by whichever thread is free, and gives their counts in order.
///
/// This thread is one of them, so that the work is done even if the system gives no other.
fn on_threads<S: Swap>(
    pieces: Vec<Piece<'_>>,
    texts: &Texts<'_>,
    by: &S,
    count: usize,
) -> Result<Vec<Done>, Malformed> {
    let queue = Mutex::new(pieces.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || -> Result<Vec<Done>, Malformed> {
        let mut done = Vec::new();
        while let Some((place, mut piece)) = next() {
            done.push((place, piece.rows, piece.fill(texts, by)?));
        }
        Ok(done)
    };
    let mut done = thread::scope(|scope| {
        let helpers: Vec<_> = (1..count)
            .filter_map(|_| Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let mut done = work()?;
        for helper in helpers {
            done.extend(helper.join().unwrap_or_else(|panic| resume_unwind(panic))?);
        }
        Ok(done)
    })?;
    done.sort_unstable_by_key(|(place, ..)| *place);
    Ok(done)
}

/// Moves what each piece wrote to where it belongs: behind what those before it wrote.
fn close_gaps(data: &mut [u8], offsets: &mut [u8], form: Form, tallies: &[Done]) -> Tally {
    let mut total = Tally::default();
    let mut row = 0;
    for (_, rows, tally) in tallies {
        let start = row * form.width();
        if start > total.used {
            data.copy_within(start..start + tally.used, total.used);
            shift(&mut offsets[4 * row..4 * (row + rows)], start - total.used);
        }
        row += rows;
        total.used += tally.used;
        total.nulls += tally.nulls;
        total.century_ambiguous += tally.century_ambiguous;
        total.incomplete_date += tally.incomplete_date;
    }
    total
}

fn shift(offsets: &mut [u8], by: usize) {
    // Offsets fit into 31 bits, and so do their differences.
    let by = i32::try_from(by).unwrap_or_default();
    let (offsets, _) = offsets.as_chunks_mut::<4>();
    for offset in offsets {
        *offset = (i32::from_ne_bytes(*offset) - by).to_ne_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::Layout;
    use crate::mac::{BLOCK, KEY, PreparedKey, framed};
    use crate::reason::Reason;
    use crate::swap::{Accepted, Outputs, swap};
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// Accepts some rows by their number, and panics at one if it is asked to.
    struct Chosen {
        key: PreparedKey,
        panics_at: usize,
    }

    impl Swap for Chosen {
        fn key(&self) -> &PreparedKey {
            &self.key
        }

        fn judge(&self, row: usize, _: &[u8], block: &mut [u8; BLOCK]) -> Result<Accepted, Reason> {
            assert_ne!(row, self.panics_at, "on purpose");
            if row < 70_000 || row.is_multiple_of(3) {
                return Err(Reason::BadForm);
            }
            let message = framed(&row.to_be_bytes()).ok_or(Reason::BadForm)?;
            block[..message.len()].copy_from_slice(&message);
            block[message.len()..].fill(0);
            Ok(Accepted {
                flags: u8::from(row.is_multiple_of(5)),
                rank: i64::try_from(row).unwrap_or_default(),
                raw: None,
            })
        }
    }

    fn filled(threads: usize, panics_at: usize) -> (Tally, [Vec<u8>; 5]) {
        let rows = 4 * ROWS + 13;
        let offsets = vec![0; 4 * (rows + 1)];
        let layout = Layout::Utf8 {
            offsets: &offsets,
            data: b"",
        };
        let texts = Texts::new(layout, None, 0, rows).unwrap();
        let by = Chosen {
            key: PreparedKey::new(&[5; KEY]),
            panics_at,
        };
        let sizes = [26 * rows, 4 * (rows + 1), rows.div_ceil(8), rows, 8 * rows];
        let mut buffers = sizes.map(|size| vec![7; size]);
        let [data, offsets, validity, reasons, ranks] = &mut buffers;
        let out = Outputs {
            data,
            offsets,
            validity,
            reasons,
            ranks,
        };
        let tally = swap(&texts, &by, Form::Base32, out, threads).unwrap();
        buffers[0].truncate(tally.used);
        (tally, buffers)
    }

    #[test]
    fn the_number_of_threads_makes_no_difference() {
        let expected = filled(1, usize::MAX);
        assert!(expected.0.century_ambiguous > 0);
        for threads in [0, 2, 3, 9] {
            assert!(filled(threads, usize::MAX) == expected);
        }
    }

    #[test]
    fn a_panic_in_any_thread_is_a_panic_that_can_be_caught() {
        for threads in [1, 2, 4] {
            for row in [0, 2 * ROWS, 4 * ROWS + 12] {
                let filled = AssertUnwindSafe(|| filled(threads, row));
                assert!(catch_unwind(filled).is_err());
            }
        }
    }
}
