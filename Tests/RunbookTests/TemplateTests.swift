import Runbook
import SourceText
import Testing

@Suite struct TemplateTests {
  private static let values = ["a": "1", "b.c": "two words", "empty": ""]

  @Test(arguments: [
    ("x {{a}} y", "x 1 y"), ("{{ a }}{{\ta\t}}", "11"), ("{{b.c}}", "two words"), ("{{nope}}", "{{nope}}"),
    ("{{.Names}}", "{{.Names}}"), ("{{a b}}", "{{a b}}"), ("{{a", "{{a"), ("{{a}", "{{a}"),
    ("{{{a}}}", "{1}"),
    ("{{1a}}", "{{1a}}"), ("{{a.}}", "{{a.}}"), ("[{{empty}}]", "[]"), ("{{}}", "{{}}"), ("é{{a}}é", "é1é"),
  ])
  func values(text: String, rendered: String) {
    #expect(Template.render(text) { Self.values[$0] } == rendered)
  }

  @Test func placesSurviveFilling() {
    // The block's lines stand at 100 and 200 in the document.
    let origin = OriginMap(lines: [(derived: 0, origin: 100), (derived: 10, origin: 200)])
    let text = Array("a {{b.c}}\nx {{a}} y\n".utf8)
    let rendered = Template.render(text, origin: origin) { Self.values[$0] }
    let out = String(decoding: rendered.bytes, as: UTF8.self)
    #expect(out == "a two words\nx 1 y\n")
    #expect(rendered.origin.offset(0) == 100)
    #expect(rendered.origin.offset(12) == 200)
    #expect(rendered.origin.offset(16) == 208, "the y behind the second template")
    #expect(rendered.substitutions.map(\.name) == ["b.c", "a"])
    #expect(rendered.substitutions[1].span == SourceSpan(14, 15))
  }

  @Test func valuesAreNotFilledAgain() {
    #expect(Template.render("{{x}}") { $0 == "x" ? "{{x}}" : nil } == "{{x}}")
  }

  @Test func unknownNamesAreReported() {
    let rendered = Template.render(Array("a {{no}} {{.x}}".utf8), origin: OriginMap()) { _ in nil }
    #expect(rendered.unknown.map(\.name) == ["no"])
  }
}
