"""A prompt under the model's own chat template, with what is content kept apart from what is control.

The template is rendered with place holders, and the contents are put in as plain text afterwards: a page that says
``<|im_end|>`` or ``<|im_start|>system`` says it in letters, and never as the control tokens of the model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ocrect.llm.native import NativeModel

_SYSTEM, _USER = "\ue000system\ue001", "\ue000user\ue001"
_THOUGHT = re.compile(r"\A(?:(?!<think>).)*</think>|<think>.*?(?:</think>|\Z)", re.DOTALL)
"""A thought with both its marks, without its end, or without its beginning, which some templates put into the prompt."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a rendered prompt; only in control parts do names of control tokens count."""

    text: str
    control: bool


def pieces(model: NativeModel, system: str, prompt: str) -> list[Piece]:
    """The prompt in parts. A template that knows no system role gets it at the head of the user's part.

    A model without a template gets ``system``, ``prompt`` and a line that asks for the answer, as plain text.
    """
    system, prompt = system.strip(), prompt.strip()
    template = model.chat_template
    if not template:
        head = f"{system}\n\n" if system else ""
        return [Piece(f"{head}{prompt}\n\nAnswer:\n", control=False)]
    if system:
        rendered = _render(model, template, [("system", _SYSTEM), ("user", _USER)])
        if rendered is not None and _SYSTEM in rendered:
            return _filled(rendered, {_SYSTEM: system, _USER: prompt})
        prompt = f"{system}\n\n{prompt}"
    rendered = _render(model, template, [("user", _USER)])
    return _filled(rendered if rendered is not None else _USER, {_USER: prompt})


def tokens(model: NativeModel, parts: list[Piece]) -> list[int]:
    """The tokens of a prompt's parts. A template writes the beginning token itself; plain text gets it from the tokenizer."""
    found: list[int] = []
    for part in parts:
        found += model.tokens(part.text, special=part.control, begin=not found and not part.control)
    return found


def answer(text: str) -> str:
    """A reply without what a reasoning model thinks aloud before it."""
    return _THOUGHT.sub("", text).strip()


def _render(model: NativeModel, template: str, messages: list[tuple[str, str]]) -> str | None:
    """The rendered template, or ``None`` where it refuses the messages."""
    import jinja2
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

    try:
        formatter = Jinja2ChatFormatter(template, model.control_text("eos"), model.control_text("bos"))
        turns = [{"role": role, "content": content} for role, content in messages]
        rendered: str = formatter(messages=turns, enable_thinking=False).prompt
    except (jinja2.TemplateError, ValueError, TypeError):
        return None
    return rendered


def _filled(rendered: str, contents: dict[str, str]) -> list[Piece]:
    parts = re.split(f"({'|'.join(map(re.escape, contents))})", rendered)
    return [Piece(contents.get(p, p), control=p not in contents) for p in parts if p]
