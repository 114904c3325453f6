// SPDX-License-Identifier: Apache-2.0
//! Random buffers and texts from a fixed seed: every column is worked on or refused, what
//! comes out is consistent, and nothing panics. An optimised build tries a few million rows,
//! another a few thousand.

mod chance;
mod convert;
mod find;
mod swap;
mod text;
