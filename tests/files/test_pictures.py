"""Photos lose all that their camera wrote beside the picture, and look as before."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat
from PIL.PngImagePlugin import PngInfo

from bot.pictures import MOST_PIXELS, PictureError, strip

SECRET = b"SECRETCAM"


def taken(kind: str, orientation: int = 1) -> bytes:
    """A photo with the secret wherever its format has a place for it, and behind its end."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = SECRET.decode(), orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 16.0, 12.0), 3: "E", 4: (120.0, 9.0, 18.0)})
    more: dict[str, Any] = {"exif": exif, "icc_profile": SECRET * 40}
    if kind == "png":
        notes = PngInfo()
        notes.add_text(SECRET.decode(), SECRET.decode())
        notes.add_itxt("XML:com.adobe.xmp", SECRET.decode())
        more["pnginfo"] = notes
    else:
        more["xmp"] = SECRET
    if kind == "jpeg":
        more["comment"] = SECRET
    drawn = io.BytesIO()
    Image.radial_gradient("L").resize((80, 40)).convert("RGB").save(drawn, kind.upper(), **more)
    return drawn.getvalue() + SECRET


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_nothing_but_the_picture_is_left(kind: str) -> None:
    data = taken(kind)
    assert data.count(SECRET) >= 2
    clean = strip(data, kind)
    assert SECRET not in clean
    assert b"Exif" not in clean
    opened = Image.open(io.BytesIO(clean))
    assert opened.format == kind.upper()
    assert not opened.getexif()
    assert not {"exif", "xmp", "comment", "icc_profile"} & opened.info.keys()
    before = Image.open(io.BytesIO(data)).convert("RGB")
    assert max(ImageStat.Stat(ImageChops.difference(before, opened.convert("RGB"))).mean) < 3


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_the_same_photo_gives_the_same_bytes(kind: str) -> None:
    assert strip(taken(kind), kind) == strip(taken(kind), kind)


def test_a_photo_held_sideways_stands_upright() -> None:
    assert Image.open(io.BytesIO(strip(taken("jpeg", orientation=6), "jpeg"))).size == (40, 80)


def test_the_second_picture_in_a_phones_jpeg_goes_with_its_notes() -> None:
    drawn = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    picture = Image.new("RGB", (20, 20))
    picture.save(drawn, "MPO", save_all=True, append_images=[picture], exif=exif)
    assert SECRET in drawn.getvalue()
    assert SECRET not in strip(drawn.getvalue(), "jpeg")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_can_be_drawn_anew(mode: str) -> None:
    drawn = io.BytesIO()
    Image.new(mode, (5, 5)).save(drawn, "PNG")
    assert Image.open(io.BytesIO(strip(drawn.getvalue(), "png"))).size == (5, 5)


def test_what_was_transparent_stays_so() -> None:
    drawn = io.BytesIO()
    Image.new("P", (5, 5)).save(drawn, "PNG", transparency=0)
    assert Image.open(io.BytesIO(strip(drawn.getvalue(), "png"))).info["transparency"] == 0


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff" + b"x" * 99, taken("jpeg")[:300], b"<svg onload='x'/>"])
@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_bytes_that_are_no_picture_are_told_as_such(data: bytes, kind: str) -> None:
    with pytest.raises(PictureError) as error:
        strip(data, kind)
    assert error.value.code == "damaged"


def test_a_picture_that_would_fill_the_memory_is_not_decoded() -> None:
    side = int(MOST_PIXELS**0.5) + 1
    for width in (side, 3 * side):
        drawn = io.BytesIO()
        Image.new("1", (width, side)).save(drawn, "PNG")
        with pytest.raises(PictureError) as error:
            strip(drawn.getvalue(), "png")
        assert error.value.code == "too_many_pixels"
