"""Founding the portal and running it: `alur init`, `alur serve`, `alur worker`."""

import signal

import click

from app import create_app
from app.cli.inside import with_app
from app.cli.process import say_published
from app.errors import Refused


@click.command()
@click.option("--demo", is_flag=True, help="Also bring demo officials and about 80 cases in every state.")
@with_app
def init(demo: bool) -> None:
    """Bring the database up to date, found the city and its certificate authority, publish services it lacks."""
    from app.config import ROOT
    from app.storage import schema
    from app.usecases import certificates, city, processes
    from app.usecases import demo as showing
    from app.usecases.parts import parts

    schema.upgrade()
    units = city.seed_city(parts().settings.city, neighbourhoods=(3, 3) if demo else (0, 0))
    click.echo(f"Kota: {units} unit kerja.")
    if certificates.found_authority(showing.BEGAN if demo else None):
        click.echo("Otoritas sertifikat kota dibuat.")
    say_published(processes.publish(ROOT, by="alur init", only_new=not demo))
    parts().settings.files.mkdir(parents=True, exist_ok=True)
    if demo:
        showing.fill(click.echo)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--threads", default=8, show_default=True, help="Requests answered side by side.")
def serve(host: str, port: int, threads: int) -> None:
    """Answer HTTP with waitress; production may use gunicorn on `app:create_app()` instead."""
    import waitress

    try:
        app = create_app()
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    waitress.serve(app, host=host, port=port, threads=threads, connection_limit=1000, ident=None)


@click.command()
@with_app
def worker() -> None:
    """Fire due timers and do outside work until told to stop. Any number may run on PostgreSQL."""
    from app.usecases import workers

    stopped: list[int] = []
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _frame: stopped.append(number))
    workers.run(lambda: bool(stopped))
