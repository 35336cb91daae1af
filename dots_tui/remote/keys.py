"""The one-time login key: created in memory, never written to a file."""

from __future__ import annotations

import base64
import hashlib
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from paramiko import PKey


class OneTimeKey:
    """An ed25519 key pair. `authorise` sends `public_line` to the instance.

    `public_line` is `ssh-ed25519 AAAA...` without a comment: 80 characters, which is also the
    minimum for EC2 Instance Connect (API reference, SendSSHPublicKey). It is valid for new logins
    for 60 seconds.
    """

    def __init__(self, private: Ed25519PrivateKey) -> None:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        self._private = private
        raw = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
        self.public_line = raw.decode("ascii")

    def __repr__(self) -> str:
        return f"OneTimeKey({fingerprint(self.public_line)})"

    def for_paramiko(self) -> PKey:
        """Return the key in paramiko's type."""
        import paramiko
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        pem = self._private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        return paramiko.Ed25519Key(file_obj=io.StringIO(pem.decode("ascii")))


def one_time_key() -> OneTimeKey:
    """Return a new key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return OneTimeKey(Ed25519PrivateKey.generate())


def fingerprint(public_line: str) -> str:
    """Return `SHA256:...` of a public key line `TYPE BASE64 [COMMENT]`, as `ssh-keygen -lf` prints it.

    Raise ValueError if the line is not a public key.
    """
    words = public_line.split()
    if len(words) < 2:
        raise ValueError(f"not a public key line: {public_line[:40]!r}")
    blob = base64.b64decode(words[1], validate=True)
    digest = hashlib.sha256(blob).digest()
    return "SHA256:" + base64.b64encode(digest).decode("ascii").rstrip("=")
