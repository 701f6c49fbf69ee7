"""llama.cpp's C API, owned: one model with one context, loaded once, freed once, never called after it is freed.

Everything that the C side would answer with an abort or a segmentation fault (a batch that is too large, a call after
the end) is refused here first. Not thread-safe: the runtime holds a lock.
"""

from __future__ import annotations

import ctypes
import logging
import os
import weakref
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ocrect.errors import GenerationError, MissingDependencyError, ModelLoadError, ModelMemoryError
from ocrect.llm.plan import Device

log = logging.getLogger("ocrect.llama")
OUTPUTS = 128  # most tokens of a pass whose logits are wanted
STREAMS = 32  # most continuations in one pass
INSTALL = 'Install it: pip install "ocrect[llm]" (it compiles llama.cpp once, about 10 minutes on two cores).'

_recent: deque[str] = deque(maxlen=40)
_callbacks: list[Any] = []  # the C side keeps pointers to them


def library() -> Any:
    """The module ``llama_cpp.llama_cpp``, its log led into the logger ``ocrect.llama`` (at level DEBUG).

    Raises:
        MissingDependencyError: the package is not installed, or its library cannot be loaded.
    """
    try:
        with _patient_threads():
            import llama_cpp.llama_cpp as native
    except (ImportError, RuntimeError, OSError) as error:
        raise MissingDependencyError(f"llama-cpp-python cannot be used: {error}", hint=INSTALL) from error
    if not _callbacks:
        _callbacks.append(native.llama_log_callback(_on_log))
        native.llama_log_set(_callbacks[0], ctypes.c_void_p(0))
        native.llama_backend_init()
    return native


@contextmanager
def _patient_threads() -> Iterator[None]:
    """While OpenMP is loaded, tells it that idle threads sleep: on busy cores spinning ones cost two thirds of the speed."""
    chosen = "OMP_WAIT_POLICY" in os.environ or "GOMP_SPINCOUNT" in os.environ
    if not chosen:
        os.environ["OMP_WAIT_POLICY"] = "passive"
    try:
        yield
    finally:
        if not chosen:
            del os.environ["OMP_WAIT_POLICY"]


def physical_cores() -> int:
    """The physical cores that this process may use (by affinity and container quota), at least 1."""
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    siblings = set()
    for core in allowed:
        try:
            siblings.add(Path(f"/sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list").read_text(encoding="ascii"))
        except OSError:
            siblings.add(str(core))
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        limit = len(siblings) if quota == "max" else int(quota) // int(period)
    except (OSError, ValueError):
        limit = len(siblings)
    return max(1, min(len(siblings), limit))


def _on_log(level: int, text: bytes, _data: object) -> None:
    line = text.decode("utf-8", errors="replace").rstrip()
    if line.strip(". "):
        log.debug("%s", line)
        if level == 4:  # GGML_LOG_LEVEL_ERROR
            _recent.append(line)


def offloads() -> bool:
    """Whether the installed library can put layers on a GPU."""
    return bool(library().llama_supports_gpu_offload())


def has_llamafile() -> bool:
    """Whether the installed library has llamafile's kernels for passes of many tokens on a CPU."""
    return b"LLAMAFILE = 1" in library().llama_print_system_info()


def library_file() -> Path:
    """Where the loaded library lies."""
    return Path(library()._lib._name)


def _ggml() -> Any:
    """The library of ggml's own functions; where libraries of one's own are used (``LLAMA_CPP_LIB_PATH``), llama.cpp's, which
    depends on it.
    """
    try:
        from llama_cpp._ggml import libggml
    except (ImportError, OSError):
        return library()._lib
    return libggml


