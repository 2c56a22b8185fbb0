"""The entry point of web servers and of the `flask` command."""

from pulse.app import create_app
from pulse.domain.errors import BadSetting

try:
    app = create_app()
except BadSetting as error:
    raise SystemExit(f"pulse: {error}") from error
