"""make bench: every module of this folder that has a run(), one after the other."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import tests.bench


def main() -> None:
    """Run them all."""
    for module in pkgutil.iter_modules(tests.bench.__path__):
        if module.name != "__main__":
            run = getattr(import_module(f"tests.bench.{module.name}"), "run", None)
            if run is not None:
                run()


if __name__ == "__main__":
    main()
