"""Published figures of counties and wider places, each with its source; and who borders on whom."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import pandas as pd

from sxedu_analysis.foundation.errors import InputError, ParameterError, did_you_mean
from sxedu_analysis.foundation.paths import data_dir
from sxedu_analysis.reading.counties import find_place, load_counties

COMPARATORS = ("adjacent", "same_city", "all")
"""The sets of comparators that have a name; any other is a list of adcodes."""

FIGURE_COLUMNS = {
    **dict.fromkeys(("adcode", "indicator", "year"), "str"),
    **dict.fromkeys(("value", "low", "high"), "float64"),
    **dict.fromkeys(
        (
            "unit",
            "published",
            "interval_kind",
            "status",
            "population",
            "source_id",
            "locator",
            "settled_by",
            "caveat_zh",
            "caveat_en",
        ),
        "str",
    ),
}
BENCHMARK_COLUMNS = {
    **dict.fromkeys(("benchmark", "kind", "adcode", "measure", "name_zh", "name_en"), "str"),
    **dict.fromkeys(("value", "low", "high"), "float64"),
    **dict.fromkeys(
        (
            "unit_zh",
            "unit_en",
            "year",
            "scope_zh",
            "scope_en",
            "interval_kind",
            "status",
            "note_zh",
            "note_en",
            "source_id",
            "locator",
        ),
        "str",
    ),
}

CONFIDENCE = 1.96
"""Standard errors either side of an estimate: 95 per cent of samples."""
DESIGN_EFFECT = 1.5
"""How much more a sample of households varies than one of persons: an assumption of this project.

