# SPDX-License-Identifier: Apache-2.0
"""Orders that cannot be carried out: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "cancelled": (
        "Avbruten på begäran; inget har publicerats.",
        "Kör igen när det passar; inget behöver städas.",
    ),
    "database.failed": (
        "Databasen ({database}) misslyckades.",
        "Pröva tabellen eller frågan i databasens eget program, som samma användare.",
    ),
    "database.no_rows_query": (
        "Frågan ger inga rader.",
        "Skriv en SELECT.",
    ),
    "database.not_reached": (
        "Databasen ({database}) kan inte nås, eller slutade svara.",
        "Se efter om den är igång, om användaren får ansluta och var lösenordet finns.",
    ),
    "internal.fault": (
        "Ett internt fel: {error} vid {place}.",
        "Anmäl den här raden; den innehåller inga uppgifter. Inget har publicerats.",
    ),
    "internal.library_missing": (
        "Biblioteket {library} är inte installerat.",
        "Installera programmet på nytt med allt som det behöver.",
    ),
    "internal.rows_lost": (
        "Antalet skrivna rader är inte det antal som räknades.",
        "Anmäl felet; inget har publicerats.",
    ),
    "internal.self_test": (
        "Självtestet av {test} misslyckades ({error}).",
        "Använd inte den här installationen; installera på nytt, och rapportera om "
        "felet kvarstår.",
    ),
    "interrupted": (
        "Avbröts genast; en del kan vara gjord.",
        "Kör samma kommando igen: det som påbörjats slutförs, och det som är gjort säger till.",
    ),
    "kernel.column_too_long": (
        "En kolumn med {rows} rader är för lång för att bytas på en gång; {most} rader går.",
        "Ge den i flera delar, till exempel som en array i flera stycken.",
    ),
    "kernel.unavailable": (
        "Här finns ingen kompilerad kärna som går att använda.",
        "”pseudo doctor” säger vad som finns. Sätt PSEUDO_KERNEL till auto eller reference för "
        "att fortsätta utan den.",
    ),
    "kernel.unknown": (
        "Det finns ingen kärna som heter {kernel}.",
        "Använd auto, native eller reference.",
    ),
    "usage.bad_database": (
        "Databasens adress är ingen adress.",
        "Skriv den som SQLAlchemy gör, till exempel postgresql+psycopg://ANVÄNDARE@VÄRD/DATABAS.",
    ),
    "usage.bad_date": (
        "Referensdatumet är inget datum.",
        "Skriv det som ÅÅÅÅ-MM-DD.",
    ),
    "usage.bad_delimiter": (
        "Avgränsaren måste vara ett enda ASCII-tecken som inte är en bokstav, en "
        "siffra, ett citattecken eller en radbrytning.",
        "Ange semikolon, komma, tabb eller lodstreck, eller utelämna den så söks den upp.",
    ),
    "usage.bad_header_rows": (
        "Rubrikens rader är ett nummer, eller två med bindestreck, till exempel 3-4.",
        "Räkna raderna från 1, som kalkylprogrammet gör.",
    ),
    "usage.bad_person": (
        "Så kan ingen nyckelansvarig heta.",
        "Använd 2 till 63 tecken A–Z, a–z, 0–9, punkt, bindestreck och understreck, och börja "
        "med en bokstav eller siffra; namnet står i klartext i liggaren.",
    ),
    "usage.bad_query": (
        "Databasen ({database}) avvisar tabellen eller frågan.",
        "Pröva i databasens eget program, som samma användare.",
    ),
    "usage.bad_reference": (
        "Referensen får inte stå i en liggare: den är tom, för lång eller kan peka ut en person.",
        "Ange beslutets diarienummer, en rad på högst 200 tecken och utan något personnummer.",
    ),
    "usage.bad_request": (
        "Filen är ingen begäran, eller så hör filerna till flera.",
        "Ange kopior av en och samma begäran så som pseudo request skrev den; ingenting i den "
        "får ändras.",
    ),
    "usage.bad_setting": (
        "Inställningen {setting} har ett värde som den inte kan ha.",
        "Se handbokens tabell över inställningar.",
    ),
    "usage.bad_waiting": (
        "Så många dagar väntar ingen.",
        "Ange en väntetid på 0 till {most} dagar.",
    ),
    "usage.cannot_open": (
        "{path} går inte att öppna.",
        "Kontrollera sökvägen och att disken eller den delade mappen går att nå.",
    ),
    "usage.cannot_write": (
        "{path} kan inte skrivas.",
        "Kontrollera att mappen finns och att du får skriva där.",
    ),
    "usage.column_and_keep": (
        "Samma kolumn ska både bytas och behållas: {column}.",
        "Ange den en gång.",
    ),
    "usage.column_not_found": (
        "Finns inte i rubrikraden: {column}.",
        "Leveransens kolumner är: {columns}.",
    ),
    "usage.columns_undecided": (
        "Det är inte sagt vad som ska ske med dessa kolumner: {columns}.",
        "Ange var och en med --column eller --keep, eller behåll alla med --keep-all.",
    ),
    "usage.database_and_files": (
        "Ange antingen filer eller en databas.",
        "Utelämna det ena; de är var sin leverans.",
    ),
    "usage.exists": (
        "{file} finns redan.",
        "Välj ett annat namn; inget skrivs över.",
    ),
    "usage.format_needs_polars": (
        "Formatet {format} skrivs med biblioteket polars, som inte är installerat.",
        'Installera det: pip install "pseudo-personnummer[polars]".',
    ),
    "usage.is_a_directory": (
        "{path} är en mapp, inte en fil.",
        "Ange de filer i mappen som leveransen består av.",
    ),
    "usage.keep_and_keep_all": (
        "Både några och alla övriga kolumner ska behållas.",
        "Ange antingen --keep eller --keep-all.",
    ),
    "usage.keep_without_columns": (
        "Kolumner att behålla hör bara ihop med kolumner att byta.",
        "Utelämna --keep och --keep-all när det finns en specifikation.",
    ),
    "usage.ledger_not_lost": (
        "Liggaren är inte förlorad: den finns i {ledger}.",
        "Utelämna PSEUDO_LEDGER och --ledger, och fortsätt med den.",
    ),
    "usage.missing": (
        "{option} saknas.",
        'Se vad kommandot behöver med "{command} --help".',
    ),
    "usage.misused_option": (
        "Flaggan {option} gavs inte så som den måste.",
        'Se hur med "{command} --help".',
    ),
    "usage.name_of_codebook": (
        "En fil i utlämnandet skulle heta {name}, som är namnet på dess kodbok.",
        "Ge specen eller tabellen ett annat namn, eller ge ut i ett annat format.",
    ),
    "usage.no_column_found": (
        "Ingen av dessa kolumner finns i rubrikraden, som har {columns}: {column}.",
        "Kontrollera att första raden innehåller kolumnnamnen, och se dem med pseudo inspect.",
    ),
    "usage.no_command": (
        "Inget kommando gavs.",
        "Ge ett av kommandona i listan ovan.",
    ),
    "usage.no_database_driver": (
        "Drivrutinen för den databasen är inte installerad.",
        "Installera pseudo-personnummer[database], eller den drivrutin som adressen anger.",
    ),
    "usage.no_files": (
        "Ingen fil har angetts.",
        "Ange minst en fil i leveransen.",
    ),
    "usage.no_identifier_found": (
        "Ingen kolumn innehåller identitetsnummer, så ingen specifikation skrevs.",
        "Se på filen utan --write-spec, och skriv specifikationen för hand.",
    ),
    "usage.no_keystore": (
        "Inget nyckelförråd har angetts.",
        "Ange --keystore local:SÖKVÄG, eller sätt PSEUDO_KEYSTORE.",
    ),
    "usage.no_number": (
        "Inget nummer är angivet.",
        "Skriv det vid frågan, eller ange en fil som innehåller det med --number-file; skriv det"
        " aldrig i ett kommando.",
    ),
    "usage.no_permission": (
        "{path} får inte läsas av den användare som kör programmet.",
        "Be om läsrätt till filen, eller kör som en användare som har det.",
    ),
    "usage.no_person": (
        "Ingen är angiven som skriver under.",
        "Ange vem med --as och --person-key, eller sätt PSEUDO_CUSTODIAN och "
        "PSEUDO_CUSTODIAN_KEY.",
    ),
    "usage.no_query": (
        "{path} innehåller ingen fråga som kan läsas.",
        "Skriv en SELECT i den, i UTF-8, på mindre än en miljon tecken.",
    ),
    "usage.no_such_file": (
        "Filen {path} finns inte.",
        "Kontrollera sökvägen och stavningen.",
    ),
    "usage.no_such_member": (
        "{file} har ingen sådan fil i sig, bara: {files}.",
        "Ange en av dem, eller dess nummer från 1; det som inte är ett arkiv har inga.",
    ),
    "usage.no_such_table": (
        "Fil {file} har ingen sådan tabell; den har: {tables}.",
        "Ge ett av de namnen till --table, eller dess nummer från 1.",
    ),
    "usage.not_a_regular_file": (
        "{path} är ett rör eller en enhet, inte en vanlig fil.",
        "Spara först innehållet i en fil och ange den filen.",
    ),
    "usage.not_confirmed": (
        "Domänen förstördes inte, eftersom det inte bekräftades.",
        "Upprepa kommandot med --yes och domänens namn om dess pseudonymer aldrig mer "
        "ska kunna göras.",
    ),
    "usage.not_read": (
        "Begäran godkändes inte.",
        "Läs den och skriv dess ordning vid frågan; utan terminal säger --yes att den är läst.",
    ),
    "usage.option_value": (
        "Värdet på {option} är inte ett som den kan ha.",
        "Ge {expected}.",
    ),
    "usage.output_exists": (
        "{out} finns redan.",
        "Ange en mapp som inte finns med --out, eller ta bort den här om den inte behövs.",
    ),
    "usage.output_name": (
        "{out} är inget namn som en ny mapp kan ha.",
        "Ange en mapp med ett eget namn med --out, högst 200 byte långt.",
    ),
    "usage.output_parent_denied": (
        "Det går inte att skriva i mappen som {out} ska skapas i.",
        "Be om skrivrätt där, eller välj en annan plats med --out.",
    ),
    "usage.output_parent_missing": (
        "Mappen som {out} ska skapas i finns inte.",
        "Skapa den mappen först, eller kontrollera sökvägen.",
    ),
    "usage.passphrase_file": (
        "Filen med lösenfrasen kan inte läsas.",
        "Kontrollera sökvägen i PSEUDO_PASSPHRASE_FILE, för en deponeringsfil i "
        "PSEUDO_ESCROW_PASSPHRASE_FILE, och rättigheterna.",
    ),
    "usage.password_in_database": (
        "Databasens adress innehåller ett lösenord, som andra kan se.",
        "Utelämna det och låt drivrutinen hitta det: för PostgreSQL i filen som PGPASSFILE anger.",
    ),
    "usage.person_key": (
        "En person skriver under med en egen nyckelfil.",
        "Ange den som local:SÖKVÄG; pseudo custodian new gör en.",
    ),
    "usage.query_and_table": (
        "Ange antingen en tabell eller en fråga.",
        "Utelämna --table eller --query.",
    ),
    "usage.query_without_database": (
        "En fråga behöver en databas.",
        "Ange också --database.",
    ),
    "usage.same_file_twice": (
        "Samma fil har angetts två gånger.",
        "Ange varje fil i leveransen en gång.",
    ),
    "usage.scope_and_submitter": (
        "Både räckvidd och avsändare är angivna, och bara ett av dem kan hashas.",
        "Ange det som pseudonymerna gjordes med.",
    ),
    "usage.several_files": (
        "{file} är ett arkiv med flera filer: {files}.",
        'Ange vilken med --member NAMN eller NUMMER för att titta på den; "pseudo run" tar alla '
        "som en leverans. Andra kommandon tar en fil: packa upp den.",
    ),
    "usage.several_tables": (
        "Fil {file} har flera tabeller: {tables}.",
        "Säg vilken med --table NAMN eller --table NUMMER, eller med table i specifikationen.",
    ),
    "usage.spec_or_columns": (
        "Antingen en specifikation eller kolumner ska anges, inte båda.",
        "Ange --spec FIL, eller --column NAMN för varje kolumn som ska bytas.",
    ),
    "usage.submitter_needed": (
        "Kolumnen {column} gäller bara inom sin uppgiftslämnare, och ingen har angetts.",
        "Ange vem som har skickat leveransen med --submitter.",
    ),
    "usage.too_many_arguments": (
        "Det står mer på kommandoraden än {command} tar emot.",
        'Se vad det tar emot med "{command} --help"; namn med blanksteg behöver citattecken.',
    ),
    "usage.too_many_columns": (
        "Filen har {columns} kolumner; en specifikation kan deklarera {limit}.",
        "Leverera färre kolumner.",
    ),
    "usage.unknown_command": (
        "Det finns inget kommando som heter {command}.",
        "Använd något av {commands}.",
    ),
    "usage.unknown_encoding": (
        "{encoding} är inte en teckenkodning som kan läsas.",
        "Ange någon av utf-8, utf-16, cp1252, latin-1, iso-8859-15, cp850, cp437 eller mac-roman.",
    ),
    "usage.unknown_format": (
        "Det finns inget utdataformat som heter {format}.",
        "Använd parquet, arrow, csv, xlsx, xpt, sav eller dta.",
    ),
    "usage.unknown_invalid": (
        "Det finns inget sätt att behandla ogiltiga värden som heter {invalid}.",
        "Använd raise eller null.",
    ),
    "usage.unknown_lang": (
        "Det finns inget språk som heter {lang}.",
        "Använd sv eller en.",
    ),
    "usage.unknown_option": (
        "Det finns ingen flagga {option}.",
        'Se vilka som finns med "{command} --help".',
    ),
    "usage.unknown_order": (
        "Det finns ingen ordning som heter {order}.",
        "Använd keep, eller utelämna den för ordning efter pseudonym.",
    ),
    "usage.bad_checkpoint": (
        "Filen innehåller ingen kontrollpunkt som är undertecknad med liggarens nyckel.",
        "Ange en fil som ”pseudo ledger checkpoint” har skrivit, eller ett kvittos bevis.",
    ),
    "usage.bad_key": (
        "Detta är ingen publik nyckel till en liggare.",
        "Ange den så som ”pseudo ledger show” skriver den, eller filen där den står.",
    ),
    "usage.bad_opening": (
        "Detta är ingen öppning av åtaganden.",
        "Ange körningens fil return/opening.json.",
    ),
    "usage.ledger_exists": (
        "Det finns redan en liggare i {ledger}.",
        "Ange en mapp som inte finns; den skapas.",
    ),
    "usage.no_ledger_lost": (
        "Nyckelförrådet har ingen liggare som kan ha förlorats.",
        "Den första körningen eller domänen skapar en; inget behöver göras.",
    ),
    "usage.no_ledger": (
        "Ingen liggare har angetts.",
        "Ange --ledger eller sätt PSEUDO_LEDGER; med en lokal nyckelfil ligger den bredvid den.",
    ),
    "usage.no_ledger_key": (
        "Det finns ingen nyckel att lita på.",
        "Ange --key, eller ange liggaren eller det nyckelförråd som den ligger bredvid.",
    ),
    "usage.no_opening": (
        "Indatafilerna kan bara jämföras med öppningen av deras åtaganden.",
        "Ange --opening return/opening.json.",
    ),
    "usage.no_vault_store": (
        "Nyckelförrådet är inget i Vault.",
        "Ange det: vault:KV-MOUNT/TRANSIT-MOUNT eller vault-remote:KV-MOUNT/TRANSIT-MOUNT, "
        "med --keystore eller PSEUDO_KEYSTORE.",
    ),
    "usage.no_vault": (
        "Ingen server är angiven för nyckelförrådet, eller så är adressen inte en enkel sådan.",
        "Ange VAULT_ADDR, till exempel https://vault.example.org:8200.",
    ),
    "usage.vault_http": (
        "Servern ska nås okrypterat över ett nätverk.",
        "Använd https; http är bara för den egna maskinen.",
    ),
    "usage.vault_namespace": (
        "Serverns namnrymd innehåller blanksteg eller tecken som inte kan sändas.",
        "Sätt VAULT_NAMESPACE till dess sökväg, till exempel org/team.",
    ),
}
