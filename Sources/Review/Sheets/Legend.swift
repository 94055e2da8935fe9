import Drawing

/// What the colours and lines of a picture mean: entries in rows, as many to a row as fit.
struct Legend {
  /// A small drawing and what it means.
  struct Entry: Equatable {
    /// What is drawn before the text.
    enum Symbol: Equatable {
      case swatch(Colour)
      case line(ContourStyle)
      case none
    }

    var symbol: Symbol
    var text: String
  }

  var entries: [Entry]

  private static let mostRows = 5

  /// A legend of classes, and of the line styles of the two label maps where they are there.
  ///
  /// - Parameter areas: What filled areas show, where that needs saying.
  init(
    classes: [UInt8], names: [String], colours: LabelColours = LabelColours(), showsReference: Bool,
    showsPrediction: Bool, areas: String? = nil
  ) {
    entries = []
    if let areas { entries.append(Entry(symbol: .none, text: "areas: \(areas)")) }
    if showsReference { entries.append(Entry(symbol: .line(.reference), text: "reference")) }
    if showsPrediction { entries.append(Entry(symbol: .line(.prediction), text: "prediction")) }
    entries += classes.map { label in
      let name = Int(label) < names.count ? names[Int(label)] : "class \(label)"
      return Entry(symbol: .swatch(colours[Int(label)]), text: name)
    }
  }

  /// A legend of errors.
  init(errors: [ErrorKind]) {
    entries = errors.map { Entry(symbol: .swatch($0.colour), text: $0.name) }
  }

  /// The entries in their places.
  struct Layout {
    fileprivate struct Item {
      let entry: Entry
      let text: Text
      let place: SIMD2<Double>
    }

    fileprivate let items: [Item]
    fileprivate let style: SheetStyle
    fileprivate let rowHeight: Double
    /// The height of all rows.
    let height: Double
  }

  /// Lays the entries out; where they fill too many rows, the last entry says how many more there are.
  func layout(width: Double, size: Double, style: SheetStyle) -> Layout {
    let rowHeight = size * 1.7
    let symbolWidth = size * 1.8
    var items: [Layout.Item] = []
    var place = SIMD2<Double>.zero
    for (index, entry) in entries.enumerated() {
      let indent = entry.symbol == .none ? 0 : symbolWidth
      let text = Text(entry.text, size: size, limit: width - indent)
      let needed = indent + text.extent.width
      if place.x > 0, place.x + needed > width {
        place = SIMD2(0, place.y + rowHeight)
        if place.y >= rowHeight * Double(Self.mostRows) {
          let more = Entry(symbol: .none, text: "and \(entries.count - index) more")
          items.append(Layout.Item(entry: more, text: Text(more.text, size: size), place: place))
          break
        }
      }
      items.append(Layout.Item(entry: entry, text: text, place: place))
      place.x += needed + size * 1.4
    }
    return Layout(
      items: items, style: style, rowHeight: rowHeight,
      height: items.isEmpty ? 0 : (items.last?.place.y ?? 0) + rowHeight)
  }
}

extension Legend.Layout {
  /// Draws the entries, their upper left corner at a point.
  func draw(at corner: SIMD2<Double>, on canvas: Canvas) {
    for item in items {
      let place = corner + item.place
      let size = item.text.size
      let height = item.text.extent.height
      var indent = size * 1.8
      switch item.entry.symbol {
      case .none: indent = 0
      case .swatch(let colour):
        canvas.fill(
          Rectangle(x: place.x, y: place.y + (height - size * 0.8) / 2, width: size * 1.3, height: size * 0.8),
          Ink(colour))
      case .line(let line):
        let middle = place.y + height / 2
        let colour = style.neutral.mixed(with: style.text, share: line.whiteShare)
        canvas.stroke(
          Path([SIMD2(place.x, middle), SIMD2(place.x + size * 1.3, middle)]), Ink(colour),
          Line(width: 2, dash: line.dash?.on ?? 0, gap: line.dash?.off ?? 0))
      }
      canvas.draw(item.text, at: place + SIMD2(indent, 0), Ink(style.text))
    }
  }
}
