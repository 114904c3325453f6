// SPDX-License-Identifier: Apache-2.0
//! The search for identity numbers in raw bytes: files, containers, logs.

use crate::find::Findings;
use crate::find::alphabet::Bytes;
use crate::find::embedded::ending_with;
use crate::find::other::inside;
use crate::find::person::ScanRule;
use crate::find::runs::Runs;

/// Searches bytes; see `pseudo.kernel.bytes_finder`, the specification.
#[must_use]
pub fn find_bytes(data: &[u8], rule: &ScanRule) -> Findings {
    let mut findings = Findings::default();
    for run in Runs::of(data) {
        if let Some(spelling) = ending_with::<Bytes>(data, run)
            && let Some(rank) = rule.rank(spelling.number)
            && !inside(data, spelling.start)
        {
            findings.push(spelling.start, rank, spelling.shape);
        }
    }
    findings
}
