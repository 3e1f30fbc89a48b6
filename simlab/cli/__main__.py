"""`python -m simlab.cli` is `simlab`."""

from simlab.cli import main

if __name__ == "__main__":
    main()
