import Foundation
import Linux
import Testing

/// A holder is begun, given its plan, and taken; or dropped at any moment before.
@Suite(.enabled(if: Machine.isComplete, Machine.reason)) struct HolderTests {
  private static let kinds: NamespaceKinds =
    geteuid() == 0
    ? [.mounts, .network, .processes, .ipc] : [.user, .mounts, .network, .processes, .ipc]

  private func holders() throws -> Set<String> {
    var found: Set<String> = []
    for task in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task") {
      let children = try? String(contentsOfFile: "/proc/self/task/\(task)/children", encoding: .utf8)
      for child in (children ?? "").split(separator: " ") {
        let name = try? String(contentsOfFile: "/proc/\(child)/comm", encoding: .utf8)
        if name?.hasPrefix("rundown-holder") == true { found.insert(String(child)) }
      }
    }
    return found
  }

  @Test func oneThatIsDroppedLeavesNoProcess() throws {
    let before = try holders()
    for _ in 0..<20 { _ = try BegunHolder(Self.kinds) }
    // Other tests of this process have holders, too.
    #expect(try holders().subtracting(before).count < 10)
  }

  @Test func aLongPlanIsDoneInItsOrder() throws {
    let folder = try FileSystem.realPath(FileSystem.makeTemporaryDirectory(in: "/var/tmp", prefix: "plan-"))
    defer { try? FileSystem.removeTree(folder) }
    try FileSystem.writeFileAtomically("\(folder)/there", [1])
    let long = String(repeating: "x", count: 200)
    // Some megabytes: more than a socket takes at once.
    var acts = (0..<10_000).map { MountAct.hide(path: "\(folder)/\(long)\($0)") }
    acts[7_000] = .hide(path: "\(folder)/there")
    let begun = try BegunHolder(Self.kinds)
    var meanwhile = 0
    let holder = try begun.finish(mounts: acts, listeners: [], processLimit: 100) { meanwhile += 1 }
    #expect(meanwhile == 1 && holder.mountErrors.count == acts.count)
    #expect(holder.mountErrors.indices.filter { holder.mountErrors[$0] != .noSuchFile } == [7_000])
    #expect(holder.mountErrors[7_000] == nil)
    #expect(try holder.isMountPoint("\(folder)/there"))
  }

  @Test func aPathWithAZeroByteIsRefused() throws {
    let begun = try BegunHolder(Self.kinds)
    do throws(HolderFailure) {
      let act = MountAct.hide(path: "/etc/hostname\0x")
      _ = try begun.finish(mounts: [act], listeners: [], processLimit: nil) {}
      Issue.record("it was taken")
    } catch {
      #expect(error.act == "changing mounts" && error.errno == .invalidArgument)
    }
  }

  @Test func listenersStandInTheOrderThatTheyWereWantedIn() throws {
    var wanted = (0..<40).map { InnerListener(port: 0, isV6: $0 % 2 == 1) }
    wanted[5].port = 4711
    wanted[6] = InnerListener(port: 4711, isV6: false)
    wanted[7] = wanted[6]
    let begun = try BegunHolder(Self.kinds)
    let holder = try begun.finish(mounts: [], listeners: wanted, processLimit: nil) {}
    #expect(holder.listeners.map(\.wanted.isV6) == wanted.map(\.isV6))
    for (index, listener) in holder.listeners.enumerated() {
      switch listener.descriptor {
      case .success(let number):
        #expect(index != 7 && (try? TCP.port(of: number)) == listener.wanted.port, "\(index)")
        #expect(wanted[index].port == 0 || listener.wanted.port == 4711, "\(index)")
      case .failure(let error):
        // A machine may have no IPv6.
        #expect(
          index == 7 && error == Errno(rawValue: EADDRINUSE) || listener.wanted.isV6, "\(index): \(error)")
      }
    }
  }

  /// The processors that the calling thread may use, and those of the threads and processes that it has made.
  private func processors() throws -> [String] {
    var files = ["/proc/thread-self/status"]
    for child in try holders() { files.append("/proc/\(child)/status") }
    return files.compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }.flatMap { text in
      text.split(separator: "\n").filter { $0.hasPrefix("Cpus_allowed_list") }.map(String.init)
    }
  }

  @Test func whatIsMovedBesideItsMakerMayGoWhereItLikes() throws {
    let before = try #require(try processors().first)
    for number in 0..<200 { _ = Pending { number }.get() }
    let begun = try BegunHolder(Self.kinds)
    #expect(try processors().allSatisfy { $0 == before })
    _ = try begun.finish(mounts: [], listeners: [], processLimit: nil) {}
  }

  @Test func whatThreadsMakeIsWaitedForOrDropped() {
    let values = (0..<50).map { number in Pending { number * 2 }.get() }
    #expect(values == (0..<50).map { $0 * 2 })
    for number in 0..<50 { _ = Pending { number } }
  }
}
