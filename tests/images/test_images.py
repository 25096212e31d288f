"""The pictures of the docs: each is shown, each is taken by a scene, and the scenes still work."""

import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.images import film, paper
from tests.images.__main__ import FOLDER
from tests.images.film import FILMS
from tests.images.scenes import ELSEWHERE, SCENES
from tests.images.stage import play
from tests.support.browser import needs_chromium
from tests.test_docs import pages

TAKEN = {f"{name}.png" for name in SCENES} | {f"{name}.gif" for name in FILMS}


def test_every_picture_is_shown_on_a_page() -> None:
    shown = re.compile(r"!\[[^]]+\]\((?:[\w./]*/)?images/([\w.-]+)\)")
    assert {name for page in pages() for name in shown.findall(page.read_text())} == _files()


def test_every_picture_is_taken_by_a_scene_or_says_why_not() -> None:
    assert _files() == TAKEN | ELSEWHERE.keys()


def test_no_picture_is_larger_than_a_reader_likes_to_wait_for() -> None:
    most = {".png": paper.LARGEST, ".gif": film.LARGEST, ".svg": paper.LARGEST}
    large = [file for file in FOLDER.iterdir() if file.stat().st_size > most[file.suffix]]
    assert large == []


def test_the_moving_picture_takes_about_twenty_seconds() -> None:
    with Image.open(FOLDER / "demo.gif") as moving:
        milliseconds = 0
        for frame in range(getattr(moving, "n_frames", 1)):
            moving.seek(frame)
            milliseconds += moving.info["duration"]
    assert 15_000 < milliseconds < 25_000


@needs_chromium
async def test_a_scene_is_played_and_its_picture_saved(
    browser: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = await play(SCENES["finding"], browser)
    paper.save(picture, tmp_path / "finding.png")
    with Image.open(tmp_path / "finding.png") as saved:
        assert saved.size == picture.size
    assert capsys.readouterr().out == ""


def _files() -> set[str]:
    return {file.name for file in FOLDER.iterdir()}
