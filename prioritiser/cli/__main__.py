"""Run the command line with `python -m prioritiser.cli`."""

from prioritiser.cli import main

if __name__ == "__main__":
    main()
