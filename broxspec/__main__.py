"""`python -m broxspec` is the `broxspec` command."""

from broxspec.cli import main

if __name__ == "__main__":
    main()
