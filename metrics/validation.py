"""Checks plain data against a pydantic model and words what is wrong for the author of the file."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from metrics.located_yaml import KeyPath, LocatedYaml
from metrics.problems import Problem

Model = TypeVar("Model", bound=BaseModel)
Name = Callable[[KeyPath], str]


def check(model: type[Model], document: LocatedYaml, name: Name) -> tuple[Model | None, list[Problem]]:
    """The document as ``model`` (or None) and all its problems; ``name`` words a key path."""
    problems = list(document.problems)
    try:
        return model.model_validate(document.data if document.data is not None else {}), problems
    except ValidationError as error:
        details = [detail for detail in error.errors() if not (detail["type"] == "too_short" and detail["input"])]
        return None, problems + [_problem(model, detail, document, name) for detail in details]


def _problem(model: type[BaseModel], details: ErrorDetails, document: LocatedYaml, name: Name) -> Problem:
    path = _written_path(details["loc"], document.data)
    return Problem(document.file, document.line(path), name(path), _message(model, details, path))


def _written_path(loc: Sequence[str | int], data: Any) -> KeyPath:
    """Pydantic's location without the parts that it adds for unions; a last, absent key is kept."""
    path: list[str | int] = []
    inner: Any = data
    for position, part in enumerate(loc):
        is_last_key = position == len(loc) - 1 and hasattr(inner, "keys")
        try:
            inner = inner[part]
        except (KeyError, IndexError, TypeError):
            if not is_last_key:
                continue
        path.append(part)
    return tuple(path)


def _message(model: type[BaseModel], details: ErrorDetails, path: KeyPath) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "missing":
        return "is missing; it must be given"
    if kind == "extra_forbidden":
        return _unknown_field(model, path)
    if kind == "string_too_short":
        return "is empty; it must be given"
    if kind in {"literal_error", "enum"}:
        allowed = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        return f"{details['input']!r} is not allowed; use one of {allowed}"
    text = str(context["error"]) if "error" in context else details["msg"][:1].lower() + details["msg"][1:]
    return text if kind == "value_error" else f"{details['input']!r} is not allowed; {text}"


def _unknown_field(model: type[BaseModel], path: KeyPath) -> str:
    allowed = _fields_at(model, path[:-1])
    close = get_close_matches(str(path[-1]), allowed, 1)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"is not a field; {hint}use one of {', '.join(allowed)}"


def _fields_at(model: type[BaseModel], path: KeyPath) -> list[str]:
    """Names of the fields that the model at ``path`` takes, following lists, unions and nested models."""
    for part in path:
        if isinstance(part, int) or part not in model.model_fields:
            continue
        model = _inner_model(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_inner_model(part) for part in get_args(annotation))
    return next((model for model in inner if model), None)
