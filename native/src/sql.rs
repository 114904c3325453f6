// SPDX-License-Identifier: Apache-2.0
//! Rows of `INSERT … VALUES`, as arrays.

use pseudo_kernel::sql::{Backslash, Grammar, rows, values};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::buffers::Input;
use crate::guard::detached;

/// Backslash, prefixed, brackets, hashes.
type Words = (String, bool, bool, bool);

/// How many rows were read, the fields of each, and the texts of the columns.
type Taken<'py> = (usize, Bound<'py, PyBytes>, Vec<Texts<'py>>);

/// Offsets, validity, data, nulls, deferred rows.
type Texts<'py> = (
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    usize,
    Vec<usize>,
);

fn grammar(words: &Words) -> PyResult<Grammar> {
    let backslash = match words.0.as_str() {
        "letter" => Backslash::Letter,
        "mysql" => Backslash::MySql,
        "postgresql" => Backslash::PostgreSql,
        "unknown" => Backslash::Unknown,
        _ => return Err(PyValueError::new_err("an unknown kind of backslash")),
    };
    Ok(Grammar {
        backslash,
        prefixed: words.1,
        brackets: words.2,
        hashes: words.3,
    })
}

/// Finds rows; gives where they begin and end, and where the last one ends.
///
/// # Errors
///
/// `ValueError`: there is no such grammar.
#[pyfunction]
#[expect(
    clippy::needless_pass_by_value,
    reason = "PyO3 hands over what it took"
)]
pub fn sql_rows(
    py: Python<'_>,
    text: Input,
    begin: usize,
    words: Words,
    head: Input,
    first: bool,
) -> PyResult<(Bound<'_, PyBytes>, Bound<'_, PyBytes>, usize)> {
    let grammar = grammar(&words)?;
    let (found, after) = detached(py, || {
        rows(text.bytes(), begin, grammar, head.bytes(), first)
    })?;
    let starts = numbers(py, found.iter().map(|place| place.0))?;
    let ends = numbers(py, found.iter().map(|place| place.1))?;
    Ok((starts, ends, after))
}

fn numbers(
    py: Python<'_>,
    found: impl ExactSizeIterator<Item = usize>,
) -> PyResult<Bound<'_, PyBytes>> {
    PyBytes::new_with(py, 8 * found.len(), |bytes| {
        let (places, _) = bytes.as_chunks_mut::<8>();
        for (place, number) in places.iter_mut().zip(found) {
            *place = (number as u64).to_ne_bytes();
        }
        Ok(())
    })
}

/// Takes rows apart; gives the rows of the width, the values of each, and the columns. None
/// where there is anything that only the reference reads.
///
/// # Errors
///
/// `ValueError`: there is no such grammar.
#[pyfunction]
#[expect(
    clippy::needless_pass_by_value,
    reason = "PyO3 hands over what it took"
)]
pub fn sql_values(
    py: Python<'_>,
    text: Input,
    places: (Input, Input),
    words: Words,
    width: usize,
    chosen: Vec<usize>,
) -> PyResult<Option<Taken<'_>>> {
    let grammar = grammar(&words)?;
    let found = detached(py, || {
        let rows: Option<Vec<_>> = read(places.0.bytes())
            .zip(read(places.1.bytes()))
            .map(|(start, end)| Some((start?, end?)))
            .collect();
        values(text.bytes(), &rows?, grammar, width, &chosen)
    })?;
    let Some(found) = found else { return Ok(None) };
    let fields = numbers(
        py,
        found
            .fields
            .iter()
            .map(|&count| usize::try_from(count).unwrap_or(0)),
    )?;
    let columns = found
        .columns
        .into_iter()
        .map(|column| {
            (
                PyBytes::new(py, &column.offsets),
                PyBytes::new(py, &column.validity),
                PyBytes::new(py, &column.data),
                column.nulls,
                column.deferred,
            )
        })
        .collect();
    Ok(Some((found.rows, fields, columns)))
}

fn read(bytes: &[u8]) -> impl Iterator<Item = Option<usize>> {
    let (numbers, _) = bytes.as_chunks::<8>();
    numbers
        .iter()
        .map(|number| usize::try_from(u64::from_ne_bytes(*number)).ok())
}
