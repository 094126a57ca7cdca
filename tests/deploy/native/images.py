"""Builds the stages of deploy/Dockerfile in roots of their own, step by step in its order."""

from __future__ import annotations

from pathlib import Path

from tests.deploy.dockerfile import Stage, read
from tests.deploy.native.root import Root


class Images:
    """The stages built so far. project: the build context; extra: layers for a foreign image."""

    def __init__(self, project: Path, folder: Path, extra: dict[str, Path]) -> None:
        self.stages = read(project / "deploy" / "Dockerfile")
        self._project = project
        self._folder = folder
        self._extra = extra
        self._built: dict[str, Root] = {}

    def build(self, name: str) -> Root:
        """A stage, and before it those it needs."""
        if name not in self._built:
            stage = self.stages[name]
            below = self.build(stage.base).layers if stage.base in self.stages else self._foreign(stage.base)
            self._built[name] = root = Root(self._folder / name, below)
            self._steps(stage, root)
        return self._built[name]

    def _foreign(self, image: str) -> tuple[Path, ...]:
        return tuple(path for known, path in self._extra.items() if image.startswith(known))

    def _workdir(self, name: str) -> str:
        stage = self.stages.get(name)
        return "/" if stage is None else next(iter(stage.last("WORKDIR")), self._workdir(stage.base))

    def _steps(self, stage: Stage, root: Root) -> None:
        folder = self._workdir(stage.base)
        for step in stage.steps:
            match step.keyword:
                case "WORKDIR":
                    folder = step.words[0]
                    root.inside(folder).mkdir(parents=True, exist_ok=True)
                case "RUN":
                    root.shell(step.shell, folder)
                case "COPY":
                    self._copy(step.words, root, folder)
                case "USER" | "ENV" | "ENTRYPOINT" | "CMD":
                    pass
                case other:
                    raise AssertionError(f"the native builder does not know {other}")

    def _copy(self, words: tuple[str, ...], root: Root, folder: str) -> None:
        came = words[0].removeprefix("--from=") if words[0].startswith("--from=") else ""
        *sources, target = words[1:] if came else words
        target = target if target.startswith("/") else f"{folder}/{target}"
        for source in sources:
            path = self.build(came).inside(source) if came else self._project / source
            root.copy(path, target, into=target.endswith("/"))
