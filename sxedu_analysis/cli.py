"""The `sxedu` command: thin, and quick to answer. Whoever does the work is imported when it is to be done."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sxedu_analysis import __version__
from sxedu_analysis.foundation.errors import SxeduError
from sxedu_analysis.foundation.paths import USER_DATA

if TYPE_CHECKING:
    import pandas as pd

_Command = TypeVar("_Command", bound=Callable[..., Any])

DEFAULT_REPORT = "341324-2023H1"
_TABLE_EXAMPLES = """

    \b
    Examples:
      sxedu {name}                              the report of the project
      sxedu {name} county.txt > {name}.csv      any report file
      sxedu {name} county.txt --format json
      sxedu {name} county.txt --format parquet > {name}.parquet
"""


def _use_data_dir(context: click.Context, _: click.Parameter, folder: str | None) -> str | None:
    """Name the data folder to all that reads it, kernels and worker processes too, for this one command."""
    if folder:
        before = os.environ.get(USER_DATA)
        os.environ[USER_DATA] = os.path.abspath(os.path.expanduser(folder))
        context.call_on_close(
            lambda: os.environ.pop(USER_DATA) if before is None else os.environ.update({USER_DATA: before})
        )
    return folder


def _data_dir(*, expose: bool = False) -> Callable[[_Command], _Command]:
    told = f"Your data folder. Default: ${USER_DATA}, or the platform's."
    return click.option(
        "--data-dir", metavar="DIR", callback=_use_data_dir, expose_value=expose, is_eager=True, help=told
    )


def _choice(option: str, name: str, choices: Sequence[str], told: str) -> Callable[[_Command], _Command]:
    """An option with a few allowed values, the first of them the default."""
    kind = click.Choice(choices)
    return click.option(option, name, type=kind, default=choices[0], show_default=True, help=told)


_course = click.option(
    "--course", default="course", show_default=True, metavar="DIR", help="The course folder."
)
_lang = _choice("--lang", "lang", ["zh", "en"], "Language of all output.")
_format = _choice("--format", "kind", ["csv", "json", "parquet"], "What to print.")


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


class _Teaching(click.Group):
    """Lists commands in the order one meets them, not by the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(
    cls=_Teaching, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="sxedu")
def sxedu() -> None:
    """From a county education bureau's work report to figures, measures and pages, every number traceable.

    \b
    Start here:
      sxedu report                      the project's report: pages in output/341324-2023H1/
      sxedu report county.txt --lang en any report file, pages in English
      sxedu facts 341324-2023H1         what a report says, as CSV
      sxedu lab                         the same in JupyterLab

    A REPORT is a report_id (adcode and period, 341324-2023H1) or the path of a report file.
    """


@sxedu.command()
@click.argument("report", default=DEFAULT_REPORT)
@click.option("--out", metavar="DIR", help="Folder to write. Default: output/<report_id>.")
@_lang
@click.option(
    "--format", "formats", default="html", show_default=True, metavar="html,pdf", help="What to write."
)
@click.option("--single-file", is_flag=True, help="All pages in one index.html that can be mailed.")
@_data_dir()
def report(report: str, out: str | None, lang: str, formats: str, single_file: bool) -> None:
    """Execute the notebooks on a REPORT and write its pages.

    Writes index.html, one page per analysis, source.html where every number leads to its characters, the
    executed notebooks, the tables as CSV and a run card; with --format html,pdf also report.pdf. An
    earlier report in the same folder is replaced once the new one is complete.

    \b
    Examples:
      sxedu report
      sxedu report 341324-2023H1 --out pages --lang en
      sxedu report county.txt --out county
      sxedu report --format html,pdf --single-file
    """
    from sxedu_analysis.production import warm_kernel
    from sxedu_analysis.reading.reports import load_report

    loaded = load_report(report)
    # There is a report: its kernels get ready while we import what makes its pages.
    warm_kernel.start()
    from sxedu_analysis.production.report import make_report

    wanted = _listed(formats.lower())
    click.echo(make_report(loaded, out, lang, formats=wanted, single_file=single_file))


