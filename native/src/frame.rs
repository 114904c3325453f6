// SPDX-License-Identifier: Apache-2.0
//! The records of a block of text, as arrays.

use pseudo_kernel::frame::{Framed, Record, frame};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::buffers::Input;
use crate::guard::detached;

/// What `pseudo.kernel.Framed` is made of: starts, ends, lines and fields as 64-bit numbers
/// in the machine's order; consumed, lines consumed, blank, multiline, open quote or None.
type Arrays<'py> = ([Bound<'py, PyBytes>; 4], u64, u64, u64, bool, Option<u64>);

/// Finds the records of a block of text.
///
/// # Errors
///
/// `ValueError`: the delimiter is a quote, CR or LF.
#[pyfunction]
#[pyo3(name = "frame")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "PyO3 hands over what it took"
)]
pub fn frame_block(
    py: Python<'_>,
    block: Input,
    delimiter: u8,
    last: bool,
) -> PyResult<Arrays<'_>> {
    if matches!(delimiter, b'"' | b'\r' | b'\n') {
        return Err(PyValueError::new_err(
            "this byte cannot stand between fields",
        ));
    }
    let framed = detached(py, || frame(block.bytes(), delimiter, last))?;
    let column = |of: fn(&Record) -> u64| array(py, &framed, of);
    Ok((
        [
            column(|record| record.start)?,
            column(|record| record.end)?,
            column(|record| record.line)?,
            column(|record| record.fields)?,
        ],
        framed.consumed,
        framed.consumed_lines,
        framed.blank,
        framed.multiline(),
        framed.open_quote,
    ))
}

fn array<'py>(
    py: Python<'py>,
    framed: &Framed,
    of: fn(&Record) -> u64,
) -> PyResult<Bound<'py, PyBytes>> {
    PyBytes::new_with(py, 8 * framed.records.len(), |bytes| {
        let (places, _) = bytes.as_chunks_mut::<8>();
        for (place, record) in places.iter_mut().zip(&framed.records) {
            *place = of(record).to_ne_bytes();
        }
        Ok(())
    })
}
