"""What a file is, by its name."""

from __future__ import annotations

import os.path

# The types of the web, fixed here because systems differ on them and browsers, told not to
# sniff, refuse a script or style sheet under another name.
_TYPES = {
    ".avif": "image/avif",
    ".css": "text/css",
    ".csv": "text/csv",
    ".gif": "image/gif",
    ".gz": "application/gzip",
    ".htm": "text/html",
    ".html": "text/html",
    ".ico": "image/vnd.microsoft.icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".webm": "video/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "text/xml",
    ".zip": "application/zip",
}

UNKNOWN = "application/octet-stream"


def content_type_of(filename: str) -> str:
    """Return the Content-Type for a file name; text is UTF-8, an unknown ending octets."""
    extension = os.path.splitext(filename)[1].lower()
    media_type = _TYPES.get(extension)
    if media_type is None:
        # Knows more, but reads the system's tables first.
        import mimetypes

        media_type, encoding = mimetypes.guess_type(f"file{extension}", strict=False)
        if media_type is None or encoding is not None:
            media_type = UNKNOWN
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
