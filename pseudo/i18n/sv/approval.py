# SPDX-License-Identifier: Apache-2.0
"""Begäran och godkännande: vad som saknas, och vad som ska göras."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "approval.begun": (
        "Begäran {request} håller på att utföras och kan inte längre återkallas.",
        "En del kan redan vara gjord; låt den slutföras och anteckna invändningen på annat håll.",
    ),
    "approval.enrolled_already": (
        "{person}, eller någon med samma nyckel, är redan nyckelansvarig.",
        "Se vilka som är det med pseudo custodian list.",
    ),
    "approval.expired": (
        "Begäran {request} har gått ut.",
        "Begär på nytt.",
    ),
    "approval.in_use": (
        "Domänen {domain} har aktiverats efter att begäran {request} gjordes, så någon behöver "
        "den.",
        "Ta reda på vem; frys den igen om den ändå ska förstöras.",
    ),
    "approval.missing": (
        "Begäran {request} har {found} av de {needed} godkännanden som behövs, av andra "
        "nyckelansvariga än den som begär.",
        "Låt andra godkänna den med pseudo approve, och ange varje kopia med --request.",
    ),
    "approval.needed": (
        "Detta kräver att två andra godkänner.",
        "Begär det med pseudo request {order}, låt två nyckelansvariga godkänna och ange deras "
        "kopior med --request.",
    ),
    "approval.no_own_key": (
        "Nyckeln är inte {person}s egen: den är nyckelförrådets, eller så kan vem som helst "
        "skriva under med den.",
        "Gör en egen nyckel med pseudo custodian new.",
    ),
    "approval.not_enrolled": (
        "{person} är inte nyckelansvarig, eller skriver under med en annan nyckel.",
        "Se vilka som är det med pseudo custodian list.",
    ),
    "approval.other_request": (
        "Begäran {request} gäller något annat, eller domänen som den var.",
        "Jämför dess ordning, domän och nycklar, och begär på nytt om det behövs.",
    ),
    "approval.own_request": (
        "Ingen godkänner det den själv begär; det gäller begäran {request}.",
        "Låt två andra godkänna den.",
    ),
    "approval.too_short": (
        "Begäran {request} gjordes med kortare väntetid än {days} dagar.",
        "Begär på nytt; PSEUDO_WAITING_DAYS anger hur länge man väntar här.",
    ),
    "approval.unknown_request": (
        "Liggaren känner inte till begäran {request}.",
        "Ange den liggare där den gjordes; ingen får ha ändrat dess text sedan dess.",
    ),
    "approval.unsigned": (
        "Begäran {request} saknar underskrift av {person}, som begär.",
        "Använd filen så som pseudo request skrev den, med sina underskrifter.",
    ),
    "approval.used": (
        "Begäran {request} är redan utförd.",
        "Varje begäran utförs en gång: begär på nytt.",
    ),
    "approval.waiting": (
        "Begäran {request} får inte utföras före {until}.",
        "Vänta; den som invänder återkallar den med pseudo request withdraw.",
    ),
    "approval.withdrawn": (
        "Begäran {request} är återkallad.",
        "Fråga dem som återkallade den; en ny begäran kräver nya godkännanden.",
    ),
}
