// SPDX-License-Identifier: Apache-2.0
//! Framed records, split into buffers that Python allocated.

use pseudo_kernel::split::{Borders, Column, Records, Unsplit};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::buffers::{Input, Output};
use crate::guard::detached;

/// A column that is wanted: its number, and buffers for its offsets and validity.
type Wanted = (usize, Output, Output);

/// Splits records into columns, whose texts stand one column behind the other in `data`.
/// Gives the bytes and the nulls of each.
///
/// # Errors
///
/// `ValueError`: the records are not what they were framed as, or a buffer is too short.
#[pyfunction]
#[pyo3(name = "split")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "PyO3 hands over what it took"
)]
pub fn split_records(
    py: Python<'_>,
    text: Input,
    records: (Input, Input),
    delimiter: u8,
    width: usize,
    mut wanted: Vec<Wanted>,
    mut data: Output,
) -> PyResult<Vec<(usize, usize)>> {
    let records = Records {
        text: text.bytes(),
        starts: records.0.bytes(),
        ends: records.1.bytes(),
        delimiter,
        width,
    };
    let mut columns = Vec::with_capacity(wanted.len());
    for (number, offsets, validity) in &mut wanted {
        columns.push((*number, offsets.bytes(0)?, validity.bytes(0)?));
    }
    let data = data.bytes(0)?;
    detached(py, || split(&records, columns, data))?
        .map_err(|_| PyValueError::new_err("the records are not what they were framed as"))
}

fn split(
    records: &Records<'_>,
    columns: Vec<(usize, &mut [u8], &mut [u8])>,
    mut data: &mut [u8],
) -> Result<Vec<(usize, usize)>, Unsplit> {
    let borders = Borders::find(records)?;
    let mut counts = Vec::with_capacity(columns.len());
    for (number, offsets, validity) in columns {
        let column = Column {
            data: &mut *data,
            offsets,
            validity,
        };
        let (used, nulls) = borders.copy(number, column)?;
        counts.push((used, nulls));
        data = data.split_at_mut_checked(used).ok_or(Unsplit)?.1;
    }
    Ok(counts)
}
