internal import Execution
internal import Linux
internal import SourceText

/// A file that somebody has named for rundown to write into.
///
/// In the project a link was made by whoever wrote the repository or by a step, and could lead to a file that no step may
/// write: none is followed there. Elsewhere links lead to the folder, but the file itself is none.
struct OutputFile {
  private let path: String
  /// The project's root and the path in it; nil for a file elsewhere.
  private let place: (root: String, path: String)?

  init(_ path: String) {
    self.path = path
    place = Self.place(path)
  }

  /// Whether no step can make anything there.
  private static func isMachine(_ path: String) -> Bool {
    PathText.isInside(path, "/dev") || PathText.isInside(path, "/proc")
  }

  private static func place(_ path: String) -> (root: String, path: String)? {
    guard let root = try? PolicyLoader.root(), let folder = try? FileSystem.realPath(".") else { return nil }
    let simple = PathText.simple(PathText.isAbsolute(path) ? path : folder + "/" + path)
    if isMachine(simple) { return nil }
    if let inside = PathText.relative(simple, to: root) { return (root, inside) }
    guard let real = try? FileSystem.realPath(FileSystem.parent(of: path)) else { return nil }
    return PathText.relative("\(real)/\(PathText.base(path))", to: root).map { (root, $0) }
  }

  /// Opens it for writing, and makes it when it is not there; what it holds stays. Another name of a file is refused.
  func open(_ options: OpenOptions = [], mode: UInt32 = 0o644) throws(Errno) -> FileDescriptor {
    let options = options.union([.write, .create, .noTerminal])
    let file: FileDescriptor
    if let place {
      let root = try FileDescriptor.openWithoutLinks(place.root, [.pathOnly, .directory])
      file = try FileDescriptor.openBeneath(root, place.path, options, mode: mode)
    } else {
      // `/dev/stdout` is a link of the kernel's own making; no step writes there.
      let isMachine = Self.isMachine(PathText.simple(path))
      file = try FileDescriptor.open(path, isMachine ? options : options.union(.noFollow), mode: mode)
    }
    let info = try file.info()
    if info.kind == .regular, info.links > 1 { throw .tooManyLinks }
    return file
  }

  /// Opens it and takes away what it holds.
  func openEmpty(mode: UInt32 = 0o644) throws(Errno) -> FileDescriptor {
    let file = try open(mode: mode)
    if try file.info().kind == .regular { try file.truncate(to: 0) }
    return file
  }

  /// Opens it once more at the end of a run, empty; only a plain file is taken, and nothing is waited for.
  func openAgain() throws(Errno) -> FileDescriptor {
    let file = try open([.nonBlocking])
    guard try file.info().kind == .regular else { throw .invalidArgument }
    try file.truncate(to: 0)
    return file
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

/// A descriptor in a value that is copied.
final class SharedFile {
  let file: FileDescriptor
  init(_ file: consuming FileDescriptor) { self.file = file }
}
