"""A folder read on a Ray cluster: the same results as by processes of one machine, whatever is lost on the way.

The cluster is a real one, of this machine: nodes come and go, readers are killed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from serving import a_pdf

from ocrect.batch import run as batch
from ocrect.batch.manifest import MOST_DEATHS, Manifest
from ocrect.batch.work import Plan
from ocrect.errors import MissingDependencyError, SettingsError
from ocrect.record.document import Page
from ocrect.scale.cluster import Cluster, joined
from ocrect.scale.reader import Greeting, Reader
from ocrect.settings import Settings

ray = pytest.importorskip("ray")
SETTINGS = Settings(text_layer="only", runtime="none", correct=False, threads=1)
INVOICE = Path(__file__).parent.parent.parent / "examples" / "invoice.jpg"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A cluster of one node with two cores, which tells nobody that it runs."""
    from ray.cluster_utils import Cluster as Nodes

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    head = {"num_cpus": 2, "include_dashboard": False, "object_store_memory": 100 * 1024**2}
    try:
        nodes = Nodes(initialize_head=True, head_node_args=head)
    except (OSError, RuntimeError, ray.exceptions.RayError) as error:
        pytest.skip(f"no cluster can be started here: {error}")
    yield nodes.address
    nodes.shutdown()
    del os.environ["RAY_USAGE_STATS_ENABLED"]


@pytest.fixture(scope="module")
def cluster(address: str) -> Iterator[Cluster]:
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])  # readers of this file's own
    with joined(address) as found:
        yield found


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """A folder with four files of several pages, and a damaged one."""
    inputs, outputs = tmp_path / "in", tmp_path / "out"
    for number in range(4):
        path = inputs / f"sub{number % 2}" / f"file{number}.pdf"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(a_pdf(*(f"This is page {page} of the file number {number}" for page in range(1, 3 + 9 * number))))
    (inputs / "broken.pdf").write_bytes(b"%PDF-1.4 and then nothing")
    return Plan(batch.manifest_of(outputs), inputs, outputs, SETTINGS, ("text", "json"))


def done(plan: Plan, cluster: Cluster, said: list[str] | None = None, **how: bool) -> dict[str, int]:
    words = [] if said is None else said
    return batch.run(plan, cluster.readers(plan), said=words.append, progress=lambda _: None, **how)


def rows(plan: Plan) -> dict[str, Any]:
    with Manifest(plan.manifest) as manifest:
        return {row.path: row for row in manifest.rows()}


def test_the_cluster_makes_what_processes_make(plan: Plan, cluster: Cluster, tmp_path: Path) -> None:
    other = Plan(batch.manifest_of(tmp_path / "o"), plan.inputs, tmp_path / "o", SETTINGS, plan.formats)
    assert done(plan, cluster) == batch.run(other, batch.processes(other, 2), said=print, progress=lambda _: None)
    made = {path.relative_to(plan.outputs): path for path in plan.outputs.rglob("*.txt")}
    assert len(made) == 4
    for name, path in made.items():
        assert path.read_bytes() == (other.outputs / name).read_bytes()
    assert {name: (row.state, row.pages, row.error, row.exit_code) for name, row in rows(plan).items()} == {
        name: (row.state, row.pages, row.error, row.exit_code) for name, row in rows(other).items()
    }


def test_what_is_read_is_not_read_again(plan: Plan, cluster: Cluster) -> None:
    done(plan, cluster)
    first = plan.outputs / "sub0" / "file0.pdf.txt"
    before = first.stat().st_mtime_ns
    shutil.copy(plan.inputs / "sub1" / "file3.pdf", plan.inputs / "copy.pdf")
    more = Plan(plan.manifest, plan.inputs, plan.outputs, SETTINGS, ("text",))
    assert done(more, cluster)["done"] == 5
    assert rows(more)["copy.pdf"].pages == 29
    third = Plan(plan.manifest, plan.inputs, plan.outputs, SETTINGS, ("text",))
    written = first.stat().st_mtime_ns
    assert done(third, cluster)["done"] == 5
    assert first.stat().st_mtime_ns == written >= before


class Deadly(Reader):
    """Dies of one file, every time."""

    def read(self, content: bytes, name: str, numbers: list[int]) -> Iterator[Any]:
        for found in super().read(content, name, numbers):
            if name == "sub1/file1.pdf" and getattr(found, "number", 0) == 5:
                time.sleep(1)  # the pages before have come back by then
                os.kill(os.getpid(), signal.SIGKILL)
            yield found


