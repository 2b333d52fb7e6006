internal import Commands
internal import Glibc

exit(rundownMain(arguments: CommandLine.arguments))
