"""Errors that say what was wrong, where, and how to mend it, in one line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SxeduError(Exception):
    """A mistake in the input or in the call, told in one line.

    Parameters
    ----------
    what : str
        What is wrong.
    where : str, optional
        The file, row, field or parameter it is about; printed first.
    mend : str, optional
        What to do next; printed last.

    Examples
    --------
    >>> print(SxeduError("is empty", where="report.txt", mend="give a file with text"))
    report.txt: is empty; give a file with text
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        self.what, self.where, self.mend = what, where, mend
        line = f"{where}: {what}" if where else what
        if mend:
            line = f"{line}; {mend}"
        # A file name or a cell of a table may hold a line break: the promise is one line.
        super().__init__(" ".join(line.split()))


class InputError(SxeduError):
    """A file or a text that cannot be read as a report."""


class UnknownReportError(SxeduError):
    """A report_id that no data folder holds."""


class UnitError(SxeduError):
    """A division that its counting units or populations do not allow."""


class CodebookError(SxeduError):
    """A codebook entry that is missing, malformed or ambiguous."""


class ParameterError(SxeduError):
    """A notebook parameter with an unknown name, a wrong type or a value that is not allowed."""


class ExecutionError(SxeduError):
    """A notebook that failed while it ran."""


class VerificationError(SxeduError):
    """An original that does not agree with what the project says of it."""


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return ``" (did you mean 'x'?)"`` for the nearest choice, or an empty string.

    Examples
    --------
    >>> did_you_mean("compulsory_enrollment", ["compulsory_enrolment", "drill_sessions"])
    " (did you mean 'compulsory_enrolment'?)"
    >>> did_you_mean("zzz", ["compulsory_enrolment"])
    ''
    """
    nearest = difflib.get_close_matches(str(word), [str(choice) for choice in choices], n=1, cutoff=0.6)
    return f" (did you mean {nearest[0]!r}?)" if nearest else ""
