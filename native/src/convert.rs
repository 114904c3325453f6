// SPDX-License-Identifier: Apache-2.0
//! A column of texts, converted into buffers that Python allocated.

use pseudo_kernel::column::{Malformed, Texts};
use pseudo_kernel::convert::number::{integer, number};
use pseudo_kernel::convert::time::{date, datetime};
use pseudo_kernel::convert::{Target, Value, boolean, convert};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::buffers::Output;
use crate::column::Column;
use crate::guard::{detached, malformed};

/// How many cells are null, invalid, and for the reference to judge.
type Counts = (usize, usize, usize);

/// The types that a column can be converted to, by their names in `pseudo.kernel`.
#[derive(Clone, Copy)]
enum Kind {
    Integer,
    Number { mark: u8 },
    Boolean,
    Date,
    Datetime,
}

impl Kind {
    fn named(name: &str, mark: u8) -> PyResult<Self> {
        match name {
            "integer" => Ok(Self::Integer),
            "number" => Ok(Self::Number { mark }),
            "boolean" => Ok(Self::Boolean),
            "date" => Ok(Self::Date),
            "datetime" => Ok(Self::Datetime),
            _ => Err(PyValueError::new_err("an unknown type to convert to")),
        }
    }

    /// Bytes that the values of so many rows take up.
    fn bytes(self, rows: usize) -> usize {
        match self {
            Self::Integer | Self::Datetime => i64::bytes(rows),
            Self::Number { .. } => f64::bytes(rows),
            Self::Boolean => bool::bytes(rows),
            Self::Date => i32::bytes(rows),
        }
    }

    fn convert(self, texts: &Texts<'_>, target: &mut Target<'_>) -> Result<Counts, Malformed> {
        let tally = match self {
            Self::Integer => convert(texts, integer, target),
            Self::Number { mark } => convert(texts, |text| number(text, mark), target),
            Self::Boolean => convert(texts, boolean, target),
            Self::Date => convert(texts, date, target),
            Self::Datetime => convert(texts, datetime, target),
        }?;
        Ok((tally.nulls, tally.invalid, tally.deferred))
    }
}

/// Converts a column into the buffers of an array and a state for each row.
#[pyfunction]
#[pyo3(name = "convert")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "PyO3 hands over what it took"
)]
pub fn convert_column(
    py: Python<'_>,
    column: Column,
    to: &str,
    mark: u8,
    mut values: Output,
    mut validity: Output,
    mut states: Output,
) -> PyResult<Counts> {
    let texts = column.texts()?;
    let kind = Kind::named(to, mark)?;
    let mut target = Target {
        values: values.bytes(kind.bytes(texts.len()))?,
        validity: validity.bytes(bool::bytes(texts.len()))?,
        states: states.bytes(texts.len())?,
    };
    detached(py, || kind.convert(&texts, &mut target))?.map_err(malformed)
}