class Faulty(Reader):
    """Has a fault that one file brings out."""

    def read(self, content: bytes, name: str, numbers: list[int]) -> Iterator[Any]:
        for found in super().read(content, name, numbers):
            if name == "sub1/file1.pdf" and getattr(found, "number", 0) == 5:
                raise IndexError("out of range")
            yield found


@pytest.mark.parametrize(("kind", "why"), [(Deadly, "unexpectedly"), (Faulty, "IndexError: out of range")])
def test_a_page_that_ends_its_readers_has_failed_and_the_others_are_read(
    plan: Plan, cluster: Cluster, monkeypatch: pytest.MonkeyPatch, kind: type[Reader], why: str
) -> None:
    monkeypatch.setattr("ocrect.scale.team.Reader", kind)
    said: list[str] = []
    assert done(plan, cluster, said) == {"waiting": 0, "working": 0, "done": 4, "failed": 1, "aside": 0}
    row = rows(plan)["sub1/file1.pdf"]
    assert (row.pages, row.failed_pages) == (11, 1)
    assert [word.startswith("sub1/file1.pdf, page 5: its reader was lost") and why in word for word in said] == [
        True
    ] * MOST_DEATHS
    pages = json.loads((plan.outputs / "sub1" / "file1.pdf.json").read_text(encoding="utf-8"))["pages"]
    failed = [(page["number"], page["failure"]["message"]) for page in pages if page.get("failure")]
    assert [number for number, _ in failed] == [5]
    assert "ended its reader 3 times" in failed[0][1]
    assert why in failed[0][1]


class Stuck(Reader):
    """Never comes to the end of one page."""

    def read(self, content: bytes, name: str, numbers: list[int]) -> Iterator[Any]:
        for found in super().read(content, name, numbers):
            if name == "sub0/file0.pdf" and getattr(found, "number", 0) == 1 and self._pipeline is not None:
                with self._pipeline.times.timed(Page(1)):
                    time.sleep(600)
            yield found


