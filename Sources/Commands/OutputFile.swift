internal import Execution
internal import Linux
internal import SourceText

/// A file that somebody has named for rundown to write into.
///
/// In the project a link was made by whoever wrote the repository or by a step, and could lead to a file that no step may
/// write: none is followed there. Elsewhere the machine's links are (`/dev/stdout`).
struct OutputFile {
  private let path: String
  /// The project's root and the path in it; nil for a file elsewhere.
  private let place: (root: String, path: String)?

  init(_ path: String) {
    self.path = path
    place = Self.place(path)
  }

  private static func place(_ path: String) -> (root: String, path: String)? {
    guard let root = try? PolicyLoader.root(), let folder = try? FileSystem.realPath(".") else { return nil }
    let simple = PathText.simple(PathText.isAbsolute(path) ? path : folder + "/" + path)
    // No step can make anything there.
    if PathText.isInside(simple, "/dev") || PathText.isInside(simple, "/proc") { return nil }
    if let inside = PathText.relative(simple, to: root) { return (root, inside) }
    guard let real = try? FileSystem.realPath(FileSystem.parent(of: path)) else { return nil }
    return PathText.relative("\(real)/\(PathText.base(path))", to: root).map { (root, $0) }
  }

  /// Opens the file, making it when it is not there.
  func open(_ options: OpenOptions) throws(Errno) -> FileDescriptor {
    let options = options.union([.write, .create, .noTerminal])
    guard let place else { return try FileDescriptor.open(path, options, mode: 0o644) }
    let root = try FileDescriptor.openWithoutLinks(place.root, [.pathOnly, .directory])
    return try FileDescriptor.openBeneath(root, place.path, options, mode: 0o644)
  }

  /// What is to be added to the help for a file that cannot be opened.
  static func hint(_ error: Errno) -> String {
    error == .tooManyLinks ? "; a link in the project, or a file with a second name, is not written into" : ""
  }

  /// Writes the whole file anew, whatever steps have put in its place meanwhile: a link, a FIFO or another file's second
  /// name is not written into.
  func replace(_ bytes: [UInt8]) throws(Errno) {
    let file = try open(place == nil ? [] : [.nonBlocking])
    let info = try file.info()
    if place != nil, info.kind != .regular || info.links > 1 { throw .tooManyLinks }
    if info.kind == .regular { try file.truncate(to: 0) }
    try file.writeAll(bytes)
    try file.close()
  }
}
