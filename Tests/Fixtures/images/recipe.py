"""Makes the pictures in this folder. Needs Pillow (made with 13): python3 recipe.py

Each picture has a twin .ppm with the pixels Pillow decodes, against which the decoders are tested,
and the resize-*.ppm files are what Pillow's BILINEAR makes of resize-source.ppm.
"""

import math
import pathlib
import random

from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).parent


def pattern(width, height):
    """Smooth in all channels, so that JPEG keeps it, with one hard edge and no symmetry."""
    picture = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            edge = 70 if 3 * x + y > 2 * width else 0
            picture.putpixel(
                (x, y),
                (
                    int(40 + 120 * x / width + edge),
                    int(200 - 150 * y / height),
                    int(128 + 100 * math.sin(x / 5) * math.cos(y / 7)),
                ),
            )
    return picture


def twin(name):
    """The pixels Pillow reads, turned upright and on white, as a raw PPM."""
    picture = ImageOps.exif_transpose(Image.open(HERE / name))
    if picture.mode in ("P", "LA", "RGBA"):
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture.convert("RGBA"))
    picture.convert("RGB").save(HERE / (name + ".ppm"))


def main():
    colour = pattern(40, 24)
    colour.save(HERE / "colour.jpg", quality=90)
    colour.save(HERE / "progressive.jpg", quality=90, progressive=True)
    colour.convert("L").save(HERE / "grey.jpg", quality=90)
    colour.convert("CMYK").save(HERE / "cmyk.jpg", quality=90)
    exif = Image.Exif()
    exif[0x0112] = 6
    colour.save(HERE / "quarter-turn.jpg", quality=90, exif=exif)

    palette = colour.quantize(16)
    palette.save(HERE / "palette.gif", interlace=0)
    palette.save(HERE / "interlaced.gif", interlace=1)
    palette.save(HERE / "transparent.gif", interlace=0, transparency=3)
    palette.save(HERE / "palette-transparent.png", transparency=3)
    colour.convert("L").convert("LA").save(HERE / "grey-alpha.png")
    faded = colour.convert("RGBA")
    for y in range(24):
        for x in range(40):
            faded.putpixel((x, y), colour.getpixel((x, y)) + (int(255 * x / 39),))
    faded.save(HERE / "faded.png")

    names = "colour.jpg progressive.jpg grey.jpg cmyk.jpg quarter-turn.jpg palette.gif "
    names += "interlaced.gif transparent.gif palette-transparent.png grey-alpha.png faded.png"
    for name in names.split():
        twin(name)

    noise = random.Random(1)
    source = Image.new("RGB", (37, 29))
    source.putdata([tuple(noise.randrange(256) for _ in range(3)) for _ in range(37 * 29)])
    source.save(HERE / "resize-source.ppm")
    for width, height in ((16, 12), (61, 50), (20, 40), (37, 7), (1, 1)):
        resized = source.resize((width, height), Image.Resampling.BILINEAR)
        resized.save(HERE / f"resize-{width}x{height}.ppm")


main()
