"""Takes one person's answers to the box on their behalf, in memory.

    redeem (main, committed) ──► cut into shards ──► drop (box, committed)

The two transactions never overlap: a number that both databases shared would tie the person to
the ballot. Whoever calls it keeps nothing of what passes through here.
"""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from pulse.ballots import box
from pulse.db import box_transaction, transaction
from pulse.domain.ballot import Value, shred_by
from pulse.domain.shard_layout import Layout
from pulse.invitations.redemption import Redeemed


def take_part(
    layout: Layout,
    answers: Mapping[str, Value],
    redeem: Callable[[Session], Redeemed],
    restore: Callable[[Session], None],
) -> None:
    """Use up an invitation, then drop the ballot; give the invitation back if that fails.

    Raises whatever `redeem` raises, and WaveNotOpen when the box was sealed in between.
    """
    with transaction() as session:
        redeemed = redeem(session)
    certain = True
    try:
        ballot = shred_by(layout, redeemed.labels, answers)
        with box_transaction() as connection:
            box.drop(connection, redeemed.token, ballot)
            # From here only the commit can fail, and then nobody knows whether it did.
            certain = False
    except BaseException:
        if certain:
            with transaction() as session:
                restore(session)
        raise
