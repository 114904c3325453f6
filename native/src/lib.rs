// SPDX-License-Identifier: Apache-2.0
//! `pseudo._native`: the compiled kernel as Python sees it.
//!
//! This crate only moves buffers over the border; `pseudo-kernel` computes. Work is done
//! without the interpreter's lock, and whatever panics becomes an error there
//! ([`guard`]). Only [`buffers`] holds unsafe code.

mod buffers;
mod column;
mod convert;
mod find;
mod frame;
mod guard;
mod key;
mod rank;
mod split;
mod sql;
mod swap;
mod transcode;

use pyo3::prelude::*;

/// The compiled kernel; use it through `pseudo.kernel`.
#[pymodule]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::convert::convert_column;
    #[pymodule_export]
    use crate::find::{
        find_bytes, find_floats, find_integers, find_own, find_own_integers, find_texts,
    };
    #[pymodule_export]
    use crate::frame::frame_block;
    #[pymodule_export]
    use crate::key::{PreparedKey, prepare};
    #[pymodule_export]
    use crate::rank::{has_ranks, set_ranks};
    #[pymodule_export]
    use crate::split::split_records;
    #[pymodule_export]
    use crate::sql::{sql_rows, sql_values};
    #[pymodule_export]
    use crate::swap::{beyond_latin, swap};
    #[pymodule_export]
    use crate::transcode::{transcode_text, valid_utf8_bytes};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::guard::silence_panics();
        // A kernel of another version than the Python around it is not used.
        module.add("VERSION", env!("CARGO_PKG_VERSION"))
    }
}
