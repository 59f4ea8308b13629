"""An upload above the limit ends at the limit: it is neither read to its end nor laid onto the disk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# Other fields of the form, and the borders between them, ride along.
BESIDE = 64 * 1024


class UploadLimit(FileUploadHandler):
    """Counts what comes in, whatever the sender said about its size, and passes it on."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.seen = 0

    def handle_raw_input(self, *given: Any) -> None:
        """Refuse by what the sender says, before anything is read: (input, headers, length, border, encoding)."""
        self._check(given[2])

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002  Django calls it so
        """Refuse by what has come."""
        self.seen += len(raw_data)
        self._check(self.seen)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers after this one keep the file."""

    def _check(self, size: int) -> None:
        if size > settings.MOST_UPLOAD_BYTES + BESIDE:
            raise RequestDataTooBig("The upload is larger than MOST_UPLOAD_BYTES.")
