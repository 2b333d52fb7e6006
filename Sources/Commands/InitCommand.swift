internal import Arguments
internal import Execution
internal import JSON
internal import Linux
internal import Policy
internal import SourceText

/// `rundown init`: a policy with comments that fits the project.
struct InitCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    let loaded: LoadedPolicy
    do throws(PolicyLoadError) { loaded = try PolicyLoader.load() } catch {
      console.tell(error.rendered)
      return error.exitCode
    }
    if let path = loaded.path {
      console.fail(
        "there is a policy already: \(path)", help: "edit it, or look at it with ‘rundown policy show’")
      return .usage
    }
    let languages = ProjectLanguage.found(in: loaded.root)
    let text = Array(ProjectLanguage.policy(for: languages).utf8)
    if arguments.has("print") {
      console.print(String(decoding: text, as: UTF8.self))
      return .success
    }
    let path = (loaded.root == "/" ? "" : loaded.root) + "/.rundownrc.yaml"
    do throws(FileError) {
      try FileSystem.writeFileAtomically(path, text)
      // Who writes it need not be asked about it.
      try TrustStore(environment: .current).add(path, text)
    } catch {
      console.fail("the policy cannot be written: \(error)")
      return .inputOutput
    }
    if arguments.has("json") {
      let names = languages.map { JSONValue.string($0.name) }
      console.print(JSONValue.object(["file": .string(path), "languages": .array(names)]).encoded() + "\n")
      return .success
    }
    let names = languages.map(\.name).joined(separator: ", ")
    console.print(
      "\(DisplayText.visible(path)): written for \(names.isEmpty ? "no language that I know" : names)\n")
    console.print("next: rundown policy show; rundown check FILE; rundown plan FILE\n")
    return .success
  }
}