@sxedu.command()
@click.argument("report", default=DEFAULT_REPORT)
@click.option("--out", metavar="DIR", help="Folder to write. Default: output/<report_id>-figures.")
@_lang
@_data_dir()
def figures(report: str, out: str | None, lang: str) -> None:
    """Write the charts of a REPORT as files: svg, png, what is plotted as csv, alternative text as txt.

    They are the charts of its pages. An earlier export in the same folder is replaced once the new one is
    complete; a chart of which the report holds nothing is named on stderr and left out.

    \b
    Examples:
      sxedu figures
      sxedu figures 341324-2023H1 --out figures --lang en
      sxedu figures county.txt --out county-figures
    """
    import matplotlib

    from sxedu_analysis.production.figures import export_figures

    # Drawn for a file: no window is opened, and no screen needed.
    matplotlib.use("agg")
    written = export_figures(report, out, lang, note=lambda line: click.echo(f"sxedu: {line}", err=True))
    click.echo(written[0].parent)


@sxedu.command()
@click.argument("notebook")
@click.option("-p", "given", nargs=2, multiple=True, metavar="NAME VALUE", help="A parameter; repeatable.")
@click.option("--out", metavar="FILE", help="Notebook to write. Default: output/<notebook>.ipynb.")
@_data_dir()
def run(notebook: str, given: tuple[tuple[str, str], ...], out: str | None) -> None:
    """Execute one NOTEBOOK of the project with your parameters.

    As papermill does it, but parameters are checked before a kernel starts, and a mistake is one line.

    \b
    Examples:
      sxedu run 02_coverage -p lang en
      sxedu run 01_report_figures -p report_id county.txt -p top_n 10 --out figures.ipynb
    """
    from sxedu_analysis.production.execute import run_notebook
    from sxedu_analysis.production.parameters import read_parameters

    name = os.path.basename(notebook).removesuffix(".ipynb")
    click.echo(run_notebook(name, read_parameters(name, given), out))


def _table_command(name: str, first: str, rest: str = "") -> None:
    """Add a command that prints one table of a report."""

    @sxedu.command(
        name, help=first + "\n\n" + (rest + "\n\n" if rest else "") + _TABLE_EXAMPLES.format(name=name)
    )
    @click.argument("report", default=DEFAULT_REPORT)
    @_format
    @_data_dir()
    def command(report: str, kind: str) -> None:
        from sxedu_analysis.analysis.tables import load_table
        from sxedu_analysis.reading.reports import load_report

        _print_table(load_table(load_report(report), _TABLE_OF.get(name, name)), kind)


_TABLE_OF = {"audit": "findings"}
_table_command("quantities", "Print every numeric expression of a REPORT, with its place, value and bounds.")
_table_command("facts", "Print the figures of a REPORT that belong to an indicator of the codebook.")
_table_command(
    "measures",
    "Print the measures derived from a REPORT: ratios and amounts, with bounds, meaning and caveats.",
    "A measure whose figures the report lacks is there too, with status not_reported.",
)
_table_command("audit", "Print what does not sit well together in a REPORT, and what to ask its issuer.")


def _print_table(table: pd.DataFrame, kind: str) -> None:
    """Print a table as UTF-8 with LF, whatever the terminal's own settings are, or as Parquet's bytes."""
    if kind == "parquet":
        from sxedu_analysis.analysis.store import parquet_bytes

        if sys.stdout.isatty():
            raise SxeduError("Parquet is no text", mend="add: > table.parquet")
        content = parquet_bytes(table)
    elif kind == "json":
        content = (table.to_json(orient="records", force_ascii=False, indent=2) + "\n").encode("utf-8")
    else:
        content = table.to_csv(index=False, lineterminator="\n").encode("utf-8")
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


