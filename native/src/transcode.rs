// SPDX-License-Identifier: Apache-2.0
//! Text of other encodings as UTF-8.

use pseudo_kernel::transcode::{Table, transcode, valid_utf8};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::buffers::Input;
use crate::guard::detached;

/// Gives a text of one byte a character in UTF-8, and how many of its bytes were good.
#[pyfunction]
#[pyo3(name = "transcode")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "PyO3 hands over what it took"
)]
pub fn transcode_text(
    py: Python<'_>,
    text: Input,
    table: Input,
) -> PyResult<(Bound<'_, PyBytes>, usize)> {
    let table = Table::new(table.bytes())
        .ok_or_else(|| PyValueError::new_err("no table of an encoding"))?;
    let (utf8, good) = detached(py, || transcode(text.bytes(), &table))?;
    Ok((PyBytes::new(py, &utf8), good))
}

/// Tells how many bytes of a text are UTF-8.
#[pyfunction]
#[pyo3(name = "valid_utf8")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "PyO3 hands over what it took"
)]
pub fn valid_utf8_bytes(py: Python<'_>, text: Input) -> PyResult<usize> {
    detached(py, || valid_utf8(text.bytes()))
}
