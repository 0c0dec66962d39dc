"""The clients of the company from the command line: `python -m utility.tokens`."""
