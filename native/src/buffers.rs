// SPDX-License-Identifier: Apache-2.0
//! Python's buffers as slices of bytes. The only unsafe code of the kernel.

use std::slice;

use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::{PyBufferError, PyValueError};
use pyo3::prelude::*;

/// A buffer to read from. Its owner is kept alive as long as it is.
pub struct Input(PyUntypedBuffer);

impl FromPyObject<'_, '_> for Input {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let buffer = PyUntypedBuffer::get(&object)?;
        contiguous(&buffer)?;
        Ok(Self(buffer))
    }
}

impl Input {
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        let length = self.0.len_bytes();
        if length == 0 {
            return &[];
        }
        // SAFETY: the exporter promised `length` contiguous bytes at this address for as
        // long as the view is held, which `self` outlives the slice for. That nobody
        // writes to them meanwhile cannot be had from the protocol: it is the contract of
        // Arrow, whose arrays are immutable, and of the callers in `pseudo.kernel.native`,
        // which hand in nothing but Arrow buffers, `bytes`, and arrays of their own. Any
        // bit pattern is a valid `u8`.
        unsafe { slice::from_raw_parts(self.0.buf_ptr().cast::<u8>(), length) }
    }
}

/// A buffer to write to, which nobody else has yet.
pub struct Output(PyUntypedBuffer);

impl FromPyObject<'_, '_> for Output {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let buffer = PyUntypedBuffer::get(&object)?;
        contiguous(&buffer)?;
        if buffer.readonly() {
            return Err(PyBufferError::new_err("the buffer cannot be written to"));
        }
        Ok(Self(buffer))
    }
}

impl Output {
    /// The bytes, which must be as many as the caller needs.
    ///
    /// # Errors
    ///
    /// `ValueError`: there are fewer than `least`.
    pub fn bytes(&mut self, least: usize) -> PyResult<&mut [u8]> {
        let length = self.0.len_bytes();
        if length < least {
            return Err(PyValueError::new_err("an output buffer is too short"));
        }
        if length == 0 {
            return Ok(&mut []);
        }
        // SAFETY: as for `Input`; and the buffer was just allocated by the caller in
        // `pseudo.kernel.native` for this call, so no other reference to its bytes exists.
        // `&mut self` keeps this one alone.
        Ok(unsafe { slice::from_raw_parts_mut(self.0.buf_ptr().cast::<u8>(), length) })
    }
}

fn contiguous(buffer: &PyUntypedBuffer) -> PyResult<()> {
    if buffer.is_c_contiguous() {
        return Ok(());
    }
    Err(PyBufferError::new_err("the buffer is not contiguous"))
}
