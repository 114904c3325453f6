// SPDX-License-Identifier: Apache-2.0
//! A prepared key as Python holds it: a handle that shows, copies and gives nothing.

use pseudo_kernel::mac;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

/// A key as the compiled kernel has prepared it; made by [`prepare`] only.
#[pyclass(frozen, module = "pseudo._native")]
pub struct PreparedKey(pub mac::PreparedKey);

#[pymethods]
impl PreparedKey {
    #[expect(clippy::unused_self, reason = "Python's protocol")]
    fn __repr__(&self) -> &'static str {
        "<PreparedKey>"
    }

    #[expect(clippy::unused_self, reason = "Python's protocol")]
    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("a prepared key cannot be pickled"))
    }

    #[expect(clippy::unused_self, reason = "Python's protocol")]
    fn __copy__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("a prepared key cannot be copied"))
    }

    #[expect(clippy::unused_self, reason = "Python's protocol")]
    fn __deepcopy__(&self, _memo: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(PyTypeError::new_err("a prepared key cannot be copied"))
    }
}

/// Prepares a 32-byte key.
///
/// # Errors
///
/// `ValueError`: it has another length.
#[pyfunction]
pub fn prepare(key: &[u8]) -> PyResult<PreparedKey> {
    let key = key
        .try_into()
        .map_err(|_| PyValueError::new_err("a key has exactly 32 bytes"))?;
    Ok(PreparedKey(mac::PreparedKey::new(key)))
}
