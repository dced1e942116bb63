"""What this distribution offers; imports nothing but the plugin interface."""

from __future__ import annotations
