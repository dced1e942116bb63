"""The names of DictShield, for programs that were written for it; see `brubeck_dictshield`."""
