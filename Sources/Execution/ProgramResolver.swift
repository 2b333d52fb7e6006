internal import Linux
internal import SourceText

/// Finds the file that a program's name stands for, through a PATH that is fixed for the whole run.
///
/// Folders that a step may write, and those inside the project, come last: a program planted there cannot take the
/// place of another one. Empty and relative entries of PATH, which mean the working directory, are left out.
public struct ProgramResolver: Sendable {
  /// The folders in the order of the search.
  public let folders: [String]

  /// What a user without PATH gets.
  static let standardFolders = [
    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
  ]

  /// A resolver for a PATH; `isLate` says which folders come last.
  public init(path: String?, root: String, isLate: (String) -> Bool) {
    let given =
      path?.splitBytewise(":").filter(PathText.isAbsolute) ?? Self.standardFolders
    var seen: Set<String> = []
    var first: [String] = []
    var last: [String] = []
    for folder in given + [root + "/node_modules/.bin"] {
      let isExtra = folder == root + "/node_modules/.bin"
      guard let real = Self.folder(folder), seen.insert(real).inserted else { continue }
      if isExtra || isLate(real) || PathText.isInside(real, root) {
        last.append(folder)
      } else {
        // A step does not see the links of a home that is hidden.
        first.append(real)
      }
    }
    folders = first + last
  }

  private static func folder(_ path: String) -> String? {
    do throws(FileError) {
      let real = try FileSystem.realPath(path)
      return try FileSystem.info(real).kind == .directory ? real : nil
    } catch {
      return nil  // an entry of PATH that leads nowhere is no place to find programs
    }
  }

  /// PATH for the step.
  public var path: String { folders.joined(separator: ":") }

  /// The file that a program's name stands for, symbolic links resolved; nil when there is none that can be executed.
  public func resolve(_ name: String, in directory: String) -> String? {
    if name.isEmpty { return nil }
    if name.utf8.contains(0x2F) {
      return Self.executable(PathText.isAbsolute(name) ? name : directory + "/" + name)
    }
    for folder in folders {
      if let found = Self.executable(folder + "/" + name) { return found }
    }
    return nil
  }

  private static func executable(_ path: String) -> String? {
    guard FileSystem.isExecutable(path) else { return nil }
    do throws(FileError) {
      let real = try FileSystem.realPath(path)
      return try FileSystem.info(real).kind == .regular ? real : nil
    } catch {
      return nil  // it went away between the two looks
    }
  }
}
