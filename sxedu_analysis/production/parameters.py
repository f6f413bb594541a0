"""Each notebook's typed parameters, checked before a kernel starts and again inside the notebook.

The specification is data (``notebooks/parameters.yaml``), beside the notebooks it is about: papermill itself
lets a wrong type, a bad choice or a misspelt name through with a line in a log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sxedu_analysis.foundation.errors import ParameterError, SxeduError, did_you_mean
from sxedu_analysis.foundation.paths import notebooks_dir
from sxedu_analysis.foundation.yaml_text import load_yaml

_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "report": (str,),
    "comparators": (str,),
    "gap_measures": (str,),
}
_KINDS = {
    "report": "a report_id or a path (str)",
    "comparators": "adjacent, same_city, all, or adcodes divided by commas (str)",
    "gap_measures": "all, or themes and codes divided by commas (str)",
}


class NotebookParameterError(ParameterError):
    """A wrong parameter, told inside a notebook: IPython shows its one line instead of a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"ParameterError: {self}"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a notebook.

    Parameters
    ----------
    name, type : str
        Name, and str, int, float, bool, report, comparators (adjacent, same_city, all, or adcodes divided by
        commas) or gap_measures (all, or themes and codes divided by commas).
    default : str, int, float or bool
        What the notebook's own parameters cell says.
    choices : tuple of str
        Allowed values, or the codebook table that holds them (``topics``, ``indicators``, ``measures:KIND``).
    minimum, maximum : float or None
        Limits of a number.
    help_zh, help_en : str
        What it is for.
    """

    name: str
    type: str
    default: Any
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    help_zh: str = ""
    help_en: str = ""


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook of the project: its name (file name without .ipynb), titles, summaries and parameters.

    The tab is its title in a word, for the row of links that every page begins with; the front page draws the
    first chart of those that say so.
    """

    name: str
    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    parameters: tuple[Parameter, ...]
    tab_zh: str = ""
    tab_en: str = ""
    front_chart: bool = False

    @property
    def defaults(self) -> dict[str, Any]:
        """What the notebook runs with if nothing is given."""
        return {parameter.name: parameter.default for parameter in self.parameters}


@cache
def list_notebooks() -> dict[str, Notebook]:
    """The project's notebooks by name, in the order they are read.

    Examples
    --------
    >>> list(list_notebooks())[0]
    '01_report_figures'
    """
    entries = load_yaml((notebooks_dir() / "parameters.yaml").read_text(encoding="utf-8"))["notebooks"]
    found = {}
    for name, entry in entries.items():
        fields = dict(entry)
        listed = fields.pop("parameters")
        # The parameters all notebooks share are one YAML anchor, which arrives as a list in the list.
        flat = [one for item in listed for one in (item if isinstance(item, list) else [item])]
        parameters = tuple(Parameter(**{**one, "choices": tuple(one.get("choices", ()))}) for one in flat)
        found[name] = Notebook(name=name, parameters=parameters, **fields)
    return found


def notebook(name: str) -> Notebook:
    """The notebook of that name.

    Raises
    ------
    ParameterError
        If the project has no such notebook; names the nearest.
    """
    known = list_notebooks()
    if name not in known:
        raise ParameterError(
            f"no notebook {name!r}{did_you_mean(name, known)}", mend=f"the notebooks are {', '.join(known)}"
        )
    return known[name]


def check_parameters(name: str, values: Mapping[str, Any], *, inside: bool = False) -> dict[str, Any]:
    """Check the parameters given to a notebook, and fill in the defaults of those not given.

    Parameters
    ----------
    name : str
        Notebook, as ``02_coverage``.
    values : mapping
        The parameters. With `inside`, a notebook's `globals()`: of the names it does not know it then minds
        only those that look like a misspelt parameter.
    inside : bool
        Whether the notebook itself asks; its reader then gets one line instead of a traceback.

    Returns
    -------
    dict
        Every parameter of the notebook with its value.

    Raises
    ------
    ParameterError
        For an unknown name, a wrong type, a value that is not allowed, or a report that does not exist: one
        line that names notebook and parameter and says what is allowed.

    Examples
    --------
    >>> check_parameters("02_coverage", {"langg": "en"})
    Traceback (most recent call last):
    sxedu_analysis.foundation.errors.ParameterError: 02_coverage: unknown parameter 'langg' \
(did you mean 'lang'?); the parameters are report_id, lang, measure, refused_numerator, refused_denominator
    """
    if inside:
        try:
            return _checked(name, values, inside=True)
        except ParameterError as error:
            raise NotebookParameterError(error.what, where=error.where, mend=error.mend) from None
    return _checked(name, values)


