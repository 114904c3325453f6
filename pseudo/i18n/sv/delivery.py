# SPDX-License-Identifier: Apache-2.0
"""Deliveries and their records: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "delivery.archive": (
        "Fil {file} är packad på ett sätt som inte läses ({found}).",
        "Skicka tabellerna uppackade, eller packade som zip, gzip eller Zstandard utan lösenord.",
    ),
    "delivery.archive_empty": (
        "Fil {file} är ett arkiv utan någon fil.",
        "Packa tabellerna och skicka arkivet igen.",
    ),
    "delivery.archive_path": (
        "Fil {file}: post {record} i arkivet anger en plats utanför det, eller är en länk.",
        "Packa själva tabellerna på nytt, utan länkar.",
    ),
    "delivery.archive_too_large": (
        "Fil {file} är ett arkiv med fler än {limit} filer.",
        "Packa färre filer tillsammans.",
    ),
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
    "delivery.database_file": (
        "Fil {file} är en databas egen fil eller säkerhetskopia ({found}).",
        "Exportera tabellen som text (CSV UTF-8), eller som ett vanligt SQL-skript med data.",
    ),
    "delivery.document": (
        "Fil {file} är ett dokument ({found}) och ingen tabell.",
        "Skicka tabellen som det gjordes av: Excel-arbetsboken, eller text (CSV) från systemet "
        "som har uppgifterna.",
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
    "delivery.json_document": (
        "Fil {file} är ett enda JSON-dokument.",
        "Skriv ett JSON-objekt per rad (JSON lines), eller skicka text (CSV UTF-8).",
    ),
    "delivery.mail": (
        "Fil {file} är ett e-postmeddelande ({found}) och ingen tabell.",
        "Spara filen som är bifogad i meddelandet och skicka den; och skicka inte personnummer "
        "med e-post.",
    ),
    "delivery.markup": (
        "Fil {file} är en sida eller ett dokument i {found}, vad än namnet säger.",
        "Öppna den i kalkylprogrammet, spara den som Excel-arbetsbok (.xlsx) eller som text (CSV"
        " UTF-8) och skicka den.",
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
        "Fil {file} är ingen tabell som kan läsas ({found}).",
        "Skicka en Excel-arbetsbok, text (CSV UTF-8), Parquet, eller en fil från SAS, SPSS eller"
        " Stata.",
    ),
    "delivery.nul_byte": (
        "Fil {file}, post {record}, rad {line}: det finns en nollbyte (NUL).",
        "Filen är skadad eller fel exporterad: exportera den igen som text i UTF-8.",
    ),
    "delivery.other_workbook": (
        "Fil {file} är en arbetsbok av ett slag som inte läses ({found}).",
        "Öppna den i kalkylprogrammet, spara den som Excel-arbetsbok (.xlsx) och skicka den.",
    ),
    "delivery.packed_twice": (
        "Fil {file} är packad flera gånger ({found}).",
        "Packa upp det inre arkivet och packa dess tabeller en gång.",
    ),
    "delivery.parser_died": (
        "Fil {file} fick sin läsare att krascha.",
        "Filen är skadad eller fientlig: exportera den igen, vid behov som text. Lägg "
        "den åt sidan och anmäl detta.",
    ),
    "delivery.picture": (
        "Fil {file} är en bild eller film ({found}) och ingen tabell.",
        "Skicka själva tabellen, som Excel-arbetsbok eller som text (CSV), och ingen skannad "
        "bild eller skärmdump.",
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
    "delivery.special_missing": (
        "Fil {file}: kolumn {column} har särskilda bortfallsvärden (.A till .Z), som en kolumn av "
        "tal inte kan behålla.",
        "Låt user_missing vara null, eller läs en kolumn som har etiketter med "
        "value_labels: labels.",
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
    "delivery.text_in_drawing": (
        "Fil {file} har ritobjekt eller noter med text i sina celler.",
        "Deras text går inte att skilja från cellernas: ta bort dem, eller spara arbetsboken som "
        ".xlsx.",
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
    "delivery.undecodable_text": (
        "Fil {file}: texterna är inte i den teckenkodning som angavs eller som filen uppger "
        "({encoding}).",
        "Ange rätt kodning med --encoding (i Sverige ofta cp1252 eller utf-8), eller spara filen "
        "igen med texterna som UTF-8.",
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
    "record.outside_fields": (
        "Posten har tecken där specifikationen inte anger något fält.",
        "Leta efter en förskjuten rad; eller ange vad som står där.",
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
