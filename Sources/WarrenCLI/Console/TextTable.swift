/// Columns for people.
struct TextTable: CustomStringConvertible {
    enum Alignment {
        case left, right
    }

    private let alignments: [Alignment]
    private var lines: [[String]]

    init(_ columns: [(title: String, alignment: Alignment)]) {
        alignments = columns.map(\.alignment)
        lines = [columns.map(\.title)]
    }

    /// - Parameter cells: One for each column.
    mutating func add(_ cells: [String]) { lines.append(cells) }

    var description: String {
        let widths = alignments.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { cells in
            var text = ""
            for (column, cell) in cells.enumerated() {
                let space = String(repeating: " ", count: widths[column] - cell.count)
                if column > 0 { text += "  " }
                text += alignments[column] == .left ? cell + space : space + cell
            }
            while text.last == " " { text.removeLast() }
            return text
        }.joined(separator: "\n")
    }
}
