internal import Arguments
internal import Execution
internal import Linux
internal import Policy
internal import Run
internal import RunStore
internal import Runbook
internal import SourceText

/// `rundown run FILE --step UNIT`: runs a runbook as the unit that the active run waits at.
struct LinkedRun {
  let console: Console
  let arguments: ParsedArguments
  let options: PolicyOptions
  let limits: StepLimits
  let reports: ReportOptions

  func run(_ runbook: Runbook, as unit: String) -> ExitCode {
    let loader = ProjectLoader(console: console)
    let root: String
    switch loader.root() {
    case .success(let found): root = found
    case .failure(let failure): return failure.code
    }
    do throws(StoreError) {
      guard let store = try RunStore.existing(root: root), let record = try store.activeRun(),
        record.status == .waiting, record.place == unit
      else {
        console.fail(
          "no run waits at step \(unit)", help: "‘rundown status’ shows where the active run is")
        return .notFound
      }
      if let holder = try store.take(record.id) {
        console.fail("run \(record.id) is being executed by process \(holder.id)")
        return .waiting
      }
      let starter = RunStarter(console: console, arguments: arguments)
      guard let own = starter.compile(SourceFile(name: record.path, bytes: record.text)),
        let children = starter.frames(record)
      else {
        try store.release(record.id, status: .waiting)
        return .invalidData
      }
      let project: Project
      switch loader.load(
        policyFile: arguments.value("policy"), options: options, runbook: record.path, isRunning: true)
      {
      case .success(let loaded): project = loaded
      case .failure(let failure):
        try store.release(record.id, status: .waiting)
        return failure.code
      }
      let held = HeldRun(
        id: record.id, machine: Machine(own), state: record.state, variables: record.variables,
        isPrompted: record.isPrompted, limits: limits, reports: reports, children: children,
        child: (runbook, arguments.has("prompted")))
      return starter.drive(held, store: store, project: project, isResumed: true)
    } catch {
      console.fail(error.message, help: error.help)
      return .inputOutput
    }
  }
}
