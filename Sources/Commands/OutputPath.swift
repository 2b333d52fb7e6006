internal import Linux

/// Opens a file that the command line names for what a run tells.
///
/// A step may have put something else in its place, now or in an earlier run: a link to a file that it must not write, a
/// folder that is one, another name of a file. None of that is followed.
enum OutputPath {
  /// Opens it for writing, and makes it when it is not there. What it holds stays.
  static func open(_ path: String, _ options: OpenOptions = [], mode: UInt32) throws(Errno) -> FileDescriptor
  {
    let options = options.union([.write, .create, .noTerminal])
    // `/dev/stdout` is a link of the kernel's own making; no step writes there.
    if path.hasPrefix("/dev/") || path.hasPrefix("/proc/self/fd/") {
      return try FileDescriptor.open(path, options, mode: mode)
    }
    let file: FileDescriptor
    if let inner = try inner(path) {
      file = try FileDescriptor.openWithoutLinks(inner, options, mode: mode)
    } else {
      file = try FileDescriptor.open(path, options.union(.noFollow), mode: mode)
    }
    let info = try file.info()
    if info.kind == .regular, info.links > 1 { throw .tooManyLinks }
    return file
  }

  /// Opens it once more at the end of a run; only a plain file is taken, and nothing is waited for.
  static func openAgain(_ path: String, mode: UInt32) throws(Errno) -> FileDescriptor {
    let file = try open(path, [.nonBlocking], mode: mode)
    guard try file.info().kind == .regular else { throw .invalidArgument }
    try file.truncate(to: 0)
    return file
  }

  /// The path from the working directory, when it leads from there: above it no step can write.
  private static func inner(_ path: String) throws(Errno) -> String? {
    guard path.hasPrefix("/") else { return path }
    let folder = try ThisProcess.workingDirectory() + "/"
    return path.hasPrefix(folder) ? String(path.dropFirst(folder.utf8.count)) : nil
  }

  /// How an error is told, and what helps.
  static func explain(_ error: Errno) -> (why: String, help: String)? {
    guard error == .tooManyLinks else { return nil }
    return (
      "it leads through a link, or has other names: a step may have put it there",
      "remove it, or name the file that it leads to"
    )
  }
}
