internal import Glibc

/// The whole program: parses `arguments` (the program's name first), runs the command, returns its exit code.
public func rundownMain(arguments: [String]) -> Int32 {
  print("rundown")
  return 0
}
