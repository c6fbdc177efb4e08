internal import AMQPClient

#if Management
    internal import AsyncHTTPClient
    internal import NIOCore
    internal import NIOHTTP1
    internal import NIOSSL
#endif

/// One GET, by AsyncHTTPClient, whose connections are kept. Without the package trait Management there is no HTTP client.
enum HTTPTransport {
    struct Answer {
        var status: UInt
        var body: [UInt8]
    }

    static func get(
        _ url: String,
        user: String,
        password: String,
        authoritiesFile: String?,
        timeout: Duration
    ) async throws(AMQPError) -> Answer {
        #if Management
            var request = HTTPClientRequest(url: url)
            request.setBasicAuth(username: user, password: password)
            if let authoritiesFile {
                var tls = TLSConfiguration.makeClientConfiguration()
                tls.trustRoots = .file(authoritiesFile)
                request.tlsConfiguration = tls
            }
            let origin = url.split(separator: "/api/").first ?? ""
            do {
                let deadline = NIODeadline.now() + TimeAmount(timeout)
                let response = try await HTTPClient.shared.execute(request, deadline: deadline)
                let body = try await response.body.collect(upTo: longestBody)
                return Answer(status: response.status.code, body: Array(body.readableBytesView))
            } catch is CancellationError {
                throw AMQPError(.cancelled, "the request was cancelled")
            } catch let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout {
                throw AMQPError(.timeout, "\(origin) does not answer in time")
            } catch {
                throw AMQPError(
                    .connectFailed, "\(origin) does not answer: \(AMQPError.cause(error))",
                    remedy: "Is the plugin there? rabbitmq-plugins enable rabbitmq_management")
            }
        #else
            throw AMQPError(
                .unsupported, "this was built without HTTP",
                remedy: "Build with the package trait Management, which is on by default")
        #endif
    }

    /// Nothing that is asked for here is longer, unless there are tens of thousands of queues.
    private static let longestBody = 64 << 20
}
