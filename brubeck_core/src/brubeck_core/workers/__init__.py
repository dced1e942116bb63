"""Several processes for one application: the supervisor, its workers, and what they say.

`supervisor` and `worker` run in the parent, `supervised` in each worker; `channel` and
`listening` serve both. The parent imports neither the application nor a concurrency backend.
"""
