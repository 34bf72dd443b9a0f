"""Whoever writes a command wrongly is led on: the nearest word is named, and where more is told."""

from __future__ import annotations

import pytest

from gateway.cli import main
from gateway.cli.frame import USAGE


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["serv"], "serve"),
        (["mapping", "sho"], "show"),
        (["check", "--frmat", "json"], "--format"),
        (["check", "--format", "jsn"], "json"),
    ],
)
def test_a_word_that_is_nearly_right_is_answered_with_the_right_one(
    words: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == USAGE
    said = capsys.readouterr().err
    assert f'did you mean "{meant}"?' in said
    assert "--help tells more" in said


def test_the_bare_command_tells_what_there_is_and_how_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == USAGE
    said = capsys.readouterr().err
    assert "jembatan demo" in said
    assert "exit codes" in said
