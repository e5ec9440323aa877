"""``leadline completion``: the script that makes a shell complete leadline's commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command(
    short_help="Print a shell completion script.",
    epilog="""\b
Examples:
  leadline completion bash > ~/.local/share/bash-completion/completions/leadline
  leadline completion zsh > "${fpath[1]}/_leadline"
  leadline completion fish > ~/.config/fish/completions/leadline.fish
""",
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, /, shell: str) -> None:
    """Print the completion script of a shell."""
    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(ctx.find_root().command, {}, "leadline", "_LEADLINE_COMPLETE").source())
