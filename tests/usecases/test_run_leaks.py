# SPDX-License-Identifier: Apache-2.0
"""Identity data outside its column stops the batch; what chance explains does not."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import pseudo
from pseudo.domain import Domain
from pseudo.testing import People
from pseudo.testing.canaries import assert_clean

Deliver = Callable[..., Path]


def delivery(people: Sequence[str], cells: Sequence[str]) -> str:
    rows = [f"{number};{cell}" for number, cell in zip(people, cells, strict=True)]
    return "\n".join(["personnummer;kept", *rows]) + "\n"


def run(path: Path, out: Path, domain: Domain) -> pseudo.RunResult:
    return pseudo.run(
        path, columns=["personnummer"], keep=["kept"], domain=domain, out=out, order="keep"
    )


def refused(path: Path, out: Path, domain: Domain) -> str:
    with pytest.raises(pseudo.LeakError) as caught:
        run(path, out, domain)
    assert caught.value.exit_status == 4
    assert not (out / "release").exists()
    assert (out / "return" / "rejects.csv").is_file()
    receipt = pseudo.read_receipt(out)
    assert receipt["verdict"] == "refused"
    assert receipt["refusal"] == caught.value.code
    assert receipt["outputs"] == []
    return caught.value.code


@pytest.mark.parametrize(
    "spell",
    [
        lambda n: n,
        lambda n: n[2:],
        lambda n: f"{n[:8]}-{n[8:]}",
        lambda n: f"{n[2:8]}-{n[8:]}",
        lambda n: f"{n[:8]} {n[8:]}",
        lambda n: f"{n[:8]}\u2013{n[8:]}",
        lambda n: f"se {n[2:8]}-{n[8:]} ovan",
        lambda n: f"({n})",
        lambda n: "".join(chr(0xFF10 + int(d)) for d in n),
        lambda n: f"{n}.0",
    ],
)
def test_a_cell_that_repeats_its_own_rows_number_stops(
    spell: Callable[[str], str],
    people: list[str],
    deliver: Deliver,
    tmp_path: Path,
    domain: Domain,
) -> None:
    cells = [""] * len(people)
    cells[117] = spell(people[117])
    path = deliver(delivery(people, cells))
    assert refused(path, tmp_path / "out", domain) == "leak.own_row"


def test_the_finding_names_file_and_record(
    people: list[str], deliver: Deliver, tmp_path: Path, domain: Domain
) -> None:
    cells = [""] * len(people)
    cells[117] = people[117]
    with pytest.raises(pseudo.LeakError) as caught:
        run(deliver(delivery(people, cells)), tmp_path / "out", domain)
    assert caught.value.params["column"] == "kept"
    assert caught.value.params["record"] == 119
    assert people[117] not in str(caught.value)


def test_any_number_with_a_separator_stops_even_of_a_stranger(
    people: list[str], deliver: Deliver, tmp_path: Path, domain: Domain
) -> None:
    stranger = People(seed=99).personnummer(1)[0]
    cells = ["x"] * len(people)
    cells[3] = f"granne till {stranger[2:8]}-{stranger[8:]}"
    assert refused(deliver(delivery(people, cells)), tmp_path / "out", domain) == "leak.separated"


def test_twelve_digits_of_another_row_stop(
    people: list[str], deliver: Deliver, tmp_path: Path, domain: Domain
) -> None:
    cells = ["x"] * len(people)
    cells[3] = people[150]
    assert refused(deliver(delivery(people, cells)), tmp_path / "out", domain) == "leak.member_12"


def test_ten_digits_of_another_row_stop_where_digits_are_rare(
    people: list[str], deliver: Deliver, tmp_path: Path, domain: Domain
) -> None:
    cells = ["en text"] * len(people)
    cells[3] = f"ring {people[150][2:]}"
    assert refused(deliver(delivery(people, cells)), tmp_path / "out", domain) == "leak.member_10"


def test_ten_digits_of_somebody_over_a_hundred_are_found(
    deliver: Deliver, tmp_path: Path, domain: Domain
) -> None:
    old = [n for n in People(seed=3).personnummer(5000) if n < "1920"][:40]
    assert len(old) == 40
    cells = ["en text"] * len(old)
    cells[0] = f"ring {old[1][2:]}"
    assert refused(deliver(delivery(old, cells)), tmp_path / "out", domain) == "leak.member_10"


def test_many_members_among_many_digits_stop(
    deliver: Deliver, tmp_path: Path, domain: Domain
) -> None:
    people = People(seed=7).personnummer(3000)
    rng = random.Random(1)
    cells = [f"{rng.randrange(10**9, 10**10)}" for _ in people]
    for place in range(40):
        cells[place] = people[-1 - place][2:]
    assert refused(deliver(delivery(people, cells)), tmp_path / "out", domain) == "leak.member_10"


def test_a_column_of_strangers_stops_by_its_rate(
    people: list[str], deliver: Deliver, tmp_path: Path, domain: Domain
) -> None:
    strangers = People(seed=1234).personnummer(len(people))
    cells = [number if place % 2 else "" for place, number in enumerate(strangers)]
    assert not set(strangers) & set(people)
    assert refused(deliver(delivery(people, cells)), tmp_path / "out", domain) == "leak.rate"


@pytest.mark.parametrize(
    "make",
    [
        lambda rng: f"07{rng.randrange(10**8):08d}",
        lambda rng: (
            f"26{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}{rng.randrange(24):02d}{rng.randrange(60):02d}"
        ),
        lambda rng: (
            f"2026-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d} 12:30:{rng.randrange(60):02d}"
        ),
        lambda rng: f"556{rng.randrange(10**7):07d}",
        lambda rng: f"{rng.randrange(10**12):012d}",
        lambda rng: f"{rng.randrange(16**64):064x}",
        lambda rng: f"{rng.randrange(10**6)}.{rng.randrange(100):02d}",
        lambda rng: str(rng.randrange(10**9)),
    ],
    ids=["phone", "timestamp", "time", "orgnr", "digits", "hash", "amount", "integer"],
)
def test_what_chance_explains_does_not_stop(
    make: Callable[[random.Random], str], deliver: Deliver, tmp_path: Path, domain: Domain
) -> None:
    people = People(seed=7).personnummer(5000)
    rng = random.Random(42)
    path = deliver(delivery(people, [make(rng) for _ in people]))
    result = run(path, tmp_path / "out", domain)
    assert result.rows == len(people)


def test_numbers_that_lost_their_zeros_in_a_kept_integer_column_stop_in_their_own_row(
    deliver: Deliver, tmp_path: Path, domain: Domain
) -> None:
    young = [n for n in People(seed=3).personnummer(20_000) if n.startswith("200")][:30]
    text = "\n".join(["personnummer;kept", *(f"{n};{int(n[2:])}" for n in young)])
    spec = pseudo.Spec.model_validate(
        {
            "name": "x",
            "columns": [
                {"name": "personnummer", "role": "identifier"},
                {"name": "kept", "role": "keep", "type": "integer"},
            ],
        }
    )
    with pytest.raises(pseudo.LeakError) as caught:
        pseudo.run(deliver(text), spec=spec, domain=domain, out=tmp_path / "out")
    assert caught.value.code == "leak.own_row"


def test_an_interim_number_repeated_in_a_kept_column_stops(
    deliver: Deliver, tmp_path: Path, domain: Domain
) -> None:
    numbers = People(seed=3).interim(30)
    cells = ["x"] * 30
    cells[4] = f" {numbers[4][2:8]}-{numbers[4][8:].lower()}"
    spec = pseudo.Spec.model_validate(
        {
            "name": "x",
            "columns": [
                {"name": "personnummer", "role": "identifier", "kind": "interim"},
                {"name": "kept", "role": "keep"},
            ],
        }
    )
    with pytest.raises(pseudo.LeakError) as caught:
        pseudo.run(
            deliver(delivery(numbers, cells)), spec=spec, domain=domain, out=tmp_path / "out"
        )
    assert caught.value.code == "leak.own_row"


def test_a_warning_stands_in_the_receipt_and_holds_no_value(
    people: list[str], deliver: Deliver, tmp_path: Path, domain: Domain
) -> None:
    stranger = People(seed=77).personnummer(1)[0]
    cells = ["x"] * len(people)
    cells[0] = stranger
    result = run(deliver(delivery(people, cells)), tmp_path / "out", domain)
    (finding,) = result.receipt["scan"]["findings"]
    assert finding["code"] == "leak.looks_like"
    assert finding["verdict"] == "warn"
    assert (finding["count"], finding["cells"]) == (1, 200)
    assert stranger not in json.dumps(result.receipt)


def test_column_names_with_numbers_are_refused(
    people: list[str], deliver: Deliver, tmp_path: Path, domain: Domain
) -> None:
    path = deliver(f"personnummer;svar om {people[0]}\n{people[1]};x\n")
    with pytest.raises(pseudo.DeliveryError) as caught:
        pseudo.run(
            path, columns=["personnummer"], keep_all=True, domain=domain, out=tmp_path / "o"
        )
    assert people[0] not in str(caught.value)
    assert_clean(folder=tmp_path / "o")


@pytest.mark.parametrize(
    "spell",
    [
        lambda n: f"SE{n[2:]}01",
        lambda n: f"00{n}",
        lambda n: f"1{n}",
        lambda n: f"{n}01",
        lambda n: n + n,
        lambda n: " ".join(n),
        lambda n: ".".join(n),
        lambda n: f"{n[:2]} {n[2:4]} {n[4:6]} {n[6:8]} {n[8:]}",
        lambda n: f"{n[:3]} {n[3:6]} {n[6:9]} {n[9:]}",
        lambda n: f"{n[2:8]}.{n[8:]}",
        lambda n: f"{n[2:8]}\u00b7{n[8:]}",
        lambda n: f"{n[:4]}-{n[4:6]}-{n[6:8]}-{n[8:]}",
        lambda n: "\u200b".join(n),
    ],
)
def test_the_rows_own_digits_stop_whatever_stands_between_or_around_them(
    spell: Callable[[str], str],
    people: list[str],
    deliver: Deliver,
    tmp_path: Path,
    domain: Domain,
) -> None:
    cells = ["x"] * len(people)
    cells[3] = spell(people[3])
    assert refused(deliver(delivery(people, cells)), tmp_path / "out", domain) == "leak.own_row"


def test_a_number_in_a_text_column_that_lost_its_zeros_stops_in_its_own_row(
    deliver: Deliver, tmp_path: Path, domain: Domain
) -> None:
    young = [n for n in People(seed=3).personnummer(20_000) if n.startswith("200")][:30]
    cells = ["x"] * len(young)
    cells[7] = str(int(young[7][2:]))
    assert refused(deliver(delivery(young, cells)), tmp_path / "out", domain) == "leak.own_row"


def test_one_chance_member_among_amounts_does_not_stop(
    deliver: Deliver, tmp_path: Path, domain: Domain
) -> None:
    people = People(seed=7).personnummer(2000)
    rng = random.Random(5)
    cells = [str(rng.randrange(10**5)) for _ in people]
    cells[10] = people[-1][2:]
    result = run(deliver(delivery(people, cells)), tmp_path / "out", domain)
    assert [f["code"] for f in result.receipt["scan"]["findings"]] == ["leak.looks_like"]


def test_a_reserve_number_inside_a_text_stops_in_its_own_row(
    deliver: Deliver, tmp_path: Path, domain: Domain
) -> None:
    numbers = People(seed=3).reserve("vgr", 30)
    cells = ["x"] * 30
    cells[4] = f"se {numbers[4][:8]}-{numbers[4][8:].lower()} ovan"
    spec = pseudo.Spec.model_validate(
        {
            "name": "x",
            "columns": [
                {"name": "personnummer", "role": "identifier", "kind": "reserv:vgr"},
                {"name": "kept", "role": "keep"},
            ],
        }
    )
    with pytest.raises(pseudo.LeakError) as caught:
        pseudo.run(deliver(delivery(numbers, cells)), spec=spec, domain=domain, out=tmp_path / "o")
    assert caught.value.code == "leak.own_row"
