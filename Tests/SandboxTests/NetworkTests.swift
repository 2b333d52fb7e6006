import Foundation
import Linux
import Testing

@Suite(.enabled(if: Machine.isComplete, Machine.reason)) struct NetworkTests {
  /// Ways to a server on the machine's loopback; PORT and NAME are its TCP port and its abstract socket.
  static let ways: [CallCase] = [
    CallCase("connect", "127.0.0.1", "PORT", answers: ["ECONNREFUSED"]),
    CallCase("connect", "127.0.0.2", "PORT", answers: ["ECONNREFUSED"]),
    CallCase("connect", "0.0.0.0", "PORT", answers: ["ECONNREFUSED"]),
    CallCase("connect", "::1", "PORT", answers: ["ECONNREFUSED"]),
    CallCase("connect", "::ffff:127.0.0.1", "PORT", answers: ["ECONNREFUSED"]),
    CallCase("connect", "127.0.0.1", "PORT", "262", answers: ["ECONNREFUSED", "EPROTONOSUPPORT"]),
    CallCase("fast_open", "127.0.0.1", "PORT", answers: ["ECONNREFUSED", "EINPROGRESS", "EOPNOTSUPP"]),
    CallCase("fast_open", "::1", "PORT", answers: ["ECONNREFUSED", "EINPROGRESS", "EOPNOTSUPP"]),
    CallCase("datagram", "127.0.0.1", "PORT", answers: ["ECONNREFUSED"]),
    CallCase("connect", "192.0.2.1", "443", answers: ["ENETUNREACH"]),
    CallCase("connect", "2001:db8::1", "443", answers: ["ENETUNREACH"]),
    CallCase("datagram", "192.0.2.1", "53", answers: ["ENETUNREACH"]),
    CallCase("fast_open", "192.0.2.1", "443", answers: ["ENETUNREACH"]),
    CallCase("connect", "169.254.169.254", "80", answers: ["ENETUNREACH"]),
    CallCase("unix", "NAME", answers: ["ECONNREFUSED", "EPERM"]),
  ]

  @Test(arguments: Account.all, ways)
  func reachesNothingOfTheMachine(_ account: Account, _ way: CallCase) throws {
    let rig = try Rig(account)
    let name = "@rundown-\(Int.random(in: 0..<1_000_000_000))"
    let server = try RunningProcess(["\(rig.bin)/probe", "listen", name, Rig.canary])
    let port = server.line()
    let words = way.act.map { $0 == "PORT" ? port : $0 == "NAME" ? name : $0 }
    let confined = try rig.probe([], words)
    // Three of the ways without confinement show that the server was there.
    let isShown = [["connect", "127.0.0.1", "PORT"], ["datagram", "127.0.0.1", "PORT"], ["unix", "NAME"]]
      .contains(way.act)
    let open = isShown ? try rig.probe(["--off"], words).output : ""
    server.end()
    rig.close()
    #expect(way.answers.contains(confined.result), "\(confined.output)")
    #expect(!confined.output.contains(Rig.canary))
    #expect(!isShown || open.contains(Rig.canary), "\(open)")
  }

  @Test(arguments: Account.all)
  func theMachinesNetworkIsGivenWhenAsked(_ account: Account) throws {
    let rig = try Rig(account)
    let name = "@rundown-\(Int.random(in: 0..<1_000_000_000))"
    let server = try RunningProcess(["\(rig.bin)/probe", "listen", name, Rig.canary])
    let port = server.line()
    let stream = try rig.probe(["--network", "host"], ["connect", "127.0.0.1", port])
    // Abstract sockets are no network: they stay closed.
    let local = try rig.probe(["--network", "host"], ["unix", name])
    server.end()
    rig.close()
    #expect(stream.output.contains(Rig.canary))
    #expect(local.result == "EPERM" && !local.output.contains(Rig.canary))
  }

  @Test(arguments: Account.all)
  func findsNoSharedMemoryOfTheMachine(_ account: Account) throws {
    let rig = try Rig(account)
    let key = key_t.random(in: 1...Int32.max)
    let segment = shmget(key, 4096, 0o1000 | 0o666)
    #expect(segment >= 0)
    let shared = try rig.probe([], ["shared_memory", String(key, radix: 16)])
    let name = "rundown-\(key)"
    try FileSystem.writeFileAtomically("/dev/shm/\(name)", Array(Rig.canary.utf8), mode: 0o666)
    let posix = try rig.probe([], ["read", "/dev/shm/\(name)"])
    try FileSystem.remove("/dev/shm/\(name)")
    shmctl(segment, 0, nil)
    rig.close()
    #expect(shared.result == "ENOENT")
    #expect(posix.result == "ENOENT")
  }
}
