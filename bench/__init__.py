"""Benchmarks that anyone can run again: `python -m bench --help`."""

import ocrect as ocrect  # before any module here can import onnxruntime: it switches that library's telemetry off
