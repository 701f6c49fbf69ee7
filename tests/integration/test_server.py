"""``ocrect serve`` as its clients meet it: a real process, real workers, real uploads. Skipped without the extra `serve`."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ocrect.batch.work import Plan
from ocrect.settings import Settings

pytest.importorskip("fastapi", reason="the extra `serve` is not installed")
pytest.importorskip("httpx", reason="httpx is not installed")

import httpx
from serving import CHEAP, Service, a_pdf, children, serving, start, wait_until

from ocrect.review.desk import Desk, Seen

if not Path("/proc/self/status").exists():
    pytest.skip("processes are looked at in /proc", allow_module_level=True)

LONG = 120
NO_JOB = "0" * 32


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("service") / "data", *CHEAP) as running:
        yield running


def a_long_pdf() -> bytes:
    return a_pdf(*(f"This is page {n} of a document that takes its time" for n in range(LONG)))


def test_of_a_document_the_pages_are_read_that_are_asked_for(service: Service) -> None:
    done = service.send(a_pdf("Page one", "Page two", "Page three"), pages="2-", formats="text").json()
    assert (done["state"], done["pages"]["done"]) == ("done", 2)
    assert service.client.get(done["results"]["text"]).text.split("\f") == ["Page two\n", "Page three\n"]


def test_a_document_is_taken_in_read_and_given_back_in_any_format(service: Service) -> None:
    reply = service.send(a_pdf("Invoice number 12345 of the tenth of May", "Page two"), wait=None, formats="text,json")
    assert reply.status_code == 202
    place = reply.headers["Location"]
    done = service.client.get(place, headers={"Prefer": "wait=250"}).json()
    assert (done["state"], done["name"], done["pages"]["done"]) == ("done", "scan.pdf", 2)
    assert service.client.get(done["results"]["text"]).text.startswith("Invoice number 12345")
    pages = service.client.get(f"{place}/pages").json()
    assert [page["number"] for page in pages] == [1, 2]
    second = service.client.get(pages[1]["href"]).json()
    assert second["pages"][0]["blocks"][0]["lines"][0]["text"] == "Page two"
    later = service.client.get(f"{place}/result", params={"format": "pdf"})
    assert (later.status_code, later.headers["Content-Type"], later.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert later.headers["Content-Disposition"].startswith("attachment")


def test_waiting_with_prefer_gives_the_finished_document_at_once(service: Service) -> None:
    reply = service.send(a_pdf("A short page that is read while one waits"))
    assert reply.status_code == 200
    assert reply.json()["state"] == "done"


def test_a_text_comes_back_corrected_with_its_spaces_and_locked_numbers_kept(service: Service) -> None:
    reply = service.correct("  Total: $1O0.00 \r\n\tDate: 2023-07-15\r\n\n")
    assert reply.text == "  Total: $100.00 \r\n\tDate: 2023-07-15\r\n\n"
    record = service.client.get(reply.headers["Content-Location"].replace("corrected", "json")).json()
    assert record["pages"][0]["blocks"][0]["lines"][0]["corrected"] == "Total: $100.00"


def test_progress_is_sent_as_it_happens(service: Service) -> None:
    place = service.send(a_long_pdf(), wait=None).headers["Location"]
    states, counts = [], []
    with service.client.stream("GET", f"{place}/events") as stream:
        for line in stream.iter_lines():
            if line.startswith("data: {") and line != "data: {}":
                seen = json.loads(line[6:])
                states.append(seen["state"])
                counts.append(seen["pages"]["done"])
    assert states[-1] == "done"
    assert counts == sorted(counts)
    assert len(set(counts)) > 3
    assert counts[-1] == LONG


def test_deleting_a_document_in_work_ends_it_within_a_second_and_leaves_nothing(service: Service) -> None:
    place = service.send(a_long_pdf() + b"%", wait=None).headers["Location"]
    wait_until(lambda: service.client.get(place).json()["pages"]["done"] > 3)
    workers = service.workers()
    assert service.client.delete(place).status_code == 204
    assert set(workers) - set(service.workers()), "the answer comes when the work has ended"
    assert service.client.get(place).status_code == 404
    data = Path(service.log).with_name("data")
    assert not [path for path in data.rglob("*") if place.rpartition("/")[2] in path.name]
    assert service.send(a_pdf("The service goes on after that")).json()["state"] == "done"


def test_the_same_idempotency_key_is_the_same_document_also_for_requests_at_once(service: Service) -> None:
    data, headers = a_pdf("Sent several times, read once"), {"Idempotency-Key": "key-1"}
    with ThreadPoolExecutor(6) as clients:
        replies = list(clients.map(lambda _: service.send(data, wait=0, headers=headers), range(6)))
    assert {reply.status_code for reply in replies} <= {200, 202}
    assert len({reply.headers["Location"] for reply in replies}) == 1
    other = service.send(a_pdf("Another one"), headers=headers)
    assert other.status_code == 422
    assert other.json()["type"].endswith("IdempotencyError")


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"", 422), (b"no scan at all", 415), (a_pdf("cut off")[:400], 422), (b"%PDF-1.7 and then nothing", 422)],
)
def test_what_cannot_be_read_is_a_problem_with_a_hint(service: Service, data: bytes, status: int) -> None:
    reply = service.send(data)
    assert reply.status_code == 200
    problem = reply.json()["problems"][""]
    assert (problem["status"], bool(problem["hint"])) == (status, True)
    result = service.client.get(reply.json()["id"].join(("/v1/documents/", "/result")))
    assert (result.status_code, result.headers["Content-Type"]) == (status, "application/problem+json")


@pytest.mark.parametrize(
    "fields",
    [{"model": "/etc/passwd"}, {"models_folder": "/"}, {"dictionary": "/etc/passwd"}, {"model_url": "http://example.org"},
     {"tessdata": "/"}, {"runtime": "openai"}, {"max_pixels": "1"}, {"dpi": "100000"}, {"dpi": "x"}, {"language": "klingon"},
     {"engine": "../../x"}, {"formats": "../../etc/passwd"}, {"prompt": "x" * 5_000}],
)  # fmt: skip
def test_no_path_no_address_and_no_other_setting_is_taken_from_a_request(service: Service, fields: dict[str, str]) -> None:
    reply = service.send(a_pdf("x"), **fields)
    assert reply.status_code == 400
    (name, value), told = next(iter(fields.items())), reply.json()
    assert name in told["detail"] or value in told["detail"]


@pytest.mark.parametrize("language", ["xx", "en+zz"])
def test_a_language_that_no_engine_reads_is_refused_at_once_with_those_that_are_read(service: Service, language: str) -> None:
    reply = service.send(a_pdf("x"), language=language)
    assert reply.status_code == 400
    assert language[-2:] in reply.json()["detail"]
    assert " vi" in reply.json()["hint"]


def test_a_files_name_is_a_label_and_never_a_path(service: Service) -> None:
    for name in ("../../../etc/cron.d/x", "/etc/passwd", "..\\..\\x", "x" * 500 + ".pdf", "…/ü\t.pdf", '"; filename="y'):
        reply = service.send(a_pdf(f"Named {len(name)}"), name=name)
        label = reply.json()["name"]
        assert "/" not in label
        assert "\\" not in label
        assert len(label) <= 200
        result = service.client.get(f"/v1/documents/{reply.json()['id']}/result")
        assert result.status_code == 200
    assert service.client.get("/v1/documents/..%2f..%2fmanifest.sqlite").status_code in (404, 422)
    assert "/openapi.json" in service.client.get("/").json()["hint"]
    assert service.client.get(f"/v1/documents/{NO_JOB}/result", params={"format": "../manifest"}).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Host": "127.0.0.1.evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"},
     {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}],
)  # fmt: skip
def test_other_sites_pages_and_other_names_are_refused(service: Service, headers: dict[str, str]) -> None:
    for method, path in (("GET", "/metrics"), ("POST", "/v1/documents"), ("DELETE", f"/v1/documents/{NO_JOB}")):
        reply = service.client.request(method, path, headers=headers)
        assert (reply.status_code, reply.json()["type"]) == (403, "urn:ocrect:error:ForbiddenError")


def test_every_answer_has_a_strict_policy(service: Service) -> None:
    for path in ("/healthz", "/openapi.json", "/nothing", f"/v1/documents/{NO_JOB}"):
        headers = service.client.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


def test_only_loopback_is_listened_at(service: Service) -> None:
    inodes = {Path(link).name for pid in (service.process.pid, *service.workers()) for link in _sockets(pid)}
    listening = []
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{service.process.pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                listening.append(fields[1].partition(":")[0])
    assert listening == ["0100007F"]


def _sockets(pid: int) -> list[str]:
    return [str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir() if path.is_symlink()]


def test_a_worker_has_no_network_and_a_bounded_memory(service: Service) -> None:
    service.send(a_pdf("So that there is a worker"))
    (pid, *_) = service.workers()
    status = Path(f"/proc/{pid}/status").read_text()
    assert "Seccomp:\t2" in status
    assert "NoNewPrivs:\t1" in status
    limits = Path(f"/proc/{pid}/limits").read_text()
    assert "unlimited" not in next(line for line in limits.splitlines() if line.startswith("Max address space")).split("  ")[1]
    code = (
        "import socket, subprocess, sys\nfrom ocrect.server import confine\nassert confine.close_network() == ''\n"
        "for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):\n"
        "    try: socket.socket(family); print('open')\n    except OSError: print('closed')\n"
        "child = 'import socket\\ntry: socket.socket(); print(1)\\nexcept OSError: print(0)'\n"
        "print(subprocess.run([sys.executable, '-c', child], capture_output=True, text=True).stdout)"
    )
    tried = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert tried.stdout.split() == ["closed", "closed", "closed", "0"]


def test_the_review_pages_are_a_part_of_it_behind_their_token_in_a_confined_process(service: Service) -> None:
    place = service.send(a_pdf("Total due 1O0 of the arnount"), formats="text").headers["Location"]
    job = place.rpartition("/")[2]
    assert service.client.get("/review/").status_code == 401
    with httpx.Client(follow_redirects=True, timeout=250, trust_env=False) as reader:
        page = reader.get(service.review)
        assert page.status_code == 200
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "/review/static/review.js" in page.text
        assert reader.get(f"{service.address}/review/static/review.js").status_code == 200
        assert reader.get(f"{service.address}/review/", headers={"Host": "evil.example"}).status_code == 403
        assert job in reader.get(f"{service.address}/review/documents").text
    assert len(service.workers()) >= 2
    assert all("Seccomp:\t2" in Path(f"/proc/{pid}/status").read_text() for pid in service.workers())


def test_what_a_person_decided_is_in_the_results_from_then_on(service: Service) -> None:
    place = service.send(a_pdf("The name of the client is Srnith")).headers["Location"]
    job = place.rpartition("/")[2]
    first = service.client.get(f"{place}/result").text
    data = service.log.with_name("data")
    with Desk(Plan(data / "manifest.sqlite", data / "uploads", data / "reviewed", Settings(), ())) as desk:
        file = desk.ledger.file_of(job)
        page, _ = desk.page(file, 1)
        (line,) = page.lines()
        at = line.corrected.rindex(" ") + 1
        desk.retype(file, 1, line.id, (at, len(line.corrected)), "Smith", Seen("me", 0, "one"))
    assert service.client.get(f"{place}/result").text == first.replace(first.split()[-1], "Smith")


def test_the_log_holds_no_text_of_a_page(service: Service) -> None:
    service.send(a_pdf("Geheimnis 4711 of the client"))
    service.correct("Geheimnis 4711 cornpany")
    service.send(b"Geheimnis 4711", name="scan.png")
    assert "Geheimnis" not in service.log.read_text(encoding="utf-8")


def test_a_slow_body_a_large_one_and_a_false_length_are_refused(tmp_path: Path) -> None:
    with serving(tmp_path / "data", *CHEAP, "--body-seconds", "1", "--body-bytes", "20000") as service:
        assert service.send(b"x" * 30_000).status_code == 413

        def parts() -> Iterator[bytes]:
            for _ in range(30):
                yield b"x" * 1000

        reply = service.client.post("/v1/correct", content=parts(), headers={"Content-Type": "text/plain"})
        assert reply.status_code == 413
        host = service.address.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=120)
        connection.putrequest("POST", "/v1/correct")
        connection.putheader("Content-Type", "text/plain")
        connection.putheader("Content-Length", "100")
        connection.endheaders(b"a few bytes, and then")
        assert connection.getresponse().status == 408
        assert service.client.get("/healthz").status_code == 200


@pytest.mark.parametrize("path", ["/v1/documents", "/v1/correct", "/nothing-here"])
@pytest.mark.parametrize("size", [100_000, 30_000_000])
def test_a_client_that_goes_on_sending_gets_the_answer_that_refuses_it(path: str, size: int, service: Service) -> None:
    host, port = service.address.removeprefix("http://").split(":")
    head = f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: image/png\r\nContent-Length: {size}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=200) as connection:
        connection.sendall(head.encode() + bytes(size))
        assert connection.recv(20).startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize(
    "charset", ["iso-8859-1", "windows-1252", "UTF-16", "utf-16-be", '"utf-8"', "ISO-8859-15", "macintosh"]
)
def test_a_text_is_read_in_the_charset_that_is_declared_and_given_back_in_utf_8(service: Service, charset: str) -> None:
    text = "Größe: 42 m? Ça coûte £100\nRésumé"
    text = text if charset != "ISO-8859-15" else "Total: 100 € à payer\nRésumé"
    reply = service.correct(text.encode(charset.strip('"')), f"text/plain; charset={charset}")
    assert reply.status_code == 200, reply.text
    assert reply.content.decode() == text
    assert "utf-8" in reply.headers["Content-Type"]


@pytest.mark.parametrize(
    ("charset", "sent", "status"),
    [("klingon", b"x", 415), ("idna", b"x", 415), ("base64", b"eA==", 415), ("utf-16", b"abc", 422), ("gb18030", b"\x81", 422)],
)
def test_a_charset_that_is_none_of_texts_or_not_the_texts_is_said(
    service: Service, charset: str, sent: bytes, status: int
) -> None:
    reply = service.correct(sent, f"text/plain; charset={charset}")
    assert reply.status_code == status, reply.text
    assert "UTF-8" in reply.text


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "text/plain"])
def test_a_client_that_leaves_while_it_sends_is_no_bug_of_the_service(kind: str, service: Service) -> None:
    host, port = service.address.removeprefix("http://").split(":")
    path = "/v1/correct" if kind == "text/plain" else "/v1/documents"
    before = service.log.stat().st_size
    with socket.create_connection((host, int(port)), timeout=200) as connection:
        head = f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: {kind}\r\nContent-Length: 5000\r\n\r\n--x"
        connection.sendall(head.encode())

    def said() -> str:
        return service.log.read_text(encoding="utf-8")[before:]

    wait_until(lambda: f" {path} 499 " in said())
    assert ("bug" in said(), "Traceback" in said()) == (False, False)


def test_a_head_that_does_not_come_is_hung_up_on(service: Service) -> None:
    host, port = service.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=200) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost:")
        assert connection.recv(100) == b""


def test_a_full_queue_says_when_to_come_again(tmp_path: Path) -> None:
    with serving(tmp_path / "data", *CHEAP, "--queue", "3") as service:
        replies = [service.send(a_long_pdf() + b"%" * n, wait=None) for n in range(5)]
        assert [reply.status_code for reply in replies] == [202, 202, 202, 429, 429]
        assert int(replies[-1].headers["Retry-After"]) >= 1
        assert service.client.get("/readyz").status_code == 503
        assert len(list((tmp_path / "data" / "uploads").iterdir())) == 3


def test_limits_of_pages_seconds_and_disk_are_kept(tmp_path: Path) -> None:
    flags = ("--document-pages", "5", "--disk-bytes", "9000", "--keep-seconds", "1")
    with serving(tmp_path / "data", *CHEAP, *flags) as service:
        problem = service.send(a_pdf(*"123456")).json()["problems"][""]
        assert (problem["status"], "more than the 5" in problem["detail"]) == (413, True)
        codes = {service.send(a_pdf(f"File {n}"), wait=None).status_code for n in range(30)}
        assert codes == {202, 507}


def test_a_document_that_takes_too_long_has_failed_and_its_worker_is_ended(tmp_path: Path) -> None:
    with serving(tmp_path / "data", *CHEAP, "--document-seconds", "1", "--document-pages", "5000") as service:
        reply = service.send(a_pdf(*(f"Page {n} of very many" for n in range(2_000))))
        assert "more than 1 second" in reply.json()["problems"][""]["detail"]
        assert service.workers() == []
        assert service.client.get("/readyz").status_code == 200


def test_keys_are_asked_for_once_there_are_any_and_each_sees_its_own(tmp_path: Path) -> None:
    data = tmp_path / "data"
    ocrect = [sys.executable, "-m", "ocrect", "serve", "--data", str(data)]
    refused = subprocess.run([*ocrect, "--host", "0.0.0.0"], capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "--new-key" in refused.stderr
    one, two = (
        subprocess.run([*ocrect, "--new-key", name], capture_output=True, text=True, check=True).stdout.strip()
        for name in ("one", "two")
    )
    kept = (data / "keys.json").read_text()
    assert one not in kept
    assert (data / "keys.json").stat().st_mode & 0o077 == 0
    with serving(data, *CHEAP, "--jobs-per-key", "2", "--pages-per-day", "3") as service:
        assert service.client.get("/healthz").status_code == 200
        for path in ("/metrics", f"/v1/documents/{NO_JOB}", "/openapi.json"):
            assert service.client.get(path).status_code == 401
        assert service.client.get("/metrics", headers={"Authorization": f"Bearer {one}x"}).status_code == 401
        bearer = {"Authorization": f"Bearer {one}"}
        place = service.send(a_pdf("One's own"), headers=bearer).headers["Location"]
        assert service.client.get(place, headers=bearer).status_code == 200
        assert service.client.get(place, headers={"Authorization": f"Bearer {two}"}).status_code == 404
        assert service.send(a_pdf("a", "b"), headers=bearer).status_code == 200
        spent = service.send(a_pdf("The fourth page"), headers=bearer)
        assert (spent.status_code, int(spent.headers["Retry-After"]) > 60) == (429, True)
        assert service.send(a_pdf("Another's"), headers={"Authorization": f"Bearer {two}"}).status_code == 200
        subprocess.run([*ocrect, "--revoke-key", "one"], check=True)
        assert service.client.get(place, headers=bearer).status_code == 401


def test_a_server_that_is_killed_loses_nothing_and_leaves_no_worker(tmp_path: Path) -> None:
    service = start(tmp_path / "data", *CHEAP)
    places = [service.send(a_long_pdf() + b"%" * n, wait=None).headers["Location"] for n in range(2)]
    wait_until(lambda: service.client.get(places[0]).json()["pages"]["done"] > 10)
    workers = service.workers()
    service.process.kill()
    service.process.wait()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), 60)
    with serving(tmp_path / "data", *CHEAP) as again:
        for place in places:
            done = again.client.get(place, headers={"Prefer": "wait=250"}).json()
            assert (done["state"], done["pages"]["done"]) == ("done", LONG)
            text = again.client.get(f"{place}/result").text
            assert text.count("takes its time") == LONG


def test_a_worker_that_is_killed_is_replaced_and_its_document_is_done_once(service: Service) -> None:
    place = service.send(a_long_pdf() + b"%killed", wait=None).headers["Location"]
    wait_until(lambda: service.client.get(place).json()["pages"]["done"] > 10)
    for pid in service.workers():
        os.kill(pid, signal.SIGKILL)
    done = service.client.get(place, headers={"Prefer": "wait=250"}).json()
    assert (done["state"], done["pages"]["done"]) == ("done", LONG)


def test_a_worker_that_has_grown_is_replaced_between_documents(tmp_path: Path) -> None:
    with serving(tmp_path / "data", *CHEAP, "--workers", "1", "--worker-growth", "1") as service:
        for text in ("The first one", "The second one"):
            assert service.send(a_pdf(text)).json()["state"] == "done"
        metrics = service.client.get("/metrics").text
        assert "ocrect_workers_started_total 2" in metrics
        assert "ocrect_workers_died_total 0" in metrics


def test_told_to_end_it_answers_who_waits_keeps_what_is_open_and_leaves_no_process(tmp_path: Path) -> None:
    service = start(tmp_path / "data", *CHEAP)
    replies: list[int] = []
    thread = threading.Thread(target=lambda: replies.append(service.send(a_long_pdf(), wait=200).status_code))
    thread.start()
    wait_until(lambda: bool(service.workers()))
    below = children(service.process.pid)
    assert service.end() == 0
    thread.join(10)
    assert replies == [202]
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below), 60)


def test_results_expire_and_nothing_of_them_is_left(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data, *CHEAP) as service:
        place = service.send(a_pdf("Not for ever")).headers["Location"]
        assert service.client.get(f"{place}/result").status_code == 200
    assert list((data / "uploads").iterdir())
    assert list((data / "results").iterdir())
    with serving(data, *CHEAP, "--keep-seconds", "0") as service:
        wait_until(lambda: service.client.get(place).status_code == 404)
        assert service.client.get(f"{place}/result").status_code == 404
        wait_until(lambda: not [*(data / "uploads").iterdir(), *(data / "results").iterdir()])


def test_a_second_service_on_one_folder_is_refused(service: Service) -> None:
    command = [sys.executable, "-m", "ocrect", "serve", "--port", "0", "--data", str(service.log.with_name("data"))]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (refused.returncode, "another service" in refused.stderr) == (5, True)


def test_a_manifest_that_cannot_be_written_to_for_the_moment_is_a_reason_to_come_again(tmp_path: Path) -> None:
    with serving(tmp_path / "data", *CHEAP) as service:
        other = sqlite3.connect(tmp_path / "data" / "manifest.sqlite", isolation_level=None, timeout=60)
        other.execute("BEGIN IMMEDIATE")
        reply = service.send(a_pdf("Nothing is kept of this one"), wait=None)
        other.execute("ROLLBACK")
        other.close()
        assert (reply.status_code, reply.headers["Retry-After"]) == (429, "5")
        assert list((tmp_path / "data" / "uploads").iterdir()) == []
        assert service.send(a_pdf("And this one is")).json()["state"] == "done"
