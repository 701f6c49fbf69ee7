"""``ocrect models list | pull | show | verify | rm | path``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ocrect.cli import options
from ocrect.cli.downloads import DownloadBar, megabytes
from ocrect.errors import SettingsError

if TYPE_CHECKING:
    from ocrect.hub import ModelFile
    from ocrect.settings import Settings

EXAMPLES = """\
examples:
  ocrect models list                                                what is here, with size and licence
  ocrect models pull Qwen/Qwen2.5-3B-Instruct-GGUF --quantization q4_k_m
  ocrect models show                                                the model that would be used, and its memory
  ocrect models verify qwen2.5-3b-instruct-q4_k_m.gguf
  ocrect models rm qwen2.5-3b-instruct-q4_k_m.gguf
"""


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    models = commands.add_parser(
        "models", help="list, fetch, look at, check and remove language models", epilog=EXAMPLES,
    )  # fmt: skip
    actions = models.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, run, help in (
        ("list", run_list, "the models on this machine"),
        ("pull", run_pull, "download a model; says its size and licence first"),
        ("show", run_show, "what a model is and what it needs"),
        ("verify", run_verify, "hold a model against what its source declares"),
        ("rm", run_rm, "delete a model from the models folder or the hub's cache"),
        ("path", run_path, "print the path of a model's file"),
    ):
        action = actions.add_parser(name, help=help, description=help)
        if name != "list":
            many = None if name == "rm" else "?"
            action.add_argument(
                "name", nargs=many, default="", metavar="MODEL", help="repo id, or file of `ocrect models list`"
            )
        if name == "rm":
            action.add_argument("--yes", action="store_true", help="do not ask")
        options.add(action, "model")
        action.set_defaults(run=run)


def run_list(chosen: argparse.Namespace) -> int:
    from ocrect.hub import local

    found = local.installed(options.settings(chosen))
    for here in found:
        model = here.model
        facts = f"{model.quantization or '?':8} {model.license or 'licence not stated'}" if model else here.problem
        print(f"{here.name:48} {here.source:9} {megabytes(here.size):>9}  {facts}")
    if not found:
        print("no models: ocrect models pull OWNER/NAME, or see `ocrect doctor`", file=sys.stderr)
    return 0


def run_pull(chosen: argparse.Namespace) -> int:
    """Fetches what is not here yet, and prints where it is."""
    from ocrect import hub

    settings = _named(chosen)
    if not settings.model:
        raise SettingsError("which model?", hint="ocrect models pull OWNER/NAME --quantization q4_k_m")
    hub.watch(DownloadBar())
    model = hub.find(settings)
    if model.source != "download":
        print(f"ocrect: {model.name} is here already ({model.source})", file=sys.stderr)
    print(model.path)
    return 0


def run_show(chosen: argparse.Namespace) -> int:
    settings = options.settings(chosen)
    for name, value in _facts(_here(chosen), settings):
        print(f"{name:14} {value}")
    return 0


def run_verify(chosen: argparse.Namespace) -> int:
    from ocrect.hub import local

    model = _here(chosen)
    print(f"{model.path.name}: {local.verify(model)}")
    return 0


def run_rm(chosen: argparse.Namespace) -> int:
    """Exit code 0 also where the answer to the question is no."""
    from ocrect.hub import local

    here = local.removable(chosen.name, options.settings(chosen))
    if not chosen.yes and sys.stdin.isatty():
        print(*here.paths, sep="\n", file=sys.stderr)
        if input(f"Delete {megabytes(here.size)}? [y/N] ").strip().lower() not in ("y", "yes"):
            return 0
    print(f"{here.name}: {megabytes(local.remove(here))} freed")
    return 0


def run_path(chosen: argparse.Namespace) -> int:
    print(*_here(chosen).paths, sep="\n")
    return 0


def _named(chosen: argparse.Namespace) -> Settings:
    settings = options.settings(chosen)
    return settings.with_(model=chosen.name) if chosen.name else settings


def _here(chosen: argparse.Namespace) -> ModelFile:
    from ocrect.hub import local

    return local.named(chosen.name, options.settings(chosen))


def _facts(model: ModelFile, settings: Settings) -> Iterator[tuple[str, str]]:
    from ocrect.llm import abilities

    header = model.header
    yield "file", " ".join(map(str, model.paths))
    yield "from", " ".join(filter(None, (model.source, model.repo, model.revision)))
    yield "licence", model.license or "not stated"
    yield "architecture", f"{header.architecture}, {header.parameters / 1e6:,.0f} million parameters, {header.layers} layers"
    yield "quantization", f"{model.quantization or 'not stated'}, {megabytes(model.size)}"
    yield "context", f"{header.context_length} tokens as trained, {settings.context_size} as set"
    yield "chat template", "yes" if header.has_chat_template else "no: a plain layout is used"
    yield "used for", "scoring and rewriting" if abilities.can_write(model) else "scoring (too small or untrained to rewrite)"
    yield "languages", " ".join(sorted(abilities.languages(model) or ())) or "not limited"
    yield "memory", f"about {megabytes(abilities.memory(header, settings))}"
    yield "GPU plan", abilities.placement(header, settings)
