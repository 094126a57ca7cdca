"""Files that commands write: readable by others or not, and a sentence when they can't be written."""

from __future__ import annotations

import os
from pathlib import Path

from rubrics.strict_yaml import FileError
from storage.os_words import os_words


def write_private(path: Path, data: bytes) -> None:
    """A new file that only its owner can read. Raises FileError, also where there is a file already."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except FileExistsError:
        raise FileError([f"{path}：已经有这个文件。请换一个名字，或先移走它。"]) from None
    except OSError as error:
        raise FileError([f"{path}：写不进去（{os_words(error)}）。请换一个目录，或检查权限。"]) from None
