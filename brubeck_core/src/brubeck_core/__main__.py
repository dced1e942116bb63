"""``python -m brubeck_core`` is ``brubeck``."""

from brubeck_core.bootstrap import main

main()
