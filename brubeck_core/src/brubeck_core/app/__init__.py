"""The application: wiring, the frozen result of wiring, and dispatch."""
