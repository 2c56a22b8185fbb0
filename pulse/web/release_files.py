"""Files of a release: the numbers of the pages for every employee, with comments for HR."""

from collections.abc import Iterator, Mapping
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from flask import Blueprint, Response

from pulse.db import reading
from pulse.domain.errors import NotFound
from pulse.domain.permission import Permission
from pulse.release import downloads
from pulse.release import reading as releases
from pulse.web.guard import requires

blueprint = Blueprint("release_files", __name__)

# Larger files wait on the disk of the server for their reader, however slow, while the
# transaction that they were made in is over.
IN_MEMORY = 1_000_000
PIECE = 65_536


@blueprint.get("/results/<int:release_id>/files/<name>")
@requires(Permission.VIEW_RESULTS)
def staff(release_id: int, name: str) -> Response:
    """Give every employee exactly what stands on the pages for every employee."""
    return _file(release_id, name, downloads.FOR_ALL)


@blueprint.get("/hr/results/<int:release_id>/files/<name>")
@requires(Permission.VIEW_HR_RESULTS)
def hr(release_id: int, name: str) -> Response:
    """Give HR the files with the comments that its page shows."""
    return _file(release_id, name, downloads.FOR_HR)


def _file(release_id: int, name: str, offered: Mapping[str, str]) -> Response:
    if name not in offered:
        raise NotFound("There is no such file.")
    with reading() as session:
        release = releases.get(session, release_id)
        file = cast(IO[bytes], SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115  (closed below)
        downloads.write(session, release, name, file)
    answer = Response(_read(file), mimetype=offered[name])
    answer.content_length = file.tell()
    answer.call_on_close(file.close)
    saved_as = f"pulse-wave-{release.wave_id}-{name}"
    answer.headers.set("Content-Disposition", "attachment", filename=saved_as)
    return answer


def _read(file: IO[bytes]) -> Iterator[bytes]:
    """Give the file piece by piece and forget it."""
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece
