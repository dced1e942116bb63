"""Brubeck renders Chameleon templates, with escaping on."""
