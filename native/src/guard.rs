// SPDX-License-Identifier: Apache-2.0
//! The border: no lock is held on the other side, and no panic comes back over it.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};

use pseudo_kernel::column::Malformed;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;

/// Keeps panics from writing to the error output: their messages may quote a cell.
pub fn silence_panics() {
    set_hook(Box::new(|_| {}));
}

/// Computes without the interpreter's lock, and turns a panic into an error.
///
/// # Errors
///
/// `RuntimeError`: a fault of the kernel. It says nothing of what was computed.
pub fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    py.detach(|| catch_unwind(AssertUnwindSafe(work)))
        .map_err(|_| PyRuntimeError::new_err("the compiled kernel failed"))
}

/// What Python is told of a column whose buffers do not hold what it claims.
pub fn malformed(_: Malformed) -> PyErr {
    PyValueError::new_err("the column's buffers do not hold what it claims")
}
