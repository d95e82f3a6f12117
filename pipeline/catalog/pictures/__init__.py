"""Product pictures: checked, decoded, kept with a thumbnail and a hash of how they look.

`check` is quick and decodes nothing: for the process that answers HTTP. `decode` and `keep` are
for runners and other children.
"""

from pipeline.catalog.pictures.check import PictureLimits, check_picture, picture_limits
from pipeline.catalog.pictures.decode import read_picture
from pipeline.catalog.pictures.keep import keep_picture

__all__ = ["PictureLimits", "check_picture", "keep_picture", "picture_limits", "read_picture"]
