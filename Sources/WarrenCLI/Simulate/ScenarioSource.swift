internal import Simulation

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The text of a scenario: a ready-made one, or a file.
struct ScenarioSource {
    let text: String
    /// For messages: a name or a path.
    private let place: String
    /// Where the files that it names are looked for.
    private let folder: URL?

    /// - Throws: ``CommandFailure`` if there is neither.
    init(_ nameOrPath: String) throws {
        place = nameOrPath
        if let ready = NamedScenario[nameOrPath] {
            text = ready.text
            folder = nil
            return
        }
        let file = URL(filePath: nameOrPath)
        folder = file.deletingLastPathComponent()
        do {
            text = try Self.read(file)
        } catch {
            let names = NamedScenario.all.map(\.name).joined(separator: ", ")
            throw CommandFailure.notRun(
                "no scenario \"\(nameOrPath)\": it is none of \(names), and as a file: \(FileFailure.cause(of: error))")
        }
    }

    /// - Throws: ``CommandFailure`` with the line that cannot be understood.
    func scenario() throws -> Scenario {
        do throws(ScenarioError) {
            return try Scenario(parsing: text) { path in
                do {
                    return try Self.read(URL(filePath: path, relativeTo: folder))
                } catch {
                    throw Unreadable(description: FileFailure.cause(of: error))
                }
            }
        } catch {
            throw CommandFailure.notRun("\(place), \(error)")
        }
    }

    private struct Unreadable: Error, CustomStringConvertible {
        var description: String
    }

    private static func read(_ file: URL) throws -> String {
        String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }
}
