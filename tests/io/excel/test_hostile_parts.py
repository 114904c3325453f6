# SPDX-License-Identifier: Apache-2.0
"""Parts that name what lies outside of the workbook: nothing of that is opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.io.excel.conftest import CANARY, HEADER, LIMITS, PLAIN, UNREADABLE, Read, Refusal
from tests.io.excel.workbooks import (
    ods_parts,
    ods_row,
    row,
    table,
    xlsx_parts,
)


@pytest.fixture
def bait(tmp_path: Path) -> Iterator[Path]:
    """A sheet outside of the workbook, which nobody may open."""
    place = tmp_path / "bait.xml"
    place.write_bytes(xlsx_parts(PLAIN)["xl/worksheets/sheet1.xml"])
    seen = []
    for look in (place.read_bytes, lambda: None):
        os.utime(place, ns=(1, 10**18))
        look()
        seen.append(place.stat().st_atime_ns)
    yield place
    # Whoever opens it moves this time; but not all file systems keep it.
    assert place.stat().st_atime_ns == 1 or seen[0] == 1


DOCTYPES = [
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n + 1} "{f"&a{n or str()};" * 10}">' for n in range(12))
    + "]>",
    '<!DOCTYPE x SYSTEM "{place}">',
    '<!DOCTYPE x [<!ENTITY a SYSTEM "{place}">]>',
    '<!DOCTYPE x [<!ENTITY % a SYSTEM "{place}">%a;]>',
    '<!DOCTYPE x PUBLIC "-//x" "{place}" [<!ATTLIST x y CDATA "z">]>',
]
TREES = ["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
STREAMS = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"]


@pytest.mark.parametrize("doctype", range(len(DOCTYPES)))
def test_nothing_that_a_document_type_names_is_expanded_or_opened(
    doctype: int, bait: Path, read: Read, refusal: Refusal
) -> None:
    place = bait
    text = DOCTYPES[doctype].replace("{place}", str(place)).encode()
    strings = "<si><t>&a;&a9;</t></si>"
    more = {"xl/styles.xml": "<styleSheet/>"}
    parts = xlsx_parts(HEADER + row(1, 2, at=2), strings=strings, more=more)
    for name in TREES:
        bomb = {**parts, "xl/sharedStrings.xml": b"<sst/>", name: text + parts[name]}
        assert refusal(bomb)[0] == "delivery.unreadable"
    for name in STREAMS:
        bomb = {**parts, "xl/sharedStrings.xml": b"<sst/>"}
        bomb[name] = text + bomb[name]
        assert read(bomb).rows == [(1, 2)]
    used = xlsx_parts(
        HEADER + '<row r="2"><c r="A2" t="s"><v>0</v></c></row>', strings=strings, more=more
    )
    used["xl/sharedStrings.xml"] = text + used["xl/sharedStrings.xml"]
    assert refusal(used)[0] == "delivery.unreadable"
    ods = ods_parts(table(ods_row("a"), ods_row("&a;")))
    for part in ("content.xml", "META-INF/manifest.xml"):
        assert refusal({**ods, part: text + ods[part]})[0] == "delivery.unreadable"


def test_a_tree_that_is_deep_or_large(refused: Refusal) -> None:
    for text in (b"<workbook>" + b"<a>" * 300_000, b"<a/>" + b" " * (17 * 2**20)):
        parts = xlsx_parts(PLAIN, more={"xl/workbook.xml": text})
        assert refused(parts, **LIMITS) == UNREADABLE


TARGETS = [
    "../xl/worksheets/sheet1.xml",
    "../../../../{place}",
    "/{place}",
    "file://{place}",
    "http://127.0.0.1:9/x",
    "worksheets\\sheet1.xml",
    "worksheets%2Fsheet1.xml",
    "",
]


@pytest.mark.parametrize("target", TARGETS)
def test_a_sheet_is_a_part_of_the_workbook_and_nothing_else(
    target: str, bait: Path, refusal: Refusal
) -> None:
    parts = xlsx_parts(PLAIN)
    name = "xl/_rels/workbook.xml.rels"
    pointed = target.replace("{place}", str(bait)).encode()
    parts[name] = parts[name].replace(b"worksheets/sheet1.xml", pointed)
    assert refusal(parts)[0] == "delivery.unreadable"
    assert refusal(parts, table=1)[0] == "delivery.unreadable"


def test_a_sheet_that_is_said_to_lie_elsewhere(refusal: Refusal) -> None:
    parts = xlsx_parts(PLAIN)
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = parts[name].replace(b"Target=", b'TargetMode="External" Target=')
    assert refusal(parts)[0] == "delivery.unreadable"


FORMULAS = [
    'WEBSERVICE("http://127.0.0.1:9/"&amp;A1)',
    'HYPERLINK("file://{place}","x")',
    "cmd|'/c touch {place}'!A0",
    "'{place}'!A1",
    "[1]Blad1!$A$1",
    'CALL("Kernel32","WinExec","JCJ","{place}",0)',
]


def test_formulas_and_links_are_never_followed(tmp_path: Path, read: Read) -> None:
    made = tmp_path / "made"
    os.mkfifo(tmp_path / "pipe")  # Whoever opens it, waits for ever.
    formulas = [text.replace("{place}", str(place)) for text in FORMULAS
                for place in (made, tmp_path / "pipe")]  # fmt: skip
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><f>{text}</f><v>lagrat {n}</v></c></row>'
        for n, text in enumerate(formulas, 2)
    )
    link = f'<externalLink><externalBook r:id="rId1"/>{CANARY}</externalLink>'
    rels = (
        '<Relationships><Relationship Id="rId1" TargetMode="External" '
        f'Target="file://{tmp_path / "pipe"}"/></Relationships>'
    )
    more = {
        "xl/externalLinks/externalLink1.xml": link,
        "xl/externalLinks/_rels/externalLink1.xml.rels": rels,
        "xl/worksheets/_rels/sheet1.xml.rels": rels,
    }
    found = read(xlsx_parts(row("a", at=1) + cells, more=more))
    assert found.column("a") == [f"lagrat {n}" for n in range(2, len(formulas) + 2)]
    assert found.not_taken == {"formulas": len(formulas)}
    assert not made.exists()
