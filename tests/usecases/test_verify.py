# SPDX-License-Identifier: Apache-2.0
"""A receipt verifies as it was published, and in no other way, by either verifier."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import in_toto_attestation.v1.resource_descriptor as described
import in_toto_attestation.v1.statement as in_toto
import pytest
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from securesystemslib import dsse
from securesystemslib.signer import SSlibKey

import pseudo
from pseudo.errors import EvidenceError, UsageError
from pseudo.evidence.entries import EVENT, STATEMENT, canonical, place_of
from pseudo.evidence.envelope import key_id, seal
from pseudo.evidence.file_ledger import FileLedger
from pseudo.evidence.proof import read_proof
from pseudo.evidence.statement import statement
from pseudo.testing import DEMO_SPEC, MemoryStore, make_delivery
from pseudo.usecases.verify import verify

_VERIFIER = Path(__file__).parents[2] / "tools" / "verify_receipt.py"


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """Two published batches of one delivery in one ledger."""
    folder = tmp_path_factory.mktemp("batch")
    files = make_delivery(folder / "incoming", people=60)
    (folder / "spec.yaml").write_text(DEMO_SPEC, encoding="utf-8")
    with MemoryStore({("projA", 1): bytes(range(32))}) as store:
        ledger = pseudo.open_ledger(folder / "ledger", store)
        domain = store.domain("projA")
        for name in ("first", "second"):
            pseudo.run(
                files, spec=folder / "spec.yaml", domain=domain, out=folder / name, ledger=ledger
            )
        yield SimpleNamespace(folder=folder, files=files, ledger=ledger, store=store)


@pytest.fixture
def copied(batch: SimpleNamespace, tmp_path: Path) -> Path:
    """A copy of the first published folder, to be spoilt."""
    target = tmp_path / "out"
    subprocess.run(["cp", "-r", str(batch.folder / "first"), str(target)], check=True)
    return target


LEAST = {
    "batch": "x",
    "verdict": "published",
    "finished": "2026-11-25T12:00:00.000Z",
    "domain": {"key_id": "projA.v1.0000000000000000"},
}


def refused(code: str, *arguments: Any, **options: Any) -> EvidenceError:
    with pytest.raises(EvidenceError) as caught:
        verify(*arguments, **options)
    assert caught.value.code == code
    return caught.value


def alone(key: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the verifier that stands alone, without this product in reach."""
    return subprocess.run(
        [sys.executable, "-I", str(_VERIFIER), key, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd="/",
    )


def test_a_published_folder_verifies(batch: SimpleNamespace) -> None:
    out = batch.folder / "second"
    found = verify(out, ledger=batch.ledger)
    assert (found.key, found.key_by, found.index) == (batch.ledger.key, "ledger", 2)
    assert found.proven
    assert found.in_ledger
    assert sorted(found.files) == [
        "release/codebook.csv",
        "release/codebook.json",
        "release/kommunala-program.parquet",
        "return/opening.json",
        "return/rejects.csv",
        "return/rejects.json",
    ]
    assert not found.missing
    assert found.receipt == pseudo.read_receipt(out)


def test_it_verifies_with_the_key_alone_and_the_files_one_has(
    batch: SimpleNamespace, tmp_path: Path
) -> None:
    for name in ("receipt.json", "receipt.tlog-proof"):
        (tmp_path / name).write_bytes((batch.folder / "first" / name).read_bytes())
    data = batch.folder / "first/release/kommunala-program.parquet"
    found = verify(tmp_path / "receipt.json", [data], key=batch.ledger.key)
    assert (found.key_by, found.in_ledger, found.proven) == ("option", False, True)
    assert found.files == ["release/kommunala-program.parquet"]
    (tmp_path / "receipt.tlog-proof").unlink()
    found = verify(tmp_path, key=batch.ledger.key)
    assert (found.files, found.proven) == ([], False)
    assert len(found.missing) == 6


def test_the_verifier_that_stands_alone_agrees(batch: SimpleNamespace, tmp_path: Path) -> None:
    key = batch.ledger.key.encode()
    out = batch.folder / "first"
    done = alone(key, out / "receipt.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"entry 1 of {batch.ledger.key.name}" in done.stdout
    assert "release/kommunala-program.parquet" in done.stdout
    assert alone(key, out / "receipt.json", out / "return/rejects.csv").returncode == 0
    assert alone(key, out / "receipt.json", batch.files[0]).returncode == 6
    other = MemoryStore()
    stranger = pseudo.open_ledger(tmp_path / "ledger", other).key.encode()
    assert alone(stranger, out / "receipt.json").returncode == 6
    assert alone(key[:-4], out / "receipt.json").returncode == 6
    assert alone(key, tmp_path / "nothing.json").returncode == 2
    assert alone(key).returncode == 2


def test_no_byte_of_a_receipt_or_its_proof_can_be_changed(
    batch: SimpleNamespace, copied: Path
) -> None:
    key = batch.ledger.key
    namespace: dict[str, Any] = {"__name__": "verifier"}
    exec(compile(_VERIFIER.read_text(encoding="utf-8"), str(_VERIFIER), "exec"), namespace)
    for name in ("receipt.json", "receipt.tlog-proof"):
        path = copied / name
        data = path.read_bytes()
        step = 1 if os.environ.get("PSEUDO_TEST_FULL") else 7
        # The line end of a receipt may be missing; every other byte counts.
        last = len(data) - (name == "receipt.json")
        for place in {*range(0, last, step), last - 1}:
            changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
            path.write_bytes(changed)
            with pytest.raises(EvidenceError):
                verify(copied / "receipt.json", key=key)
            assert namespace["main"]([key.encode(), str(copied / "receipt.json")]) == 6
        path.write_bytes(data)
    assert verify(copied, key=key).proven


@pytest.mark.parametrize(
    "name", ["release/kommunala-program.parquet", "return/rejects.csv", "return/opening.json"]
)
def test_no_byte_of_a_file_can_be_changed(batch: SimpleNamespace, copied: Path, name: str) -> None:
    path = copied / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    error = refused("evidence.file_differs", copied, ledger=batch.ledger)
    assert error.params["file"] == name
    assert alone(batch.ledger.key.encode(), copied / "receipt.json").returncode == 6


def test_a_receipt_is_not_another_batchs(batch: SimpleNamespace, copied: Path) -> None:
    second = batch.folder / "second"
    stolen = copied / "receipt.json"
    stolen.write_bytes((second / "receipt.json").read_bytes())
    # With the first one's proof the place is wrong; without a proof the opening is.
    refused("evidence.proof_invalid", copied, ledger=batch.ledger)
    (copied / "receipt.tlog-proof").unlink()
    assert refused("evidence.file_differs", copied, ledger=batch.ledger)


def test_what_was_delivered_can_be_shown_with_the_opening(
    batch: SimpleNamespace, tmp_path: Path
) -> None:
    out = batch.folder / "first"
    opening = out / "return/opening.json"
    found = verify(
        out, ledger=batch.ledger, opening=opening, inputs=[batch.files[2], batch.files[0]]
    )
    assert found.inputs == [3, 1]
    other = tmp_path / "other.csv"
    other.write_bytes(batch.files[0].read_bytes() + b"\n")
    refused("evidence.input_differs", out, ledger=batch.ledger, opening=opening, inputs=[other])
    wrong = batch.folder / "second/return/opening.json"
    refused(
        "evidence.input_differs", out, ledger=batch.ledger, opening=wrong, inputs=batch.files[:1]
    )
    with pytest.raises(UsageError) as caught:
        verify(out, ledger=batch.ledger, inputs=batch.files[:1])
    assert caught.value.code == "usage.no_opening"
    with pytest.raises(UsageError) as caught:
        verify(out, ledger=batch.ledger, opening=other, inputs=batch.files[:1])
    assert caught.value.code == "usage.bad_opening"


def test_the_opening_does_not_leave_with_the_release(batch: SimpleNamespace) -> None:
    out = batch.folder / "first"
    secret = json.loads((out / "return/opening.json").read_text())["opening"]
    for path in out.rglob("*"):
        if path.is_file() and path.name != "opening.json":
            data = path.read_bytes()
            assert secret.encode() not in data
            assert bytes.fromhex(secret) not in data
            assert base64.b64encode(secret.encode())[4:-4] not in data


def test_each_thing_that_is_no_receipt_of_ours_has_its_own_answer(
    batch: SimpleNamespace, copied: Path, tmp_path: Path
) -> None:
    ledger, store = batch.ledger, batch.store
    path = copied / "receipt.json"
    whole = path.read_bytes()

    def replaced(data: bytes) -> Path:
        path.write_bytes(data)
        return path

    refused("evidence.no_receipt", replaced(b"{}\n"), ledger=ledger)
    refused("evidence.no_receipt", replaced(b""), ledger=ledger)
    refused("evidence.no_receipt", replaced(b"\xff" * 100), ledger=ledger)
    refused("evidence.no_receipt", replaced(whole[:-2]), ledger=ledger)
    content = {"event": "test", "ledger": place_of(ledger.head()[0])}
    event = seal(canonical(content), EVENT, store.public_key(), store.sign)
    refused("evidence.other_product", replaced(event.encode() + b"\n"), ledger=ledger)
    foreign = statement({"a": "0" * 64}, content) | {"predicateType": "https://example.org/x"}
    sealed = seal(canonical(foreign), STATEMENT, store.public_key(), store.sign)
    refused("evidence.other_product", replaced(sealed.encode() + b"\n"), ledger=ledger)
    unsigned = json.dumps(statement({"a": "0" * 64}, content)).encode()
    refused("evidence.unsigned", replaced(unsigned), ledger=ledger)
    elsewhere = statement({"a": "0" * 64}, {"ledger": {"origin": "other", "size": 1}})
    sealed = seal(canonical(elsewhere), STATEMENT, store.public_key(), store.sign)
    refused("evidence.other_ledger", replaced(sealed.encode() + b"\n"), ledger=ledger)
    never = statement({"a": "0" * 64}, {**LEAST, "ledger": place_of(ledger.head()[0])})
    sealed = seal(canonical(never), STATEMENT, store.public_key(), store.sign)
    (copied / "receipt.tlog-proof").unlink()
    refused("evidence.not_in_ledger", replaced(sealed.encode() + b"\n"), ledger=ledger)
    replaced(whole)
    with MemoryStore() as other:
        stranger = pseudo.open_ledger(tmp_path / "ledger", other)
        refused("evidence.unknown_key", path, key=stranger.key)
        refused("evidence.unknown_key", path, ledger=stranger)
    with pytest.raises(UsageError) as caught:
        verify(path)
    assert caught.value.code == "usage.no_ledger_key"


def test_a_ledger_that_was_forked_since_is_told_by_the_proof(
    batch: SimpleNamespace, copied: Path, tmp_path: Path
) -> None:
    fork = tmp_path / "fork"
    subprocess.run(["cp", "-r", str(batch.folder / "ledger"), str(fork)], check=True)
    lines = (fork / "entries").read_bytes().splitlines(keepends=True)
    # Back to before the second batch, and on in another way.
    (fork / "entries").write_bytes(b"".join(lines[:2]))
    first = read_proof((batch.folder / "first/receipt.tlog-proof").read_text())
    assert first is not None
    (fork / "checkpoint").write_text(first.checkpoint)
    forked = FileLedger(fork, batch.store)
    forked.append(lambda before: (EVENT, {"event": "other", "ledger": place_of(before)}))
    assert verify(batch.folder / "first", ledger=forked).in_ledger
    refused("evidence.not_in_ledger", batch.folder / "second", ledger=forked)


def test_the_receipt_is_an_in_toto_statement_in_a_dsse_envelope(batch: SimpleNamespace) -> None:
    data = json.loads((batch.folder / "first/receipt.json").read_bytes())
    theirs = dsse.Envelope.from_dict(data)
    public = batch.ledger.key.public
    key = SSlibKey(key_id(public), "ed25519", "ed25519", {"public": public.hex()})
    assert theirs.verify([key], 1)
    parsed = json_format.Parse(theirs.payload, statement_pb2.Statement())
    found = in_toto.Statement.copy_from_pb(parsed)
    found.validate()
    assert found.pb.predicate_type == "urn:pseudo-personnummer:receipt:v2"
    for subject in found.pb.subject:
        described.ResourceDescriptor.copy_from_pb(subject).validate()


def test_a_folder_name_in_a_subject_leads_nowhere(
    batch: SimpleNamespace, copied: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_bytes(b"x")
    said = {**LEAST, "ledger": place_of(batch.ledger.head()[0])}
    names = ("../secret", "/etc/passwd", "a/../../secret", "", ".", "a\0b", "a" * 5000)
    sealed = seal(
        canonical(statement(dict.fromkeys(names, "0" * 64), said)),
        STATEMENT,
        batch.store.public_key(),
        batch.store.sign,
    )
    (copied / "receipt.json").write_bytes(sealed.encode() + b"\n")
    (copied / "receipt.tlog-proof").unlink()
    found = verify(copied, key=batch.ledger.key)
    assert not found.files
    assert len(found.missing) == len(names)


@pytest.mark.parametrize("end", [b"", b"\r", b"\x0c", b"\n\n"])
def test_a_proof_ends_as_it_was_written(batch: SimpleNamespace, copied: Path, end: bytes) -> None:
    proof = copied / "receipt.tlog-proof"
    proof.write_bytes(proof.read_bytes()[:-1] + end)
    refused("evidence.proof_invalid", copied, key=batch.ledger.key)
    assert alone(batch.ledger.key.encode(), copied / "receipt.json").returncode == 6


def test_what_the_receipt_does_not_name_is_told(batch: SimpleNamespace, copied: Path) -> None:
    (copied / "release" / "extra.csv").write_text("x")
    error = refused("evidence.file_extra", copied, ledger=batch.ledger)
    assert error.params["folder"] == "release"
    assert alone(batch.ledger.key.encode(), copied / "receipt.json").returncode == 6


@pytest.mark.parametrize(
    "odd",
    [
        {"batch": 1},
        {"verdict": None},
        {"domain": "x"},
        {"domain": {"key_id": []}},
        {"finished": {}},
        {"commitments": {}},
        {"commitments": [{}]},
        {"commitments": [{"file": "1", "hmac_sha256": "x"}]},
        {"ledger": None},
    ],
)
def test_a_signed_statement_may_be_odd(
    batch: SimpleNamespace, copied: Path, odd: dict[str, Any]
) -> None:
    said = {**LEAST, "ledger": place_of(batch.ledger.head()[0]), **odd}
    sealed = seal(
        canonical(statement({"a": "0" * 64}, said)),
        STATEMENT,
        batch.store.public_key(),
        batch.store.sign,
    )
    (copied / "receipt.json").write_bytes(sealed.encode() + b"\n")
    (copied / "receipt.tlog-proof").unlink()
    with pytest.raises(EvidenceError) as caught:
        verify(copied, key=batch.ledger.key)
    assert caught.value.code in ("evidence.no_receipt", "evidence.other_ledger")


def test_a_batch_without_a_ledger_says_that_it_is_not_signed(
    batch: SimpleNamespace, tmp_path: Path
) -> None:
    result = pseudo.run(
        batch.files,
        spec=batch.folder / "spec.yaml",
        domain=batch.store.domain("projA"),
        out=tmp_path / "out",
    )
    assert result.receipt["ledger"] is None
    assert pseudo.read_receipt(tmp_path / "out") == result.receipt
    assert not (tmp_path / "out/receipt.tlog-proof").exists()
    refused("evidence.unsigned", tmp_path / "out", ledger=batch.ledger)
