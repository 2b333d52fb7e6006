internal import Linux
internal import Policy
internal import SourceText

/// Where the paths of rules lead: rules are compared with resolved paths, so what the kernel opens must be what the rule
/// names.
///
/// Links outside (a home that stands on another disk) are the machine's and are followed. A link in the project, or in
/// what steps write, was made by whoever wrote the repository or by a step, and could lead to the user's home: what is
/// behind it is not what the rule means.
struct RealPaths {
  /// Where a link is nobody's word.
  private let foreign: [String]

  init(_ policy: EffectivePolicy) {
    // Of the folders for temporary files a step has its own.
    let temporary = ["/", "/tmp", "/var/tmp", policy.context.tmp]
    let written = policy.writeRoots.map(\.path).filter { !temporary.contains($0) }
    foreign = [policy.context.repo] + written + written.compactMap(Self.followed)
  }

  /// The path without symbolic links; nil when nothing is there, or when a link leads away from what the rule names.
  func real(_ path: String) -> String? {
    guard let real = Self.followed(path) else { return nil }
    return real == path || !leadsAway(path) ? real : nil
  }

  /// What `real` gives for each of some paths that has it.
  func real(_ paths: [String]) -> [String: String] {
    var found: [String: String] = [:]
    for path in paths { found[path] = real(path) }
    return found
  }

  /// Whether something is there when links are followed: where `real` gives nothing, a link leads away.
  static func isThere(_ path: String) -> Bool { followed(path) != nil }

  /// Whether a path, links followed, is in the project or in what steps write: whoever can write there says what it is.
  func isForeign(_ path: String) -> Bool { foreign.contains { PathText.isInside(path, $0) } }

  private func leadsAway(_ path: String) -> Bool {
    var folder = ""
    for part in PathText.components(path) where !part.isEmpty {
      let next = folder + "/" + part
      do throws(FileError) {
        let isLink = try FileSystem.linkInfo(next).kind == .symbolicLink
        if isLink, isForeign(next) { return true }
        folder = isLink ? try FileSystem.realPath(next) : next
      } catch {
        return true  // it went away between two looks
      }
      if folder == "/" { folder = "" }
    }
    return false
  }

  private static func followed(_ path: String) -> String? {
    do throws(FileError) { return try FileSystem.realPath(path) } catch { return nil }
  }
}
