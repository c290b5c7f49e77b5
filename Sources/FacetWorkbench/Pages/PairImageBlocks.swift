import FacetGraph
import FacetReport

/// The page's part on the images of a protocol: what was used and what is missing.
struct PairImagePage {
  let network: NetworkPairs
  let list: String

  var section: ReportSection {
    let images = network.images
    let run = network.run
    var blocks: [ReportBlock] = []
    if network.missing > 0 {
      blocks.append(
        .warning(
          "\(network.missing) of \(grouped(network.listed, "pair")) could not be scored, because "
            + "\(counted(images.missing.count, "image is", "images are")) missing. Without them this "
            + "is not the protocol in \(list): do not compare these figures with others'."))
    }
    blocks.append(
      .definitionList([
        Definition("Pairs in the list", "\(network.listed)"),
        Definition("Pairs scored", "\(network.pairs.count)"),
        Definition("Images", "\(images.files.count)"),
        Definition("Distinct images, by their bytes", "\(run.embeddings.count)"),
        Definition("Embedded now", "\(run.embedded)"),
        Definition("Taken from the cache", "\(run.fromCache)"),
        Definition("Embedding", embedding),
      ]))
    blocks += run.notes.map { .note($0) }
    blocks.append(.skips(images.missing.map { SkippedFile(path: $0.name, reason: $0.reason) }))
    return ReportSection(
      "The images",
      lead: "Every distinct image is preprocessed as the model's card says and embedded once.",
      blocks)
  }

  private var embedding: String {
    let card = network.loaded.model.card
    let width = network.run.embeddings.first?.value.values.count ?? 0
    return "\(width) values of '\(card.embeddingLayer)', \(card.input.width)x\(card.input.height) "
      + "input"
  }
}
