// SPDX-License-Identifier: Apache-2.0
//! The compiled kernel: what swaps, judges and finds identity numbers in whole columns.
//!
//! The Python reference kernel (`pseudo/kernel/reference.py` and its neighbours) is the
//! specification; tests hold the two equal on every input. What this crate cannot decide
//! exactly as the reference does, because it hangs on Unicode tables that Python has, it
//! does not decide: it names the rows, and the reference judges them.

#![forbid(unsafe_code)]

pub mod column;
pub mod convert;
pub mod frame;
pub mod masks;
pub mod transcode;
