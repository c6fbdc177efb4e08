/// Code that is generic over the strategy, for a strategy that is named at run time: the compiler makes one copy for
/// each, twice as fast as calls through ``AnyStrategy``.
public protocol StrategyVisitor {
    associatedtype Result
    associatedtype Failure: Error = Never

    func visit(_ strategy: some Strategy) throws(Failure) -> Result
}
