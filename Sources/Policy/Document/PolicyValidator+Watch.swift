internal import SourceText

extension PolicyValidator {
  /// Reads `watch`: names of what is watched to actions, or to mappings with thresholds.
  mutating func watch(_ node: DocumentNode) -> [WatchKind: WatchEntry] {
    var found: [WatchKind: WatchEntry] = [:]
    for entry in entries(of: node, in: "`watch`", keys: WatchKind.allCases.map(\.rawValue)) {
      guard let kind = WatchKind(rawValue: entry.name) else { continue }
      found[kind] = watched(entry.value, kind)
    }
    return found
  }

  private mutating func watched(_ node: DocumentNode, _ kind: WatchKind) -> WatchEntry {
    var out = WatchEntry(action: nil, limit: nil, within: nil, span: node.span)
    let actions = WatchAction.allCases.map(\.rawValue)
    if node.entries == nil {
      out.action = choice(node, kind.rawValue, actions).flatMap(WatchAction.init)
      return out
    }
    for entry in entries(of: node, in: "`\(kind.rawValue)`", keys: Self.keys(kind)) {
      let value = entry.value
      switch entry.name {
      case "action": out.action = choice(value, "action", actions).flatMap(WatchAction.init)
      case "within":
        if let text = value.string, let time = Quantity.duration(text) {
          out.within = time
        } else {
          report("PO009", "`within` is a time with a unit", at: value.span, help: "write it like 10s or 1m")
        }
      case "size":
        if let text = value.string, let size = Quantity.size(text) {
          out.limit = size
        } else {
          report("PO009", "`size` is a size with a unit", at: value.span, help: "write it like 50MiB")
        }
      default:
        if let count = value.int, (1...1_000_000).contains(count) {
          out.limit = count
        } else {
          report("PO009", "`count` is a number from 1 to 1000000", at: value.span)
        }
      }
    }
    return out
  }

  private static func keys(_ kind: WatchKind) -> [String] {
    switch kind {
    case .reverseShell: ["action"]
    case .secretReads, .processes: ["count", "within", "action"]
    case .upload: ["size", "action"]
    }
  }
}
