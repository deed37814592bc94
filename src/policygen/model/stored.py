"""What the program stores as JSON and reads again: bytes in, a typed value out, or every problem with its path.

The types are `msgspec` structs, which say what a file may hold. Files have sorted keys and two-space indent,
so that the same content has the same bytes and a person can compare two of them.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeVar

import msgspec

from policygen.model.problems import MOST_TOLD, OutputError, Place, error

Stored = TypeVar("Stored")


def dump(value: object) -> bytes:
    """The bytes of a stored file: UTF-8 with a line break at the end. Fields that are UNSET are left out."""
    data = msgspec.to_builtins(value, str_keys=True)
    return (json.dumps(data, sort_keys=True, indent=2, ensure_ascii=False) + "\n").encode()


def decode(data: bytes, place: Place, hint: str) -> Any:
    """The plain data in a stored file. Raises OutputError when it is no JSON; `place` is the file, and `hint` says what
    to do when it is damaged."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise OutputError(error(f"this file is damaged: {_reason(exc)}", place, hint)) from None


def convert(raw: object, as_type: type[Stored], place: Place, hint: str) -> Stored:
    """The typed value of plain data. Raises OutputError with every problem, each with its path in the file, such as
    `documents[2].title`."""
    try:
        return msgspec.convert(raw, as_type)
    except (msgspec.ValidationError, RecursionError):
        # What to do is the same for all: it is said once, at the end.
        *others, last = islice(_problems(raw, as_type, ""), MOST_TOLD)
        raise OutputError(*(error(f"this file is damaged: {message}", place) for message in others),
                          error(f"this file is damaged: {last}", place, hint)) from None


def read(data: bytes, as_type: type[Stored], place: Place, hint: str) -> Stored:
    """The typed value in a stored file. Raises OutputError as `decode` and `convert` do."""
    return convert(decode(data, place, hint), as_type, place, hint)


def _problems(raw: Any, wanted: Any, path: str) -> Iterator[str]:
    """What is wrong with plain data, a sentence for each place; msgspec alone stops at the first."""
    try:
        msgspec.convert(raw, wanted)
    except (msgspec.ValidationError, RecursionError) as exc:
        inner = _inner_problems(raw, wanted, path)  # of which there may be millions
        yield next(inner, f"`{path or 'the whole'}`: {_reason(exc)}")
        yield from inner


def _inner_problems(raw: Any, wanted: Any, path: str) -> Iterator[str]:
    """The problems in the fields or items of plain data; none where the whole has the wrong kind."""
    kind, inner = typing.get_origin(wanted), typing.get_args(wanted)
    if kind in (typing.Union, types.UnionType):
        for one in inner:
            yield from _inner_problems(raw, one, path)
    elif isinstance(raw, list) and kind in (list, tuple):
        for number, item in enumerate(raw):
            yield from _problems(item, inner[0], f"{path}[{number}]")
    elif isinstance(raw, dict) and kind is dict:
        for key, value in raw.items():
            yield from _problems(value, inner[1], f"{path}.{key}".lstrip("."))
    elif isinstance(raw, dict) and isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
        for field in msgspec.structs.fields(wanted):
            where = f"{path}.{field.encode_name}".lstrip(".")
            if field.encode_name in raw:
                yield from _problems(raw[field.encode_name], field.type, where)
            elif field.required:
                yield f"`{where}` is missing"


def _reason(exc: Exception) -> str:
    """What msgspec says of a fault, without its own way to write the path."""
    words = "it is nested too deeply" if isinstance(exc, RecursionError) else str(exc).partition(" - at ")[0]
    return words if words.startswith("JSON") else words[:1].lower() + words[1:]
