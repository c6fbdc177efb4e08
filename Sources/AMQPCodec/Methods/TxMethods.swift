package import CRabbitMQ

// Transactions on one channel. AMQP class 90.

/// `tx.select`. Client: make the channel transactional.
package struct TxSelect: WireMethod, MethodRequest {
    package typealias Reply = TxSelectOk
    package static let id = MethodID(class: 90, method: 10)
    package init() {}

    package init(wire: amqp_tx_select_t) throws(AMQPError) {
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_tx_select_t {
        amqp_tx_select_t()
    }
}

/// `tx.select-ok`. Server: it is.
package struct TxSelectOk: WireMethod {
    package static let id = MethodID(class: 90, method: 11)
    package init() {}

    package init(wire: amqp_tx_select_ok_t) throws(AMQPError) {
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_tx_select_ok_t {
        amqp_tx_select_ok_t()
    }
}

/// `tx.commit`. Client: commit.
package struct TxCommit: WireMethod, MethodRequest {
    package typealias Reply = TxCommitOk
    package static let id = MethodID(class: 90, method: 20)
    package init() {}

    package init(wire: amqp_tx_commit_t) throws(AMQPError) {
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_tx_commit_t {
        amqp_tx_commit_t()
    }
}

/// `tx.commit-ok`. Server: committed.
package struct TxCommitOk: WireMethod {
    package static let id = MethodID(class: 90, method: 21)
    package init() {}

    package init(wire: amqp_tx_commit_ok_t) throws(AMQPError) {
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_tx_commit_ok_t {
        amqp_tx_commit_ok_t()
    }
}

/// `tx.rollback`. Client: abandon.
package struct TxRollback: WireMethod, MethodRequest {
    package typealias Reply = TxRollbackOk
    package static let id = MethodID(class: 90, method: 30)
    package init() {}

    package init(wire: amqp_tx_rollback_t) throws(AMQPError) {
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_tx_rollback_t {
        amqp_tx_rollback_t()
    }
}

/// `tx.rollback-ok`. Server: abandoned.
package struct TxRollbackOk: WireMethod {
    package static let id = MethodID(class: 90, method: 31)
    package init() {}

    package init(wire: amqp_tx_rollback_ok_t) throws(AMQPError) {
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_tx_rollback_ok_t {
        amqp_tx_rollback_ok_t()
    }
}
