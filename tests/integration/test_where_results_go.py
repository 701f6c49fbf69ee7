"""No result destroys anything: not an input, nor a file that ocrect did not write, nor another input's result."""

from __future__ import annotations

import os
from itertools import permutations
from pathlib import Path

import pytest

from ocrect import writers
from ocrect.errors import ExportError, SettingsError
from ocrect.writers import ours
from ocrect.writers.target import Target


def says(words):
    """What writes these words."""
    return lambda out: out.write(words.encode())


@pytest.fixture
def keeps_marks(tmp_path):
    """Skip where the file system keeps no attributes: there no file is known as ours."""
    writers.save(says("one"), tmp_path / "probe")
    if not ours.is_ours(tmp_path / "probe"):
        pytest.skip("no extended attributes here")
    (tmp_path / "probe").unlink()


def same_path(scan, folder):
    return scan


def symbolic_link(scan, folder):
    (folder / "link.txt").symlink_to(scan)
    return folder / "link.txt"


def hard_link(scan, folder):
    os.link(scan, folder / "hard.txt")
    return folder / "hard.txt"


def linked_folder(scan, folder):
    (folder / "elsewhere").symlink_to(scan.parent)
    return folder / "elsewhere" / scan.name


def roundabout(scan, folder):
    (folder / "a").mkdir()
    return folder / "a" / ".." / os.path.relpath(scan, folder)


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("way", [same_path, symbolic_link, hard_link, linked_folder, roundabout])
def test_no_input_is_written_over_by_whichever_way_it_is_named(way, force, tmp_path):
    scans = tmp_path / "scans"
    scans.mkdir()
    scan = scans / "scan.png"
    scan.write_bytes(b"the only copy")
    with pytest.raises(ExportError, match="read in this run"):
        writers.save(says("text"), way(scan, tmp_path), [scan], force=force)
    assert scan.read_bytes() == b"the only copy"


def test_an_input_that_is_a_link_protects_the_file_behind_it(tmp_path):
    (tmp_path / "real.png").write_bytes(b"the only copy")
    (tmp_path / "link.png").symlink_to(tmp_path / "real.png")
    with pytest.raises(ExportError, match="read in this run"):
        writers.save(says("text"), tmp_path / "real.png", [tmp_path / "link.png"], force=True)


