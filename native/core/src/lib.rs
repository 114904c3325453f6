// SPDX-License-Identifier: Apache-2.0
//! The compiled kernel: what swaps, judges and finds identity numbers in whole columns.
//!
//! The Python reference kernel (`pseudo/kernel/reference.py` and its neighbours) is the
//! specification; tests hold the two equal on every input. What this crate cannot decide
//! exactly as the reference does, because it hangs on Unicode tables that Python has, it
//! does not decide: it names the rows, and the reference judges them.

#![forbid(unsafe_code)]

mod batch;
pub mod column;
pub mod convert;
pub mod dates;
mod digits;
pub mod encode;
pub mod find;
pub mod frame;
pub mod judge;
pub mod kind;
pub mod mac;
pub mod masks;
pub mod numbers;
pub mod opaque;
mod others;
mod parts;
mod person;
mod pieces;
pub mod rank;
pub mod reason;
mod reserve;
pub mod rule;
mod spelling;
pub mod split;
pub mod sql;
pub mod swap;
pub mod transcode;
mod unicode;
mod verdict;
