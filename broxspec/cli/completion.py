"""broxspec completion: what makes a shell complete the command line."""

import click

from broxspec.cli._terminal import Terminal


@click.command()
@click.argument("shell", type=click.Choice(["bash", "fish", "zsh"]))
@click.pass_obj
def command(terminal: Terminal, shell: str) -> int:
    """Print the script that a shell completes broxspec with.

    \b
    bash  echo 'eval "$(broxspec completion bash)"' >> ~/.bashrc
    zsh   echo 'eval "$(broxspec completion zsh)"' >> ~/.zshrc
    fish  broxspec completion fish > ~/.config/fish/completions/broxspec.fish
    """
    from broxspec.cli._complete import script

    terminal.write(script(shell))
    return 0
