/// How much of anything one peer may send, and how long it may take.
struct HTTPLimits: Sendable {
    /// Connections open at a time; one more closes the one that has rested longest.
    var connections = 64
    /// Bytes of request line and header fields with their line ends; of trailer fields too.
    var headBytes = 8 * 1_024
    /// Bytes of a body that are kept for reading.
    var keptBodyBytes = 256 * 1_024
    /// Bytes of a body that are accepted at all.
    var bodyBytes = 25 * 1_024 * 1_024
    /// For the head of a request, from its first byte; a new connection has it from the start.
    var headTime = Duration.seconds(10)
    /// For the body of a request, from the end of its head.
    var bodyTime = Duration.seconds(30)
    /// Between two requests; longer than the two minutes after which Caddy gives an idle connection up, because
    /// whoever closes first may cut off a request that the other is just sending.
    var idleTime = Duration.seconds(180)
    /// For the peer to take the last answer, and again to close after it.
    var closingTime = Duration.seconds(2)
}
