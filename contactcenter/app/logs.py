"""How all processes of the product log: one line an event, control characters escaped, nothing personal.

Lines are JSON unless a person looks at a terminal. Tracebacks never show the values of variables.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import structlog

__all__ = ["set_up_logs"]


def set_up_logs(component: str, file: Path | None = None) -> None:
    """Send structured lines, marked with the component's name, to a file's end or else to standard error."""
    terminal = file is None and sys.stderr.isatty()
    output = sys.stderr if file is None else file.open("a")
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if terminal
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(output),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(component=component)
