"""A mail server on loopback that keeps what it takes, and can refuse it or never answer."""

from __future__ import annotations

import socketserver
import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

USER, PASSWORD = "kpi", "s3cr3t-pass"
GREETING = "220 loopback"
ANSWERS = {
    "EHLO": "250-loopback\r\n250 AUTH PLAIN",
    "AUTH": "235 welcome",
    "DATA": "354 go on",
    "QUIT": "221 bye",
}


class MailServer:
    """Speaks as much SMTP as a sender needs; ``refuses`` is answered to whole messages instead of taking them."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.asked = 0
        self.refuses = ""
        self.hang = threading.Event()
        self.hang.set()
        self.port = 0
        self.up()

    def up(self) -> None:
        """Listen, on the same port as before."""
        mails = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                mails._talk(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", self.port), Handler, bind_and_activate=False)
        self._server.allow_reuse_address = self._server.daemon_threads = True
        self._server.server_bind()
        self._server.server_activate()
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def down(self) -> None:
        """Stop listening: connections are refused."""
        self.hang.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"mailto://{USER}:{PASSWORD}@127.0.0.1:{self.port}?from=kpi@example.com&to=boss@example.com&cto=2"

    @property
    def subjects(self) -> list[str]:
        return [mail["Subject"] for mail in self.taken]

    def _talk(self, peer: socketserver.StreamRequestHandler) -> None:
        self._say(peer, GREETING)
        for line in peer.rfile:
            verb = line[:4].decode().upper()
            self._say(peer, ANSWERS.get(verb, "250 fine"))
            if verb == "DATA":
                self._say(peer, self._keep(self._message(peer)))
            if verb == "QUIT":
                return

    def _message(self, peer: socketserver.StreamRequestHandler) -> bytes:
        lines: list[bytes] = []
        for line in peer.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _keep(self, raw: bytes) -> str:
        self.asked += 1
        self.hang.wait()
        if self.refuses:
            return self.refuses
        self.raw.append(raw)
        mail = message_from_bytes(raw, policy=default)
        assert isinstance(mail, EmailMessage)
        self.taken.append(mail)
        return "250 taken"

    @staticmethod
    def _say(peer: socketserver.StreamRequestHandler, answer: str) -> None:
        peer.wfile.write(f"{answer}\r\n".encode())