def devices() -> list[Device]:
    """The GPUs that the installed library can use, with their free memory, as their drivers say now."""
    if not offloads():
        return []
    libggml = _ggml()
    found = []
    for name, result in (("get", ctypes.c_void_p), ("description", ctypes.c_char_p), ("count", ctypes.c_size_t)):
        getattr(libggml, f"ggml_backend_dev_{name}").restype = result
    for i in range(libggml.ggml_backend_dev_count()):
        device = ctypes.c_void_p(libggml.ggml_backend_dev_get(ctypes.c_size_t(i)))
        if libggml.ggml_backend_dev_type(device) in (1, 2):  # GGML_BACKEND_DEVICE_TYPE_GPU, _IGPU
            free, total = ctypes.c_size_t(), ctypes.c_size_t()
            libggml.ggml_backend_dev_memory(device, ctypes.byref(free), ctypes.byref(total))
            found.append(Device(libggml.ggml_backend_dev_description(device).decode(errors="replace"), free.value))
    return found


@dataclass(frozen=True, slots=True)
class Entry:
    """One token of a pass: where it stands, in which sequences, and whether its logits are wanted."""

    token: int
    position: int
    sequences: tuple[int, ...] = (0,)
    wanted: bool = False


class NativeModel:
    """A loaded model with a key-value cache of ``context`` tokens that all sequences share.

    A pass takes at most ``batch`` tokens (at least ``STREAMS``), and gives the logits of at most ``outputs`` of them.

    ``close()`` frees everything once, and so does the end of the object.

    Raises:
        ModelMemoryError: it does not fit.
        ModelLoadError: llama.cpp refuses it; the message ends with its own words.
    """

    def __init__(self, path: Path, *, context: int, batch: int, threads: int, gpu_layers: int) -> None:
        self._native = native = library()
        owned: list[tuple[Any, Any]] = []
        self.close = weakref.finalize(self, _free, owned)
        self.close.atexit = False  # a thread may still be inside; the end of the process frees everything
        _recent.clear()
        params = native.llama_model_default_params()
        params.n_gpu_layers = gpu_layers
        self._model = native.llama_model_load_from_file(str(path).encode(), params)
        if not self._model:
            raise _refused(path)
        owned.append((native.llama_model_free, self._model))
        self._vocabulary = native.llama_model_get_vocab(self._model)
        trained = native.llama_model_n_ctx_train(self._model)
        self.context = min(context, trained) if trained > 0 else context
        self.batch = min(batch, self.context)
        self.outputs = min(OUTPUTS, self.batch)
        self.branches: bool = not (native.llama_model_is_recurrent(self._model) or native.llama_model_is_hybrid(self._model))
        self._streams = STREAMS if self.branches else 1  # each has a state of its own in a model that does not branch
        self._context = native.llama_init_from_model(self._model, self._context_params(threads))
        if not self._context:
            self.close()
            raise _refused(path)
        owned.append((native.llama_free, self._context))
        self._memory = native.llama_get_memory(self._context)
        self._batch = native.llama_batch_init(self.batch, 0, STREAMS)
        owned.append((native.llama_batch_free, self._batch))
        self.width: int = native.llama_vocab_n_tokens(self._vocabulary)
        self.gpu_layers = gpu_layers

    def _context_params(self, threads: int) -> Any:
        params = self._native.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_ubatch = self.context, self.batch, self.batch
        params.n_seq_max, params.kv_unified = self._streams, True
        params.n_outputs_max = params.n_outputs_max_per_seq = self.outputs
        params.n_threads = params.n_threads_batch = threads
        return params

    # text

    def tokens(self, text: str, *, special: bool = False, begin: bool = True) -> list[int]:
        """The tokens of a text; control tokens written in it only if ``special``, a beginning token only if ``begin``."""
        raw = text.encode("utf-8", errors="replace")
        room = len(raw) + 8
        found = (self._native.llama_token * room)()
        count = self._native.llama_tokenize(self._vocabulary, raw, len(raw), found, room, begin, special)
        if count < 0:
            raise GenerationError(f"the model's tokenizer refused a text of {len(text)} characters")
        return list(found[:count])

    def text(self, tokens: Sequence[int]) -> str:
        """The text of tokens; control tokens and an incomplete last character are left out."""
        raw = b"".join(self.piece(token) for token in tokens)
        return raw.decode("utf-8", errors="ignore")

    def piece(self, token: int, *, special: bool = False) -> bytes:
        buffer = ctypes.create_string_buffer(256)
        count = self._native.llama_token_to_piece(self._vocabulary, token, buffer, 256, 0, special)
        return buffer.raw[: max(count, 0)]

    def ends(self, token: int) -> bool:
        """Whether the model says with this token that it is done."""
        return bool(self._native.llama_vocab_is_eog(self._vocabulary, token))

    @property
    def begin_token(self) -> int:
        """The token before a text's first: the beginning token, or for a model without one the end of the text before."""
        begin = int(self._native.llama_vocab_bos(self._vocabulary))
        return begin if begin >= 0 else int(self._native.llama_vocab_eos(self._vocabulary))

    def control_text(self, name: Literal["bos", "eos"]) -> str:
        """The beginning or the end token in letters, as chat templates want it; empty where the model has none."""
        ask = self._native.llama_vocab_bos if name == "bos" else self._native.llama_vocab_eos
        token = ask(self._vocabulary)
        return self.piece(token, special=True).decode("utf-8", errors="replace") if token >= 0 else ""

    @property
    def chat_template(self) -> str:
        template = self._native.llama_model_chat_template(self._model, None)
        return template.decode("utf-8", errors="replace") if template else ""

    # passes

    def run(self, entries: Sequence[Entry]) -> NDArray[np.float32]:
        """One pass over ``entries``; logits of the wanted ones, shape (wanted, vocabulary), valid until the next pass.

        Raises:
            GenerationError: llama.cpp failed; the cache is then empty.
        """
        assert 0 < len(entries) <= self.batch
        assert sum(entry.wanted for entry in entries) <= self.outputs
        assert self.close.alive, "the model is closed"
        batch = self._batch
        wanted = 0
        for i, entry in enumerate(entries):
            batch.token[i], batch.pos[i] = entry.token, entry.position
            batch.n_seq_id[i] = len(entry.sequences)
            for j, sequence in enumerate(entry.sequences):
                batch.seq_id[i][j] = sequence
            batch.logits[i] = entry.wanted
            wanted += entry.wanted
        batch.n_tokens = len(entries)
        _recent.clear()
        code = self._native.llama_decode(self._context, batch)
        if code != 0:
            self.keep(0)
            raise GenerationError(f"llama.cpp failed with code {code}{_words()}", hint=_hint_for(code))
        if not wanted:
            return np.empty((0, self.width), dtype=np.float32)
        logits = self._native.llama_get_logits(self._context)
        return np.ctypeslib.as_array(logits, shape=(wanted, self.width))

    def keep(self, length: int) -> bool:
        """Cuts the cache to the first ``length`` positions of sequence 0; false (and empty) where the model cannot."""
        for sequence in range(1, self._streams):
            self._native.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        if length > 0 and self._native.llama_memory_seq_rm(self._memory, 0, length, -1):
            return True
        self._native.llama_memory_clear(self._memory, False)
        return length == 0

    def share(self, count: int) -> None:
        """Makes sequences 1 to ``count`` - 1 equal to sequence 0; the cells are shared, nothing is copied."""
        for sequence in range(1, count):
            self._native.llama_memory_seq_cp(self._memory, 0, sequence, -1, -1)

    # for samplers

    @property
    def vocabulary_pointer(self) -> Any:
        return self._vocabulary


def _free(owned: list[tuple[Any, Any]]) -> None:
    for free, thing in reversed(owned):
        free(thing)


def _words() -> str:
    return f": {_recent[0]}" if _recent else ""


def _hint_for(code: int) -> str:
    return "Raise context_size." if code == 1 else "Try again; a smaller context_size or model needs less memory."


def _refused(path: Path) -> ModelLoadError | ModelMemoryError:
    said = " ".join(_recent)
    if any(word in said.lower() for word in ("out of memory", "failed to allocate", "unable to allocate", "cudamalloc failed")):
        return ModelMemoryError(
            f"{path.name} does not fit into memory{_words()}", hint="Use a smaller quantization or a smaller context_size."
        )
    return ModelLoadError(f"llama.cpp refuses {path}{_words()}", hint="A newer llama-cpp-python may know the model.")
