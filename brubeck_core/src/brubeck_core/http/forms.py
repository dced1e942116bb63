"""What clients send in bodies: the one place to import its readers from."""

from brubeck_core.http.json_body import parse_json
from brubeck_core.http.multipart import UploadedFile, parse_multipart
from brubeck_core.http.urlencoded import parse_urlencoded

__all__ = ["UploadedFile", "parse_json", "parse_multipart", "parse_urlencoded"]
