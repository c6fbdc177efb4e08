package import AMQPClient

/// Who works with a pool's nodes, and is told which come and go.
package protocol PoolMember: AnyObject, Sendable {
    func nodeAdded(_ address: BrokerAddress, weight: Double)

    /// Returns when it is left, with nothing lost.
    func nodeRemoved(_ address: BrokerAddress) async
}

/// Those that are still there.
struct PoolMembers {
    private struct Member {
        weak var value: (any PoolMember)?
    }

    private var members: [Member] = []

    mutating func append(_ member: any PoolMember) {
        members.removeAll { $0.value == nil }
        members.append(Member(value: member))
    }

    var present: [any PoolMember] { members.compactMap(\.value) }
}
