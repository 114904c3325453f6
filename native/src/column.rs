// SPDX-License-Identifier: Apache-2.0
//! A column of texts as `pseudo.kernel.native.arrays` describes it.

use pseudo_kernel::column::{Layout, Texts};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::buffers::Input;
use crate::guard::malformed;

/// A column's buffers, taken over the border.
///
/// In Python a tuple: layout (`utf8`, `large_utf8`, `view` or `dictionary`), validity or
/// None, offsets or views or indices, buffers of data, offset, length, and a list that holds
/// the same tuple of a dictionary's values and else nothing.
#[derive(FromPyObject)]
pub struct Column(
    String,
    Option<Input>,
    Option<Input>,
    Vec<Input>,
    usize,
    usize,
    Vec<Column>,
);

impl Column {
    /// The column, checked as far as its buffers' sizes go.
    ///
    /// # Errors
    ///
    /// `ValueError`: an unknown layout, or buffers that are too short.
    pub fn texts(&self) -> PyResult<Texts<'_>> {
        let Self(layout, validity, main, data, offset, len, values) = self;
        let main = main.as_ref().map_or(&[][..], Input::bytes);
        let first = data.first().map_or(&[][..], Input::bytes);
        let layout = match (layout.as_str(), values.as_slice()) {
            ("utf8", []) => Layout::Utf8 {
                offsets: main,
                data: first,
            },
            ("large_utf8", []) => Layout::LargeUtf8 {
                offsets: main,
                data: first,
            },
            ("view", []) => Layout::View {
                views: main,
                data: data.iter().map(Input::bytes).collect(),
            },
            ("dictionary", [values]) => Layout::Dictionary {
                indices: main,
                values: Box::new(values.texts()?),
            },
            _ => return Err(PyValueError::new_err("an unknown layout of texts")),
        };
        let validity = validity.as_ref().map(Input::bytes);
        Texts::new(layout, validity, *offset, *len).map_err(malformed)
    }
}
