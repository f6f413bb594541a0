"""Turns a Chinese county's education work report into tables whose every number is traceable.

>>> import sxedu_analysis as sx
>>> quantities = sx.find_quantities("全县义务阶段学校学生总数11.2万人，参加课后服务10.5万人。")
>>> quantities["value"].tolist()
[112000.0, 105000.0]
"""

from sxedu_analysis.reading.quantities import find_quantities, load_quantities
from sxedu_analysis.reading.reports import Report, list_reports, load_report

__version__ = "0.1.0"

__all__ = [
    "Report",
    "find_quantities",
    "list_reports",
    "load_quantities",
    "load_report",
]
