"""A picture to draw on, in pixels from the top left, with Chinese glyphs on any machine; the same strokes are the same
bytes."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from rubrics.strict_yaml import FileError

MIMETYPE = "image/png"
INK, SOFT, RULE, PAPER = "#1a1a1a", "#595959", "#c8c8c8", "#ffffff"
BLUE, PALE_BLUE, GREY, PALE_GREY = "#0072b2", "#d6e8f3", "#d9d9d9", "#f1f1f1"  # told apart without colour, in print too
ORANGE, PALE_ORANGE = "#b84a00", "#fbe3d3"
_DPI = 100
_POINT = 72 / _DPI
_FONT = "NotoSansCJKsc-Regular.otf"
_NARROW = 0.56  # of a Chinese character's width, for letters and figures
_TURN = threading.Lock()
_KEPT: list[tempfile.TemporaryDirectory[str]] = []


class Canvas:
    """One picture. Sizes of words and all lengths are pixels; colours as HTML has them."""

    def __init__(self, width: int, height: int) -> None:
        figure, patches, font, _ = _matplotlib()
        self._patches, self._font = patches, font
        self._figure = figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI, facecolor=PAPER)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)

    def words(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        color: str = INK,
        align: Literal["left", "center", "right"] = "left",
        strong: bool = False,
    ) -> None:
        """One line of words; y: its middle. strong: with a thicker stroke, since the font has one weight."""
        drawn = self._axes.text(
            x, y, text, fontproperties=self._font, fontsize=size * _POINT, color=color, ha=align,
            va="center_baseline", parse_math=False,
        )  # fmt: skip
        if strong:
            drawn.set_path_effects([_matplotlib()[3](linewidth=size * 0.035, foreground=color)])

    def box(
        self, x: float, y: float, width: float, height: float, fill: str, *, edge: str = "", hatch: str = ""
    ) -> None:  # fmt: skip
        """A rectangle. edge: the colour of its border and hatch, none without."""
        patch = self._patches.Rectangle(
            (x, y), width, height, facecolor=fill, edgecolor=edge or "none", linewidth=1.5 if edge else 0, hatch=hatch
        )
        patch.set_hatch_linewidth(1.2)
        self._axes.add_patch(patch)

    def stroke(self, points: list[tuple[float, float]], color: str, width: float = 1.0) -> None:
        """A line through points."""
        self._axes.plot([x for x, _ in points], [y for _, y in points], color=color, linewidth=width * _POINT,
                        solid_capstyle="round", solid_joinstyle="round")  # fmt: skip

    def png(self) -> bytes:
        """The picture."""
        out = BytesIO()
        self._figure.savefig(out, format="png", dpi=_DPI, facecolor=PAPER, metadata={"Software": None})
        return out.getvalue()


def one_at_a_time() -> threading.Lock:
    """Held while a picture is drawn: pictures are made in threads, and the library's state is shared."""
    return _TURN


def width_of(text: str, size: float) -> float:
    """About how wide a text will be."""
    return sum(size if ord(c) > 0x2E80 or c in "—…～" else size * _NARROW for c in text)


def fitted(text: str, size: float, width: float) -> str:
    """The text, cut with … where it would be wider."""
    if width_of(text, size) <= width:
        return text
    while text and width_of(text + "…", size) > width:
        text = text[:-1]
    return text + "…"


@cache
def _matplotlib() -> tuple[Any, Any, Any, Any]:
    """Figure, patches, the font and a stroke, loaded when the first picture is drawn."""
    with _own_folder():
        from matplotlib import patches
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.font_manager import FontProperties
        from matplotlib.patheffects import withStroke

    def figure(**sizes: Any) -> Any:
        made = Figure(**sizes)
        FigureCanvasAgg(made)
        return made

    return figure, patches, FontProperties(fname=str(font_path())), withStroke


@contextmanager
def _own_folder() -> Iterator[None]:
    """What the library keeps for itself goes into a folder that ends with the process, unless the administrator named
    one: a service has no home to write to."""
    if "MPLCONFIGDIR" in os.environ or "matplotlib" in sys.modules:
        yield
        return
    _KEPT.append(tempfile.TemporaryDirectory(prefix="zhibu-matplotlib-"))
    os.environ["MPLCONFIGDIR"] = _KEPT[0].name
    try:
        yield
    finally:
        del os.environ["MPLCONFIGDIR"]


@cache
def font_path() -> Path:
    """Where Noto Sans CJK lies. The package is located and not imported: its import changes the user's settings.

    Raises FileError where the font is missing.
    """
    try:
        files = metadata.files("mplfonts") or []
    except metadata.PackageNotFoundError:
        files = []
    found = next((Path(str(file.locate())) for file in files if file.name == _FONT), None)
    if found is None or not found.exists():
        raise FileError([f"缺少中文字体 {_FONT}，画不了图。请重新安装依赖：pip install mplfonts。"])
    return found
