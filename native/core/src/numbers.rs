// SPDX-License-Identifier: Apache-2.0
//! The swap of numbers: of whatever is not opaque.

use crate::column::Malformed;
use crate::judge::judge;
use crate::kind::Kind;
use crate::mac::{BLOCK, PreparedKey, Template};
use crate::reason::Reason;
use crate::rule::Rule;
use crate::swap::{Accepted, Swap};

/// A rule and a key, ready to swap by.
pub struct Numbers<'a> {
    rule: &'a Rule,
    key: &'a PreparedKey,
    templates: [Template; Kind::ALL.len()],
}

impl<'a> Numbers<'a> {
    /// Prepares the swap.
    ///
    /// # Errors
    ///
    /// A kind's name is too long, which none is.
    pub fn new(rule: &'a Rule, key: &'a PreparedKey) -> Result<Self, Malformed> {
        let blank = Template::new("", 0).ok_or(Malformed)?;
        let mut templates = [blank; Kind::ALL.len()];
        for (template, kind) in templates.iter_mut().zip(Kind::ALL) {
            *template = Template::new(kind.name(), kind.canonical_length()).ok_or(Malformed)?;
        }
        Ok(Self {
            rule,
            key,
            templates,
        })
    }
}

impl Swap for Numbers<'_> {
    fn key(&self) -> &PreparedKey {
        self.key
    }

    #[inline]
    fn judge(&self, _row: usize, text: &[u8], block: &mut [u8; BLOCK]) -> Result<Accepted, Reason> {
        let verdict = judge(text, self.rule)?;
        self.templates[verdict.kind as usize].write(&verdict.canonical, block);
        Ok(Accepted {
            flags: verdict.flags,
            rank: verdict.rank,
            raw: None,
        })
    }
}
