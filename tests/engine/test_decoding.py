"""Every kind of picture file gives upright sRGB pixels, or one clear sentence."""

import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageDraw

from engine.decoding import THUMBNAIL_PX, decode, load_codecs
from engine.errors import LimitExceeded, UnreadablePicture
from engine.search.duplicates import MAX_DISTANCE_BITS, distance_bits

MEGAPIXEL = 1_000_000
RED, BLUE = (220, 30, 20), (10, 40, 200)


@pytest.fixture(autouse=True)
def codecs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The codecs as a worker has them."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        load_codecs()
        yield


def drawing(size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Left half red, right half blue, with a gradient below: asymmetric in both directions."""
    image = Image.new("RGB", size, RED)
    draw = ImageDraw.Draw(image)
    draw.rectangle((size[0] // 2, 0, *size), fill=BLUE)
    for x in range(size[0]):
        draw.line((x, size[1] - 8, x, size[1]), fill=(x % 256, 90, 255 - x % 256))
    return image


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """A picture as a file's bytes."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def pixels(data: bytes) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """What the decoder makes of a file: uint8 (H, W, 3)."""
    rgb, _ = decode(data, MEGAPIXEL)
    assert rgb.mode == "RGB"
    return np.asarray(rgb)


@pytest.mark.parametrize(
    ("kind", "options", "format_name"),
    [
        ("PNG", {}, "PNG"),
        ("JPEG", {"quality": 90}, "JPEG"),
        ("JPEG", {"progressive": True}, "JPEG"),
        ("WEBP", {"lossless": True}, "WebP"),
        ("GIF", {}, "GIF"),
        ("BMP", {}, "BMP"),
        ("TIFF", {"compression": "tiff_lzw"}, "TIFF"),
        ("AVIF", {}, "AVIF"),
        ("HEIF", {}, "HEIC"),
    ],
)
def test_plain_pictures_equal_pillow(kind: str, options: dict[str, Any], format_name: str) -> None:
    """CLIP features would differ from open_clip's, which reads files with Pillow."""
    data = saved(drawing(), kind, **options)
    rgb, facts = decode(data, MEGAPIXEL)
    with Image.open(BytesIO(data)) as image:
        np.testing.assert_array_equal(np.asarray(rgb), np.asarray(image.convert("RGB")))
    assert (facts.format, facts.frames) == (format_name, 1)
    assert (facts.width_px, facts.height_px) == (64, 48)


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK", "LA"])
def test_unusual_modes_show_the_same_picture(mode: str) -> None:
    """Scans, faxes and prints would be refused, or come out with other colours."""
    image = drawing().convert(mode)
    shown = pixels(saved(image, "TIFF")).astype(int)
    np.testing.assert_allclose(shown, np.asarray(image.convert("RGB")), atol=1)


def test_lab_is_converted() -> None:
    """A TIFF in Lab, which Pillow cannot convert by itself, would be refused."""
    white = Image.new("LAB", (8, 8), (255, 128, 128))
    assert pixels(saved(white, "TIFF")).min() > 250


@pytest.mark.parametrize("mode", ["I", "F"])
def test_grey_without_a_fixed_range_is_stretched(mode: str) -> None:
    """Exports of measuring instruments would be indexed as all white."""
    grey = drawing().convert("L")
    measured = Image.fromarray(np.asarray(grey).astype(np.float32) * 9000).convert(mode)
    shown = pixels(saved(measured, "TIFF"))[..., 0]
    assert (shown.min(), shown.max()) == (0, 255)
    assert np.corrcoef(shown.ravel(), np.asarray(grey).ravel())[0, 1] > 0.999


def test_sixteen_bit_png_is_not_white() -> None:
    """Pillow clips 16-bit grey to 8 bits: depth maps and scans would be indexed as white."""
    grey = np.linspace(0, 65535, 64 * 48).reshape(48, 64).astype(np.uint16)
    shown = pixels(saved(Image.fromarray(grey), "PNG"))
    assert shown.min() == 0
    assert shown.max() == 255
    assert 120 < shown.mean() < 135


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "palette"])
def test_transparency_is_on_white(kind: str) -> None:
    """Logos on transparent ground would be read as black on black."""
    image = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    image.paste((*RED, 255), (5, 5, 15, 15))
    if kind == "palette":
        data = saved(image.convert("P"), "GIF", transparency=image.convert("P").getpixel((0, 0)))
    else:
        data = saved(image, kind, lossless=True)
    shown = pixels(data)
    assert tuple(shown[0, 0]) == (255, 255, 255)
    np.testing.assert_allclose(shown[10, 10], RED, atol=40)


def test_opaque_alpha_changes_nothing() -> None:
    """Screenshots, which carry a useless alpha channel, would get other vectors than as JPEG."""
    data = saved(drawing().convert("RGBA"), "PNG")
    np.testing.assert_array_equal(pixels(data), np.asarray(drawing()))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied(orientation: int) -> None:
    """Phone photographs would be indexed lying on their side."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(drawing(), "PNG", exif=exif)
    _, facts = decode(data, MEGAPIXEL)
    turned = orientation >= 5
    assert (facts.width_px, facts.height_px) == ((48, 64) if turned else (64, 48))
    corner_of_red = {
        1: (0, 0),
        2: (0, -1),
        3: (-1, -1),
        4: (-1, 0),
        5: (0, 0),
        6: (0, -1),
        7: (-1, -1),
        8: (-1, 0),
    }
    assert tuple(pixels(data)[corner_of_red[orientation]]) in {RED, (0, 90, 255)}


def test_broken_exif_is_ignored() -> None:
    """A camera's broken metadata would keep the photograph out."""
    data = saved(drawing(), "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\x7fnonsense")
    assert pixels(data).shape == (48, 64, 3)


