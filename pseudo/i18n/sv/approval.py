# SPDX-License-Identifier: Apache-2.0
"""Begäran och godkännande: vad som saknas, och vad som ska göras."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "approval.enrolled_already": (
        "{person}, eller någon med samma nyckel, är redan nyckelförvaltare.",
        "Se vilka som är det med pseudo custodian list.",
    ),
    "approval.expired": (
        "Begäran {request} har gått ut.",
        "Begär på nytt.",
    ),
    "approval.missing": (
        "Begäran {request} är godkänd av {found} nyckelförvaltare och behöver {needed}, ingen av"
        " dem den som begär.",
        "Låt andra godkänna den med pseudo approve, och ange varje kopia med --request.",
    ),
    "approval.needed": (
        "Detta kräver att två andra godkänner.",
        "Begär det med pseudo request {order}, låt två nyckelförvaltare godkänna och ange deras "
        "kopior med --request.",
    ),
    "approval.not_enrolled": (
        "{person} är inte nyckelförvaltare, eller skriver under med en annan nyckel.",
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
