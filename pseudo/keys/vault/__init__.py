# SPDX-License-Identifier: Apache-2.0
"""Keys in Vault or OpenBao.

::

    config      where the server is, how to log in, how long to wait
    login       a token, an AppRole, a JWT or a Kubernetes account becomes a token
    transport   requests with a deadline, and answers that are answers
    session     one connection: many threads, patience, and every error in our own words
    renewal     a token is kept alive in the background
    faults      what a library's error means
    places      the names of paths and keys
    secrets     what the store asks of the KV and the transit engines
    documents   what is kept in KV, and what it says
    hmac_keys   what the remote store asks of transit besides
    answers     taking the server's answers apart
    records     what KV holds of domains, and so their states
    lease       shares in one connection
    server_store  what both stores share (ending: who agrees to an end, and what is left)
    envelope    the one: secrets wrapped by transit, unwrapped once a batch
    remote      the other: keys that never leave transit, which computes
    remote_key  asking it for a column, and checking every value of the answers
    policies    the least that each role needs
    setup       mounts, keys, policies and roles, made
    status      the same, looked at (reading: how; health: what anybody may ask)
    oneself     who a login is, and how long it lasts
    probe       what a login may do, tried (calls: with what; acl: what a policy's paths mean)
    bypass      what leads past the roles

This is the only room that imports hvac, and nothing imports it but
:func:`pseudo.keys.open_store`, so that everything else works without the extra ``vault``.
"""

from __future__ import annotations

from pseudo.keys.vault.config import VaultConfig, parse_address
from pseudo.keys.vault.envelope import EnvelopeStore
from pseudo.keys.vault.remote import RemoteStore

__all__ = ["EnvelopeStore", "RemoteStore", "VaultConfig", "parse_address"]
