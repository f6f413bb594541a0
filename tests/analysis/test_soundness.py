"""Which divisions are granted, which are refused, and what the refusal says."""

from __future__ import annotations

from itertools import permutations

import pytest

from sxedu_analysis.analysis import load_facts, load_measures, ratio
from sxedu_analysis.analysis.soundness import MOST_NAMED, sound_division, sound_measures, why_refused
from sxedu_analysis.foundation.errors import UnitError

OURS = "341324-2023H1"

# Read one by one: each holds by the meaning of its two indicators, or with the caveat that it carries.
GRANTED = {
    ("after_school_participants", "compulsory_enrolment"): "coverage",
    ("after_school_participants", "compulsory_schools"): "persons_per_school",
    ("compulsory_enrolment", "compulsory_schools"): "persons_per_school",
    ("discipline_sanctioned_persons", "discipline_violations_found"): "persons_per_case",
    ("drill_attendances", "drill_sessions"): "attendances_per_event",
    ("drill_sessions", "compulsory_schools"): "events_per_school",
    ("fitness_training_attendances", "fitness_training_sessions"): "attendances_per_event",
    ("nutrition_meal_students", "compulsory_enrolment"): "share",
    ("nutrition_meal_students", "nutrition_meal_schools"): "persons_per_school",
    ("outreach_teaching_sessions", "outreach_teachers_dispatched"): "events_per_person",
    ("safety_consultation_attendances", "safety_consultation_sessions"): "attendances_per_event",
    ("sports_event_attendances", "sports_events_held"): "attendances_per_event",
    ("student_aid_amount", "compulsory_enrolment"): "amount_per_person",
    ("student_aid_amount", "student_aid_awards"): "amount_per_award",
}


def granted(codes, book) -> dict[tuple[str, str], str]:
    found = {}
    for pair in permutations(codes, 2):
        try:
            found[pair] = sound_division(*pair, book)[0].kind
        except UnitError:
            continue
    return found


def test_the_pairs_of_the_report_that_are_granted(book):
    codes = load_facts(OURS)["indicator"].drop_duplicates()
    assert granted(codes, book) == GRANTED


def test_what_is_granted_is_a_measure_or_a_stated_relation(book):
    measures = {
        (one.numerator, one.denominator)
        for one in book.measures.values()
        if one.denominator not in ("", one.numerator)
    }
    assert set(granted(book.indicators, book)) == measures | {
        pair for pair, one in book.related.items() if one.kind != "frequency"
    }


def test_every_measure_is_granted_with_its_value():
    facts = load_facts(OURS)
    measures = load_measures(OURS)
    derived = measures[(measures["status"] == "derived")]
    assert len(derived) > 10
    for row in derived.itertuples():
        given = ratio(facts, row.numerator, row.denominator).iloc[0]
        assert (given["value"], given["low"], given["high"], given["kind"]) == (
            row.value,
            row.low,
            row.high,
            row.kind,
        )
        assert given["caveat_en"] == row.caveats_en


def test_counts_of_two_populations_or_scopes_bring_a_caveat(book):
    for (numerator, denominator), one in book.related.items():
        above, below = book.indicators[numerator], book.indicators[denominator]
        stated = bool(one.caveats_zh) and bool(one.caveats_en)
        assert stated or above.population == below.population or one.relation == "part"


