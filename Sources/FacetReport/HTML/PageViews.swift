/// What the page's template sees. Fields named here are the names in the templates; all are filled,
/// since a template looks for a missing one in the enclosing view.
struct PageView {
  var title: PageText
  var subtitle: PageText
  var styleSheet: Markup
  var script: Markup
  var headlines: [HeadlineView]
  var verdicts: [ToneView]
  var warnings: [PageText]
  /// What stands before the warnings; `nil` when there are none.
  var warningsLabel: String?
  var hasSummary: Bool
  var hasContents: Bool
  var sections: [SectionView]
  var hasGlossary: Bool
  var glossary: [DefinitionView]
  var command: PageText
  var provenance: [DefinitionView]
  var digests: [DefinitionView]
  var options: [DefinitionView]
  var hasOptions: Bool
  var hasProvenance: Bool
}

struct HeadlineView {
  var name: PageText
  var value: PageText
  var interval: PageText
  var count: PageText
  var tone: String
}

/// A sentence or a badge with its tone; `sign` says the tone without colour.
struct ToneView {
  var text: PageText
  var tone: String
  var sign: String

  init(_ text: String, _ tone: Tone) {
    self.text = PageText(text)
    self.tone = tone.rawValue
    sign =
      switch tone {
      case .neutral: ""
      case .good: "\u{2713}"
      case .caution: "!"
      case .bad: "\u{2717}"
      }
  }
}

struct DefinitionView {
  var term: PageText
  var text: PageText

  init(_ definition: Definition) {
    term = PageText(definition.term)
    text = PageText(definition.text)
  }
}

struct SectionView {
  var id: String
  var heading: PageText
  var lead: PageText
  var blocks: [BlockView]
}

/// A block and the name of the template that shows it.
struct BlockView {
  var partial: String
  var view: Any
}

struct TextView {
  var text: PageText
}

struct DefinitionListView {
  var items: [DefinitionView]
}

struct TableView {
  var caption: PageText
  /// The style sheet's name for how close rows are.
  var density: String
  var label: PageText
  var columns: [ColumnView]
  var rows: [RowView]

  struct ColumnView {
    var title: PageText
    var help: PageText
    var kind: String
  }

  struct RowView {
    var emphasis: String
    var cells: [CellView]
  }

  struct CellView {
    var kind: String
    var sort: PageText
    var text: PageText
    /// The whole name, where the style sheet may cut it.
    var whole: PageText
    var interval: PageText
    var badge: [ToneView]
  }
}

struct FigureView {
  var id: String
  var number: Int
  var width: String
  var title: PageText
  var caption: PageText
  var drawing: Markup
  var link: PageText
}

struct GalleryView {
  var title: PageText
  var caption: PageText
  var label: PageText
  var percent: Int
  var hasScale: Bool
  var quantity: PageText
  var low: PageText
  var high: PageText
  var gradient: Markup
  var sharing: PageText
  /// Whether some map comes by its own scale too.
  var hasOwnScale: Bool
  var cards: [CardView]

  struct CardView {
    var name: PageText
    var predicted: PageText
    var probability: PageText
    var truth: PageText
    var note: PageText
    var outcome: ToneView
    var photo: Markup
    var photoTitle: PageText
    var row: PageText
    var panels: [PanelView]
    /// At most one.
    var folded: [GridView]
  }

  struct PanelView {
    var method: PageText
    var enlarge: PageText
    var photo: Markup
    var map: Markup
    var values: [DefinitionView]
  }
}

struct GridView {
  var caption: PageText
  var itemWidth: Int
  var kind: String
  var items: [ItemView]

  struct ItemView {
    var picture: Markup
    var caption: PageText
    var link: PageText
    var enlarge: PageText
    var badge: [ToneView]
  }
}

struct SkipsView {
  var heading: PageText
  var rows: [DefinitionView]
  var rest: PageText
}
