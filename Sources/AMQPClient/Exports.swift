// Errors, field tables and message properties are part of this module's interface; users import one module.
@_exported public import AMQPCodec