@sxedu.command()
@click.argument("adcode")
@click.option(
    "--comparators",
    default="adjacent",
    show_default=True,
    metavar="SET",
    help="adjacent, same_city, all, or adcodes divided by commas.",
)
@click.option(
    "--measure", "measures", multiple=True, metavar="CODE", help="Measure or theme; repeatable. Default: all."
)
@click.option("--period", default="", help="Compare this year (2020) or period (2023H1) and no other.")
@click.option("--figures", metavar="FILE", help="A CSV of your own figures with their sources.")
@click.option(
    "--keep", is_flag=True, help="Keep the file of --figures in your data folder, for all analyses."
)
@_format
@_data_dir()
def gaps(
    adcode: str,
    comparators: str,
    measures: tuple[str, ...],
    period: str,
    figures: str | None,
    keep: bool,
    kind: str,
) -> None:
    """Set a county's published figures beside those of other counties.

    ADCODE is the county's code (GB/T 2260). Each row is one measure and one comparator: both values,
    difference, ratio, median and rank, all with bounds, or the reason why they are not compared. Ranks count
    from the highest value and are ranges where bounds overlap. All counties are compared at one year, the one
    at which the most of them have figures; newer figures that are left aside are named.

    FILE is a CSV in UTF-8 or GB18030, one row a figure, with the columns adcode, indicator, year, value,
    unit, source_title, source_publisher, source_year; optional are published (the figure as printed,
    619.34亿元, which gives its bounds; required of money and areas without low and high), low, high, status,
    locator, population, caveat_zh, caveat_en. Codes and units of indicators are in
    data/neighbours/indicators.csv. If anything is wrong, every fault is listed and nothing is read.

    \b
    Examples:
      sxedu gaps 341324 --comparators adjacent
      sxedu gaps 341323 --comparators same_city --measure mean_years_schooling
      sxedu gaps 321324 --comparators 341324,340322 --measure children --format json
      sxedu gaps 110101 --comparators 110102 --figures mine.csv
    """
    from sxedu_analysis.analysis.gaps import load_gaps
    from sxedu_analysis.analysis.own_figures import FiguresError, keep_figures

    if keep and not figures:
        raise SxeduError("--keep needs a file to keep", mend="give --figures FILE")
    try:
        table = load_gaps(adcode, list(measures) or None, comparators, figures=figures, period=period)
        if figures and keep:
            click.echo(f"kept {keep_figures(figures)}", err=True)
    except FiguresError as error:
        # All faults at once: whoever mends the file wants the whole list.
        for fault in error.faults:
            click.echo(f"{error.file}: {fault}", err=True)
        raise SxeduError(error.summary, mend="mend them all and try again") from None
    _print_table(table, kind)


@sxedu.command()
@click.argument("file")
@click.option("--adcode", default="", metavar="CODE", help="The county's six digits. Default: guessed.")
@click.option("--period", default="", metavar="PERIOD", help="2023, 2023H1 or 2023Q1. Default: guessed.")
@click.option("--issuer", default="", help="Who issued it: 灵璧县教体局.")
@click.option("--county", default="", help="The county's name, where the list lacks its code.")
@click.option("--title", default="", help="Default: the first line.")
@_data_dir(expose=True)
def add(
    file: str, adcode: str, period: str, issuer: str, county: str, title: str, data_dir: str | None
) -> None:
    """Register a report FILE in your data folder and print its report_id.

    The file is kept as it is, and the report can be named by its report_id wherever a REPORT is asked for.
    Another file is never overwritten.

    \b
    Examples:
      sxedu add summary.docx --adcode 341323 --period 2023H1
      sxedu report 341323-2023H1
    """
    from sxedu_analysis.reading.registered import add_report

    added = add_report(file, adcode=adcode, period=period, issuer=issuer, county=county, title=title)
    for note in added.notes:
        click.echo(f"sxedu: note: {note}", err=True)
    if added.was_there:
        click.echo(f"sxedu: {added.report_id} has this file already; nothing was changed", err=True)
    elif data_dir:
        folder = added.folder.parents[1]
        click.echo(f"sxedu: set {USER_DATA}={folder} or give --data-dir {folder} to use it", err=True)
    click.echo(added.report_id)


