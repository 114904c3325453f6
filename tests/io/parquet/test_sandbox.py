# SPDX-License-Identifier: Apache-2.0
"""The sandbox: what the child may do, and a parent that believes nothing."""

from __future__ import annotations

import os
import resource
import signal
import struct
import textwrap
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pseudo.errors import DeliveryError, InternalError, PseudoError, ResourceError
from pseudo.io.binary import BinarySource
from pseudo.io.sandbox import child, messages, process, verdict
from pseudo.io.sandbox.parent import Sandbox
from pseudo.io.sandbox.pipes import Pipe, TooLarge, TooSlow, Unsound
from pseudo.io.source import ReadOptions

START = """
import json, os, signal, sys, time
order = json.loads(sys.argv[1])
def send(data): os.write(order["data"], data)
def say(note): os.write(order["control"], note)
def arrow():
    sys.path.extend(order["path"])
    import pyarrow
    return pyarrow
"""


def children() -> set[str]:
    """Give the processes that any thread of this one has started and not yet taken leave of."""
    listed = Path("/proc/self/task").glob("*/children")
    return {number for path in listed for number in path.read_text().split()}


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Start a sandbox whose child runs another program."""
    made = []

    def start(program, **options):
        path = tmp_path / "child.py"
        path.write_text(START + textwrap.dedent(program))
        monkeypatch.setattr(process, "_CHILD", path)
        with (tmp_path / "child.py").open("rb") as file:
            made.append(Sandbox("parquet", file.fileno(), ReadOptions(**options), file=7))
        return made[-1]

    before, others = sorted(os.listdir("/proc/self/fd")), children()
    yield start
    for sandbox in made:
        sandbox.close()
    assert sorted(os.listdir("/proc/self/fd")) == before
    # The server of other tests may be a child of this process too.
    assert children() <= others


DEATHS = {
    "os.kill(os.getpid(), signal.SIGSEGV)": (DeliveryError, "delivery.parser_died"),
    "os.abort()": (DeliveryError, "delivery.parser_died"),
    "os.kill(os.getpid(), signal.SIGKILL)": (ResourceError, "sandbox.memory"),
    "os.kill(os.getpid(), signal.SIGXCPU)": (ResourceError, "sandbox.cpu"),
    "sys.exit(1)": (InternalError, "sandbox.failed"),
    "pass": (DeliveryError, "delivery.parser_died"),
    "time.sleep(60)": (ResourceError, "sandbox.wall"),
    "send(b'\\xff' * 4); time.sleep(60)": (ResourceError, "sandbox.wall"),
    "send(b'\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x7f'); time.sleep(60)": (
        DeliveryError,
        "delivery.parser_died",
    ),
    "send(bytes(8))": (DeliveryError, "delivery.parser_died"),
    "send(b'HTTP/1.1 200 OK' * 9)": (DeliveryError, "delivery.parser_died"),
    "say(b'{' * 4000)": (DeliveryError, "delivery.parser_died"),
    "say(b'[' * 4000)": (DeliveryError, "delivery.parser_died"),
    "say(b'\\xff\\xfe')": (DeliveryError, "delivery.parser_died"),
    """say(b'{"code": "delivery.changed", "params": {}}')""": (
        DeliveryError,
        "delivery.parser_died",
    ),
    """say(b'{"code": "sandbox.memory", "params": {"x": "19800101-1234"}}')""": (
        DeliveryError,
        "delivery.parser_died",
    ),
    """say(b'{"code": "done", "params": {"rows": 0}}')""": (DeliveryError, "delivery.parser_died"),
    """say(b'{"code": "sandbox.memory", "params": {}}')""": (ResourceError, "sandbox.memory"),
}


@pytest.mark.parametrize("program", DEATHS)
def test_however_the_child_ends_the_caller_learns_why(start, monkeypatch, program):
    monkeypatch.setattr(process, "_SECONDS_TO_END", 1)
    kind, code = DEATHS[program]
    with pytest.raises(PseudoError) as caught:
        start(program, sandbox_wall=1)
    assert (type(caught.value), caught.value.code) == (kind, code)
    assert dict(caught.value.params) == {"file": 7}


def test_a_child_that_starts_others_takes_them_with_it(start, tmp_path):
    with pytest.raises(ResourceError):
        start(
            f"""
            pid = os.fork() or time.sleep(60)
            open({str(tmp_path / "pid")!r}, "w").write(str(pid))
            time.sleep(60)
            """,
            sandbox_wall=1,
        )
    grandchild = Path(f"/proc/{(tmp_path / 'pid').read_text()}/stat")
    for _ in range(100):
        if not grandchild.exists() or grandchild.read_text().split()[2] == "Z":
            break
        time.sleep(0.02)
    else:
        pytest.fail("the grandchild lives")


SCHEMA = pa.schema([("a", pa.string()), ("n", pa.int64())])
BATCH = pa.RecordBatch.from_pylist([{"a": "x", "n": 1}] * 3, schema=SCHEMA)


def stream(*batches, schema=SCHEMA, options=None):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema, options=options) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def taken(data, largest=1_000_000, rows=1_000):
    """Give bytes to the parent's judge, as a child would; return the batches."""
    reading, writing = os.pipe()
    pipe = Pipe(reading, largest)
    try:
        os.write(writing, data)
        os.close(writing)
        pipe.wait_at_most(5)
        schema, *_ = messages.read_schema(pipe)
        found = []
        while (batch := messages.next_batch(pipe, schema, rows)) is not None:
            found.append(batch)
        return found
    finally:
        pipe.close()


