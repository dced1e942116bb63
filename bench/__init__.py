"""Measure this project beside its peers; `python -m bench --help` says how."""
