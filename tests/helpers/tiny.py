"""The small questionnaire and clause library in tests/cases/tiny, as values."""

import shutil
from datetime import date
from pathlib import Path

from policygen.library import clauses, questionnaire
from policygen.model.problems import Problem
from policygen.pack import answers, assembly, selection, context
from policygen.pack.assembly import Stamp

CASES = Path(__file__).parents[1] / "cases"
DAY = date(2026, 11, 21)
STAMP = Stamp(number=1, date=DAY, review_due=date(2028, 11, 20), draft=False)


def questions():
    return questionnaire.load(CASES / "tiny" / "questionnaire.yaml")


def folder(to: Path, base: Path = CASES / "tiny" / "library", **replaced: str) -> Path:
    """A copy of the library's folder, called `tiny`; `policy__about__aim` replaces `policy/about/aim.md`."""
    copy = to / "tiny"
    shutil.copytree(base, copy)
    for name, text in replaced.items():
        (copy / f"{name.replace('__', '/')}.md").write_text(text, encoding="utf-8")
    return copy


class Pack:
    """One pack, with what it was made from."""

    def __init__(self, to: Path, given: dict, as_at: date = DAY, stamp: Stamp = STAMP, **replaced: str):
        self.questions = questions()
        self.library = clauses.load(folder(to, **replaced), self.questions)
        self.answers = answers.complete(self.questions, {"organisation_name": "Harbour"} | given, "answers.yaml",
                                        stamp.draft)
        self.context = context.context(self.library, self.questions, self.answers, as_at)
        self.selection = selection.select(self.library, self.questions, self.context)
        self.documents = assembly.assemble(self.library, self.selection, self.context, stamp)


def expectations(text: str, opening: str = "# ", end: str = "") -> list[str]:
    """The messages that the first lines of a case file expect."""
    found = []
    for line in text.split("\n"):
        if not line.startswith(opening):
            return found
        found.append(line.removeprefix(opening).removesuffix(end))
    return found


def as_expected(problem: Problem, with_file: bool = False) -> str:
    """A problem in the form of the case files: `line 3: what is wrong / what to do`."""
    file = f"{problem.place.file.removeprefix('tiny/')}, " if with_file else ""
    return f"{file}line {problem.place.line}: {problem.message}" + (f" / {problem.hint}" if problem.hint else "")


def assert_expected(problems, expected: list[str], with_file: bool = False) -> None:
    """Each expected message, in order, begins one of the problems, and there are no others."""
    found = [as_expected(problem, with_file) for problem in problems]
    assert len(found) == len(expected) and all(map(str.startswith, found, expected)), "\n".join(found)
