"""A linked list server, grown up: tags, likes, an archive, profiles, and an API of its own."""
