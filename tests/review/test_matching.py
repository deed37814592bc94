"""Every line of an edited file is found under its clause, in documents that are drawn at random and in large ones."""

import time
from dataclasses import replace
from random import Random

import pytest

from helpers.documents import WORDS, words
from helpers.edited import as_drawn, differing, finished
from policygen.formats.word.bookmarks import bookmark
from policygen.formats.word.reader import EditedLine
from policygen.model import lines
from policygen.model.document import Document, Paragraph, Passage, Section, Text, passages_of
from policygen.review.compare import compare


def rewritten_clauses(draw: Random, count: int):
    """A document of 20 clauses, and its lines after some clauses were rewritten from beginning to end, title and all,
    two moved and two deleted; with the clause that each line belongs to."""
    passages = [Passage(f"c/{number}", f"{WORDS[number % 15].capitalize()} {number}", "", tuple(
        words(draw) for _ in range(draw.randint(1, 4)))) for number in range(20)]
    base = finished(Document("policy", "policy", "Policy", "Riverside", "three_level", (), (
        Section("c", "All of it", "", tuple(passages)),), "Edition 1", False, True))
    now = [replace(passage, title=f"Wholly {draw.choice(NEW)} {number}", blocks=tuple(
        Paragraph((Text(" ".join(draw.choice(NEW) for _ in range(12)) + "."),)) for _ in passage.blocks))
        if number in draw.sample(range(20), count) else passage for number, passage in enumerate(passages)]
    for _ in range(2):
        now.insert(draw.randrange(len(now)), now.pop(draw.randrange(len(now))))
    gone = draw.sample(now, 2)
    now = [passage for passage in now if passage not in gone]
    after = finished(replace(base, sections=(Section("c", "All of it", "", tuple(now)),)))
    marks = {(passage.clause, at): bookmark(passage.clause, at + 1) for passage in now
             for at in range(len(passage.blocks) + 1)}
    section = EditedLine(lines.Line("heading", ((Text("All of it"),),)), (bookmark("c", 0),), "section")
    drawn_lines = [(passage.clause, EditedLine(line, (marks[passage.clause, at],), "" if at else "clause"))
                   for passage in passages_of(after) for at, line in enumerate(lines.lines_of(passage.blocks))]
    return base, section, drawn_lines


NEW = "apple motor velvet candle winter bridge copper lantern sugar violin anchor feather".split()


@pytest.mark.slow
@pytest.mark.parametrize("count", [0, 1, 3, 10])
def test_every_line_is_filed_under_its_clause_however_much_was_rewritten(count):
    for seed in range(200 if count == 10 else 40):
        base, section, after = rewritten_clauses(Random(seed), count)
        found = compare(base, [section, *(line for _, line in after)])
        wanted = {}
        for clause_id, line in after:
            wanted.setdefault(clause_id, []).append(lines.words_of(line.line))
        filed = {change.clause: [change.title, *map(lines.words_of, change.now)] for change in found.clauses
                 if "deleted" not in change.statuses}
        assert filed == wanted, seed
        assert sum("deleted" in change.statuses for change in found.clauses) == 2


@pytest.mark.slow
@pytest.mark.parametrize("count, share", [(0, 0.995), (1, 0.94), (3, 0.8)])
def test_without_bookmarks_most_lines_are_filed_under_their_clause(count, share):
    right = total = 0
    for seed in range(40):
        base, section, after = rewritten_clauses(Random(seed), count)
        bare = [EditedLine(line.line, (), line.role) for line in (section, *(line for _, line in after))]
        found = {lines.words_of(line): change.clause for change in compare(base, bare).clauses for line in change.now}
        for clause_id, line in after:
            if line.role != "clause":
                total += 1
                right += found.get(lines.words_of(line.line)) == clause_id
    assert right / total >= share


@pytest.mark.slow
def test_a_large_policy_is_compared_in_a_second():
    draw = Random(1)
    passages = tuple(Passage(f"c/{number}", f"Clause {number}", "", tuple(words(draw) for _ in range(4)))
                     for number in range(120))
    document = finished(Document("policy", "policy", "Policy", "Riverside", "numbered", (), (
        Section("c", "All of it", "", passages),), "Edition 1", False, True))
    shown = as_drawn(document)
    before = time.process_time()  # other programs may be busy
    assert differing(compare(document, [replace(line, bookmarks=()) for line in shown[::-1]])) != {}
    assert differing(compare(document, shown)) == {}
    assert time.process_time() - before < 8
