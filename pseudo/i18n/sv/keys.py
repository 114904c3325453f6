# SPDX-License-Identifier: Apache-2.0
"""Keys and domains: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "keys.bad_data_key": (
        "Den inslagna datanyckeln är skadad eller hör till ett annat nyckelförråd.",
        "Öppna det nyckelförråd som gjorde den, eller gör om steget som skrev data.",
    ),
    "keys.bad_name": (
        "Domänens namn är inte tillåtet.",
        "Använd 2 till 63 tecken, A–Z, a–z, 0–9 och bindestreck, och börja med en "
        "bokstav eller siffra.",
    ),
    "keys.busy": (
        "Nyckelfilen {path} ändras av ett annat program.",
        "Vänta tills det är klart och försök igen.",
    ),
    "keys.damaged": (
        "Nyckelfilen {path} är skadad.",
        "Återläs en säkerhetskopia; försök inte laga filen för hand.",
    ),
    "keys.destroyed": (
        "Domänen {domain} är förstörd; dess hemlighet finns inte längre.",
        "Skapa en ny domän under ett annat namn; den ger andra pseudonymer.",
    ),
    "keys.disk_full": (
        "Disken är full, så nyckelfilen {path} kunde inte skrivas.",
        "Frigör plats och försök igen; den gamla filen är hel.",
    ),
    "keys.domain_closed": (
        "Domänen {domain} har stängts.",
        "Öppna den igen, och använd den inom sitt with-block.",
    ),
    "keys.domain_exists": (
        "Domänen {domain} finns redan.",
        "Använd den som den är, eller välj ett annat namn.",
    ),
    "keys.file_missing": (
        "Nyckelfilen {path} finns inte.",
        "Kontrollera sökvägen; den första «pseudo domain create» gör en ny fil.",
    ),
    "keys.folder_missing": (
        "Mappen för nyckelfilen {path} finns inte.",
        "Skapa mappen, eller ange en annan sökväg.",
    ),
    "keys.foreign_file": (
        "{path} är inte en nyckelfil.",
        "Kontrollera sökvägen till nyckelförrådet.",
    ),
    "keys.frozen": (
        "Domänen {domain} är fryst.",
        "Aktivera den med «pseudo domain activate {domain}» om den åter ska användas.",
    ),
    "keys.import_unfinished": (
        "Importen av domänen {domain} från en deponering avbröts innan den var klar.",
        "Gör om den med samma fil; eller frys det som redan finns och förstör det.",
    ),
    "keys.io_failed": (
        "Nyckelfilen {path} kunde inte läsas eller skrivas ({cause}).",
        "Kontrollera disken och försök igen; filen är som den var.",
    ),
    "keys.kcv_mismatch": (
        "Hemligheten för {domain} version {version} stämmer inte med sitt kontrollvärde.",
        "Använd den inte. Nyckeln är utbytt eller fel kopia är återläst; ta fram en riktig kopia.",
    ),
    "keys.kdf_too_costly": (
        "Nyckelfilens huvud begär mer minne eller tid än vad som tillåts.",
        "Filen är skadad eller gjord för att störa; återläs en säkerhetskopia.",
    ),
    "keys.kdf_too_weak": (
        "Nyckelfilen skyddar sin lösenfras för svagt och är bara till för tester.",
        "Gör en ny nyckelfil utan testprofilen.",
    ),
    "keys.name_destroyed": (
        "Domänen {domain} har förstörts, och namnet kan inte användas igen.",
        "Välj ett annat namn.",
    ),
    "keys.name_like_number": (
        "Domänens namn kan läsas som ett identitetsnummer.",
        "Välj ett namn med färre siffror i följd; namnet står i klartext i kvitton och loggar.",
    ),
    "keys.name_other_case": (
        "Namnet {domain} skiljer sig bara i stora och små bokstäver från domänen {other}.",
        "Välj ett annat namn, eller använd {other}.",
    ),
    "keys.newer_version": (
        "Nyckelfilen {path} är skriven av en nyare version av programmet.",
        "Uppgradera programmet; denna version läser filer till och med version {known}.",
    ),
    "keys.no_path": (
        "Nyckelförrådets adress har ingen användbar sökväg.",
        "Ange det som local:SÖKVÄG, till exempel local:nycklar.pseudo.",
    ),
    "keys.no_permission": (
        "Nyckelfilen {path} får inte läsas eller skrivas av den här användaren.",
        "Kör som filens ägare, eller rätta filens och mappens rättigheter.",
    ),
    "keys.no_transition": (
        "Domänen {domain} kan inte gå från {state} till {to}.",
        "Se domänens tillstånd med «pseudo domain show {domain}».",
    ),
    "keys.not_active": (
        "Domänen {domain} är skapad men inte aktiverad.",
        "Aktivera den med «pseudo domain activate {domain}».",
    ),
    "keys.not_destroyed": (
        "Liggaren har inget intyg om att domänen {domain} är förstörd.",
        "Se vad som hänt med den med pseudo domain show och pseudo ledger show.",
    ),
    "keys.other_series": (
        "Domänen {domain} fortsätter med nyckeln {key_id}, och detta är en annan.",
        "Öppna domänens aktuella version; en domän flyttas till en annan hemlighet med pseudo "
        "rekey.",
    ),
    "keys.out_of_memory": (
        "Minnet räcker inte: lösenfrasen behöver {mebibytes} MiB för att prövas.",
        "Frigör minne och försök igen.",
    ),
    "keys.not_given_out": (
        "Ett nyckelförråd av slaget {store} lämnar inte ut hemligheter, alltså inte heller den "
        "för {domain}.",
        "Bara en lokal nyckelfil kan deponeras; säkerhetskopiera en servers förråd med serverns "
        "egna verktyg.",
    ),
    "keys.not_wrapped": (
        "Ett nyckelförråd av slaget {store} slår inte in hemligheter en och en, så {domain} kan "
        "inte slås in på nytt.",
        "En lokal nyckelfil krypteras om vid varje ändring; på en server, använd förrådet som "
        "slår in.",
    ),
    "keys.other_ledger": (
        "Nyckelförrådet hör ihop med liggaren {ledger}, och detta är en annan.",
        "Ange den liggarens mapp med PSEUDO_LEDGER.",
    ),
    "keys.passphrase_empty": (
        "Lösenfrasen är tom.",
        "Välj en lång lösenfras, gärna flera slumpade ord.",
    ),
    "keys.passphrase_file_open": (
        "Lösenfrasens fil kan läsas eller skrivas av andra än sin ägare.",
        'Kör "chmod 600" på den, och tänk efter vem som kan ha läst den.',
    ),
    "keys.passphrase_missing": (
        "Ingen lösenfras är given.",
        "Ge den vid frågan, eller i en fil som PSEUDO_PASSPHRASE_FILE pekar ut.",
    ),
    "keys.passphrase_not_text": (
        "Lösenfrasen är inte text i UTF-8.",
        "Spara lösenfrasens fil i UTF-8.",
    ),
    "keys.passphrases_differ": (
        "De två lösenfraserna är inte lika; ingen nyckelfil gjordes.",
        "Kör kommandot igen och skriv samma lösenfras två gånger.",
    ),
    "keys.readable_by_others": (
        "Nyckelfilen {path} kan läsas eller skrivas av andra än ägaren.",
        "Kör «chmod 600» på filen, och fundera på vem som kan ha läst den.",
    ),
    "keys.replaced": (
        "Nyckelfilen {path} har ersatts av en annan medan den var öppen.",
        "Öppna nyckelförrådet igen.",
    ),
    "keys.rolled_back": (
        "Liggaren säger något annat om domänen {domain} än nyckelförrådet.",
        "Det ena är en gammal kopia eller har ändrats: ta reda på vilket och återställ det.",
    ),
    "keys.secret_size": (
        "En hemlighet måste vara exakt {expected} byte; denna är {found}.",
        "Ge en hemlighet av rätt längd; förläng eller korta aldrig en nyckel för hand.",
    ),
    "keys.secret_wiped": (
        "Nyckeln har redan raderats ur minnet.",
        "Öppna nyckelförrådet igen och hämta nyckeln på nytt.",
    ),
    "keys.still_there": (
        "Den förstörda domänens nyckel {what} finns kvar hos {where}.",
        "Den är inte förstörd där: fråga serverns administratör och utför förstöringen igen.",
    ),
    "keys.store_closed": (
        "Nyckelförrådet är stängt.",
        "Öppna det igen, och använd det inom sitt with-block.",
    ),
    "keys.tampered": (
        "Nyckelfilen har ändrats av något annat än detta program.",
        "Använd den inte. Återläs en säkerhetskopia och ta reda på vem som har skrivit i filen.",
    ),
    "keys.unknown_domain": (
        "Det finns ingen domän som heter {domain} i nyckelförrådet.",
        "Se vilka som finns med «pseudo domain list»; stora och små bokstäver räknas.",
    ),
    "keys.unknown_format": (
        "Det finns inget sådant pseudonymformat.",
        "Välj ett av {listed}.",
    ),
    "keys.unknown_store": (
        "Det finns inget nyckelförråd av slaget {scheme}.",
        "Ange det som local:SÖKVÄG.",
    ),
    "keys.unknown_version": (
        "Domänen {domain} har ingen version {version}.",
        "Se vilka versioner som finns med «pseudo domain list».",
    ),
    "keys.wrong_passphrase": (
        "Lösenfrasen till nyckelfilen {path} är fel.",
        "Försök igen; stora och små bokstäver och blanksteg räknas.",
    ),
}
