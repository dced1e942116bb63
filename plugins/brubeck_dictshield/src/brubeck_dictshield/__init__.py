"""DictShield's documents on Python 3: model, validate and reshape data, without a database."""
