import FacetReport
import Testing

@Suite struct NumberFormatTests {
  @Test(arguments: [
    (NumberFormat.decimals(3), 0.97345, "0.973"), (.decimals(0), 2.6, "3"),
    (.decimals(2), -0.001, "0.00"),
    (.decimals(2), -1.5, "−1.50"), (.percent(1), 0.9731, "97.3%"), (.percent(0), 1, "100%"),
    (.points(1), 0.021, "+2.1 pp"), (.points(1), -0.004, "−0.4 pp"), (.points(1), 0.0001, "0.0 pp"),
    (.significant(3), 0.0012345, "0.00123"), (.significant(2), 1.23e-7, "1.2e-07"),
    (.integer, 15504, "15,504"), (.integer, 1_234_567, "1,234,567"), (.integer, 999, "999"),
    (.integer, -1000, "−1,000"), (.integer, 0, "0"), (.seconds, 0.0042, "4.2 ms"),
    (.seconds, 0.25, "250 ms"), (.seconds, 3.44, "3.4 s"), (.seconds, 125, "2 min 05 s"),
    (.seconds, 59.96, "1 min 00 s"), (.seconds, 7260, "2 h 01 min"), (.bytes, 512, "512 B"),
    (.bytes, 98_100_000, "98.1 MB"), (.bytes, 999_999, "1.0 MB"), (.percent(1), .nan, "n/a"),
    (.decimals(1), .infinity, "∞"), (.integer, -.infinity, "−∞"),
  ])
  func numbersAsText(_ format: NumberFormat, _ value: Double, _ text: String) {
    #expect(format.string(value) == text)
  }

  @Test func intervalsNameTheirUnitOnce() {
    #expect(NumberFormat.percent(1).string(ReportInterval(0.942, 0.988)) == "94.2–98.8%")
    #expect(NumberFormat.decimals(2).string(ReportInterval(0.1, 0.25)) == "0.10–0.25")
    #expect(NumberFormat.points(1).string(ReportInterval(-0.004, 0.036)) == "−0.4 to +3.6 pp")
    #expect(NumberFormat.decimals(1).string(ReportInterval(-2, -1)) == "−2.0 to −1.0")
  }

  @Test func slugsAreFileNames() {
    #expect(Figure.slug("Accuracy per crop (224)") == "accuracy-per-crop-224")
    #expect(Figure.slug("../../etc/passwd") == "etc-passwd")
    #expect(Figure.slug("王") == "figure")
    #expect(Figure.slug(String(repeating: "ab ", count: 40)).count <= 60)
  }
}
