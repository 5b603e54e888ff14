"""The `broxspec` command. What it said before, it says again without importing anything else, while nothing that it looked at has changed."""

import os
import sys


def main() -> None:
    if sys.argv[1:] == ["--version"]:
        from broxspec import __version__

        print(f"broxspec {__version__}")
        return
    from broxspec.cache import results

    try:
        place = results.place(sys.argv[1:], os.environ, os.getcwd(), results.terminal())
    except OSError:  # the folder itself is gone
        place = None
    said = results.recall(place) if place else None
    if said:
        sys.stdout.buffer.write(said.out.encode("utf-8"))
        sys.stderr.buffer.write(said.err.encode("utf-8"))
        sys.exit(said.code)
    from broxspec import cli

    cli.main(place)


if __name__ == "__main__":
    main()
