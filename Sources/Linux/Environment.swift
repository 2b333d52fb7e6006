internal import CLinux

/// The environment this process was started with, read once and never changed.
public struct Environment: Sendable {
  /// Name to value. Of a name that occurs twice the first value counts, as in getenv(3).
  public let variables: [String: String]

  /// An environment of these variables.
  public init(variables: [String: String]) { self.variables = variables }

  /// The environment of this process.
  public static let current = Environment(variables: read())

  /// The value of a variable.
  public subscript(_ name: String) -> String? { variables[name] }

  private static func read() -> [String: String] {
    var variables: [String: String] = [:]
    // `environ` is only changed by setenv, which this program never calls; the array ends with a null
    // pointer.
    guard var place = unsafe rd_environment() else { return variables }
    while let entry = unsafe place.pointee {
      let text = unsafe String(cString: entry)
      if let mark = text.utf8.firstIndex(of: 0x3D), mark != text.utf8.startIndex {
        let name = String(text[..<mark])
        if variables[name] == nil { variables[name] = String(text[text.utf8.index(after: mark)...]) }
      }
      unsafe place += 1
    }
    return variables
  }
}
