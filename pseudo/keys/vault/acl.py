# SPDX-License-Identifier: Apache-2.0
"""What paths of a policy mean: which cover a path, which reach the same place. Pure.

A path of a policy is a pattern: ``+`` stands for exactly one part between slashes, and a
``*`` at the end for anything that may follow, slashes and all. Of several patterns that
cover a path the server takes the most specific one, and only that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

__all__ = ["ANY", "Rule", "covers", "may", "overlap", "read_policy"]

Rule = tuple[str, frozenset[str]]
"""A pattern, and the capabilities on what it covers."""

ANY: Final = frozenset({"create", "read", "update", "patch", "delete", "list", "sudo"})
"""Every capability; what is assumed of a policy that could not be read."""

_TOKEN: Final = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*|//[^\n]*|/\*.*?\*/|,)
      |"(?P<text>(?:[^"\\\n]|\\.)*)"
      |(?P<word>[A-Za-z_][\w.-]*|-?\d[\w.]*)
      |(?P<mark>[{}\[\]=:])""",
    re.VERBOSE | re.DOTALL,
)
# The short forms of the first policies, which are still read.
_SHORT: Final[Mapping[str, frozenset[str]]] = {
    "deny": frozenset({"deny"}),
    "read": frozenset({"read", "list"}),
    "write": ANY - {"sudo"},
    "sudo": ANY,
}


def covers(pattern: str, path: str) -> bool:
    """Tell whether a pattern stands for a path."""
    given, parts = pattern.split("/"), path.split("/")
    open_end = given[-1].endswith("*")
    if len(given) > len(parts) or (len(given) < len(parts) and not open_end):
        return False
    last = len(given) - 1
    for at, part in enumerate(given):
        if open_end and at == last:
            return parts[at].startswith(part[:-1])
        if part not in ("+", parts[at]):
            return False
    return True


def may(rules: Mapping[str, Sequence[str]], path: str, capability: str) -> bool:
    """Tell whether the most specific of some rules allows something.

    Args:
        rules: Capabilities by pattern, all of one policy.
        path: What is asked for.
        capability: What is to be done with it.
    """
    found = [pattern for pattern in rules if covers(pattern, path)]
    return bool(found) and capability in rules[max(found, key=_specific)]


def _specific(pattern: str) -> tuple[int, bool, int, int, str]:
    """Order patterns as the server does: by where they first leave something open."""
    opened = [at for at, part in enumerate(pattern.split("/")) if part == "+"]
    places = [len("/".join(pattern.split("/")[:at])) for at in opened]
    glob = pattern.endswith("*")
    first = min([*places, *([len(pattern) - 1] if glob else [])], default=len(pattern) + 1)
    return first, not glob, -len(opened), len(pattern), pattern


def overlap(one: str, other: str) -> bool:
    """Tell whether there can be a path that two patterns both stand for.

    The two are walked part by part. A part that stands for itself fits only the same, and
    ``+`` fits any. The first that ends with ``*`` decides: what stands before its star must
    be able to begin what the other has there, and the rest is free. Without a star both
    must end together.
    """
    ours, theirs = one.strip("/").split("/"), other.strip("/").split("/")
    # The slash at the end of a pattern without a star belongs to lists; a star after it
    # is an empty beginning of the next part, which splitting leaves as "*".
    for at, (mine, yours) in enumerate(zip(ours, theirs, strict=False)):
        ends = mine.endswith("*") and at == len(ours) - 1
        other_ends = yours.endswith("*") and at == len(theirs) - 1
        if ends or other_ends:
            return _can_begin(mine, yours, ends=ends, other_ends=other_ends)
        if mine != yours and "+" not in (mine, yours):
            return False
    return len(ours) == len(theirs)


def _can_begin(mine: str, yours: str, *, ends: bool, other_ends: bool) -> bool:
    """Tell whether two parts, of which one at least ends with a star, can be the same."""
    if "+" in (mine, yours):
        return True
    if ends and other_ends:
        one, other = mine[:-1], yours[:-1]
        return one.startswith(other) or other.startswith(one)
    return yours.startswith(mine[:-1]) if ends else mine.startswith(yours[:-1])


def read_policy(text: str) -> list[Rule]:
    """Read a policy in the server's language or as JSON.

    What cannot be read for certain is taken for the worst: every text in it for a path,
    with every capability. A template in a path (``{{identity…}}``) can become anything, so
    the pattern is open from there on.

    Args:
        text: The policy.
    """
    found = _from_json(text) if text.lstrip().startswith("{") else _from_blocks(text)
    if found is None:
        found = [(said, ANY) for said in re.findall(r'"((?:[^"\\\n]|\\.)*)"', text)]
    return [(_opened(path), capabilities) for path, capabilities in found]


def _opened(path: str) -> str:
    before, template, _ = path.strip().lstrip("/").partition("{{")
    return f"{before}*" if template else before


def _from_json(text: str) -> list[Rule] | None:
    try:
        blocks = json.loads(text).get("path") or {}
        listed = blocks if isinstance(blocks, list) else [blocks]
        return [(str(path), _of_json(said)) for block in listed for path, said in block.items()]
    except (ValueError, AttributeError, TypeError):
        return None


def _of_json(said: Any) -> frozenset[str]:
    if isinstance(said, list):
        return frozenset().union(*map(_of_json, said))
    if isinstance(said, str):
        return _SHORT.get(said, ANY)
    if "policy" in said:
        return _of_json(str(said["policy"]))
    return frozenset(map(str, said.get("capabilities") or ()))


def _from_blocks(text: str) -> list[Rule] | None:
    tokens = list(_tokens(text))
    found: list[Rule] = []
    at = 0
    while at < len(tokens):
        if tokens[at] not in (("word", "path"), ("text", "path")):
            # Other entries, such as a name, have no path inside.
            if tokens[at] == ("bad", ""):
                return None
            at += 1
            continue
        ends = _end_of_block(tokens, at + 2)
        if not ends or tokens[at + 1][0] != "text":
            return None
        capabilities = _of_block(tokens[at + 3 : ends])
        if capabilities is None:
            return None
        found.append((tokens[at + 1][1], capabilities))
        at = ends + 1
    return found


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            yield "bad", ""
            return
        at = match.end()
        if match.lastgroup not in (None, "skip"):
            yield str(match.lastgroup), match[str(match.lastgroup)]


def _end_of_block(tokens: Sequence[tuple[str, str]], begins: int) -> int:
    """Find the brace that closes the one at a place; 0 where there is none."""
    depth = 0
    for at in range(begins, len(tokens)):
        if tokens[at] == ("mark", "{"):
            depth += 1
        elif tokens[at] == ("mark", "}"):
            depth -= 1
        if depth == 0:
            return at if at > begins else 0
    return 0


def _of_block(tokens: Sequence[tuple[str, str]]) -> frozenset[str] | None:
    """Read the capabilities of a path; None where they are not as they are usually written."""
    depth = 0
    for at, token in enumerate(tokens):
        depth += {("mark", "{"): 1, ("mark", "}"): -1}.get(token, 0)
        if depth or token[1] not in ("capabilities", "policy") or token[0] == "mark":
            continue
        given = list(tokens[at + 1 :])
        if given[:1] != [("mark", "=")]:
            continue
        if token[1] == "policy":
            return _SHORT.get(given[1][1]) if len(given) > 1 else None
        if given[1:2] != [("mark", "[")] or ("mark", "]") not in given:
            return None
        return frozenset(said for kind, said in given[2 : given.index(("mark", "]"))])
    return frozenset()
