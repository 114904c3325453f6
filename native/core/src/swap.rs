// SPDX-License-Identifier: Apache-2.0
//! The swap of a column: from texts to pseudonyms, reasons and ranks in one pass.

use crate::batch::{BATCH, Batch};
use crate::column::{Malformed, Texts};
use crate::encode::Form;
use crate::mac::{BLOCK, PreparedKey, Raw};
use crate::pieces;
use crate::rank;
use crate::reason::{OK, Reason};
use crate::verdict::{CENTURY_AMBIGUOUS, INCOMPLETE_DATE};

/// What a column of identifiers is swapped by.
pub trait Swap: Sync {
    /// The key of the MACs.
    fn key(&self) -> &PreparedKey;

    /// Judges the text of a row and writes what is hashed for it into a block.
    ///
    /// # Errors
    ///
    /// The reason why it gets no pseudonym.
    fn judge(&self, row: usize, text: &[u8], block: &mut [u8; BLOCK]) -> Result<Accepted, Reason>;
}

/// What is known about a text that is accepted.
#[derive(Clone, Copy)]
pub struct Accepted {
    /// What is worth counting about it.
    pub flags: u8,
    /// Its rank, or [`rank::NONE`].
    pub rank: i64,
    /// Its MAC, where the message was too long for a block.
    pub raw: Option<Raw>,
}

/// The buffers of the columns to be filled, each for all the rows.
pub struct Outputs<'a> {
    /// The pseudonyms' characters: rows times the format's width.
    pub data: &'a mut [u8],
    /// Where each pseudonym begins, and where the last ends: 32-bit numbers.
    pub offsets: &'a mut [u8],
    /// A bit for each row, whether it has a pseudonym.
    pub validity: &'a mut [u8],
    /// A reason for each row.
    pub reasons: &'a mut [u8],
    /// A rank for each row: 64-bit numbers.
    pub ranks: &'a mut [u8],
}

/// Counts of a column's rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Bytes of all pseudonyms.
    pub used: usize,
    /// Rows without pseudonym.
    pub nulls: usize,
    /// Rows read as under 100 years old that could be over 100.
    pub century_ambiguous: usize,
    /// Rows whose samordningsnummer lacks month or day of birth.
    pub incomplete_date: usize,
}

/// Swaps a column.
///
/// # Errors
///
/// The column's buffers do not hold what it claims, or an output has too little room.
pub fn swap<S: Swap>(
    texts: &Texts<'_>,
    by: &S,
    form: Form,
    out: Outputs<'_>,
    threads: usize,
) -> Result<Tally, Malformed> {
    let rows = texts.len();
    let Outputs {
        data,
        offsets,
        validity,
        reasons,
        ranks,
    } = out;
    let offsets = offsets.get_mut(..4 * (rows + 1)).ok_or(Malformed)?;
    let (first, offsets) = offsets.split_at_mut(4);
    first.fill(0);
    let whole = Piece {
        start: 0,
        rows,
        form,
        data: data.get_mut(..rows * form.width()).ok_or(Malformed)?,
        offsets,
        validity: validity.get_mut(..rows.div_ceil(8)).ok_or(Malformed)?,
        reasons: reasons.get_mut(..rows).ok_or(Malformed)?,
        ranks: ranks.get_mut(..8 * rows).ok_or(Malformed)?,
    };
    pieces::fill(whole, texts, by, threads)
}

/// A run of rows and the room for what becomes of them.
pub struct Piece<'a> {
    /// The first row.
    pub start: usize,
    /// How many there are.
    pub rows: usize,
    /// How pseudonyms are written.
    pub form: Form,
    /// See [`Outputs`], like the rest; here only of these rows.
    pub data: &'a mut [u8],
    /// Where each row's pseudonym ends.
    pub offsets: &'a mut [u8],
    /// Bits from the first row on.
    pub validity: &'a mut [u8],
    /// Reasons.
    pub reasons: &'a mut [u8],
    /// Ranks.
    pub ranks: &'a mut [u8],
}

