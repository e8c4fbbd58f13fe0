"""Run the command line with `python -m prioritiser.cli`."""

from prioritiser.cli.run import main

if __name__ == "__main__":
    main()
