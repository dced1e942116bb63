"""The command `brubeck`. The modules that `bootstrap` imports do without click."""
