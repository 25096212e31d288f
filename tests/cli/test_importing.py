"""The command line: an import, by either of its names."""

from typer.testing import CliRunner

from bot.cli import cli


def test_to_reconcile_is_to_import() -> None:
    options = {
        name: CliRunner().invoke(cli, [name, "--help"], color=False).output.split("Options")[1]
        for name in ("import", "reconcile")
    }
    assert options["import"] == options["reconcile"]
    assert "--check" in options["reconcile"]
