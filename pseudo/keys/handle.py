# SPDX-License-Identifier: Apache-2.0
"""Keys as handles: an object that can be passed about without its bytes getting out.

A :class:`SecretKey` shows nothing in ``repr``, ``str``, ``format``, a debugger's list of
locals, ``pickle`` or ``copy``. Its bytes go in and come out only together with
:data:`SECRET_ACCESS`, so that searching the code for that name finds every place where
key material is handled.

What this does not promise: Python copies bytes where it likes, other libraries keep
their own copies, and whoever can run code in this process or read its memory can read
the key. :meth:`SecretKey.wipe` clears the one copy that this object holds.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Final, NoReturn, final

from pseudo.errors import KeyStoreError

__all__ = ["KEY_BYTES", "SECRET_ACCESS", "SecretAccess", "SecretKey"]

KEY_BYTES: Final = 32


@final
class SecretAccess:
    """The permission to handle key material; its only use is as an argument.

    There is one, :data:`SECRET_ACCESS`. It stops nobody: it makes each place visible.
    """

    __slots__ = ()


SECRET_ACCESS: Final = SecretAccess()


class _Hidden(bytearray):
    """Bytes that a debugger, ``inspect`` or a traceback with locals does not print."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<hidden>"

    __str__ = __repr__


@final
class SecretKey:
    """A key of exactly 32 bytes whose bytes are not shown.

    Other lengths are refused, because HMAC pads short keys and hashes long ones, so
    that unequal keys could act as equal ones.

    Make one with :meth:`from_bytes` or :meth:`generate`. Equality takes the same time
    whatever the bytes; there is no hash, since a hash would depend on the bytes.
    """

    __slots__ = ("__weakref__", "_hidden", "_wiped")

    _hidden: _Hidden
    _wiped: bool

    def __init__(self, *_: object, **__: object) -> None:
        raise TypeError("a SecretKey is made by from_bytes or generate")

    @classmethod
    def from_bytes(cls, material: bytes | bytearray, access: SecretAccess) -> SecretKey:
        """Take key material into a handle.

        Args:
            material: Exactly 32 bytes. They are copied; a bytearray of the caller's
                stays the caller's to wipe.
            access: :data:`SECRET_ACCESS`.

        Raises:
            KeyStoreError: The material is not 32 bytes long (``keys.secret_size``).
            TypeError: ``access`` is not the permission, or ``material`` is not bytes.
        """
        _require(access)
        if not isinstance(material, bytes | bytearray):
            raise TypeError("key material is bytes")
        if len(material) != KEY_BYTES:
            raise KeyStoreError("keys.secret_size", expected=KEY_BYTES, found=len(material))
        key = object.__new__(cls)
        key._hidden = _Hidden(material)
        key._wiped = False
        return key

    @classmethod
    def generate(cls, access: SecretAccess) -> SecretKey:
        """Make a new key from the operating system's generator.

        Args:
            access: :data:`SECRET_ACCESS`.
        """
        return cls.from_bytes(secrets.token_bytes(KEY_BYTES), access)

    def reveal(self, access: SecretAccess) -> bytes:
        """Return a copy of the key's bytes.

        It is a copy and no view, because a view would turn into zeros under its user's
        hands when the key is wiped, and zeros are a valid key.

        Args:
            access: :data:`SECRET_ACCESS`.

        Raises:
            KeyStoreError: The key was wiped (``keys.secret_wiped``).
            TypeError: ``access`` is not the permission.
        """
        _require(access)
        copied = bytes(self._hidden)
        # Looked at after the copy: wiping raises the flag before it clears the bytes,
        # so a copy made half-way through is never handed out.
        if self._wiped:
            raise KeyStoreError("keys.secret_wiped")
        return copied

    def wipe(self) -> None:
        """Overwrite the bytes with zeros; the handle is of no use afterwards.

        May be called twice. Copies that were revealed are not reached.
        """
        self._wiped = True
        self._hidden[:] = bytes(KEY_BYTES)

    @property
    def wiped(self) -> bool:
        """Whether :meth:`wipe` was called."""
        return self._wiped

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SecretKey):
            return NotImplemented
        if self._wiped or other._wiped:
            return self is other
        return hmac.compare_digest(self._hidden, other._hidden)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "<SecretKey>"

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError("SecretKey cannot be subclassed")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a SecretKey has no state to give away")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a SecretKey cannot be pickled")

    def __copy__(self) -> NoReturn:
        raise TypeError("a SecretKey cannot be copied")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise TypeError("a SecretKey cannot be copied")


def _require(access: object) -> None:
    if access is not SECRET_ACCESS:
        raise TypeError("handling key material needs SECRET_ACCESS")
