# SPDX-License-Identifier: Apache-2.0
"""Requests and approvals: what is missing, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "approval.begun": (
        "The request {request} is being carried out and can no longer be withdrawn.",
        "Part of it may be done already; let it be brought to its end, and note the objection "
        "elsewhere.",
    ),
    "approval.enrolled_already": (
        "{person}, or somebody with the same key, is a custodian already.",
        "See who is with pseudo custodian list.",
    ),
    "approval.expired": (
        "The request {request} has expired.",
        "Ask anew.",
    ),
    "approval.in_use": (
        "The domain {domain} was activated after the request {request} was made, so somebody "
        "needs it.",
        "Find out who does; freeze it again if it shall be destroyed nevertheless.",
    ),
    "approval.missing": (
        "The request {request} has {found} of the {needed} approvals that it needs, from "
        "custodians other than who asks.",
        "Let others approve it with pseudo approve, and give every copy with --request.",
    ),
    "approval.needed": (
        "This needs the approval of two others.",
        "Ask for it with pseudo request {order}, let two custodians approve it, and give their "
        "copies with --request.",
    ),
    "approval.no_own_key": (
        "The key is not one of {person} alone: it is the key store's, or anybody can sign with "
        "it.",
        "Make a key of one's own with pseudo custodian new.",
    ),
    "approval.not_enrolled": (
        "{person} is no custodian, or signs with another key.",
        "See who is with pseudo custodian list.",
    ),
    "approval.other_request": (
        "The request {request} is for something else, or for the domain as it was.",
        "Compare its order, domain and keys, and ask anew if need be.",
    ),
    "approval.own_request": (
        "Nobody approves what they ask for themselves; this is about the request {request}.",
        "Let two others approve it.",
    ),
    "approval.too_short": (
        "The request {request} was made with less waiting than {days} days.",
        "Ask anew; PSEUDO_WAITING_DAYS says how long is waited here.",
    ),
    "approval.unknown_request": (
        "The ledger does not know the request {request}.",
        "Name the ledger in which it was made; nobody may have changed its text since.",
    ),
    "approval.unsigned": (
        "The request {request} does not have the signature of {person}, who asks.",
        "Use the file as pseudo request wrote it, with its signatures.",
    ),
    "approval.used": (
        "The request {request} was carried out already.",
        "Each request is carried out once: ask anew.",
    ),
    "approval.waiting": (
        "The request {request} may not be carried out before {until}.",
        "Wait; whoever objects withdraws it with pseudo request withdraw.",
    ),
    "approval.withdrawn": (
        "The request {request} was withdrawn.",
        "Ask those who withdrew it; a new request needs new approvals.",
    ),
}
