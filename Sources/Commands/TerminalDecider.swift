internal import Execution
internal import Linux
internal import SourceText

/// Asks the person at the terminal how a manual step went.
final class TerminalDecider: StepDecider {
  private let console: Console

  init(console: Console) {
    self.console = console
  }

  func decide(_ place: UnitPlace) -> ManualAnswer {
    let keyboard: Keyboard
    do throws(Errno) {
      keyboard = try Keyboard()
    } catch {
      return .later
    }
    console.tell("\n [p] pass   [f] fail   [k] skip…   [s] stop the run   [w] let it wait (^C)\n")
    while true {
      console.tell(" \(DisplayText.visible(place.unit)): ")
      let answer = keyboard.answer(deafFor: .milliseconds(150)) { [console] in console.tell($0) }
      console.tell("\n")
      switch answer {
      case .key("p"): return .pass
      case .key("f"): return .fail
      case .key("k"):
        console.tell(" why? ")
        guard let reason = TerminalLine.read() else { return .later }
        return .skip(reason: reason)
      case .key("s"): return .stop
      case .key("w"), .interrupt, .end, .gone, .withdrawn: return .later
      case .key, .enter, .escape, .tooLong: console.tell(" press p, f, k, s or w, then Enter\n")
      }
    }
  }
}
