# SPDX-License-Identifier: Apache-2.0
"""The error tree."""

from __future__ import annotations

import copy
import pickle

import pytest

import pseudo
from pseudo import errors

TREE = {
    "InternalError": 1,
    "UsageError": 2,
    "SpecError": 2,
    "DeliveryError": 3,
    "InvalidValuesError": 3,
    "LeakError": 4,
    "KeyStoreError": 5,
    "EvidenceError": 6,
    "ResourceError": 7,
    "ApprovalError": 8,
    "Cancelled": 130,
}


@pytest.mark.parametrize(("name", "status"), TREE.items())
def test_every_class_has_its_exit_status(name: str, status: int) -> None:
    kind = getattr(pseudo, name)
    assert issubclass(kind, pseudo.PseudoError)
    assert kind("internal.rows_lost").exit_status == status


def test_the_tree_holds_nothing_else() -> None:
    kinds = {n for n in errors.__all__ if n != "PseudoError"}
    assert kinds == set(TREE)


def test_parameters_that_could_be_numbers_are_masked() -> None:
    error = pseudo.DeliveryError("delivery.missing_column", column="pnr 19580317-9869")
    for told in (str(error), repr(error), error.text("sv"), str(error.args), str(error.params)):
        assert "9869" not in told
        assert "580317" not in told


def test_an_error_says_what_is_wrong_what_to_do_and_its_code() -> None:
    told = str(pseudo.KeyStoreError("keys.frozen", domain="projA"))
    assert "projA is frozen" in told
    assert "pseudo domain activate projA" in told
    assert "[keys.frozen]" in told


def test_errors_survive_pickling_and_copying() -> None:
    error = pseudo.DeliveryError("delivery.missing_column", column="namn")
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is pseudo.DeliveryError
        assert (again.code, dict(again.params)) == (error.code, dict(error.params))
