// SPDX-License-Identifier: Apache-2.0
//! The kinds of numbers, as they are hashed (`pseudo/identity/kinds.py`).

/// A kind of number; opaque identifiers are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Kind {
    Personnummer,
    Samordningsnummer,
    Interim,
    Orgnr,
    Stockholm,
    Vgr,
    Varmland,
    Carelink,
    Nrid,
    Skane,
}

impl Kind {
    /// All kinds, each at its own place.
    pub const ALL: [Self; 10] = [
        Self::Personnummer,
        Self::Samordningsnummer,
        Self::Interim,
        Self::Orgnr,
        Self::Stockholm,
        Self::Vgr,
        Self::Varmland,
        Self::Carelink,
        Self::Nrid,
        Self::Skane,
    ];

    /// The name that goes into the HMAC.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Personnummer => "personnummer",
            Self::Samordningsnummer => "samordningsnummer",
            Self::Interim => "interim",
            Self::Orgnr => "orgnr",
            Self::Stockholm => "reserv:stockholm",
            Self::Vgr => "reserv:vgr",
            Self::Varmland => "reserv:varmland",
            Self::Carelink => "reserv:carelink",
            Self::Nrid => "reserv:nrid",
            Self::Skane => "reserv:skane",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Characters of the canonical form.
    #[must_use]
    pub fn canonical_length(self) -> usize {
        if self == Self::Orgnr { 10 } else { 12 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_at_its_place_and_is_found_by_its_name() {
        for (place, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, place);
            assert_eq!(Kind::named(kind.name()), Some(kind));
        }
        assert_eq!(Kind::named("opaque:a"), None);
    }
}
