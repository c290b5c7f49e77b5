import FacetEvaluation
import Testing

@Suite("Lists of face boxes") struct BoxListTests {
  @Test("columns by name, in any order")
  func reads() throws {
    let list = try BoxList(
      csv: "identity,file,y1,x0,y0,x1,note\nada,\"a,1.jpg\",40.5,1,2,30,x\nbo,b.jpg,9,0,0,0,\n")
    #expect(list.boxes.count == 2)
    #expect(
      list.boxes[0].file == "a,1.jpg" && list.boxes[0].identity == "ada" && list.boxes[0].left == 1
        && list.boxes[0].top == 2 && list.boxes[0].right == 30 && list.boxes[0].bottom == 40.5)
  }

  @Test("bad tables name the line")
  func refuses() {
    func reason(_ text: String) -> String {
      do {
        _ = try BoxList(csv: text)
        return ""
      } catch { return "\(error)" }
    }
    let header = "file,identity,x0,y0,x1,y1\n"
    #expect(reason("").contains("no boxes"))
    #expect(reason(header).contains("no boxes"))
    #expect(reason("file,x0\n").contains("file,identity,x0,y0,x1,y1"))
    #expect(reason(header + "a,b,1,2,3\n").contains("line 2"))
    #expect(reason(header + "a,b,1,2,3,nan\n").contains("y1"))
    #expect(reason(header + "a,b,4,2,3,5\n").contains("x0 at most x1"))
  }
}
