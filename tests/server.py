"""The Space as a real process on a free port."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def running(cwd: Path = ROOT, app: Path = ROOT / "app.py", **variables: str) -> Iterator[str]:
    """Start app.py, wait for its first answer, give its address, and stop it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = os.environ | {"GRADIO_SERVER_PORT": str(port), "GRADIO_ANALYTICS_ENABLED": "False"} | variables
    with subprocess.Popen([sys.executable, str(app)], cwd=cwd, env=own) as server:
        url = f"http://127.0.0.1:{port}/"
        try:
            for _ in range(240):
                try:
                    urllib.request.urlopen(url, timeout=5)
                    break
                except OSError:
                    time.sleep(0.25)
            yield url
        finally:
            server.terminate()
