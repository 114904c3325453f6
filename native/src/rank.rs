// SPDX-License-Identifier: Apache-2.0
//! Sets of ranks, over the border.

use pseudo_kernel::rank::{mark, marked};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::buffers::{Input, Output};
use crate::guard::detached;

/// Puts ranks into a bitmap; those below 0 are passed over.
///
/// # Errors
///
/// `ValueError`: a rank lies outside.
#[pyfunction]
#[expect(
    clippy::needless_pass_by_value,
    reason = "PyO3 hands over what it took"
)]
pub fn set_ranks(py: Python<'_>, mut bits: Output, ranks: Input) -> PyResult<()> {
    let bits = bits.bytes(0)?;
    let ranks = ranks.bytes();
    detached(py, || mark(bits, ranks))?.map_err(|_| outside())
}

/// Writes for each rank whether it is in a bitmap; those below 0 are not.
///
/// # Errors
///
/// `ValueError`: a rank lies outside.
#[pyfunction]
#[expect(
    clippy::needless_pass_by_value,
    reason = "PyO3 hands over what it took"
)]
pub fn has_ranks(py: Python<'_>, bits: Input, ranks: Input, mut found: Output) -> PyResult<()> {
    let found = found.bytes(0)?;
    let (bits, ranks) = (bits.bytes(), ranks.bytes());
    detached(py, || marked(bits, ranks, found))?.map_err(|_| outside())
}

fn outside() -> PyErr {
    PyValueError::new_err("a rank lies outside of the space")
}
