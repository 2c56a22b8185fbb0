"""One worker among several: it asks for the lease while it lives, and watches its own clock.

A thread of its own does both, so that a tick of ten minutes loses no lease, and a clock that is set
back stops no heart: it waits by the steady clock.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from secrets import token_hex
from threading import Event, Thread

from flask import Flask

from pulse import clock, fence
from pulse.config import settings
from pulse.db import db, reading, transaction
from pulse.domain import clock_watch
from pulse.domain.errors import LostLease
from pulse.domain.lease import Lease
from pulse.leadership import idling, lease
from pulse.leadership.lease import Bid, Standing

# Of its lease a leader uses up a third before it renews it; whoever waits looks every second.
RENEWALS = 3
LONGEST_PAUSE = 1.0
# A stopped worker's transaction is ended by the server after so many leases.
IDLE_LEASES = 4
log = logging.getLogger(__name__)


class Leader:
    """This process, as long as it asks to lead; `wake` is called when it should look at once."""

    def __init__(self, app: Flask, wake: Callable[[], object]) -> None:
        self._app, self._wake = app, wake
        self._holder = token_hex(16)
        self._held: Lease | None = None
        self._renewed = 0.0
        self._watch = clock_watch.begin(clock.now().timestamp(), clock.steady())
        # The jump that is written down; an operator answers by removing it.
        self._noted: int | None = None
        self._is_new, self._is_silent = True, False
        self._stopped = Event()
        self._thread = Thread(target=self._live, name="leader", daemon=True)

    @property
    def hold_back(self) -> bool:
        """Whether this process does not believe its clock."""
        return self._watch.jump is not None

    def start(self) -> None:
        """Begin to ask for the lease."""
        with self._app.app_context():
            for engine in db.engines.values():
                idling.limit(engine, IDLE_LEASES * settings().lease_seconds)
        self._thread.start()

    def stop(self) -> None:
        """Stop asking, and hand the lease over to whoever asks next."""
        self._stopped.set()
        self._thread.join()
        held, self._held = self._held, None
        if held:
            with self._app.app_context(), transaction() as session:
                lease.hand_over(session, held)

    def lead(self, tick: Callable[[], bool]) -> None:
        """Tick if this process leads, behind the fence; `tick` says whether all went well."""
        held, went_well = self._held, False
        if held is None:
            return
        try:
            with fence.within(partial(lease.check, held=held)):
                went_well = tick()
        except LostLease:
            log.warning("the lease was lost in the middle of a tick; another worker goes on")
        finally:
            with transaction() as session:
                lease.note(session, held, failed=not went_well)

    def _live(self) -> None:
        term = self._app.extensions["pulse"].lease_seconds
        pause = min(LONGEST_PAUSE, term / RENEWALS / 2)
        while True:
            with self._app.app_context():
                self._beat()
            if self._stopped.wait(pause):
                return

    def _beat(self) -> None:
        """Look at the clock and ask for the lease; a database that is away is asked again."""
        try:
            self._look_at_clock()
            self._ask()
            self._settle_clock()
        except Exception:
            # Whatever it is, this thread has to go on; a database that is away says so once.
            if not self._is_silent:
                log.exception("no lease could be asked for")
            self._is_silent = True
        else:
            self._is_silent = False

    def _look_at_clock(self) -> None:
        before, still = self._watch, settings().clock_still_seconds
        self._watch = clock_watch.look(before, clock.now().timestamp(), clock.steady(), still)
        if self._watch.jump is not None and self._watch.since != before.since:
            log.warning("the clock jumped by %s seconds; steps are held", self._watch.jump)
            # The scheduler's own times are of no use any more.
            self._wake()

    def _ask(self) -> None:
        term = timedelta(seconds=settings().lease_seconds)
        if self._held and clock.steady() - self._renewed < term.total_seconds() / RENEWALS:
            return
        with reading() as session:
            found = lease.standing(session)
        self._compare(found)
        before, began = self._held, clock.steady()
        if found and found.is_led and found.lease.holder != self._holder:
            self._held = None
        else:
            with transaction() as session:
                bid = Bid(self._holder, term, clock.now())
                self._held, self._renewed = lease.ask_for(session, bid), began
        if self._held and (before is None or before.epoch != self._held.epoch):
            self._noted = None
            self._wake()

    def _compare(self, found: Standing | None) -> None:
        """Doubt a clock that is behind what a leader has seen, and one that was doubted before.

        It is looked at by whoever starts, and by whoever is about to lead.
        """
        if found is None or self._held or not (self._is_new or not found.is_led):
            return
        self._is_new = False
        jump = clock_watch.set_back(clock.now(), found.seen_at)
        jump = jump or (None if found.is_led else found.clock_jump)
        if jump is not None and not self.hold_back:
            self._watch = clock_watch.doubted(self._watch, jump, clock.steady())

    def _settle_clock(self) -> None:
        """Write down what the clock has done, for HR to see; take back what was answered."""
        held, jump = self._held, self._watch.jump
        if held is None:
            return
        if self._noted is not None and jump == self._noted:
            with reading() as session:
                found = lease.standing(session)
            if found is None or found.clock_jump is None:
                self._watch, self._noted = clock_watch.trusted(self._watch), None
                self._wake()
        elif jump != self._noted:
            with transaction() as session:
                lease.doubt_clock(session, held, jump)
            self._noted = jump
            self._wake()
