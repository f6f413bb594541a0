from __future__ import annotations

import pytest

from sxedu_analysis.foundation import errors


def test_an_error_is_one_line_whatever_it_is_given() -> None:
    error = errors.InputError("is\nbroken", where="a\nfile.txt", mend="mend\r\nit")
    assert str(error) == "a file.txt: is broken; mend it"


def test_parts_that_are_missing_leave_no_marks() -> None:
    assert str(errors.SxeduError("is wrong")) == "is wrong"
    assert str(errors.SxeduError("is wrong", mend="mend it")) == "is wrong; mend it"


@pytest.mark.parametrize(
    "kind",
    [
        errors.InputError,
        errors.UnknownReportError,
        errors.UnitError,
        errors.CodebookError,
        errors.ParameterError,
        errors.ExecutionError,
        errors.VerificationError,
    ],
)
def test_every_error_ends_the_command_with_two(kind: type[errors.SxeduError]) -> None:
    assert issubclass(kind, errors.SxeduError)
    assert kind("x").exit_code == 2


def test_the_nearest_word_is_offered_and_a_far_one_is_not() -> None:
    assert errors.did_you_mean("langg", ["lang", "report_id"]) == " (did you mean 'lang'?)"
    assert errors.did_you_mean("q", ["lang", "report_id"]) == ""
