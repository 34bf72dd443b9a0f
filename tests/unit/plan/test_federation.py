"""Folders are read in order, whole, and never raise."""

import os
from pathlib import Path

import pytest

from gateway.plan import cache as cache_room
from gateway.plan import federation as room
from gateway.plan.federation import read_federation

PURPOSE = "purpose: {id}\ntitle: {{id: a, en: b}}\nlegal_basis: [c]\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "fed/routes/deep").mkdir(parents=True)
    (tmp_path / "fed/schemas").mkdir()
    (tmp_path / "fed/routes/b.yaml").write_text(PURPOSE.format(id="b"))
    (tmp_path / "fed/routes/deep/a.yml").write_text(PURPOSE.format(id="a"))
    (tmp_path / "fed/routes/.hidden.yaml").write_text("nonsense")
    (tmp_path / "fed/routes/readme.txt").write_text("nonsense")
    (tmp_path / "fed/schemas/s.json").write_text('{"schema": "s@1", "version": "1.0.0", "type": "object"}')
    return tmp_path / "fed"


def codes(federation):
    return [one.code for one in federation.diagnostics]


def test_documents_stand_by_kind_and_id(folder):
    federation = read_federation([folder])
    assert codes(federation) == []
    assert list(federation.of("purpose")) == ["b", "a"]  # in the order of names: b.yaml before deep/a.yml
    assert federation.of("schema")["s@1"].value == {"schema": "s@1", "version": "1.0.0", "type": "object"}
    assert federation.of("route") == {}


def test_the_digest_changes_with_any_file_and_with_nothing_else(folder):
    one, again = read_federation([folder]), read_federation([folder])
    (folder / "routes/b.yaml").write_text(PURPOSE.format(id="b") + "# x\n")
    other = read_federation([folder])
    assert one.digest == again.digest != other.digest
    changed = {name for name in one.digests if one.digests[name] != other.digests[name]}
    assert changed == {str(folder / "routes/b.yaml")}


def test_a_named_file_is_read_beside_its_document(folder):
    (folder / "routes/deep/x.csv").write_bytes(b"code,to\n")
    (folder / "routes/deep/list.yaml").write_text("codelist: x@1\nto: y@1\nfile: x.csv\n")
    federation = read_federation([folder])
    document = federation.of("codelist")["x@1"]
    assert federation.raw_file(document, "x.csv") == b"code,to\n"
    assert federation.raw_file(document, "other.csv") is None


def test_a_link_out_of_the_folder_is_not_followed_for_named_files(folder, tmp_path):
    (tmp_path / "outside.csv").write_text("secret")
    (folder / "routes/x.csv").symlink_to(tmp_path / "outside.csv")
    (folder / "routes/list.yaml").write_text("codelist: x@1\nto: y@1\nfile: x.csv\n")
    federation = read_federation([folder])
    assert codes(federation) == ["JB-REF-004"]
    assert federation.raw_file(federation.of("codelist")["x@1"], "x.csv") is None


