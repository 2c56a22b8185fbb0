"""The web starts light: what only the study needs is not loaded with the pages."""

import subprocess
import sys

from tests.support import tree

SCRIPT = """
import sys
import wsgi
import pulse.release.pages, pulse.release.publish, pulse.churn.drivers, pulse.web.charts.drivers
heavy = {"holidays", "numpy", "scipy", "pandas", "statsmodels", "sklearn", "phonenumbers"}
heavy |= {"plotly", "apscheduler", "alembic", "mypy"}
print(",".join(sorted(heavy & set(sys.modules))))
"""


def test_the_web_imports_no_number_crunching(tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=tree.ROOT,
        env={"PULSE_MODE": "test", "PULSE_INSTANCE": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.strip().split(",")) - {""}
    assert not loaded & {
        "holidays",
        "numpy",
        "scipy",
        "pandas",
        "statsmodels",
        "sklearn",
        "phonenumbers",
    }
