"""A process between a Mongrel2 server and several workers, so that these may come and go.

Mongrel2 deals its messages out in turn, whoever they belong to, and what it has dealt to a process
that leaves is lost. A dispatcher stays. It hands all messages of a client to the same worker, no
more than this one takes, and lets it leave when it has handed over the last.
"""
