import Policy
import Testing

@testable import Execution

@Suite struct ConductWatchTests {
  private static let second: Int64 = 1_000_000_000

  @Test func whatComesFastEnoughIsTooMuchAndToldOnce() {
    var watch = ConductWatch([.secretReads: WatchRule(.pause, limit: 3, within: .seconds(10))])
    var alarms: [ConductWatch.Alarm] = []
    for time in [0, 20, 40, 45, 49, 50] as [Int64] {
      if let alarm = watch.note(.secretRead(path: "/p/.env"), at: time * Self.second) { alarms.append(alarm) }
    }
    #expect(
      alarms.count == 1 && alarms.first?.action == .pause && alarms.first?.detail.contains("/p/.env") == true)
  }

  @Test func slowOnesAreNot() {
    var watch = ConductWatch([.processes: WatchRule(.kill, limit: 3, within: .seconds(1))])
    for time in 0..<50 { #expect(watch.note(.started(program: "x"), at: Int64(time) * Self.second) == nil) }
    #expect(watch.note(.alive(2), at: 0) == nil && watch.note(.alive(3), at: 0)?.action == .kill)
  }

  @Test func uploadsAreCountedByHost() {
    var watch = ConductWatch([.upload: WatchRule(.warn, limit: 100)])
    #expect(watch.note(.uploaded(host: "a", bytes: 60), at: 0) == nil)
    #expect(watch.note(.uploaded(host: "b", bytes: 60), at: 0) == nil)
    #expect(watch.note(.uploaded(host: "a", bytes: 50), at: 0)?.detail == "110 bytes were sent to a")
  }

  @Test func whatIsOffOrNotListedIsNotWatched() {
    var watch = ConductWatch([.reverseShell: WatchRule(.off)])
    #expect(watch.note(.shellOnConnection(chain: ["sh"]), at: 0) == nil && !watch.watches(.reverseShell))
    #expect(watch.note(.uploaded(host: "a", bytes: 1 << 40), at: 0) == nil)
  }
}
