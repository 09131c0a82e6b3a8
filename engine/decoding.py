"""A picture file's bytes to upright 8-bit sRGB pixels. Runs in worker processes.

It lies beside `engine.ingest`, not in it, so that a worker starts without importing databases
or torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from engine.errors import LimitExceeded, StorageFailed, UnreadablePicture

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF")
KNOWN_AS = {"MPO": "JPEG", "HEIF": "HEIC", "WEBP": "WebP"}
THUMBNAIL_PX = 320
THUMBNAIL_QUALITY = 80
LEAST_HASH_QUALITY = 50
"""PDQ's authors advise against comparing hashes below it."""

MODES_OF_PROFILES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
"""Colour space named in an ICC profile, and the Pillow mode that it can describe."""


@dataclass(frozen=True)
class PictureFacts:
    """What a worker reports of a picture, next to its pixels.

    Attributes:
        format: as people call it: PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF, HEIC.
        frames: how many the file has; the pixels are those of the first.
        thumbnail: WebP, its longer side at most `THUMBNAIL_PX`.
        perceptual_hash: of what the picture looks like, 32 bytes; see `_perceptual_hash`.
    """

    width_px: int
    height_px: int
    format: str
    frames: int
    thumbnail: bytes
    perceptual_hash: bytes


def load_codecs() -> None:
    """Makes Pillow read all `FORMATS`; costs nothing when done before."""
    import pillow_heif

    Image.MAX_IMAGE_PIXELS = None  # `max_pixels`, a setting, is checked instead
    Image.init()
    pillow_heif.register_heif_opener()


def decode_to_file(data: bytes, max_pixels: int, target: str) -> PictureFacts:
    """Decodes a picture and writes its pixels, uint8 (H, W, 3), to `target`.

    To a file, because pixels are up to hundreds of times larger than the picture was, and a pipe
    would copy them several times in the engine's own process.

    Raises:
        UnreadablePicture: no picture of a known format, or a damaged one.
        LimitExceeded: more than `max_pixels`, or more memory than there is.
        StorageFailed: no room for the pixels.
    """
    load_codecs()
    rgb, facts = decode(data, max_pixels)
    try:
        np.asarray(rgb).tofile(target)
    except OSError as error:
        raise StorageFailed(
            f"There is no room for a picture's pixels in the temporary folder ({error.strerror})."
        ) from error
    return facts


def decode(data: bytes, max_pixels: int) -> tuple[Image.Image, PictureFacts]:
    """Decodes a picture's first frame to mode RGB, upright, in sRGB, transparency on white.

    An 8-bit RGB picture without colour profile gives exactly the pixels that
    ``PIL.Image.open(…).convert("RGB")`` gives, so that vectors equal the model library's own.

    Raises:
        UnreadablePicture: no picture of a known format, or a damaged one.
        LimitExceeded: more than `max_pixels`, or more memory than there is.
    """
    name = "picture"
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
        name = f"{KNOWN_AS.get(str(image.format), image.format)} picture"
        _check_size(image, max_pixels)
        frames = int(getattr(image, "n_frames", 1))
        image.load()
        rgb = _to_rgb(image)
        small = _shrunk(rgb)
        thumbnail = _as_webp(small)
    except UnidentifiedImageError as error:
        raise UnreadablePicture(
            "This is no picture of a kind that can be read, whatever the file's name says; "
            "PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF and HEIC can."
        ) from error
    except LimitExceeded:
        raise
    except MemoryError as error:
        raise LimitExceeded(
            f"The {name} takes more memory than there is; save it smaller."
        ) from error
    except Exception as error:
        damage = "incomplete" if "truncated" in str(error).lower() else "damaged"
        raise UnreadablePicture(
            f"The {name} is {damage} ({type(error).__name__}: {error}); send it again, or open it "
            "in a picture viewer and save it anew."
        ) from error
    return rgb, PictureFacts(
        rgb.width,
        rgb.height,
        name.removesuffix(" picture"),
        frames,
        thumbnail,
        _perceptual_hash(small),
    )


def _check_size(image: Image.Image, max_pixels: int) -> None:
    """Refuses a picture by the size in its header, before any pixel is decoded."""
    if image.width * image.height > max_pixels:
        raise LimitExceeded(
            f"The picture has {image.width} × {image.height} pixels; at most "
            f"{max_pixels / 1e6:.3g} megapixels are accepted. Save it smaller."
        )


def _to_rgb(image: Image.Image) -> Image.Image:
    ImageOps.exif_transpose(image, in_place=True)
    image = _in_eight_bits(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode in {"P", "1"}:
        image = image.convert("RGB")
    return _on_white(_in_srgb(image))


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Brings 16- and 32-bit grey to 8 bits; Pillow's own `convert` would clip it to white."""
    if not image.mode.startswith(("I", "F")):
        return image
    values = np.nan_to_num(np.asarray(image, dtype=np.float32))
    if image.mode.startswith("I;16"):
        darkest, brightest = 0.0, 65535.0
    else:  # neither integers of 32 bits nor floats have a fixed range
        darkest, brightest = float(values.min()), float(values.max())
    scale = 255.0 / ((brightest - darkest) or 1.0)
    return Image.fromarray(((values - darkest) * scale).round().astype(np.uint8))


def _in_srgb(image: Image.Image) -> Image.Image:
    """Applies an embedded colour profile, unless it is sRGB itself or does not fit the pixels."""
    if image.mode == "LAB":
        return _converted(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))
    embedded = image.info.get("icc_profile")
    if not embedded:
        return image
    opaque_mode = "RGB" if image.mode == "RGBA" else image.mode
    try:
        profile = ImageCms.getOpenProfile(BytesIO(embedded))
        space = profile.profile.xcolor_space.strip()
        is_srgb = "srgb" in ImageCms.getProfileDescription(profile).lower()
        if is_srgb or MODES_OF_PROFILES.get(space) != opaque_mode:
            return image
        converted = _converted(image.convert(opaque_mode), profile)
    except (ImageCms.PyCMSError, OSError):
        return image  # a broken profile is no reason to refuse the picture
    if image.mode == "RGBA":
        converted.putalpha(image.getchannel("A"))
    return converted


def _converted(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    srgb = ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, profile, srgb, outputMode="RGB")
    assert converted is not None  # only in-place conversion gives None
    return converted


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


def _shrunk(rgb: Image.Image) -> Image.Image:
    small = rgb.copy()
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return small


def _as_webp(small: Image.Image) -> bytes:
    file = BytesIO()
    small.save(file, "WEBP", quality=THUMBNAIL_QUALITY)
    return file.getvalue()


def _perceptual_hash(small: Image.Image) -> bytes:
    """PDQ (Davis and Rosen, "The TMK+PDQF Video-Hashing Algorithm and the PDQ …", 2019).

    Returns:
        32 bytes; none for a picture with too little detail to be told by it.
    """
    import pdqhash  # type: ignore[import-untyped]

    bits, quality = pdqhash.compute(np.asarray(small))
    return np.packbits(bits).tobytes() if quality >= LEAST_HASH_QUALITY else b""
