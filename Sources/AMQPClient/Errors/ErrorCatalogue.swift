/// What RabbitMQ's refusals mean. The texts are those of 3.10.8, 4.0.5 and 4.3.6; where they differ each has its row.
///
/// The first row that fits counts, so a code's rows go from the special to the general.
enum ErrorCatalogue {
    /// What a row says of one reply.
    struct Explanation {
        /// Without the code; `nil` if no row knows better than RabbitMQ's text.
        var cause: String?
        var remedy: String?
        var error: AMQPError.Code?
    }

    static let entries = [login, connection, faults, channel, preconditions].flatMap(\.self)

    /// - Parameter context: Values for `{names}` that are not in the text.
    static func explain(
        _ reply: AMQPError.ServerReply,
        _ scope: CatalogueEntry.Scope,
        context: [String: String] = [:]
    ) -> Explanation {
        let text = reply.words
        for entry in entries where entry.scope == scope && entry.code == reply.code {
            guard let found = entry.text.map({ $0.match(text) }) ?? ["text": text] else { continue }
            let values = context.merging(found) { $1 }
            return Explanation(
                cause: entry.cause.map { ReplyPattern.fill($0, values) },
                remedy: ReplyPattern.fill(entry.remedy, values), error: entry.error)
        }
        return Explanation()
    }
}
