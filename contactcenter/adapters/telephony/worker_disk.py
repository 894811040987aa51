"""The thread of a media worker that waits for the disk, so that the thread that sends sound never does.

Jobs run one after another; what they give back is collected and taken over by the other thread when its wake
descriptor turns readable.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Final

Landing = Callable[[], None]
"""What the sending thread does when a job is done."""
Job = Callable[[], Landing | None]

_END: Final = None


class DiskThread:
    """Runs jobs off the sending thread, in order."""

    def __init__(self) -> None:
        self.wake_descriptor = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._landings: deque[Landing] = deque()
        self._thread = threading.Thread(target=self._run, name="media-disk", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Hand over a job; it must not raise."""
        self._jobs.put(job)

    def land(self) -> None:
        """Do, on the sending thread, what finished jobs left to be done."""
        os.eventfd_read(self.wake_descriptor)
        while self._landings:
            self._landings.popleft()()

    def finish(self, seconds: float) -> bool:
        """Let all jobs end and wait for them; tells whether they did in time."""
        self._jobs.put(_END)
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not _END:
            landing = job()
            if landing is not None:
                self._landings.append(landing)
                os.eventfd_write(self.wake_descriptor, 1)
