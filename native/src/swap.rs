// SPDX-License-Identifier: Apache-2.0
//! The swap of a column, over the border.

use pseudo_kernel::dates::Date;
use pseudo_kernel::encode::Form;
use pseudo_kernel::kind::Kind;
use pseudo_kernel::numbers::Numbers;
use pseudo_kernel::opaque::{Opaque, Scope, beyond_latin as mark_beyond_latin};
use pseudo_kernel::rule::{Denied, Rule};
use pseudo_kernel::swap::{Outputs, Tally, swap as swap_column};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::buffers::{Input, Output};
use crate::column::Column;
use crate::guard::{detached, malformed};
use crate::key::PreparedKey;

/// A rule: kinds, reference date, placeholders, whether zeros were lost, width.
type GivenRule = (Vec<String>, (i32, i32, i32), Vec<String>, bool, usize);
/// A scope: codes, what is wrong with each row, offsets of the values, the framed values.
type GivenScope = (Input, Input, Input, Input);
/// Data, offsets, validity, reasons and ranks of the columns to be filled.
type GivenOutputs = (Output, Output, Output, Output, Output);
/// Bytes of all pseudonyms, rows without one, ambiguous centuries, incomplete dates.
type Counts = (usize, usize, usize, usize);

/// Swaps a column of texts; those of opaque identifiers are in NFC.
///
/// # Errors
///
/// `ValueError`: a rule, format or buffer that cannot be.
#[pyfunction]
#[expect(
    clippy::needless_pass_by_value,
    reason = "PyO3 hands over what it took"
)]
pub fn swap(
    column: &Bound<'_, PyAny>,
    rule: GivenRule,
    key: &Bound<'_, PreparedKey>,
    form: &str,
    scope: Vec<GivenScope>,
    out: GivenOutputs,
    threads: usize,
) -> PyResult<Counts> {
    let py = column.py();
    let column: Column = column.extract()?;
    let texts = column.texts()?;
    let form = Form::named(form).ok_or_else(impossible)?;
    let key = &key.get().0;
    let (kinds, date, denied, pad_zeros, width) = rule;
    let mut out = out;
    let out = outputs(&mut out, texts.len(), form)?;
    let tally = match kinds.as_slice() {
        [kind] if kind.starts_with("opaque:") => {
            let scopes = scopes(&scope, texts.len())?;
            let by = Opaque::new(key, kind, width, scopes).map_err(|_| impossible())?;
            detached(py, || swap_column(&texts, &by, form, out, threads))?
        }
        _ => {
            let denied = Denied::new(denied.iter().map(String::as_str));
            let rule = Rule::new(numbers(&kinds)?, reference(date), denied, pad_zeros);
            let by = Numbers::new(&rule, key).map_err(|_| impossible())?;
            detached(py, || swap_column(&texts, &by, form, out, threads))?
        }
    };
    tally.map(counts).map_err(malformed)
}

/// Marks the texts that may not be in NFC, and counts them.
///
/// # Errors
///
/// `ValueError`: a buffer that cannot be.
#[pyfunction]
pub fn beyond_latin(column: &Bound<'_, PyAny>, mut marks: Output) -> PyResult<usize> {
    let py = column.py();
    let column: Column = column.extract()?;
    let texts = column.texts()?;
    let marks = marks.bytes(texts.len())?;
    detached(py, || mark_beyond_latin(&texts, marks))?.map_err(malformed)
}

fn impossible() -> PyErr {
    PyValueError::new_err("a rule or format that the kernel does not know")
}

fn numbers(kinds: &[String]) -> PyResult<Vec<Kind>> {
    let known = kinds.iter().map(|kind| Kind::named(kind));
    known.map(|kind| kind.ok_or_else(impossible)).collect()
}

fn reference((year, month, day): (i32, i32, i32)) -> Date {
    Date { year, month, day }
}

fn scopes(given: &[GivenScope], rows: usize) -> PyResult<Vec<Scope<'_>>> {
    given
        .iter()
        .map(|(codes, wrong, offsets, values)| {
            Scope::new(
                rows,
                codes.bytes(),
                wrong.bytes(),
                offsets.bytes(),
                values.bytes(),
            )
            .map_err(malformed)
        })
        .collect()
}

fn outputs(out: &mut GivenOutputs, rows: usize, form: Form) -> PyResult<Outputs<'_>> {
    let (data, offsets, validity, reasons, ranks) = out;
    Ok(Outputs {
        data: data.bytes(rows.saturating_mul(form.width()))?,
        offsets: offsets.bytes(4 * (rows + 1))?,
        validity: validity.bytes(rows.div_ceil(8))?,
        reasons: reasons.bytes(rows)?,
        ranks: ranks.bytes(8 * rows)?,
    })
}

fn counts(tally: Tally) -> Counts {
    (
        tally.used,
        tally.nulls,
        tally.century_ambiguous,
        tally.incomplete_date,
    )
}
