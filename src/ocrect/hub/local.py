"""The models that are on this machine: listed, held against what their source declares, removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ocrect.checksum import sha256_of
from ocrect.errors import ModelChecksumError, ModelError, ModelNotFoundError, SettingsError
from ocrect.hub import EMBEDDED, ModelFile, Source, cache, embedded_path, files_in, find, folder_of, quantization_of, sums
from ocrect.hub.gguf import read_headers
from ocrect.hub.names import candidates
from ocrect.settings import Settings


@dataclass(frozen=True, slots=True)
class Local:
    """A model on this machine; ``model`` is ``None`` where it is damaged, and ``problem`` then says how."""

    paths: tuple[Path, ...]
    source: Source
    model: ModelFile | None
    problem: str = ""
    repo: str = ""

    @property
    def name(self) -> str:
        return self.paths[0].name

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(path.stat().st_size for path in self.paths)


def installed(settings: Settings) -> list[Local]:
    """The embedded default, the models folder's models and those of the hub's cache; touches no network."""
    found = []
    embedded = embedded_path()
    if embedded:
        found.append(_local([embedded], "embedded", EMBEDDED.repo, license=EMBEDDED.license))
    folder = folder_of(settings)
    if folder:
        found += [_local([folder / name for name in c.files], "folder", "") for c in candidates(files_in(folder))]
    return found + list(_cached())


def _cached() -> Iterator[Local]:
    for root in sorted(cache.folder().glob("models--*--*")):
        repo = root.name.removeprefix("models--").replace("--", "/")
        for snapshot in sorted(root.glob("snapshots/*")):
            files = {p.relative_to(snapshot).as_posix(): p for p in snapshot.rglob("*.gguf") if p.is_file()}
            for candidate in candidates(files):
                yield _local([files[name] for name in candidate.files], "cache", repo, revision=snapshot.name)


def _local(paths: Sequence[Path], source: Source, repo: str, *, revision: str = "", license: str = "") -> Local:
    try:
        header = read_headers(paths)
    except ModelError as error:
        return Local(tuple(paths), source, None, str(error), repo)
    quantization = quantization_of(paths[0].name) or header.quantization
    model = ModelFile(tuple(paths), source, header, repo, revision, quantization, license or header.license)
    return Local(tuple(paths), source, model, "", repo)


def named(name: str, settings: Settings) -> ModelFile:
    """The model on this machine that ``name`` (a file's name, with or without .gguf, a path or a repo id) means.

    Raises:
        ModelError, SettingsError: as :func:`ocrect.hub.find` without downloads.
    """
    wanted = name.lower().removesuffix(".gguf")
    same = [here for here in installed(settings) if here.name.lower().removesuffix(".gguf") == wanted]
    if len(same) == 1 and same[0].model:
        return same[0].model
    changes = {"model": name} if name else {}
    return find(settings.with_(allow_download=False, **changes))


def verify(model: ModelFile) -> str:
    """What could be checked, in words: the SHA-256 where the source declares one, else that header and size agree.

    Raises:
        ModelChecksumError: the file is not what its source declares.
    """
    hashed, unknown, by = [], [], ""
    for path in model.paths:
        declared, by = _declared(model, path)
        if not declared:
            unknown.append(path)
            continue
        digest = sha256_of(path)
        if digest != declared:
            raise ModelChecksumError(
                f"{path} has the SHA-256 {digest} instead of {declared}, which {by}",
                hint=f"Fetch it again: ocrect models rm {path.name}",
            )
        hashed.append(digest)
    if not unknown:
        return f"SHA-256 {' '.join(hashed)}, as {by}"
    return (
        "header and size agree; no SHA-256 is known for it, and altered weights would not be noticed. "
        f"To have it checked, put what its source says into {sums.sum_file(unknown[0])}"
    )


def _declared(model: ModelFile, path: Path) -> tuple[str, str]:
    """The SHA-256 that a file should have, and where it is declared; empty if it is not known.

    The hub's cache has it as the name of the blob, the models folder in a file beside the model.
    """
    if path == embedded_path():
        return EMBEDDED.sha256, "its package declares"
    blob = path.resolve().name
    if model.source in ("cache", "download") and sums.SHA256.fullmatch(blob):
        return blob, "the hub declares"
    return sums.noted(path), f"{sums.sum_file(path).name} says"


def removable(name: str, settings: Settings) -> Local:
    """The one model of the models folder or of the hub's cache that ``name`` (a file's name or a repo id) means.

    Raises:
        ModelNotFoundError: there is none.
        SettingsError: there are several, or it belongs to an installed package.
    """
    wanted = name.lower().removesuffix(".gguf")
    same = [m for m in installed(settings) if wanted in (m.name.lower().removesuffix(".gguf"), m.repo.lower(), str(m.paths[0]))]
    own = [m for m in same if m.source != "embedded"]
    if same and not own:
        raise SettingsError(f"{same[0].name} belongs to a package", hint=f"Uninstall it: pip uninstall {EMBEDDED.package}")
    if not own:
        raise ModelNotFoundError(
            f"there is no model {name!r} in the models folder or the hub's cache", hint="See `ocrect models list`."
        )
    if len(own) > 1:
        raise SettingsError(f"{name!r} means {len(own)} models", hint=f"Name one: {', '.join(str(m.paths[0]) for m in own)}")
    return own[0]


def remove(here: Local) -> int:
    """Deletes the files of a model and, in the hub's cache, the bytes that no other snapshot of it points to. Bytes freed.

    Raises:
        ModelError: a file cannot be deleted.
    """
    freed = 0
    try:
        for path in here.paths:
            blob, size = path.resolve(), path.stat().st_size
            linked = path.is_symlink()
            path.unlink()
            sums.sum_file(path).unlink(missing_ok=True)
            if not linked:
                freed += size
            elif here.source == "cache" and _is_orphan(blob, here.repo):
                blob.unlink()
                freed += size
    except OSError as error:
        raise ModelError(f"cannot delete {error.filename}: {error.strerror}") from error
    return freed


def _is_orphan(blob: Path, repo: str) -> bool:
    """Whether the bytes lie in the cache of the repo, and no file there points to them any more."""
    root = cache.repo_folder(repo)
    inside = blob.parent == (root / "blobs").resolve() and blob.is_file()
    return inside and not any(p.resolve() == blob for p in root.glob("snapshots/*/**/*") if p.is_symlink())
