import FacetFaces

extension JobContext {
  /// Looks through a folder of identity folders, telling how far it is.
  func faces(_ path: String) throws -> FaceSet {
    try FaceSet.load(path: path) { [progress] step in
      progress.step("looking at photos", Double(step.done) / Double(step.total))
    }
  }
}
