/// A queue, as the management API sees it. Counts are up to five seconds old, and 0 in the first seconds of a queue.
public struct ManagedQueue: Hashable, Sendable, Decodable {
    public var name: String
    /// `classic`, `quorum` or `stream`.
    public var type: String
    /// The node where the queue, or the leader of its replicas, is: publishing there saves a hop. `nil` while it has none.
    public var leader: String?
    /// The nodes with a replica, for queues that have several.
    public var members: [String]
    public var messagesReady: Int
    /// Delivered and not acknowledged.
    public var messagesUnacknowledged: Int
    public var consumers: Int

    private enum Key: String, CodingKey {
        case name, type, leader, node, members, messages_ready, messages_unacknowledged, consumers
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        name = try values.decode(String.self, forKey: .name)
        type = try values.decodeIfPresent(String.self, forKey: .type) ?? "classic"
        // Classic queues have a node and no leader; a queue without a leader has an empty or missing one.
        let leader = try values.decodeIfPresent(String.self, forKey: .leader)
        let node = try values.decodeIfPresent(String.self, forKey: .node)
        self.leader = [leader, node].compactMap(\.self).first { !$0.isEmpty }
        members = try values.decodeIfPresent([String].self, forKey: .members) ?? []
        messagesReady = try values.decodeIfPresent(Int.self, forKey: .messages_ready) ?? 0
        messagesUnacknowledged = try values.decodeIfPresent(Int.self, forKey: .messages_unacknowledged) ?? 0
        consumers = try values.decodeIfPresent(Int.self, forKey: .consumers) ?? 0
    }
}