impl Piece<'_> {
    /// The same piece, lent for a while.
    pub fn reborrow(&mut self) -> Piece<'_> {
        Piece {
            data: self.data,
            offsets: self.offsets,
            validity: self.validity,
            reasons: self.reasons,
            ranks: self.ranks,
            ..*self
        }
    }

    /// Cuts after so many rows, a multiple of 8.
    #[must_use]
    pub fn split(self, rows: usize) -> (Self, Self) {
        let (data, data_after) = self.data.split_at_mut(rows * self.form.width());
        let (offsets, offsets_after) = self.offsets.split_at_mut(4 * rows);
        let (validity, validity_after) = self.validity.split_at_mut(rows / 8);
        let (reasons, reasons_after) = self.reasons.split_at_mut(rows);
        let (ranks, ranks_after) = self.ranks.split_at_mut(8 * rows);
        let first = Self {
            start: self.start,
            rows,
            form: self.form,
            data,
            offsets,
            validity,
            reasons,
            ranks,
        };
        let second = Self {
            start: self.start + rows,
            rows: self.rows - rows,
            form: self.form,
            data: data_after,
            offsets: offsets_after,
            validity: validity_after,
            reasons: reasons_after,
            ranks: ranks_after,
        };
        (first, second)
    }

    /// Swaps the rows. Offsets are those that follow from every row before the piece having
    /// a pseudonym.
    ///
    /// # Errors
    ///
    /// The column's buffers do not hold what it claims.
    pub fn fill<S: Swap>(&mut self, texts: &Texts<'_>, by: &S) -> Result<Tally, Malformed> {
        let mut tally = Tally::default();
        let mut batch = Batch::empty();
        self.validity.fill(0);
        for first in (0..self.rows).step_by(BATCH) {
            let written = tally.used;
            for row in first..self.rows.min(first + BATCH) {
                self.judge(row, texts, by, &mut batch, &mut tally)?;
            }
            batch.write(by.key(), self.form, &mut self.data[written..tally.used]);
        }
        Ok(tally)
    }

    #[inline]
    fn judge<S: Swap>(
        &mut self,
        row: usize,
        texts: &Texts<'_>,
        by: &S,
        batch: &mut Batch,
        tally: &mut Tally,
    ) -> Result<(), Malformed> {
        let text = texts.get(self.start + row)?.ok_or(Reason::Blank);
        match text.and_then(|text| by.judge(self.start + row, text, batch.next())) {
            Ok(accepted) => {
                batch.accept(accepted.raw);
                self.accept(row, accepted, tally);
            }
            Err(reason) => self.refuse(row, reason, tally),
        }
        let end = self.start * self.form.width() + tally.used;
        let end = i32::try_from(end).map_err(|_| Malformed)?;
        self.offsets[4 * row..4 * row + 4].copy_from_slice(&end.to_ne_bytes());
        Ok(())
    }

    #[inline]
    fn accept(&mut self, row: usize, accepted: Accepted, tally: &mut Tally) {
        tally.used += self.form.width();
        tally.century_ambiguous += usize::from(accepted.flags & CENTURY_AMBIGUOUS != 0);
        tally.incomplete_date += usize::from(accepted.flags & INCOMPLETE_DATE != 0);
        self.validity[row / 8] |= 1 << (row % 8);
        self.reasons[row] = OK;
        self.rank(row, accepted.rank);
    }

    #[inline]
    fn refuse(&mut self, row: usize, reason: Reason, tally: &mut Tally) {
        tally.nulls += 1;
        self.reasons[row] = reason as u8;
        self.rank(row, rank::NONE);
    }

    #[inline]
    fn rank(&mut self, row: usize, rank: i64) {
        self.ranks[8 * row..8 * row + 8].copy_from_slice(&rank.to_ne_bytes());
    }
}