None is published with the figures. Two teachers often share a household: if three households in ten that have
an education worker had two, the variance would be (0.7 * 1 + 0.3 * 4) / 1.3 = 1.46 times that of a sample of
persons. With 1 the intervals would be 0.82 times as wide, with 2 they would be 1.15 times. Wherever they are
shown, the assumption is named.
"""


def sampling_bounds(
    count: float, fraction: float, *, design_effect: float = DESIGN_EFFECT
) -> tuple[float, float]:
    """The 95 % confidence interval of a count in a sample of households.

    Parameters
    ----------
    count : float
        Persons of a kind among the households sampled.
    fraction : float
        Share of households that were sampled.
    design_effect : float
        Variance relative to a simple random sample of persons; the default is assumed, not published.

    Notes
    -----
    Assumes a simple random sample of households, drawn without replacement, in which the kind is rare:
    ``count ± 1.96 * sqrt(design_effect * (1 - fraction) * count)``. The census draws about one household in
    ten for its long form.

    Examples
    --------
    >>> low, high = sampling_bounds(1041, 22379 / 238913)
    >>> round(low, 1), round(high, 1)
    (967.3, 1114.7)
    """
    half = CONFIDENCE * math.sqrt(design_effect * (1 - fraction) * count)
    return max(0.0, count - half), count + half


def neighbours_dir() -> Path:
    """The folder with the figures of other places."""
    return data_dir() / "neighbours"


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(neighbours_dir() / f"{name}.csv", dtype="str", keep_default_na=False)


@cache
def _typed(name: str) -> pd.DataFrame:
    columns = {"figures": FIGURE_COLUMNS, "benchmarks": BENCHMARK_COLUMNS}[name]
    table = _read(name)
    for column in ("value", "low", "high"):
        table[column] = pd.to_numeric(table[column])
    # A floor has no upper end: the file leaves it empty.
    floors = table["interval_kind"] == "floor"
    table.loc[floors, "high"] = math.inf
    return table[list(columns)].astype(columns)


def load_figures() -> pd.DataFrame:
    """The published figures, one row a place, indicator, year and source.

    Returns
    -------
    DataFrame
        `adcode`, `indicator` (of `load_published_indicators`), `year`, `value`, `low`, `high`, `unit`,
        `published` (the figure as it stands in the source, with the source's unit), `interval_kind` (exact;
        rounding: limits that rounding leaves; sampling: a 95 % confidence interval), `status` (reported or
        not_published), `population`, `source_id` (of `load_sources`), `locator`, `settled_by` (the
        publication that would hold what is not published), `caveat_zh`, `caveat_en` (where the figure's
        population is not the indicator's own).

    Examples
    --------
    >>> figures = load_figures().set_index(["adcode", "indicator"])
    >>> figures.loc[("341324", "mean_years_schooling_all"), ["value", "low", "high"]].tolist()
    [8.99, 8.985, 8.995]
    """
    return _typed("figures").copy()


@cache
def _table(name: str, key: str) -> pd.DataFrame:
    return _read(name).set_index(key, drop=False).rename_axis(None)


def load_sources() -> pd.DataFrame:
    """Where the figures of other places come from, and how far each source can be trusted.

    Returns
    -------
    DataFrame
        One row a source: `source_id`, `title_zh`, `title_en`, `publisher`, `publisher_en`, `year` (of
        publication or edition; empty where the source does not say), `table` (the part used), `read_at`
        (the page or file it was read in), `note_zh`, `note_en` (what kind of copy that is), `licence`,
        `trust` (high, medium-high, medium; what is of low trust is not entered), `caveat_zh`, `caveat_en`
        (what holds of every figure from it).

    Examples
    --------
    >>> sources = load_sources().set_index("source_id")
    >>> sources.loc["census_county_2020", ["year", "trust"]].tolist()
    ['2022', 'high']
    """
    return _table("sources", "source_id").reset_index(drop=True)


def source_caveats(source_ids: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """What holds of every figure from these sources, in Chinese and English, each said once.

    Examples
    --------
    >>> source_caveats(["county_yearbook_2021", "census_county_2020"])
    (('年鉴未写年份，按2020年推定', "The yearbook's year, 2020, is inferred"),)
    """
    sources = _table("sources", "source_id")
    known = sources.loc[[code for code in sorted(set(source_ids)) if code in sources.index]]
    pairs = zip(known["caveat_zh"], known["caveat_en"], strict=True)
    return tuple(dict.fromkeys(pair for pair in pairs if pair[0]))


def load_publications() -> pd.DataFrame:
    """What would settle what is not published: `publication`, titles, `level`, `leaves_out`, publishers.

    `level` is prefecture or province where each has its own; `leaves_out` is district where districts are
    not in it.
    """
    return _table("publications", "publication").reset_index(drop=True)


def publication_title(publication: str, adcodes: Iterable[str], lang: str = "zh") -> str:
    """What a publication is called that would hold figures of some counties.

    Of a publication that every prefecture or province has, the counties' own are named; in English only if
    an English name is entered of each.

    Parameters
    ----------
    publication : str
        A code of `load_publications`.
    adcodes : iterable of str
        The counties; none if they are not known.
    lang : str
        zh or en.

    Returns
    -------
    str
        Empty where the publication leaves out all of the counties.

    Examples
    --------
    >>> publication_title("city_yearbooks", ["341324", "340322"])
    '市级统计年鉴（教育篇，分县表）：蚌埠市、宿州市'
    >>> publication_title("education_finance_communique", ["610824"], "en")
    'Provincial communique on education expenditure, with county annex'
    >>> publication_title("county_yearbook_later", ["341302"])
    ''
    """
    row, codes = _table("publications", "publication").loc[publication], sorted(set(adcodes))
    if row["leaves_out"] and codes and all(_is_district(code) for code in codes):
        return ""
    names = list(dict.fromkeys(_unit_above(code, str(row["level"]), lang) for code in codes))
    if not row["level"] or not names or not all(names):
        return str(row[f"title_{lang}"])
    return str(row[f"title_{lang}"]) + ("：" + "、".join(names) if lang == "zh" else ": " + ", ".join(names))


def _is_district(adcode: str) -> bool:
    places = _table("counties", "adcode")
    if adcode in places.index:
        return str(places.at[adcode, "level"]) == "district"
    # 六枝特区 and 神农架林区 are no districts of a city.
    return place_name(adcode).endswith("区") and not place_name(adcode).endswith(("特区", "林区"))


def _unit_above(adcode: str, level: str, lang: str) -> str:
    """The prefecture or province of a county; empty if it has none, or no name in that language."""
    code = {"prefecture": adcode[:4] + "00", "province": adcode[:2] + "0000"}.get(level, "")
    places = _table("counties", "adcode")
    if code in places.index:
        return str(places.at[code, f"name_{lang}"])
    if lang != "zh" or not is_county(adcode):
        return ""
    try:
        place = find_place(adcode, county=place_name(adcode))
    except InputError:
        return ""
    return place.province if level == "province" else place.city


def load_published_indicators() -> pd.DataFrame:
    """What the figures count: `indicator`, names, `unit`, `population`, `interval`, definitions."""
    return _table("indicators", "indicator").reset_index(drop=True)


def load_places() -> pd.DataFrame:
    """The places that have figures or border on one that has: `adcode`, names, `level`, `kind`, notes."""
    return _table("counties", "adcode").reset_index(drop=True)


def official_benchmarks(measure: str | None = None) -> pd.DataFrame:
    """Published rates and standards to set a measure of a report beside, never ranked with counties.

    Parameters
    ----------
    measure : str, optional
        A measure of the codebook: only the benchmarks for it.

    Returns
    -------
    DataFrame
        `benchmark`, `kind` (nation, province, standard, elsewhere), `adcode`, `measure`, names, `value`,
        `low`, `high` (infinite for a standard that says "at least"), units, `year` (the standard's first),
        `scope_zh`, `scope_en`, `interval_kind`, `status`, `note_zh`, `note_en`, `source_id`, `locator`.

    Examples
    --------
    >>> official_benchmarks("student_aid_per_award")["value"].tolist()[:4]
    [250.0, 312.5, 500.0, 625.0]
    """
    table = _typed("benchmarks")
    return (table if measure is None else table[table["measure"] == measure]).reset_index(drop=True)


def place_name(adcode: str, lang: str = "zh") -> str:
    """The name of a place; in English its code, where no English name is entered.

    Examples
    --------
    >>> place_name("341324"), place_name("341324", "en")
    ('泗县', 'Sixian County')
    >>> place_name("110101"), place_name("110101", "en")
    ('东城区', 'adcode 110101')
    """
    places = _table("counties", "adcode")
    if adcode in places.index:
        return str(places.at[adcode, f"name_{lang}"])
    return _china().get(adcode, adcode) if lang == "zh" else f"adcode {adcode}"


@cache
def _china() -> dict[str, str]:
    table = load_counties()
    return dict(zip(table["adcode"], table["name"], strict=True))


def is_county(adcode: str) -> bool:
    """Whether a code stands for a county or district, of the list or of our own places."""
    places = _table("counties", "adcode")
    if adcode in places.index:
        return str(places.at[adcode, "level"]) in ("county", "district")
    return adcode in _china()


def check_county(adcode: str, where: str = "adcode") -> str:
    """Return the code if it is a county's.

    Raises
    ------
    InputError
        If it is not, in one line with the nearest code.
    """
    code = str(adcode).strip()
    if is_county(code):
        return code
    try:
        place = find_place(code, where=where)
    except InputError as error:
        raise InputError(error.what, where=where, mend="give a county's six digits of GB/T 2260") from None
    raise InputError(
        f"{code} is {place.name}, no county", where=where, mend="give the code of a county or district"
    )


def neighbours_of(adcode: str) -> list[str]:
    """The counties that border on one, by adcode; empty if its borders are not entered.

    Examples
    --------
    >>> neighbours_of("341324")
    ['320324', '321302', '321324', '340322', '341323']
    """
    pairs = _read_pairs()
    return sorted({b for a, b in pairs if a == adcode} | {a for a, b in pairs if b == adcode})


@cache
def _read_pairs() -> tuple[tuple[str, str], ...]:
    table = _read("adjacency")
    return tuple(zip(table["adcode"], table["neighbour"], strict=True))


def borders_are_known(adcode: str) -> bool:
    """Whether all of a county's borders are entered, which is so for the counties that are compared."""
    return adcode in _compared()


def _compared() -> set[str]:
    places = _table("counties", "adcode")
    return set(places.index[places["kind"] == "compared"])


def counties_with_figures(figures: pd.DataFrame) -> list[str]:
    """The counties that may be compared: ours, and those that a user's figures add."""
    places = _table("counties", "adcode")
    known = figures.loc[figures["status"] == "reported", "adcode"].unique()
    return sorted(
        code for code in known if code in _compared() or (code not in places.index and is_county(code))
    )


def comparator_set(
    adcode: str, comparators: str | Sequence[str] = "adjacent", *, figures: pd.DataFrame | None = None
) -> list[str]:
    """The counties that a home county is set beside.

    Parameters
    ----------
    adcode : str
        The home county.
    comparators : str or list of str
        ``adjacent`` (those that border on it), ``same_city`` (of its prefecture), ``all`` (every county with
        figures of the main tables), or adcodes, in a list or divided by commas.
    figures : DataFrame, optional
        The figures in use; what ``all`` means depends on them.

    Raises
    ------
    ParameterError
        For a name that is none of these, for ``adjacent`` where the borders are not entered, and where
        nothing but the home county is left.
    InputError
        For an adcode that is none.

    Examples
    --------
    >>> comparator_set("341324", "same_city")
    ['341302', '341321', '341322', '341323']
    """
    home = check_county(adcode)
    chosen = comparators.strip() if isinstance(comparators, str) else list(comparators)
    if chosen == "adjacent":
        found = neighbours_of(home)
        if not found or not borders_are_known(home):
            raise ParameterError(
                f"the borders of {place_name(home)} ({home}) are not entered",
                where="comparators",
                mend="give same_city, all, or the adcodes of the comparators",
            )
    elif chosen == "same_city":
        found = list(_same_prefecture(home))
    elif chosen == "all":
        found = counties_with_figures(load_figures() if figures is None else figures)
    else:
        found = listed_adcodes(chosen)
    others = sorted(set(found) - {home})
    if not others:
        raise ParameterError(
            f"no county but the home county {place_name(home)} ({home}) is among them",
            where="comparators",
            mend=f"give {', '.join(COMPARATORS)}, or the adcodes of other counties",
        )
    return others


def listed_adcodes(chosen: str | Sequence[str]) -> list[str]:
    """The adcodes of a list, or of a text divided by commas.

    Raises
    ------
    ParameterError
        If there is none, or one is no number.
    InputError
        If one is no county's.
    """
    codes = chosen.replace("，", ",").split(",") if isinstance(chosen, str) else chosen
    codes = [str(code).strip() for code in codes if str(code).strip()]
    wrong = next((code for code in codes if not code.isdigit()), None if codes else chosen)
    if wrong is not None:
        raise ParameterError(
            f"{wrong!r} is no set of comparators{did_you_mean(str(wrong), COMPARATORS)}",
            where="comparators",
            mend=f"give {', '.join(COMPARATORS)}, or adcodes divided by commas",
        )
    return [check_county(code, "comparators") for code in codes]


def _same_prefecture(home: str) -> Iterable[str]:
    # A prefecture's counties share its first four digits; development zones of the list end in 71 and up.
    known = (code for code in _china() if code[:4] == home[:4] and int(code[4:]) < 70)
    return {
        *known,
        *(code for code in _table("counties", "adcode").index if code[:4] == home[:4] and is_county(code)),
    }
