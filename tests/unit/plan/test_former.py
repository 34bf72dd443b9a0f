"""A federation beside its former state."""

import shutil
from pathlib import Path

import pytest

from gateway.cli import main
from gateway.plan.federation import read_federation
from gateway.plan.former import compare_with_former

BASE = Path(__file__).parents[2] / "golden" / "base"
PERSON = "schema: person@1\nversion: 1.0.0"
FAITH = "  faith: {type: string, x-class: sensitive}"


def change(tmp_path, *changes):
    folder = tmp_path / "now"
    shutil.copytree(BASE, folder)
    path = folder / "schemas" / "base.yaml"
    text = path.read_text("utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return folder


def compare(tmp_path, *changes):
    found = compare_with_former(read_federation([change(tmp_path, *changes)]), read_federation([BASE]))
    return [(each.severity, each.code, each.message) for each in found]


RAISED = (PERSON, PERSON.replace("1.0.0", "1.1.0"))


def test_a_federation_beside_itself_has_not_changed():
    assert compare_with_former(read_federation([BASE]), read_federation([BASE])) == ()


def test_a_minor_that_takes_more_is_compatible_backward(tmp_path):
    assert compare(tmp_path, RAISED, ("required: [nik, name]", "required: [nik]")) == []


def test_a_minor_that_refuses_what_was_valid_is_an_error_with_a_document(tmp_path):
    ((severity, code, message),) = compare(tmp_path, RAISED, (FAITH, FAITH.replace("string,", "string, maxLength: 3,")))
    assert (severity, code) == ("error", "JB-SCH-015")
    assert message.startswith("person@1 1.1.0 breaks documents of 1.0.0: faith")
    assert '"faith": "' in message


def test_other_documents_under_the_old_version_are_an_error(tmp_path):
    ((severity, code, _),) = compare(tmp_path, ("required: [nik, name]", "required: [nik]"))
    assert (severity, code) == ("error", "JB-SCH-016")


@pytest.mark.parametrize(
    "changes",
    [
        [(FAITH, FAITH.replace("string,", "string, title: Agama,"))],
        [("NAMA: {type: string}", "NAMA: {type: string, maxLength: 9}")],
    ],
    ids=["words alone", "an agency's schema"],
)  # fmt: skip
def test_what_changes_no_canonical_document_needs_no_version(tmp_path, changes):
    assert compare(tmp_path, *changes) == []


def test_a_schema_breaks_where_one_that_it_refers_to_does(tmp_path):
    for name in ("then", "now"):
        folder = change(tmp_path / name, (FAITH, "  faith: {$ref: word@1}"))
        (folder / "schemas" / "word.yaml").write_text(
            f"schema: word@1\nversion: 1.{'01'[name == 'now']}.0\ntype: string\nmaxLength: {'98'[name == 'now']}\nx-class: sensitive\n"
        )
    found = compare_with_former(read_federation([tmp_path / "now" / "now"]), read_federation([tmp_path / "then" / "now"]))
    assert [(each.code, each.message.split(" ")[0]) for each in found] == [("JB-SCH-015", "person@1"), ("JB-SCH-015", "word@1")]


def test_check_against_a_former_state_fails_where_a_minor_breaks(tmp_path, capsys):
    folder = change(tmp_path, RAISED, (FAITH, FAITH.replace("string,", "string, maxLength: 3,")))
    assert main(["check", str(folder), "--no-cache", "--against", str(BASE)]) == 1
    assert "error[JB-SCH-015]: person@1 1.1.0 breaks documents of 1.0.0" in capsys.readouterr().out
    assert main(["check", str(BASE), "--no-cache", "--against", str(BASE)]) == 0
    assert main(["check", str(BASE), "--no-cache", "--against", str(tmp_path / "nowhere")]) == 3
