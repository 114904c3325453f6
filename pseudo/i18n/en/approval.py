# SPDX-License-Identifier: Apache-2.0
"""Requests and approvals: what is missing, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "approval.enrolled_already": (
        "{person}, or somebody with the same key, is a custodian already.",
        "See who is with pseudo custodian list.",
    ),
    "approval.expired": (
        "The request {request} has expired.",
        "Ask anew.",
    ),
    "approval.missing": (
        "The request {request} is approved by {found} custodians and needs {needed}, none of "
        "them who asks.",
        "Let others approve it with pseudo approve, and give every copy with --request.",
    ),
    "approval.needed": (
        "This needs the approval of two others.",
        "Ask for it with pseudo request {order}, let two custodians approve it, and give their "
        "copies with --request.",
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
