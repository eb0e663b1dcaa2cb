"""The `alur` command: everything an operator or designer does from a shell, thin as a view.

One module for each group of commands. They read in what they need when they run, so that a light command starts fast.
"""

import click

from app.cli import audit, bench, case, key, letter, portal, process, user


@click.group()
def main() -> None:
    """Alur: the city's services, cases and letters."""


for _command in (
    portal.init,
    portal.serve,
    portal.worker,
    process.process,
    case.case,
    audit.audit,
    user.user,
    letter.letter,
    key.key,
    bench.bench,
):
    main.add_command(_command)
