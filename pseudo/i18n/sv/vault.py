# SPDX-License-Identifier: Apache-2.0
"""Vault and OpenBao: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "vault.agreed_already": (
        "Du har redan godkänt detta.",
        "Låt någon annan i kontrollgruppen godkänna.",
    ),
    "vault.bad_document": (
        "Det servern har om version {version} av domänen {domain} är inte så som detta "
        "program skriver det.",
        "Någon har ändrat det, eller så är det av en nyare version av programmet: se "
        "efter vem som får skriva där.",
    ),
    "vault.bad_mounts": (
        "Nyckelförrådets adress har inte formen vault:KV-MOUNT/TRANSIT-MOUNT.",
        "Ange namnen på de två monteringarna, till exempel vault:kv/transit.",
    ),
    "vault.batch_too_large": (
        "Servern {address} vägrar ta så många värden i en förfrågan.",
        "Ställ PSEUDO_VAULT_BATCH på färre (499, om ingen har ändrat servern), eller ge dess "
        "lyssnare ett större max_request_json_strings.",
    ),
    "vault.busy": (
        "Servern {address} har inte tid: den begränsar hur mycket som får frågas.",
        "Vänta en stund, och be dess administratör om en större kvot.",
    ),
    "vault.conflict": (
        "Någon annan skrev {what} samtidigt.",
        "Se efter vad som finns där nu, och gör om det om det ännu behövs.",
    ),
    "vault.denied": (
        "Servern tillåter inte den här inloggningen att använda {what}.",
        "Logga in med den roll som uppgiften kräver; pseudo vault policies visar vad "
        "varje roll får.",
    ),
    "vault.failing": (
        "Servern {address} svarar med ett eget fel.",
        "Den kanske väljer ledare, eller så är dess granskningsdisk full: fråga dess "
        "administratör och gör om det.",
    ),
    "vault.intercepted": (
        "Det inslagna hemliga id:t kunde inte öppnas: det har redan använts eller gått ut.",
        "Om ingen hos er har använt det har någon annan gjort det: låt spärra det och "
        "be om ett nytt.",
    ),
    "vault.item_failed": (
        "Servern svarade, men inte för varje värde som {what} skulle räkna med.",
        "Inget av kolumnen lämnades ut. Se i serverns logg, och gör om det.",
    ),
    "vault.key_refused": (
        "Servern räknar inte med nycklarna till version {version} av domänen {domain}.",
        "De har raderats, skapats på nytt eller stängts av, eller så har deras första version "
        "dragits in: se serverns granskningslogg. Det som en avbruten frysning lämnat rättas "
        "genom att domänen fryses och aktiveras.",
    ),
    "vault.key_still_there": (
        "Servern säger att den raderat nyckeln {what}, men den finns kvar.",
        "Inget har förstörts; fråga serverns administratör och förstör domänen igen.",
    ),
    "vault.login_file": (
        "Filen med det som behövs för att logga in kan inte läsas.",
        "Ange den med PSEUDO_VAULT_SECRET_FILE, och låt bara programmets användare läsa den.",
    ),
    "vault.login_refused": (
        "Servern {address} släpper inte in oss.",
        "Kontrollera roll, hemligt id eller token, och om de har gått ut.",
    ),
    "vault.missing": (
        "Servern har ingen {what}.",
        "Kontrollera monteringarna i nyckelförrådets adress; pseudo vault setup skapar "
        "det som saknas.",
    ),
    "vault.mount_in_use": (
        "Monteringspunkten {what} innehåller redan något annat.",
        "Välj egna monteringspunkter: rollerna får läsa, slå upp och ta bort allt i dem.",
    ),
    "vault.no_audit": (
        "Servern har ingen granskningslogg: ingen kan se vem som använt vilken hemlighet.",
        "Låt sätta upp en, helst två, eftersom inget fungerar medan ingen kan skrivas.",
    ),
    "vault.no_mount": (
        "Inget på servern svarar för {what}.",
        "Kontrollera VAULT_ADDR, namnrymden och monteringarna i nyckelförrådets adress och "
        "för inloggningen.",
    ),
    "vault.no_token": (
        "Det finns ingen token för servern, eller så kan det som finns inte vara en.",
        "Ange VAULT_TOKEN, eller välj ett annat sätt att logga in med PSEUDO_VAULT_LOGIN.",
    ),
    "vault.not_a_secret_id": (
        "Det som var inslaget är inget hemligt id.",
        "Om filen innehåller det som lämnades ut kan någon ha bytt ut det: låt spärra det "
        "hemliga id:t och be om ett nytt.",
    ),
    "vault.not_guarded": (
        "Servern lät {what} tas bort utan att fråga sin kontrollgrupp.",
        "Ingenting togs bort. Sätt upp servern igen med PSEUDO_VAULT_CONTROL_GROUP och leta "
        "efter andra policyer för inloggningen med pseudo doctor.",
    ),
    "vault.not_in_group": (
        "Servern räknade inte godkännandet: inloggningen hör inte till kontrollgruppen.",
        "Låt någon i gruppen godkänna; en administratör vet vilka som hör till den.",
    ),
    "vault.not_initialized": (
        "Servern {address} har aldrig initierats.",
        "Be dess administratör att initiera den.",
    ),
    "vault.not_set_up": (
        "Servern är inte inställd som den ska ({count} saknas eller avviker): {what}.",
        "pseudo vault status visar hur. pseudo vault setup skapar det som saknas och skriver"
        " policyer och roller på nytt; se först efter vem som ändrat dem.",
    ),
    "vault.not_installed": (
        "Nycklar i Vault kräver paket som inte är installerade.",
        'Installera dem: pip install "pseudo-personnummer[vault]".',
    ),
    "vault.nothing_waits": (
        "Ingenting som rör domänen {domain} väntar på kontrollgruppen.",
        "Den som vill att den förstörs begär det först, med pseudo domain destroy.",
    ),
    "vault.odd_answer": (
        "Serverns svar för {what} är inget som detta program känner till.",
        "Kontrollera att adressen är en Vault- eller OpenBao-servers, och vad som står emellan.",
    ),
    "vault.other_key": (
        "Servern har redan en nyckel {what}, och den är inte så som detta program gör den.",
        "Någon har skapat den: se serverns granskningslogg, och välj ett annat namn eller låt "
        "radera nyckeln.",
    ),
    "vault.other_kind": (
        "Version {version} av domänen {domain} hör till det andra slaget av förråd.",
        "Nycklar som packas upp används med vault:, nycklar som aldrig lämnar servern med "
        "vault-remote: och samma monteringar.",
    ),
    "vault.other_mount": (
        "{what} finns redan och är något annat.",
        "Välj en annan montering: KV måste vara version 2, och den andra av slaget transit.",
    ),
    "vault.other_policy": (
        "{what} är policyn för ett nyckelförråd på andra monteringspunkter.",
        "Ge det här egna namn med PSEUDO_VAULT_PREFIX.",
    ),
    "vault.own_key_gone": (
        "Servern har förlorat {what}, som nyckelförrådet hade.",
        "Gör den inte på nytt: då kan kvitton inte verifieras och data inte öppnas. Återställ "
        "den och ta reda på vem som tog bort den.",
    ),
    "vault.own_request": (
        "Ingen godkänner det den själv har begärt.",
        "Låt två andra i kontrollgruppen godkänna.",
    ),
    "vault.pending": (
        "{what} väntar på andras godkännande.",
        "Be dem godkänna, och gör om det.",
    ),
    "vault.pending_deletion": (
        "Serverns kontrollgrupp har ännu inte gått med på att nycklarna till {domain} tas bort.",
        "Låt två andra i gruppen godkänna med pseudo vault authorize {domain}, och gör om det.",
    ),
    "vault.redirected": (
        "Servern skickar oss någon annanstans för {what}.",
        "Inget har skickats dit. Ställ VAULT_ADDR på servern själv.",
    ),
    "vault.refused": (
        "Servern vägrar det som begärdes av {what}.",
        "Kontrollera att den har ställts in med pseudo vault setup.",
    ),
    "vault.role_too_narrow": (
        "Servern nekar rollen {role} det den behöver: {what}.",
        "Jämför dess policy med pseudo vault policies; pseudo vault setup skriver den på nytt.",
    ),
    "vault.role_too_wide": (
        "Servern tillåter rollen {role} det den inte får: {what}.",
        "Jämför dess policy med pseudo vault policies, och se efter vem som ändrat den och"
        " vad som gjorts sedan dess; pseudo vault setup skriver den på nytt.",
    ),
    "vault.sealed": (
        "Servern {address} är förseglad.",
        "Be dess förvaltare bryta förseglingen, och gör om det.",
    ),
    "vault.timeout": (
        "Servern {address} svarade inte inom {seconds} sekunder.",
        "Den kanske hänger eller är överlastad; med PSEUDO_VAULT_TIMEOUT väntar vi längre.",
    ),
    "vault.tls": (
        "Certifikatet för servern {address} går inte att lita på.",
        "Ange dess utfärdares fil med VAULT_CACERT. Om det stämde förut kan någon stå emellan.",
    ),
    "vault.token_invalid": (
        "Inloggningen på servern {address} är slut: den har gått ut, återkallats eller "
        "får inte användas mer.",
        "Logga in igen; AppRole, JWT och Kubernetes gör det av sig själva.",
    ),
    "vault.unreachable": (
        "Servern {address} kan inte nås.",
        "Kontrollera VAULT_ADDR, nätverket och om servern är igång.",
    ),
    "vault.unwrap_refused": (
        "Servern kan inte packa upp hemligheten för version {version} av domänen {domain}.",
        "Dess nyckel har raderats eller skapats på nytt, eller så har hemligheten "
        "flyttats hit från en annan plats: se serverns granskningslogg.",
    ),
}