@sxedu.command()
@click.argument("source")
@click.option("--out", required=True, metavar="FILE", help="The facts, a .parquet file.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes. Default: one a core.")
def extract(source: str, out: str, workers: int | None) -> None:
    """Write the facts and quantities of many reports as Parquet.

    SOURCE is a folder, a glob pattern, or a CSV with the columns file, adcode, period. Beside FILE.parquet
    stand FILE.quantities.parquet and FILE.reports.parquet. A file that cannot be read is listed at the end,
    and the exit code is 1. A run that was stopped goes on where it was; one that is repeated reads only what
    has changed.

    \b
    Examples:
      sxedu extract reports --out facts.parquet
      sxedu extract 'reports/*2023*.docx' --out 2023.parquet
      sxedu extract manifest.csv --out facts.parquet --workers 4
    """
    from sxedu_analysis.foundation.interrupts import one_interrupt

    with one_interrupt(for_good=True):
        from sxedu_analysis.analysis.extract import extract as extract_reports

        done = extract_reports(source, out, workers=workers, progress=True)
    again = f" ({done.already:,} of them read before)" if done.already else ""
    click.echo(
        f"{done.reports:,} report{'s' * (done.reports != 1)}{again}: "
        f"{done.facts:,} facts in {done.paths['facts']}, "
        f"{done.quantities:,} quantities in {done.paths['quantities'].name}",
        err=True,
    )
    if done.guessed:
        files = "1 file is" if done.guessed == 1 else f"{done.guessed:,} files are"
        click.echo(
            f"note: adcode and period of {files} guessed from the title; a manifest states them", err=True
        )
    if done.passed_over:
        kinds = ", ".join(f"{count} {ending}" for ending, count in done.passed_over.items())
        click.echo(f"passed over, since reports are of other kinds: {kinds}", err=True)
    if done.failed:
        click.echo(f"{len(done.failed):,} could not be read:", err=True)
        for _, reason in done.failed:
            click.echo(f"  {reason}", err=True)
        click.get_current_context().exit(1)


@sxedu.command()
@click.argument("original")
@click.option("--report", "report_id", metavar="REPORT_ID", help="Which report it is the original of.")
@_data_dir()
def verify(original: str, report_id: str | None) -> None:
    """Prove the project's restated report against the ORIGINAL file.

    Checks the file's checksum, every numeric expression at its place, and that the same facts are read from
    the original's own wording.

    \b
    Example:
      sxedu verify original.txt
    """
    from sxedu_analysis.analysis import verify_original

    checks = verify_original(original, report_id=report_id)
    for _, row in checks.iterrows():
        click.echo(f"{'ok' if row['passed'] else 'FAILED'}  {row['check']}: {row['detail']}")


@sxedu.command()
@click.argument("source")
@click.option("--out", metavar="DIR", required=True, help="Folder to write; what it holds is not done again.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes. Default: one a core.")
@click.option("--scheduler", metavar="ADDRESS", help="Use the Dask cluster there instead (extra: cluster).")
@click.option("--notebooks", metavar="NAMES", default="", help="Comma-separated. Default: all.")
@click.option(
    "--format",
    "formats",
    default="ipynb",
    show_default=True,
    metavar="html,pdf",
    help="What to write beside executed notebooks and tables.",
)
@_lang
@click.option(
    "--engine", type=click.Choice(["warm", "papermill"]), help="How kernels start. Default: warm if possible."
)
@click.option(
    "--timeout", type=click.FloatRange(1), default=600, show_default=True, help="Seconds a notebook may take."
)
def batch(source: str, out: str, notebooks: str, formats: str, timeout: float, **how: Any) -> int:
    """Execute the notebooks on every report of SOURCE.

    SOURCE is a folder, a glob, a CSV with a column `file` (and report_id, adcode, period, if known), or the
    facts Parquet of `sxedu extract`, whose reports are looked for beside it and in the working folder.

    Writes DIR/<report>/ with notebooks and tables, manifest.csv, and index.html, which compares the key
    measures. DIR is new, empty, or that of an earlier batch. Run it again after an interruption: what is done
    is skipped. Exit code 1 if some reports failed; they are listed.

    \b
    Examples:
      sxedu batch reports/ --out output/all
      sxedu batch 'reports/*2023H1*' --out output/2023H1 --format html --workers 4
      sxedu batch reports.csv --out output/all --scheduler tcp://scheduler:8786
    """
    from sxedu_analysis.foundation.interrupts import one_interrupt
    from sxedu_analysis.production.batch import run_batch

    how |= {"notebooks": _listed(notebooks), "formats": _listed(formats.lower()), "time_limit": timeout}
    try:
        with one_interrupt(for_good=True):
            done = run_batch(source, out, **how)
    except KeyboardInterrupt:
        click.echo("sxedu: run the same command again to go on", err=True)
        raise
    click.echo(done.out / "index.html")
    told = ", ".join(f"{number} {status}" for status, number in sorted(done.counts.items()))
    click.echo(f"sxedu: {told}", err=True)
    for line in dict.fromkeys(f"{row['file']} {row['status']}: {row['error']}" for row in done.bad):
        click.echo(f"sxedu: {line}", err=True)
    return 1 if done.bad else 0