def damaged(offset_of, value):
    """A stream whose batch has one wrong number in its buffers."""
    data = bytearray(stream(BATCH))
    place = data.rindex(offset_of)
    data[place : place + len(value)] = value
    return bytes(data)


HOSTILE = {
    "compressed": stream(BATCH, options=pa.ipc.IpcWriteOptions(compression="zstd")),
    "dictionary": stream(
        pa.record_batch({"a": pa.array(["x"]).dictionary_encode()}),
        schema=pa.schema([("a", pa.dictionary(pa.int32(), pa.string()))]),
    ),
    "list": stream(
        pa.record_batch({"a": pa.array([[1]])}), schema=pa.schema([("a", pa.list_(pa.int64()))])
    ),
    "binary": stream(pa.record_batch({"a": [b"x"]}), schema=pa.schema([("a", pa.binary())])),
    "null": stream(pa.record_batch({"a": pa.nulls(3)}), schema=pa.schema([("a", pa.null())])),
    "strange zone": stream(schema=pa.schema([("a", pa.timestamp("us", "19800101-1234"))])),
    "no columns": stream(schema=pa.schema([])),
    "offsets": damaged(struct.pack("<4i", 0, 1, 2, 3), struct.pack("<4i", 0, 2**30, 2, 3)),
    "backwards": damaged(struct.pack("<4i", 0, 1, 2, 3), struct.pack("<4i", 0, 3, 1, 3)),
    "not utf-8": damaged(b"xxx\0\0\0\0\0", b"x\xffx\0\0\0\0\0"),
    "batch first": stream(BATCH)[len(stream()) - 8 :],
    "schema twice": stream()[:-8] + stream(BATCH),
    "cut": stream(BATCH)[:-30],
    "garbage after": stream(BATCH)[:-8] + b"\xff\xff\xff\xff\x10\0\0\0" + b"garbage!" * 2,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_nothing_unsound_gets_through(what):
    # That a text is none can be the file's fault, and is told of its column.
    with pytest.raises(messages.NotText if what == "not utf-8" else Unsound) as caught:
        taken(HOSTILE[what])
    assert caught.value.args == ()
    assert caught.value.__context__ is None


def test_more_rows_than_agreed_do_not_get_through():
    assert taken(stream(BATCH), rows=3)[0].equals(BATCH)
    with pytest.raises(Unsound):
        taken(stream(BATCH), rows=2)


def test_nothing_is_set_aside_for_what_is_only_announced():
    with pytest.raises(TooLarge):
        taken(b"\xff\xff\xff\xff\xff\xff\xff\x7f")
    with pytest.raises(TooLarge):
        taken(stream(BATCH), largest=100)


def test_a_flipped_byte_anywhere_gives_a_sound_batch_or_none():
    data = stream(BATCH)
    for place in range(len(data)):
        for bit in (0x01, 0x80):
            changed = bytearray(data)
            changed[place] ^= bit
            try:
                found = taken(bytes(changed))
            except (Unsound, messages.NotText, TooLarge, TooSlow, EOFError):
                continue
            for batch in found:
                batch.validate(full=True)


PROBE = """
import resource, runpy
fds = []
for fd in range(256):
    try:
        os.fstat(fd)
        fds.append(fd)
    except OSError:
        pass
own = {0, 1, 2, order["input"], order["data"], order["control"]}
sandbox = runpy.run_path(CHILD, run_name="probe")
sandbox["confine"](order["memory"], order["cpu"])
def refused(what):
    try:
        what()
    except OSError:
        return True
    return False
limit = lambda name: resource.getrlimit(getattr(resource, "RLIMIT_" + name))
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
facts = {
    "environment": sorted(os.environ),
    "descriptors": sorted(set(fds) - own),
    "argv": "19800101" in sys.argv[1],
    "writable": refused(lambda: open("probe-output", "w").write("x" * 100_000)),
    "input": refused(lambda: os.write(order["input"], b"x")),
    "core": limit("CORE"), "size": limit("FSIZE"), "open": limit("NOFILE"),
    "memory": limit("AS"), "cpu": limit("CPU"),
    "new_rights": status.get("NoNewPrivs", "").strip(),
    "session": os.getsid(0) == os.getpid(),
    "folder": os.getcwd(),
    "standard": [os.path.basename(os.path.realpath(f"/proc/self/fd/{fd}")).split(":")[0] for fd in (0, 1, 2)],
}
import ctypes
facts["dumpable"] = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
pa = arrow()
os.dup2(order["data"], 1)
with os.fdopen(order["data"], "wb") as pipe:
    pa.ipc.new_stream(pipe, pa.schema([(json.dumps(facts), pa.string())])).close()
"""


def test_the_child_has_nothing_and_may_do_nothing(start, tmp_path):
    import json

    with (tmp_path / "secret").open("w"):  # a descriptor that must not be inherited
        os.set_inheritable(reading := os.open(tmp_path, os.O_RDONLY), True)
        program = f"CHILD = {child.__file__!r}\n{PROBE}"
        sandbox = start(program, sandbox_memory=2**30, sandbox_cpu=9)
        os.close(reading)
    (name,) = sandbox.schema.names
    assert json.loads(name) == {
        "environment": sorted(process._ENVIRONMENT),
        "descriptors": [],
        "argv": False,
        "writable": True,
        "input": True,
        "core": [0, 0],
        "size": [0, 0],
        "open": [64, 64],
        "memory": [2**30, 2**30],
        "cpu": [9, 14],
        "new_rights": "1",
        "session": True,
        "folder": "/",
        "standard": ["pipe", "null", "null"],  # On the first the parent says what it wants.
        "dumpable": 0,
    }


def bomb(path):
    """A small file that unpacks to 40 GB: one long text, repeated by reference."""
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), ["x" * 2_000_000])
    pq.write_table(pa.table({"a": column}), path, compression="zstd")
    assert path.stat().st_size < 100_000
    return path


