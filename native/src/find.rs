// SPDX-License-Identifier: Apache-2.0
//! The searches of the kernel: buffers in, lists of findings out.
#![allow(
    clippy::needless_pass_by_value,
    reason = "what Python hands in is owned here as long as its bytes are read"
)]

use pseudo_kernel::find::person::ScanRule;
use pseudo_kernel::find::{self, Findings, bytes, numbers, own};
use pseudo_kernel::rule::Denied;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyByteArray;

use crate::buffers::Input;
use crate::column::Column;
use crate::guard::{detached, malformed};

/// A rule by which numbers are found: the reference year, placeholders.
type GivenRule = (i64, Vec<String>);
/// A list of 64-bit integers, or of bytes, as numpy reads it.
type List<'py> = Bound<'py, PyByteArray>;
/// Places, ranks and shapes.
type Lists<'py> = (List<'py>, List<'py>, List<'py>);
/// Cells, those with six digits together, those with any.
type Counts = (usize, usize, usize);

/// Searches a column of texts: findings, rows that the reference must search, counts.
///
/// # Errors
///
/// `ValueError`: the column is malformed, or there is no rule of this year.
#[pyfunction]
pub fn find_texts(
    py: Python<'_>,
    column: Column,
    rule: GivenRule,
) -> PyResult<(Lists<'_>, List<'_>, Counts)> {
    let (texts, rule) = (column.texts()?, scan_rule(&rule)?);
    let found = detached(py, || find::find(&texts, &rule))?.map_err(malformed)?;
    let counts = (found.cells, found.digit_cells, found.any_digit);
    Ok((
        lists(py, &found.findings)?,
        list(py, &found.deferred)?,
        counts,
    ))
}

/// Searches 64-bit integers.
///
/// # Errors
///
/// `ValueError`: there is no rule of this year.
#[pyfunction]
pub fn find_integers(py: Python<'_>, values: Input, rule: GivenRule) -> PyResult<Lists<'_>> {
    let (values, rule) = (values.bytes(), scan_rule(&rule)?);
    let findings = detached(py, || numbers::find_integers(values, &rule))?;
    lists(py, &findings)
}

/// Searches 64-bit floats: findings, and rows that the reference must search.
///
/// # Errors
///
/// `ValueError`: there is no rule of this year.
#[pyfunction]
pub fn find_floats(
    py: Python<'_>,
    values: Input,
    rule: GivenRule,
) -> PyResult<(Lists<'_>, List<'_>)> {
    let (values, rule) = (values.bytes(), scan_rule(&rule)?);
    let (findings, deferred) = detached(py, || numbers::find_floats(values, &rule))?;
    Ok((lists(py, &findings)?, list(py, &deferred)?))
}

/// Searches raw bytes.
///
/// # Errors
///
/// `ValueError`: there is no rule of this year.
#[pyfunction]
pub fn find_bytes(py: Python<'_>, data: Input, rule: GivenRule) -> PyResult<Lists<'_>> {
    let (data, rule) = (data.bytes(), scan_rule(&rule)?);
    let findings = detached(py, || bytes::find_bytes(data, &rule))?;
    lists(py, &findings)
}

/// Searches a column of texts for the rows' own numbers: rows that hold them, and rows
/// that the reference must search.
///
/// # Errors
///
/// `ValueError`: the column is malformed, or there are fewer ranks than rows.
#[pyfunction]
pub fn find_own(
    py: Python<'_>,
    column: Column,
    ranks: Vec<Input>,
) -> PyResult<(List<'_>, List<'_>)> {
    let texts = column.texts()?;
    let ranks: Vec<_> = ranks.iter().map(Input::bytes).collect();
    let own = detached(py, || own::find_own(&texts, &ranks))?.map_err(malformed)?;
    Ok((list(py, &own.rows)?, list(py, &own.deferred)?))
}

/// The same for 64-bit numbers without their signs.
///
/// # Errors
///
/// `ValueError`: there are fewer ranks than rows.
#[pyfunction]
pub fn find_own_integers(
    py: Python<'_>,
    values: Input,
    ranks: Vec<Input>,
) -> PyResult<(List<'_>, List<'_>)> {
    let values = values.bytes();
    let ranks: Vec<_> = ranks.iter().map(Input::bytes).collect();
    let own = detached(py, || own::find_own_integers(values, &ranks))?.map_err(malformed)?;
    Ok((list(py, &own.rows)?, list(py, &own.deferred)?))
}

fn scan_rule((year, denied): &GivenRule) -> PyResult<ScanRule> {
    let denied = Denied::new(denied.iter().map(String::as_str));
    ScanRule::of(*year, denied).ok_or_else(|| PyValueError::new_err("no rule has this year"))
}

fn lists<'py>(py: Python<'py>, findings: &Findings) -> PyResult<Lists<'py>> {
    Ok((
        list(py, &findings.places)?,
        list(py, &findings.ranks)?,
        PyByteArray::new(py, &findings.shapes),
    ))
}

fn list<'py>(py: Python<'py>, values: &[i64]) -> PyResult<List<'py>> {
    PyByteArray::new_with(py, size_of_val(values), |bytes| {
        let (words, _) = bytes.as_chunks_mut();
        for (word, value) in words.iter_mut().zip(values) {
            *word = value.to_ne_bytes();
        }
        Ok(())
    })
}