def test_a_page_that_takes_too_long_has_failed_and_the_others_are_read(
    plan: Plan, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ocrect.scale.team.Reader", Stuck)
    monkeypatch.setattr("ocrect.scale.team._LATE", 0.2)
    soon = Plan(plan.manifest, plan.inputs, plan.outputs, SETTINGS.with_(page_seconds=2), plan.formats)
    assert done(soon, cluster)["done"] == 4
    row = rows(plan)["sub0/file0.pdf"]
    assert (row.pages, row.failed_pages) == (2, 1)
    assert (plan.outputs / "sub0" / "file0.pdf.txt").read_text(encoding="utf-8").endswith("page 2 of the file number 0\n")


def test_a_file_that_the_clusters_memory_does_not_hold_has_failed_and_the_others_are_read(
    plan: Plan, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    large, put = (plan.inputs / "sub1" / "file3.pdf").read_bytes(), ray.put

    def full(content: bytes) -> object:
        if content == large:
            raise ray.exceptions.ObjectStoreFullError("the object store is full")
        return put(content)

    monkeypatch.setattr("ocrect.scale.team.ray.put", full)
    assert done(plan, cluster) == {"waiting": 0, "working": 0, "done": 3, "failed": 2, "aside": 0}
    assert "too large for the cluster's memory" in rows(plan)["sub1/file3.pdf"].error


class Old(Reader):
    """Of another version."""

    def greet(self) -> Greeting:
        return Greeting("0.0.1")


class Unwilling(Reader):
    """Cannot be made, as where ocrect is not installed."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        raise ModuleNotFoundError("No module named 'ocrect'")


@pytest.mark.parametrize(("kind", "why"), [(Old, "the cluster has ocrect 0.0.1"), (Unwilling, "No module named 'ocrect'")])
def test_a_cluster_that_cannot_read_is_an_error_that_names_the_next_step(
    plan: Plan, cluster: Cluster, monkeypatch: pytest.MonkeyPatch, kind: type[Reader], why: str
) -> None:
    monkeypatch.setattr("ocrect.scale.team.Reader", kind)
    with pytest.raises(SettingsError, match=why) as found:
        done(plan, cluster)
    assert "on every node" in found.value.hint
    assert {row.state for row in rows(plan).values()} == {"waiting"}


def test_settings_that_the_cluster_cannot_follow_are_the_users_error(plan: Plan, cluster: Cluster) -> None:
    wrong = Plan(plan.manifest, plan.inputs, plan.outputs, SETTINGS.with_(runtime="nonesuch", correct=True), plan.formats)
    with pytest.raises(SettingsError, match="nonesuch"):
        done(wrong, cluster)


def test_warnings_of_the_readers_name_their_file(plan: Plan, cluster: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    shutil.rmtree(plan.inputs / "sub1")
    settings = SETTINGS.with_(correct=True, runtime="openai", model_url="http://127.0.0.1:9/v1", pages="1-2")
    done(Plan(plan.manifest, plan.inputs, plan.outputs, settings, plan.formats), cluster)
    said = [
        record.getMessage() for record in caplog.records if "going on without the model that is named" in record.getMessage()
    ]
    assert sorted(word.split(": ")[0] for word in said) == ["sub0/file0.pdf", "sub0/file2.pdf"]


@pytest.mark.parametrize("how", ["reader", "interrupted"])
def test_real_pages_survive_a_killed_reader_and_a_broken_off_run(address: str, tmp_path: Path, how: str) -> None:
    inputs, outputs = tmp_path / "in", tmp_path / "out"
    inputs.mkdir()
    for number in range(6):
        shutil.copy(INVOICE, inputs / f"{number}.jpg")
        with (inputs / f"{number}.jpg").open("ab") as file:
            file.write(b"%d" % number)  # no copies: each is read
    line = [sys.executable, "-m", "ocrect", "batch", str(inputs), str(outputs), "--engine", "tesseract", "--no-correct"]
    environment = {**os.environ, "RAY_ADDRESS": address}
    process = subprocess.Popen([*line, "--ray", "auto"], stderr=subprocess.PIPE, text=True, env=environment)
    assert _until(lambda: list(outputs.glob("*.txt")) or process.poll() is not None), "no page came"
    if how == "reader":
        victims: list[int] = []
        assert _until(lambda: victims.extend(readers()) or victims), "nothing is read"
        os.kill(victims[0], signal.SIGKILL)
        _, said = process.communicate(timeout=200)
        assert (process.returncode, "its reader was lost" in said) == (0, True), said
    else:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 130, said
        assert "of 6 files done; the same command goes on with the rest" in said
        assert _until(lambda: not readers()), "readers are left on the cluster"
        assert subprocess.run(line, capture_output=True, check=False).returncode == 0
    texts = [path.read_text(encoding="utf-8") for path in outputs.glob("*.jpg.txt")]
    assert len(texts) == 6
    assert len(set(texts)) == 1
    assert "INVOICE" in texts[0]


def _until(is_so: Any, seconds: float = 100) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.05)
    return False


def readers() -> list[int]:
    """Processes that read for a run."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cmdline").read_bytes().startswith(b"ray::Reader.read"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def test_a_run_that_is_refused_writes_nothing_into_the_folder_of_its_files(plan: Plan, cluster: Cluster) -> None:
    within = replace(plan, manifest=batch.manifest_of(plan.inputs), outputs=plan.inputs)
    before = sorted(plan.inputs.rglob("*"))
    team = cluster.readers(within, 1)
    with pytest.raises(SettingsError, match="is the input folder"):
        batch.run(within, team, said=print, progress=print)
    time.sleep(0.5)
    assert sorted(plan.inputs.rglob("*")) == before
    team.end()


def test_what_is_no_cluster_is_refused_with_a_next_step(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong, why in (("ray://127.0.0.1:10001", "Ray's client"), ("nowhere", "nowhere")):
        line = [sys.executable, "-m", "ocrect", "batch", "in", "out", "--ray", wrong]
        ended = subprocess.run(line, capture_output=True, text=True, check=False, timeout=100)
        assert (ended.returncode, why in ended.stderr, "Traceback" in ended.stderr) == (1, True, False), ended.stderr
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingDependencyError, match="ray") as found, joined(address):
        pass
    assert "ocrect[ray]" in found.value.hint


@pytest.mark.parametrize(
    ("readers", "gpus", "each"), [(1, 1.0, 1.0), (2, 4.0, 1.0), (2, 1.0, 0.5), (8, 3.0, 0.3333), (7, 2.0, 0.25)]
)
def test_all_readers_find_room_on_the_gpus(readers: int, gpus: float, each: float) -> None:
    cluster = Cluster(cores=8, gpus=gpus)
    share = cluster.share(Settings(), readers)
    assert share == each
    assert sum(int(1 / share) for _ in range(int(gpus))) >= readers
    for without in (Settings(gpu_layers="0"), Settings(runtime="none"), Settings(correct=False)):
        assert cluster.share(without, readers) == 0.0
    assert Cluster(cores=8, gpus=0.0).share(Settings(), readers) == 0.0