def test_first_frame_of_an_animation() -> None:
    """An animated sticker would be refused, or only its end be found."""
    frames = [Image.new("RGB", (16, 16), colour) for colour in (RED, BLUE, (0, 0, 0))]
    for kind in ("GIF", "WEBP", "PNG", "TIFF", "AVIF"):
        options: dict[str, Any] = {"lossless": True} if kind == "WEBP" else {}
        data = saved(frames[0], kind, save_all=True, append_images=frames[1:], **options)
        rgb, facts = decode(data, MEGAPIXEL)
        assert facts.frames == 3, kind
        np.testing.assert_allclose(np.asarray(rgb)[8, 8], RED, atol=6)


def _without_profile() -> bytes:
    return b"no profile at all"


def _grey_profile_on_rgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


@pytest.mark.parametrize("profile", [_without_profile, _grey_profile_on_rgb])
def test_unfitting_profile_is_ignored(profile: Callable[[], bytes]) -> None:
    """A picture with a wrong colour profile would be refused though every viewer shows it."""
    data = saved(drawing(), "PNG", icc_profile=profile())
    np.testing.assert_array_equal(pixels(data), np.asarray(drawing()))


def test_srgb_profile_changes_nothing() -> None:
    """Vectors of ordinary photographs would drift from the model library's own."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(drawing(), "PNG", icc_profile=profile)
    np.testing.assert_array_equal(pixels(data), np.asarray(drawing()))


def _swapped_profile() -> bytes:
    """An RGB profile whose red and blue primaries are exchanged, so that its use is visible."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = (bytes(profile).index(tag, 128) for tag in (b"rXYZ", b"bXYZ"))
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "Odd!".encode("utf-16-be"))


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_other_profiles_are_applied(mode: str) -> None:
    """Photographs of wide-gamut phones would be indexed with the wrong colours."""
    data = saved(
        Image.new("RGB", (8, 8), (255, 0, 0)).convert(mode), "PNG", icc_profile=_swapped_profile()
    )
    red, _, blue = (int(value) for value in pixels(data)[4, 4])
    assert blue > 200 > red


def test_thumbnail_is_small_webp() -> None:
    """Result galleries would load originals of many megabytes."""
    for size in ((900, 300), (40, 30), (3000, 1)):
        _, facts = decode(saved(drawing(size), "PNG"), MEGAPIXEL)
        with Image.open(BytesIO(facts.thumbnail)) as thumbnail:
            assert thumbnail.format == "WEBP"
            assert max(thumbnail.size) == min(THUMBNAIL_PX, max(size))


def test_a_repost_has_nearly_the_same_perceptual_hash_and_a_plain_picture_none() -> None:
    """The same photo saved smaller would be another one, or all plain pictures the same."""
    noise = np.random.default_rng(4).integers(0, 256, (6, 8, 3), np.uint8)
    photo = Image.fromarray(noise).resize((640, 480), Image.Resampling.BICUBIC)
    copies = [saved(photo, "PNG"), saved(photo.resize((320, 240)), "JPEG", quality=40)]
    hashes = [decode(data, MEGAPIXEL)[1].perceptual_hash for data in copies]
    assert [len(each) for each in hashes] == [32, 32]
    assert distance_bits(*hashes) <= MAX_DISTANCE_BITS
    plain = saved(Image.new("RGB", (640, 480), RED), "PNG")
    assert decode(plain, MEGAPIXEL)[1].perceptual_hash == b""


def test_huge_pictures_are_refused_by_their_header() -> None:
    """A decompression bomb would fill the memory."""
    header = saved(Image.new("1", (8, 8)), "PNG")
    size = (60_000).to_bytes(4, "big") * 2
    chunk = b"IHDR" + size + header[24:29]
    bomb = header[:12] + chunk + zlib.crc32(chunk).to_bytes(4, "big") + header[33:]
    with pytest.raises(LimitExceeded, match="60000 × 60000 pixels; at most 1 megapixels"):
        decode(bomb, MEGAPIXEL)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF"])
def test_cut_files_are_refused_with_a_sentence(kind: str) -> None:
    """A half-finished upload would be indexed as a half-grey picture."""
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    data = saved(Image.fromarray(noise), kind)
    with pytest.raises(UnreadablePicture, match=r"damaged|incomplete|no picture"):
        decode(data[: len(data) // 2], MEGAPIXEL)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF"])
def test_corrupt_bytes_never_raise_anything_else(kind: str) -> None:
    """A flipped byte would show people a stack trace instead of a sentence."""
    state = np.random.default_rng(1)
    original = saved(drawing(), kind)
    for _ in range(40):
        data = bytearray(original)
        for place in state.integers(0, len(data), 8):
            data[place] = state.integers(0, 256)
        with suppress(UnreadablePicture, LimitExceeded):
            decode(bytes(data), MEGAPIXEL)


@pytest.mark.parametrize(
    "data",
    [b"just some text", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"\x89PNG"],
)
def test_other_files_are_refused_with_the_known_formats(data: bytes) -> None:
    """A text file renamed to .png would crash the upload."""
    with pytest.raises(UnreadablePicture, match="PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF and HEIC"):
        decode(data, MEGAPIXEL)
