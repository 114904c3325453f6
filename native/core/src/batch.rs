// SPDX-License-Identifier: Apache-2.0
//! Rows between judge and pseudonym: enough of them at a time to keep the processor busy.

use crate::encode::Form;
use crate::mac::{BLOCK, PreparedKey, RAW, Raw};

/// Rows of a batch; their blocks fit into the fastest cache.
pub const BATCH: usize = 64;

/// Messages that wait to be hashed.
pub struct Batch {
    blocks: [[u8; BLOCK]; BATCH],
    raws: [Raw; BATCH],
    /// Which of the MACs were computed before, because the message fits into no block.
    done: u64,
    count: usize,
}

impl Batch {
    /// A batch without messages.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            blocks: [[0; BLOCK]; BATCH],
            raws: [[0; RAW]; BATCH],
            done: 0,
            count: 0,
        }
    }

    /// Where the next message is to be written.
    #[inline]
    pub fn next(&mut self) -> &mut [u8; BLOCK] {
        &mut self.blocks[self.count]
    }

    /// Takes what was written, or its MAC where that is known.
    #[inline]
    pub fn accept(&mut self, raw: Option<Raw>) {
        if let Some(raw) = raw {
            self.raws[self.count] = raw;
            self.done |= 1 << self.count;
        }
        self.count += 1;
    }

    /// Writes the pseudonyms of all messages behind one another and forgets the messages.
    pub fn write(&mut self, key: &PreparedKey, form: Form, data: &mut [u8]) {
        let known = self.raws;
        key.of_blocks(&mut self.blocks[..self.count], &mut self.raws);
        for (place, characters) in data.chunks_exact_mut(form.width()).enumerate() {
            let before = self.done >> place & 1 == 1;
            form.write(
                if before {
                    known[place]
                } else {
                    self.raws[place]
                },
                characters,
            );
        }
        self.done = 0;
        self.count = 0;
    }
}
