internal import Sandbox

/// Holds a launcher, which cannot be copied, for a session.
final class LauncherBox {
  let launcher: Launcher
  private let notes: [String]

  init(_ launcher: consuming Launcher, notes: [String]) {
    self.launcher = launcher
    self.notes = notes
  }

  /// For the run's head line: the level, and what is missing with its consequence.
  var description: (level: String, gaps: [String]) {
    let texts = Self.texts(launcher.enforcement.gaps) + notes
    switch launcher.enforcement {
    case .full: return (notes.isEmpty ? "full" : "partial", texts)
    case .partial(let gaps):
      return (gaps.contains(where: \.isNeeded) || !notes.isEmpty ? "partial" : "full", texts)
    case .none(let gaps): return (gaps.isEmpty ? "off" : "none", texts)
    }
  }

  /// One line for each part that is missing and matters, however many paths it concerns.
  private static func texts(_ gaps: [Gap]) -> [String] {
    var seen: Set<Gap.Feature> = []
    return gaps.filter(\.isNeeded).compactMap { gap in
      guard seen.insert(gap.feature).inserted else { return nil }
      let others = gaps.count { $0.feature == gap.feature && $0.isNeeded } - 1
      let more = others > 0 ? " (and \(others) more)" : ""
      return "no \(gap.feature.rawValue) (\(gap.reason)): \(gap.consequence)\(more)"
    }
  }
}
