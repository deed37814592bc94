"""What pack.json holds, as plain data that a test can change, and the edition that it then is of."""

import json
from pathlib import Path
from typing import Any

from policygen.model import stored
from policygen.model.problems import Place
from policygen.pack.edition import Edition, PackRecord

SMALL = {
    "format": 1, "organisation": "Harbour Street", "as_at": "2026-11-20",
    "edition": {"number": 1, "date": "2026-11-20", "review_due": "2028-11-20", "status": "approved"},
    "made_with": {"policygen": "0.1.0", "library": "2026.11", "questionnaire": "2026.11"}, "documents": []}
"""The least that a pack.json holds."""


def data_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "pack.json").read_bytes())


def edition_of(pack: dict[str, Any], folder: Path = Path()) -> Edition:
    """The edition whose pack.json holds this. Raises OutputError where that is damaged."""
    place = Place("pack.json")
    return Edition(folder, stored.convert(pack, PackRecord, place, "Put it back."), place)


def save(folder: Path, pack: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.json").write_bytes(stored.dump(pack))
