# SPDX-License-Identifier: Apache-2.0
"""The reference pages say what the code says: errors, settings, specs, decisions."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import pseudo
from pseudo import errors as pseudo_errors
from pseudo import i18n
from pseudo.settings import Settings, variable_of
from pseudo.spec.constraints import Constraints
from pseudo.spec.convert import ARROW_TYPES
from pseudo.spec.model import DirectColumn, IdentifierColumn, KeepColumn, Spec
from pseudo.testing import MemoryStore
from pseudo.usecases.candidates import Candidates
from pseudo.usecases.rekey import rekey
from pseudo.usecases.rekey_request import RekeyRequest

Page = Callable[[str], str]

_ROW = re.compile(
    r"^\| (?P<cause>[^|]+) \| (?P<status>[^|]+) \| (?P<codes>`[^|]+) \|$", re.MULTILINE
)
_CODE = re.compile(r"`([a-z_0-9]+(?:\.[a-z_0-9]+)*)`")


@pytest.fixture(scope="module")
def errors(program: Callable[[str], ModuleType]) -> ModuleType:
    return program("generate_errors")


def test_the_table_of_codes_is_that_of_the_catalogue(
    errors: ModuleType, program: Callable[[str], ModuleType], page: Page
) -> None:
    text = page("reference/errors.md")
    fresh = program("generated").rewritten(text, errors.render())
    assert text == fresh, "run python docs/generate_errors.py"


def test_every_code_that_is_raised_has_its_sentences(errors: ModuleType) -> None:
    for lang in i18n.LANGS:
        missing = sorted(set(errors.raised()) - set(i18n.catalogue(lang)))
        assert not missing, f"without a sentence in {lang}: {missing}"


def test_the_table_of_causes_gives_the_status_that_the_code_raises(
    errors: ModuleType, page: Page
) -> None:
    by, known = errors.raised(), i18n.catalogue("en")
    table = page("reference/errors.md").split("## Cause and status")[1].split("\n## ")[0]
    rows = list(_ROW.finditer(table))
    assert len(rows) > 25
    for row in rows:
        for code in _CODE.findall(row["codes"]):
            assert code in known, f"{code} does not exist"
            found = errors.statuses(code, by.get(code, set()))
            if row["status"].startswith("error list"):
                assert found == set(), code
            else:
                assert found == {int(row["status"])}, code


def test_every_error_class_and_status_is_listed(page: Page) -> None:
    text = page("reference/errors.md")
    for name in pseudo_errors.__all__:
        if name != "PseudoError":
            status = getattr(pseudo, name).exit_status
            assert re.search(rf"^\| {status} \|[^\n]*`{name}`", text, re.MULTILINE), name


def test_every_setting_has_its_variable_and_default(page: Page) -> None:
    rows = dict(
        re.findall(r"^\| `([A-Z]+_\w+)` \| (.+?) \|", page("reference/settings.md"), re.MULTILINE)
    )
    expected = {
        variable_of(name): f"`{field.default}`" if str(field.default) else "none"
        for name, field in Settings.model_fields.items()
    }
    assert rows == expected


@pytest.mark.parametrize(
    ("model", "heading"),
    [
        (Spec, "## The delivery"),
        (IdentifierColumn, "### `role: identifier`"),
        (DirectColumn, "### `role: direct`"),
        (KeepColumn, "### `role: keep`"),
        (Constraints, "#### `constraints`"),
    ],
)
def test_every_setting_of_a_spec_is_explained(page: Page, model: type, heading: str) -> None:
    text = page("reference/spec.md")
    section = re.split(r"\n##+ ", text.split(heading)[1])[0]
    # The first table only; that of a kept column's types follows.
    table = section.split("\n\n| `type`")[0]
    cells = re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE)
    explained = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    assert explained == set(model.model_fields)


def test_every_type_and_choice_of_a_spec_is_explained(page: Page) -> None:
    text = page("reference/spec.md")
    choices = [*ARROW_TYPES, "stop", "drop", "reject", "null", "quote", "pass", "submitter"]
    for choice in choices:
        assert f"`{choice}`" in text, choice


def test_every_field_of_the_receipt_is_explained(page: Page, tmp_path: Path) -> None:
    source = tmp_path / "delivery.csv"
    source.write_text("personnummer\n198507099805\n", encoding="utf-8")
    with MemoryStore({("projA", 1): bytes(range(32))}) as store:
        domain = store.domain("projA")
        result = pseudo.run(source, columns="personnummer", domain=domain, out=tmp_path / "out")
    text = page("reference/receipt.md").split("## The receipt of a move")[0]
    assert _fields(text) == set(result.receipt)
    for name in result.receipt["counts"]:
        assert f"`{name}`" in text, name


def test_every_field_of_the_receipt_of_a_move_is_explained(page: Page, tmp_path: Path) -> None:
    store = MemoryStore({("projA", 1): bytes(range(32))})
    store.new_version("projA")
    ledger = pseudo.open_ledger(tmp_path / "ledger", store)
    (old,) = store.domain("projA", 1).pseudonymize(["198507099805"])
    (tmp_path / "table.csv").write_text(f"id\n{old}\n", encoding="utf-8")
    (tmp_path / "nr.csv").write_text("nr\n198507099805\n", encoding="utf-8")
    request = RekeyRequest(
        tables=(tmp_path / "table.csv",),
        domain="projA",
        columns=("id",),
        candidates=Candidates.of(tmp_path / "nr.csv", "nr"),
        out=tmp_path / "out",
    )
    receipt = rekey(request, store, ledger=ledger).receipt
    section = page("reference/receipt.md").split("## The receipt of a move")[1]
    section = section.split("\n## ")[0]
    introduced = set(re.findall(r"`(\w+)`", section.split("| field of a move")[0]))
    assert set(receipt) - _fields(section) <= introduced
    assert _fields(section) <= set(receipt)
    for part in ("counts", "candidates"):
        for name in receipt[part]:
            assert f"`{name}`" in section, name


def _fields(text: str) -> set[str]:
    """Give the names in the first column of a page's tables."""
    cells = re.findall(r"^\| (`.+?) \|", text, re.MULTILINE)
    return set(re.findall(r"`(\w+)`", "".join(cells)))


def test_every_public_name_of_the_package_is_in_the_reference(page: Page) -> None:
    text = page("reference/python.md") + page("reference/errors.md")
    for name in pseudo.__all__:
        assert name in text or name in ("__version__", "Spec"), name


def test_every_reason_of_an_identity_number_is_explained(page: Page) -> None:
    from pseudo.identity import Reason

    text = page("explanation/identity.md")
    for reason in Reason:
        assert reason is Reason.OK or f"`{reason.code}`" in text


def test_every_decision_is_in_the_index_and_has_its_parts(docs: Path, page: Page) -> None:
    index = page("adr/index.md")
    numbers = []
    for path in sorted(docs.glob("adr/[0-9]*.md")):
        text = path.read_text(encoding="utf-8")
        assert path.stem in index
        for part in ("Status: ", "## Context", "## Decision", "## Consequences"):
            assert part in text, f"{path.name} lacks {part}"
        numbers.append(int(path.name[:4]))
    assert numbers == list(range(1, len(numbers) + 1))