@pytest.mark.parametrize(
    ("numerator", "denominator", "options", "expected"),
    [
        # person-times over persons
        ("drill_attendances", "compulsory_enrolment", {}, ["frequency", "attendances_per_drill"]),
        ("drill_attendances", "compulsory_enrolment", {"kind": "coverage"}, ["attendances_per_drill"]),
        ("student_aid_awards", "compulsory_enrolment", {"caveat": "x"}, ["student_aid_per_award"]),
        ("student_aid_awards", "aided_students", {}, ["ask for kind='frequency'"]),
        # listed as unsound, whatever the caveat
        ("nutrition_meal_schools", "compulsory_schools", {"caveat": "x"}, ["different bases"]),
        ("disputes_resolved", "campus_disputes_handled", {}, ["no resolution rate"]),
        ("compulsory_enrolment", "national_training_teachers", {"caveat": "x"}, ["no pupil-teacher ratio"]),
        # a target over a result
        ("target_fitness_equipment_villages", "fitness_facility_villages", {}, ["no completion rate"]),
        # two populations
        ("left_behind_children", "compulsory_enrolment", {}, ["two populations", "give caveat="]),
        # side by side, of one population
        ("emergency_drill_sessions", "safety_consultation_sessions", {}, ["neither of which is a part"]),
        ("key_attention_students", "left_behind_children", {}, ["neither of which is a part"]),
        ("party_members_confirmed", "party_secretaries_reviewed", {}, ["neither of which is a part"]),
        ("nursery_places_added", "kindergarten_places_added", {}, ["neither of which is a part"]),
        ("talent_recruited", "national_training_teachers", {}, ["neither of which is a part"]),
        # attendances, or persons, of other events
        (
            "drill_attendances",
            "emergency_drill_sessions",
            {},
            ["person-times belong to these events is not stated", "instead: attendances_per_drill"],
        ),
        (
            "fitness_training_attendances",
            "sports_events_held",
            {},
            ["belong to these events", "fitness_training_attendances_per_session"],
        ),
        ("key_attention_students", "disputes_resolved", {}, ["persons belong to these cases"]),
        # counted for something else
        (
            "outreach_teaching_sessions",
            "talent_recruited",
            {},
            ["these events are counted for these persons", "outreach_sessions_per_teacher"],
        ),
        # the whole over its part, a count over itself
        (
            "compulsory_enrolment",
            "after_school_participants",
            {},
            ["the whole over its part", "ask for after_school_participants / compulsory_enrolment"],
        ),
        ("kindergartens", "public_kindergartens", {}, ["the whole over its part"]),
        ("compulsory_enrolment", "compulsory_enrolment", {}, ["over itself"]),
        # taken for something that it is not
        ("student_aid_amount", "compulsory_enrolment", {"kind": "coverage"}, ["is no coverage"]),
        (
            "nutrition_meal_students",
            "compulsory_enrolment",
            {"kind": "coverage"},
            ["a share, no coverage", "kind='share'"],
        ),
        # units that make no quotient
        ("crime_control_leaflets", "compulsory_enrolment", {}, ["has no meaning"]),
    ],
)  # fmt: skip
def test_what_is_refused(numerator, denominator, options, expected):
    with pytest.raises(UnitError) as told:
        ratio(load_facts(OURS), numerator, denominator, **options)
    line = str(told.value)
    assert line.startswith(f"{numerator} / {denominator}: ")
    assert "\n" not in line
    for words in expected:
        assert words in line


def test_a_refusal_names_measures_of_the_numerator_only(book):
    """Shares of the denominator are no substitute; of persons they are named as what they are."""
    with pytest.raises(UnitError) as told:
        sound_division("drill_attendances", "compulsory_enrolment", book)
    assert str(told.value).endswith("sound instead: attendances_per_drill")
    assert "persons out of compulsory_enrolment: after_school_participation;" in str(told.value)
    assert sound_measures("talent_recruited", book) == []
    above = sound_measures("compulsory_enrolment", book)
    assert above
    assert {one.numerator for one in above} == {"compulsory_enrolment"}
    assert [one.measure for one in sound_measures("student_aid_awards", book)] == ["student_aid_per_award"]
    assert all(len(sound_measures(code, book)) <= MOST_NAMED for code in book.indicators)


def test_every_refusal_has_a_reason_in_both_languages(book):
    codes = list(load_facts(OURS)["indicator"].drop_duplicates())
    reasons = {why_refused(*pair, book) for pair in permutations(codes, 2)} - {None}
    assert len(reasons) > 10
    for zh, en in reasons:
        assert zh
        assert en
        assert not any("\u3000" <= character <= "\uffef" for character in en)
        # The report's own words stay out of it: it holds of every report.
        assert not any(character.isdigit() for character in zh)
    assert why_refused("student_aid_amount", "student_aid_awards", book) is None


def test_a_caveat_says_how_two_populations_relate():
    table = ratio(
        load_facts(OURS), "left_behind_children", "compulsory_enrolment", caveat="levels not stated"
    )
    assert table["kind"].tolist() == ["coverage"]
    assert table["caveat_en"].tolist() == ["levels not stated"]


def test_a_stated_relation_brings_its_kind_and_caveat(book):
    quotient, caveats = sound_division("smart_schools", "all_schools", book)
    assert quotient.kind == "share"
    assert "kindergartens" in caveats[1]
    quotient, _ = sound_division("student_aid_awards", "aided_students", book, kind="frequency")
    assert quotient.unit_zh == "人次/人"
    quotient, _ = sound_division("after_school_schools", "compulsory_schools", book)
    assert quotient.kind == "coverage"
