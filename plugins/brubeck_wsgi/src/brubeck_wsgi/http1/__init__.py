"""The embedded HTTP/1.1 server: strict, bounded, and written once for every backend.

`head` and `bodies` turn bytes into requests, `encode` turns responses into bytes; neither knows
sockets. `connection` owns one socket, `server` all of them.
"""
