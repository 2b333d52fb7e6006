internal import Arguments
internal import Execution
internal import JSON
internal import Linux
internal import Runbook
internal import SourceText

/// The variables that a run begins with, from everywhere they can come from.
struct VariableOptions {
  let console: Console
  let arguments: ParsedArguments
  let root: String

  /// All of them, the stronger source winning: `--var-json`, `--var`, `--vars`, the environment, the project's
  /// configuration. What is wrong is told.
  func variables(of runbook: Runbook) -> Result<[String: JSONValue], ToldFailure> {
    var variables: [String: JSONValue] = [:]
    do throws(VariableFile.Problem) {
      let folder = workingDirectory ?? root
      variables = try VariableFile.configuration(from: folder, root: root)
      variables.merge(environment(runbook.frontmatter.inputs)) { $1 }
      for path in arguments.all("vars") + arguments.all("input-file") {
        variables.merge(try VariableFile.read(path, root: root)) { $1 }
      }
    } catch {
      return .failure(tell(error))
    }
    do throws(UsageError) {
      variables.merge(try texts()) { $1 }
      variables.merge(try typed()) { $1 }
    } catch {
      console.fail(error.message, help: error.help)
      return .failure(ToldFailure(code: .usage))
    }
    return .success(variables)
  }

  private var workingDirectory: String? {
    do throws(Errno) { return try ThisProcess.workingDirectory() } catch { return nil }
  }

  private func tell(_ problem: VariableFile.Problem) -> ToldFailure {
    switch problem {
    case .file(let error):
      console.fail(error.description, help: "check the path; --vars takes a YAML or JSON file of the project")
      return ToldFailure(code: RunbookFile.exitCode(error))
    case .outside(let path):
      console.fail(
        "\(path) lies outside the project \(root)", help: "variables are read from files of the project alone"
      )
      return ToldFailure(code: .usage)
    case .invalid(let file, let problem):
      console.tell(problem.rendered(in: file) + "\n")
      return ToldFailure(code: .invalidData)
    }
  }

  // MARK: the command line

  private func texts() throws(UsageError) -> [String: JSONValue] {
    var variables: [String: JSONValue] = [:]
    for option in ["input", "var"] {
      for text in arguments.all(option) {
        let (name, value) = try split(text, option)
        if let value {
          variables[name] = .string(value)
        } else if let value = Environment.current[name] {
          variables[name] = .string(value)
        } else {
          throw .invalidValue(
            option: "--\(option)", value: text, expected: "NAME=VALUE, nor the name of a variable that is set"
          )
        }
      }
    }
    return variables
  }

  private func typed() throws(UsageError) -> [String: JSONValue] {
    var variables: [String: JSONValue] = [:]
    for option in ["input-json", "var-json"] {
      for text in arguments.all(option) {
        let (name, value) = try split(text, option)
        do throws(Diagnostic) {
          variables[name] = try JSONParser.parse(text: value ?? "")
        } catch {
          throw .invalidValue(
            option: "--\(option)", value: text, expected: "NAME=JSON (\(error.message))")
        }
      }
    }
    return variables
  }

  private func split(_ text: String, _ option: String) throws(UsageError) -> (name: String, value: String?) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let name = parts[0]
    guard Identifier.isValid(name) else {
      throw .invalidValue(
        option: "--\(option)", value: text, expected: "NAME=VALUE with a name of letters, digits and _")
    }
    guard !ReservedWords.isReservedVariable(name) else {
      throw .invalidValue(
        option: "--\(option)", value: text, expected: "free to set: rundown sets \(name) itself")
    }
    return (name, parts.count == 2 ? parts[1] : nil)
  }

  // MARK: the environment

  /// `RD_INPUT_name`, and for the runbook's own inputs also in capitals.
  private func environment(_ inputs: [String]) -> [String: JSONValue] {
    var variables: [String: JSONValue] = [:]
    for name in inputs {
      if let value = Environment.current["RD_INPUT_\(name.uppercased())"] { variables[name] = .string(value) }
    }
    for (name, value) in Environment.current.variables where name.hasPrefix("RD_INPUT_") {
      let name = String(name.dropFirst("RD_INPUT_".count))
      if Identifier.isValid(name), !ReservedWords.isReservedVariable(name) {
        variables[name] = .string(value)
      }
    }
    return variables
  }
}
