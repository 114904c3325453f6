# SPDX-License-Identifier: Apache-2.0
"""Identity numbers and values: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "frames.mixed_types": (
        "Bland värdena finns en {type}, som varken är text eller tal.",
        "Ge texter, heltal eller None.",
    ),
    "frames.unknown_container": (
        "Värden i en {container} kan inte läsas.",
        "Ge en kolumn från pandas, polars eller pyarrow, eller en lista.",
    ),
    "identity.bad_century": (
        "Året hör inte till 1800-, 1900- eller 2000-talet.",
        "Kontrollera seklet; ett personnummer börjar med 18, 19 eller 20.",
    ),
    "identity.bad_check_digit": (
        "Sista siffran stämmer inte med de övriga.",
        "Leta efter en felskriven siffra.",
    ),
    "identity.bad_date": (
        "Datumet i numret finns inte.",
        "Kontrollera år, månad och dag.",
    ),
    "identity.bad_deny_list": (
        "En post i spärrlistan är inget nummer med 10 eller 12 siffror.",
        "Skriv varje utfyllnad med 10 eller 12 siffror.",
    ),
    "identity.bad_form": (
        "Cellen innehåller något annat än ett identitetsnummer.",
        "Skriv enbart numret i cellen: ÅÅÅÅMMDD-NNNN.",
    ),
    "identity.bad_serial": (
        "Födelsenumret är 000, vilket aldrig används.",
        "Kontrollera de fyra sista siffrorna.",
    ),
    "identity.blank": (
        "Cellen är tom.",
        "Fyll i numret, eller ta bort raden.",
    ),
    "identity.century_conflict": (
        "Plustecknet säger över 100 år, och årtalet säger under 100.",
        "Skriv - i stället för +, eller rätta årtalet.",
    ),
    "identity.column_type": (
        "En kolumn av typen {type} kan inte innehålla identiteter.",
        "Ge texter eller heltal.",
    ),
    "identity.future_date": (
        "Födelsedatumet ligger efter referensdatumet.",
        "Kontrollera årtalet, eller leveransens referensdatum.",
    ),
    "identity.kind_and_kinds": (
        "Både ett slag och flera slag har angetts.",
        "Ange antingen kind eller kinds.",
    ),
    "identity.lossy_number": (
        "Cellen är ett tal som har tappat siffror.",
        "Formatera kolumnen som text innan numren fylls i, och fyll i dem på nytt.",
    ),
    "identity.no_kind": (
        "Inget slag av identitet har angetts.",
        "Ange minst ett slag.",
    ),
    "identity.not_utf8": (
        "En textkolumn innehåller byte som inte är UTF-8.",
        "Gör om kolumnen från källan med rätt teckenkodning.",
    ),
    "identity.opaque_alone": (
        "Ett opakt slag kan inte stå bredvid andra slag.",
        "Ge kolumnen ett enda opakt slag.",
    ),
    "identity.placeholder": (
        "Numret är en känd utfyllnad.",
        "Fyll i personens eget nummer, eller ta bort raden.",
    ),
    "identity.reference_date": (
        "Referensdatumet ligger inte mellan {first} och {last}.",
        "Ange en dag då personnummer finns.",
    ),
    "identity.scope_missing": (
        "Cellen som säger inom vad identiteten gäller är tom.",
        "Fyll i de kolumner som specifikationen anger som identitetens räckvidd.",
    ),
    "identity.scope_needed": (
        "En opak identitet har betydelse bara inom sin räckvidd, och ingen har angetts.",
        'Ge scope de värden inom vilka numren gäller, eller "none".',
    ),
    "identity.scope_not_opaque": (
        "En räckvidd hör bara ihop med en opak identitet.",
        "Utelämna scope, eller ange slaget opaque:<namn>.",
    ),
    "identity.too_long": (
        "Identiteten är längre än 200 tecken.",
        "Kontrollera att rätt kolumn har lämnats.",
    ),
    "identity.unknown_kind": (
        "Det finns inget slag av identitet som heter {kind}.",
        "Använd personnummer, samordningsnummer, interim, orgnr, reserv:<schema> "
        "(stockholm, vgr, varmland, carelink, nrid, skane) eller opaque:<namn>.",
    ),
    "identity.width_not_opaque": (
        "En bredd hör bara ihop med en opak identitet.",
        "Ta bort width, eller ange slaget opaque:<namn>.",
    ),
    "identity.width_out_of_range": (
        "En bredd är ett antal tecken från 0 till {most}.",
        "Ange en bredd som identiteterna har, eller ingen.",
    ),
    "identity.wrong_kind": (
        "Numret är giltigt, men av ett slag som kolumnen inte får innehålla.",
        "Kontrollera kolumnen, eller be myndigheten att tillåta slaget.",
    ),
    "identity.wrong_length": (
        "Numret har för få eller för många siffror.",
        "Skriv det med 10 eller 12 siffror: ÅÅMMDD-NNNN eller ÅÅÅÅMMDD-NNNN.",
    ),
    "value.missing": (
        "Cellen är tom, och kolumnen måste vara ifylld.",
        "Fyll i den i källan.",
    ),
    "value.not_in_list": (
        "Värdet är inget av dem som kolumnen kan ha.",
        "Använd en kod ur listan som mottagaren har gett er, skriven som den står där.",
    ),
    "value.other_pattern": (
        "Värdet är inte skrivet i den form som kolumnen har.",
        "Skriv det i den form som leveransbeskrivningen anger.",
    ),
    "value.too_large": (
        "Värdet är större än det största som kan förekomma.",
        "Rätta det; leta efter felskrivning eller en annan enhet.",
    ),
    "value.too_long": (
        "Texten är längre än den får vara.",
        "Korta den.",
    ),
    "value.too_short": (
        "Texten är kortare än den får vara.",
        "Skriv den i sin helhet.",
    ),
    "value.too_small": (
        "Värdet är mindre än det minsta som kan förekomma.",
        "Rätta det; leta efter felskrivning eller en annan enhet.",
    ),
    "value.wrong_type": (
        "Värdet är inte av den typ som kolumnen har.",
        "Rätta värdet; datum skrivs ÅÅÅÅ-MM-DD, heltal med enbart siffror.",
    ),
    "values.invalid": (
        "{total} värden är inte identitetsnummer av de begärda slagen: {listed}.",
        'Rätta dem, eller anropa med invalid="null" för att lämna dem tomma.',
    ),
}
