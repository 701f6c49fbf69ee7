"""What llama.cpp says of itself and of the GPUs, asked in a process of its own: a broken driver crashes or hangs there."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict, dataclass

from ocrect.errors import OcrectError
from ocrect.exchange import interpreter
from ocrect.llm.native import devices, offloads
from ocrect.llm.plan import Device


@dataclass(frozen=True, slots=True)
class Probe:
    """Whether llama.cpp can put layers on a GPU, the GPUs that it sees, and why it could not say."""

    offloads: bool = False
    devices: tuple[Device, ...] = ()
    problem: str = ""
    hint: str = ""


def probe(timeout: float = 10.0) -> Probe:
    """Ask within ``timeout`` seconds; never raises."""
    command, environment = interpreter.command("ocrect.llm.probe"), interpreter.environment()
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter and a module of ours
            command, capture_output=True, text=True, timeout=timeout, check=False, env=environment
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Probe(problem=f"llama.cpp did not answer: {error}")
    try:
        said = json.loads(done.stdout.splitlines()[-1])
        return Probe(**{**said, "devices": tuple(Device(**device) for device in said["devices"])})
    except (ValueError, IndexError, TypeError, KeyError):
        last = done.stderr.strip().splitlines()[-1:]
        return Probe(problem=f"llama.cpp did not answer (exit code {done.returncode}): {' '.join(last)}")


def main() -> None:
    """Print the answer as one line of JSON."""
    try:
        found = Probe(offloads(), tuple(devices()))
    except OcrectError as error:
        found = Probe(problem=str(error), hint=error.hint)
    print(json.dumps(asdict(found)))


if __name__ == "__main__":
    main()
