"""Times text -> quantities: MB/s on one core, growth with the text's length, and beside other libraries.

    python benchmarks/reading.py [FOLDER] [--without-others]

FOLDER holds .txt files (UTF-8) of the prose to measure on; without it, text of our own is made. The other
libraries are installed in an environment that is thrown away. They do other things than we do, and less of
it (no units, intervals or places in most): the ratios say what reading costs, not who reads better. Targets:
5 MB/s on one core; 50 times the text in at most 55 times the time. Time is the processor's, so that what else
the machine does counts little.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from synthetic import synthetic_report

# Package to install, and a program that defines read(text).
OTHERS = {
    "jionlp (money only)": ("jionlp", "import jionlp\nread = jionlp.ner.extract_money\n"),
    "recognizers-text-suite": (
        "recognizers-text-suite",
        "from recognizers_number import recognize_number\n"
        "def read(text): return recognize_number(text, 'zh-cn')\n",
    ),
    "chinese2digits": (
        "chinese2digits",
        "import chinese2digits\ndef read(text): return chinese2digits.takeNumberFromString(text)\n",
    ),
}
_TIMED = """
import json, sys, time
text = open(sys.argv[1], encoding="utf-8").read()
read(text[:200])
best = float("inf")
for _ in range(3):
    begin = time.process_time()
    read(text)
    best = min(best, time.process_time() - begin)
    if best > 20:
        break
print(json.dumps(best))
"""


def best_of(read: Callable[[str], object], text: str, times: int = 5) -> float:
    """Seconds of the quickest of several runs: what else the machine does only ever adds."""
    seconds = []
    for _ in range(times):
        begin = time.process_time()
        read(text)
        seconds.append(time.process_time() - begin)
    return min(seconds)


def time_other(name: str, text: Path, folder: Path) -> str:
    """Seconds that another library takes, or why it cannot be told."""
    package, program = OTHERS[name]
    venv.create(folder / package, with_pip=True)
    python = folder / package / "bin" / "python"
    # recognizers-text, of 2019, needs what its dependencies have given up since.
    needs = [package, "setuptools<81", "emoji<2"]
    install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *needs]
    done = subprocess.run(install, capture_output=True, text=True)
    if done.returncode:
        return f"does not install: {_last(done.stderr)}"
    try:
        done = subprocess.run(
            [python, "-c", program + _TIMED, str(text)], capture_output=True, text=True, timeout=300
        )
    except subprocess.TimeoutExpired:
        return "took more than 300 s"
    return done.stdout.strip().splitlines()[-1] if not done.returncode else f"fails: {_last(done.stderr)}"


def _last(lines: str) -> str:
    told = [line for line in lines.splitlines() if line.strip() and not line.startswith("WARNING")]
    return told[-1][:160] if told else "no reason given"


def main() -> None:
    """Time, and print a table."""
    from sxedu_analysis.reading.quantities import find_quantities

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--without-others", action="store_true")
    chosen = parser.parse_args()
    if chosen.folder:
        texts = [path.read_text(encoding="utf-8") for path in sorted(chosen.folder.glob("*.txt"))]
    else:
        texts = [synthetic_report(number) for number in range(10)]
    size = sum(len(text.encode()) for text in texts) / 1e6
    find_quantities(texts[0])
    rows = sum(len(find_quantities(text)) for text in texts)

    def read_all(_: str) -> None:
        for text in texts:
            find_quantities(text)

    seconds = best_of(read_all, "")
    print(f"{len(texts)} texts, {size:.2f} MB, {rows} quantities")
    print(f"text -> quantities: {size / seconds:.2f} MB/s on one core")
    once = best_of(find_quantities, texts[0])
    fifty = best_of(find_quantities, "\n".join([texts[0]] * 50), times=2)
    print(f"growth: 50 times the text costs {fifty / once:.1f} times the time")
    if chosen.without_others:
        return
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "sample.txt"
        text = "\n".join(texts)[:30_000]
        sample.write_text(text, encoding="utf-8")
        ours = best_of(find_quantities, text)
        megabytes = len(text.encode()) / 1e6
        print(f"\nside by side on {megabytes:.2f} MB      MB/s   time, ours = 1")
        print(f"{'sxedu_analysis':28}{megabytes / ours:8.3f}{1:11.1f}")
        for name in OTHERS:
            told = time_other(name, sample, Path(folder))
            try:
                theirs = float(json.loads(told))
                print(f"{name:28}{megabytes / theirs:8.3f}{theirs / ours:11.1f}", flush=True)
            except ValueError:
                print(f"{name:28}{told}", flush=True)


if __name__ == "__main__":
    main()