def test_a_file_of_the_user_is_replaced_by_force_only(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("mine")
    with pytest.raises(ExportError, match="not as ocrect wrote it") as caught:
        writers.save(says("text"), path)
    assert "--force" in caught.value.hint
    assert path.read_text() == "mine"
    writers.save(says("text"), path, force=True)
    assert path.read_text() == "text"


def test_an_empty_file_that_we_did_not_write_is_replaced(tmp_path):
    (tmp_path / "made-by-mktemp").touch()
    writers.save(says("text"), tmp_path / "made-by-mktemp")
    assert (tmp_path / "made-by-mktemp").read_text() == "text"


@pytest.mark.usefixtures("keeps_marks")
def test_a_file_of_ours_is_replaced_until_somebody_changes_it(tmp_path):
    path = tmp_path / "out.txt"
    for words in ("one", "two"):
        writers.save(says(words), path)
    assert path.read_text() == "two"
    path.write_text("two, with a correction of mine")
    with pytest.raises(ExportError, match="not as ocrect wrote it"):
        writers.save(says("three"), path)


def test_where_a_file_system_keeps_no_attributes_no_file_is_taken_for_ours(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "setxattr", raising=False)
    monkeypatch.delattr(os, "getxattr", raising=False)
    writers.save(says("one"), tmp_path / "out.txt")
    with pytest.raises(ExportError, match="not as ocrect wrote it"):
        writers.save(says("two"), tmp_path / "out.txt")


def test_inputs_of_one_stem_get_a_place_each(tmp_path):
    scans = [str(tmp_path / name) for name in ("a/x.png", "b/x.png", "c/x-2.png", "d/X.PDF", "e/x.png")]
    target = Target(f"{tmp_path}/out/", [".txt"], scans)
    places = [place for scan in scans for place in target.write([says(scan)], scan)]
    assert len({place.casefold() for place in places}) == len(scans)
    assert [Path(place).read_text() for place in places] == scans


@pytest.mark.parametrize("letter", ["x", "é"])
def test_a_name_that_is_too_long_with_its_suffix_is_its_own_files_error(letter, tmp_path):
    most = os.pathconf(tmp_path, "PC_NAME_MAX") - len(".png")
    scan = letter * (most // len(letter.encode())) + ".png"
    target = Target(f"{tmp_path}/out/", [".alto.xml"], [scan, "short.png"])
    with pytest.raises(ExportError, match="too long"):
        target.check(scan)
    target.check("short.png")


@pytest.mark.usefixtures("keeps_marks")
def test_all_formats_of_an_input_have_one_stem_that_is_free_for_each_of_them(tmp_path):
    out = tmp_path / "out"
    Target(f"{out}/", [".txt"], ["a/x.png"]).write([says("former")], "a/x.png")
    places = Target(f"{out}/", [".pdf", ".txt"], ["b/x.png"]).write([says("pdf"), says("text")], "b/x.png")
    assert places == [f"{out}/x-2.pdf", f"{out}/x-2.txt"]
    assert sorted(path.name for path in out.iterdir()) == ["x-2.pdf", "x-2.txt", "x.txt"]


def test_one_format_that_would_destroy_something_is_said_before_any_is_written(tmp_path):
    (tmp_path / "x.alto.xml").write_text("mine")
    with pytest.raises(ExportError, match="is there already"):
        Target(f"{tmp_path}/", [".txt", ".alto.xml"], ["x.png"]).check("x.png")


@pytest.mark.parametrize("output", ["x.txt", None, "-"])
def test_several_formats_need_a_folder(output):
    with pytest.raises(SettingsError, match="several formats"):
        Target(output, [".txt", ".pdf"], ["a.png"])


@pytest.mark.usefixtures("keeps_marks")
@pytest.mark.parametrize("order", list(permutations(["a/x.png", "b/x.png", "c/x.jpg"])))
def test_runs_one_after_the_other_into_one_folder_keep_every_result_and_replace_their_own(order, tmp_path):
    for run in ("first", "second"):
        for name in order if run == "first" else sorted(order):
            scan = str(tmp_path / name)
            Target(f"{tmp_path}/out/", [".txt"], [scan]).write([says(f"{run} {name}")], scan)
    results = sorted((tmp_path / "out").iterdir())
    assert sorted(path.read_text() for path in results) == [f"second {name}" for name in sorted(order)]


@pytest.mark.usefixtures("keeps_marks")
def test_standard_input_is_another_one_each_time(tmp_path):
    for words in ("one", "two"):
        Target(f"{tmp_path}/", [".txt"], ["-"]).write([says(words)], "-")
    assert sorted(path.read_text() for path in tmp_path.iterdir()) == ["one", "two"]


@pytest.mark.usefixtures("keeps_marks")
def test_a_part_lies_beside_the_whole_until_there_is_a_new_whole(tmp_path):
    whole, part = tmp_path / "x.txt", tmp_path / "x.txt.partial"
    target = Target(str(whole), [".txt"], ["x.png"])
    target.write([says("whole")], "x.png")
    assert target.write_part([says("part")], "x.png") == [str(part)]
    assert target.write_part([says("more of it")], "x.png") == [str(part)]
    assert (whole.read_text(), part.read_text()) == ("whole", "more of it")
    target.write([says("whole again")], "x.png")
    assert [path.name for path in tmp_path.iterdir()] == ["x.txt"]


def test_a_part_replaces_no_file_of_the_user(tmp_path):
    mine = tmp_path / "x.txt.partial"
    mine.write_text("mine")
    target = Target(f"{tmp_path}/x.txt", [".txt"], ["x.png"])
    assert target.write_part([says("part")], "x.png") == [f"{tmp_path}/x.txt-2.partial"]
    assert mine.read_text() == "mine"


def test_a_file_that_only_settings_name_is_an_input_too(tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("ocrect\n")
    target = Target(str(words), [".txt"], ["x.png"], others=[words], force=True)
    with pytest.raises(ExportError, match="read in this run"):
        target.check("x.png")


def test_several_inputs_need_a_folder(tmp_path):
    with pytest.raises(SettingsError, match="several files"):
        Target(f"{tmp_path}/x.txt", [".txt"], ["a.png", "b.png"])


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody can write to")
def test_a_folder_that_cannot_be_written_to_is_found_by_trying(tmp_path):
    with pytest.raises(ExportError, match="cannot write"):
        Target("/proc/self/x.txt", [".txt"], ["x.png"]).check("x.png")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody can write to")
def test_a_folder_that_cannot_be_written_to_is_said_once_for_all_inputs():
    with pytest.raises(ExportError, match="cannot write /proc/self/"):
        Target("/proc/self/", [".txt"], ["a.png", "b.png"])


def test_checking_where_a_result_goes_makes_no_file(tmp_path):
    Target(f"{tmp_path}/x.txt", [".txt"], ["x.png"]).check("x.png")
    assert list(tmp_path.iterdir()) == []
