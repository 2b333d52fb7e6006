internal import Linux
internal import Policy
internal import SourceText

/// Counts what a step does against the thresholds of the policy: a pure function of signs and times.
struct ConductWatch {
  /// Something that a step did.
  enum Sign {
    /// A shell was about to start with a network connection as its input or output.
    case shellOnConnection(chain: [String])
    /// A file was asked for that a deny rule names.
    case secretRead(path: String)
    /// Bytes were sent to a host.
    case uploaded(host: String, bytes: Int)
    /// A program was about to start.
    case started(program: String)
    /// So many processes are alive.
    case alive(Int)
  }

  /// A threshold that was reached.
  struct Alarm: Sendable, Equatable {
    var kind: WatchKind
    var action: WatchAction
    /// What was seen, in words.
    var detail: String
  }

  private let rules: [WatchKind: WatchRule]
  private var times: [WatchKind: [Int64]] = [:]
  private var uploads: [String: Int] = [:]
  /// What a person has let go on, or was told of: it is not told again in this step.
  private var settled: Set<WatchKind> = []

  init(_ rules: [WatchKind: WatchRule]) { self.rules = rules.filter { $0.value.action != .off } }

  /// Whether starts of programs can still be signs of something.
  var watchesStarts: Bool { watches(.processes) || watches(.reverseShell) || watches(.secretReads) }

  /// Whether something is watched at all.
  func watches(_ kind: WatchKind) -> Bool { rules[kind] != nil && !settled.contains(kind) }

  /// Takes a sign; the alarm that it sets off.
  mutating func note(_ sign: Sign, at now: Int64) -> Alarm? {
    switch sign {
    case .shellOnConnection(let chain):
      return alarm(.reverseShell, chain.joined(separator: " > "))
    case .secretRead(let path):
      return count(.secretReads, now).flatMap {
        alarm(.secretReads, "\($0) within a short time, the last \(path)")
      }
    case .started(let program):
      return count(.processes, now).flatMap {
        alarm(.processes, "\($0) programs were started, the last \(program)")
      }
    case .alive(let number):
      guard let rule = rules[.processes], number >= rule.limit else { return nil }
      return alarm(.processes, "\(number) processes are alive")
    case .uploaded(let host, let bytes):
      uploads[host, default: 0] += bytes
      guard let rule = rules[.upload], let sum = uploads[host], sum >= rule.limit else { return nil }
      return alarm(.upload, "\(sum) bytes were sent to \(host)")
    }
  }

  /// Counts; the number within the rule's time, once that is too many.
  private mutating func count(_ kind: WatchKind, _ now: Int64) -> Int? {
    guard let rule = rules[kind], !settled.contains(kind) else { return nil }
    var recent = times[kind] ?? []
    recent.append(now)
    let since = now - rule.within.nanoseconds
    if let first = recent.firstIndex(where: { $0 >= since }), first > 0 { recent.removeFirst(first) }
    times[kind] = recent
    return recent.count >= rule.limit ? recent.count : nil
  }

  private mutating func alarm(_ kind: WatchKind, _ detail: String) -> Alarm? {
    guard let rule = rules[kind], settled.insert(kind).inserted else { return nil }
    return Alarm(kind: kind, action: rule.action, detail: detail)
  }
}

/// Whether a process has a network connection as its input, output or error: what makes a shell of it a remote one.
enum NetworkStreams {
  private static let shells: Set<String> = [
    "sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", "fish", "csh", "tcsh", "busybox", "pwsh",
  ]

  /// Whether a file is a shell, by its name.
  static func isShell(_ path: String) -> Bool {
    shells.contains(PathText.base(path))
  }

  static func areThere(_ process: Int32) -> Bool {
    var sockets: Set<String> = []
    for number in 0...2 {
      do throws(FileError) {
        let target = try FileSystem.linkTarget("/proc/\(process)/fd/\(number)")
        // Pairs of local sockets are what programs give their children as pipes.
        if target.hasPrefix("socket:["), target.hasSuffix("]") {
          sockets.insert(String(target.dropFirst(8).dropLast()))
        }
      } catch { continue }  // closed
    }
    guard !sockets.isEmpty else { return false }
    return ["tcp", "tcp6", "udp", "udp6"].contains { table in
      do throws(FileError) {
        let bytes = try FileSystem.readFile("/proc/\(process)/net/\(table)", limit: 1 << 20)
        // proc(5): the inode is the tenth word of a line.
        return bytes.split(separator: 0x0A).dropFirst().contains { line in
          let words = line.split(separator: 0x20)
          return words.count > 9 && sockets.contains(String(decoding: words[9], as: UTF8.self))
        }
      } catch { return false }
    }
  }
}
