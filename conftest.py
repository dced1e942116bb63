"""What holds for every run of tests in this repository."""

try:
    from hypothesis import HealthCheck, settings
except ImportError:
    # One distribution is tested alone, and its tests have no need of it.
    pass
else:
    # How long an example takes is up to the machine: a busy one, or the first that looks through
    # all characters, is no failure.
    settings.register_profile(
        "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile("patient")
