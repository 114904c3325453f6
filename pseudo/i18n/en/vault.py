# SPDX-License-Identifier: Apache-2.0
"""Vault and OpenBao: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "vault.agreed_already": (
        "You have agreed to this already.",
        "Let another one of the control group agree.",
    ),
    "vault.bad_document": (
        "What the server keeps of version {version} of the domain {domain} is not as "
        "this program writes it.",
        "Somebody changed it, or it is of a newer version of this program: look at who "
        "may write there.",
    ),
    "vault.bad_mounts": (
        "The address of the key store is not of the form vault:KV-MOUNT/TRANSIT-MOUNT.",
        "Give the names of the two mounts, for instance vault:kv/transit.",
    ),
    "vault.batch_too_large": (
        "The server {address} refuses so many values in one request.",
        "Set PSEUDO_VAULT_BATCH to fewer (499, where nobody changed the server), or let its "
        "listener have a larger max_request_json_strings.",
    ),
    "vault.busy": (
        "The server {address} has no time for us: it limits how much is asked.",
        "Wait a little, and ask its administrator for a larger quota.",
    ),
    "vault.conflict": (
        "Somebody else wrote {what} at the same time.",
        "Look at what is there now, and do it again if it is still needed.",
    ),
    "vault.denied": (
        "The server does not allow this login to use {what}.",
        "Log in with the role that the task needs; pseudo vault policies shows what "
        "each role may.",
    ),
    "vault.failing": (
        "The server {address} answers with an error of its own.",
        "It may be electing a leader, or its audit disk may be full: ask its "
        "administrator, and do it again.",
    ),
    "vault.intercepted": (
        "The wrapped secret id could not be unwrapped: it was used already, or has expired.",
        "If nobody of yours used it, somebody else did: have the secret id revoked, and"
        " ask for another.",
    ),
    "vault.item_failed": (
        "The server answered, but not for every value that {what} was to compute with.",
        "Nothing of the column was given. Look into the server's log, and do it again.",
    ),
    "vault.key_refused": (
        "The server does not compute with the keys of version {version} of the domain {domain}.",
        "They were deleted, made anew or suspended, or their first version was withdrawn: look "
        "into the server's audit log. What a cut-off freeze left is put right by freezing and "
        "activating the domain.",
    ),
    "vault.key_still_there": (
        "The server says that it deleted the key {what}, and it is still there.",
        "Nothing was erased; ask the server's administrator, and destroy the domain again.",
    ),
    "vault.login_file": (
        "The file with what is needed to log in cannot be read.",
        "Name it with PSEUDO_VAULT_SECRET_FILE, and let only the user of this program read it.",
    ),
    "vault.login_refused": (
        "The server {address} does not let us in.",
        "Check role, secret id or token, and whether they have expired.",
    ),
    "vault.missing": (
        "The server has no {what}.",
        "Check the mounts in the key store's address; pseudo vault setup makes what is missing.",
    ),
    "vault.mount_in_use": (
        "The mount {what} holds something else already.",
        "Choose mounts of their own: the roles may read, unwrap and delete everything in them.",
    ),
    "vault.no_audit": (
        "The server has no audit device: nobody can tell who used which secret.",
        "Have one set up, better two, since nothing works while none can be written to.",
    ),
    "vault.no_mount": (
        "Nothing at the server answers for {what}.",
        "Check VAULT_ADDR, the namespace, and the mounts in the key store's address and of "
        "the way to log in.",
    ),
    "vault.no_token": (
        "There is no token for the server, or what is there cannot be one.",
        "Set VAULT_TOKEN, or choose another way to log in with PSEUDO_VAULT_LOGIN.",
    ),
    "vault.not_a_secret_id": (
        "What was wrapped is not a secret id.",
        "If the file holds what you were given, somebody may have exchanged it: have the "
        "secret id revoked, and ask for another.",
    ),
    "vault.not_guarded": (
        "The server let {what} be deleted without asking its control group.",
        "Nothing was deleted. Set the server up again with PSEUDO_VAULT_CONTROL_GROUP, and look "
        "for other policies of this login with pseudo doctor.",
    ),
    "vault.not_in_group": (
        "The server did not count the agreement: this login is not in the control group.",
        "Let somebody of the group agree; an administrator says who is in it.",
    ),
    "vault.not_initialized": (
        "The server {address} was never initialised.",
        "Ask its administrator to initialise it.",
    ),
    "vault.not_set_up": (
        "The server is not set up as it should be ({count} missing or different): {what}.",
        "pseudo vault status tells how. pseudo vault setup makes what is missing and writes"
        " policies and roles anew; look first at who changed them.",
    ),
    "vault.not_installed": (
        "Keys in Vault need packages that are not installed.",
        'Install them: pip install "pseudo-personnummer[vault]".',
    ),
    "vault.nothing_waits": (
        "Nothing of the domain {domain} waits for the control group.",
        "Whoever wants it destroyed asks first, with pseudo domain destroy.",
    ),
    "vault.odd_answer": (
        "The server's answer for {what} is not one that this program knows.",
        "Check that the address is that of a Vault or OpenBao server, and what stands between.",
    ),
    "vault.other_key": (
        "The server has a key {what} already, and it is not as this program makes it.",
        "Somebody made it: look into the server's audit log, and choose another name, or have "
        "the key deleted.",
    ),
    "vault.other_kind": (
        "Version {version} of the domain {domain} is kept by the other kind of store.",
        "Keys that are unwrapped are used with vault:, keys that never leave the server with "
        "vault-remote: and the same mounts.",
    ),
    "vault.other_mount": (
        "{what} is there already and is something else.",
        "Choose another mount: KV must be of version 2, and the other of the kind transit.",
    ),
    "vault.other_policy": (
        "{what} is the policy of a key store in other mounts.",
        "Give this one names of its own with PSEUDO_VAULT_PREFIX.",
    ),
    "vault.own_key_gone": (
        "The server has lost {what}, which the key store had.",
        "Do not make it anew: receipts could not be verified and data not be opened any more. "
        "Restore it, and find out who deleted it.",
    ),
    "vault.own_request": (
        "Nobody agrees to what they asked for themselves.",
        "Let two others of the control group agree.",
    ),
    "vault.pending": (
        "{what} waits for the approval of others.",
        "Ask them to authorize it, and do it again.",
    ),
    "vault.pending_deletion": (
        "The server's control group has not agreed yet that the keys of {domain} are deleted.",
        "Let two others of the group agree with pseudo vault authorize {domain}, and do it again.",
    ),
    "vault.redirected": (
        "The server sends us elsewhere for {what}.",
        "Nothing was sent there. Set VAULT_ADDR to the server itself.",
    ),
    "vault.refused": (
        "The server refuses what was asked of {what}.",
        "Check that it was set up by pseudo vault setup.",
    ),
    "vault.role_too_narrow": (
        "The server denies the role {role} what it needs: {what}.",
        "Compare its policy with pseudo vault policies; pseudo vault setup writes it anew.",
    ),
    "vault.role_too_wide": (
        "The server allows the role {role} what it must not: {what}.",
        "Compare its policy with pseudo vault policies, and look at who changed it and what"
        " was done since; pseudo vault setup writes it anew.",
    ),
    "vault.sealed": (
        "The server {address} is sealed.",
        "Ask its custodians to unseal it, and do it again.",
    ),
    "vault.timeout": (
        "The server {address} did not answer within {seconds} seconds.",
        "It may hang or be overloaded; PSEUDO_VAULT_TIMEOUT lets us wait longer.",
    ),
    "vault.tls": (
        "The certificate of the server {address} is not to be trusted.",
        "Name its authority's file with VAULT_CACERT. If it was right before, somebody "
        "may stand in between.",
    ),
    "vault.token_invalid": (
        "The login at the server {address} has ended: it expired, was revoked, or may "
        "not be used any more.",
        "Log in again; AppRole, JWT and Kubernetes do it by themselves.",
    ),
    "vault.unreachable": (
        "The server {address} cannot be reached.",
        "Check VAULT_ADDR, the network, and whether the server is running.",
    ),
    "vault.unwrap_refused": (
        "The server cannot unwrap the secret of version {version} of the domain {domain}.",
        "Its wrapping key was deleted or made anew, or the secret was moved here from "
        "another place: look into the server's audit log.",
    ),
}
