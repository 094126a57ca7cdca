"""Photos without what the camera wrote beside them: where, when and with what they were taken."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 64_000_000  # decoded, such a picture takes 200 MB of memory
_QUALITY = 90


class PictureError(Exception):
    """A file whose bytes can't be taken. code: damaged | too_many_pixels | not_strippable | other_type."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def strip(data: bytes, kind: str) -> bytes:
    """The picture alone, drawn anew: no EXIF, XMP, comments, profiles, nor anything behind its end; turned upright.

    kind: jpeg | png | webp. The same bytes give the same bytes. An animation keeps its first frame. Raises
    PictureError. Drawing anew keeps only pixels: cutting out known places would overlook the unknown ones.
    """
    from PIL import Image, ImageOps  # heavy, and most turns bring no picture

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=(kind, "mpo") if kind == "jpeg" else (kind,))
        if picture.width * picture.height > MOST_PIXELS:
            raise PictureError("too_many_pixels")
        options = _as_before(picture, kind)
        upright = ImageOps.exif_transpose(picture)
        upright.info = {key: upright.info[key] for key in ("transparency",) if key in upright.info and kind == "png"}
        drawn = io.BytesIO()
        upright.save(drawn, kind.upper(), **options)
    except PictureError:
        raise
    except Image.DecompressionBombError:
        raise PictureError("too_many_pixels") from None
    except Exception as error:  # a decoder fed a stranger's bytes may raise anything
        raise PictureError("damaged") from error
    return drawn.getvalue()


def size(data: bytes) -> tuple[int, int] | tuple[()]:
    """A picture's width and height in pixels; nothing where its bytes don't say."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as picture:
            return picture.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return ()


def _as_before(picture: Image.Image, kind: str) -> dict[str, Any]:
    """How to save, so that a photo loses next to nothing by being drawn anew."""
    if kind == "png":
        return {"optimize": False}
    if kind == "webp":
        return {"quality": _QUALITY, "exif": b"", "xmp": b"", "icc_profile": b""}
    from PIL import JpegImagePlugin

    tables = getattr(picture, "quantization", None)
    sampling = JpegImagePlugin.get_sampling(picture)
    options: dict[str, Any] = {"qtables": tables} if tables else {"quality": _QUALITY}
    return {**options, "subsampling": sampling} if sampling >= 0 else options
