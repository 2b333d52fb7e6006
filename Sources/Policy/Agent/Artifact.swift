internal import SourceText

/// Files that run later, outside of any sandbox, because a tool or a person's habit starts them: what a step has written
/// there takes effect when nobody thinks of the step any more.
public enum Artifact {
  /// Why a file may run later; nil for one that nothing is known to run.
  ///
  /// - Parameters:
  ///   - path: the path in the project, or an absolute one.
  ///   - isExecutable: whether somebody may execute it.
  public static func reason(_ path: String, isExecutable: Bool) -> String? {
    let parts = PathText.components(path)
    guard let name = parts.last else { return nil }
    if let found = byFolder(parts.dropLast(), name) ?? names[name] ?? byEnding(name) { return found }
    return isExecutable ? "it is executable" : nil
  }

  private static let hook = "git runs it (hook)"
  private static let gitSettings = "git's settings name programs that it runs"
  private static let ci = "CI runs it"
  private static let editor = "an editor runs or obeys it when the folder is opened"
  private static let shell = "shells run it when they start"
  private static let python = "Python runs it when it starts"
  private static let build = "the build runs it"
  private static let package = "package managers run what it names"
  private static let agent = "agents obey it"
  private static let session = "the desktop or the system runs it"

  /// Folders all of whose files run, by their last parts.
  private static let folders: [(parts: [String], reason: String)] = [
    ([".git", "hooks"], hook), ([".husky"], hook), ([".githooks"], hook),
    ([".github", "workflows"], ci), ([".github", "actions"], ci), ([".circleci"], ci), ([".buildkite"], ci),
    ([".woodpecker"], ci), ([".gitlab", "ci"], ci), ([".forgejo", "workflows"], ci),
    ([".gitea", "workflows"], ci),
    ([".vscode"], editor), ([".idea"], editor), ([".devcontainer"], editor), ([".zed"], editor),
    ([".cursor"], editor), ([".fleet"], editor), ([".vim"], editor), ([".nvim"], editor),
    ([".claude"], agent), ([".codex"], agent), ([".gemini"], agent), ([".opencode"], agent),
    ([".cargo"], build), ([".mvn"], build), (["gradle", "wrapper"], build), ([".yarn"], package),
    ([".config", "fish"], shell), ([".config", "autostart"], session),
    ([".config", "systemd", "user"], session),
    ([".local", "share", "applications"], session), ([".ssh"], "ssh obeys it"),
    ([".config", "git"], gitSettings), ([".config", "nvim"], editor),
    ([".rundown", "runbooks"], "rundown runs it"),
  ]

  private static func byFolder(_ folder: ArraySlice<String>, _ name: String) -> String? {
    let folder = Array(folder)
    if folder.contains(".git") {
      if folder.contains("hooks") { return hook }
      return ["config", "config.worktree", "attributes", "commondir", "gitdir"].contains(name)
        ? gitSettings : nil
    }
    for (parts, reason) in folders where folder.count >= parts.count {
      for start in 0...(folder.count - parts.count)
      where folder[start..<(start + parts.count)].elementsEqual(parts) { return reason }
    }
    return nil
  }

  private static let names: [String: String] = {
    var names: [String: String] = [:]
    func add(_ text: String, _ reason: String) {
      for name in text.split(separator: " ") { names[String(name)] = reason }
    }
    add(".gitmodules .gitattributes .gitconfig", gitSettings)
    add(".pre-commit-config.yaml lefthook.yml .lefthook.yml .overcommit.yml", hook)
    add(
      """
      .gitlab-ci.yml .travis.yml Jenkinsfile azure-pipelines.yml bitbucket-pipelines.yml .drone.yml appveyor.yml \
      cloudbuild.yaml .cirrus.yml action.yml action.yaml
      """, ci)
    add(
      """
      package.json .npmrc .yarnrc .yarnrc.yml .pnpmfile.cjs pnpm-workspace.yaml bunfig.toml composer.json Gemfile \
      pyproject.toml setup.py setup.cfg Pipfile Cargo.toml Package.swift go.work deno.json
      """, package)
    add(
      """
      Makefile makefile GNUmakefile CMakeLists.txt meson.build build.rs build.gradle build.gradle.kts settings.gradle \
      settings.gradle.kts gradlew pom.xml Rakefile justfile Justfile .justfile Taskfile.yml Taskfile.yaml \
      configure WORKSPACE MODULE.bazel BUILD BUILD.bazel SConstruct Dockerfile Containerfile docker-compose.yml \
      compose.yml compose.yaml Vagrantfile Procfile Earthfile
      """, build)
    add("conftest.py noxfile.py tox.ini pytest.ini fabfile.py tasks.py", "test tools run it")
    add("sitecustomize.py usercustomize.py", python)
    add(
      """
      .bashrc .bash_profile .bash_login .bash_logout .bash_aliases .profile .zshrc .zshenv .zprofile .zlogin .zlogout \
      .kshrc .mkshrc .cshrc .tcshrc .login .inputrc .xprofile .xinitrc .xsessionrc
      """, shell)
    add(".vimrc .nvimrc .exrc .gvimrc .emacs .dir-locals.el .nvim.lua .lvimrc", editor)
    add(
      ".gdbinit .lldbinit .pdbrc .irbrc .Rprofile .pythonrc.py",
      "an interpreter or debugger runs it when it starts")
    add(".envrc .mise.toml mise.toml .tool-versions", "the shell's folder hook (direnv, mise) runs it")
    // Where it keeps the servers that it starts.
    add(".claude.json", agent)
    add(".mcp.json mcp.json CLAUDE.md AGENTS.md GEMINI.md .cursorrules copilot-instructions.md", agent)
    add(".rundownrc .rundownrc.yaml .rundownrc.yml .rundownrc.json", "it decides what runbooks may do")
    return names
  }()

  private static func byEnding(_ name: String) -> String? {
    let endings = [
      (".pth", python), (".code-workspace", editor), (".mk", build), (".cmake", build), (".bzl", build),
      (".runbook.md", "rundown runs it"), (".desktop", session), (".service", session), (".timer", session),
      ("file.js", build), (".config.js", build), (".config.cjs", build), (".config.mjs", build),
      (".config.ts", build), (".gemspec", package), (".podspec", package),
    ]
    return endings.first { name.hasSuffix($0.0) }?.1
  }
}
