/// A node of a cluster, as its management API sees it.
public struct ManagedNode: Hashable, Sendable, Decodable {
    /// As in `rabbit@host`.
    public var name: String
    public var isRunning: Bool
    public var hasMemoryAlarm: Bool
    public var hasDiskAlarm: Bool
    /// In maintenance (`rabbitmq-upgrade drain`).
    public var isDrained: Bool

    /// Publishers are blocked.
    public var hasAlarm: Bool { hasMemoryAlarm || hasDiskAlarm }

    private enum Key: String, CodingKey {
        case name, running, mem_alarm, disk_free_alarm, being_drained
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        name = try values.decode(String.self, forKey: .name)
        isRunning = try values.decodeIfPresent(Bool.self, forKey: .running) ?? false
        // A node that does not run has none of these.
        hasMemoryAlarm = try values.decodeIfPresent(Bool.self, forKey: .mem_alarm) ?? false
        hasDiskAlarm = try values.decodeIfPresent(Bool.self, forKey: .disk_free_alarm) ?? false
        isDrained = try values.decodeIfPresent(Bool.self, forKey: .being_drained) ?? false
    }
}
