"""One organisation's look in Word: colour and typeface through the theme, logo, large print, in the XML and in pixels."""

import io

from PIL import Image

from policygen.house import Logo


def picture(width, height, colour="#7a1f5c", kind="png"):
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, kind)
    return buffer.getvalue()


LOGO = Logo("png", picture(300, 100), 300, 100)
