"""What HR writes into a letter stays HR's words, whatever it looks like."""

import re
from pathlib import Path

from pulse import mail
from pulse.invitations import letter


def test_no_text_of_ours_says_where_the_secret_goes():
    """A fixed mark could be written into an introduction, as part of a link to somewhere else."""
    for module in (letter, mail):
        source = Path(module.__file__).read_text()
        assert letter.SECRET not in source
        assert letter.CODE not in source
    marks = (letter.SECRET, letter.CODE, mail._TO, mail._MESSAGE_ID)
    assert len({re.search("[0-9a-f]{32}", mark)[0] for mark in marks}) == len(marks)
