"""The example as a package, and a Redis server for those tests that need one."""

import sys
from pathlib import Path

from brubeck_testkit.services.redis import redis_server as redis_server
from brubeck_testkit.services.redis import redis_url as redis_url

HERE = Path(__file__).parent.parent
sys.path.insert(0, str(HERE))
