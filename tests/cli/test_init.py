"""`init`: from four questions to a bot that runs."""

import asyncio
import os
import signal
import stat
import sys
from importlib import metadata
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.cli.init import made_secrets, write
from bot.settings import load
from sandbox import Person, Sandbox
from tests.support.programs import ROOT


async def begun(sandbox: Sandbox, home: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "init"),
        cwd=home,
        env={
            "PYTHONPATH": str(ROOT),
            "PATH": os.environ["PATH"],
            "BOT_API_URL": sandbox.url,
            "HTTP_PORT": "0",
        },
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def says(program: asyncio.subprocess.Process, words: str, *answer: str) -> str:
    """All that it has written up to these words; then it gets the answer."""
    assert program.stdout
    assert program.stdin
    async with asyncio.timeout(60):
        said = await program.stdout.readuntil(words.encode())
    program.stdin.write("".join(f"{line}\n" for line in answer).encode())
    return said.decode()


async def test_four_answers_are_enough_for_a_bot_that_runs(
    sandbox: Sandbox, tmp_path: Path, alice: Person
) -> None:
    program = await begun(sandbox, tmp_path)
    await says(program, "@BotFather gave you", "none")
    assert "BOT_TOKEN" in await says(program, "@BotFather gave you", "123456789:" + "A" * 35)
    assert "does not know" in await says(program, "@BotFather gave you", sandbox.token)
    assert "It is the bot @" in await says(program, "shop's name", "Joe's \\ Café")
    await says(program, "time zone", "Kampala")
    assert "DEFAULT_TIMEZONE" in await says(program, "time zone", "Africa/Kampala")
    await says(program, "https address", "")
    await says(program, "The bot is running.")

    await alice.send("/start")
    assert "Joe's \\ Café" in (await alice.receives()).text
    file = tmp_path / ".env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert dotenv_values(file)["BOT_API_URL"] == sandbox.url
    program.send_signal(signal.SIGINT)
    assert await program.wait() == 0

    again = await begun(sandbox, tmp_path)
    assert "there already" in await says(again, "there already")
    assert await again.wait() == 2


@pytest.mark.parametrize("name", ["Nile Coffee", 'Joe\'s \\ "Café" $HOME #1', "naïve=ü", ""])
def test_what_is_written_is_what_is_read(tmp_path: Path, name: str) -> None:
    given = {**made_secrets(), "bot_token": "123456789:" + "A" * 35, "shop_name": name}
    write(tmp_path / ".env", given)
    found = dotenv_values(tmp_path / ".env")
    assert found == {each.upper(): value for each, value in given.items() if value}
    settings = load(env_file=tmp_path / ".env")
    assert (settings.shop_name or "") == name


def test_no_two_installations_have_the_same_secrets() -> None:
    assert not set(made_secrets().values()) & set(made_secrets().values())


async def test_the_program_says_which_version_it_is(tmp_path: Path) -> None:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "--version"),
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await program.communicate()
    assert said.decode().strip() == metadata.version("trackline")
