"""`flask check` says whether an installation is fit to run."""

from pulse.cli import database


def test_a_migrated_installation_is_ready(runner):
    found = runner.invoke(args=["check"])
    assert found.exit_code == 0
    assert found.output.startswith("Ready")


def test_a_database_that_is_behind_is_named_with_the_remedy(runner):
    database.downgrade(database.BOX, "base")
    found = runner.invoke(args=["check"])
    assert found.exit_code == 1
    assert "box database is behind: run flask database upgrade" in found.output


def test_a_command_on_a_database_that_is_behind_speaks_one_line(runner):
    database.downgrade(database.MAIN, "base")
    found = runner.invoke(args=["waves", "list"])
    assert found.exit_code == 1
    assert "flask check" in found.output
    assert "Traceback" not in found.output
    assert len(found.output.splitlines()) == 1
