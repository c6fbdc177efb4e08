/// Any AMQP 0-9-1 method that RabbitMQ speaks, with its arguments.
package enum Method: Sendable, Equatable {
    case connectionStart(ConnectionStart)
    case connectionStartOk(ConnectionStartOk)
    case connectionSecure(ConnectionSecure)
    case connectionSecureOk(ConnectionSecureOk)
    case connectionTune(ConnectionTune)
    case connectionTuneOk(ConnectionTuneOk)
    case connectionOpen(ConnectionOpen)
    case connectionOpenOk(ConnectionOpenOk)
    case connectionClose(ConnectionClose)
    case connectionCloseOk(ConnectionCloseOk)
    case connectionBlocked(ConnectionBlocked)
    case connectionUnblocked(ConnectionUnblocked)
    case connectionUpdateSecret(ConnectionUpdateSecret)
    case connectionUpdateSecretOk(ConnectionUpdateSecretOk)
    case channelOpen(ChannelOpen)
    case channelOpenOk(ChannelOpenOk)
    case channelFlow(ChannelFlow)
    case channelFlowOk(ChannelFlowOk)
    case channelClose(ChannelClose)
    case channelCloseOk(ChannelCloseOk)
    case exchangeDeclare(ExchangeDeclare)
    case exchangeDeclareOk(ExchangeDeclareOk)
    case exchangeDelete(ExchangeDelete)
    case exchangeDeleteOk(ExchangeDeleteOk)
    case exchangeBind(ExchangeBind)
    case exchangeBindOk(ExchangeBindOk)
    case exchangeUnbind(ExchangeUnbind)
    case exchangeUnbindOk(ExchangeUnbindOk)
    case queueDeclare(QueueDeclare)
    case queueDeclareOk(QueueDeclareOk)
    case queueBind(QueueBind)
    case queueBindOk(QueueBindOk)
    case queuePurge(QueuePurge)
    case queuePurgeOk(QueuePurgeOk)
    case queueDelete(QueueDelete)
    case queueDeleteOk(QueueDeleteOk)
    case queueUnbind(QueueUnbind)
    case queueUnbindOk(QueueUnbindOk)
    case basicQos(BasicQos)
    case basicQosOk(BasicQosOk)
    case basicConsume(BasicConsume)
    case basicConsumeOk(BasicConsumeOk)
    case basicCancel(BasicCancel)
    case basicCancelOk(BasicCancelOk)
    case basicPublish(BasicPublish)
    case basicReturn(BasicReturn)
    case basicDeliver(BasicDeliver)
    case basicGet(BasicGet)
    case basicGetOk(BasicGetOk)
    case basicGetEmpty(BasicGetEmpty)
    case basicAck(BasicAck)
    case basicReject(BasicReject)
    case basicRecoverAsync(BasicRecoverAsync)
    case basicRecover(BasicRecover)
    case basicRecoverOk(BasicRecoverOk)
    case basicNack(BasicNack)
    case confirmSelect(ConfirmSelect)
    case confirmSelectOk(ConfirmSelectOk)
    case txSelect(TxSelect)
    case txSelectOk(TxSelectOk)
    case txCommit(TxCommit)
    case txCommitOk(TxCommitOk)
    case txRollback(TxRollback)
    case txRollbackOk(TxRollbackOk)

    /// The arguments, whichever method it is.
    package var arguments: any MethodArguments {
        switch self {
        case .connectionStart(let arguments): arguments
        case .connectionStartOk(let arguments): arguments
        case .connectionSecure(let arguments): arguments
        case .connectionSecureOk(let arguments): arguments
        case .connectionTune(let arguments): arguments
        case .connectionTuneOk(let arguments): arguments
        case .connectionOpen(let arguments): arguments
        case .connectionOpenOk(let arguments): arguments
        case .connectionClose(let arguments): arguments
        case .connectionCloseOk(let arguments): arguments
        case .connectionBlocked(let arguments): arguments
        case .connectionUnblocked(let arguments): arguments
        case .connectionUpdateSecret(let arguments): arguments
        case .connectionUpdateSecretOk(let arguments): arguments
        case .channelOpen(let arguments): arguments
        case .channelOpenOk(let arguments): arguments
        case .channelFlow(let arguments): arguments
        case .channelFlowOk(let arguments): arguments
        case .channelClose(let arguments): arguments
        case .channelCloseOk(let arguments): arguments
        case .exchangeDeclare(let arguments): arguments
        case .exchangeDeclareOk(let arguments): arguments
        case .exchangeDelete(let arguments): arguments
        case .exchangeDeleteOk(let arguments): arguments
        case .exchangeBind(let arguments): arguments
        case .exchangeBindOk(let arguments): arguments
        case .exchangeUnbind(let arguments): arguments
        case .exchangeUnbindOk(let arguments): arguments
        case .queueDeclare(let arguments): arguments
        case .queueDeclareOk(let arguments): arguments
        case .queueBind(let arguments): arguments
        case .queueBindOk(let arguments): arguments
        case .queuePurge(let arguments): arguments
        case .queuePurgeOk(let arguments): arguments
        case .queueDelete(let arguments): arguments
        case .queueDeleteOk(let arguments): arguments
        case .queueUnbind(let arguments): arguments
        case .queueUnbindOk(let arguments): arguments
        case .basicQos(let arguments): arguments
        case .basicQosOk(let arguments): arguments
        case .basicConsume(let arguments): arguments
        case .basicConsumeOk(let arguments): arguments
        case .basicCancel(let arguments): arguments
        case .basicCancelOk(let arguments): arguments
        case .basicPublish(let arguments): arguments
        case .basicReturn(let arguments): arguments
        case .basicDeliver(let arguments): arguments
        case .basicGet(let arguments): arguments
        case .basicGetOk(let arguments): arguments
        case .basicGetEmpty(let arguments): arguments
        case .basicAck(let arguments): arguments
        case .basicReject(let arguments): arguments
        case .basicRecoverAsync(let arguments): arguments
        case .basicRecover(let arguments): arguments
        case .basicRecoverOk(let arguments): arguments
        case .basicNack(let arguments): arguments
        case .confirmSelect(let arguments): arguments
        case .confirmSelectOk(let arguments): arguments
        case .txSelect(let arguments): arguments
        case .txSelectOk(let arguments): arguments
        case .txCommit(let arguments): arguments
        case .txCommitOk(let arguments): arguments
        case .txRollback(let arguments): arguments
        case .txRollbackOk(let arguments): arguments
        }
    }

    /// Decodes the payload of a METHOD frame.
    ///
    /// - Throws: ``AMQPError`` with code `malformedFrame` for an unknown method or damaged arguments.
    package init(payload: UnsafeRawBufferPointer, arena: WireArena) throws(AMQPError) {
        let id = try MethodID(payload: payload)
        switch id {
        case ConnectionStart.id: self = .connectionStart(try ConnectionStart(payload: payload, arena: arena))
        case ConnectionStartOk.id: self = .connectionStartOk(try ConnectionStartOk(payload: payload, arena: arena))
        case ConnectionSecure.id: self = .connectionSecure(try ConnectionSecure(payload: payload, arena: arena))
        case ConnectionSecureOk.id: self = .connectionSecureOk(try ConnectionSecureOk(payload: payload, arena: arena))
        case ConnectionTune.id: self = .connectionTune(try ConnectionTune(payload: payload, arena: arena))
        case ConnectionTuneOk.id: self = .connectionTuneOk(try ConnectionTuneOk(payload: payload, arena: arena))
        case ConnectionOpen.id: self = .connectionOpen(try ConnectionOpen(payload: payload, arena: arena))
        case ConnectionOpenOk.id: self = .connectionOpenOk(try ConnectionOpenOk(payload: payload, arena: arena))
        case ConnectionClose.id: self = .connectionClose(try ConnectionClose(payload: payload, arena: arena))
        case ConnectionCloseOk.id: self = .connectionCloseOk(try ConnectionCloseOk(payload: payload, arena: arena))
        case ConnectionBlocked.id: self = .connectionBlocked(try ConnectionBlocked(payload: payload, arena: arena))
        case ConnectionUnblocked.id:
            self = .connectionUnblocked(try ConnectionUnblocked(payload: payload, arena: arena))
        case ConnectionUpdateSecret.id:
            self = .connectionUpdateSecret(try ConnectionUpdateSecret(payload: payload, arena: arena))
        case ConnectionUpdateSecretOk.id:
            self = .connectionUpdateSecretOk(try ConnectionUpdateSecretOk(payload: payload, arena: arena))
        case ChannelOpen.id: self = .channelOpen(try ChannelOpen(payload: payload, arena: arena))
        case ChannelOpenOk.id: self = .channelOpenOk(try ChannelOpenOk(payload: payload, arena: arena))
        case ChannelFlow.id: self = .channelFlow(try ChannelFlow(payload: payload, arena: arena))
        case ChannelFlowOk.id: self = .channelFlowOk(try ChannelFlowOk(payload: payload, arena: arena))
        case ChannelClose.id: self = .channelClose(try ChannelClose(payload: payload, arena: arena))
        case ChannelCloseOk.id: self = .channelCloseOk(try ChannelCloseOk(payload: payload, arena: arena))
        case ExchangeDeclare.id: self = .exchangeDeclare(try ExchangeDeclare(payload: payload, arena: arena))
        case ExchangeDeclareOk.id: self = .exchangeDeclareOk(try ExchangeDeclareOk(payload: payload, arena: arena))
        case ExchangeDelete.id: self = .exchangeDelete(try ExchangeDelete(payload: payload, arena: arena))
        case ExchangeDeleteOk.id: self = .exchangeDeleteOk(try ExchangeDeleteOk(payload: payload, arena: arena))
        case ExchangeBind.id: self = .exchangeBind(try ExchangeBind(payload: payload, arena: arena))
        case ExchangeBindOk.id: self = .exchangeBindOk(try ExchangeBindOk(payload: payload, arena: arena))
        case ExchangeUnbind.id: self = .exchangeUnbind(try ExchangeUnbind(payload: payload, arena: arena))
        case ExchangeUnbindOk.id: self = .exchangeUnbindOk(try ExchangeUnbindOk(payload: payload, arena: arena))
        case QueueDeclare.id: self = .queueDeclare(try QueueDeclare(payload: payload, arena: arena))
        case QueueDeclareOk.id: self = .queueDeclareOk(try QueueDeclareOk(payload: payload, arena: arena))
        case QueueBind.id: self = .queueBind(try QueueBind(payload: payload, arena: arena))
        case QueueBindOk.id: self = .queueBindOk(try QueueBindOk(payload: payload, arena: arena))
        case QueuePurge.id: self = .queuePurge(try QueuePurge(payload: payload, arena: arena))
        case QueuePurgeOk.id: self = .queuePurgeOk(try QueuePurgeOk(payload: payload, arena: arena))
        case QueueDelete.id: self = .queueDelete(try QueueDelete(payload: payload, arena: arena))
        case QueueDeleteOk.id: self = .queueDeleteOk(try QueueDeleteOk(payload: payload, arena: arena))
        case QueueUnbind.id: self = .queueUnbind(try QueueUnbind(payload: payload, arena: arena))
        case QueueUnbindOk.id: self = .queueUnbindOk(try QueueUnbindOk(payload: payload, arena: arena))
        case BasicQos.id: self = .basicQos(try BasicQos(payload: payload, arena: arena))
        case BasicQosOk.id: self = .basicQosOk(try BasicQosOk(payload: payload, arena: arena))
        case BasicConsume.id: self = .basicConsume(try BasicConsume(payload: payload, arena: arena))
        case BasicConsumeOk.id: self = .basicConsumeOk(try BasicConsumeOk(payload: payload, arena: arena))
        case BasicCancel.id: self = .basicCancel(try BasicCancel(payload: payload, arena: arena))
        case BasicCancelOk.id: self = .basicCancelOk(try BasicCancelOk(payload: payload, arena: arena))
        case BasicPublish.id: self = .basicPublish(try BasicPublish(payload: payload, arena: arena))
        case BasicReturn.id: self = .basicReturn(try BasicReturn(payload: payload, arena: arena))
        case BasicDeliver.id: self = .basicDeliver(try BasicDeliver(payload: payload, arena: arena))
        case BasicGet.id: self = .basicGet(try BasicGet(payload: payload, arena: arena))
        case BasicGetOk.id: self = .basicGetOk(try BasicGetOk(payload: payload, arena: arena))
        case BasicGetEmpty.id: self = .basicGetEmpty(try BasicGetEmpty(payload: payload, arena: arena))
        case BasicAck.id: self = .basicAck(try BasicAck(payload: payload, arena: arena))
        case BasicReject.id: self = .basicReject(try BasicReject(payload: payload, arena: arena))
        case BasicRecoverAsync.id: self = .basicRecoverAsync(try BasicRecoverAsync(payload: payload, arena: arena))
        case BasicRecover.id: self = .basicRecover(try BasicRecover(payload: payload, arena: arena))
        case BasicRecoverOk.id: self = .basicRecoverOk(try BasicRecoverOk(payload: payload, arena: arena))
        case BasicNack.id: self = .basicNack(try BasicNack(payload: payload, arena: arena))
        case ConfirmSelect.id: self = .confirmSelect(try ConfirmSelect(payload: payload, arena: arena))
        case ConfirmSelectOk.id: self = .confirmSelectOk(try ConfirmSelectOk(payload: payload, arena: arena))
        case TxSelect.id: self = .txSelect(try TxSelect(payload: payload, arena: arena))
        case TxSelectOk.id: self = .txSelectOk(try TxSelectOk(payload: payload, arena: arena))
        case TxCommit.id: self = .txCommit(try TxCommit(payload: payload, arena: arena))
        case TxCommitOk.id: self = .txCommitOk(try TxCommitOk(payload: payload, arena: arena))
        case TxRollback.id: self = .txRollback(try TxRollback(payload: payload, arena: arena))
        case TxRollbackOk.id: self = .txRollbackOk(try TxRollbackOk(payload: payload, arena: arena))
        default: throw .malformed("the server sent method \(id), which AMQP 0-9-1 does not have")
        }
    }
}
