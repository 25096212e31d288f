"""`make gallery`: writes `docs/messages/` anew."""

from tests.texts.gallery.pages import FOLDER, files


def main() -> None:
    wanted = files()
    FOLDER.mkdir(exist_ok=True)
    for left_over in {path.name for path in FOLDER.iterdir()} - wanted.keys():
        (FOLDER / left_over).unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
