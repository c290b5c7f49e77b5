import FacetWorkbench
import Testing

@Suite("Prediction table") struct PredictionTableTests {
  private func line(image: String, label: String = "ada", predicted: String = "bruno") -> String {
    var table = PredictionTable()
    table.add(image: image, label: label, predicted: predicted, probability: 0.25)
    return String(table.csv.unicodeScalars.dropFirst(PredictionTable().csv.unicodeScalars.count))
  }

  @Test("an empty table is its header")
  func header() { #expect(PredictionTable().csv == "image,label,predicted,probability\n") }

  @Test("plain names stay as they are")
  func plain() {
    #expect(line(image: "ada/0001.png") == "ada/0001.png,ada,bruno,0.25\n")
    #expect(line(image: "a b'<c>;é") == "a b'<c>;é,ada,bruno,0.25\n")
    #expect(line(image: "") == ",ada,bruno,0.25\n")
  }

  @Test(
    "names with signs of the format are quoted",
    arguments: [
      ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("\"", "\"\"\"\""), ("a\nb", "\"a\nb\""),
      ("a\rb", "\"a\rb\""),
      // One Character each: a line end of two bytes, and a comma and a quote with accents.
      ("a\r\nb", "\"a\r\nb\""), ("a,\u{301}b", "\"a,\u{301}b\""),
      ("a\"\u{301}b", "\"a\"\"\u{301}b\""),
    ])
  func quoted(_ name: String, _ field: String) {
    // By scalars: as Characters a quote and an accent after it would be one.
    func same(_ text: String, _ other: String) -> Bool {
      text.unicodeScalars.elementsEqual(other.unicodeScalars)
    }
    #expect(same(line(image: name), field + ",ada,bruno,0.25\n"))
    #expect(same(line(image: "i", label: name), "i," + field + ",bruno,0.25\n"))
    #expect(same(line(image: "i", predicted: name), "i,ada," + field + ",0.25\n"))
  }

  @Test("lines stay in the order they were added")
  func order() {
    var table = PredictionTable()
    for image in ["z", "a", "m"] {
      table.add(image: image, label: "l", predicted: "p", probability: 1)
    }
    #expect(table.csv.split(separator: "\n").dropFirst().map { $0.first } == ["z", "a", "m"])
  }
}
