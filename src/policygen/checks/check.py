"""Every rule there is, over a library and the packs that it makes of the examples.

In: library, questionnaire, the known mistakes, the examples. Out: all problems, in the order of the files.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from policygen.checks import library as library_checks
from policygen.checks import examples as packs, proofs, style
from policygen.model.problems import AnswersError, LibraryError, Problem
from policygen.library.clauses import Library
from policygen.checks.mistakes import Mistakes
from policygen.library.questionnaire import Questionnaire


def check(library: Library, questionnaire: Questionnaire, mistakes: Mistakes, examples: Iterable[Path],
          own: bool) -> tuple[Problem, ...]:
    """Everything that is wrong. `own`: the library that questionnaire and examples were made for; with another one,
    what it does not use is no fault, and an example that does not fit is left out. What one pack shows is left out
    for a file of which more is known."""
    found = [*library_checks.check(library, questionnaire), *style.check(library, mistakes.mistakes),
             *proofs.check(library, questionnaire, mistakes.must_have)]
    if own:
        found += library_checks.check_questionnaire(library, questionnaire)
    made = []
    for path in examples:
        try:
            made.append(packs.make(path, library, questionnaire))
        except AnswersError as exc:
            found += exc.problems if own else ()
        except LibraryError as exc:
            found += exc.problems
    known = {problem.place.file for problem in found}
    found += [problem for pack in made for problem in pack.problems if problem.place.file not in known]
    found += packs.check(tuple(made), library)
    return tuple(sorted(dict.fromkeys(found), key=lambda problem: (problem.place, problem.message)))
