"""What the benchmarks share: registries on loopback, and the measuring of a program."""

import hashlib
import http.client
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import threading
import time

OCI = "application/vnd.oci.image."
ACCEPT = ", ".join([
    OCI + "index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
    OCI + "manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
])


class Registry:
    """A docker-registry on a free port of loopback."""

    def __init__(self, folder, access_log=False):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self.log = folder / "log"
        folder.mkdir()
        (folder / "config.yml").write_text(json.dumps({
            "version": "0.1",
            "log": {"level": "error", "accesslog": {"disabled": not access_log}},
            "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
            "http": {"addr": self.host},
        }))
        self.process = subprocess.Popen(
            ["docker-registry", "serve", str(folder / "config.yml")],
            stdout=self.log.open("a"), stderr=subprocess.STDOUT)
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            time.sleep(0.02)
        self.connections = threading.local()

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def forget_requests(self):
        """Empties the access log."""
        os.truncate(self.log, 0)

    def requests(self):
        """Every request since the log was emptied: method, path with query, status."""
        pattern = re.compile(r'"([A-Z]+) (\S+) HTTP/[0-9.]+" ([0-9]+)')
        with self.log.open() as lines:
            return [match.groups() for match in map(pattern.search, lines) if match]

    def cpu(self):
        """Seconds of CPU it has used so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ask(self, method, path, body=None, headers={}):
        if not hasattr(self.connections, "own"):
            self.connections.own = http.client.HTTPConnection(self.host)
        self.connections.own.request(method, path, body, headers)
        answer = self.connections.own.getresponse()
        answer.read()
        if answer.status >= 300:
            sys.exit(f"{method} {path}: {answer.status}")
        return answer

    def put_blob(self, repository, body, digest, size):
        place = self.ask("POST", f"/v2/{repository}/blobs/uploads/").headers["Location"]
        place = place[place.index("/v2/"):]
        self.ask("PUT", f"{place}&digest={digest}", body,
                 {"Content-Type": "application/octet-stream", "Content-Length": str(size)})

    def put_image(self, repository, tag, layers):
        """Puts a manifest of blobs that are there already, given as (digest, size); returns the configuration's."""
        config = json.dumps({
            "architecture": "amd64", "os": "linux", "tag": f"{repository}:{tag}", "config": {},
            "rootfs": {"type": "layers", "diff_ids": [digest for digest, _ in layers]},
        }).encode()
        self.put_blob(repository, config, sha256(config), len(config))

        def descriptor(kind, digest, size):
            return {"mediaType": OCI + kind, "digest": digest, "size": size}

        manifest = json.dumps({
            "schemaVersion": 2, "mediaType": OCI + "manifest.v1+json",
            "config": descriptor("config.v1+json", sha256(config), len(config)),
            "layers": [descriptor("layer.v1.tar", *layer) for layer in layers],
        })
        self.ask("PUT", f"/v2/{repository}/manifests/{tag}", manifest, {"Content-Type": OCI + "manifest.v1+json"})
        return sha256(config), len(config)

    def put_random_blob(self, repository, megabytes, file):
        """Puts a blob of random bytes by way of a file, which is removed; returns its digest and size."""
        digest = hashlib.sha256()
        piece = os.urandom(1_000_000)
        with file.open("wb") as out:
            for number in range(megabytes):
                part = number.to_bytes(8, "big") + piece[8:]
                digest.update(part)
                out.write(part)
        name = "sha256:" + digest.hexdigest()
        with file.open("rb") as source:
            self.put_blob(repository, source, name, megabytes * 1_000_000)
        file.unlink()
        return name, megabytes * 1_000_000


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def measured(command, **options):
    """Runs a command; returns wall seconds, CPU seconds and peak resident bytes, of it and its children."""
    begin = time.monotonic()
    process = subprocess.Popen(command, **options)
    peak, ended = [0], threading.Event()
    # The kernel counts what the parent had before the exec into ru_maxrss, so the peak is read while it runs.
    watch = threading.Thread(target=watch_peak, args=(process.pid, peak, ended))
    watch.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begin
    ended.set()
    watch.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        log = getattr(options.get("stderr"), "name", None)
        said = "\n" + "".join(open(log, errors="replace").readlines()[-30:]) if isinstance(log, str) else ""
        sys.exit(f"{' '.join(map(str, command))[:200]}: exit status {process.returncode}{said}")
    return wall, usage.ru_utime + usage.ru_stime, peak[0]


def watch_peak(pid, peak, ended):
    while not ended.wait(0.02):
        try:
            for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    peak[0] = max(peak[0], int(line.split()[1]) * 1024)
        except OSError:
            return
