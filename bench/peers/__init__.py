"""The programs that are measured: one small application written for each framework."""
