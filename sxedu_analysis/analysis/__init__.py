"""Quantities become facts, facts become measures and findings."""

from sxedu_analysis.analysis.audit import load_findings
from sxedu_analysis.analysis.codebook import load_codebook, load_indicators, load_topics
from sxedu_analysis.analysis.concepts import Codebook
from sxedu_analysis.analysis.facts import load_facts
from sxedu_analysis.analysis.locations import load_locations
from sxedu_analysis.analysis.measures import load_measures, ratio
from sxedu_analysis.analysis.verify import OriginalDiffersError, verify_original

__all__ = [
    "Codebook",
    "OriginalDiffersError",
    "load_codebook",
    "load_facts",
    "load_findings",
    "load_indicators",
    "load_locations",
    "load_measures",
    "load_topics",
    "ratio",
    "verify_original",
]
