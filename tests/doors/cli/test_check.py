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
