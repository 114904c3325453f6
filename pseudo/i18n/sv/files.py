# SPDX-License-Identifier: Apache-2.0
"""Files, folders and the sandbox: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "io.disk_full": (
        "Disken är full.",
        "Frigör utrymme där resultatet ska ligga och kör igen; ingenting har publicerats.",
    ),
    "io.read_failed": (
        "{path} gick inte att läsa till slutet ({reason}).",
        "Kontrollera disken eller den delade mappen, kopiera filen till en lokal disk "
        "och kör igen.",
    ),
    "io.read_twice": (
        "En fil skulle läsas två gånger utan att öppnas på nytt.",
        "Anmäl felet.",
    ),
    "io.write_failed": (
        "Resultatet gick inte att skriva.",
        "Kontrollera disken eller den delade mappen som resultatet ska till och kör "
        "igen; ingenting har publicerats.",
    ),
    "publish.closed": (
        "Resultatmappen användes efter att den publicerats eller kastats.",
        "Anmäl felet.",
    ),
    "publish.foreign_entry": (
        "Något som varken är en fil eller en mapp ligger bland resultatet.",
        "Se efter vem mer som skriver i resultatets mapp och kör igen; är det ingen, anmäl felet.",
    ),
    "publish.name": (
        "En fil skulle skrivas med ett otillåtet namn.",
        "Anmäl felet.",
    ),
    "resource.little_space": (
        "Bara {mebibytes} MiB är lediga i {folder}.",
        "Frigör utrymme där, eller ange en annan mapp.",
    ),
    "resource.memory": (
        "Minnet räckte inte; ingenting publicerades.",
        "Använd färre trådar, sänk PSEUDO_ORDER_MEMORY, eller kör på en dator med mer minne.",
    ),
    "resource.stdout": (
        "Resultatet kunde inte skrivas till standard ut.",
        "Ge det en plats med utrymme. Det som kommandot redan gjort är gjort.",
    ),
    "sandbox.cpu": (
        "Fil {file} kräver mer processortid att läsa än vad som är tillåtet.",
        "Dela filen, eller höj PSEUDO_SANDBOX_CPU om du litar på den.",
    ),
    "sandbox.failed": (
        "Läsaren av fil {file} kunde inte arbeta.",
        "Kör pseudo doctor och anmäl felet.",
    ),
    "sandbox.memory": (
        "Fil {file} kräver mer minne att läsa än vad som är tillåtet.",
        "Dela filen, eller höj PSEUDO_SANDBOX_MEMORY om du litar på den.",
    ),
    "sandbox.not_started": (
        "Systemet kunde inte starta en läsare för fil {file}.",
        "Se till att processer, minne och öppna filer inte är slut och kör igen.",
    ),
    "sandbox.wall": (
        "Läsaren av fil {file} gav ingenting inom den tid som är tillåten.",
        "Kontrollera disken eller den delade mappen som filen ligger på, eller höj "
        "PSEUDO_SANDBOX_WALL, och kör igen.",
    ),
}
