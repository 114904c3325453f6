# SPDX-License-Identifier: Apache-2.0
"""Deliveries and their records: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "delivery.blank_column_name": (
        "Fil {file}: kolumn {column} saknar namn.",
        "Ge varje kolumn ett namn. Slutar varje rad med en avgränsare, ta bort den sista.",
    ),
    "delivery.changed": (
        "{name} ändrades medan den lästes.",
        "Vänta tills det som skriver filen är klart och kör igen.",
    ),
    "delivery.column_name_too_long": (
        "Fil {file}: namnet på kolumn {column} är längre än {limit} tecken.",
        "Ge kolumnen ett kort namn; första raden måste innehålla kolumnnamnen.",
    ),
    "delivery.column_not_text": (
        "Fil {file}: kolumn {column} sägs vara text men är inte giltig UTF-8.",
        "Exportera filen igen med texten som UTF-8.",
    ),
    "delivery.column_type": (
        "Kolumnen {column} är lagrad som {type}, som inte kan innehålla det som är deklarerat.",
        "Lämna kolumnen i den deklarerade typen eller som text.",
    ),
    "delivery.duplicate_column": (
        "Fil {file}: kolumn {first} och {second} har samma namn, {name}.",
        "Ge varje kolumn ett eget namn.",
    ),
    "delivery.empty": (
        "Fil {file} är tom.",
        "Skicka filen igen, med en rubrikrad och minst en post.",
    ),
    "delivery.encoding_contradicted": (
        "Fil {file} skulle läsas som {encoding}, men byteordningsmärket säger {found}.",
        "Utelämna --encoding, eller ange --encoding {found}.",
    ),
    "delivery.encrypted": (
        "Fil {file} är krypterad ({found}).",
        "Ta bort lösenordet eller krypteringen, och skicka filen på ett sätt som självt är "
        "skyddat.",
    ),
    "delivery.formula_cell": (
        "Kolumn {column} har en text som ett kalkylprogram skulle köra som formel.",
        "Rätta den vid källan, eller sätt formula_cells till quote eller pass.",
    ),
    "delivery.framing_mismatch": (
        "Fil {file}: från och med post {record} (rad {line}) kan posterna inte säkert skiljas åt.",
        "Exportera filen igen med varje fält inom citattecken, eller som Parquet; och "
        "anmäl detta.",
    ),
    "delivery.invalid_stop": (
        "{count} ogiltiga värden står i kolumner där inga är tillåtna.",
        "Rätta raderna i fellistan och skicka leveransen igen.",
    ),
    "delivery.missing_column": (
        "Kolumner saknas: {column}.",
        "Lägg till dem med exakt dessa namn, eller rätta specifikationen; stora och "
        "små bokstäver räknas.",
    ),
    "delivery.mixed_column": (
        "Fil {file}: kolumnen {column} har både texter och tal.",
        "Skriv alla kolumnens värden som text, eller alla som tal.",
    ),
    "delivery.nested_column": (
        "Fil {file}: kolumn {column} innehåller listor eller strukturer.",
        "Exportera filen med ett enkelt värde i varje cell.",
    ),
    "delivery.no_columns": (
        "Fil {file} har inga kolumner.",
        "Skicka filen igen med sina kolumner.",
    ),
    "delivery.no_declared_column": (
        "Ingen av de deklarerade kolumnerna finns i rubrikraden, som har {columns} kolumner.",
        "Kontrollera att första raden innehåller kolumnnamnen, och att det är rätt "
        "specifikation och skiljetecken.",
    ),
    "delivery.no_header": (
        "Fil {file} saknar rubrikrad: kolumn {column} på första raden ser ut som data.",
        "Lägg till en första rad med kolumnnamn; ett namn får inte bara vara ett tal "
        "eller ett datum, och inte innehålla nio siffror eller en e-postadress.",
    ),
    "delivery.no_header_row": (
        "Fil {file} har inget sidhuvud på rad {record}.",
        "Namnge varje kolumn på en rad ovanför tabellen, eller säg var rubrikerna står med "
        "header_rows.",
    ),
    "delivery.no_records": (
        "Fil {file} har en rubrikrad men inga poster.",
        "Skicka filen igen med sina poster.",
    ),
    "delivery.not_text": (
        "Fil {file} är inte en textfil ({found}).",
        "Exportera den som text (CSV, UTF-8) eller som Parquet, uppackad och utan "
        "lösenord, och skicka den.",
    ),
    "delivery.nul_byte": (
        "Fil {file}, post {record}, rad {line}: det finns en nollbyte (NUL).",
        "Filen är skadad eller fel exporterad: exportera den igen som text i UTF-8.",
    ),
    "delivery.parser_died": (
        "Fil {file} fick sin läsare att krascha.",
        "Filen är skadad eller fientlig: exportera den igen, vid behov som text. Lägg "
        "den åt sidan och anmäl detta.",
    ),
    "delivery.record_too_long": (
        "Fil {file}, post {record}, rad {line}: posten är längre än {limit} byte.",
        "Leta efter ett citattecken på raden som inte avslutas, eller efter "
        "radbrytningar som saknas; skicka filen igen.",
    ),
    "delivery.row_too_long": (
        "Fil {file}, post {record}: posten är längre än {limit} byte.",
        "Korta postens texter, eller utelämna kolumnen.",
    ),
    "delivery.sheet_too_large": (
        "Fil {file} har ett blad som påstås ha {rows} rader och {columns} kolumner.",
        "Ta bort tomma rader och kolumner utanför tabellen, eller spara bladet som text (CSV "
        "UTF-8).",
    ),
    "delivery.sql_backslash": (
        "Fil {file}, post {record}, rad {line}: en text har ett omvänt snedstreck, och inget "
        "säger vilken SQL det är.",
        "Omvänt snedstreck är en bokstav i en del dialekter och inte i andra: skicka dumpen som "
        "databasens eget program skriver den, med dess första rader.",
    ),
    "delivery.sql_cut": (
        "Fil {file}, post {record}, rad {line}: SQL-dumpen tar slut i förtid.",
        "Dumpa tabellen igen, och kontrollera att filen fördes över i sin helhet.",
    ),
    "delivery.sql_no_columns": (
        "Fil {file}, rad {line}: tabellens kolumner nämns inte före dess rader.",
        "Dumpa den med dess CREATE TABLE, eller med kolumnernas namn i varje INSERT.",
    ),
    "delivery.sql_other_columns": (
        "Fil {file}, post {record}, rad {line}: härifrån har raderna andra kolumner.",
        "Dumpa tabellen så att varje sats nämner samma kolumner.",
    ),
    "delivery.sql_refused": (
        "Fil {file}, post {record}, rad {line}: en SQL-dump får bara innehålla data, och här står "
        "{what}.",
        "Inget i en dump körs någonsin. Dumpa tabellen som INSERT … VALUES med rena värden, eller "
        "som COPY … FROM stdin.",
    ),
    "delivery.sql_unclosed": (
        "Fil {file}, post {record}: kommentaren som börjar på rad {line} avslutas aldrig.",
        "Dumpa tabellen igen, och kontrollera att filen fördes över i sin helhet.",
    ),
    "delivery.sql_value": (
        "Fil {file}, post {record}, rad {line}: värdet i kolumnen {column} passar inte dess typ "
        "({type}).",
        "Rätta det i källan, eller dumpa kolumnen som text; ett datum måste finnas, och en tid ha "
        "högst mikrosekunder.",
    ),
    "delivery.too_many_columns": (
        "Fil {file} har {columns} kolumner; högst {limit} tas emot.",
        "Skicka bara de kolumner som efterfrågats.",
    ),
    "delivery.too_many_rejects": (
        "{rejected} av {records} poster är fel; gränsen är {limit}.",
        "Rätta raderna i fellistan och skicka leveransen igen.",
    ),
    "delivery.unclosed_quote": (
        "Fil {file}, post {record}: citattecknet som inleder ett fält på rad {line} "
        "avslutas aldrig.",
        "Avsluta det, eller dubblera citattecknen inne i fältet, och skicka filen igen.",
    ),
    "delivery.undecodable": (
        "Fil {file}, post {record}, rad {line}: en byte är inte {encoding}.",
        "Ange filens rätta teckenkodning med --encoding (i Sverige ofta cp1252 eller "
        "utf-8), eller exportera filen som UTF-8.",
    ),
    "delivery.unknown_column": (
        "Kolumner är inte deklarerade: {column} (nummer {position}).",
        "Deklarera dem i specifikationen, ta bort dem ur leveransen, eller ange "
        "unknown_columns: drop.",
    ),
    "delivery.unpacks_to_too_much": (
        "Fil {file} blir mer än {limit} byte när den packas upp.",
        "Skicka tabellen i flera filer, eller uppackad.",
    ),
    "delivery.unreadable": (
        "Fil {file} går inte att läsa som {format}: den är skadad, ofullständig eller krypterad.",
        "Skicka filen igen, okrypterad; kontrollera att den överfördes hel.",
    ),
    "delivery.unsafe_column_name": (
        "Fil {file}: namnet på kolumn {column} ser ut som data.",
        "Namnge varje kolumn med ord; ett namn får inte innehålla nio siffror eller en "
        "e-postadress.",
    ),
    "delivery.unsupported_type": (
        "Fil {file}: kolumn {column} har en typ som inte tas emot ({type}).",
        "Exportera kolumnen som text, tal, datum eller tidpunkter.",
    ),
    "delivery.utf16_without_mark": (
        "Fil {file} verkar vara UTF-16 utan byteordningsmärke.",
        "Ange det med --encoding {encoding}, eller exportera filen som UTF-8.",
    ),
    "delivery.value_out_of_range": (
        "Fil {file}: kolumn {column} ({type}) har ett värde som är för stort eller för noggrant.",
        "Heltal ska rymmas i 64 bitar med tecken, datum ligga i åren 1 till 9999 och "
        "tidpunkter ha högst mikrosekunder; eller exportera kolumnen som text.",
    ),
    "encoding.mixed": (
        "Filen lästes som cp1252, men en del bokstäver är skrivna som i UTF-8.",
        "Se efter hur å, ä och ö blev i resultatet; är de fel, exportera filen som UTF-8.",
    ),
    "record.too_few_fields": (
        "Posten har färre fält än rubrikraden.",
        "Leta efter en avgränsare som saknas, eller en radbrytning i ett fält utan citattecken.",
    ),
    "record.too_few_values": (
        "Raden har färre värden än tabellen har kolumner.",
        "Dumpa tabellen igen; redigera inte en dump för hand.",
    ),
    "record.too_many_fields": (
        "Posten har fler fält än rubrikraden.",
        "Leta efter en avgränsare i ett fält utan citattecken.",
    ),
    "record.too_many_values": (
        "Raden har fler värden än tabellen har kolumner.",
        "Dumpa tabellen igen; redigera inte en dump för hand.",
    ),
}