@sxedu.group(invoke_without_command=True)
@click.option("--report", default=DEFAULT_REPORT, show_default=True, help="A report_id, or a report file.")
@_course
@_data_dir()
@click.pass_context
def assignment(context: click.Context, report: str, course: str) -> None:
    """Make the teaching unit on any REPORT; release and grade its assignments with nbgrader.

    Without a further command it writes DIR/source/: four notebooks with solutions and hidden tests, and the
    teacher's guide with all answers, computed from the report. It needs the extra `teach` for the rest.

    \b
    Examples:
      sxedu assignment --report county.txt --course autumn
      sxedu assignment release --course autumn
      sxedu assignment grade submissions --course autumn
    """
    # --course may stand before the further command or after it.
    context.default_map = {"release": {"course": course}, "grade": {"course": course}}
    if context.invoked_subcommand is None:
        from sxedu_analysis.classroom.assignment import make_sources

        def tell(line: str) -> None:
            click.echo(f"sxedu: {line}", err=True)

        for path in make_sources(report, course, tell):
            click.echo(path)


@assignment.command("release")
@_course
def release_assignments(course: str) -> None:
    """Write the students' versions to DIR/release/, without solutions and hidden tests."""
    from sxedu_analysis.classroom.assignment import release

    for path in release(course):
        click.echo(path)


@assignment.command("grade")
@click.argument("submissions")
@_course
@click.option("--manual", metavar="FILE", help="A CSV: student, assignment, question, points, comment.")
def grade_assignments(submissions: str, course: str, manual: str | None) -> int:
    """Grade a folder of SUBMISSIONS; write feedback, marks.csv and marks_by_question.csv to DIR.

    A file's name holds the assignment's: zhang_2_ratios.ipynb, or zhang/2_ratios.ipynb; what else it holds is
    the student. Students' code is run: do it in a container. Exit code 1 if some could not be graded.

    \b
    Examples:
      sxedu assignment grade submissions
      sxedu assignment grade submissions --manual points.csv
    """
    from sxedu_analysis.classroom.assignment import grade

    done = grade(submissions, course, manual)
    click.echo(done.marks)
    for _, reason in done.failed:
        click.echo(f"sxedu: {reason}", err=True)
    return 1 if done.failed else 0


@sxedu.command()
@_data_dir()
def lab() -> None:
    """Open JupyterLab on the start notebook, a tour of ten minutes.

    From a clone the notebooks themselves are opened; from an installed package, a copy in ./notebooks.
    """
    from sxedu_analysis.production.workbench import open_lab

    raise SystemExit(open_lab())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; a user's mistake is one line on stderr and exit code 2."""
    try:
        result: Any = sxedu.main(args=arguments, prog_name="sxedu", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except SxeduError as error:
        return _fail(str(error), error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "sxedu"
        return _fail(f"{' '.join(error.format_message().split())} Try '{command} --help'.", 2)
    except click.Abort:
        return _fail("stopped", 130)
    except BrokenPipeError:
        # Whoever read us has had enough (`| head`). Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _fail(line: str, code: int) -> int:
    click.echo(f"sxedu: {line}", err=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
