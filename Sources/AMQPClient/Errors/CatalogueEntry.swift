/// One row of the catalogue: something RabbitMQ refuses, what it means, and what to do.
///
/// `{names}` in cause and remedy are those of `text`; at login also `{address}`, `{user}` and `{virtualHost}`.
struct CatalogueEntry: Sendable {
    /// Where the refusal comes, which decides what it ends.
    enum Scope: Sendable {
        /// A `connection.close` before `connection.open-ok`.
        case login
        /// A `connection.close` later.
        case connection
        case channel
    }

    var scope: Scope
    var code: UInt16
    /// RabbitMQ's text without the name of the code; `nil` is any.
    var text: ReplyPattern?
    /// `nil` is RabbitMQ's own text.
    var cause: String?
    var remedy: String
    /// What the error is, where that is not plain from the scope.
    var error: AMQPError.Code?

    init(
        _ scope: Scope,
        _ code: UInt16,
        _ text: ReplyPattern? = nil,
        cause: String? = nil,
        remedy: String,
        error: AMQPError.Code? = nil
    ) {
        self.scope = scope
        self.code = code
        self.text = text
        self.cause = cause
        self.remedy = remedy
        self.error = error
    }
}