def code_of(path, **options):
    with pytest.raises(PseudoError) as caught:
        source = BinarySource(path, 1, ReadOptions(**options))
        try:
            for _ in source:
                pass
        finally:
            source.close()
    return caught.value.code


def test_a_bomb_dies_in_the_child(tmp_path):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert code_of(bomb(tmp_path / "x"), sandbox_memory=2**30) == "sandbox.memory"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000


def test_a_child_without_the_memory_to_start_says_so(tmp_path):
    pq.write_table(pa.table({"a": [1]}), tmp_path / "x")
    assert code_of(tmp_path / "x", sandbox_memory=40_000_000) == "sandbox.memory"


def test_processor_time_is_limited(start):
    with pytest.raises(ResourceError) as caught:
        start(
            f"""
            import runpy
            runpy.run_path({child.__file__!r}, run_name="probe")["confine"](2**30, 1)
            while True: pass
            """,
            sandbox_wall=30,
        )
    assert caught.value.code == "sandbox.cpu"


def test_a_row_that_is_too_long_is_refused_with_its_record(tmp_path):
    path = tmp_path / "x"
    pq.write_table(pa.table({"a": ["x", "y" * 34_000_000, "z"]}), path)
    assert code_of(path) == "delivery.row_too_long"
    pq.write_table(pa.table({"a": ["x" * 9_000_000] * 4}), path)
    source = BinarySource(path, 1)
    assert sum(piece.batch.num_rows for piece in source) == 4
    source.close()


