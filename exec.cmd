@rem For npm on Windows, whose shell has no `exec`: package.json begins its scripts with it (docs/architecture.md).
@%*
