// Brokers, deliveries and errors are part of this module's interface; users import one module.
@_exported public import AMQPClient
@_exported public import BrokerPool
