"""The questions and the clause library that the program comes with, read once for all tests of a process."""

from pathlib import Path

from policygen.pack import make

ROOT = Path(__file__).resolve().parents[2]
SOURCES = make.load(ROOT)
QUESTIONS = SOURCES.questionnaire
EXAMPLES = ROOT / "examples"
