import FacetFaces
import FacetReport

/// The page's part on where the photos came from and what was not used.
struct DataPage {
  let faces: FaceSet
  /// Who was left out and why, one sentence.
  let parts: String

  var section: ReportSection {
    var blocks: [ReportBlock] = [.paragraph(parts)]
    let findings = faces.findings
    if !findings.sharedAcrossIdentities.isEmpty {
      blocks.append(
        .warning(
          "\(counted(findings.sharedAcrossIdentities.count, "photo is", "photos are")) filed under "
            + "several people, byte for byte; none of them is used."))
    }
    if !findings.duplicates.isEmpty {
      blocks.append(
        .note(
          "\(counted(findings.duplicates.count, "photo exists", "photos exist")) more than once in "
            + "one person's folder; one of each is used."))
    }
    let near = findings.nearDuplicates.count { $0.isWithinIdentity }
    if near > 0 {
      blocks.append(
        .note(
          "\(counted(near, "pair")) of photos of one person \(near == 1 ? "looks" : "look") nearly the "
            + "same; Facet's split keeps them on one side."))
    }
    if !findings.identitiesWithOnePhoto.isEmpty {
      blocks.append(
        .note(
          "Only one photo of "
            + findings.identitiesWithOnePhoto.prefix(5).joined(separator: ", ")
            + (findings.identitiesWithOnePhoto.count > 5 ? " and others." : ".")))
    }
    blocks.append(
      .skips(faces.skipped.map { SkippedFile(path: $0.path, reason: "\($0.reason)") }))
    return ReportSection(
      "The photos",
      lead: "\(faces.photos.count) photos of \(faces.identities.count) people; "
        + "\(counted(faces.skipped.count, "file was", "files were")) skipped.", blocks)
  }
}
