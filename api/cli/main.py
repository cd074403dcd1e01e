"""The command ``gezhi``."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from api.cli import demo as demo_city
from api.cli import exporting, figures, indexing, loading, mapping, people, reporting
from api.cli.console import fail, out
from api.cli.opening import open_database, read_settings
from api.cli.serving import check_bindable, ended_tidily
from api.cli.serving import serve as run_service
from api.cli.where import where
from api.settings import Mode
from api.version import VERSION
from gis.errors import GisError
from gis.sample import Profile
from gis.store.cluster import PrivateCluster

app = typer.Typer(
    name="gezhi",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="格知 Gezhi: which grid, and who? The data directory is GEZHI_DATA; one directory is one city.",
)
app.command()(loading.city)
app.command()(loading.load)
app.command()(loading.assign)
app.command()(exporting.export)
app.command()(mapping.mapping)
app.command(context_settings={"ignore_unknown_options": True})(people.who)
app.command()(people.hours)
app.add_typer(people.roles)
app.command()(figures.figures)
app.command()(indexing.index)
app.command()(reporting.agree)
app.command()(where)

Port = Annotated[int, typer.Option(min=1, max=65535, help="where to listen")]
Host = Annotated[str, typer.Option(help="address to listen on")]
Place = Annotated[Profile, typer.Option(help="a whole city, or one country town of twenty grids")]


@app.callback()
def options(
    verbose: Annotated[bool, typer.Option("--verbose", help="log more, to standard error")] = False,
) -> None:
    """Set up the log."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )


@app.command()
def demo(port: Port = 8000, host: Host = "127.0.0.1", profile: Place = Profile.CITY) -> None:
    """Serve the simulated sample city on this machine; without sign-in everybody is the administrator."""
    _serve(Mode.DEMO, host, port, profile)


@app.command()
def serve(port: Port = 8000, host: Host = "127.0.0.1") -> None:
    """Serve the city of the data directory; without sign-in everybody is the public."""
    _serve(Mode.SERVE, host, port)


def _serve(mode: Mode, host: str, port: int, profile: Profile = Profile.CITY) -> None:
    try:
        settings = read_settings(mode=mode, host=host, port=port)
        check_bindable(settings)
        with ended_tidily(), open_database(settings) as database:
            if settings.mode is Mode.DEMO:
                demo_city.ensure_sample(database, profile)
            run_service(settings, database)
    except GisError as error:
        fail(error)


@app.command()
def status() -> None:
    """Tell what the database of the data directory does and, while it runs, holds; starts and changes nothing."""
    try:
        reporting.show_status(read_settings())
    except GisError as error:
        fail(error)


@app.command()
def stop() -> None:
    """Stop the private database of the data directory, whoever uses it."""
    try:
        settings = read_settings()
        stopped = PrivateCluster(settings.data).stop()
    except GisError as error:
        fail(error)
    out.print(f"{'已停止 stopped' if stopped else '未在运行 was not running'}: {settings.data}")


@app.command()
def sample(
    directory: Annotated[Path, typer.Argument(help="where the files go; made if need be")],
    seed: Annotated[int, typer.Option(help="another seed is another city")] = demo_city.SEED,
    profile: Place = Profile.CITY,
) -> None:
    """Write the input files of the sample city, as examples of what `gezhi load` reads."""
    try:
        demo_city.write_files(directory, seed=seed, profile=profile)
    except GisError as error:
        fail(error)


@app.command()
def version() -> None:
    """Print the version."""
    out.print(VERSION)


def main() -> None:
    """Run the command line."""
    app()
