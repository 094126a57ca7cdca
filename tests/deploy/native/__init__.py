"""deploy/ without a container engine: its build steps and its services run natively, each in a root of its own."""
