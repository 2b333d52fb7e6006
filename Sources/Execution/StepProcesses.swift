internal import Linux

/// The processes of a step, found through one of them.
struct StepProcesses {
  private let space: String
  private let isOwnSpace: Bool
  private let root: Int32

  /// The processes that one of a step's belongs to.
  init?(of process: Int32) {
    do throws(FileError) {
      space = try FileSystem.linkTarget("/proc/\(process)/ns/pid")
      isOwnSpace = try FileSystem.linkTarget("/proc/self/ns/pid") != space
    } catch { return nil }
    // Without a namespace of its own, a step is what descends from our child.
    var top = process
    while !isOwnSpace, let status = ProcessStatus(of: top), status.parentID > 1,
      status.parentID != ThisProcess.id
    {
      top = status.parentID
    }
    root = top
  }

  /// Their numbers now.
  func all() -> [Int32] {
    do throws(FileError) {
      let numbers = try FileSystem.entries("/proc").compactMap { Int32($0.name) }
      if isOwnSpace { return numbers.filter(isInside) }
      var parents: [Int32: Int32] = [:]
      for number in numbers { parents[number] = ProcessStatus(of: number)?.parentID }
      return numbers.filter { descends($0, parents) }
    } catch { return [] }
  }

  private func isInside(_ process: Int32) -> Bool {
    do throws(FileError) {
      guard try FileSystem.linkTarget("/proc/\(process)/ns/pid") == space else { return false }
      // The first process of the namespace is ours: it ends the others.
      let status = String(
        decoding: try FileSystem.readFile("/proc/\(process)/status", limit: 8192), as: UTF8.self)
      let line = status.split(separator: "\n").first { $0.hasPrefix("NSpid:") }
      return line?.split(whereSeparator: { $0 == "\t" || $0 == " " }).last != "1"
    } catch { return false }
  }

  private func descends(_ process: Int32, _ parents: [Int32: Int32]) -> Bool {
    var current = process
    for _ in 0..<100 {
      if current == root { return true }
      guard let parent = parents[current], parent > 1 else { return false }
      current = parent
    }
    return false
  }

  /// Stops all of them. What one of them starts meanwhile is found by another look.
  func stop() {
    var stopped: Set<Int32> = []
    for _ in 0..<20 {
      let new = all().filter { stopped.insert($0).inserted }
      if new.isEmpty { return }
      for process in new { send(.stop, to: process) }
    }
  }

  /// Lets all of them go on.
  func resume() { for process in all() { send(.resume, to: process) } }

  private func send(_ signal: Signal, to process: Int32) {
    do throws(Errno) { try signal.send(to: process) } catch {
      // It has ended.
    }
  }
}
