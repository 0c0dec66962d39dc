"""A small mail server that speaks SMTP on a real socket: STARTTLS, login, recipients it refuses, and silence."""

from __future__ import annotations

import base64
import datetime
import socket
import socketserver
import ssl
import threading
from pathlib import Path
from types import TracebackType

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "notices", "right-horse"


def certificate(folder: Path) -> Path:
    """Writes a key and a certificate for 127.0.0.1, valid for a day, into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "mail.pem"
    path.write_bytes(key.private_bytes(*form) + made.public_bytes(serialization.Encoding.PEM))
    return path


class SmtpServer:
    """Serves in a thread; `taken` are the letters it took, as bytes, with what it knew of each."""

    def __init__(self, pem: Path, *, silent: bool = False) -> None:
        self.taken: list[tuple[str, str, bytes, bool, str]] = []
        self.refuses: dict[str, str] = {}
        self.silent = silent
        self.secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.secured.load_cert_chain(pem)
        server = self

        class Handler(socketserver.BaseRequestHandler):
            """One line to a client."""

            def handle(self) -> None:
                """See base class."""
                _Talk(server, self.request).serve()

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> SmtpServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Talk:
    """The talk with one client."""

    def __init__(self, server: SmtpServer, line: socket.socket) -> None:
        self._server, self._line = server, line
        self._file = line.makefile("rb")
        self._tls, self._user, self._sender = False, "", ""
        self._to: list[str] = []

    def serve(self) -> None:
        if self._server.silent:
            self._file.readline()
            return
        self._say("220 localhost ready")
        while words := self._file.readline():
            verb, _, rest = words.decode().strip().partition(" ")
            if not self._answer(verb.upper(), rest):
                return

    def _answer(self, verb: str, rest: str) -> bool:
        if verb in ("EHLO", "HELO"):
            self._say("250-localhost", "250-AUTH PLAIN" if self._tls else "250-STARTTLS", "250 8BITMIME")
        elif verb == "STARTTLS":
            self._say("220 go ahead")
            self._line = self._server.secured.wrap_socket(self._line, server_side=True)
            self._file, self._tls = self._line.makefile("rb"), True
        elif verb == "AUTH":
            self._log_in(rest.partition(" ")[2])
        elif verb == "MAIL":
            self._sender, self._to = rest.partition("<")[2].partition(">")[0], []
            self._say("250 ok")
        elif verb == "RCPT":
            self._recipient(rest.partition("<")[2].partition(">")[0])
        elif verb == "DATA":
            self._say("354 go on")
            self._take()
        elif verb == "QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 ok")
        return True

    def _log_in(self, given: str) -> None:
        _, user, password = base64.b64decode(given).decode().split("\0")
        right = (user, password) == (USER, PASSWORD)
        self._user = user if right else ""
        self._say("235 welcome" if right else "535 no such account")

    def _recipient(self, to: str) -> None:
        if refusal := self._server.refuses.get(to):
            self._say(refusal)
            return
        self._to.append(to)
        self._say("250 ok")

    def _take(self) -> None:
        lines: list[bytes] = []
        while (line := self._file.readline()) not in (b".\r\n", b""):
            lines.append(line)
        self._server.taken.append((self._sender, self._to[0], b"".join(lines), self._tls, self._user))
        self._say("250 taken")

    def _say(self, *lines: str) -> None:
        self._line.sendall("".join(f"{line}\r\n" for line in lines).encode())
