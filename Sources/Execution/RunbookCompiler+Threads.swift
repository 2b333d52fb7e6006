internal import Linux
public import Runbook
public import SourceText

extension RunbookCompiler {
  /// Compiles a document with the steps of a long one read by all processors.
  public static func compileInThreads(_ file: SourceFile) -> Compilation {
    compile(file) { Thread.inParts(of: $0, atLeast: RunbookPlan.stepsPerThread, $1) }
  }
}