def test_a_link_out_of_an_overlay_is_not_read_and_nothing_of_it_is_shown(folder, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/b.yaml").write_text("password: not for a diagnostic\n")
    (tmp_path / "over/routes").mkdir(parents=True)
    (tmp_path / "over/routes/one.yaml").symlink_to(tmp_path / "outside/b.yaml")
    (tmp_path / "over/routes/all").symlink_to(tmp_path / "outside")
    (tmp_path / "over/inside.yaml").write_text(PURPOSE.format(id="mine"))
    (tmp_path / "over/routes/two.yaml").symlink_to(tmp_path / "over/inside.yaml")
    federation = read_federation([folder, tmp_path / "over"])
    assert codes(federation) == ["JB-REF-004", "JB-REF-004"]
    assert "mine" in federation.of("purpose")
    assert not [name for name, source in federation.sources.items() if "password" in source.text]


def test_a_pipe_is_not_opened(folder):
    os.mkfifo(folder / "routes/pipe.yaml")
    assert codes(read_federation([folder])) == ["JB-SYN-014"]


def test_two_folders_are_one_federation(folder, tmp_path):
    (tmp_path / "other/policies").mkdir(parents=True)
    (tmp_path / "other/policies/p.yaml").write_text(PURPOSE.format(id="a"))
    federation = read_federation([folder, tmp_path / "other"])
    (twice,) = federation.diagnostics
    assert (twice.code, twice.mark.file) == ("JB-OVL-001", str(tmp_path / "other/policies/p.yaml"))
    assert twice.related[0].mark.file == str(folder / "routes/deep/a.yml")


def test_a_folder_that_is_not_there_is_a_diagnostic(tmp_path):
    assert codes(read_federation([tmp_path / "nowhere"])) == ["JB-SYN-014"]


@pytest.fixture
def counted(monkeypatch):
    """Count the files that are decoded."""
    decoded = []
    decode = room._decode_file
    monkeypatch.setattr(room, "_decode_file", lambda source: (decoded.append(Path(source.file).name), decode(source))[1])
    return decoded


def same(one, other):
    return {kind: {name: (d.value, d.mark, d.index) for name, d in rows.items()} for kind, rows in one.documents.items()} == {
        kind: {name: (d.value, d.mark, d.index) for name, d in rows.items()} for kind, rows in other.documents.items()
    }


def test_the_cache_decodes_only_what_changed(folder, tmp_path, counted):
    first = read_federation([folder], tmp_path / "cache")
    counted.clear()
    second = read_federation([folder], tmp_path / "cache")
    assert counted == []
    assert same(first, second)
    assert second.of("purpose")["a"].mark_at(("title", "en")).line == 2
    (folder / "routes/b.yaml").write_text(PURPOSE.format(id="b") + "# x\n")
    read_federation([folder], tmp_path / "cache")
    assert counted == ["b.yaml"]


def test_a_file_with_a_mistake_is_never_cached(folder, tmp_path, counted):
    (folder / "routes/b.yaml").write_text("purpose: b\n")
    for _ in range(2):
        counted.clear()
        assert codes(read_federation([folder], tmp_path / "cache")) == ["JB-KEY-002", "JB-KEY-002"]
    assert counted == ["b.yaml"]


@pytest.mark.parametrize(
    "poison",
    [
        lambda raw: raw.replace(b'"b"', b'"z"'),
        lambda raw: raw[:-40],
        lambda raw: b"",
        lambda raw: raw.split(b"\n")[0] + b"\n{}",
        lambda raw: b"\x00" * 100,
        lambda raw: b"0" * 64 + raw[64:],
    ],
)
def test_a_poisoned_cache_is_noticed_and_not_used(folder, tmp_path, counted, poison):
    first = read_federation([folder], tmp_path / "cache")
    (path,) = (tmp_path / "cache").iterdir()
    path.write_bytes(poison(path.read_bytes()))
    counted.clear()
    assert same(read_federation([folder], tmp_path / "cache"), first)
    assert len(counted) == 3


def test_a_cache_that_others_may_write_is_not_used(folder, tmp_path, counted):
    read_federation([folder], tmp_path / "cache")
    (path,) = (tmp_path / "cache").iterdir()
    path.chmod(0o666)
    counted.clear()
    read_federation([folder], tmp_path / "cache")
    assert len(counted) == 3


def test_another_checker_does_not_use_the_cache(folder, tmp_path, counted, monkeypatch):
    read_federation([folder], tmp_path / "cache")
    monkeypatch.setattr(cache_room, "checker_version", lambda: "0" * 64)
    counted.clear()
    read_federation([folder], tmp_path / "cache")
    assert len(counted) == 3


def test_a_cache_that_cannot_be_written_changes_nothing(folder, tmp_path):
    (tmp_path / "file").write_text("")
    assert codes(read_federation([folder], tmp_path / "file/cache")) == []


def test_no_temporary_file_is_left(folder, tmp_path):
    read_federation([folder], tmp_path / "cache")
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".plan"]


def test_more_files_than_allowed_are_a_diagnostic(folder, monkeypatch):
    monkeypatch.setattr(room, "FILES_MAX", 2)
    assert codes(read_federation([folder])) == ["JB-SYN-010"]
