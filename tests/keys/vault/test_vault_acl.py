# SPDX-License-Identifier: Apache-2.0
"""What a policy's paths reach, read as the server reads them, or for the worst."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.keys.vault.acl import ANY, covers, may, overlap, read_policy
from pseudo.keys.vault.policies import ROLES, policy, rules

READ = frozenset({"read"})


@pytest.mark.parametrize(
    ("pattern", "path", "yes"),
    [
        ("a/b", "a/b", True),
        ("a/b", "a/b/", False),
        ("a/+", "a/b", True),
        ("a/+", "a/b/c", False),
        ("a/+/c", "a/b/c", True),
        ("a/*", "a/b/c", True),
        ("a/b*", "a/bc/d", True),
        ("a/b*", "a/c", False),
        ("a*", "b/a", False),
        ("*", "a/b", True),
        ("a/+/c*", "a/b/cd/e", True),
        ("a/*", "a", False),
        ("a/+", "a", False),
    ],
)
def test_a_pattern_covers_what_the_server_says(pattern, path, yes):
    assert covers(pattern, path) is yes


@pytest.mark.parametrize(
    ("one", "other", "yes"),
    [
        ("transit/decrypt/*", "transit/decrypt/*", True),
        ("*", "transit/decrypt/*", True),
        ("tr*", "transit/decrypt/*", True),
        ("transit/*", "transit/decrypt/*", True),
        ("transit/+/projA.v1", "transit/decrypt/*", True),
        ("+/decrypt/projA.v1", "transit/decrypt/*", True),
        ("+/+/+", "transit/decrypt/*", True),
        ("transit/decrypt/projA.v1", "transit/decrypt/*", True),
        ("transit/dec*", "transit/decrypt/*", True),
        ("transit/decrypt*", "transit/decrypt/*", True),
        ("/transit/decrypt/a", "transit/decrypt/*", True),
        ("kv/data/+/v1", "kv/data/*", True),
        ("kv/+/x/v1", "kv/data/*", True),
        ("transit/decrypt", "transit/decrypt/*", False),
        ("transit/encrypt/*", "transit/decrypt/*", False),
        ("transit2/decrypt/*", "transit/decrypt/*", False),
        ("transit/+", "transit/decrypt/*", False),
        ("secret/*", "transit/decrypt/*", False),
        ("transit/decrypts/*", "transit/decrypt/*", False),
        ("+/+", "kv/data/*", False),
        ("kv/metadata/*", "kv/data/*", False),
        ("kv/d", "kv/data/*", False),
        ("cubbyhole/*", "kv/data/*", False),
    ],
)
def test_overlap(one, other, yes):
    assert overlap(one, other) is yes
    assert overlap(other, one) is yes


_PART = st.sampled_from(["a", "ab", "b", "+"])
_PATTERN = st.builds(
    lambda parts, end: "/".join(parts) + end,
    st.lists(_PART, min_size=1, max_size=4),
    st.sampled_from(["", "/*"]),
) | st.builds(
    lambda parts, last: "/".join([*parts, f"{last}*"]),
    st.lists(_PART, max_size=3),
    st.sampled_from(["", "a", "ab", "b"]),
)
_PATH = st.lists(st.sampled_from(["a", "ab", "b", "abc"]), min_size=1, max_size=5).map("/".join)


@given(_PATTERN, _PATTERN, _PATH)
def test_patterns_that_cover_the_same_path_overlap(one, other, path):
    if covers(one, path) and covers(other, path):
        assert overlap(one, other)


@given(_PATTERN, _PATTERN)
def test_patterns_that_overlap_cover_some_path_together(one, other):
    # The path is built from both: at each place the part that says more.
    ours, theirs = one.split("/"), other.split("/")
    longest = max(len(ours), len(theirs))
    parts = []
    for at in range(longest):
        here = [given[at].rstrip("*") for given in (ours, theirs) if at < len(given)]
        said = [part for part in here if part not in ("+", "")]
        parts.append(max(said, key=len, default="x"))
    path = "/".join(parts)
    assert overlap(one, other) is (covers(one, path) and covers(other, path))


def test_the_most_specific_rule_decides_alone():
    given = {
        "t/keys/+": ("create", "update"),
        "t/keys/_signing": ("read",),
        "t/*": ("delete",),
        "t/+/x": ("list",),
        "t/keys/x*": ("sudo",),
    }
    assert may(given, "t/keys/a", "update")
    assert not may(given, "t/keys/_signing", "update")
    assert not may(given, "t/keys/a", "delete")
    assert may(given, "t/decrypt/a/b", "delete")
    assert may(given, "t/keys/xy", "sudo")
    assert not may(given, "other", "read")


@pytest.mark.parametrize("role", ROLES)
def test_our_own_policies_are_read_as_they_were_meant(role):
    wanted = [(path, frozenset(what)) for path, what in rules(role, "kv", "transit").items()]
    assert read_policy(policy(role, "kv", "transit")) == wanted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ('path "a/*" { capabilities = ["read"] }', [("a/*", READ)]),
        ('# path "b" { }\npath "a" {\n // x\n capabilities=["read",]}', [("a", READ)]),
        ('/* path "b" {} */ path "a" { capabilities = ["deny"] }', [("a", frozenset({"deny"}))]),
        ('path "a" { policy = "write" }', [("a", ANY - {"sudo"})]),
        ('path "a" { policy = "read" }', [("a", frozenset({"read", "list"}))]),
        ('"path" "a" { capabilities = ["read"] }', [("a", READ)]),
        (
            'name = "x"\npath "a" { allowed_parameters = { "k" = ["v"] }\n'
            'capabilities = ["read"] }\npath "b" {}',
            [("a", READ), ("b", frozenset())],
        ),
        ('path "kv/{{identity.entity.name}}/x" { capabilities = ["read"] }', [("kv/*", READ)]),
        (json.dumps({"path": {"a": {"capabilities": ["read"]}}}), [("a", READ)]),
        (json.dumps({"path": [{"a": {"policy": "read"}}]}), [("a", READ | {"list"})]),
        # What is not understood is taken for the worst.
        ('path "a" { capabilities = ["read"]', [("a", ANY), ("read", ANY)]),
        ('path "a" { capabilities = <<E\nread\nE\n }', [("a", ANY)]),
        ('path = { "a" = { capabilities = ["read"] } }', [("a", ANY), ("read", ANY)]),
        ('{"path": {"a": ["capabilities"', [("path", ANY), ("a", ANY), ("capabilities", ANY)]),
        ('path "a" { capabilities = what }', [("a", ANY)]),
        ('path "a" { policy = "odd" }', [("a", ANY), ("odd", ANY)]),
    ],
)
def test_a_policy_is_read_or_feared(text, found):
    assert read_policy(text) == found


@given(st.text(max_size=80) | st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
def test_whatever_a_policy_says_it_is_read(text):
    read_policy(text)
    read_policy("{" + text)
    read_policy('path "a" {' + text)
