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
        // long as the view is held, and `self` holds it longer than the slice lives. Any
        // bit pattern is a valid `u8`. That nobody writes to the bytes meanwhile cannot be
        // had from the protocol; the callers in `pseudo.kernel.native` answer for it:
        // Arrow's arrays are immutable and so is `bytes`; arrays that they make are seen
        // by no one else; the bitmap of a `NativeRankSet`, which is written to between
        // calls, is read and written under its lock alone; and ranks, and what
        // `Kernel.find_bytes` is given, are the user's own, who promises there not to
        // change them meanwhile.
        unsafe { slice::from_raw_parts(self.0.buf_ptr().cast::<u8>(), length) }
    }
}

/// A buffer to write to, which nobody else reads or writes meanwhile.
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
        // SAFETY: as for `Input`; the buffer is not read-only, and `&mut self` keeps two
        // slices from being made of one `Output`. That no other slice of the bytes lives
        // is up to the callers in `pseudo.kernel.native`: they hand in what they allocated
        // for this one call, each buffer once, or the bitmap of a `NativeRankSet`, which
        // lives on but goes over the border under its lock alone.
        Ok(unsafe { slice::from_raw_parts_mut(self.0.buf_ptr().cast::<u8>(), length) })
    }
}

fn contiguous(buffer: &PyUntypedBuffer) -> PyResult<()> {
    if buffer.is_c_contiguous() {
        return Ok(());
    }
    Err(PyBufferError::new_err("the buffer is not contiguous"))
}