def test_a_note_is_believed_only_as_far_as_it_is_listed():
    for code, (_, names) in verdict._KNOWN.items():
        values = {"type": "int64", "format": "Parquet", "column": "å", "found": "PGP"}
        values |= {"tables": ["å"], "encoding": "utf-8"}
        params = {name: values.get(name, 3) for name in names}
        assert verdict.read(verdict.write(code, params)) == (code, params)
        assert verdict.read(verdict.write(code, {**params, "extra": "x"})) is None
        shown = {name: "å" if name == "tables" else value for name, value in params.items()}
        assert verdict.error_of(code, params, 2).params == {"file": 2, **shown}
    several = verdict.error_of("usage.several_tables", {"tables": ["Blad1", "198507099805"]}, 2)
    assert several.params["tables"] == "Blad1, #2"
    for note in (
        b"",
        b"null",
        b'{"code": 1, "params": {}}',
        b'{"code": "delivery.unsupported_type", "params": {"column": "a", "type": "X Y"}}',
        b'{"code": "delivery.row_too_long", "params": {"record": true, "limit": 1}}',
        b'{"code": "delivery.row_too_long", "params": {"record": -1, "limit": 1}}',
        b'{"code": "done", "params": {"rows": 1e3}}',
    ):
        assert verdict.read(note) is None


def test_a_killed_parent_leaves_no_child_working(tmp_path):
    # The child finds its pipe closed and ends; it is not told anything.
    pq.write_table(pa.table({"a": range(2_000_000)}), tmp_path / "x")
    reading, writing = os.pipe()
    copy = os.fork()
    if not copy:
        source = BinarySource(tmp_path / "x", 1, ReadOptions(chunk_rows=1_000))
        next(iter(source))
        assert source._sandbox is not None
        os.write(writing, str(source._sandbox._child.pid).encode())
        signal.pause()
    assert_ends_with(copy, reading, writing)


def test_a_child_that_only_computes_ends_with_its_parent():
    reading, writing = os.pipe()
    copy = os.fork()
    if not copy:
        parent = os.getpid()
        if not os.fork():
            child._end_with(parent)
            os.write(writing, str(os.getpid()).encode())
            while True:
                pass
        signal.pause()
    assert_ends_with(copy, reading, writing)


def assert_ends_with(copy, reading, writing):
    pid = os.read(reading, 20).decode()
    os.kill(copy, signal.SIGKILL)
    os.waitpid(copy, 0)
    os.close(reading)
    os.close(writing)
    stat = Path(f"/proc/{pid}/stat")
    for _ in range(200):
        if not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return
        time.sleep(0.02)
    pytest.fail("the child lives")


@pytest.mark.parametrize("names", [["b"], ["c", "a"], ["a.b"], ["a", "a.b", "b", "c"], []])
def test_only_the_columns_that_were_chosen_are_read(tmp_path, names):
    table = pa.table({"a": [1, 2], "a.b": ["x", "y"], "b": [0.5, None], "c": [True, False]})
    pq.write_table(table, tmp_path / "x")
    with (tmp_path / "x").open("rb") as file:
        sandbox = Sandbox("parquet", file.fileno(), ReadOptions())
        assert sandbox.schema.names == table.schema.names
        sandbox.choose([n for n, name in enumerate(table.schema.names) if name in names])
        found = pa.Table.from_batches(list(sandbox), sandbox.schema)
    wanted = [name for name in table.schema.names if name in names]
    assert found.to_pydict() == table.select(wanted).to_pydict()


def test_a_column_that_was_not_chosen_may_be_damaged(tmp_path):
    table = pa.table({"a": pa.array(range(50_000)), "b": pa.array(range(50_000))})
    pq.write_table(table, tmp_path / "x", use_dictionary=False, write_page_checksum=True)
    content = bytearray((tmp_path / "x").read_bytes())
    column = pq.ParquetFile(tmp_path / "x").metadata.row_group(0).column(1)
    content[column.data_page_offset + column.total_compressed_size // 2] ^= 0xFF
    (tmp_path / "x").write_bytes(content)
    with (tmp_path / "x").open("rb") as file:
        with Sandbox("parquet", file.fileno(), ReadOptions()) as sandbox:
            sandbox.choose([0])
            assert sum(batch.num_rows for batch in sandbox) == 50_000
        with Sandbox("parquet", file.fileno(), ReadOptions()) as sandbox:
            sandbox.choose([1])
            with pytest.raises(DeliveryError, match=r"delivery\.unreadable"):
                list(sandbox)
