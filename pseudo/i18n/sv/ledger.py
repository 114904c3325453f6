# SPDX-License-Identifier: Apache-2.0
"""Ledger: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "ledger.busy": (
        "En annan process skriver i liggaren {ledger} och blir inte klar.",
        "Vänta på den, eller ta reda på vad den gör.",
    ),
    "ledger.checkpoint_invalid": (
        "Liggarens ({ledger}) senaste kontrollpunkt är inte undertecknad med liggarens nyckel.",
        "Någon har ändrat den: jämför med en kontrollpunkt som finns på annat håll och "
        "återställ liggaren från en säkerhetskopia.",
    ),
    "ledger.disk_full": (
        "Disken för liggaren {ledger} är full.",
        "Frigör utrymme och kör igen; inget har publicerats.",
    ),
    "ledger.entry_damaged": (
        "Post {entry} i liggaren {ledger} är ingen post.",
        "Någon har ändrat den: återställ liggaren från en säkerhetskopia och jämför med "
        "en kontrollpunkt som finns på annat håll.",
    ),
    "ledger.entry_misplaced": (
        "Post {entry} i liggaren {ledger} skrevs för en annan plats.",
        "En post har tagits bort, lagts in eller flyttats där eller tidigare: återställ "
        "liggaren från en säkerhetskopia.",
    ),
    "ledger.entry_uncounted": (
        "Post {entry} i liggaren {ledger} står efter den senaste kontrollpunkten och "
        "kommer inte från en avbruten körning.",
        "Någon har ändrat liggaren eller dess kontrollpunkt: återställ båda från en "
        "säkerhetskopia.",
    ),
    "ledger.entry_unsigned": (
        "Post {entry} i liggaren {ledger} är inte undertecknad med liggarens nyckel.",
        "Någon har ändrat den: återställ liggaren från en säkerhetskopia och jämför med "
        "en kontrollpunkt som finns på annat håll.",
    ),
    "ledger.foreign": (
        "{ledger} är ingen liggare som detta program har skapat.",
        "Ange den mapp som programmet har skapat, eller en som inte finns.",
    ),
    "ledger.gone": (
        "Liggaren {name}, som nyckelförrådet hör ihop med, finns inte i {ledger}.",
        "Ange den mapp den ligger i, med PSEUDO_LEDGER, eller återställ den från en "
        "säkerhetskopia. Om den är förlorad för alltid: pseudo ledger begin --instead-of "
        "{name}.",
    ),
    "ledger.missing": (
        "Det finns ingen liggare i {ledger}.",
        "Kontrollera sökvägen; den första körningen eller domänen skapar den.",
    ),
    "ledger.no_checkpoint": (
        "Liggaren {ledger} har poster men ingen kontrollpunkt.",
        "Någon har tagit bort den: återställ liggaren från en säkerhetskopia.",
    ),
    "ledger.odd_custodian": (
        "En post om en nyckelförvaltare är inte så som programmet skriver den.",
        "Lita inte på liggaren innan det är känt vem som skrev den; pseudo ledger show visar den.",
    ),
    "ledger.other_key": (
        "Liggaren {ledger} hör till en annan undertecknandenyckel.",
        "Använd det nyckelförråd som liggaren påbörjades med, eller en annan liggare.",
    ),
    "ledger.root_differs": (
        "Posterna i liggaren {ledger} är inte de som dess senaste kontrollpunkt räknar.",
        "Någon har ändrat det ena: jämför med en kontrollpunkt som finns på annat håll.",
    ),
    "ledger.truncated": (
        "Liggaren {ledger} har {entries} poster, men dess senaste kontrollpunkt räknar {counted}.",
        "Poster har tagits bort: återställ liggaren från en säkerhetskopia.",
    ),
    "ledger.unreadable": (
        "Liggaren {ledger} kan inte läsas eller skrivas ({cause}).",
        "Kontrollera mappens behörigheter och dess disk.",
    ),
    "ledger.read_only": (
        "Liggaren öppnades för läsning och inte för att läggas till i.",
        "Anmäl felet.",
    ),
}
