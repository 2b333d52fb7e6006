extension AgentProfile {
  /// The profiles that rundown knows. Docs/agents.md says how to correct one; agents change faster than this list.
  public static let builtin: [AgentProfile] = [
    AgentProfile(
      "aider", program: "aider", arguments: ["--yes-always"],
      state: "{home}/.aider {home}/.cache/aider", protect: "{home}/.aider.conf.yml",
      env: "OPENAI_API_KEY ANTHROPIC_API_KEY GEMINI_API_KEY OPENROUTER_API_KEY DEEPSEEK_API_KEY AIDER_*",
      hosts:
        "api.openai.com api.anthropic.com generativelanguage.googleapis.com openrouter.ai api.deepseek.com",
      set: ["AIDER_CHECK_UPDATE": "false", "AIDER_ANALYTICS_DISABLE": "true"]),
    AgentProfile(
      "claude", program: "claude", arguments: ["--dangerously-skip-permissions"],
      state: "{home}/.claude {home}/.claude.json {home}/.cache/claude-cli-nodejs",
      protect: """
        {home}/.claude/settings*.json {home}/.claude/hooks {home}/.claude/plugins {home}/.claude/commands
        {home}/.claude/agents {home}/.claude/skills {home}/.claude/local {home}/.claude/CLAUDE.md
        """,
      env:
        "ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN ANTHROPIC_BASE_URL ANTHROPIC_MODEL CLAUDE_CODE_* CLAUDE_CONFIG_DIR",
      hosts: "api.anthropic.com console.anthropic.com claude.ai",
      set: ["DISABLE_AUTOUPDATER": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"]),
    AgentProfile(
      "codex", program: "codex", arguments: ["--dangerously-bypass-approvals-and-sandbox"],
      state: "{home}/.codex",
      protect: "{home}/.codex/config.toml {home}/.codex/prompts {home}/.codex/AGENTS.md",
      env: "OPENAI_API_KEY OPENAI_BASE_URL CODEX_*", hosts: "api.openai.com auth.openai.com chatgpt.com"),
    AgentProfile(
      "copilot", program: "copilot", arguments: ["--allow-all-tools", "--no-auto-update"],
      state: "{home}/.copilot {home}/.config/github-copilot",
      protect: "{home}/.copilot/config.json {home}/.copilot/mcp-config.json {home}/.copilot/pkg",
      env: "GH_TOKEN GITHUB_TOKEN COPILOT_*",
      hosts: """
        api.github.com api.githubcopilot.com api.individual.githubcopilot.com api.business.githubcopilot.com
        api.enterprise.githubcopilot.com proxy.business.githubcopilot.com
        """),
    AgentProfile(
      "gemini", program: "gemini", arguments: ["--yolo"], state: "{home}/.gemini",
      protect:
        "{home}/.gemini/settings.json {home}/.gemini/extensions {home}/.gemini/commands {home}/.gemini/GEMINI.md",
      env: "GEMINI_API_KEY GOOGLE_API_KEY GOOGLE_CLOUD_PROJECT GEMINI_*",
      hosts: "generativelanguage.googleapis.com cloudcode-pa.googleapis.com oauth2.googleapis.com"),
    AgentProfile(
      "opencode", program: "opencode",
      state: "{home}/.local/share/opencode {home}/.local/state/opencode {home}/.cache/opencode",
      protect: "{home}/.config/opencode",
      env: "ANTHROPIC_API_KEY OPENAI_API_KEY GEMINI_API_KEY OPENROUTER_API_KEY OPENCODE_*",
      hosts: "api.anthropic.com api.openai.com generativelanguage.googleapis.com openrouter.ai models.dev",
      set: ["OPENCODE_DISABLE_AUTOUPDATE": "true"]),
    // For agents without a profile, and for trying the leash out: nothing but the policy's own lists.
    AgentProfile("shell", program: "bash"),
  ]

  /// Variables that every agent step has: what they switch off runs code of packages and repositories, asks at a terminal
  /// that nobody watches, or signs in the user's name.
  public static let hardening: [String: String] = {
    var variables = [
      "npm_config_ignore_scripts": "true", "YARN_ENABLE_SCRIPTS": "false",
      "PNPM_CONFIG_IGNORE_SCRIPTS": "true",
      "GIT_TERMINAL_PROMPT": "0", "PIP_NO_INPUT": "1",
    ]
    let git = [
      ("commit.gpgsign", "false"), ("tag.gpgsign", "false"), ("core.fsmonitor", "false"),
      ("protocol.ext.allow", "never"), ("core.pager", "cat"), ("credential.interactive", "false"),
    ]
    variables["GIT_CONFIG_COUNT"] = String(git.count)
    for (index, (key, value)) in git.enumerated() {
      variables["GIT_CONFIG_KEY_\(index)"] = key
      variables["GIT_CONFIG_VALUE_\(index)"] = value
    }
    return variables
  }()
}
