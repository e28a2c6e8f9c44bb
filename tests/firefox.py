"""Firefox without a window, driven over its own WebDriver BiDi socket: no driver program is needed."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from tempfile import TemporaryDirectory
from typing import Any

from websockets.sync.client import ClientConnection, connect

# Debian's name first; elsewhere it is plain firefox.
PROGRAM = shutil.which("firefox-esr") or shutil.which("firefox") or "firefox"


class Firefox:
    """One tab: go to an address, evaluate JavaScript in it."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = count(1)
        self._call("session.new", capabilities={})
        self._tab = self._call("browsingContext.getTree")["contexts"][0]["context"]

    def go(self, address: str) -> None:
        self._call("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def evaluate(self, script: str) -> Any:
        """What a script that comes to a string of JSON says."""
        target = {"context": self._tab}
        found = self._call("script.evaluate", expression=script, target=target, awaitPromise=True)
        assert found["type"] == "success", found
        return json.loads(found["result"]["value"])

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=30))
            if answer.get("id") == number:  # the rest are events
                assert answer["type"] == "success", answer
                result: dict[str, Any] = answer["result"]
                return result


@contextmanager
def firefox() -> Iterator[Firefox]:
    """Start Firefox with a profile of its own, and stop it."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [PROGRAM, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as browser:
            try:
                assert browser.stderr is not None
                socket = next(line.split()[-1] for line in browser.stderr if "BiDi listening on" in line)
                with connect(f"{socket}/session", max_size=None) as connection:
                    yield Firefox(connection)
            finally:
                browser.kill()