def read_parameters(name: str, written: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Parameters as somebody typed them, each as the type that the notebook's specification gives it.

    What does not read as that type, and what the notebook does not know, is left to `check_parameters`.

    Examples
    --------
    >>> read_parameters("01_report_figures", [("top_n", "5"), ("lang", "en")])
    {'top_n': 5, 'lang': 'en'}
    """
    types = {parameter.name: parameter.type for parameter in notebook(name).parameters}
    return {given: _read(types.get(given, "str"), value) for given, value in written}


def _read(kind: str, value: str) -> Any:
    if kind == "bool":
        return {"true": True, "false": False}.get(value.lower(), value)
    try:
        return {"int": int, "float": float}[kind](value)
    except (KeyError, ValueError):
        return value


def _checked(name: str, values: Mapping[str, Any], *, inside: bool = False) -> dict[str, Any]:
    spec = notebook(name)
    known = {parameter.name: parameter for parameter in spec.parameters}
    for given in values:
        if given in known or (inside and not _looks_misspelt(given, values[given], known)):
            continue
        raise ParameterError(
            f"unknown parameter {given!r}{did_you_mean(given, known)}",
            where=name,
            mend=f"the parameters are {', '.join(known)}",
        )
    checked = spec.defaults | {key: values[key] for key in known if key in values}
    for parameter in spec.parameters:
        _check(name, parameter, checked[parameter.name])
    return checked


def _looks_misspelt(given: str, value: Any, known: Mapping[str, Parameter]) -> bool:
    return (
        not given.startswith("_")
        and isinstance(value, str | int | float)
        and bool(did_you_mean(given, known))
    )


def _check(name: str, parameter: Parameter, value: Any) -> None:
    where = f"{name}: parameter {parameter.name}"
    allowed = _TYPES[parameter.type]
    # In Python True is an int; as a count it is a slip.
    if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
        kind = _KINDS.get(parameter.type, parameter.type)
        raise ParameterError(f"must be {kind}, not {type(value).__name__} {value!r}", where=where)
    if parameter.type == "report":
        _check_report(where, str(value))
    if parameter.type == "comparators":
        _check_comparators(where, str(value))
    if parameter.type == "gap_measures":
        _check_gap_measures(where, str(value))
    if parameter.choices:
        choices = _choices(parameter.choices)
        if value not in choices:
            few = (
                ", ".join(choices)
                if len(choices) <= 12
                else f"{', '.join(choices[:8])} … ({len(choices)} in all)"
            )
            raise ParameterError(
                f"{value!r} is not allowed{did_you_mean(str(value), choices)}",
                where=where,
                mend=f"choose one of {few}",
            )
    for limit, wrong, word in (
        (parameter.minimum, parameter.minimum is not None and value < parameter.minimum, "at least"),
        (parameter.maximum, parameter.maximum is not None and value > parameter.maximum, "at most"),
    ):
        if wrong:
            raise ParameterError(f"must be {word} {limit}, not {value!r}", where=where)


def _check_report(where: str, value: str) -> None:
    from sxedu_analysis.reading.reports import load_report

    try:
        load_report(value)
    except SxeduError as error:
        raise ParameterError(str(error), where=where) from None


def _check_comparators(where: str, value: str) -> None:
    from sxedu_analysis.analysis.neighbours import COMPARATORS, listed_adcodes

    try:
        if value not in COMPARATORS:
            listed_adcodes(value)
    except SxeduError as error:
        raise ParameterError(str(error), where=where) from None


def _check_gap_measures(where: str, value: str) -> None:
    from sxedu_analysis.analysis.gap_measures import choose_measures

    try:
        choose_measures(value)
    except SxeduError as error:
        raise ParameterError(str(error), where=where) from None


def _choices(names: tuple[str, ...]) -> list[str]:
    """The allowed values, those that the codebook lists among them."""
    from sxedu_analysis.analysis.codebook import load_codebook

    book = load_codebook()
    found: list[str] = []
    for name in names:
        table, _, kind = name.partition(":")
        if table == "topics":
            found += sorted(book.topics, key=lambda code: book.topics[code].order)
        elif table == "indicators":
            found += list(book.indicators)
        elif table == "measures":
            found += [code for code, one in book.measures.items() if one.kind == kind]
        else:
            found.append(name)
    return found
